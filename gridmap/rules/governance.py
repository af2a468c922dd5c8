"""What the rules of a town say about units, roles, groups, boards and cases."""

from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from gridmap.rules.faults import RuleFault
from gridmap.rules.files import File, ResidualKey, Section, TableFile
from layers.registers.classes import CLASS_KEYS
from layers.registers.groups import GROUP_TYPES
from layers.registers.register_columns import BOARD_KEYS

__all__ = [
    "LEVELS",
    "PLACES",
    "Boards",
    "Business",
    "Cases",
    "Exclusive",
    "Groups",
    "HouseholdGrids",
    "Pin",
    "RoleRule",
    "Service",
    "Sites",
]

# Where a role may have posts; a level may stand behind base, as in base:2.
PLACES: tuple[str, ...] = (
    *("base", "exclusive", "subgrid", "micro", "household"),
    *(f"group:{kind}" for kind in GROUP_TYPES),
    *(f"object:{kind}" for kind in CLASS_KEYS),
)
LEVELS = range(1, 10)
_PLACES = frozenset([*PLACES, *(f"base:{level}" for level in LEVELS)])
Count = Annotated[int, Field(ge=1, strict=True)]
Above = Annotated[float, Field(gt=0, strict=True, allow_inf_nan=False)]
Hours = Annotated[float, Field(ge=0, strict=True, allow_inf_nan=False)]


class Sites(File):
    """The sites of units that get exclusive grids: polygons, parcels or buildings, one row a unit.

    Columns whose headers say it themselves need no name here.
    """

    id_column: str | None = None
    name_column: str | None = None
    class_column: str | None = None
    staff_column: str | None = None
    record_column: str | None = Field(None, description="records of a ground layer, or several")
    unit_column: str | None = Field(None, description="ids of `[[units]]`, or several")
    object_column: str | None = Field(None, description="id of the unit in a register")
    part_of_column: str | None = Field(None, description="id of the site it is a part of")
    label_column: str | None = None

    def columns(self) -> dict[str, str]:
        """Give the columns that are named, by the column of SITES that each is."""
        named = {key: value for key, value in self.model_dump().items() if key.endswith("_column")}
        other = {"id": "site_id", "record": "records", "unit": "units"}
        columns = {key.removesuffix("_column"): value for key, value in named.items() if value}
        return {other.get(column, column): str(name) for column, name in columns.items()}


class Exclusive(Section):
    """How exclusive grids are nested."""

    staff_per_subgrid: Count = 300
    nest: Literal["given", "headcount"] = Field(
        "given", description="given: sub-grids are those of the file; headcount: made by staff"
    )


class HouseholdGrids(Section):
    """Which ground is divided by households instead of by load."""

    on: tuple[ResidualKey, ...] = Field((), description="kinds of ground; none: no such grids")
    households: tuple[Count, Count] = (50, 70)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.households[0] > self.households[1]:
            raise RuleFault(
                "households must be the smaller number, then the larger one",
                "households 须先写较小的数，再写较大的数",
            )
        return self


class Groups(TableFile):
    """Alliances, community big grids and teams, one row a member."""

    id_column: str | None = None
    name_column: str | None = None
    type_column: str | None = None
    member_kind_column: str | None = Field(None, description="grid, object or post")
    member_column: str | None = None


class Boards(TableFile):
    """Public boards: of which grid or object, where, showing which version, hung on which day."""

    id_column: str | None = None
    grid_column: str | None = None
    object_column: str | None = None
    place_column: str | None = None
    version_column: str | None = None
    hung_on_column: str | None = None

    def columns(self) -> dict[str, str]:
        """Give the columns that are named, by the column of the boards that each is."""
        given = self.model_dump()
        return {column: given[key] for column, key in BOARD_KEYS.items() if given[key]}


class Cases(File):
    """Counts of cases by grid or point, period and class."""

    grid_column: str | None = None
    x_column: str | None = None
    y_column: str | None = None
    class_column: str | None = None
    period_column: str | None = None
    found_column: str | None = None
    filed_column: str | None = None
    dispatched_column: str | None = None
    handled_column: str | None = None
    verified_column: str | None = None
    closed_column: str | None = None
    other_column: str | None = None
    weeks: Above = Field(52.0, description="weeks that the counts span; for the load alone")
    base: str = Field("", description="counts with one base may be divided by one another")

    def columns(self) -> dict[str, str]:
        """Give the columns that are named, by the column of CASES that each is."""
        given = self.model_dump()
        names = ("class", "period", "found", "filed", "dispatched", "handled", "verified",
                 "closed", "other")  # fmt: skip
        named = {
            "grid_code": given["grid_column"],
            **{one: given[f"{one}_column"] for one in names},
        }
        return {column: name for column, name in named.items() if name}

    def position(self) -> tuple[str, str] | None:
        """Give the columns with the position, where the town names them itself."""
        named = self.x_column and self.y_column
        return (self.x_column or "", self.y_column or "") if named else None


class Business(File):
    """A department's own division of the ground, laid over the tree of grids."""

    id_column: str | None = None
    department_column: str | None = None
    name_column: str | None = None
    staff_column: str | None = None

    def columns(self) -> dict[str, str]:
        """Give the columns that are named, by the column of BUSINESS that each is."""
        given = self.model_dump()
        keys = ("id", "department", "name", "staff")
        own = {"id": "area_id"}
        return {own.get(key, key): given[f"{key}_column"] for key in keys if given[f"{key}_column"]}


class RoleRule(Section):
    """One role: who it is, and which grids, groups or objects need how many."""

    name: str = Field(min_length=1, description="as the roster writes it")
    name_en: str = ""
    leads: bool = Field(False, description="whether the one on the post answers for the place")
    on: tuple[str, ...] = Field(
        (),
        description="base, exclusive, subgrid, micro, household, group:TYPE or object:CLASS",
    )
    number: Count = 1
    hours: Hours = Field(0.0, description="officer-hours a week; 0: as capacity.officer_hours")
    skill: str = ""
    duties: tuple[str, ...] = ()
    optional: bool = Field(False, description="a vacancy is no fault")
    standing: bool = Field(False, description="only whoever holds it in the roster takes it")

    @field_validator("on")
    @classmethod
    def _known_places(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        wrong = [place for place in value if place not in _PLACES]
        if wrong:
            raise RuleFault(
                f"{', '.join(map(repr, wrong))} is no place for posts; allowed: base, base:LEVEL, "
                "exclusive, subgrid, micro, household, group:TYPE, object:CLASS",
                f"{'、'.join(wrong)} 不能设岗；可填 base、base:级别、exclusive、subgrid、micro、"
                "household、group:类型、object:类别",
            )
        return value


class Pin(Section):
    """A person who holds, or must not hold, a post."""

    person: str = Field(min_length=1, description="id of the person")
    post: str | None = Field(None, min_length=1)
    grid: str | None = Field(None, min_length=1)
    group: str | None = Field(None, min_length=1)
    object: str | None = Field(None, min_length=1)
    role: str | None = Field(None, description="role of the posts there; none: any")
    ban: bool = Field(False, description="true: must not hold it")

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        named = [self.post, self.grid, self.group, self.object]
        if sum(place is not None for place in named) != 1:
            raise RuleFault(
                "needs exactly one of 'post', 'grid', 'group' or 'object'",
                "“post”“grid”“group”“object”四者须且只须填一项",
            )
        return self


class Service(Section):
    """How far a service station reaches: minutes, speeds, and what stands in for roads."""

    minutes: Above = Field(10.0, description="minutes on the way to a station")
    walk_kmh: Above = 5.0
    bicycle_kmh: Above = 12.0
    detour: Annotated[float, Field(ge=1, strict=True, allow_inf_nan=False)] = Field(
        1.3, description="metres on the way for a metre of straight line off the roads"
    )
    proposals: Annotated[int, Field(ge=0, le=20, strict=True)] = Field(
        3, description="how many further stations are proposed"
    )
