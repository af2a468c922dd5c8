"""A tiling stays a tiling when its coordinates are rounded, however fine its pieces are."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries.export.rounding import DECIMALS, is_tiling, round_tiling
from layers.contract.errors import BoundaryError

UNITS = 10**DECIMALS
PLACE = np.array([113.93, 34.68])


def voronoi(seed, count, width_units):
    """Cut a square of `width_units` last decimals into `count` polygons."""
    points = np.random.default_rng(seed).random((count, 2)) * width_units
    frame = shapely.box(0, 0, width_units, width_units)
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(points), extend_to=frame)
    )
    cells = shapely.coverage_clean(shapely.intersection(cells, frame))
    cells = cells[shapely.area(cells) > 0]
    return shapely.transform(cells, lambda units: units / UNITS + PLACE)


def assert_rounded(rounded, given_shapes):
    """Whole units, a valid tiling, no hole, no ground lost but the rim's rounding."""
    kept = rounded.shapes[~rounded.vanished]
    points = shapely.get_coordinates(kept)
    assert (points == np.rint(points)).all()
    assert shapely.equals_exact(shapely.remove_repeated_points(kept, 0.0), kept).all()
    assert is_tiling(kept)
    union = shapely.union_all(kept)
    assert shapely.get_num_interior_rings(shapely.get_parts(union)).sum() == 0
    wanted = shapely.union_all(shapely.transform(given_shapes, lambda x: x * UNITS))
    assert shapely.hausdorff_distance(union, wanted) <= 1.5
    assert (shapely.is_empty(rounded.shapes) == rounded.vanished).all()


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    count=st.integers(3, 60),
    width=st.sampled_from([20.0, 60.0, 300.0, 5_000.0, 1e6]),
)
def test_any_tiling_stays_one_after_rounding(seed, count, width):
    shapes = voronoi(seed, count, width)
    assert_rounded(round_tiling(shapes), shapes)


def test_wide_pieces_are_rounded_vertex_by_vertex_and_nothing_is_mended():
    shapes = voronoi(1, 40, 1e6)
    rounded = round_tiling(shapes)
    assert not rounded.repaired.any()
    assert not rounded.vanished.any()
    exact = shapely.get_coordinates(shapes) * UNITS
    assert (np.abs(shapely.get_coordinates(rounded.shapes) - exact) <= 0.5).all()


def test_a_border_that_rounding_would_cross_is_mended_and_named():
    """Rounding lifts v onto the upper rim of the wedge, which falls into two.

    +----------+ 101    The wedge is 0.7 high at its ends and 0.1 above v.
    a    v     b
    +----------+ 0
    """
    low = shapely.Polygon([(0, 0), (0, 100), (50, 100.6), (100, 100), (100, 0)])
    wedge = shapely.Polygon([(0, 100), (0, 100.7), (100, 100.7), (100, 100), (50, 100.6)])
    high = shapely.Polygon([(0, 100.7), (0, 200), (100, 200), (100, 100.7)])
    shapes = shapely.transform(np.array([low, wedge, high]), lambda x: x / UNITS + PLACE)
    rounded = round_tiling(shapes)
    assert rounded.repaired.tolist() == [False, True, False]
    assert rounded.shapes[1].geom_type == "MultiPolygon"
    assert_rounded(rounded, shapes)


def test_a_piece_smaller_than_the_last_decimal_vanishes_and_is_named():
    whole = shapely.box(0, 0, 100, 100)
    crumb = shapely.box(0, 0, 0.3, 0.3)
    rest = shapely.difference(whole, crumb)
    shapes = shapely.transform(np.array([crumb, rest]), lambda x: x / UNITS + PLACE)
    rounded = round_tiling(shapes)
    assert rounded.vanished.tolist() == [True, False]
    assert shapely.area(rounded.shapes[1]) == 100 * 100


def test_a_hole_of_the_town_stays_a_hole():
    ring = shapely.difference(shapely.box(0, 0, 100, 100), shapely.box(40, 40, 60, 60))
    left = shapely.intersection(ring, shapely.box(0, 0, 50, 100))
    right = shapely.difference(ring, left)
    shapes = shapely.transform(np.array([left, right]), lambda x: x / UNITS + PLACE)
    for matched in (True, False):
        union = shapely.union_all(round_tiling(shapes, matched=matched).shapes)
        assert shapely.area(union) == 100 * 100 - 20 * 20


def test_borders_without_shared_vertices_are_closed_when_told():
    """East has no vertex where north and south meet: rounding alone would open a crack."""
    south = shapely.Polygon([(0, 0), (0, 50), (100.3, 50.2), (100, 0)])
    north = shapely.Polygon([(0, 50), (0, 100), (100.6, 100), (100.3, 50.2)])
    east = shapely.Polygon([(100, 0), (100.6, 100), (200, 100), (200, 0)])
    shapes = shapely.transform(np.array([south, north, east]), lambda x: x / UNITS + PLACE)
    rounded = round_tiling(shapes, matched=False)
    assert is_tiling(rounded.shapes)
    assert shapely.union_all(rounded.shapes).geom_type == "Polygon"
    corners = shapely.get_coordinates(rounded.shapes[2]) - PLACE * UNITS
    assert [100.0, 50.0] in np.rint(corners).tolist()


@pytest.mark.parametrize(("wide", "lost"), [(1.0, 0), (2.0, 0), (4.0, 80), (6.0, 120)])
def test_a_crack_is_closed_and_a_hole_two_units_from_all_ground_stays(wide, lost):
    """Ground within a unit and a half goes to whom it is nearest: that far may snapping move it."""
    ring = shapely.difference(shapely.box(0, 0, 100, 100), shapely.box(50, 40, 50 + wide, 60))
    left = shapely.intersection(ring, shapely.box(0, 0, 50, 100))
    right = shapely.difference(ring, left)
    shapes = shapely.transform(np.array([left, right]), lambda x: x / UNITS + PLACE)
    rounded = round_tiling(shapes, matched=False)
    assert shapely.area(rounded.shapes).sum() == 100 * 100 - lost
    assert rounded.repaired.any() == (lost == 0)


@pytest.mark.parametrize(("east", "owner"), [(51.2, "left"), (51.0, "right")])
def test_ground_in_a_crack_goes_to_whom_it_is_nearest_and_of_two_to_the_first(east, owner):
    ring = shapely.difference(shapely.box(0, 0, 100, 100), shapely.box(50, 40, east, 60))
    left = shapely.intersection(ring, shapely.box(0, 0, 50, 100))
    right = shapely.difference(ring, left)
    shapes = shapely.transform(np.array([right, left]), lambda x: x / UNITS + PLACE)
    rounded = round_tiling(shapes, matched=False)
    wanted = {"left": [4_980, 5_020], "right": [5_000, 5_000]}
    assert shapely.area(rounded.shapes).tolist() == wanted[owner]


def test_where_all_pieces_vanish_nothing_is_left_and_that_is_told():
    crumbs = [shapely.box(0, 0, 0.2, 0.2), shapely.box(0.2, 0, 0.4, 0.2)]
    shapes = shapely.transform(np.array(crumbs), lambda x: x / UNITS + np.round(PLACE, 7))
    rounded = round_tiling(shapes)
    assert rounded.vanished.tolist() == rounded.repaired.tolist() == [True, True]


def test_ground_of_two_goes_to_the_first():
    left, right = shapely.box(0, 0, 60, 100), shapely.box(40, 0, 100, 100)
    shapes = shapely.transform(np.array([left, right]), lambda x: x / UNITS + PLACE)
    rounded = round_tiling(shapes)
    assert shapely.area(rounded.shapes).tolist() == [6000, 4000]
    assert rounded.repaired.tolist() == [False, True]


def test_no_polygons_give_no_polygons():
    rounded = round_tiling(np.array([], dtype=object))
    assert len(rounded.shapes) == len(rounded.repaired) == len(rounded.vanished) == 0


def test_a_tiling_that_cannot_be_made_is_an_error_with_a_way_out(monkeypatch):
    monkeypatch.setattr("boundaries.export.rounding.is_tiling", lambda _shapes: False)
    with pytest.raises(BoundaryError, match=r"do not fit together after rounding.*gridmap check"):
        round_tiling(voronoi(1, 5, 100.0))
