"""Cutting patches along a drawn line: the pieces, their share of the measures, their new ids.

The only place where an edit touches geometry. Neighbours get the new vertices, exactly where the
line meets them, so that the patches stay a tiling; their ground does not change.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from boundaries.hierarchy.patch_places import places_of_patches
from boundaries.overlay.drawn_lines import cut_along, with_vertices
from gridmap.plan.objects import objects_on_pieces
from gridmap.rules import Rules
from gridmap.town.load import weigh
from layers.contract.columns import PATCHES, with_dtypes
from layers.contract.errors import PlanError

__all__ = ["Cuts", "cut_ground", "with_cuts"]

_ON_EDGE_M = 1e-6  # a micrometre: above the last digit of coordinates, below all that is drawn
_TOUCH_M = 1e-3  # shapes of a sound tiling share their edges; a millimetre is for the rest


@dataclass(frozen=True)
class Cuts:
    """Rows of patches and what takes their place, by group.

    A group is one patch and its pieces, or a neighbour that has got vertices under the same id.
    """

    before: gpd.GeoDataFrame
    after: gpd.GeoDataFrame
    before_group: tuple[int, ...]
    after_group: tuple[int, ...]

    def __len__(self) -> int:
        return len(set(self.before_group))

    @property
    def pieces(self) -> list[str]:
        """Ids after the cut of ground that was cut, not only given vertices."""
        return self._divided(self.after, self.after_group)

    @property
    def divided(self) -> list[str]:
        """Ids before the cut of ground that was cut."""
        return self._divided(self.before, self.before_group)

    def turned(self) -> "Cuts":
        """Return the way back."""
        return Cuts(self.after, self.before, self.after_group, self.before_group)

    def _divided(self, rows: gpd.GeoDataFrame, group: tuple[int, ...]) -> list[str]:
        several = np.bincount(self.after_group) + np.bincount(self.before_group) > 2
        return [str(patch) for patch, at in zip(rows.index, group, strict=True) if several[at]]


def cut_ground(
    patches: gpd.GeoDataFrame,
    wanted: Iterable[str],
    line: LineString | Mapping[str, BaseGeometry],
    *,
    rules: Rules,
    issued: set[str],
    grids: gpd.GeoDataFrame,
    objects: gpd.GeoDataFrame,
) -> Cuts:
    """Cut patches along a line.

    Parameters
    ----------
    patches
        All patches of the plan.
    wanted
        Ids of patches to cut where the line crosses them.
    line
        Line from edge to edge, or the lines of each patch, by id.
    rules
        What a sliver is, and the weights by which pieces are given their load.
    issued
        Ids that were ever used; pieces get others.
    grids
        The grids of the plan, by which places are named.
    objects
        The objects of the plan: a piece counts those that stand on it.

    Returns
    -------
    The patches that change, in order; none when the line cuts nothing.
    """
    shapes = patches.geometry.to_numpy().copy()
    pieces: dict[int, list[Polygon]] = {}
    changed: set[int] = set()
    tree = shapely.STRtree(shapes)
    for row in np.sort(patches.index.get_indexer(list(wanted))).tolist():
        whole = shapes[row]
        found = cut_along(
            whole,
            line[str(patches.index[row])] if isinstance(line, Mapping) else line,
            least_m2=rules.tiling.sliver_area_m2,
            least_width_m=rules.tiling.sliver_width_m,
        )
        if len(found) < 2:
            continue
        pieces[row] = found
        beside = np.setdiff1d(tree.query(whole, predicate="dwithin", distance=_TOUCH_M), [row])
        _share_vertices(shapes, pieces, changed, beside.tolist(), _new_on_edge(whole, found))
    rows = sorted(changed | pieces.keys())
    _require_tiling(patches, shapes, pieces, rows, tree, grids)
    found = [pieces.get(row, [shapes[row]]) for row in rows]
    counts = [len(parts) for parts in found]
    group = np.repeat(np.arange(len(rows)), counts)
    after = patches.iloc[np.repeat(rows, counts)] if rows else patches.iloc[:0]
    after = after.set_geometry([part for parts in found for part in parts], crs=patches.crs)
    after = _shared_out(after, group, rules, set(issued), objects)
    return Cuts(patches.iloc[rows], after, tuple(range(len(rows))), tuple(group.tolist()))


def with_cuts(patches: gpd.GeoDataFrame, cuts: Cuts | None) -> gpd.GeoDataFrame:
    """Put what takes the place of cut rows there; the order of the other rows stays."""
    if not cuts:
        return patches
    new_of: dict[int, list[str]] = {}
    for patch, group in zip(cuts.after.index, cuts.after_group, strict=True):
        new_of.setdefault(group, []).append(str(patch))
    place: dict[str, list[str]] = {}
    for patch, group in zip(cuts.before.index, cuts.before_group, strict=True):
        place[str(patch)] = new_of.pop(group, [])
    order = [new for patch in patches.index.tolist() for new in place.get(patch, (patch,))]
    kept = patches.loc[~patches.index.isin(cuts.before.index)]
    joined = pd.concat([kept, cuts.after])
    joined = joined.iloc[joined.index.get_indexer(order)]
    joined.index.name = patches.index.name
    frame = gpd.GeoDataFrame(joined, geometry=joined.geometry.to_numpy(), crs=patches.crs)
    result = with_dtypes(frame, PATCHES)
    assert isinstance(result, gpd.GeoDataFrame)
    return result


def _new_on_edge(whole: Polygon, pieces: list[Polygon]) -> np.ndarray:
    """Vertices that a cut has put on the outline of a patch."""
    spots = np.unique(np.concatenate([shapely.get_coordinates(piece) for piece in pieces]), axis=0)
    known = set(map(tuple, shapely.get_coordinates(whole).tolist()))
    new = np.array([spot for spot in spots.tolist() if tuple(spot) not in known]).reshape(-1, 2)
    near = shapely.distance(shapely.points(new), whole.boundary) <= _ON_EDGE_M
    return new[near]


def _share_vertices(
    shapes: np.ndarray,
    pieces: dict[int, list[Polygon]],
    changed: set[int],
    beside: list[int],
    points: np.ndarray,
) -> None:
    """Give neighbours the vertices of a cut, in place; cut ones in their pieces."""
    for row in beside:
        if row in pieces:
            pieces[row] = [with_vertices(piece, points) for piece in pieces[row]]
            continue
        shape = with_vertices(shapes[row], points)
        if shape is not shapes[row]:
            shapes[row] = shape
            changed.add(row)


def _require_tiling(
    patches: gpd.GeoDataFrame,
    shapes: np.ndarray,
    pieces: dict[int, list[Polygon]],
    rows: list[int],
    tree: shapely.STRtree,
    grids: gpd.GeoDataFrame,
) -> None:
    """Refuse a cut after which the ground around it is no tiling any more."""
    if not rows:
        return
    given = patches.geometry.to_numpy()
    _, around = tree.query(given[rows], predicate="dwithin", distance=_TOUCH_M)
    around = np.unique(around)
    after = [part for row in around.tolist() for part in pieces.get(row, [shapes[row]])]
    sound = shapely.is_valid(after).all() and shapely.coverage_is_valid(after)
    if sound or not shapely.coverage_is_valid(given[around]):
        return
    names = places_of_patches(patches, patches.index[sorted(pieces)].tolist(), grids)
    raise PlanError(
        f"The line cuts the ground so close to a corner that borders would no longer match: the "
        f"patch in {names.en}. Draw it a little farther from the corner.",
        f"画线过于靠近图斑的角点，切分后边界无法吻合：{names.zh}。请离角点稍远一些重画。",
    )


def _shared_out(
    rows: gpd.GeoDataFrame,
    group: np.ndarray,
    rules: Rules,
    taken: set[str],
    objects: gpd.GeoDataFrame,
) -> gpd.GeoDataFrame:
    """Give pieces their ids and measures: area and households by share, objects where they are."""
    counts = np.bincount(group, minlength=1)
    cut = counts[group] > 1
    if not cut.any():
        return rows
    area = rows.area.to_numpy()
    share = area / np.bincount(group, weights=area)[group]
    largest = np.zeros(len(rows), dtype=bool)
    largest[
        [np.flatnonzero(group == at)[area[group == at].argmax()] for at in np.unique(group)]
    ] = True
    table = rows.copy()
    names = rows.index.to_numpy(dtype=object).copy()
    for at in np.unique(group[cut]).tolist():
        names[group == at] = _ids(str(names[group == at][0]), int(counts[at]), taken)
    table.index = pd.Index(names, dtype="str", name=rows.index.name)
    pieces = table[cut]
    table.loc[cut, "area_m2"] = area[cut]
    for column in ("absorbed_m2", "households", "cases"):
        table.loc[cut, column] = pieces[column] * share[cut]
    _count_objects(table, rows, group, cut, largest, objects)
    table.loc[cut, "load_h"] = weigh(table[cut], rules=rules)
    return table


def _count_objects(
    table: gpd.GeoDataFrame,
    rows: gpd.GeoDataFrame,
    group: np.ndarray,
    cut: np.ndarray,
    largest: np.ndarray,
    objects: gpd.GeoDataFrame,
) -> None:
    """Count the objects of pieces, in place.

    Where a plan does not know its objects, those of a patch stay together on the largest piece.
    """
    table.loc[cut & ~largest, "objects"] = 0
    group_of = dict(zip(rows.index[cut], group[cut].tolist(), strict=True))
    own = objects[objects["patch_id"].isin(group_of) & (objects["category"] != "")]
    known = own["patch_id"].map(group_of).value_counts()
    placed = objects_on_pieces(own, table, group.tolist(), group_of).value_counts()
    for at in np.unique(group[cut]).tolist():
        mine = group == at
        if known.get(at, 0) == rows["objects"].to_numpy()[mine][0]:
            table.loc[mine, "objects"] = placed.reindex(table.index[mine], fill_value=0)


def _ids(patch: str, count: int, taken: set[str]) -> list[str]:
    """New ids for pieces: the id of the patch and the next numbers that were never used."""
    ids: list[str] = []
    number = 0
    while len(ids) < count:
        number += 1
        name = f"{patch}-{number}"
        if name not in taken:
            ids.append(name)
            taken.add(name)
    return ids
