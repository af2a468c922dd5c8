"""Which column of a dropped file is which, by its header and by what stands below it.

A header that reading knows itself needs no entry; for others the kind of the cells decides.
"""

from typing import Any

import pandas as pd

from gridmap.first_town.column_kinds import ColumnKind
from gridmap.first_town.looking import Looked
from layers.contract.text import narrow
from layers.landuse.grids import hierarchy_columns
from layers.registers.roster_columns import ROSTER_KEYS, roster_columns
from layers.registers.roster_words import ROLE_WORDS, words_of
from layers.sheets.coordinates import has_positions
from layers.sheets.likely_columns import likely_columns

__all__ = ["code_columns", "grid_columns", "person_columns", "register_columns"]

_CODE_HEADERS = (
    "dlbm", "地类编码", "地类代码", "用地编码", "用地代码", "ydyhflbm", "ydyhfldm", "ydyhdm",
    "dldm", "用地用海分类代码", "用地用海代码", "地类", "yddm", "xzdlbm",
)  # fmt: skip
_NAME_HEADERS = (
    "dlmc", "地类名称", "用地名称", "ydyhflmc", "用地用海分类名称", "地类", "用地性质", "用地类型",
    "类型", "ydmc",
)  # fmt: skip
_OF_PERSON: dict[str, tuple[ColumnKind, ...]] = {
    "name": ("person",),
    "phone": ("phone",),
    "home_code": ("place_name", "grid_code"),
    "present_grid": ("place_name", "grid_code"),
}
_OF_GRID: dict[str, tuple[ColumnKind, ...]] = {
    "code": ("grid_code", "text", "serial"),
    "level": ("level",),
    "parent_code": ("grid_code",),
    "name": ("place_name", "text"),
}
# First letters of the Chinese words, as shapefiles and databases of offices have them.
_INITIALS = {
    "code": ("wgbm", "wgdm", "bm", "dm", "xzqdm", "qhdm", "zldwdm", "cdm", "xzdm"),
    "name": ("wgmc", "mc", "xzqmc", "qhmc", "zldwmc", "cmc", "xzmc"),
    "level": ("jb", "wgjb", "cj", "dj"),
    "parent_code": ("sjbm", "sjdm", "fjbm", "fjdm", "pid", "sswg"),
    "households": ("hs", "zhs"),
    "population": ("rk", "rks", "zrk"),
}


def grid_columns(looked: Looked) -> tuple[dict[str, Any], dict[str, str]]:
    """Tell which columns a layer of grids has.

    Returns
    -------
    The keys that the rules need for headers that reading does not know; and all columns by ours.
    """
    known = hierarchy_columns(looked.cells.columns)
    values: dict[str, Any] = {}
    initials = {name.lower(): name for name in reversed(list(looked.cells.columns))}
    for column, words in _INITIALS.items():
        name = next((initials[word] for word in words if word in initials), None)
        if column not in known and name is not None and looked.kinds[name] != "empty":
            known[column] = name
            values[f"{column}_column"] = name
    for column, kinds in _OF_GRID.items():
        if column in known:
            continue
        name = _likeliest(looked, column, kinds, set(known.values()))
        if name is None and column == "name":
            name = next(iter(looked.columns_of("place_name")), None)
        if name is None and column == "code":
            codes = [one for one in looked.columns_of("grid_code") if looked.cells[one].is_unique]
            name = codes[0] if codes else None
        if name is None and column == "level":
            name = next(iter(looked.columns_of("level")), None)
        if name is not None and name not in known.values():
            known[column] = name
            values[f"{column}_column"] = name
    return values, known


def person_columns(looked: Looked) -> tuple[dict[str, Any], set[str]]:
    """Tell which columns a roster has: keys for the rules, and what is known of a person."""
    known = roster_columns(looked.cells.columns)
    values: dict[str, Any] = {}
    if "name" in known and looked.kinds.get(known["name"]) in ("firm", "phone"):
        known.pop("name")
    for column in ROSTER_KEYS:
        if column in known:
            continue
        kinds = _OF_PERSON.get(column, ("text", "person", "place_name", "level", "firm"))
        if column == "person_id":
            kinds = ("text", "grid_code", "serial", "land_code")
        name = _likeliest(looked, column, kinds, set(known.values()))
        if name is None and column in ("name", "phone"):
            there = [one for one in looked.columns_of(kinds[0]) if one not in known.values()]
            name = there[0] if there else None
        if name is not None and column == "role" and not _says_roles(looked.cells[name]):
            # 岗位说明 and the like: words of an office, which would be roles that nobody knows.
            column = "" if "office" in known else "office"
        if name is not None and column:
            known[column] = name
            values[ROSTER_KEYS[column]] = name
    return values, set(known)


def code_columns(looked: Looked) -> tuple[str, str] | None:
    """Find the columns of land-use codes and of their names, "" for the one that is not there."""
    by_header = {narrow(name).lower(): name for name in reversed(list(looked.cells.columns))}
    codes = [by_header[one] for one in _CODE_HEADERS if one in by_header]
    codes = [one for one in codes if looked.kinds[one] in ("land_code", "level", "serial")] or [
        one for one in codes if looked.kinds[one] not in ("empty", "land_name")
    ]
    codes = codes or looked.columns_of("land_code")
    names = [by_header[one] for one in _NAME_HEADERS if one in by_header]
    names = [one for one in names if looked.kinds[one] == "land_name"]
    names = names or looked.columns_of("land_name")
    return (codes[0] if codes else "", names[0] if names else "") if codes or names else None


def register_columns(looked: Looked, *, ground: bool = False) -> dict[str, Any]:
    """Tell the columns of a register, or those of a layer that name its records.

    Parameters
    ----------
    looked
        The layer or table.
    ground
        Whether it is land: then only the number of each record.
    """
    facts, values = looked.found.columns, {}
    if ground:
        records = [one for one in likely_columns(facts, "record") if _is_id(looked, one)]
        return {"record_column": records[0]} if records else {}
    ids = [one for one in looked.columns_of("credit_code") if _is_id(looked, one)]
    ids = [one for one in likely_columns(facts, "object_id") if _is_id(looked, one)] or ids
    names = looked.columns_of("firm") + likely_columns(facts, "object_name")
    if not ids:
        ids = [one for one in names if _is_id(looked, one)]
    if ids:
        values["id_column"] = ids[0]
    if names:
        values["name_column"] = names[0]
    if looked.family == "table" and not has_positions(looked.cells):
        for key, kind in (("x_column", "longitude"), ("y_column", "latitude")):
            found = likely_columns(facts, key[0]) or looked.columns_of(kind)  # type: ignore[arg-type]
            if found:
                values[key] = found[0]
        if not {"x_column", "y_column"} <= set(values):
            values = {key: one for key, one in values.items() if key[1:] != "_column"}
            records = [one for one in likely_columns(facts, "record") if one not in values.values()]
            if records:
                values["record_column"] = records[0]
    return values


def _says_roles(cells: pd.Series) -> bool:
    """Whether most of the filled cells are words for roles."""
    filled = [str(cell) for cell in cells if str(cell)]
    return 2 * sum(any(word in ROLE_WORDS for word in words_of(cell)) for cell in filled) > len(
        filled
    )


def _is_id(looked: Looked, name: str) -> bool:
    cells = looked.cells[name]
    return bool((cells != "").all() and cells.is_unique)


def _likeliest(
    looked: Looked, column: str, kinds: tuple[ColumnKind, ...], taken: set[str]
) -> str | None:
    """Give the likeliest column by header whose cells are of a kind that it may hold."""
    offered = likely_columns(looked.found.columns, column)
    fitting = [one for one in offered if one not in taken and looked.kinds.get(one) in kinds]
    return fitting[0] if fitting else None
