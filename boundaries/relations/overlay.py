"""The measure of all relations: the ground that polygons of two divisions have in common."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

__all__ = ["NOTHING_M2", "ROUNDING_M", "Common", "common_ground", "is_more_than_rounding"]

NOTHING_M2 = 1e-6  # ground that two polygons share by rounding alone
# Each state moved a border by 1.7 cm at most when it was rounded to 7 decimals: ground that is
# nowhere wider than the two together has not moved.
ROUNDING_M = 0.035


@dataclass(frozen=True)
class Common:
    """Pieces of ground: rows of the polygons of both sides, m², and the ground itself."""

    first: NDArray[np.intp]
    second: NDArray[np.intp]
    area_m2: NDArray[np.float64]
    ground: NDArray[np.object_]


def common_ground(first: NDArray[np.object_], second: NDArray[np.object_]) -> Common:
    """Lay polygons over those of a division.

    Parameters
    ----------
    first
        Polygons in a plane coordinate system in metres; they may overlap.
    second
        Polygons that do not overlap each other.

    Returns
    -------
    A piece for each pair that has ground in common, by row of the first and of the second. Of
    polygons that are the same on both sides the ground is theirs, to the last digit.
    """
    same, there = _same(first, second)
    rest = np.setdiff1d(np.arange(len(first)), same)
    other, one = shapely.STRtree(first[rest]).query(second, predicate="intersects")
    one = rest[one]
    cut = shapely.intersection(first[one], second[other])
    rows, others = np.r_[same, one], np.r_[there, other]
    ground = np.concatenate([first[same], cut])
    areas = shapely.area(ground)
    solid = np.flatnonzero(areas > NOTHING_M2)
    order = solid[np.lexsort((others[solid], rows[solid]))]
    return Common(rows[order], others[order], areas[order], ground[order])


def is_more_than_rounding(ground: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Say of pieces of ground in metres which are wider than rounding alone makes them."""
    wide: NDArray[np.bool_] = ~shapely.is_empty(shapely.buffer(ground, -ROUNDING_M / 2))
    return wide


def _same(
    first: NDArray[np.object_], second: NDArray[np.object_]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Find the polygons that both sides have, corner by corner."""
    known = {key: row for row, key in enumerate(shapely.to_wkb(shapely.normalize(second)))}
    keys = shapely.to_wkb(shapely.normalize(first)) if known else []
    found = [(row, known[key]) for row, key in enumerate(keys) if key is not None and key in known]
    pairs = np.array(found, dtype=np.intp).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]
