"""How the grids of a plan fit together on the ground: gaps, overlaps, unmatched edges, overhang.

Geometry is the slow part of a check, so each fact is found once and shared by the COV rules.
"""

from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from boundaries.topology.common_area import common_area
from boundaries.topology.neighbours import unshared_edges
from boundaries.topology.rings import rings_of
from boundaries.validate.limits import Limits

__all__ = ["Fit", "is_sound", "repaired"]

_NOISE_M2 = 1e-4  # less ground outside is rounding of the coordinates
_POLYGONS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
_HAIRLINE_M2 = 0.1  # less common ground is an unmatched edge, not an overlap
_TOUCH_M = 0.01  # an unmatched edge this close to a larger fault is part of it


@dataclass(frozen=True)
class Fit:
    """Grids of all levels and their patches, laid against each other.

    The patches are sound, as `repaired` gives them.
    """

    grids: gpd.GeoDataFrame
    patches: gpd.GeoDataFrame
    limits: Limits

    @cached_property
    def sound(self) -> gpd.GeoDataFrame:
        """Grids with polygons that can be calculated with, in order of code."""
        return gpd.GeoDataFrame(repaired(self.grids).sort_index())

    @cached_property
    def outside(self) -> list[tuple[str, str, BaseGeometry]]:
        """Grid, parent and the ground of the grid outside that parent, rounding apart."""
        found = []
        for parent, shape, codes, shapes in self._families:
            # Measured first, and only drawn where there may be some.
            family = np.array([shape], dtype=object)
            inside = common_area(shapes, family, np.arange(len(shapes)), np.zeros(len(shapes), int))
            rows = np.flatnonzero(shapely.area(shapes) - inside > _NOISE_M2 / 2)
            over = shapely.difference(shapes[rows], shape)
            for row in np.flatnonzero(shapely.area(over) > _NOISE_M2):
                found.append((str(codes[rows[row]]), parent, over[row]))
        return found

    @cached_property
    def uncovered(self) -> list[tuple[str, int, BaseGeometry]]:
        """Grid above the micro-grids, number of its parts, and its ground in none of them."""
        limits = self.limits
        codes, parents = self.patches["grid_code"], self.patches["parent_code"]
        # Ground that a grid holds itself: left with it, or not divided in an exclusive grid.
        own = self.patches[(codes == "") | (codes == parents)]
        left = {str(code): rows.geometry.to_numpy() for code, rows in own.groupby("parent_code")}
        suspects = {code for pair in self.overlaps for code in pair[:2]}
        overhang = pd.Series(
            [shape.area for *_, shape in self.outside],
            index=[parent for _, parent, _ in self.outside],
            dtype=float,
        )
        overhang = overhang.groupby(level=0).sum()
        found = []
        for code, shape, codes, shapes in self._families:
            allowed = max(limits.uncovered_m2, limits.uncovered_share * shape.area)
            pieces = np.concatenate([shapes, left.get(code, [])])
            # Without overlaps areas add up, and a sum says as much as the union does.
            inside = shapely.area(pieces).sum() - overhang.get(code, 0.0)
            if suspects.isdisjoint(codes) and abs(shape.area - inside) <= allowed:
                continue
            rest = shape.difference(shapely.union_all(pieces))
            if rest.area > allowed:
                found.append((code, len(codes), rest))
        return found

    @cached_property
    def overlaps(self) -> list[tuple[str, str, BaseGeometry]]:
        """Pairs of grids of one level with their common ground."""
        # Of two grids that overlap at least one has edges the other does not match, so that the
        # others need no second look.
        suspect = ~shapely.is_empty(self._invalid_edges.to_numpy())
        found = []
        for _, level in self.sound.assign(suspect=suspect).groupby("level", sort=True):
            shapes = level.geometry.to_numpy()
            rows = np.flatnonzero(level["suspect"])
            near, other = shapely.STRtree(shapes).query(shapes[rows], predicate="intersects")
            pairs = np.sort(np.column_stack([rows[near], other]), axis=1)
            one, two = np.unique(pairs[pairs[:, 0] < pairs[:, 1]], axis=0).T
            shared = shapely.intersection(shapes[one], shapes[two])
            found += [
                (str(level.index[one[row]]), str(level.index[two[row]]), shared[row])
                for row in np.flatnonzero(shapely.area(shared) > _HAIRLINE_M2)
            ]
        return found

    @cached_property
    def unmatched(self) -> list[tuple[str, BaseGeometry]]:
        """Grid and the edges of it that its neighbours do not match, where no larger fault is."""
        edges = self._invalid_edges
        faulty = edges[~shapely.is_empty(edges.to_numpy())]
        reported = shapely.union_all([fault[-1] for fault in [*self.uncovered, *self.overlaps]])
        # A slit in the outline of the parent looks like a gap, but nothing is missing there.
        outline = {code: shapely.boundary(shape) for code, shape, *_ in self._families}
        parent_of = self.sound["parent_code"][~self.sound.index.duplicated()]
        found = []
        for code, line in faulty.items():
            pieces = shapely.get_parts(line)
            pieces = pieces[~shapely.dwithin(pieces, reported, _TOUCH_M)]
            along = outline.get(parent_of[code])
            if along is not None:
                pieces = pieces[~shapely.covered_by(pieces, along)]
            if len(pieces):
                found.append((str(code), shapely.multilinestrings(pieces)))
        return found

    @cached_property
    def unmatched_patches(self) -> list[tuple[str, str, int, BaseGeometry]]:
        """Given grid, first of its patches, number of patches, and the edges that do not match."""
        shapes = self.patches.geometry.to_numpy()
        if _shares_all_edges(self.patches.geometry):
            return []
        edges = shapely.coverage_invalid_edges(shapes)
        rows = np.flatnonzero(~shapely.is_empty(edges))
        told = [fault[-1] for fault in [*self.uncovered, *self.overlaps, *self.unmatched]]
        pieces, which = shapely.get_parts(edges[rows], return_index=True)
        own = ~shapely.dwithin(pieces, shapely.union_all(told), _TOUCH_M)
        table = pd.DataFrame(
            {
                "parent": self.patches["parent_code"].to_numpy()[rows[which[own]]],
                "patch": self.patches.index.to_numpy()[rows[which[own]]],
                "piece": pieces[own],
            }
        )
        return [
            (
                str(parent),
                str(part["patch"].min()),
                int(part["patch"].nunique()),
                shapely.multilinestrings(part["piece"].to_numpy()),
            )
            for parent, part in table.groupby("parent", sort=True)
        ]

    @cached_property
    def _invalid_edges(self) -> pd.Series:
        """Lines of every grid that its neighbours of the same level do not match."""
        result = np.full(len(self.sound), shapely.LineString(), dtype=object)
        levels = self.sound["level"].to_numpy()
        shapes = self.sound.geometry.to_numpy()
        for level in np.unique(levels):
            rows = levels == level
            result[rows] = shapely.coverage_invalid_edges(
                shapes[rows], gap_width=self.limits.edge_gap_m
            )
        return pd.Series(result, index=self.sound.index)

    @cached_property
    def _families(self) -> list[tuple[str, BaseGeometry, np.ndarray, np.ndarray]]:
        """Every grid above the micro-grids with its polygon, and codes and polygons below it."""
        codes = self.sound.index.to_numpy(dtype=object)
        shapes = self.sound.geometry.to_numpy()
        below = self.sound.groupby("parent_code").indices
        given = (self.sound["kind"] != "micro") & ~self.sound.index.duplicated()
        none = np.empty(0, dtype=np.int64)
        families = []
        for row in np.flatnonzero(given):
            children = below.get(codes[row], none)
            families.append((str(codes[row]), shapes[row], codes[children], shapes[children]))
        return families


def _shares_all_edges(ground: gpd.GeoSeries) -> bool:
    """Whether sound polygons share every edge vertex by vertex with those that they touch.

    Found in a fraction of the time that the geometry library takes for all of them. Where an edge
    has a polygon on either side, the number of polygons that lie over each other does not change
    across it. So where two overlap, one of them has an edge without a partner inside the other, and
    so has ground that meets without sharing its vertices: looking at what such edges reach is
    enough. In a sound plan they are the outline of the town.
    """
    shapes = ground.to_numpy()
    lines = shapely.linestrings(np.stack(unshared_edges(rings_of(shapes)), axis=1))
    near = np.unique(shapely.STRtree(shapes).query(lines)[1])
    return bool(shapely.is_empty(shapely.coverage_invalid_edges(shapes[near])).all())


def is_sound(shapes: np.ndarray) -> np.ndarray:
    """Say which shapes are polygons that do not cross themselves."""
    polygon = np.isin(shapely.get_type_id(shapes), _POLYGONS) & ~shapely.is_empty(shapes)
    return polygon & shapely.is_valid(shapes)


def repaired(frame: gpd.GeoDataFrame, sound: np.ndarray | None = None) -> gpd.GeoDataFrame:
    """Give the rows with polygons that can be calculated with; rows without any ground go.

    `sound` is what `is_sound` says of them, where that is known already.
    """
    shapes = frame.geometry.to_numpy()
    broken = np.flatnonzero(~(is_sound(shapes) if sound is None else sound))
    if len(broken) == 0:
        return frame
    shapes = shapes.copy()
    for row, shape in zip(broken, shapes[broken], strict=True):
        valid = shapely.make_valid(shape, method="structure", keep_collapsed=False)
        parts = shapely.get_parts(valid)
        ground = np.isin(shapely.get_type_id(parts), _POLYGONS) & ~shapely.is_empty(parts)
        polygons = parts[ground]
        shapes[row] = shapely.union_all(polygons) if len(polygons) else None
    whole = frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))
    return gpd.GeoDataFrame(whole[~shapely.is_missing(shapes)])
