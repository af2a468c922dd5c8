"""Ground that may be developable, and what it takes to count as such.

A land-use code alone does not say that idle or bare ground may be built on. It is developable
inside the growth boundary of the town's plan, or when a register of the town lists it; else it
stays other land.
"""

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from layers.contract.columns import OBJECTS, empty_frame
from layers.contract.issues import Issue

__all__ = ["Evidence", "no_evidence", "settle_candidates"]

_NOISE_M2 = 1.0  # ground that only differs by how lines were drawn


@dataclass(frozen=True)
class Evidence:
    """What turns a candidate into a category: the growth boundary, and the registers."""

    boundary: shapely.Geometry | None
    objects: gpd.GeoDataFrame  # OBJECTS of all registers

    def listed(self, ground: gpd.GeoDataFrame, candidate: pd.Series) -> np.ndarray:
        """Tell which candidates a register of their category lists, by record or by place."""
        found = np.zeros(len(ground), dtype=bool)
        for category, objects in self.objects.groupby("category"):
            wanted = (candidate == category).to_numpy()
            records = set(objects["record"]) - {""}
            found |= wanted & ground["record"].isin(records).to_numpy()
            placed = objects.geometry[~objects.geometry.isna()]
            tree = shapely.STRtree(shapely.point_on_surface(placed.to_numpy()))
            hit = tree.query(ground.geometry.to_numpy(), predicate="intersects")[0]
            found[hit] |= wanted[hit]
        return found


def no_evidence(crs: Any) -> Evidence:
    """Give what a town has that names neither a growth boundary nor a register."""
    return Evidence(None, gpd.GeoDataFrame(empty_frame(OBJECTS, index="object_id", crs=crs)))


def settle_candidates(
    ground: gpd.GeoDataFrame, candidate: pd.Series, evidence: Evidence
) -> tuple[gpd.GeoDataFrame, list[Issue]]:
    """Give candidates their category where it is proved, and say what became of them.

    Parameters
    ----------
    ground
        GROUND of one layer.
    candidate
        Category that each row may have; "" for the others.
    evidence
        The evidence of the town.

    Returns
    -------
    The ground, where a candidate that lies across the boundary is two rows of the same record; and
    a READ-15 issue for each category with candidates, with their area.
    """
    maybe = (candidate != "").to_numpy()
    if not maybe.any():
        return ground, []
    listed = evidence.listed(ground, candidate)
    inside, outside = _at_boundary(ground, maybe & ~listed, evidence.boundary)
    shapes = ground.geometry.to_numpy().copy()
    shapes[maybe & ~listed] = outside[maybe & ~listed]
    settled = ground.set_geometry(gpd.GeoSeries(shapes, index=ground.index, crs=ground.crs))
    proved = ground.set_geometry(gpd.GeoSeries(inside, index=ground.index, crs=ground.crs))
    proved = proved[shapely.area(inside) > _NOISE_M2]
    names = {"category": candidate, "subclass": pd.Series("", index=ground.index)}
    settled = settled.assign(
        **{name: settled[name].where(~listed, new) for name, new in names.items()}
    )
    proved = proved.assign(**{name: new[proved.index] for name, new in names.items()})
    whole = maybe & ~listed & (shapely.area(shapes) <= _NOISE_M2)
    result = pd.concat([settled[~whole], proved]).sort_index(kind="stable")
    area = pd.DataFrame(
        {
            "candidate": candidate,
            "proved": np.where(listed, ground.area, shapely.area(inside)),
            "all": ground.area,
        }
    )[maybe]
    layer = str(ground["layer"].iloc[0])
    told = [
        _told(layer, str(category), rows, evidence)
        for category, rows in area.groupby("candidate", sort=True)
    ]
    return gpd.GeoDataFrame(result.reset_index(drop=True)), told


def _at_boundary(
    ground: gpd.GeoDataFrame, rows: np.ndarray, boundary: shapely.Geometry | None
) -> tuple[np.ndarray, np.ndarray]:
    """Cut some rows at the boundary: what lies inside of it, and what does not."""
    inside = np.full(len(ground), shapely.Polygon(), dtype=object)
    outside = ground.geometry.to_numpy().copy()
    if boundary is None or not rows.any():
        return inside, outside
    shapely.prepare(boundary)
    inside[rows] = _areas(shapely.intersection(outside[rows], boundary))
    outside[rows] = _areas(shapely.difference(outside[rows], boundary))
    return inside, outside


def _areas(shapes: np.ndarray) -> np.ndarray:
    """Leave out the lines and points where a cut only touches."""
    mixed = np.flatnonzero(~np.isin(shapely.get_type_id(shapes), (3, 6)))
    for at in mixed:
        parts = shapely.get_parts(shapes[at])
        shapes[at] = shapely.union_all(parts[np.isin(shapely.get_type_id(parts), (3, 6))])
    return shapes


def _told(layer: str, category: str, area: pd.DataFrame, evidence: Evidence) -> Issue:
    proved, whole = area["proved"].sum() / 10_000, area["all"].sum() / 10_000
    left = whole - proved
    none = evidence.boundary is None and not (evidence.objects["category"] == category).any()
    how, how_zh = (
        (
            "no growth boundary and no register of the town says which; name one under "
            "[growth_boundary] or [[registers]] in rules.toml",
            "未给出城镇开发边界或相应台账，无法认定；请在 rules.toml 的 [growth_boundary] 或 "
            "[[registers]] 中给出",
        )
        if none
        else (
            "inside the growth boundary or listed in a register",
            "位于城镇开发边界内或列入台账",
        )
    )
    return Issue(
        "READ-15",
        "warning" if none else "info",
        f"{layer!r}: {len(area):,} records ({whole:,.2f} ha) may be {category}: {proved:,.2f} ha "
        f"count as such, {left:,.2f} ha stay other land ({how}).",
        f"“{layer}”：{len(area):,} 条记录（{whole:,.2f} 公顷）可能属于 {category}：其中 "
        f"{proved:,.2f} 公顷认定，{left:,.2f} 公顷按其他土地处理（{how_zh}）。",
        code=layer,
        other_code=category,
        size=float(area["proved"].sum()),
        unit="m2",
    )
