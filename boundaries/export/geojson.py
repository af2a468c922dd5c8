"""Boundaries for other systems: RFC 7946 GeoJSON of the grids, and of the patches when asked.

What a reader gets is a valid tiling after rounding: the smallest ground is rounded first, and every
grid above is the union of it. docs/geojson.md lists the properties. No phone is ever written.
"""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from boundaries.export.rounding import DECIMALS, UNITS, is_tiling, round_tiling
from boundaries.topology.dissolve import dissolve

__all__ = ["DISCLAIMER", "MU_M2", "PUBLIC_PROPERTIES", "Source", "geojson_bytes"]

MU_M2 = 2000 / 3  # one mu 亩
DISCLAIMER = "Management lines, not legal borders. 管理界线，非法定界线。"
WGS84 = "OGC:CRS84"
CRACK_M = 0.05  # narrower gaps between grids are cracks that snapping closes


# Properties of grids and patches that a file for the public has; what comes later is not in it.
PUBLIC_PROPERTIES = frozenset(
    {"grid_code", "parent_code", "level", "kind", "family", "label", "category", "subclass", "name",
     "name_en", "version", "valid_from", "valid_to", "area_m2", "area_mu", "contacts", "patch_id"}
)  # fmt: skip


@dataclass(frozen=True)
class Source:
    """Whose boundaries they are and who must be named."""

    code: str
    name: str
    name_en: str = ""
    version: str = ""
    credit: str = ""
    licence: str = ""
    notice: str = ""  # that it is for internal use, or the number under which it was reviewed
    public: bool = False  # for the public: only what PUBLIC_PROPERTIES names is written


def geojson_bytes(
    grids: gpd.GeoDataFrame,
    patches: gpd.GeoDataFrame,
    assignments: pd.DataFrame,
    people: pd.DataFrame,
    *,
    source: Source,
    with_patches: bool = False,
    with_contacts: bool = False,
) -> bytes:
    """Write the grids of a plan as GeoJSON; the same plan gives the same bytes.

    Parameters
    ----------
    grids, patches, assignments, people
        Tables of a plan (`layers.contract.columns`), polygons in one work CRS.
    source
        Town, credit and licence for the head of the file.
    with_patches
        Write the patches after the grids, as features of kind "patch".
    with_contacts
        Write names and roles of the people on each grid. Phones are never written.

    Returns
    -------
    UTF-8 text with one feature a line. The member `gridmap` of the collection holds `source`, the
    disclaimer and `topology`: what the check of the rounded tiling found.

    Raises
    ------
    BoundaryError
        If the grids are so far from a tiling that rounding cannot give one.

    References
    ----------
    RFC 7946, The GeoJSON Format, 2016.
    """
    grids, patches = grids.sort_index(), patches.sort_index()
    ground, owners = _smallest_ground(grids, patches, with_patches=with_patches)
    matched = is_tiling(ground.to_numpy(), gap_width=CRACK_M)
    rounded = round_tiling(ground.to_crs(WGS84).to_numpy(), matched=matched)
    pieces = gpd.GeoSeries(rounded.shapes, index=ground.index)
    chains = _chains(grids)
    shapes = _unite(pieces, owners, chains).reindex(grids.index)
    head: dict[str, Any] = {
        "format": 1,
        "town": {"code": source.code, "name": source.name, "name_en": source.name_en},
        "version": source.version,
        "credit": source.credit,
        "licence": source.licence,
        "disclaimer": DISCLAIMER,
        "notice": source.notice,
        "audience": "public" if source.public else "internal",
        "coordinates": f"WGS84 longitude and latitude, {DECIMALS} decimals",
        "topology": {
            **_topology(grids, shapes),
            "valid_tiling_before_rounding": matched,
            # Where new borders were mended, ground may have been hidden.
            "mended": [] if source.public else sorted(set(owners[rounded.repaired])),
            "vanished": sorted(ground.index[rounded.vanished]),
            "largest_difference_to_parts_m2": _difference(grids, ground, owners, chains),
            "left_with_parents_m2": _number(patches["area_m2"][patches["grid_code"] == ""].sum()),
        },
    }
    rows = _grid_properties(grids, assignments)
    if with_contacts:
        _add_contacts(rows, assignments, people)
    of_patches = _patch_properties(patches) if with_patches else {}
    if source.public:
        rows, of_patches = _public(rows), _public(of_patches)
    features = _features(rows, shapes)
    if with_patches:
        features += _features(of_patches, pieces)
        head["topology"]["patches"] = len(patches)
    return _collection(head, _bbox(shapes), features).encode()


def _smallest_ground(
    grids: gpd.GeoDataFrame, patches: gpd.GeoDataFrame, *, with_patches: bool
) -> tuple[gpd.GeoSeries, pd.Series]:
    """Give the polygons that tile the town, and the grid that each lies in directly."""
    leaves = grids.index[~grids.index.isin(grids["parent_code"]) & grids["spatial"]]
    owner = patches["grid_code"].where(patches["grid_code"] != "", patches["parent_code"])
    if with_patches and len(patches):
        return patches.geometry, owner
    # Ground that a grid with parts holds itself, as left or as a unit's: the rest of that grid.
    rest = dissolve(patches.geometry, owner.where(~owner.isin(leaves), ""))
    ground = pd.concat([grids.geometry.loc[leaves], rest]).sort_index()
    return gpd.GeoSeries(ground, crs=grids.crs), pd.Series(ground.index, index=ground.index)


def _chains(grids: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Give every grid with all grids above it, lowest first."""
    parents = grids["parent_code"].to_dict()
    chains = {}
    for code in parents:
        chain, above = [code], parents[code]
        while above in parents and above not in chain:
            chain.append(above)
            above = parents[above]
        chains[code] = tuple(chain)
    return chains


def _unite(
    pieces: gpd.GeoSeries, owners: pd.Series, chains: Mapping[str, tuple[str, ...]]
) -> gpd.GeoSeries:
    """Give every grid the union of its ground."""
    depth = max((len(chain) for chain in chains.values()), default=0)
    found = []
    for height in range(depth):
        # Counted from the top, so that one round deals with the grids of one level.
        label = owners.map(lambda code, at=height: _at(chains.get(code, ()), at))
        solid = ~pieces.is_empty & (label != "")
        if solid.any():
            found.append(dissolve(pieces[solid], label[solid]))
    return gpd.GeoSeries(pd.concat(found) if found else [], dtype="geometry")


def _at(chain: tuple[str, ...], height: int) -> str:
    return chain[-1 - height] if height < len(chain) else ""


def _topology(grids: gpd.GeoDataFrame, shapes: gpd.GeoSeries) -> dict[str, Any]:
    """Say what a reader may trust, checked on the very numbers that are written."""
    levels = []
    for level, codes in grids.groupby("level").groups.items():
        solid = shapes.loc[codes].dropna().to_numpy()
        levels.append({"level": int(level), "grids": len(codes), "valid_tiling": is_tiling(solid)})
    # Ground in no grid shows as a hole that the town did not have.
    top = grids.index[~grids["parent_code"].isin(grids.index)]
    gaps = max(0, _holes(shapes.loc[top].dropna()) - _holes(grids.geometry.loc[top]))
    valid = gaps == 0 and all(level["valid_tiling"] for level in levels)
    return {"valid_tiling": valid, "levels": levels, "gaps": gaps}


def _holes(shapes: gpd.GeoSeries) -> int:
    return int(shapely.get_num_interior_rings(shapely.get_parts(shapes.to_numpy())).sum())


def _difference(
    grids: gpd.GeoDataFrame,
    ground: gpd.GeoSeries,
    owners: pd.Series,
    chains: Mapping[str, tuple[str, ...]],
) -> float | None:
    """Measure the largest difference between a grid and the sum of its ground, in m²."""
    sums = dict.fromkeys(grids.index, 0.0)
    for area, code in zip(ground.area, owners, strict=True):
        for above in chains.get(code, ()):
            sums[above] += area
    apart = (pd.Series(sums) - grids.area.where(grids["spatial"], 0.0)).abs()
    return _number(apart.max()) if sums else 0.0


def _grid_properties(
    grids: gpd.GeoDataFrame, assignments: pd.DataFrame
) -> dict[str, dict[str, Any]]:
    """Give the properties of every grid, in the order they are written."""
    posts = assignments.groupby(["grid_code", "status"]).size().to_dict()
    ordered = grids.sort_values("level", kind="stable").drop(columns=grids.geometry.name)
    return {
        code: {
            "grid_code": code,
            "parent_code": row["parent_code"] or None,
            "level": row["level"],
            "kind": row["kind"],
            "family": row["family"] or None,
            "spatial": row["spatial"],
            "category": row["category"] or None,
            "subclass": row["subclass"] or None,
            "name": row["name"],
            "name_en": row["name_en"],
            "label": row["label"] or None,
            "host_object": row["host_object"] or None,
            "version": row["version"],
            "valid_from": row["valid_from"] or None,
            "valid_to": row["valid_to"] or None,
            "area_m2": _number(row["area_m2"]),
            "area_mu": _number(row["area_m2"] / MU_M2),
            "purity": _number(row["purity"], 4),
            "patches": row["patches"],
            "households": _number(row["households"]),
            "population": _number(row["population"]),
            "headcount": row["headcount"],
            "objects": row["objects"],
            "load_h": _number(row["load_h"]),
            "capacity_h": _number(row["capacity_h"]),
            "officers": row["officers"],
            "posts_filled": posts.get((code, "filled"), 0),
            "posts_vacant": posts.get((code, "vacant"), 0),
        }
        for code, row in ordered.to_dict("index").items()
    }


def _public(rows: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Reduce properties to those that the public may have."""
    return {
        code: {key: value for key, value in row.items() if key in PUBLIC_PROPERTIES}
        for code, row in rows.items()
    }


def _add_contacts(
    rows: dict[str, dict[str, Any]], assignments: pd.DataFrame, people: pd.DataFrame
) -> None:
    filled = assignments[assignments["status"] == "filled"].sort_values(["role", "post_id"])
    for row in rows.values():
        row["contacts"] = []
    for code, person, role in zip(
        filled["grid_code"], filled["person_id"], filled["role"], strict=True
    ):
        if code in rows and person in people.index:
            rows[code]["contacts"].append({"name": people.at[person, "name"], "role": role})


def _patch_properties(patches: gpd.GeoDataFrame) -> dict[str, dict[str, Any]]:
    plain = patches.drop(columns=patches.geometry.name)
    return {
        code: {
            "patch_id": code,
            "grid_code": row["grid_code"] or None,
            "parent_code": row["parent_code"],
            "kind": "patch",
            "category": row["category"],
            "subclass": row["subclass"] or None,
            "name": row["name"],
            "area_m2": _number(row["area_m2"]),
            "households": _number(row["households"]),
            "objects": row["objects"],
            "load_h": _number(row["load_h"]),
        }
        for code, row in plain.to_dict("index").items()
    }


def _number(value: float, decimals: int = 2) -> float | None:
    """Round for the file; what is no number is null, as JSON has no NaN."""
    # Adding zero turns -0.0 into 0.0.
    return round(float(value), decimals) + 0.0 if math.isfinite(value) else None


def _features(rows: Mapping[str, dict[str, Any]], shapes: gpd.GeoSeries) -> list[str]:
    """Write one feature a line, rings by the right-hand rule and from a fixed corner."""
    codes = list(rows)
    turned = shapely.orient_polygons(shapely.normalize(shapes.loc[codes].to_numpy()))
    texts = []
    for code, shape in zip(codes, turned, strict=True):
        head = _json({"type": "Feature", "id": code, "properties": rows[code]})
        texts.append(f'{head[:-1]},"geometry":{_geometry(shape)}}}')
    return texts


def _geometry(shape: shapely.Geometry | None) -> str:
    if shape is None or shape.is_empty:
        return "null"
    parts = [
        f"[{','.join(f'[{_ring(ring)}]' for ring in [part.exterior, *part.interiors])}]"
        for part in shapely.get_parts(shape)
    ]
    if len(parts) == 1:
        return f'{{"type":"Polygon","coordinates":{parts[0]}}}'
    return f'{{"type":"MultiPolygon","coordinates":[{",".join(parts)}]}}'


def _ring(ring: shapely.LinearRing) -> str:
    return ",".join(f"[{_degrees(x)},{_degrees(y)}]" for x, y in _whole(ring))


def _whole(ring: shapely.LinearRing) -> Iterator[list[int]]:
    points: NDArray[np.int64] = np.rint(shapely.get_coordinates(ring)).astype(np.int64)
    return iter(points.tolist())


def _degrees(units: int) -> str:
    return f"{units / UNITS:.{DECIMALS}f}"


def _bbox(shapes: gpd.GeoSeries) -> str:
    solid = shapes.dropna().to_numpy()
    if not len(solid):
        return ""
    bounds = np.asarray(shapely.total_bounds(solid))
    return f'"bbox":[{",".join(_degrees(int(unit)) for unit in bounds)}],'


def _collection(head: Mapping[str, Any], bbox: str, features: list[str]) -> str:
    body = ",\n".join(features)
    return f'{{"type":"FeatureCollection",{bbox}"gridmap":{_json(head)},"features":[\n{body}\n]}}\n'


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
