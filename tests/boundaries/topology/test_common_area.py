"""Ground that polygons share, against the geometry library."""

import numpy as np
import pytest
import shapely
from shapely import MultiPolygon, Polygon, box

from boundaries.topology.common_area import common_area


def blobs(rng, count, spread):
    """Polygons with bays, some with a hole, some in two parts, some empty, either way round."""
    made = []
    for number in range(count):
        turn = np.linspace(0, 2 * np.pi, int(rng.integers(4, 25)), endpoint=False)
        far = rng.uniform(5.0, 40.0, len(turn))
        ring = np.column_stack([np.cos(turn), np.sin(turn)]) * far[:, None]
        shape = Polygon((ring + rng.uniform(0, spread, 2))[:: rng.choice([-1, 1])])
        if number % 3 == 0:
            shape = shape.difference(shape.centroid.buffer(4.0))
        if number % 4 == 0:
            shape = shape.union(shapely.affinity.translate(shape, 90.0, 3.0))
        made.append(Polygon() if number % 11 == 10 else shape)
    return np.array(made, dtype=object)


@pytest.mark.parametrize("far", [0.0, 3_837_000.0])
def test_it_is_the_area_of_the_intersection(far):
    rng = np.random.default_rng(7)
    first, second = (
        shapely.transform(blobs(rng, count, 200.0), lambda points: points + far)
        for count in (40, 30)
    )
    one, other = (pairs.ravel() for pairs in np.meshgrid(range(40), range(30), indexing="ij"))
    asked = shapely.area(shapely.intersection(first[one], second[other]))
    assert (asked > 1.0).sum() > 100
    np.testing.assert_allclose(common_area(first, second, one, other), asked, atol=1e-6)


def test_shapes_that_touch_or_hold_each_other():
    hole = Polygon(box(0, 0, 9, 9).exterior, [box(3, 3, 6, 6).exterior])
    shapes = np.array([hole, MultiPolygon([box(3, 3, 6, 6), box(9, 0, 10, 9)]), box(1, 1, 8, 8)])
    one, other = np.array([0, 0, 1, 2]), np.array([1, 2, 2, 2])
    assert common_area(shapes, shapes, one, other).tolist() == [0.0, 40.0, 9.0, 49.0]
    assert common_area(shapes, shapes, one[:0], other[:0]).tolist() == []
