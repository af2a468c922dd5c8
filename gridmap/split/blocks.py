"""Blocks: the connected ground of one category inside one grid, from which micro-grids are cut.

Ground too small to stand alone, and residual ground that the rules let others absorb, joins the
block beside it, but never outweighs it: large ground that would stands for itself. A micro-grid
never crosses a block, so it has one category and one parent.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.tiling.build import kind_of
from boundaries.topology.connected import number_parts
from boundaries.topology.neighbours import known_neighbours
from gridmap.rules import Rules
from gridmap.split.homes import home_ground
from gridmap.split.joining import join_small, why_alone
from gridmap.split.micro_category import SETTLEMENT, SITES
from layers.contract.categories import CATEGORY_KEYS, RESIDUAL_KEYS
from layers.contract.unchanged import while_unchanged

__all__ = ["RESIDUAL_CAMPS", "Graph", "form_blocks", "patch_graph", "undivided"]

# Where residual ground goes gladly (the table of residual handling in the field's dossier: forest,
# farm facilities and other land join farmland; margins join what they border).
_GLADLY = {
    ("forest_orchard_grass", "farmland"): 100.0,
    ("agri_facility", "farmland"): 100.0,
    ("other_land", "farmland"): 100.0,
    ("unmapped", "farmland"): 100.0,
    ("green_buffer", "park_green"): 100.0,
    ("water_margin", "water"): 100.0,
    ("industry_other", "key_enterprise"): 100.0,
}
# Registers name one site each: other ground joins them only when nothing else is beside it.
_REGISTERS = ("problem_estate", "key_enterprise", "supplied_unbuilt")
RESIDUAL_CAMPS = len(CATEGORY_KEYS)
"""Number of the first camp of residual ground, see `form_blocks`; those before are categories."""
_LEFT_OUT = -1  # number of the block of ground that is left with its parent
_LESS = 1.0 - 1e-9


@dataclass(frozen=True)
class Graph:
    """Neighbours that a micro-grid may join: pairs of patch positions, and their border in m.

    A border of 0 is a link across a gap that the rules allow.
    """

    edges: np.ndarray
    border_m: np.ndarray


def patch_graph(
    patches: gpd.GeoDataFrame,
    *,
    min_border_m: float,
    max_gap_m: float = 0.0,
    barriers: gpd.GeoSeries | None = None,
    left: np.ndarray | None = None,
) -> Graph:
    """Find which patches of one parent count as neighbours under the rules.

    Parameters
    ----------
    patches
        The tiling, with `parent_code`.
    min_border_m
        Least shared border.
    max_gap_m
        Patches of one parent that do not touch, but lie no further apart, are linked; 0: no links.
    barriers
        Lines that neighbours must not meet across.
    left
        Mask of patches left with their parent: they join nothing, and only across them links run.
    """
    pairs = known_neighbours(patches.geometry)
    parent = patches["parent_code"].to_numpy()
    out = np.zeros(len(patches), dtype=bool) if left is None else left
    edges = pairs[["left", "right"]].to_numpy()
    border = pairs["border_m"].to_numpy()
    inside = (parent[edges[:, 0]] == parent[edges[:, 1]]) & ~out[edges].any(axis=1)
    inside &= border >= min_border_m
    if barriers is not None and len(barriers):
        inside &= ~_across(patches, edges, barriers)
    edges, border = edges[inside], border[inside]
    if max_gap_m > 0:
        links = _links(patches, edges, out, max_gap_m, barriers)
        edges = np.concatenate([edges, links])
        border = np.concatenate([border, np.zeros(len(links))])
    return Graph(edges, border)


@while_unchanged
def form_blocks(
    patches: gpd.GeoDataFrame, graph: Graph, *, rules: Rules, apart: np.ndarray | None = None
) -> pd.DataFrame:
    """Group the patches into blocks of one category.

    Connected ground of one kind below its least area joins a neighbour, but never outweighs it:
    see `gridmap.split.joining`.

    Parameters
    ----------
    patches
        The tiling, with parent_code, category, subclass and area_m2.
    graph
        Which patches may be in one micro-grid.
    rules
        Least areas, and what becomes of residual ground.
    apart
        Mask of patches whose connected ground joins nothing, as was found out before.

    Returns
    -------
    By patch: `block`, numbered from 0 in order of first patch, -1 for ground left with its parent
    or of an exclusive grid;
    `block_category`, the category of the block ("residual" for housing and the like); `alone`, why
    a block is smaller than its least area: "nothing" beside it, or no "room" there, else "";
    `is_home`, whether it is shared out by households (`gridmap.split.homes`);
    `camp` and `block_camp`, what the ground of the patch counts as when blocks are outvoted, and
    what the block is: a category, built-up ground, another sub-class with micro-grids of its own,
    or residual ground that the rules let others absorb (`RESIDUAL_CAMPS`).
    """
    keys = [*CATEGORY_KEYS, *RESIDUAL_KEYS]
    kind = kind_of(patches)
    code = pd.Categorical(kind, categories=keys).codes.astype(np.int64)
    treatment = {key: rules.treatment(key) for key in RESIDUAL_KEYS}
    left = kind.isin([key for key in treatment if treatment[key] == "leave"]).to_numpy()
    left = left | undivided(patches)
    absorbed = kind.isin([key for key in treatment if treatment[key] == "absorb"]).to_numpy()

    family = np.where(np.isin(kind, SETTLEMENT) & ~absorbed, len(keys), code)
    first, second = graph.edges.T
    lived_on = _lived_on(patches, graph, rules)
    family = np.where(lived_on, len(keys) + 1, family)
    same = family[first] == family[second]
    group = number_parts(len(patches), *graph.edges[same].T)
    areas = patches["area_m2"].to_numpy()
    group_kind = _largest_kind(group, code, areas, len(keys))
    least = np.array([rules.min_area_m2(key) for key in keys])[group_kind]
    camps = _camps(keys, treatment)
    held = np.zeros((len(group_kind), camps.max() + 1))
    np.add.at(held, (group, camps[code]), areas)
    held[:, RESIDUAL_CAMPS:] *= _LESS  # in a tie residual ground is the lesser
    homes = _is_any(group, lived_on)
    # Where somebody lives, ground is measured in households: it stands, however small.
    least = np.where(homes, 0.0, least)
    stays = _is_any(group, left) | (False if apart is None else _is_any(group, apart)) | homes
    never = np.isin(
        group_kind, [keys.index(key) for key in treatment if treatment[key] == "absorb"]
    )
    pairs = np.sort(group[graph.edges[~same]], axis=1)
    # A link has no border; it still counts for a hand's breadth.
    border = np.maximum(graph.border_m[~same], 0.1)
    is_site = np.isin(group_kind, [keys.index(key) for key in SITES])
    area = np.bincount(group, weights=areas)
    into = join_small(
        area,
        held,
        camps[group_kind],
        np.where(stays, 0.0, np.where(never, np.inf, least)),
        np.where(stays, 0.0, least),
        is_site,
        pairs,
        border,
        kind=group_kind,
        affinity=_affinity(keys, treatment),
        family_from=RESIDUAL_CAMPS,
    )
    block = into[group]
    category = np.array(keys)[group_kind[block]]
    numbered = np.full(len(patches), _LEFT_OUT)
    numbered[~left] = pd.factorize(block[~left])[0]
    return pd.DataFrame(
        {
            "block": numbered,
            "block_category": np.where(np.isin(category, RESIDUAL_KEYS), "residual", category),
            "alone": why_alone(into, area, least, pairs)[block],
            "is_home": homes[block],
            "camp": camps[code],
            "block_camp": camps[group_kind[block]],
        },
        index=patches.index,
    )


def _lived_on(patches: pd.DataFrame, graph: Graph, rules: Rules) -> np.ndarray:
    """Mark connected ground of the sub-classes of household grids where somebody lives."""
    asked = kind_of(patches).isin(rules.household_grids.on).to_numpy() & ~undivided(patches)
    inside = graph.edges[asked[graph.edges].all(axis=1)]
    group = number_parts(len(patches), *inside.T)
    return asked & _is_any(group, home_ground(patches, rules))[group]


def undivided(patches: pd.DataFrame) -> np.ndarray:
    """Mask of the ground of exclusive grids: it is labelled with the grid that it lies in."""
    if "grid_code" not in patches:
        return np.zeros(len(patches), dtype=bool)
    return (patches["grid_code"] == patches["parent_code"]).to_numpy(dtype=bool)


def _camps(keys: list[str], treatment: Mapping[str, str]) -> np.ndarray:
    """Number what the ground of each kind counts as: see `form_blocks`."""
    own = [key for key in keys[RESIDUAL_CAMPS:] if treatment[key] == "own"]
    camp = {key: "settlement" if key in SETTLEMENT else key for key in own}
    order = [*keys[:RESIDUAL_CAMPS], "", *dict.fromkeys(camp.values())]
    return np.array([order.index(key if key in order else camp.get(key, "")) for key in keys])


def _largest_kind(group: np.ndarray, code: np.ndarray, area: np.ndarray, kinds: int) -> np.ndarray:
    """Kind with most ground in each group."""
    table = np.zeros((group.max(initial=-1) + 1, kinds))
    np.add.at(table, (group, code), area)
    return table.argmax(axis=1)


def _is_any(group: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Mark the groups that hold a patch of the mask."""
    result = np.zeros(group.max(initial=-1) + 1, dtype=bool)
    result[group[mask]] = True
    return result


def _affinity(keys: list[str], treatment: Mapping[str, str]) -> np.ndarray:
    """How gladly ground of one kind joins another: a factor on the shared border."""
    table = np.ones((len(keys), len(keys)))
    for column, key in enumerate(keys):
        if key in _REGISTERS:
            table[:, column] = 0.01
        if treatment.get(key) == "absorb":
            table[:, column] *= 0.1
    for row, kind in enumerate(keys):
        for column, into in enumerate(keys):
            table[row, column] *= _GLADLY.get((kind, into), 1.0)
            if kind in SETTLEMENT and into in SETTLEMENT:
                table[row, column] *= 100.0
    return table


def _across(patches: gpd.GeoDataFrame, edges: np.ndarray, barriers: gpd.GeoSeries) -> np.ndarray:
    """Say which pairs meet along a barrier: most of their border lies on it."""
    shapes = patches.geometry.to_numpy()
    lines = shapely.union_all(barriers.to_numpy())
    near = shapely.buffer(lines, 1.0)
    shapely.prepare(near)
    touches = shapely.intersects(near, shapes)
    rows = np.flatnonzero(touches[edges].all(axis=1))
    border = shapely.intersection(shapes[edges[rows, 0]], shapes[edges[rows, 1]])
    length = shapely.length(border)
    along = shapely.length(shapely.intersection(border, near))
    result = np.zeros(len(edges), dtype=bool)
    result[rows] = along > 0.5 * length
    return result


def _links(
    patches: gpd.GeoDataFrame,
    edges: np.ndarray,
    out: np.ndarray,
    max_gap_m: float,
    barriers: gpd.GeoSeries | None,
) -> np.ndarray:
    """Pairs of patches of one parent that lie within the gap and do not touch."""
    shapes = patches.geometry.to_numpy()
    parent = patches["parent_code"].to_numpy()
    tree = shapely.STRtree(shapes)
    one, two = tree.query(shapes, predicate="dwithin", distance=max_gap_m)
    keep = (one < two) & (parent[one] == parent[two]) & ~out[one] & ~out[two]
    one, two = one[keep], two[keep]
    known = set(map(tuple, np.sort(edges, axis=1).tolist()))
    new = np.array([pair not in known for pair in zip(one.tolist(), two.tolist(), strict=True)])
    one, two = one[new.astype(bool)], two[new.astype(bool)]
    if len(one) == 0:
        return np.empty((0, 2), dtype=np.int64)
    bridge = shapely.shortest_line(shapes[one], shapes[two])
    if barriers is not None and len(barriers):
        lines = shapely.union_all(barriers.to_numpy())
        shapely.prepare(lines)
        free = ~shapely.intersects(lines, bridge)
        one, two = one[free], two[free]
    order = np.lexsort((two, one))
    return np.column_stack([one[order], two[order]])
