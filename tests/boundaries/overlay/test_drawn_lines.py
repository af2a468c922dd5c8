"""Drawn lines: sides, cuts, and vertices put into neighbours."""

import numpy as np
import pytest
import shapely
from shapely import LineString, box

from boundaries.overlay.drawn_lines import cut_along, far_line, far_side, side_of, with_vertices

LEAST = {"least_m2": 1.0, "least_width_m": 0.1}


def test_a_line_is_made_longer_along_its_last_stretches():
    far = far_line(LineString([(4, 5), (6, 5)]), (0, 0, 10, 10))
    assert far.bounds[0] < 0
    assert far.bounds[2] > 10
    assert far.bounds[1] == far.bounds[3] == 5


def test_a_point_clicked_twice_does_no_harm():
    clicked = LineString([(4, 5), (4, 5), (6, 5), (6, 5)])
    frame = (0, 0, 10, 10)
    assert far_line(clicked, frame).equals(far_line(LineString([(4, 5), (6, 5)]), frame))


def test_a_closed_line_is_not_made_longer():
    ring = LineString([(1, 1), (2, 1), (2, 2), (1, 1)])
    assert far_line(ring, (0, 0, 10, 10)).equals(ring)


def test_a_straight_line_has_half_the_frame_on_either_side():
    area = far_side(far_line(LineString([(5, 4), (5, 6)]), (0, 0, 10, 10)), (0, 0, 10, 10))
    share = side_of(np.array([box(0, 0, 2, 2), box(8, 8, 9, 9), box(4, 0, 6, 2)]), area)
    assert sorted(share[:2]) == [0.0, 1.0]
    assert share[2] == pytest.approx(0.5)


def test_a_line_that_winds_through_the_frame_twice_has_two_sides():
    # In from the west, back out to the west: the tongue between is one side.
    line = far_line(LineString([(1, 3), (9, 3), (9, 7), (1, 7)]), (0, 0, 10, 10))
    area = far_side(line, (0, 0, 10, 10))
    share = side_of(np.array([box(2, 4, 3, 5), box(2, 1, 3, 2), box(2, 8, 3, 9)]), area)
    assert share[1] == share[2] != share[0]


def test_a_line_cuts_a_concave_polygon_into_all_its_pieces():
    comb = shapely.Polygon([(0, 0), (9, 0), (9, 9), (6, 9), (6, 3), (3, 3), (3, 9), (0, 9)])
    pieces = cut_along(comb, LineString([(-1, 6), (10, 6)]), **LEAST)
    assert [piece.area for piece in pieces] == [45.0, 9.0, 9.0]
    assert shapely.coverage_is_valid(pieces)


def test_crumbs_join_the_piece_beside_them():
    square = box(0, 0, 10, 10)
    assert cut_along(square, LineString([(-1, 9.99), (11, 9.99)]), **LEAST) == [square]
    assert cut_along(square, LineString([(20, 0), (20, 9)]), **LEAST) == [square]


def test_a_hole_is_kept_when_the_line_runs_through_it():
    ring = box(0, 0, 10, 10).difference(box(4, 4, 6, 6))
    pieces = cut_along(ring, LineString([(-1, 5), (11, 5)]), **LEAST)
    assert [piece.area for piece in pieces] == [48.0, 48.0]


def test_points_on_an_edge_are_put_into_it_and_others_are_not():
    square = box(0, 0, 10, 10)
    points = np.array([(10.0, 3.0), (10.0, 7.0), (5.0, 5.0), (10.0, 10.0)])
    richer = with_vertices(square, points)
    assert shapely.get_num_coordinates(richer) == 7
    assert richer.equals(square)
    assert with_vertices(square, np.array([(10.0, 0.0), (4.0, 4.0)])) is square


def test_points_go_into_holes_and_parts_as_well():
    ring = box(0, 0, 10, 10).difference(box(4, 4, 6, 6))
    both = shapely.multipolygons([ring, box(20, 0, 30, 10)])
    richer = with_vertices(both, np.array([(4.0, 5.0), (25.0, 0.0)]))
    assert shapely.get_num_coordinates(richer) == shapely.get_num_coordinates(both) + 2
    assert richer.equals(both)
