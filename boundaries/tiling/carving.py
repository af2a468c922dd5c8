"""Sites carved out of the given grids: what each site takes of which grid, and what remains.

Sites and grids are laid over each other as an exact tiling. Strips and corners beside a site that
are too thin for anybody to work on go to the site; what of a site reaches over a border by no more
goes back.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.hierarchy.outlines import HAIRLINE_M, parts_of
from boundaries.overlay.lattice import settled
from boundaries.tiling.build import Tiling, make_tiling, merge_patches
from boundaries.tiling.slivers import thin
from boundaries.topology.absorb import absorb
from boundaries.topology.neighbours import neighbours
from layers.contract.columns import GROUND, with_dtypes

__all__ = ["carve"]

_REACH = 2.0  # a strip beside a site reaches away from it so many times the width of a sliver
_STRIP = 4.0  # a strip is no corner from so many times the square of that width
_WHISKER = 0.05  # of a site: a smaller part beyond a border, and no larger than a sliver, goes back
_TOUCH_M = 0.01


def carve(
    grids: gpd.GeoSeries, sites: gpd.GeoSeries, *, width_m: float, area_m2: float
) -> gpd.GeoDataFrame:
    """Lay sites over the deepest grids.

    Parameters
    ----------
    grids
        Deepest given grids by code, an exact tiling near x 0, y 0, in metres.
    sites
        Valid polygons by site id, in order of precedence: where two overlap the first one has the
        ground.
    width_m, area_m2
        Ground beside a site that is thinner or smaller goes to it, and a part of a site beyond a
        border that is thinner, or smaller and a small part of the site, goes back.

    Returns
    -------
    Pieces that tile the grids exactly: `grid`, `site` ("" for what remains with the grid) and
    geometry, one row each.
    """
    wide = _with_strips(grids.to_numpy(), sites.to_numpy(), width_m)
    ids = sites.index.to_numpy(dtype=object)
    digits = len(str(len(ids)))
    ground = pd.DataFrame({"category": "key_enterprise"}, index=range(len(ids)))
    ground = ground.reindex(columns=list(GROUND), fill_value="")
    ground["record"] = [f"{number:0{digits}d}" for number in range(len(ids))]
    claimed = gpd.GeoDataFrame(with_dtypes(ground, GROUND), geometry=wide, crs=grids.crs)
    tiling = make_tiling(gpd.GeoDataFrame(claimed), grids, snap_m=HAIRLINE_M)
    tiling = _without_slivers(tiling, width_m, area_m2)
    patches = tiling.patches
    names = dict(zip(ground["record"], ids, strict=True)) | {"": ""}
    return gpd.GeoDataFrame(
        {"grid": patches["parent_code"], "site": patches["record"].map(names).astype("str")},
        geometry=settled(patches.geometry.to_numpy()),
        crs=grids.crs,
    )


def _with_strips(grids: np.ndarray, sites: np.ndarray, width_m: float) -> np.ndarray:
    """Widen sites by what is too thin beside them: up to the rim of a grid, or the next site."""
    result = sites.copy()
    if width_m <= 0:
        return result
    tree = shapely.STRtree(sites)
    for grid in grids:
        near = np.sort(tree.query(grid, predicate="intersects"))
        if len(near) == 0:
            continue
        rest = shapely.difference(grid, shapely.union_all(sites[near]))
        opened = _buffered(_buffered(rest, -width_m / 2), width_m / 2)
        for strip in parts_of(shapely.difference(rest, _buffered(opened, _TOUCH_M))):
            if strip.area < _STRIP * width_m**2:
                continue
            shared = shapely.length(
                shapely.intersection(strip.boundary, _buffered(sites[near], _TOUCH_M))
            )
            if shared.max() > width_m:
                taker = near[int(shared.argmax())]
                reach = _buffered(sites[taker], _REACH * width_m)
                taken = _buffered(shapely.intersection(strip, reach), _TOUCH_M)
                result[taker] = shapely.union(result[taker], taken)
    return result


def _buffered(shapes: np.ndarray | shapely.Geometry, by_m: float) -> np.ndarray | shapely.Geometry:
    return shapely.buffer(shapes, by_m, join_style="mitre")


def _without_slivers(tiling: Tiling, width_m: float, area_m2: float) -> Tiling:
    """Let slivers of sites and of what remains join what lies beside them in the same grid."""
    patches = tiling.patches
    area = patches.area.to_numpy()
    record = patches["record"]
    rest = (record == "").to_numpy()
    narrow = thin(patches, width_m)
    total = patches.area.groupby(record.to_numpy()).transform("sum").to_numpy()
    largest = patches.area.groupby(record.to_numpy()).transform("max").to_numpy() == area
    small = (area < area_m2) & (rest | (~largest & (area < _WHISKER * total)))
    sliver = narrow | small
    if not sliver.any():
        return tiling
    pairs, border = _borders(patches)
    # What is no sliver takes a sliver before another sliver does.
    kind = np.where(sliver, 1, 0)
    into = absorb(
        area,
        np.where(sliver, np.inf, 0.0),
        pairs,
        border,
        kind=kind,
        affinity=np.array([[1.0, 1.0], [1.0, 1e-3]]),
    )
    return merge_patches(tiling, into)


def _borders(patches: gpd.GeoDataFrame) -> tuple[np.ndarray, np.ndarray]:
    pairs = neighbours(patches.geometry)
    parent = patches["parent_code"].to_numpy()
    same = parent[pairs["left"]] == parent[pairs["right"]]
    return pairs.loc[same, ["left", "right"]].to_numpy(), pairs.loc[same, "border_m"].to_numpy()
