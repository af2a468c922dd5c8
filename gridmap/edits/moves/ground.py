"""The ground as arrays, and the figures of micro-grids as sums over it.

Nothing is dissolved here: the perimeter of a micro-grid is the sum of its patches' perimeters less
twice the borders inside. So a choice on the screen is answered while the hand still moves.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from boundaries.tiling.build import kind_of
from boundaries.topology.connected import number_parts
from gridmap.rules import Rules
from gridmap.split.blocks import Graph, patch_graph
from gridmap.split.homes import HOUSEHOLD, TERRITORIAL, home_ground
from gridmap.split.micro_category import (
    category_number,
    decide_categories,
    decide_subclasses,
    kind_number,
)
from gridmap.staffing.posts import HOURS_TOLERANCE, officers_needed
from layers.contract.categories import RESIDUAL

__all__ = [
    "TOTALS",
    "GroundArrays",
    "barriers_near",
    "pieces_of",
    "survey",
    "totals",
]

# What is told of a micro-grid before and after an edit. Index: grid code.
TOTALS = {
    "category": "str",
    "subclass": "str",
    "family": "str",
    "patches": "int64",
    "area_m2": "float64",
    "households": "float64",
    "objects": "int64",
    "load_h": "float64",
    "officers": "int64",  # that the load asks for, though the rules may allow fewer
    "people": "int64",  # cadres on its posts today; they stay, or are free when it is gone
    "over_h": "float64",  # load beyond what the most officers can carry
    "purity": "float64",
    "perimeter_m": "float64",
    "compactness": "float64",
    "parts": "int64",
    "broken": "bool",  # falls into parts, or is over capacity with more than one patch
}


@dataclass(frozen=True)
class GroundArrays:
    """Patches by position, and who borders whom.

    `joins` says which of the neighbours hang together under the rules.
    """

    ids: np.ndarray
    parent: np.ndarray
    area: np.ndarray
    perimeter: np.ndarray
    load: np.ndarray
    households: np.ndarray
    objects: np.ndarray
    kind: np.ndarray  # see `gridmap.split.micro_category.kind_number`
    home: np.ndarray  # see `gridmap.split.homes.home_ground`
    edges: np.ndarray
    border: np.ndarray
    joins: np.ndarray

    def rows(self, ids: Iterable[str]) -> np.ndarray:
        """Positions of patches."""
        return pd.Index(self.ids).get_indexer(list(ids))


def barriers_near(barriers: gpd.GeoDataFrame, patches: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Pick the barriers that can lie between some patches."""
    if barriers.empty or patches.empty:
        return barriers.geometry.iloc[:0]
    west, south, east, north = patches.total_bounds
    return barriers.geometry.cx[west:east, south:north]


def survey(
    patches: gpd.GeoDataFrame, *, rules: Rules, barriers: gpd.GeoDataFrame | None = None
) -> GroundArrays:
    """Read patches into arrays.

    Parameters
    ----------
    patches
        All patches of the given grids that are looked at.
    rules
        What residual ground is left with its parent, and what hangs together.
    barriers
        Lines that no micro-grid may cross.
    """
    kind = kind_of(patches)
    left = (patches["category"] == "residual") & kind.map(
        lambda key: rules.treatment(key) == "leave"
    )

    def graph_with(lines: gpd.GeoSeries | None) -> Graph:
        return patch_graph(
            patches,
            min_border_m=0.0,
            max_gap_m=rules.contiguity.max_gap_m,
            barriers=lines,
            left=left.to_numpy(dtype=bool),
        )

    graph = graph_with(None)
    # Where links across a gap are allowed, whatever touches is linked too.
    linked = rules.contiguity.max_gap_m > 0
    joins = (graph.border_m >= rules.contiguity.min_border_m) | linked
    near = None if barriers is None else barriers_near(barriers, patches)
    if near is not None and len(near):
        # Across a barrier two patches are neighbours still, with a border, but do not join.
        joins &= np.isin(_keys(graph, len(patches)), _keys(graph_with(near), len(patches)))
    return GroundArrays(
        ids=patches.index.to_numpy(dtype=object),
        parent=patches["parent_code"].to_numpy(dtype=object),
        area=patches["area_m2"].to_numpy(),
        perimeter=patches.length.to_numpy(),
        load=patches["load_h"].to_numpy(),
        households=patches["households"].to_numpy(),
        objects=patches["objects"].to_numpy(),
        kind=kind_number(patches),
        home=home_ground(patches, rules),
        edges=graph.edges,
        border=graph.border_m,
        joins=joins,
    )


def _keys(graph: Graph, count: int) -> np.ndarray:
    """One number for each pair of patches."""
    ends = np.sort(graph.edges, axis=1)
    return ends[:, 0] * np.int64(count) + ends[:, 1]


def pieces_of(ground: GroundArrays, label: np.ndarray) -> np.ndarray:
    """Number the pieces, patches of one label that hang together."""
    number = pd.factorize(label)[0]
    one, two = ground.edges.T
    joined = ground.joins & (number[one] == number[two])
    return number_parts(len(number), one[joined], two[joined])


def totals(
    ground: GroundArrays,
    label: np.ndarray,
    codes: Iterable[str],
    *,
    rules: Rules,
    categories: Mapping[str, str],
    people: Mapping[str, int],
) -> pd.DataFrame:
    """Sum up micro-grids.

    Parameters
    ----------
    ground
        Patches; all of the micro-grids asked for.
    label
        Micro-grid of each patch.
    codes
        Micro-grids asked for; those without ground are left out.
    rules
        Capacity, and what decides a category.
    categories
        Category by code, where it is known; of the others it follows from their ground.
    people
        Cadres on the posts of each, by code.

    Returns
    -------
    Columns of `TOTALS` by code, in order of code.
    """
    present = set(label.tolist())
    names = [code for code in sorted(codes) if code in present]
    place = pd.Index(names).get_indexer(label)
    inside = place >= 0
    at, count = place[inside], len(names)

    def summed(values: np.ndarray) -> np.ndarray:
        return np.bincount(at, weights=values[inside], minlength=count)

    one, two = ground.edges.T
    within = (place[one] == place[two]) & (place[one] >= 0)
    inner = np.bincount(place[one[within]], weights=ground.border[within], minlength=count)
    piece = pieces_of(ground, label)
    heads = np.unique(np.column_stack([at, piece[inside]]), axis=0)[:, 0]
    area, load = summed(ground.area), summed(ground.load)
    perimeter = summed(ground.perimeter) - 2 * inner
    touches = ground.edges[ground.border > 0]
    decided = decide_categories(
        place, ground.kind, ground.area, touches, ground.home, count=count, rules=rules
    )
    category = [categories.get(code, found) for code, found in zip(names, decided, strict=True)]
    wanted = np.array([category_number(kind) for kind in category], dtype=np.int64)
    is_own = np.minimum(ground.kind[inside], category_number(RESIDUAL.key)) == wanted[at]
    of_kind = np.where(is_own, ground.area[inside], 0.0)
    own = np.bincount(at, weights=of_kind, minlength=count)
    patches = np.bincount(at, minlength=count)
    parts = np.bincount(heads, minlength=count)
    most = rules.capacity.officer_hours * rules.capacity.officers_max
    lived_in = summed(ground.home) > 0
    is_home = lived_in & (np.array(category, dtype=object) == RESIDUAL.key)
    over = np.where(load > most + HOURS_TOLERANCE, load - most, 0.0)
    table = pd.DataFrame(
        {
            "category": category,
            "subclass": decide_subclasses(place, ground.kind, ground.area, ground.home, category),
            "family": np.where(is_home, HOUSEHOLD, TERRITORIAL),
            "patches": patches,
            "area_m2": area,
            "households": summed(ground.households),
            "objects": summed(ground.objects),
            "load_h": load,
            "officers": [officers_needed(float(hours), rules=rules) for hours in load],
            "people": [int(people.get(code, 0)) for code in names],
            "over_h": over,
            "purity": own / area,
            "perimeter_m": perimeter,
            "compactness": 4 * np.pi * area / np.where(perimeter > 0, perimeter, 1.0) ** 2,
            "parts": parts,
            "broken": (parts > 1) | ((over > 0) & (patches > 1)),
        },
        index=pd.Index(names, dtype="str", name="grid_code"),
    )
    return table.astype(TOTALS)
