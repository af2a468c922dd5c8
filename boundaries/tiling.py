"""From overlapping layers to one tiling: every square metre of the deepest grids in one patch.

Layers are cut by the grids, laid over each other by precedence, and what no layer covers becomes
residual ground. Slivers join the neighbour with the longest border. The ledger proves that nothing
was lost, per category.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.absorb import absorb
from boundaries.neighbours import neighbours
from layers.categories import CATEGORY_KEYS, RESIDUAL_KEYS
from layers.columns import GROUND, LEDGER

__all__ = ["SNAP_M", "Tiling", "join_slivers", "kind_of", "make_tiling", "merge_patches", "sealed"]

SNAP_M = 0.001  # vertices closer than this are one; far below any survey's accuracy
UNMAPPED = "unmapped"


@dataclass(frozen=True)
class Tiling:
    """Patches that tile the grids, and the account of how they came to be.

    `patches` has the columns parent_code, category, subclass, layer, record, name and absorbed_m2,
    indexed by position; `ledger` follows `layers.columns.LEDGER`; `joined` has one row a sliver
    that joined a neighbour: kind, into_kind, parent_code, size_m2, geometry.
    """

    patches: gpd.GeoDataFrame
    ledger: pd.DataFrame
    joined: gpd.GeoDataFrame


def make_tiling(
    ground: gpd.GeoDataFrame,
    parents: gpd.GeoSeries,
    *,
    precedence: Sequence[str] = CATEGORY_KEYS,
    unmapped_to: tuple[str, str] = ("residual", UNMAPPED),
) -> Tiling:
    """Lay the ground of all layers over each other, inside the given grids.

    Parameters
    ----------
    ground
        Classified polygons (`layers.columns.GROUND`), overlapping as they may, in a metric CRS.
    parents
        Deepest given grids by code, a valid tiling in the same CRS.
    precedence
        The seven categories, first wins. Residual ground comes after all of them.
    unmapped_to
        Category and subclass of ground in no layer.

    Returns
    -------
    The tiling; slivers are still in it (`join_slivers`).
    """
    parents = parents.sort_index()
    ordered = _by_precedence(ground, precedence)
    shapes = _polygonal(ordered.geometry.to_numpy())
    parent_shapes = parents.to_numpy()
    source, parent, pieces = _cut_by_parents(shapes, parent_shapes)
    # The grids come last, so that each keeps exactly the ground in no layer.
    cleaned = shapely.coverage_clean(
        np.concatenate([pieces, parent_shapes]),
        snapping_distance=SNAP_M,
        merge_strategy="min_index",
    )
    parts, piece = shapely.get_parts(cleaned, return_index=True)
    real = shapely.area(parts) > 0
    parts, piece = parts[real], piece[real]
    patch_source = np.concatenate([source, np.full(len(parents), -1)])[piece]
    patch_parent = np.concatenate([parent, np.arange(len(parents))])[piece]

    table = _describe(ordered, patch_source, unmapped_to)
    table.insert(0, "parent_code", parents.index.to_numpy()[patch_parent])
    table["absorbed_m2"] = 0.0
    patches = gpd.GeoDataFrame(table, geometry=parts, crs=ground.crs)
    ledger = _ledger(ordered, shapes, source, pieces, patches, patch_source, unmapped_to)
    return Tiling(patches, ledger, _no_slivers(ground.crs))


def join_slivers(tiling: Tiling, *, min_width_m: float, min_area_m2: float) -> Tiling:
    """Give every sliver to the neighbour with the longest border in the same grid, and list it.

    A sliver is narrower than `min_width_m` (2 x area / perimeter) or smaller than `min_area_m2`.
    """
    patches = tiling.patches
    area = patches.area.to_numpy()
    thin = 2 * area < min_width_m * patches.length.to_numpy()
    sliver = thin | (area < min_area_m2)
    if not sliver.any():
        return tiling
    pairs = neighbours(patches.geometry)
    parent = patches["parent_code"].to_numpy()
    same = parent[pairs["left"]] == parent[pairs["right"]]
    into = absorb(
        area,
        np.where(sliver, np.inf, 0.0),
        pairs.loc[same, ["left", "right"]].to_numpy(),
        pairs.loc[same, "border_m"].to_numpy(),
    )
    return merge_patches(tiling, into)


def merge_patches(tiling: Tiling, into: np.ndarray) -> Tiling:
    """Join each patch to the patch at position `into`, keeping ledger and list of joined ground."""
    patches, moved = tiling.patches, np.flatnonzero(into != np.arange(len(into)))
    kind = kind_of(patches)
    area = patches.area.to_numpy()
    ledger = tiling.ledger.copy()
    sizes = pd.Series(area[moved])
    for column, kinds in (("given_m2", kind.iloc[moved]), ("received_m2", kind.iloc[into[moved]])):
        ledger[column] += sizes.groupby(kinds.to_numpy()).sum().reindex(ledger.index, fill_value=0)
    joined = gpd.GeoDataFrame(
        {
            "kind": kind.to_numpy()[moved],
            "into_kind": kind.to_numpy()[into[moved]],
            "parent_code": patches["parent_code"].to_numpy()[moved],
            "size_m2": area[moved],
        },
        geometry=patches.geometry.to_numpy()[moved],
        crs=patches.crs,
    )
    merged = patches.loc[into == np.arange(len(into))].copy()
    shapes = patches.geometry.to_numpy().copy()
    order = np.argsort(into, kind="stable")
    starts = np.searchsorted(into[order], np.unique(into[moved]))
    ends = np.searchsorted(into[order], np.unique(into[moved]), side="right")
    for start, end in zip(starts, ends, strict=True):
        members = order[start:end]
        shapes[into[members[0]]] = shapely.coverage_union_all(shapes[members])
    taken = np.bincount(into[moved], weights=area[moved], minlength=len(into))
    merged["absorbed_m2"] += taken[merged.index]
    merged = merged.set_geometry(shapes[merged.index], crs=patches.crs).reset_index(drop=True)
    return Tiling(
        merged, balanced(ledger, merged), pd.concat([tiling.joined, joined], ignore_index=True)
    )


def sealed(patches: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give neighbours identical vertices again after some patches were cut; rows keep their place.

    Rows must be single polygons. A part that snapping splits off stays with its row only when the
    row remains one polygon; it always does for cuts far wider than `SNAP_M`.
    """
    cleaned = shapely.coverage_clean(
        patches.geometry.to_numpy(), snapping_distance=SNAP_M, merge_strategy="longest_border"
    )
    return patches.set_geometry(cleaned, crs=patches.crs)


def kind_of(frame: pd.DataFrame) -> pd.Series:
    """Category of each row, or the sub-class where the ground is residual."""
    return frame["category"].where(frame["category"] != "residual", frame["subclass"])


def _by_precedence(ground: gpd.GeoDataFrame, precedence: Sequence[str]) -> gpd.GeoDataFrame:
    rank = {kind: place for place, kind in enumerate([*precedence, *RESIDUAL_KEYS])}
    keys = pd.DataFrame(
        {
            "rank": kind_of(ground).map(rank),
            "layer": ground["layer"],
            "record": ground["record"],
            "area": -ground.area,
        }
    )
    return ground.loc[keys.sort_values(list(keys), kind="stable").index].reset_index(drop=True)


def _polygonal(shapes: np.ndarray) -> np.ndarray:
    """Mend self-crossing rings and keep only what has area."""
    return _only_area(shapely.make_valid(shapely.force_2d(shapes)))


def _only_area(shapes: np.ndarray) -> np.ndarray:
    mixed = shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION
    for row in np.flatnonzero(mixed):
        parts = shapely.get_parts(shapes[row])
        shapes[row] = shapely.union_all(parts[shapely.get_dimensions(parts) == 2])
    flat = shapely.get_dimensions(shapes) < 2
    shapes[flat] = shapely.Polygon()
    return shapes


def _cut_by_parents(
    shapes: np.ndarray, parents: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cut each shape by the grids it lies in: position of shape and of grid, and the piece."""
    tree = shapely.STRtree(parents)
    source, parent = tree.query(shapes, predicate="intersects")
    order = np.lexsort((parent, source))
    source, parent = source[order], parent[order]
    shapely.prepare(parents)
    pieces = shapes[source].copy()
    crossing = ~shapely.covers(parents[parent], pieces)
    pieces[crossing] = _only_area(shapely.intersection(pieces[crossing], parents[parent[crossing]]))
    ground = shapely.area(pieces) > 0
    return source[ground], parent[ground], pieces[ground]


def _describe(
    ordered: gpd.GeoDataFrame, source: np.ndarray, unmapped_to: tuple[str, str]
) -> pd.DataFrame:
    """Attributes of each patch from the polygon it came from, or those of unmapped ground."""
    columns = ordered.drop(columns="geometry")[list(GROUND)]
    extra = pd.DataFrame(
        [{"category": unmapped_to[0], "subclass": unmapped_to[1], "layer": "", "record": ""}]
    ).assign(name="")
    table = pd.concat([columns, extra[list(GROUND)]], ignore_index=True)
    rows = np.where(source < 0, len(columns), source)
    return pd.DataFrame(table.iloc[rows].reset_index(drop=True))


def _ledger(
    ordered: gpd.GeoDataFrame,
    shapes: np.ndarray,
    source: np.ndarray,
    pieces: np.ndarray,
    patches: gpd.GeoDataFrame,
    patch_source: np.ndarray,
    unmapped_to: tuple[str, str],
) -> pd.DataFrame:
    """Account per kind of ground for what the layers claim and what the patches hold."""
    rows = len(ordered)
    claimed = shapely.area(shapes)
    inside = np.bincount(source, weights=shapely.area(pieces), minlength=rows)
    area = patches.area.to_numpy()
    mapped = patch_source >= 0
    kept = np.bincount(patch_source[mapped], weights=area[mapped], minlength=rows)
    by_kind = pd.DataFrame(
        {
            "claimed_m2": claimed,
            "outside_m2": claimed - inside,
            "overlap_m2": inside - kept,
        }
    ).groupby(kind_of(ordered).to_numpy())
    ledger = by_kind.sum().reindex([*CATEGORY_KEYS, *RESIDUAL_KEYS], fill_value=0.0)
    for column in ("unmapped_m2", "received_m2", "given_m2", "snapped_m2"):
        ledger[column] = 0.0
    kind = unmapped_to[1] if unmapped_to[0] == "residual" else unmapped_to[0]
    ledger.loc[kind, "unmapped_m2"] = area[~mapped].sum()
    ledger.index = pd.Index(ledger.index, dtype="str", name="kind")
    return balanced(ledger, patches)


def balanced(ledger: pd.DataFrame, patches: gpd.GeoDataFrame) -> pd.DataFrame:
    """Account for the patches as they are now; what snapping changed stands in its own column."""
    result = ledger.copy()
    result["patches_m2"] = _area_by_kind(patches).reindex(result.index, fill_value=0.0)
    told = result["claimed_m2"] - result["outside_m2"] - result["overlap_m2"]
    told += result["unmapped_m2"] + result["received_m2"] - result["given_m2"]
    result["snapped_m2"] = result["patches_m2"] - told
    return result[list(LEDGER)]


def _area_by_kind(patches: gpd.GeoDataFrame) -> pd.Series:
    return patches.area.groupby(kind_of(patches).to_numpy()).sum()


def _no_slivers(crs: object) -> gpd.GeoDataFrame:
    columns = {"kind": "str", "into_kind": "str", "parent_code": "str", "size_m2": "float64"}
    frame = pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in columns.items()})
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries([], dtype="geometry"), crs=crs)
