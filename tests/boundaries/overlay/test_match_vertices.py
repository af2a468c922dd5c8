import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box

from boundaries.overlay.lattice import settled
from boundaries.overlay.match_vertices import seal
from boundaries.overlay.precedence import overlay
from boundaries.overlay.snap_to_outline import draw_onto
from boundaries.tiling.cutting import cut_polygon


def array(*shapes):
    return np.array(shapes, dtype=object)


def voronoi(seed, count=200):
    points = np.random.default_rng(seed).uniform(0, 1000, (count, 2))
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(points)))
    return shapely.coverage_clean(shapely.intersection(cells, box(0, 0, 1000, 1000)))


def shaken(shapes, noise_m, seed):
    """Move every vertex of every polygon for itself."""
    rng = np.random.default_rng(seed)

    def move(points):
        moved = points + rng.uniform(-noise_m, noise_m, points.shape)
        moved[-1] = moved[0]
        return moved

    return array(*[Polygon(move(shapely.get_coordinates(shape))) for shape in shapes])


def test_vertex_on_a_neighbours_edge_is_put_into_that_edge():
    sealed = seal(array(box(0, 0, 10, 5), box(0, 5, 10, 10), box(10, 0, 20, 10)))
    assert shapely.coverage_is_valid(sealed)
    assert shapely.get_num_coordinates(sealed).tolist() == [5, 5, 6]


def test_sealed_tiling_is_given_back_untouched():
    cells = voronoi(1)
    assert seal(cells) is cells


@pytest.mark.parametrize("noise_m", [1e-9, 1e-6, 4e-4])
def test_noise_below_a_millimetre_is_closed(noise_m):
    cells = voronoi(2)
    loose = shaken(cells, noise_m, 3)
    assert not shapely.coverage_is_valid(loose)
    sealed = seal(loose)
    assert shapely.coverage_is_valid(sealed)
    assert np.abs(shapely.area(sealed) - shapely.area(cells)).max() < 2 * noise_m * 1000


def test_gap_wider_than_a_millimetre_stays():
    sealed = seal(array(box(0, 0, 10, 10), box(10.01, 0, 20, 10)))
    assert shapely.area(sealed).tolist() == pytest.approx([100.0, 99.9])


def test_vertices_on_a_tenth_of_all_sides_are_matched():
    cells = voronoi(4)
    pieces = []
    for number, cell in enumerate(cells):
        pieces += cut_polygon(cell, 2) if number % 10 == 0 else [cell]
    loose = array(*pieces)
    assert not shapely.coverage_is_valid(loose)
    sealed = seal(loose)
    assert shapely.coverage_is_valid(sealed)
    assert np.abs(shapely.area(sealed) - shapely.area(loose)).max() < 1e-6


def test_polygon_thinner_than_a_millimetre_closes_to_nothing():
    sealed = seal(array(box(0, 0, 10, 10), box(10, 0, 10.0004, 10), box(10.0004, 0, 20, 10)))
    assert shapely.is_empty(sealed).tolist() == [False, True, False]
    assert shapely.coverage_is_valid(sealed)


def test_spike_and_neck_do_not_make_a_polygon_invalid():
    """Two squares joined by a neck that closes: they come back as one multipolygon."""
    neck = Polygon(
        [(0, 0), (4, 0), (4, 1.9998), (6, 1.9998), (6, 0), (9, 0), (9, 4), (6, 4), (6, 2.0),
         (4, 2.0), (4, 4), (0, 4)]
    )  # fmt: skip
    below, above = box(4, 0, 6, 1.9999), box(4, 2.0001, 6, 4)
    sealed = seal(array(neck, below, above))
    assert shapely.is_valid(sealed).all()
    assert isinstance(sealed[0], MultiPolygon)
    assert shapely.coverage_is_valid(sealed)


def test_last_polygon_that_collapses_to_a_point_comes_back_empty():
    """A triangle of 4 mm, sealed within a centimetre, after a square."""
    crumb = Polygon([(20, 0), (20.004, 0), (20, 0.004)])
    sealed = seal(array(box(0, 0, 10, 10), crumb), snap_m=0.01)
    assert shapely.area(sealed).tolist() == [100.0, 0.0]


def test_holes_and_parts_survive():
    ring = box(0, 0, 9, 9).difference(box(3, 3, 6, 6))
    two = MultiPolygon([box(20, 0, 21, 1), box(30, 0, 31, 1)])
    sealed = seal(array(ring, box(3, 3, 6, 4.5), box(3, 4.5, 6, 6), two))
    assert shapely.coverage_is_valid(sealed)
    assert shapely.area(sealed).tolist() == [72.0, 4.5, 4.5, 2.0]


def test_overlay_gives_overlapping_ground_to_the_first_shape():
    found = overlay(box(0, 0, 10, 10), array(box(5, 0, 20, 10), box(0, 0, 7, 10)))
    area = dict(zip(found.owner.tolist(), shapely.area(found.faces).tolist(), strict=True))
    assert area == {0: 50.0, 1: 50.0}
    assert found.inside_m2.tolist() == [50.0, 70.0]


def test_overlay_without_shapes_is_the_grid():
    found = overlay(box(0, 0, 10, 10), array())
    assert found.owner.tolist() == [-1]


def test_overlay_of_a_shape_hidden_by_others_has_no_face_of_it():
    found = overlay(box(0, 0, 10, 10), array(box(0, 0, 10, 10), box(2, 2, 4, 4)))
    assert found.owner.tolist() == [0]
    assert found.inside_m2.tolist() == [100.0, 4.0]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 5))
def test_overlay_keeps_the_ground_of_random_layers(seed, layers):
    """Against chained differences, the slow and plain way."""
    rng = np.random.default_rng(seed)
    shapes = []
    for number in range(layers):
        cells = voronoi(seed + number, 12)
        moved = shapely.transform(cells, lambda at: at * 0.4 + rng.uniform(-100, 100, 2))
        shapes += list(moved[rng.random(len(moved)) < 0.7])
    grid = voronoi(seed + 99, 5)[0]
    found = overlay(grid, array(*shapes))
    assert shapely.area(found.faces).sum() == pytest.approx(grid.area, rel=1e-9)
    taken = Polygon()
    for number, shape in enumerate(shapes):
        expected = shape.intersection(grid).difference(taken).area
        got = shapely.area(found.faces[found.owner == number]).sum()
        assert got == pytest.approx(expected, abs=1e-3)
        taken = shapely.union_all([taken, shape])


def test_sliver_without_width_closes_though_both_its_sides_are_matched():
    """The middle polygon is a triangle a hundredth of a micrometre high between two squares."""
    left = Polygon([(0, 0), (10, 0), (10, 10), (0, 10)])
    sliver = Polygon([(10, 0), (10.00000001, 5), (10, 10)])
    right = Polygon([(10, 0), (20, 0), (20, 10), (10, 10), (10.00000001, 5)])
    sealed = seal(array(left, sliver, right))
    assert shapely.is_empty(sealed).tolist() == [False, True, False]
    assert shapely.coverage_is_valid(sealed)


def test_ground_a_hair_beside_a_line_is_drawn_onto_it():
    """One square ends 4 mm short of the line, the other 3 mm beyond; both end on it."""
    line = shapely.LineString([(10, -5), (10, 25)])
    short, beyond = box(0, 0, 9.996, 10), box(0, 10, 10.003, 20)
    drawn = draw_onto(array(short, beyond), array(line), snap_m=0.01)
    assert shapely.bounds(drawn)[:, 2].tolist() == [10.0, 10.0]


def test_ground_further_away_than_the_tolerance_stays():
    line = shapely.LineString([(10, -5), (10, 25)])
    drawn = draw_onto(array(box(0, 0, 9.98, 10)), array(line), snap_m=0.01)
    assert shapely.bounds(drawn)[0].tolist() == [0, 0, 9.98, 10]


def test_corner_of_a_line_is_taken_over_by_the_side_that_passes_it():
    line = shapely.LineString([(10, -5), (10.004, 5), (10, 15)])
    drawn = draw_onto(array(box(0, 0, 10.001, 10)), array(line), snap_m=0.01)
    assert [10.004, 5.0] in shapely.get_coordinates(drawn[0]).tolist()


def test_parcels_that_fit_still_fit_when_drawn_onto_a_line():
    line = shapely.LineString([(10, -5), (10, 25)])
    drawn = draw_onto(array(box(0, 0, 9.997, 10), box(0, 10, 9.997, 20)), array(line), snap_m=0.01)
    assert shapely.coverage_is_valid(drawn)
    assert shapely.area(drawn).tolist() == [100.0, 100.0]


def test_sliver_that_comes_of_a_hair_closing_is_no_ground():
    """Where a hair closes, a corner of the one side lies on the other by the last digit alone."""
    low, high = np.array([[-36, 0], [0, 0], [36, 0], [72, 0]]), [[72, 4e-5], [-36, 4e-5]]
    drawn = [
        [*low, [72, -20], [-36, -20]],
        [*low[:2], [9, 0], [9, 20], [-36, 20]],
        [[9, 0], *low[2:], [72, 20], [9, 20]],
        [*low, high[0], [36, 4e-5], [0, 4e-5], high[1]],  # lies over the corners of the two above
    ]
    for turn in np.linspace(3.2, 6.2, 16):
        axes = [[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]
        shapes = np.array(
            [Polygon(np.array(ring, dtype=float) @ axes + [1234.5, 987.6]) for ring in drawn]
        )  # fmt: skip
        sealed = seal(settled(shapes))
        solid = sealed[~shapely.is_empty(sealed)]
        assert shapely.coverage_is_valid(solid)
        assert shapely.area(solid).sum() == pytest.approx(108 * 40, abs=0.01)
