"""Rules COV: gaps, overlaps, edges, parts, slivers."""

from dataclasses import replace

import geopandas as gpd
import pytest
import shapely
from faulty_tables import LIMITS, check, with_value
from ground_faults import detached, overlapping, redrawn, with_point, with_shape
from plan_faults import FAULTS
from plan_fixtures import (
    BOTTOM,
    E1,
    E1A,
    E1B,
    LEFT,
    TOWN,
    W1,
    W1A,
    W1B,
    W2,
    W2A,
    W,
    small_grids,
    small_patches,
)

from boundaries.tiling.build import sealed
from boundaries.validate.topology_checks import _shares_all_edges


def test_a_sliver_of_overlap_is_an_error():
    """A plan that is no exact tiling is wrong, however little ground is in two grids."""
    issues = check(**overlapping(0.2))
    assert issues[["rule", "severity"]].to_numpy().tolist() == [["COV-2", "error"]]
    assert issues["size"].item() == pytest.approx(200)
    assert "a sliver" in issues["message"].item()


def test_one_polygon_given_to_two_grids_is_an_overlap():
    issues = check(grids=with_shape(E1A, small_grids().geometry[E1B]))
    assert ("COV-2", E1A, E1B) in set(
        issues[["rule", "code", "other_code"]].itertuples(index=False, name=None)
    )


def test_a_gap_is_found_though_an_overlap_makes_up_for_its_area():
    lower = small_grids().geometry[E1A]
    lower = shapely.transform(lower, lambda points: points - [0, 10])
    issues = check(**redrawn(E1A, lower))
    assert issues["rule"].tolist() == ["COV-1", "COV-2"]
    assert issues["size"].tolist() == [pytest.approx(10_000)] * 2


def test_a_gap_is_found_though_ground_outside_makes_up_for_its_area():
    shape = small_grids().geometry[E1A]
    above = shapely.box(LEFT + 1250, BOTTOM + 1000, LEFT + 1500, BOTTOM + 1100)
    hole = shapely.box(LEFT + 1250, BOTTOM + 700, LEFT + 1500, BOTTOM + 800)
    issues = check(**redrawn(E1A, shape.union(above).difference(hole)))
    assert issues["rule"].tolist() == ["COV-1", "COV-4"]
    assert issues["size"].tolist() == [pytest.approx(25_000)] * 2


def test_a_grid_inside_another_is_an_overlap():
    inner = shapely.box(LEFT + 1100, BOTTOM + 100, LEFT + 1200, BOTTOM + 200)
    issues = check(grids=with_shape(E1A, inner))
    overlap = issues[issues["rule"] == "COV-2"]
    assert overlap["size"].tolist() == [pytest.approx(10_000)]


def test_a_grid_without_a_polygon_is_told_and_the_rest_still_checked():
    issues = check(grids=with_shape(W1A, None))
    assert list(issues["rule"]) == ["COV-0", "COV-1"]
    assert issues["size"].iloc[1] == pytest.approx(250_000)
    issues = check(grids=with_shape(W1A, shapely.Polygon()))
    assert list(issues["rule"]) == ["COV-0", "COV-1"]


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        (None, "Found: no polygon"),
        (shapely.Point(LEFT, BOTTOM), "Found: a Point"),
        (
            shapely.Polygon([(0, 0), (9, 9), (9, 0), (0, 9)]),
            "Found: Self-intersection",
        ),
    ],
)
def test_a_patch_without_a_sound_polygon_is_told_and_the_rest_still_checked(shape, words):
    patches = small_patches()
    shapes = patches.geometry.copy()
    shapes[f"{W1}-01"] = shape
    issues = check(patches=patches.set_geometry(shapes))
    assert issues["rule"].iloc[0] == "COV-0"
    said = issues["message"].iloc[0]
    assert said.startswith("The patch in ")
    assert f", {W1}-01) has no sound polygon" in said
    assert words in issues["message"].iloc[0]
    assert "TREE-5" in set(issues["rule"])


def test_the_ground_of_a_mixed_shape_counts():
    patches = small_patches()
    shapes = patches.geometry.copy()
    line = shapely.LineString([(LEFT, BOTTOM), (LEFT + 9, BOTTOM)])
    shapes[f"{W1}-01"] = shapely.GeometryCollection([shapes[f"{W1}-01"], line])
    assert check(patches=patches.set_geometry(shapes))["rule"].tolist() == ["COV-0"]


@pytest.mark.parametrize(("side", "words"), [(3.0, "9.00 m2 of"), (0.1, "0.01 m2 of")])
def test_a_gap_is_an_error_however_small(side, words):
    hole = shapely.box(LEFT + 100, BOTTOM + 600, LEFT + 100 + side, BOTTOM + 600 + side)
    issues = check(**redrawn(W1A, small_grids().geometry[W1A].difference(hole)))
    assert issues[["rule", "severity"]].to_numpy().tolist() == [["COV-1", "error"]]
    assert issues["message"].item().startswith(words)


def test_the_noise_of_computing_an_area_is_no_gap():
    hole = shapely.box(LEFT + 100, BOTTOM + 600, LEFT + 100.01, BOTTOM + 600.01)  # 1 cm2
    assert check(**redrawn(W1A, small_grids().geometry[W1A].difference(hole))).empty


def test_unmatched_edges_are_errors_of_grids_and_of_patches():
    tables = FAULTS["COV-3"][0]()
    assert set(tables) == {"grids"}
    assert check(**tables)["severity"].unique().tolist() == ["error"]
    patches = small_patches()
    shapes = patches.geometry.copy()
    inner = shapely.box(LEFT + 100, BOTTOM + 600, LEFT + 100.1, BOTTOM + 600.1)
    other = patches.index[patches["grid_code"] == W1B][0]
    shapes[other] = shapes[other].union(inner)  # 100 cm2 in two patches
    issues = check(patches=patches.set_geometry(shapes))
    assert set(zip(issues["rule"], issues["severity"], strict=True)) >= {("COV-3", "error")}
    assert "they overlap, or vertices are missing" in issues["message"].iloc[0]


def test_a_given_grid_without_micro_grids_is_uncovered():
    grids = small_grids().drop(index=[E1A, E1B])
    uncovered = check(grids=grids).query("rule == 'COV-1'")
    assert uncovered["code"].tolist() == [E1]
    assert uncovered["size"].item() == pytest.approx(1e6)
    assert "in no grid below it (0 found)" in uncovered["message"].item()


def test_a_slit_in_the_outline_of_the_town_is_no_gap():
    # 0.2 m wide and 300 m deep, from the north between W1A and W1B.
    slit = shapely.box(LEFT + 500, BOTTOM + 700, LEFT + 500.2, BOTTOM + 1000)
    tables = redrawn(W1B, small_grids().geometry[W1B].difference(slit))
    shapes = tables["grids"].geometry.copy()
    shapes[W1A] = with_point(shapes[W1A], (LEFT + 500, BOTTOM + 700))
    whole = tables["grids"].set_geometry(shapes.copy())
    for code in (TOWN, W, W1):
        shapes[code] = shapes[code].difference(slit)
    patches = sealed(tables["patches"])
    own = {"patches": patches, "grids": whole.set_geometry(shapes)}
    assert check(**own).empty
    # The same slit within the outline is 60 m2 of nobody's ground.
    issues = check(replace(LIMITS, uncovered_m2=100.0), **tables | {"grids": whole})
    assert set(issues["rule"]) == {"COV-3"}


def test_parts_joined_by_an_allowed_gap_hang_together():
    tables = detached()
    assert check(replace(LIMITS, max_gap_m=500.0), **tables).empty
    assert not check(replace(LIMITS, max_gap_m=499.0), **tables).empty


def test_a_border_shorter_than_the_rules_ask_does_not_join():
    assert check(replace(LIMITS, min_border_m=500.0)).empty
    issues = check(replace(LIMITS, min_border_m=500.1))
    # The western micro-grids hang together by 500 m only; E's by 4 cells of 500 m border each.
    assert set(issues["rule"]) == {"COV-7"}
    assert set(issues["code"]) == {W1A, W1B, W2A, f"{W2}02", E1A, E1B}


def test_parts_that_the_plan_counted_itself_are_told():
    # A barrier between two patches is known to the plan alone.
    issues = check(grids=with_value(small_grids(), W1A, "parts", 2))
    assert issues[["rule", "code"]].to_numpy().tolist() == [["COV-7", W1A]]


def test_patches_that_join_with_other_vertices_are_not_parts():
    patches = small_patches()
    shapes = patches.geometry.copy()
    shapes[f"{W1}-01"] = shapely.segmentize(shapes[f"{W1}-01"], 70)
    assert set(check(patches=patches.set_geometry(shapes))["rule"]) == {"COV-3"}


def test_coordinates_rounded_on_one_side_are_an_unmatched_edge_and_no_overlap():
    shape = small_grids().geometry[W1A]
    points = {(LEFT + 500, BOTTOM + 1000): (LEFT + 500.0002, BOTTOM + 1000)}
    moved = shapely.Polygon([points.get(point, point) for point in shape.exterior.coords])
    issues = check(grids=with_shape(W1A, moved))
    assert set(issues["rule"]) == {"COV-3"}


def test_what_is_too_small_depends_on_the_kind_of_ground():
    """A patch of 81 m2 in a grid of one category: too small in general, not for its kind."""
    make_tables, _, code, _ = FAULTS["COV-6"]
    tables = make_tables()
    kind = small_patches()["category"][small_patches()["parent_code"] == code].iloc[0]
    allowed = replace(LIMITS, sliver_area_by_kind_m2={kind: 80.0})
    assert check(limits=allowed, **tables).empty
    stricter = replace(LIMITS, sliver_area_by_kind_m2={kind: 90.0}, sliver_area_m2=10.0)
    issues = check(limits=stricter, **tables)
    assert issues["rule"].tolist() == ["COV-6"]
    assert "less than 90 m2" in issues["message"].item()


_CELLS = [shapely.box(x, y, x + 1, y + 1) for x in range(4) for y in range(4)]
# The cells beside it have a vertex at (1, 1), which it lacks.
_TWO_HIGH = shapely.Polygon([(0, 0), (0, 1), (0, 2), (1, 2), (1, 0)])


@pytest.mark.parametrize(
    "shapes",
    [
        _CELLS,
        [one.reverse() for one in _CELLS[::2]] + _CELLS[1::2],
        [*_CELLS[:5], *_CELLS[6:]],  # a hole between them
        [*_CELLS[:5], *_CELLS[6:], _CELLS[5].buffer(-0.1)],  # an island in it
        [*_CELLS, _CELLS[5]],
        [*_CELLS, _CELLS[5], _CELLS[5]],
        [*_CELLS, shapely.box(0.2, 0.2, 0.8, 0.8)],
        [*_CELLS, shapely.box(1, 1, 3, 3)],
        [*_CELLS, shapely.union_all(_CELLS[:2]), shapely.union_all(_CELLS[2:4])],
        [*_CELLS, *(shapely.transform(one, lambda place: place + 0.5) for one in _CELLS)],
        [_TWO_HIGH, *_CELLS[4:]],
        [*_CELLS, shapely.box(4, 0.5, 5, 1.5)],
        [*_CELLS, shapely.box(9, 9, 10, 10)],
        [shapely.MultiPolygon([_CELLS[0], _CELLS[10]]), *_CELLS[1:10], *_CELLS[11:]],
    ],
)
def test_polygons_share_their_edges_where_the_geometry_library_finds_no_fault(shapes):
    assert _shares_all_edges(gpd.GeoSeries(shapes)) == shapely.coverage_is_valid(shapes)
