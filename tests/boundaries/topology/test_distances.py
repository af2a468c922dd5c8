"""How far places are from polygons: the same figures as the geometry library's."""

import numpy as np
import shapely
from shapely import LineString, MultiPolygon, Point, Polygon, box

from boundaries.topology.distances import distances

PLACES = np.array([Point(0, 0), Point(5, 5), Point(2.5, 7.25), Point(-3, 4), Point(10, 5)])


def test_a_place_inside_a_polygon_is_at_no_distance_and_one_in_its_hole_is_at_some():
    ring = Polygon(box(0, 0, 10, 10).exterior, [box(4, 4, 6, 8).exterior])

    assert distances(PLACES, np.array([ring]))[:, 0].tolist() == [0.0, 1.0, 0.0, 3.0, 0.0]


def test_distances_are_those_of_the_geometry_library_to_the_last_bit():
    random = np.random.default_rng(4)
    circles = shapely.buffer(shapely.points(random.uniform(0, 900, (30, 2))), 40.1, quad_segs=23)
    shapes = np.array([*circles, MultiPolygon([box(700, 7, 703, 9), box(1, 1, 2, 3)])])
    far = shapely.transform(shapes, lambda points: points + np.array([500_000.3, 4_000_000.7]))
    places = shapely.points(random.uniform(0, 900, (20, 2)) + np.array([500_000.3, 4_000_000.7]))

    table = distances(places, far)

    assert (table == shapely.distance(places[:, None], far[None, :])).all()
    assert (table == 0.0).any()


def test_what_is_no_polygon_is_measured_and_no_ground_is_at_no_known_distance():
    shapes = np.array([LineString([(0, 3), (9, 3)]), None, Polygon(), box(0, 0, 1, 1)])

    table = distances(PLACES[:2], shapes)

    assert table[:, 0].tolist() == [3.0, 2.0]
    assert np.isnan(table[:, 1:3]).all()
    assert table[:, 3].tolist() == [0.0, np.hypot(4, 4)]
    assert distances(PLACES[:0], shapes).shape == (0, 4)


def test_an_empty_place_is_at_no_known_distance_and_moves_no_other():
    places = np.array([Point(0, 3), Point(), Point(4, 0)])

    table = distances(places, np.array([box(0, 0, 1, 1)]))

    assert table[[0, 2], 0].tolist() == [2.0, 3.0]
    assert np.isnan(table[1, 0])
