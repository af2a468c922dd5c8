"""The ground of a copy for the public: sensitive patches shared out, problem estates as housing.

What is left is a tiling as exact as before, and the grids above follow from it.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from boundaries.hierarchy.ancestors import ancestors
from boundaries.tiling.build import kind_of
from boundaries.topology.hiding import hide_ground
from gridmap.plan.grids import figures, in_order, micro_name
from gridmap.plan.plan import Plan
from gridmap.publish.frames import only
from gridmap.publish.sensitive import ESTATE, is_estate, is_sensitive
from layers.contract.categories import KINDS, RESIDUAL
from layers.contract.columns import PATCHES, with_dtypes
from layers.contract.errors import PlanError

__all__ = ["HOUSING", "public_ground"]

# What problem estates are listed as: housing they are, and others are listed with them.
HOUSING = "urban_res"
# Categories whose places have names that stand on any map; a field may be called after its farmer.
_NAMED = ("key_enterprise", "water", "park_green")
_OF_PATCHES = ("parent_code", "category", "subclass", "name", "area_m2", "grid_code")
_OF_GRIDS = ("name", "name_en", "level", "kind", "family", "spatial", "label", "parent_code",
             "category", "subclass", "purity", "area_m2", "perimeter_m", "compactness", "parts",
             "patches", "version", "valid_from", "valid_to")  # fmt: skip

Rows = NDArray[np.intp]


def public_ground(plan: Plan) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Give the patches and grids that the public may see.

    Returns
    -------
    PATCHES and GRIDS. Sensitive ground lies in the patches beside it; a grid that has no other is
    gone. Loads, households, objects, layers and records are not told. Problem estates are urban
    housing without a name.

    Raises
    ------
    PlanError
        If all ground is sensitive.
    """
    patches = _visible(plan)
    estate = patches["category"] == ESTATE
    patches = only(patches, _OF_PATCHES)
    patches.loc[estate, ["category", "subclass"]] = [RESIDUAL.key, HOUSING]
    patches["name"] = patches["name"].where(patches["category"].isin(_NAMED), "")
    result = gpd.GeoDataFrame(with_dtypes(patches, PATCHES))
    return result, _grids(plan, result)


def _visible(plan: Plan) -> gpd.GeoDataFrame:
    """Give the patches that may be seen, with the ground of the others in them."""
    hidden = is_sensitive(plan).to_numpy()
    patches = plan.patches
    if hidden.all() and len(hidden):
        raise PlanError(
            "All ground of the plan is sensitive: there is nothing that the public may see. Look "
            "at 'sensitive' of the layers and 'sensitive_records' under [publish] in the rules.",
            "方案的全部土地都是敏感用地，没有可以公开的内容。请检查规则中图层的 sensitive 和 "
            "[publish] 的 sensitive_records。",
        )
    if not hidden.any():
        return patches
    shapes, _ = hide_ground(patches.geometry.to_numpy(), _rounds(plan, hidden))
    changed = shapes != patches.geometry.to_numpy()
    result = patches.set_geometry(gpd.GeoSeries(shapes, index=patches.index, crs=patches.crs))
    result["area_m2"] = np.where(changed, shapely.area(shapes), patches["area_m2"])
    return result[~hidden]


def _rounds(plan: Plan, hidden: NDArray[np.bool_]) -> list[tuple[Rows, Rows]]:
    """Say in which given grid hidden ground stays, deepest first: one with ground to be seen."""
    lines = ancestors(plan.grids[plan.grids["kind"] != "micro"])
    of_patch = lines.reindex(plan.patches["parent_code"])
    waiting = hidden.copy()
    rounds = []
    for level in sorted(lines.columns, reverse=True):
        codes = of_patch[level].fillna("").to_numpy(dtype=object)
        for code in sorted(set(codes[waiting]) - {""}):
            inside = codes == code
            takers = np.flatnonzero(inside & ~hidden)
            if len(takers):
                gone = inside & waiting
                rounds.append((np.flatnonzero(gone), takers))
                waiting &= ~gone
    rest = np.flatnonzero(waiting)  # under a town of which nothing else is to be seen
    return [*rounds, *([(rest, np.flatnonzero(~hidden))] if len(rest) else [])]


def _grids(plan: Plan, patches: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Derive the grids from the patches that are left; those without ground are gone."""
    grids = only(plan.grids, _OF_GRIDS)
    deepest = patches["grid_code"].where(patches["grid_code"] != "", patches["parent_code"])
    lines = ancestors(grids).reindex(deepest)
    tables = [
        figures(patches, pd.Series(lines[level].fillna("").to_numpy(), index=patches.index))
        for level in lines.columns
    ]
    table = gpd.GeoDataFrame(pd.concat(tables), geometry="geometry", crs=patches.crs)
    kept = grids[_has_place(grids, table.index)].copy()
    there = kept.index.intersection(table.index)
    new = table.loc[there]
    for column in ("perimeter_m", "compactness", "patches"):
        kept.loc[there, column] = new[column]
    # An area that did not change keeps its digits.
    same = np.isclose(kept.loc[there, "area_m2"], new["area_m2"], rtol=1e-9, atol=1e-6)
    kept.loc[there, "area_m2"] = kept.loc[there, "area_m2"].where(same, new["area_m2"])
    shapes = gpd.GeoSeries(new.geometry, crs=patches.crs).reindex(kept.index)
    return in_order(_reclassified(plan, kept.set_geometry(shapes), patches))


def _has_place(grids: pd.DataFrame, with_ground: pd.Index) -> pd.Series:
    """Say which grids are left: those with ground, and those without any in one that is left."""
    left = grids.index.isin(with_ground)
    for _ in range(grids["level"].nunique()):
        left |= (~grids["spatial"] & grids["parent_code"].isin(grids.index[left])).to_numpy()
    return pd.Series(left, index=grids.index)


def _reclassified(
    plan: Plan, grids: gpd.GeoDataFrame, patches: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """List micro-grids of problem estates as housing, and take names of estates out of names."""
    result = grids.copy()
    estate = result.index[result["category"] == ESTATE]
    result.loc[estate, ["category", "subclass"]] = [RESIDUAL.key, HOUSING]
    taken = {column: set(result[column]) for column in ("name", "name_en")}
    for code in estate:
        for column, english in (("name", False), ("name_en", True)):
            if (
                KINDS[ESTATE].en in result.at[code, column]
                or KINDS[ESTATE].zh in result.at[code, column]
            ):
                parent = str(result[column].get(result.at[code, "parent_code"], ""))
                result.at[code, column] = _free_name(parent, taken[column], english=english)
    withheld = {*plan.patches["name"][is_estate(plan) | is_sensitive(plan)]} - {""}
    of_plan = result["kind"] != "base"
    for column in ("name", "name_en", "label"):
        if column in result:
            told = result[column].map(lambda text: any(one in text for one in withheld))
            result[column] = result[column].where(~(told & of_plan), "")
    micro = result["kind"] == "micro"
    own = kind_of(patches) == patches["grid_code"].map(kind_of(result[micro]))
    area = patches["area_m2"].groupby(patches["grid_code"])
    share = patches["area_m2"].where(own, 0.0).groupby(patches["grid_code"]).sum() / area.sum()
    result.loc[micro, "purity"] = share.reindex(result.index[micro]).fillna(0.0)
    return result


def _free_name(parent: str, taken: set[str], *, english: bool) -> str:
    number = 1
    while (name := micro_name(parent, HOUSING, number, english=english)) in taken and name:
        number += 1
    taken.add(name)
    return name
