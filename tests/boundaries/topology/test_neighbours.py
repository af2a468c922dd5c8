import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import MultiPolygon, Polygon, box

from boundaries.topology.dissolve import dissolve, join_shapes, polsby_popper
from boundaries.topology.neighbours import edges_of, neighbours, open_m
from boundaries.topology.rings import rings_of


def series(*shapes):
    return gpd.GeoSeries(list(shapes), crs="EPSG:4547")


def test_squares_in_a_block_border_their_side_neighbours_only(four_squares):
    """
    b d     a-b, a-c, b-d, c-d share 100 m; a-d and b-c touch in one point
    a c
    """
    pairs = neighbours(four_squares.geometry)
    assert pairs[["left", "right"]].to_numpy().tolist() == [[0, 1], [0, 2], [1, 3], [2, 3]]
    assert pairs["border_m"].tolist() == [100.0] * 4


def test_border_of_several_edges_is_their_sum():
    left = Polygon([(0, 0), (2, 0), (3, 4), (0, 4)])
    right = Polygon([(2, 0), (9, 0), (9, 4), (3, 4)])
    bent = Polygon([(0, 4), (3, 4), (9, 4), (9, 9), (0, 9)])
    pairs = neighbours(series(left, right, bent)).set_index(["left", "right"])["border_m"]
    assert pairs.loc[(0, 1)] == pytest.approx(np.sqrt(17))
    assert pairs.loc[(0, 2)] == 3
    assert pairs.loc[(1, 2)] == 6


def test_island_in_a_hole_borders_the_ground_around_it():
    ring = box(0, 0, 9, 9).difference(box(3, 3, 6, 6))
    assert neighbours(series(ring, box(3, 3, 6, 6))).to_numpy().tolist() == [[0, 1, 12.0]]


def test_parts_of_one_multipolygon_are_no_neighbours_of_each_other():
    two = MultiPolygon([box(0, 0, 1, 1), box(1, 0, 2, 1)])
    pairs = neighbours(series(two, box(2, 0, 3, 1)))
    assert pairs.to_numpy().tolist() == [[0, 1, 1.0]]


def test_open_edges_are_those_without_a_partner_in_another_polygon():
    """
    left group: two squares of 1 m; right group: a polygon of two touching parts, and a hole
    """
    holed = box(2, 0, 5, 3).difference(box(3, 1, 4, 2))
    two = MultiPolygon([holed, box(5, 0, 6, 3)])
    shapes = np.array([box(0, 0, 1, 1), box(1, 0, 2, 1), two], dtype=object)
    # Left 6 m around both, less nothing on the right: that side of 3 m has no vertex at 1 m.
    # Right 12 m around the first part, 4 m around its hole, 8 m around the second part.
    assert open_m(rings_of(shapes), np.array([0, 0, 1]), 2).tolist() == [6.0, 24.0]


def test_negative_zero_is_the_same_place_as_zero():
    left = Polygon([(-1.0, 0.0), (-0.0, 0.0), (-0.0, 1.0), (-1.0, 1.0)])
    assert len(neighbours(series(left, box(0, 0, 1, 1)))) == 1


def test_no_polygons_have_no_neighbours():
    pairs = neighbours(series())
    assert pairs.empty
    assert list(pairs.columns) == ["left", "right", "border_m"]


def test_neighbours_agree_with_the_geometric_truth_on_a_random_tiling():
    points = np.random.default_rng(5).uniform(0, 1000, (300, 2))
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(points)))
    cells = shapely.coverage_clean(cells)
    found = neighbours(gpd.GeoSeries(cells))
    one, two = shapely.STRtree(cells).query(cells, predicate="intersects")
    one, two = one[one < two], two[one < two]
    shared = shapely.length(
        shapely.intersection(shapely.boundary(cells[one]), shapely.boundary(cells[two]))
    )
    truth = {
        (int(a), int(b)): length
        for a, b, length in zip(one, two, shared, strict=True)
        if length > 1e-6
    }
    known = {(int(a), int(b)): length for a, b, length in found.itertuples(index=False)}
    assert known.keys() == truth.keys()
    assert all(known[pair] == pytest.approx(truth[pair], rel=1e-6) for pair in truth)


def test_edges_name_the_polygon_they_belong_to():
    start, end, owner = edges_of(series(box(0, 0, 1, 1), box(5, 5, 6, 6)))
    assert len(start) == len(end) == 8
    assert owner.tolist() == [0] * 4 + [1] * 4


def test_dissolve_joins_labels_and_leaves_out_unlabelled_ground(four_squares):
    labels = pd.Series(["w", "w", "e", ""], index=four_squares.index, name="grid_code")
    grids = dissolve(four_squares.geometry, labels)
    assert grids.index.tolist() == ["e", "w"]
    assert grids.loc["w"].area == 20_000
    assert grids.loc["e"].equals(four_squares.geometry["c"])
    assert grids.crs == four_squares.crs


def test_dissolved_grids_of_a_random_tiling_are_a_tiling_again():
    points = np.random.default_rng(6).uniform(0, 1000, (200, 2))
    cells = shapely.coverage_clean(
        shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(points)))
    )
    labels = pd.Series([f"{number % 17:02d}" for number in range(len(cells))])
    grids = dissolve(gpd.GeoSeries(cells), labels)
    assert len(grids) == 17
    assert shapely.coverage_is_valid(grids.to_numpy())
    assert grids.area.sum() == pytest.approx(shapely.area(cells).sum(), rel=1e-12)


def test_dissolve_of_nothing_is_empty():
    assert dissolve(series(), pd.Series([], dtype="str")).empty


def test_square_has_a_compactness_of_a_quarter_pi():
    assert polsby_popper(series(box(0, 0, 7, 7))).tolist() == pytest.approx([np.pi / 4])
    assert polsby_popper(series(Polygon())).tolist() == [0.0]


def test_shapes_that_do_not_fit_exactly_are_joined_all_the_same():
    """The western square lacks the vertex where the two eastern ones meet."""
    shapes = series(box(0, 0, 10, 10), box(10, 0, 20, 5), box(10, 5, 20, 10)).to_numpy()
    with pytest.raises(shapely.errors.GEOSException):
        shapely.coverage_union_all(shapes)
    assert join_shapes(shapes).area == 200
    assert join_shapes(shapes[:1]) is shapes[0]


def test_neighbours_of_some_are_the_pairs_of_all_with_one_of_these():
    squares = [box(x, y, x + 1, y + 1) for y in range(4) for x in range(4)]
    geometry = gpd.GeoSeries([*squares, box(9, 9, 10, 10)])
    some = np.isin(np.arange(17), [5, 6, 16])
    pairs = neighbours(geometry)
    wanted = pairs[some[pairs["left"]] | some[pairs["right"]]].reset_index(drop=True)
    pd.testing.assert_frame_equal(neighbours(geometry, of=some), wanted)
    assert len(wanted) == 7
    assert len(neighbours(geometry, of=np.zeros(17, dtype=bool))) == 0
