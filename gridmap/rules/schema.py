"""The rules of a town: one TOML file, read strictly.

`rules.toml` lies beside the layers and says everything that a town may decide: which files hold
what, precedence, code mappings, load weights, capacity, contiguity, residual ground, numbering.
Unknown keys, wrong types and impossible values are refused with file, key and the allowed values.
"""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import Field, ValidationError, model_validator

from gridmap.rules.faults import RuleFault, faulty_file
from gridmap.rules.files import (
    Basemap,
    CategoryKey,
    Context,
    File,
    Hierarchy,
    KindKey,
    Layer,
    Register,
    ResidualKey,
    Roster,
    Section,
    TableFile,
    Units,
)
from gridmap.rules.governance import (
    Boards,
    Business,
    Cases,
    Exclusive,
    Groups,
    HouseholdGrids,
    Pin,
    RoleRule,
    Service,
    Sites,
)
from gridmap.rules.publishing import Publish
from gridmap.rules.text import line_zh
from gridmap.rules.town import Town
from layers.contract.categories import CATEGORY_KEYS, RESIDUAL_KEYS
from layers.contract.errors import LayerFileError, Named, quoted
from layers.landuse.context import RoadClass

__all__ = ["Rules", "check_rules", "load_rules", "parse_rules"]

ROLE_KEY = "[a-z][a-z0-9_]{0,39}"  # as posts name it

Treatment = Literal["own", "absorb", "leave"]
# Strict: a number in quotes, or true for 1, is a slip of the pen and not a number.
Positive = Annotated[float, Field(gt=0, strict=True, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, strict=True, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, strict=True)]
Switch = Annotated[bool, Field(strict=True)]


class Weights(Section):
    """Load in officer-hours a week that one unit of each measure asks for."""

    hectare: NotNegative = 0.0
    patch: NotNegative = 0.0
    household: NotNegative = 0.0
    object: NotNegative = 0.0
    case: NotNegative = Field(0.0, description="for each case a week that `[[cases]]` counts")


class Capacity(Section):
    """What officers can carry."""

    officer_hours: Positive = Field(description="officer-hours a week that one officer gives")
    officers_min: Annotated[int, Field(ge=1, le=50, strict=True)] = 1
    officers_max: Annotated[int, Field(ge=1, le=50, strict=True)] = 4
    points_per_hour: Positive | None = Field(
        None, description="work points that an officer-hour counts as, shown beside hours"
    )
    load_index_max: Annotated[float, Field(ge=1, strict=True, allow_inf_nan=False)] = Field(
        1.5, description="largest load an officer, as a multiple of the mean"
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.officers_min > self.officers_max:
            raise RuleFault(
                "officers_min must not be above officers_max", "officers_min 不得大于 officers_max"
            )
        return self


Between = tuple[NotNegative, NotNegative]


class Band(Section):
    """What a micro-grid of one kind usually has; what lies outside is noted, never refused."""

    area_ha: Between | None = None
    households: Between | None = None
    objects: Between | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for name in ("area_ha", "households", "objects"):
            band = getattr(self, name)
            if band is not None and band[0] > band[1]:
                raise RuleFault(
                    f"{name} must be the smaller number, then the larger one",
                    f"{name} 须先写较小的数，再写较大的数",
                )
        return self


class Split(Section):
    """How the ground is cut into micro-grids."""

    target: Annotated[int, Field(ge=1, strict=True)] | None = Field(
        None, description="number of micro-grids wanted; none: as few as capacity allows"
    )
    min_area_ha: dict[KindKey, NotNegative] = Field(
        default_factory=dict, description="smaller connected ground joins its neighbour"
    )
    min_area_ha_default: NotNegative = 1.0
    warn_area_ha: Between = (1.0, 60.0)
    bands: dict[KindKey, Band] = Field(
        default_factory=dict, description="usual sizes of micro-grids by kind"
    )
    width_min_m: NotNegative = Field(0.0, description="narrower micro-grids are named as ribbons")
    compactness_min: Share = Field(0.0, description="4 pi area / perimeter², a circle has 1")
    warn_purity: Share = 0.8
    seed: Annotated[int, Field(ge=0, strict=True)] = 0
    effort: Literal["fast", "default", "best"] = "default"

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.warn_area_ha[0] > self.warn_area_ha[1]:
            raise RuleFault(
                "warn_area_ha must be the smaller area, then the larger one",
                "warn_area_ha 须先写较小面积，再写较大面积",
            )
        return self


class Contiguity(Section):
    """When two patches count as neighbours."""

    min_border_m: NotNegative = Field(1.0, description="least shared border")
    max_gap_m: NotNegative = Field(
        0.0, description="widest gap (kept roads, ground left out) that a link may bridge"
    )
    barriers: File | None = Field(None, description="lines no micro-grid may cross")


class Borders(Section):
    """What a metre of border between micro-grids costs, by what it runs along.

    The cheaper a line, the more gladly the engine takes it for a border.
    """

    road: Positive = 1.0
    river: Positive = 1.0
    track: Positive = 1.0
    parcel: Positive = Field(1.0, description="a line of the given layers, and no visible line")
    nothing: Positive = Field(1.0, description="a line along which ground was cut by us")
    near_m: NotNegative = Field(20.0, description="so far from a line a border runs along it")
    banned: tuple[RoadClass, ...] = Field((), description="roads that no border of ours follows")


class Residual(Section):
    """What becomes of ground in none of the seven categories, by sub-class.

    own: micro-grids of its own; absorb: joins the neighbouring ground; leave: stays with the parent
    grid, listed as left over.
    """

    default: Treatment = "absorb"
    by_subclass: dict[ResidualKey, Treatment] = Field(default_factory=dict)
    unmapped_to: Literal["farmland"] | ResidualKey = Field(
        "unmapped", description="what ground in no layer counts as"
    )
    streets: Literal["absorb", "keep"] = Field(
        "keep",
        description="absorb: road ground is split along centre lines and joins the nearest ground",
    )


class Tiling(Section):
    """When a piece is too thin or too small to be a patch."""

    sliver_width_m: NotNegative = 2.0
    sliver_area_m2: NotNegative = 100.0
    sliver_area_by_kind_m2: dict[KindKey, NotNegative] = Field(
        default_factory=dict, description="least area of one kind, instead of sliver_area_m2"
    )
    cut_along_roads: Switch = True


class Numbering(Section):
    """Digits that a level adds to the code of its parent."""

    micro_digits: Annotated[int, Field(ge=1, le=6, strict=True)] = 2


class Households(Section):
    """Where the households counted on a grid live: shared out by area over these sub-classes."""

    live_on: tuple[KindKey, ...] = ("village_res", "urban_res")


class Assignment(Section):
    """Costs of the exact assignment; the pairs with the least sum win."""

    skill: NotNegative = Field(10.0, description="person lacks the skill of the post")
    home: NotNegative = Field(3.0, description="person is not at home in the village")
    distance_km: NotNegative = Field(1.0, description="each km from the home village")
    change: NotNegative = Field(6.0, description="person leaves the post held today")
    use_surplus: Switch = Field(
        True, description="people beyond the need join the fullest micro-grids"
    )


class Rules(Section):
    """All rules of one town, one attribute a section of `rules.toml`.

    Every key with its unit, limits, default and source is on the page of the rules. An unknown key
    or a value that is not allowed is refused by name.
    """

    town: Town
    hierarchy: Hierarchy
    roads: File | None = None
    roster: Roster | None = None
    growth_boundary: File | None = Field(
        None, description="polygons inside which ground that may be developable is so"
    )
    agreed_borders: File | None = Field(
        None, description="ground that the town and its neighbours have agreed to give and take"
    )
    layers: tuple[Layer, ...] = Field(min_length=1)
    registers: tuple[Register, ...] = ()
    context: tuple[Context, ...] = ()
    units: tuple[Units, ...] = ()
    sites: tuple[Sites, ...] = ()
    groups: tuple[Groups, ...] = ()
    boards: tuple[Boards, ...] = ()
    cases: tuple[Cases, ...] = ()
    business: tuple[Business, ...] = ()
    exclusive: Exclusive = Exclusive()
    household_grids: HouseholdGrids = HouseholdGrids()
    roles: dict[str, RoleRule] = Field(default_factory=dict)
    pins: tuple[Pin, ...] = ()
    basemap: Basemap | None = Field(None, description="a picture of the ground under the maps")
    precedence: tuple[CategoryKey, ...] = get_args(CategoryKey)
    load: dict[KindKey | Literal["default"], Weights]
    capacity: Capacity
    split: Split = Split()
    contiguity: Contiguity = Contiguity()
    borders: Borders = Borders()
    residual: Residual = Residual()
    tiling: Tiling = Tiling()
    numbering: Numbering = Numbering()
    households: Households = Households()
    assignment: Assignment = Assignment()
    service: Service = Service()
    publish: Publish = Publish()
    duties: dict[KindKey | Literal["default"], tuple[str, ...]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if sorted(self.precedence) != sorted(CATEGORY_KEYS):
            raise RuleFault(
                "precedence must name each of the seven categories once: "
                f"{', '.join(CATEGORY_KEYS)}",
                f"precedence 须把七个类别各列一次：{'、'.join(CATEGORY_KEYS)}",
            )
        wrong = [key for key in self.roles if not re.fullmatch(ROLE_KEY, key)]
        if wrong:
            raise RuleFault(
                f"[roles.{wrong[0]}] must be named by small Latin letters, digits and _; its "
                "Chinese name stands under name",
                f"[roles.{wrong[0]}] 的键须为小写拉丁字母、数字和 _；中文名称写在 name 下",
            )
        return self

    @property
    def files(self) -> tuple[TableFile, ...]:
        """All files beside the rules that they name; one that is named twice comes twice."""
        single = (self.hierarchy, self.roads, self.roster)
        borders = (self.growth_boundary, self.agreed_borders)
        several = (
            *(*self.layers, *self.registers, *self.context, *self.units, *self.sites),
            *(*self.groups, *self.boards, *self.cases, *self.business),
        )
        named = (*single, *borders, self.contiguity.barriers, *several)
        return tuple(entry for entry in named if entry is not None)

    def weights(self, kind: str) -> Weights:
        """Weights of a category or sub-class, or the default ones."""
        by_kind: dict[str, Weights] = {str(key): value for key, value in self.load.items()}
        return by_kind.get(kind, by_kind.get("default", Weights()))

    def treatment(self, subclass: str) -> Treatment:
        """Say what becomes of residual ground of this sub-class; homes have grids of their own."""
        if subclass in self.household_grids.on:
            return "own"
        by_subclass: dict[str, Treatment] = {
            str(key): value for key, value in self.residual.by_subclass.items()
        }
        return by_subclass.get(subclass, self.residual.default)

    def min_area_m2(self, kind: str) -> float:
        """Ground smaller than this joins its neighbour."""
        by_kind: dict[str, float] = {
            str(key): value for key, value in self.split.min_area_ha.items()
        }
        return 10_000 * by_kind.get(kind, self.split.min_area_ha_default)


def load_rules(path: Path) -> Rules:
    """Read and check a rules file.

    Parameters
    ----------
    path
        A TOML file in UTF-8.

    Returns
    -------
    The rules, with the defaults for what the file leaves out.

    Raises
    ------
    LayerFileError
        If the file is missing or is not TOML.
    LayerSchemaError
        If a key is unknown or a value is not allowed; every fault is listed.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise LayerFileError(
            f"No rules file at {str(path)!r}. A town's folder needs a rules.toml beside its "
            "layers; copy one from data/zhengan and change it.",
            f"{quoted(path)}处没有规则文件。镇文件夹中除各图层外须有 rules.toml；"
            "可从 data/zhengan 复制一份修改。",
        ) from None
    except UnicodeDecodeError:
        raise LayerFileError(
            f"{str(path)!r} is not UTF-8 text. Save it as UTF-8.",
            f"{quoted(path)}不是 UTF-8 文本。请另存为 UTF-8 编码。",
        ) from None
    return parse_rules(text, source=str(path))


def parse_rules(text: str, *, source: str = "rules.toml") -> Rules:
    """Check the text of a rules file; `source` names it in errors."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise LayerFileError(
            f"{source!r} is not valid TOML: {error}. Look at that line: texts stand in quotes, "
            "tables in [brackets], and no key comes twice.",
            f"{quoted(source)}不是有效的 TOML 文件：{line_zh(error)}有误。请检查该处："
            "文字要加引号，表名放在 [方括号] 中，同一个键不得写两次。",
        ) from None
    return check_rules(given, source=source)


def check_rules(given: Mapping[str, Any], *, source: str = "rules.toml") -> Rules:
    """Check rules as read from a file; `source` names it in errors."""
    try:
        return Rules.model_validate(given)
    except ValidationError as error:
        file = Named(repr(source), f"规则文件{quoted(source)}")
        raise faulty_file(error, given, Rules, file) from None


assert set(CATEGORY_KEYS) == set(get_args(CategoryKey))
assert set(RESIDUAL_KEYS) == set(get_args(ResidualKey))
