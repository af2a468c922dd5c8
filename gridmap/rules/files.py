"""The files that a town's rules name: what each is, and what it does not say itself."""

import codecs
import datetime
from functools import lru_cache
from pathlib import PureWindowsPath
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from gridmap.rules.faults import RuleFault
from layers.landuse.context import ContextKind, UnitKind
from layers.registers.classes import ClassKey
from layers.registers.register_columns import FACT_KEYS
from layers.registers.roster_columns import ROSTER_KEYS

__all__ = [
    "Basemap",
    "CategoryKey",
    "Context",
    "File",
    "Hierarchy",
    "KindKey",
    "Layer",
    "Register",
    "ResidualKey",
    "Roster",
    "Section",
    "TableFile",
    "Units",
]

CategoryKey = Literal[
    "problem_estate",
    "key_enterprise",
    "supplied_unbuilt",
    "developable",
    "water",
    "park_green",
    "farmland",
]
ResidualKey = Literal[
    "village_res",
    "urban_res",
    "market_commerce",
    "industry_other",
    "public_service",
    "road_transport",
    "forest_orchard_grass",
    "agri_facility",
    "water_margin",
    "green_buffer",
    "other_land",
    "unmapped",
]
KindKey = CategoryKey | ResidualKey


class Section(BaseModel):
    """A table of the rules: unknown keys are refused, nothing changes."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


@lru_cache(5_000)
def _file_in_folder(value: str) -> str:
    """Refuse absolute paths, ways up, links to the web and drives, on every system."""
    path = PureWindowsPath(value)
    if path.is_absolute() or path.anchor or ".." in path.parts or ":" in value:
        raise RuleFault(
            "must be a file in the folder of the rules, without '..', drive or address",
            "须为规则文件所在文件夹中的文件，不得含“..”、盘符或网址",
        )
    if "\\" in value:
        raise RuleFault("must have / between folders, not \\", "文件夹之间须用 /，不用 \\")
    return value


class TableFile(Section):
    """One file beside the rules, with the layer or sheet in it when there are several."""

    file: str = Field(min_length=1)
    layer: str | None = None
    encoding: str | None = Field(None, description="of its texts, when they come out garbled")

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str | None) -> str | None:
        try:
            return value if value is None else codecs.lookup(value).name
        except LookupError:
            raise RuleFault(
                "must be an encoding such as UTF-8, GB18030 or Big5",
                "须为文字编码，如 UTF-8、GB18030、Big5",
            ) from None

    @field_validator("file")
    @classmethod
    def _stays_in_folder(cls, value: str) -> str:
        return _file_in_folder(value)


class File(TableFile):
    """A file with a place on earth."""

    crs: str | None = Field(
        None, description="system of the file, when the file names none or a wrong one"
    )
    datum: Literal["gcj02", "bd09", "cgcs2000"] | None = Field(
        None,
        description="gcj02, bd09: the coordinates are those of a shifted web map, convert them "
        "back; cgcs2000: they are true, whatever the borders of the layer seem to say",
    )


class Hierarchy(File):
    """The grids as given; columns whose headers say it themselves need no name here."""

    code_column: str | None = None
    name_column: str | None = None
    level_column: str | None = None
    parent_code_column: str | None = None
    name_en_column: str | None = None
    households_column: str | None = None
    population_column: str | None = None

    def columns(self) -> dict[str, str]:
        """Give the columns that are named, by the column of the hierarchy that each is."""
        ending = "_column"
        named = {key: value for key, value in self.model_dump().items() if key.endswith(ending)}
        return {key.removesuffix(ending): str(value) for key, value in named.items() if value}


class Roster(TableFile):
    """The people; columns whose headers say it themselves need no name here."""

    id_column: str | None = None
    name_column: str | None = None
    office_column: str | None = None
    role_column: str | None = None
    skills_column: str | None = None
    home_code_column: str | None = None
    present_grid_column: str | None = None
    phone_column: str | None = None
    employment_column: str | None = None
    hours_column: str | None = None
    roles_column: str | None = None
    town_column: str | None = None

    def columns(self) -> dict[str, str]:
        """Give the columns that are named, by the column of the roster that each is."""
        given = self.model_dump()
        return {column: given[key] for column, key in ROSTER_KEYS.items() if given[key]}


class Layer(File):
    """A land-use layer: one category for all of it, or a code column with a mapping."""

    category: CategoryKey | None = None
    subclass: ResidualKey | None = None
    code_column: str | None = None
    codes: str | None = Field(
        None,
        description="gbt21010, gbt21010_2007, yongdi_yonghai_2023, osm, or a CSV of prefix,target "
        "beside the rules",
    )
    record_column: str | None = None
    name_column: str | None = None
    date: datetime.date | None = Field(None, description="day that the layer shows, as evidence")
    date_column: str | None = Field(None, description="the same for each record")
    sensitive: bool = Field(
        False, strict=True, description="no file for the public shows the ground of this layer"
    )

    @field_validator("codes")
    @classmethod
    def _codes_stay_in_folder(cls, value: str | None) -> str | None:
        return value if value is None else _file_in_folder(value)

    @model_validator(mode="after")
    def _one_way_to_classify(self) -> Self:
        ways = [self.category is not None, self.subclass is not None, self.codes is not None]
        if sum(ways) != 1:
            raise RuleFault(
                "needs exactly one of 'category', 'subclass' or 'codes'",
                "“category”“subclass”“codes”三者须且只须填一项",
            )
        if (self.codes is None) != (self.code_column is None):
            raise RuleFault(
                "'codes' and 'code_column' go together", "“codes”与“code_column”须同时填写"
            )
        return self


class Register(File):
    """A register of objects an officer has to visit, joined to ground by record or by point."""

    category: KindKey | None = Field(None, description="of the ground; none: counts for no load")
    kind: ClassKey | None = Field(None, description="what the objects are")
    id_column: str
    name_column: str | None = None
    record_column: str | None = Field(None, description="column holding a ground layer's record")
    x_column: str | None = Field(None, description="eastings or longitudes of a table")
    y_column: str | None = None
    credit_code_column: str | None = None
    staff_column: str | None = None
    households_column: str | None = None
    size_column: str | None = Field(None, description="flags of size, such as 规上")
    seen_on_column: str | None = None
    sensitive_column: str | None = None
    fields: tuple[str, ...] = Field((), description="columns that a complete file has")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.x_column is None) != (self.y_column is None):
            raise RuleFault(
                "'x_column' and 'y_column' go together", "“x_column”与“y_column”须同时填写"
            )
        if self.category is None and self.kind is None:
            raise RuleFault("needs 'category' or 'kind'", "“category”与“kind”须至少填一项")
        return self

    def facts(self) -> dict[str, str]:
        """Give the columns with what is told of an object, where the town names them itself."""
        given = self.model_dump()
        return {fact: given[key] for fact, key in FACT_KEYS.items() if given[key]}

    def position(self) -> tuple[str, str] | None:
        """Give the columns with the position, where the town names them itself."""
        named = self.x_column and self.y_column
        return (self.x_column or "", self.y_column or "") if named else None


class Context(File):
    """A layer that is drawn to recognise the place and that borders may follow; never divided."""

    kind: ContextKind
    class_column: str | None = Field(None, description="such as the class of a road")
    name_column: str | None = None


class Units(File):
    """A layer of buildings, compounds or village groups that no border of ours cuts."""

    kind: UnitKind
    id_column: str | None = None
    name_column: str | None = None
    households_column: str | None = None
    stairwells_column: str | None = None


class Basemap(Section):
    """A picture of the ground under the maps of the app: a file, or tiles from the network."""

    file: str | None = Field(
        None, min_length=1, description="MBTiles or PMTiles with pictures, or a GeoTIFF"
    )
    url: str | None = Field(
        None,
        description="address of tiles with {z}, {x} and {y}: the only thing that is ever asked "
        "from the network, and only when it stands here",
    )
    crs: str | None = Field(None, description="of an image that names none or a wrong one")
    datum: Literal["gcj02"] | None = Field(
        None, description="the map is drawn on a shifted web map: move it back"
    )
    opacity: float = Field(0.6, ge=0, le=1, description="of the base map when a map opens")
    grey: bool = False
    credit: str | None = Field(None, description="whose map it is, shown under the maps")

    @field_validator("file")
    @classmethod
    def _stays_in_folder(cls, value: str | None) -> str | None:
        return value if value is None else _file_in_folder(value)

    @field_validator("url")
    @classmethod
    def _is_address(cls, value: str | None) -> str | None:
        parts = ("{z}", "{x}", "{y}")
        if value is None or (
            value.startswith(("https://", "http://")) and all(part in value for part in parts)
        ):
            return value
        raise RuleFault(
            "must begin with https:// or http:// and contain {z}, {x} and {y}",
            "须以 https:// 或 http:// 开头，并含有 {z}、{x}、{y}",
        )

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.file is None) == (self.url is None):
            raise RuleFault("must name either file or url", "file 与 url 须写一个，且只写一个")
        return self
