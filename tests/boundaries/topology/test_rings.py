"""Polygons taken apart into rings."""

import numpy as np
import pytest
import shapely
from shapely import MultiPolygon, Polygon, box

from boundaries.topology.rings import rings_of

HOLED = Polygon(box(0, 0, 9, 9).exterior, [box(1, 1, 2, 2).exterior, box(4, 4, 6, 5).exterior])


@pytest.mark.parametrize(
    "shapes",
    [
        [box(0, 0, 1, 1), box(2, 0, 3, 1)],
        [box(0, 0, 1, 1), HOLED, box(2, 0, 3, 1)],
        [box(0, 0, 1, 1), Polygon(), MultiPolygon([box(20, 0, 21, 1), HOLED]), HOLED],
        [],
    ],
)
def test_rings_are_those_of_the_geometry_library(shapes):
    made = rings_of(np.array(shapes, dtype=object))
    parts, owner = shapely.get_parts(np.array(shapes, dtype=object), return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    assert (made.points == points).all()
    assert (made.ring.tolist(), made.ring_part.tolist()) == (ring.tolist(), part.tolist())
    assert (made.part_owner.tolist(), made.parts.tolist()) == (owner.tolist(), parts.tolist())
