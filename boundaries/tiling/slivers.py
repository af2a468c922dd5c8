"""Slivers: ground too thin or too small to be a patch of its own joins the ground beside it.

Ground of the same kind takes it first, then the neighbour with the longest border. A long strip
along several neighbours is cut among them. What is too small depends on the kind of ground.
"""

from collections.abc import Mapping
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd

from boundaries.overlay.retiling import exact
from boundaries.tiling.build import Tiling, kind_of, merge_patches, sealed
from boundaries.tiling.cutting import CUT_NOISE_M
from boundaries.tiling.strips import cut_strips
from boundaries.topology.absorb import absorb
from boundaries.topology.neighbours import neighbours

__all__ = ["join_slivers", "thin"]

# Ground of the same kind takes a sliver unless another border is this many times as long.
_SAME_KIND = 10.0
_LONG = 10.0  # a strip is long from this many times the width of a sliver
_MOST_OF_IT = 0.5  # of the length of a strip: who borders on that much takes it whole


def join_slivers(
    tiling: Tiling,
    *,
    min_width_m: float,
    min_area_m2: float,
    area_by_kind_m2: Mapping[str, float] = MappingProxyType({}),
) -> Tiling:
    """Give every sliver to a neighbour in the same grid, and list it.

    Parameters
    ----------
    min_width_m
        A patch is a sliver below this width (2 x area / perimeter) …
    min_area_m2
        … or below this area …
    area_by_kind_m2
        … or below the area that is least for its kind, by category or sub-class.
    """
    tiling, strip = _with_strips_cut(tiling, min_width_m)
    patches = tiling.patches
    least = kind_of(patches).map(dict(area_by_kind_m2)).fillna(min_area_m2).to_numpy(dtype=float)
    sliver = strip | thin(patches, min_width_m) | (patches.area.to_numpy() < least)
    if not sliver.any():
        return tiling
    pairs, border = _borders(patches, sliver)
    kind, names = pd.factorize(kind_of(patches))
    into = absorb(
        patches.area.to_numpy(),
        np.where(sliver, np.inf, 0.0),
        pairs,
        border,
        kind=kind,
        affinity=np.where(np.eye(len(names), dtype=bool), _SAME_KIND, 1.0),
    )
    return merge_patches(tiling, into)


def thin(patches: gpd.GeoDataFrame, min_width_m: float) -> np.ndarray:
    """Mask of patches below this width (2 x area / perimeter), in metres."""
    return (2 * patches.area < min_width_m * patches.length).to_numpy(dtype=bool)


def _borders(patches: gpd.GeoDataFrame, of: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Neighbours inside one grid of the patches marked in `of`, and how long they border."""
    pairs = neighbours(patches.geometry, of=of)
    parent = patches["parent_code"].to_numpy()
    same = parent[pairs["left"]] == parent[pairs["right"]]
    return pairs.loc[same, ["left", "right"]].to_numpy(), pairs.loc[same, "border_m"].to_numpy()


def _with_strips_cut(tiling: Tiling, min_width_m: float) -> tuple[Tiling, np.ndarray]:
    """Cut long thin patches that no neighbour borders for most of their length.

    Returns the tiling, and a mask of the pieces, which are slivers whatever their size.
    """
    patches = tiling.patches
    shared = _shared(patches, min_width_m)
    long = np.flatnonzero(shared)
    if len(long) == 0:
        return tiling, shared
    pieces, origin = cut_strips(patches, long, width_m=min_width_m)
    rest = np.setdiff1d(np.arange(len(patches)), long)
    rows = np.concatenate([rest, origin])
    order = np.argsort(rows, kind="stable")
    table = patches.iloc[rows[order]].reset_index(drop=True)
    shapes = np.concatenate(
        [patches.geometry.to_numpy()[rest], np.array(pieces, dtype=object)]
    )[order]  # fmt: skip
    made = table.set_geometry(shapes, crs=patches.crs)
    share = made.area.to_numpy() / patches.area.to_numpy()[rows[order]]
    made["absorbed_m2"] *= share
    piece = np.isin(rows[order], long)
    made = exact(sealed(made, cut=piece, snap_m=CUT_NOISE_M), patches)
    real = (made.area > 0).to_numpy()
    made = made[real].reset_index(drop=True)
    return Tiling(made, tiling.ledger, tiling.joined), piece[real]


def _shared(patches: gpd.GeoDataFrame, min_width_m: float) -> np.ndarray:
    """Mask of long strips of which the neighbour that would take them borders on little."""
    length = patches.length.to_numpy() / 2
    strip = thin(patches, min_width_m) & (length >= _LONG * min_width_m)
    if not strip.any():
        return strip
    pairs, border = _borders(patches, strip)
    kind = pd.factorize(kind_of(patches))[0]
    weight = border * np.where(kind[pairs[:, 0]] == kind[pairs[:, 1]], _SAME_KIND, 1.0)
    own = np.concatenate([pairs[:, 0], pairs[:, 1]])
    table = pd.DataFrame({"own": own, "weight": np.tile(weight, 2), "border": np.tile(border, 2)})
    best = table.sort_values("weight", kind="stable").groupby("own")["border"].last()
    taken = best.reindex(range(len(patches))).to_numpy()
    shared: np.ndarray = strip & (taken < _MOST_OF_IT * length)  # no neighbours: nan, not shared
    return shared
