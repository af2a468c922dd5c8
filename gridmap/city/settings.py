"""The settings of a city, `city.toml`: its levels, its areas, its towns, and what they share.

Levels above the town are data: a county alone, or a province with cities and counties. Unknown keys
are refused by name, as in the rules of a town.
"""

import tomllib
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Annotated, Any

from pydantic import Field, ValidationError, field_validator, model_validator

from gridmap.rules.faults import RuleFault, faulty_file
from gridmap.rules.files import Roster, Section
from gridmap.rules.tables import read_tables
from gridmap.rules.text import line_zh
from layers.contract.errors import LayerFileError, Named, quoted
from layers.files.reader_faults import reason_zh

__all__ = [
    "FILE",
    "Area",
    "LandUse",
    "Level",
    "Settings",
    "SharedRoster",
    "TownEntry",
    "read_settings",
    "text_of",
    "toml_of",
]

FILE = "city.toml"
Code = Annotated[str, Field(pattern="^[0-9A-Za-z]{1,20}$")]
Text = Annotated[str, Field(min_length=1, max_length=100)]


def _inside(path: str) -> str:
    """Refuse a path that leads out of the folder of the city."""
    parts = PurePosixPath(path.replace("\\", "/"))
    if parts.is_absolute() or ".." in parts.parts or ":" in path:
        raise RuleFault("must lie in the folder of the city", "须在城市文件夹之内")
    return parts.as_posix()


class City(Section):
    """The city as a whole: the area at the top."""

    code: Code
    name: Text
    name_en: str = ""
    rules: str = Field("", description="rules that all towns share; each may say otherwise")

    @field_validator("rules")
    @classmethod
    def _rules_inside(cls, path: str) -> str:
        return _inside(path) if path else ""


class Level(Section):
    """A level above the town, from the top downwards."""

    key: Annotated[str, Field(pattern="^[a-z][a-z0-9_]{0,19}$")]
    name: Text
    name_en: Text


class Area(Section):
    """A county, or whatever stands between the top and the towns."""

    code: Code
    name: Text
    name_en: str = ""
    level: str
    parent: str = Field("", description="the area above; the city where not given")


class TownEntry(Section):
    """A town: a folder with rules and layers."""

    folder: Annotated[str, Field(min_length=1)]
    area: str = Field("", description="the area it lies in; the lowest whose code its own begins")

    @field_validator("folder")
    @classmethod
    def _folder_inside(cls, path: str) -> str:
        inside = _inside(path)
        if inside in ("", "."):
            raise RuleFault(
                "must be the folder of a town, below that of the city",
                "须为城市文件夹之下某镇的文件夹",
            )
        return inside


class LandUse(Section):
    """A land-use file of the whole city, which `city cut` gives the towns their parcels of."""

    file: str
    name: str = Field("landuse.parquet", description="of the file in the folder of each town")

    @field_validator("file", "name")
    @classmethod
    def _file_inside(cls, path: str) -> str:
        return _inside(path)


class SharedRoster(Roster):
    """A roster of the whole city, of which `city cut` gives each town its people."""

    name: str = Field("city-roster.csv", description="of the file in the folder of each town")
    aliases: dict[str, str] = Field(
        {}, description="what the file calls a town otherwise: its name, folder or code by that"
    )

    @field_validator("name")
    @classmethod
    def _table_inside(cls, path: str) -> str:
        if not path.lower().endswith(".csv"):
            raise RuleFault("must end with .csv", "须以 .csv 结尾")
        return _inside(path)


class Settings(Section):
    """All of `city.toml`."""

    city: City
    levels: Annotated[tuple[Level, ...], Field(min_length=1)] = (
        Level(key="city", name="市", name_en="city"),
    )
    areas: tuple[Area, ...] = ()
    landuse: LandUse | None = None
    roster: SharedRoster | None = None
    towns: tuple[TownEntry, ...] = Field(
        (), description="every folder below `towns` that has rules, where none is named"
    )

    @model_validator(mode="after")
    def _whole(self) -> "Settings":
        keys = [level.key for level in self.levels]
        codes = [self.city.code, *(area.code for area in self.areas)]
        folders = [one.folder for one in self.towns]
        named = (("levels", "层级", keys), ("codes", "编码", codes), ("towns", "镇", folders))
        for what, all_of in ((Named(en, zh), texts) for en, zh, texts in named):
            twice = sorted({one for one in all_of if all_of.count(one) > 1})
            if twice:
                raise RuleFault(
                    f"{what} must differ: {twice[0]} comes twice",
                    f"{what.zh}不得重复：{twice[0]}出现多次",
                )
        height = {self.city.code: 0}
        for area in self.areas:
            above = area.parent or self.city.code
            if above not in height:
                raise RuleFault(
                    f"area {area.code} lies in {above}, which must stand before it",
                    f"区域 {area.code} 的上级 {above} 须写在它之前",
                )
            if area.level not in keys[height[above] + 1 :]:
                raise RuleFault(
                    f"area {area.code} must be of a level below that of {above}: "
                    f"{', '.join(keys[height[above] + 1 :]) or 'there is none'}",
                    f"区域 {area.code} 的层级须低于 {above}："
                    f"{'、'.join(keys[height[above] + 1 :]) or '没有更低的层级'}",
                )
            height[area.code] = keys.index(area.level)
        unknown = next((one for one in self.towns if one.area and one.area not in height), None)
        if unknown is not None:
            raise RuleFault(
                f"town {unknown.folder} lies in {unknown.area}, which is no area of the city",
                f"镇 {unknown.folder} 所属的区域 {unknown.area} 不在本市的区域之中",
            )
        return self

    def areas_above(self, area: str) -> tuple[str, ...]:
        """Give an area and those that it lies in, the city last; () for one that is not here."""
        above = {one.code: one.parent or self.city.code for one in self.areas}
        found: list[str] = []
        while area in above:
            found.append(area)
            area = above[area]
        return (*found, area) if area == self.city.code else ()

    def area_of_code(self, code: str) -> str:
        """Find the lowest area whose code that of a town begins with; the city where none is."""
        begun = self._by_beginning
        found = (begun[code[:end]] for end in range(len(code), 0, -1) if code[:end] in begun)
        return next(found, self.city.code)

    @cached_property
    def _by_beginning(self) -> dict[str, str]:
        """Areas by what the codes of their towns begin with; the first where two begin alike."""
        return {_begun(one.code): one.code for one in reversed(self.areas)}


def _begun(code: str) -> str:
    """Give what the codes of all towns of an area begin with.

    Codes of digits end after 2 (province), 4 (city), 6 (county) or 9 (town) of them, the rest are
    zeros: 310100 is all of 3101, but 310110 a county of its own and not 310112 too.
    """
    ends = [end for end in (2, 4, 6, 9) if code.isdecimal() and not code[end:].strip("0")]
    return code[: ends[0]] if ends else code


def read_settings(folder: Path) -> Settings:
    """Read and check the settings of a city.

    Raises
    ------
    LayerFileError
        If there is no such file, or it is no TOML.
    LayerSchemaError
        If a key is unknown or a value is not allowed; every fault is listed.
    """
    path = Path(folder) / FILE
    missing = Named(
        f"There is no {FILE} in {str(folder)!r}. A city is a folder with a {FILE} and a folder "
        "for each town below 'towns'; docs/city.md shows one.",
        f"文件夹{quoted(folder)}中没有 {FILE}。城市文件夹须有 {FILE}，"
        "各镇文件夹放在 towns 之下；示例见 docs/city.md。",
    )
    given = toml_of(text_of(path, missing), path)
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        file = Named(repr(str(path)), quoted(path))
        raise faulty_file(error, given, Settings, file) from None


def text_of(path: Path, missing: Named) -> str:
    """Read a file of settings or rules as text.

    Parameters
    ----------
    path
        The file.
    missing
        What to say when it is not there.

    Raises
    ------
    LayerFileError
        If it is not there, cannot be read, or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        raise LayerFileError(missing.en, missing.zh) from None
    except UnicodeDecodeError:
        raise LayerFileError(
            f"{str(path)!r} is not UTF-8 text. Save it as UTF-8.",
            f"{quoted(path)}不是 UTF-8 文本。请另存为 UTF-8 编码。",
        ) from None
    except OSError as error:
        why, why_zh = error.strerror, reason_zh(error)
        raise LayerFileError(
            f"{str(path)!r} cannot be read: {why}. It must be a file that you may read.",
            f"无法读取{quoted(path)}：{why_zh}。须为有读取权限的文件。",
        ) from None


def toml_of(text: str, path: Path) -> dict[str, Any]:
    """Read a text as TOML; what is inside may be shared and is not to be changed.

    Raises
    ------
    LayerFileError
        If it is no TOML; `path` is named.
    """
    try:
        return read_tables(text)
    except tomllib.TOMLDecodeError as error:
        raise LayerFileError(
            f"{str(path)!r} is not valid TOML: {error}. Look at that line: texts stand in quotes, "
            "tables in [brackets], and no key comes twice.",
            f"{quoted(path)}不是有效的 TOML 文件：{line_zh(error)}有误。请检查该处："
            "文字要加引号，表名放在 [方括号] 中，同一个键不得写两次。",
        ) from None
