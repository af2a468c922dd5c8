"""The collections and the properties that features of each are found by."""

import re
from typing import Any

__all__ = [
    "COLUMNS",
    "FILTERS",
    "MICRO_GRIDS",
    "OBJECTS",
    "filters_of",
    "key_of",
    "named",
    "of_level",
    "prefix_of",
    "schema_of",
]

MICRO_GRIDS, OBJECTS = "micro_grids", "objects"
_LEVEL = re.compile(r"grids_([1-9])")
# Whether a collection is that of objects: names of properties, the key first. "level" is told by
# the collection, but clients that ask every collection the same question name it.
FILTERS: dict[bool, tuple[str, ...]] = {
    False: ("grid_code", "parent_code", "level", "kind", "category", "subclass", "family", "name",
            "label", "version"),
    True: ("object_id", "class", "category", "name", "grid_code"),
}  # fmt: skip
COLUMNS = tuple(sorted({name for names in FILTERS.values() for name in names}))
_MEANING = {
    "grid_code": ("编码", "Code of the grid", "string"),
    "parent_code": ("上级网格编码", "Code of the grid above", "string"),
    "level": ("级别", "Level, 1 for the town", "integer"),
    "kind": ("类型", "base, exclusive or micro", "string"),
    "category": ("类别", "Category of a micro-grid or an object", "string"),
    "subclass": ("细类", "Sub-class of a micro-grid of residual ground", "string"),
    "family": ("网格系列", "territorial or household", "string"),
    "name": ("名称", "Name", "string"),
    "label": ("显示名称", "Name given by hand", "string"),
    "version": ("版本", "Version since which the ground is as it is", "string"),
    "object_id": ("对象编号", "Id of the object", "string"),
    "class": ("对象类型", "Kind of object", "string"),
}


def of_level(level: int) -> str:
    """Name the collection of the given grids of a level."""
    return f"grids_{level}"


def filters_of(collection: str) -> tuple[str, ...]:
    """Name the properties that features of a collection are found by, the key first."""
    return FILTERS[collection == OBJECTS]


def key_of(collection: str) -> str:
    """Name the property that no two features of a collection share."""
    return filters_of(collection)[0]


def prefix_of(collection: str) -> str:
    """Give what the ids of features begin with, so that nothing takes them for numbers."""
    return "object." if collection == OBJECTS else "grid."


def named(collection: str) -> tuple[str, str]:
    """Give the Chinese and the English title of a collection."""
    if collection == MICRO_GRIDS:
        return "微网格", "Micro-grids"
    if collection == OBJECTS:
        return "走访对象", "Objects"
    found = _LEVEL.fullmatch(collection)
    level = found[1] if found else collection
    return f"第 {level} 级网格", f"Grids of level {level}"


def schema_of(collection: str, address: str) -> dict[str, Any]:
    """Describe what features are found by, as JSON Schema (OGC API – Features, Part 3)."""
    told: dict[str, Any] = {
        name: {"title": f"{_MEANING[name][0]} · {_MEANING[name][1]}", "type": _MEANING[name][2]}
        for name in filters_of(collection)
    }
    told[key_of(collection)]["x-ogc-role"] = "id"
    form = "geometry-point-or-null" if collection == OBJECTS else "geometry-multipolygon-or-null"
    told["geometry"] = {"x-ogc-role": "primary-geometry", "format": form}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": address,
        "type": "object",
        "title": " · ".join(named(collection)),
        "properties": told,
        "additionalProperties": False,
    }
