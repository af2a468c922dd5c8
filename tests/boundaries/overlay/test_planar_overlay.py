import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box

from boundaries.overlay.noding import node
from boundaries.overlay.planar_overlay import planar_overlay
from boundaries.overlay.precedence import overlay
from boundaries.tiling import build
from boundaries.topology.grid_index import near_edges


def array(*shapes):
    return np.array(shapes, dtype=object)


def areas(laid):
    """Area by grid and shape, to a hundredth of a square millimetre."""
    rows = zip(laid.parent.tolist(), laid.source.tolist(), shapely.area(laid.pieces), strict=True)
    found = {}
    for parent, source, area in rows:
        found[parent, source] = round(found.get((parent, source), 0.0) + area, 8)
    return found


def tiles_with_all_around(pieces):
    """Whether pieces and the open ground around them tile the plane.

    Without it GEOS takes a hole that touches the rim of the map in a corner of two pieces for a
    fault: `test_a_hole_at_the_rim_is_a_tiling` shows one.
    """
    whole = shapely.coverage_union_all(pieces)
    around = shapely.difference(whole.envelope.buffer(10, join_style="mitre"), whole)
    return shapely.coverage_is_valid(np.append(pieces, around))


def test_first_shape_wins_and_open_ground_belongs_to_none():
    """Two squares of 4 m overlap by 2 x 2 m in a grid of 10 m."""
    laid = planar_overlay(array(box(1, 1, 5, 5), box(3, 3, 7, 7)), array(box(0, 0, 10, 10)))
    assert areas(laid) == {(0, 0): 16.0, (0, 1): 12.0, (0, -1): 72.0}
    assert laid.inside_m2.tolist() == [16.0, 16.0]
    assert shapely.coverage_is_valid(laid.pieces)


def test_shapes_are_cut_at_grids_and_what_lies_outside_counts_for_nothing():
    laid = planar_overlay(array(box(5, 0, 25, 5)), array(box(0, 0, 10, 10), box(10, 0, 20, 10)))
    assert areas(laid) == {(0, 0): 25.0, (0, -1): 75.0, (1, 0): 50.0, (1, -1): 50.0}
    assert laid.inside_m2.tolist() == [75.0]


def test_shape_far_larger_than_the_town_is_cut_down_to_it():
    laid = planar_overlay(array(box(-1e5, -1e5, 5, 1e5)), array(box(0, 0, 10, 10)))
    assert areas(laid) == {(0, 0): 50.0, (0, -1): 50.0}


def test_island_east_of_the_lowest_corner_of_a_shape_lies_beside_it_and_not_in_it():
    """From the corner two borders go up; the eastern one is the nearer one."""
    funnel = Polygon([(20, 50), (25, 90), (10, 90)])
    laid = planar_overlay(array(funnel, box(30, 50, 40, 60)), array(box(0, 0, 99, 99)))
    assert areas(laid) == {(0, 0): 300.0, (0, 1): 100.0, (0, -1): 9401.0}


def test_islands_in_holes_of_islands_are_found():
    """A pond in an island in a lake in a field; nothing touches anything."""
    lake = box(10, 10, 90, 90).difference(box(30, 30, 70, 70))
    laid = planar_overlay(array(box(45, 45, 55, 55), lake), array(box(0, 0, 100, 100)))
    assert areas(laid) == {(0, 0): 100.0, (0, 1): 4800.0, (0, -1): 5100.0}
    assert len(laid.pieces) == 4  # the field and the island are both open ground
    assert sorted(shapely.get_num_interior_rings(laid.pieces)) == [0, 1, 1, 1]


def test_island_beside_a_place_of_its_own_height_is_found():
    """The nearest border to the west ends where the island begins, once from below, once above."""
    west = Polygon([(10, 10), (20, 50), (10, 90)])
    laid = planar_overlay(
        array(west, box(30, 50, 40, 60), box(30, 20, 40, 50.0)), array(box(0, 0, 99, 99))
    )
    assert areas(laid) == {(0, 0): 400.0, (0, 1): 100.0, (0, 2): 300.0, (0, -1): 9001.0}


def test_hole_that_touches_its_shell_is_a_hole_and_not_a_second_shell():
    shell = Polygon([(0, 0), (10, 0), (10, 10), (0, 10)], [[(0, 5), (4, 3), (4, 7)]])
    laid = planar_overlay(array(shell), array(box(0, 0, 10, 10)))
    assert shapely.is_valid(laid.pieces).all()
    assert areas(laid) == {(0, 0): 92.0, (0, -1): 8.0}
    assert len(laid.pieces) == 2


def test_parts_that_touch_in_a_point_are_two_pieces():
    two = MultiPolygon([box(0, 0, 5, 5), box(5, 5, 10, 10)])
    laid = planar_overlay(array(two), array(box(0, 0, 10, 10)))
    assert laid.source.tolist().count(0) == 2
    assert shapely.area(laid.pieces).tolist() == [25.0] * 4


def test_crossing_of_a_hidden_border_leaves_no_vertex():
    """The third square lies under the second, which is everywhere, and crosses the first."""
    laid = planar_overlay(
        array(box(2, 2, 6, 6), box(0, 0, 10, 10), box(4, 4, 8, 8)), array(box(0, 0, 10, 10))
    )
    assert areas(laid) == {(0, 0): 16.0, (0, 1): 84.0}
    assert shapely.get_num_coordinates(laid.pieces).tolist() == [5, 10]


def test_vertex_on_a_side_becomes_a_vertex_of_that_side():
    laid = planar_overlay(
        array(box(0, 0, 10, 5), box(0, 5, 10, 10), box(10, 0, 20, 10)), array(box(0, 0, 20, 10))
    )
    assert shapely.coverage_is_valid(laid.pieces)
    assert shapely.get_num_coordinates(laid.pieces).tolist() == [5, 5, 6]


def test_borders_that_lie_on_each_other_are_one():
    laid = planar_overlay(array(box(0, 0, 6, 10), box(4, 0, 10, 10)), array(box(0, 0, 10, 10)))
    assert areas(laid) == {(0, 0): 60.0, (0, 1): 40.0}


def test_the_first_shape_wins_wherever_it_lies():
    """Work goes from west to east; the first shape lies east of the second and west of the third.

    Each is 4 m wide and overlaps the next by 1 m.
    """
    laid = planar_overlay(
        array(box(3, 0, 7, 10), box(0, 0, 4, 10), box(6, 0, 10, 10)), array(box(0, 0, 10, 10))
    )
    assert areas(laid) == {(0, 0): 40.0, (0, 1): 30.0, (0, 2): 30.0}
    assert laid.inside_m2.tolist() == [40.0, 40.0, 40.0]


def test_a_hole_at_the_rim_is_a_tiling():
    """A triangle stands with its tip on the rim, in the corner where two grids meet."""
    tip = Polygon([(50, 0), (80, 80), (90, 70)])
    laid = planar_overlay(array(tip), array(box(0, 0, 50, 100), box(50, 0, 100, 100)))
    assert areas(laid) == {(0, -1): 5000.0, (1, 0): 550.0, (1, -1): 4450.0}
    assert tiles_with_all_around(laid.pieces)


def test_many_borders_through_nearly_one_place_are_noded():
    """Twelve thin triangles with a tip within nanometres of the middle, laid over each other."""
    angles = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    rng = np.random.default_rng(0)
    middle = np.array([500_000.0, 3_800_000.0])
    shapes = []
    for angle in angles:
        out = np.array([np.cos(angle), np.sin(angle)])
        across = np.array([-out[1], out[0]])
        tip = middle - 40 * out + rng.uniform(-1e-8, 1e-8, 2)
        shapes.append(
            Polygon([tip, middle + 90 * out - 9 * across, middle + 90 * out + 9 * across])
        )
    grid = box(*(middle - 100), *(middle + 100))
    laid = planar_overlay(array(*shapes), array(grid))
    assert shapely.coverage_is_valid(laid.pieces)
    assert shapely.is_valid(laid.pieces).all()
    assert shapely.area(laid.pieces).sum() == pytest.approx(40_000, rel=1e-12)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 40), st.sampled_from([0, 500_000]))
def test_any_shapes_are_laid_as_the_geometry_library_does_it(seed, count, shift):
    """Triangles on a coarse raster touch and cover each other in every way there is."""
    rng = np.random.default_rng(seed)
    corners = rng.integers(-2, 13, (count, 3, 2)) * 10.0 + shift
    shapes = array(*[Polygon(ring) for ring in corners])
    shapes = shapes[shapely.area(shapes) > 0]
    grids = array(box(0, 0, 50, 100), box(50, 0, 100, 100))
    grids = shapely.transform(grids, lambda points: points + shift)
    laid = planar_overlay(shapes, shapely.coverage_clean(grids))
    assert tiles_with_all_around(laid.pieces)
    assert shapely.is_valid(laid.pieces).all()
    for number, grid in enumerate(grids):
        known = overlay(grid, shapes)
        for source in range(-1, len(shapes)):
            own = (laid.parent == number) & (laid.source == source)
            expected = shapely.area(known.faces[known.owner == source]).sum()
            assert shapely.area(laid.pieces[own]).sum() == pytest.approx(expected, abs=1e-3)


def test_order_of_corners_and_of_walking_changes_nothing():
    rng = np.random.default_rng(3)
    shapes = array(*[Polygon(rng.uniform(0, 100, (3, 2))) for _ in range(30)])
    handle = array(*[Polygon(list(shape.exterior.coords)[::-1]) for shape in shapes])
    grid = array(box(0, 0, 100, 100))
    one, two = planar_overlay(shapes, grid), planar_overlay(handle, grid)
    assert sorted(shapely.to_wkb(shapely.normalize(one.pieces))) == sorted(
        shapely.to_wkb(shapely.normalize(two.pieces))
    )


def test_without_proof_the_geometry_library_takes_over(monkeypatch):
    """The answer is the same either way; here the quick way is made to give none."""
    from tiling_cases import area_by_kind, ground, parents

    rows = (("farmland", "", box(0, 0, 20, 20)), ("problem_estate", "", box(10, 10, 20, 20)))
    quick = build.make_tiling(ground(*rows), parents(a=box(0, 0, 20, 20)))
    monkeypatch.setattr(build, "planar_overlay", lambda shapes, grids: None)
    slow = build.make_tiling(ground(*rows), parents(a=box(0, 0, 20, 20)))
    assert area_by_kind(quick) == area_by_kind(slow) == {"farmland": 300.0, "problem_estate": 100.0}


def test_grids_that_overlap_give_no_proof():
    assert (
        planar_overlay(array(box(0, 0, 5, 5)), array(box(0, 0, 10, 10), box(9, 0, 19, 10))) is None
    )


def test_crossing_edges_are_cut_in_their_own_direction():
    points = np.array([[0.0, 0], [4, 0], [2, -2], [2, 2]])
    noded = node(points, np.array([1, 2]), np.array([0, 3]))
    assert noded.points[4:].tolist() == [[2.0, 0.0]]
    assert noded.start.tolist() == [1, 4, 2, 4]
    assert noded.end.tolist() == [4, 0, 4, 3]
    assert noded.origin.tolist() == [0, 0, 1, 1]


def test_places_closer_than_a_hair_become_one():
    points = np.array([[0.0, 0], [4, 0], [4, 1e-8], [4, 5]])
    noded = node(points, np.array([0, 2]), np.array([1, 3]))
    assert noded.start.tolist() == [0, 1]
    assert noded.end.tolist() == [1, 3]


def test_near_edges_are_the_ones_that_the_geometry_library_finds():
    rng = np.random.default_rng(4)
    places, start = rng.uniform(0, 100, (300, 2)), rng.uniform(0, 100, (200, 2))
    end = start + rng.normal(0, 12, start.shape)
    place, edge = near_edges(places, start, end, within_m=1.5)
    lines = shapely.linestrings(np.stack([start, end], axis=1))
    known = shapely.STRtree(lines).query(shapely.points(places), predicate="dwithin", distance=1.5)
    assert sorted(zip(place.tolist(), edge.tolist(), strict=True)) == sorted(
        zip(*known.tolist(), strict=True)
    )


def test_no_places_or_no_edges_are_near_nothing():
    none = np.empty((0, 2))
    assert len(near_edges(none, np.zeros((1, 2)), np.ones((1, 2)), within_m=1.0)[0]) == 0
    assert len(near_edges(np.zeros((1, 2)), none, none, within_m=1.0)[0]) == 0
