"""From overlapping layers to one tiling: every square metre of the deepest grids in one patch.

Layers are cut by the grids, laid over each other by precedence, and what no layer covers becomes
residual ground. Patches can be merged later (`boundaries.tiling.slivers`). The ledger proves that
nothing was lost, per category.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.overlay.cells import working_cells
from boundaries.overlay.match_vertices import SNAP_M, seal
from boundaries.overlay.planar_overlay import planar_overlay
from boundaries.overlay.precedence import only_area, overlay, sound_area
from boundaries.overlay.snap_to_outline import draw_onto
from boundaries.topology.dissolve import join_groups, join_shapes
from boundaries.topology.rings import west_to_east
from layers.contract.categories import CATEGORY_KEYS, RESIDUAL_KEYS
from layers.contract.columns import GROUND, LEDGER

__all__ = ["Tiling", "balanced", "kind_of", "make_tiling", "merge_patches", "sealed"]

UNMAPPED = "unmapped"
DRAWN_ALIKE_M = 0.01  # a centimetre, the rounding of many files; below the accuracy of any survey


@dataclass(frozen=True)
class Tiling:
    """Patches that tile the grids, and the account of how they came to be.

    Attributes
    ----------
    patches
        The columns parent_code, those of GROUND, and absorbed_m2, indexed by position.
    ledger
        LEDGER rows: what became of every square metre, by kind.
    joined
        One row a sliver that joined a neighbour: kind, into_kind, parent_code, size_m2, geometry.
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
    snap_m: float = DRAWN_ALIKE_M,
) -> Tiling:
    """Lay the ground of all layers over each other, inside the given grids.

    Parameters
    ----------
    ground
        Classified polygons (`layers.contract.columns.GROUND`), overlapping as they may, in a metric
        CRS.
    parents
        Deepest given grids by code, a valid tiling in the same CRS.
    precedence
        The seven categories, first wins. Residual ground comes after all of them.
    unmapped_to
        Category and subclass of ground in no layer.
    snap_m
        Vertices this close to each other, or to another polygon's side, are drawn together first.

    Returns
    -------
    The tiling; slivers are still in it (`boundaries.tiling.slivers`).
    """
    parents = parents.sort_index()
    ordered = _by_precedence(ground, precedence)
    along = west_to_east(ordered.geometry.to_numpy())
    given = sound_area(shapely.force_2d(ordered.geometry.to_numpy()[along]))
    # Borders drawn twice differ by hairs; drawn together they leave no slivers between neighbours.
    outlines = shapely.get_parts(shapely.boundary(parents.to_numpy()))
    shapes = only_area(draw_onto(seal(given, snap_m=snap_m), outlines, snap_m=snap_m))
    back = np.argsort(along)
    claimed, drawn, shapes = shapely.area(given)[back], shapely.area(shapes)[back], shapes[back]
    laid = planar_overlay(shapes, parents.to_numpy())
    parts, source, parent, inside = laid or _overlaid(shapes, parents.to_numpy())
    table = _describe(ordered, source, unmapped_to)
    table.insert(0, "parent_code", parents.index.to_numpy()[parent])
    table["absorbed_m2"] = 0.0
    patches = gpd.GeoDataFrame(table, geometry=parts, crs=ground.crs)
    ledger = _ledger(ordered, claimed, drawn, inside, patches, source, unmapped_to)
    return Tiling(patches, ledger, _no_slivers(patches))


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
    taker, size = np.unique(into, return_counts=True)
    grown = size > 1
    first = np.r_[0, np.cumsum(size[grown])]
    shapes[taker[grown]] = join_groups(shapes[order[np.repeat(grown, size)]], first)
    taken = np.bincount(into[moved], weights=area[moved], minlength=len(into))
    merged["absorbed_m2"] += taken[merged.index]
    merged = merged.set_geometry(shapes[merged.index], crs=patches.crs).reset_index(drop=True)
    return Tiling(
        merged, balanced(ledger, merged), pd.concat([tiling.joined, joined], ignore_index=True)
    )


def sealed(
    patches: gpd.GeoDataFrame, *, cut: np.ndarray | None = None, snap_m: float = SNAP_M
) -> gpd.GeoDataFrame:
    """Give neighbours identical vertices again after some patches were cut; rows keep their place.

    `cut` is a mask of the rows that are new; only they and what touches them are looked at. A row
    that sealing closes to nothing keeps an empty polygon. Vertices move by `snap_m` at most.
    """
    shapes = patches.geometry.to_numpy().copy()
    near = np.arange(len(shapes))
    if cut is not None:
        _, beside = shapely.STRtree(shapes).query(shapes[cut], predicate="dwithin", distance=0.01)
        near = np.union1d(np.flatnonzero(cut), beside)
    shapes[near] = seal(shapes[near], snap_m=snap_m, onto_lattice=True)
    return patches.set_geometry(shapes, crs=patches.crs)


def kind_of(frame: pd.DataFrame) -> pd.Series:
    """Category of each row, or the sub-class where the ground is residual."""
    category = frame["category"]
    named = category != "residual"
    return category if named.all() else category.where(named, frame["subclass"])


def _by_precedence(ground: gpd.GeoDataFrame, precedence: Sequence[str]) -> gpd.GeoDataFrame:
    """Sort polygons by kind, then by layer, record, size and place, whatever their order was."""
    rank = {kind: place for place, kind in enumerate([*precedence, *RESIDUAL_KEYS])}
    kind = kind_of(ground).map(rank).fillna(len(rank)).to_numpy()
    layer, record = (pd.factorize(ground[name], sort=True)[0] for name in ("layer", "record"))
    shapes = ground.geometry.to_numpy()
    bounds = shapely.bounds(shapes).reshape(-1, 4)
    order = np.lexsort((*bounds.T[::-1], -shapely.area(shapes), record, layer, kind))
    return ground.iloc[order].reset_index(drop=True)


def _overlaid(
    shapes: np.ndarray, parents: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Overlay by the geometry library: faces, shape and parent of each, area inside."""
    tree = shapely.STRtree(shapes)
    work = [
        (number, ground, near[rows])
        for number, grid in enumerate(parents)
        for near in [np.sort(tree.query(grid))]
        for ground, rows in working_cells(grid, shapes[near])
    ]
    with ThreadPoolExecutor() as workers:  # the geometry library lets threads run side by side
        found = list(workers.map(lambda item: overlay(item[1], shapes[item[2]]), work))
    inside = np.zeros(len(shapes))
    for (_, _, near), cell in zip(work, found, strict=True):
        inside[near] += cell.inside_m2
    faces = seal(np.concatenate([cell.faces for cell in found]))
    sources = [
        np.append(near, -1)[cell.owner] for (_, _, near), cell in zip(work, found, strict=True)
    ]
    numbers = [
        np.full(len(cell.faces), number) for (number, _, _), cell in zip(work, found, strict=True)
    ]
    real = shapely.area(faces) > 0
    joined = _across_cells(
        faces[real], np.concatenate(sources)[real], np.concatenate(numbers)[real], len(work)
    )
    return *joined, inside


def _across_cells(
    faces: np.ndarray, source: np.ndarray, parent: np.ndarray, cells: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Join what working cells have cut: faces of one shape in one parent that touch."""
    if cells == len(np.unique(parent)):
        return faces, source, parent
    order = np.lexsort((source, parent))
    faces, source, parent = faces[order], source[order], parent[order]
    new = np.r_[True, (np.diff(source) != 0) | (np.diff(parent) != 0)]
    starts = np.flatnonzero(new)
    ends = np.append(starts[1:], len(faces))
    joined = np.array(
        [join_shapes(faces[start:end]) for start, end in zip(starts, ends, strict=True)],
        dtype=object,
    )
    parts, which = shapely.get_parts(joined, return_index=True)
    return parts, source[starts][which], parent[starts][which]


def _describe(
    ordered: gpd.GeoDataFrame, source: np.ndarray, unmapped_to: tuple[str, str]
) -> pd.DataFrame:
    """Attributes of each patch from the polygon it came from, or those of unmapped ground."""
    columns = ordered.drop(columns="geometry").reindex(columns=list(GROUND), fill_value="")
    extra = pd.DataFrame([{"category": unmapped_to[0], "subclass": unmapped_to[1]}])
    extra = extra.reindex(columns=list(GROUND), fill_value="")
    table = pd.concat([columns, extra], ignore_index=True)
    rows = np.where(source < 0, len(columns), source)
    return pd.DataFrame(table.iloc[rows].reset_index(drop=True))


def _ledger(
    ordered: gpd.GeoDataFrame,
    claimed: np.ndarray,
    drawn: np.ndarray,
    inside: np.ndarray,
    patches: gpd.GeoDataFrame,
    source: np.ndarray,
    unmapped_to: tuple[str, str],
) -> pd.DataFrame:
    """Account per kind of ground for what the layers claim and what the patches hold."""
    area = patches.area.to_numpy()
    mapped = source >= 0
    kept = np.bincount(source[mapped], weights=area[mapped], minlength=len(ordered))
    by_kind = pd.DataFrame(
        {
            "claimed_m2": claimed,
            "outside_m2": drawn - inside,
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


def _no_slivers(patches: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    kept = patches.iloc[:0][["category", "subclass", "parent_code", "absorbed_m2", "geometry"]]
    return kept.set_axis(["kind", "into_kind", "parent_code", "size_m2", "geometry"], axis=1)
