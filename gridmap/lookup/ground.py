"""The ground that nobody divides further, asked by point: one grid a point, and the rule why.

The order is that of work orders (DISP-1, DISP-2): an exclusive sub-grid before the exclusive grid
around it, before a micro-grid, before the given grids from the deepest up. A point in none of them
goes to the nearest within 200 m. Where several are equal, somebody on post comes before nobody,
then less load for each person, then the lower code. All of it on arrays, for a million points.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
import shapely

from gridmap.plan.plan import Plan

__all__ = ["NEAR_M", "ON_LINE_M", "RULES", "ChosenBy", "Found", "Ground"]

NEAR_M = 200.0  # a point outside every grid goes to the nearest one within this distance
ON_LINE_M = 0.02  # 7 decimals of a degree are about 1 cm
ChosenBy = Literal["only", "inside", "nearest", "order", "staffed", "load", "code", ""]
RULES = get_args(ChosenBy)
# What decides between two candidates, in the order of the keys they are sorted by.
_DECIDES = ("inside", "nearest", "order", "staffed", "load", "code")

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Found:
    """For every point: the number of its grid in `Ground.codes` (-1: none), how far it is, why."""

    grid: Array
    distance_m: Array  # 0 inside; nan where there is none
    rule: Array  # number in RULES


class Ground:
    """The deepest ground of a plan, and the order among what meets at a point.

    Attributes
    ----------
    shapes
        Polygons in the work CRS.
    owner
        Number of the grid of each polygon, in `codes`.
    codes
        The grids that have ground of their own, in order of code.
    """

    def __init__(self, plan: Plan) -> None:
        """Gather micro-grids, exclusive grids, and patches left with a given grid."""
        grids = plan.grids[~plan.grids.index.duplicated()]
        grids = grids[grids["spatial"] & grids.geometry.notna()]
        undivided = grids[
            grids["kind"].isin(["micro", "exclusive"]) & ~grids.index.isin(grids["parent_code"])
        ]
        patches = plan.patches
        label = patches["grid_code"].where(patches["grid_code"] != "", patches["parent_code"])
        left = patches[~label.isin(undivided.index)]
        named = np.array([*undivided.index, *label[left.index]], dtype=object)
        self.shapes: Array = np.concatenate(
            [undivided.geometry.to_numpy(), left.geometry.to_numpy()]
        )
        self.codes, self.owner = np.unique(named.astype(str), return_inverse=True)
        self._grids = grids.reindex(self.codes)
        self._filled = plan.assignments[plan.assignments["status"] == "filled"]
        self._kind_of_parent = grids["kind"].reindex(self._grids["parent_code"]).to_numpy()

    @cached_property
    def order(self) -> Array:
        """Place of each grid in the order of DISP-1, the first 0."""
        kind, level = self._grids["kind"].to_numpy(), self._grids["level"].to_numpy(dtype=float)
        given = 3 + np.nanmax(level, initial=0) - np.nan_to_num(level)
        inner = self._kind_of_parent == "exclusive"
        return np.select(
            [(kind == "exclusive") & inner, kind == "exclusive", kind == "micro"], [0, 1, 2], given
        )

    @cached_property
    def load_each(self) -> Array:
        """Officer-hours a week that fall to each person on post there; endless where nobody is."""
        people = self._filled["grid_code"].value_counts().reindex(self.codes, fill_value=0)
        load = self._grids["load_h"].fillna(0.0).to_numpy()
        count = people.to_numpy(dtype=float)
        return np.where(count > 0, np.round(load / np.maximum(count, 1), 6), np.inf)

    @cached_property
    def tree(self) -> shapely.STRtree:
        """The polygons, ready to be asked for the nearest."""
        return shapely.STRtree(self.shapes)

    def find(self, x: Array, y: Array, *, near_m: float = NEAR_M) -> Found:
        """Find the grid of every point.

        Parameters
        ----------
        x, y
            Metres in the work CRS; finite.
        near_m
            How far a point outside every grid may be from the nearest.
        """
        points = shapely.points(np.asarray(x, float), np.asarray(y, float))
        shape, point = shapely.STRtree(points).query(
            self.shapes, predicate="dwithin", distance=ON_LINE_M
        )
        outside = np.ones(len(points), dtype=bool)
        outside[point] = False
        out = np.flatnonzero(outside)
        far, near, metres = np.zeros(0, int), np.zeros(0, int), np.zeros(0)
        if len(out) and len(self.shapes):
            (far, near), metres = self.tree.query_nearest(
                points[out], max_distance=near_m, return_distance=True
            )
        pairs = pd.DataFrame(
            {
                "point": np.concatenate([point, out[far]]),
                "shape": np.concatenate([shape, near]),
                "metres": np.concatenate([np.zeros(len(point)), metres]),
            }
        )
        return self._choose(pairs, points)

    def _choose(self, pairs: pd.DataFrame, points: Array) -> Found:
        """Take the best candidate of each point."""
        found = Found(
            np.full(len(points), -1),
            np.full(len(points), np.nan),
            np.full(len(points), RULES.index("")),
        )
        count = np.bincount(pairs["point"], minlength=len(points))
        alone = pairs[count[pairs["point"]] == 1]
        self._put(found, alone, _by_distance(alone))
        tied = pairs[count[pairs["point"]] > 1]
        if not len(tied):
            return found
        keys = self._keys(tied, points)
        order = np.lexsort([*keys[::-1], tied["point"].to_numpy()])
        # Ground left in two pieces is one grid: the nearer piece stands for it.
        grid = self.owner[tied["shape"].to_numpy()]
        order = order[~pd.DataFrame({"p": tied["point"], "g": grid}).iloc[order].duplicated()]
        tied, keys = tied.iloc[order], keys[:, order]
        point = tied["point"].to_numpy()
        first = np.flatnonzero(~tied["point"].duplicated())
        second = np.minimum(first + 1, len(tied) - 1)
        decides = np.array(_DECIDES)[(keys[:, first] != keys[:, second]).argmax(axis=0)]
        contested = (second > first) & (point[first] == point[second])
        best = tied.iloc[first]
        self._put(found, best, np.where(contested, decides, _by_distance(best)))
        return found

    def _keys(self, pairs: pd.DataFrame, points: Array) -> Array:
        """Write what decides between candidates, one row a key."""
        shape, point = pairs["shape"].to_numpy(), points[pairs["point"].to_numpy()]
        polygon, owner = self.shapes[shape], self.owner[shape]
        inside = (shapely.distance(polygon, point) == 0) & (
            shapely.distance(shapely.boundary(polygon), point) > ON_LINE_M
        )
        load = self.load_each[owner]
        nobody = np.isinf(load)
        keys = [~inside, pairs["metres"], self.order[owner], nobody, np.where(nobody, 0, load)]
        return np.array([*keys, owner], dtype=float)

    def _put(self, found: Found, pairs: pd.DataFrame, rule: Array) -> None:
        point = pairs["point"].to_numpy()
        found.grid[point] = self.owner[pairs["shape"].to_numpy()]
        found.distance_m[point] = pairs["metres"].to_numpy()
        found.rule[point] = pd.Index(RULES).get_indexer(rule)


def _by_distance(pairs: pd.DataFrame) -> Array:
    return np.where(pairs["metres"] > 0, "nearest", "inside")
