"""What a feature says of its grid or patch, in the house and for the public.

Null stands where nothing is known; no text is "". No phone is ever written.
"""

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

from boundaries.export.geojson.figures import figures_of, number

__all__ = [
    "MU_M2",
    "PUBLIC_PROPERTIES",
    "add_contacts",
    "grid_properties",
    "mark_gcj02",
    "patch_properties",
    "public_part",
]

MU_M2 = 2000 / 3  # one mu 亩
_LEADER, _MEMBER = "leader", "member"
_BETWEEN = ";"
# Properties of grids and patches that a file for the public has; what comes later is not in it.
PUBLIC_PROPERTIES = frozenset(
    {"grid_code", "parent_code", "level", "kind", "family", "label", "category", "subclass", "name",
     "name_en", "version", "valid_from", "valid_to", "area_m2", "area_mu", "leader", "members",
     "others", "patch_id"}
)  # fmt: skip
_TEXTS = (
    *("parent_code", "family", "category", "subclass", "name", "name_en", "label"),
    *("host_object", "version", "valid_from", "valid_to"),
)


def grid_properties(
    grids: gpd.GeoDataFrame, patches: gpd.GeoDataFrame, assignments: pd.DataFrame
) -> dict[str, dict[str, Any]]:
    """Give the properties of every grid, in the order they are written."""
    posts = assignments.groupby(["grid_code", "status"]).size().to_dict()
    known = figures_of(grids, patches)
    ordered = grids.sort_values("level", kind="stable").drop(columns=grids.geometry.name)
    made = {}
    for row in ordered.itertuples():
        code = str(row.Index)
        text = {name: getattr(row, name) or None for name in _TEXTS}
        figure, area = known[code], row.area_m2 if row.spatial else float("nan")
        made[code] = {
            "grid_code": code,
            "parent_code": text["parent_code"],
            "level": row.level,
            "kind": row.kind,
            "family": text["family"],
            "spatial": row.spatial,
            "category": text["category"],
            "subclass": text["subclass"],
            "name": text["name"],
            "name_en": text["name_en"],
            "label": text["label"],
            "host_object": text["host_object"],
            "version": text["version"],
            "valid_from": text["valid_from"],
            "valid_to": text["valid_to"],
            "area_m2": number(area),
            "area_mu": number(area / MU_M2),
            "purity": number(row.purity, 4) if row.kind == "micro" else None,
            "patches": row.patches,
            **figure,
            "posts_filled": posts.get((code, "filled"), 0),
            "posts_vacant": posts.get((code, "vacant"), 0),
        }
    return made


def add_contacts(
    rows: Mapping[str, dict[str, Any]], assignments: pd.DataFrame, people: pd.DataFrame
) -> None:
    """Add who is on post: `leader`, `members`, and `others` with the keys of their roles."""
    filled = assignments[assignments["status"] == "filled"].sort_values(["role", "post_id"])
    named: dict[str, dict[str, list[str]]] = {
        code: {"leader": [], "members": [], "others": []} for code in rows
    }
    for code, person, role in zip(
        filled["grid_code"], filled["person_id"], filled["role"], strict=True
    ):
        if code not in rows or person not in people.index:
            continue
        name = str(people.at[person, "name"]).replace(_BETWEEN, "；")
        if role == _LEADER:
            named[code]["leader"].append(name)
        elif role == _MEMBER:
            named[code]["members"].append(name)
        else:
            named[code]["others"].append(f"{role}:{name}")
    for code, lists in named.items():
        rows[code].update({key: _BETWEEN.join(names) or None for key, names in lists.items()})


def patch_properties(patches: gpd.GeoDataFrame) -> dict[str, dict[str, Any]]:
    """Give the properties of every patch, in the order they are written."""
    plain = patches.drop(columns=patches.geometry.name)
    known = {name: bool((patches[name] > 0).any()) for name in ("households", "objects")}
    return {
        code: {
            "patch_id": code,
            "grid_code": row["grid_code"] or None,
            "parent_code": row["parent_code"],
            "kind": "patch",
            "category": row["category"],
            "subclass": row["subclass"] or None,
            "name": row["name"] or None,
            "area_m2": number(row["area_m2"]),
            "households": number(row["households"]) if known["households"] else None,
            "objects": row["objects"] if known["objects"] else None,
            "load_h": number(row["load_h"]),
        }
        for code, row in plain.to_dict("index").items()
    }


def mark_gcj02(rows: Mapping[str, dict[str, Any]]) -> None:
    """Say in every row that its coordinates are those of GCJ-02 maps, not true ones."""
    for row in rows.values():
        row["coord_type"] = "gcj02"


def public_part(rows: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Reduce properties to those that the public may have."""
    return {
        code: {key: value for key, value in row.items() if key in PUBLIC_PROPERTIES}
        for code, row in rows.items()
    }
