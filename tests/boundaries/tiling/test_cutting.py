import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Polygon, box

from boundaries.tiling.build import sealed
from boundaries.tiling.cutting import cut_patches, cut_polygon

CRS = "EPSG:4547"


def test_long_field_is_cut_across_its_long_side_into_even_parts():
    parts = cut_polygon(box(0, 0, 300, 100), 3)
    assert sorted(part.area for part in parts) == pytest.approx([10_000] * 3, rel=1e-6)
    assert all(part.bounds[2] - part.bounds[0] == pytest.approx(100, rel=1e-6) for part in parts)


def test_road_that_crosses_cuts_first():
    """A road at two fifths of a field: both faces stay whole when two parts are asked for."""
    road = LineString([(120, -10), (120, 110)])
    parts = cut_polygon(box(0, 0, 300, 100), 2, lines=np.array([road]))
    assert sorted(part.area for part in parts) == pytest.approx([12_000, 18_000])


def test_road_that_cuts_off_a_crumb_is_not_followed():
    road = LineString([(4, -10), (4, 110)])
    parts = cut_polygon(box(0, 0, 300, 100), 2, lines=np.array([road]))
    assert sorted(part.area for part in parts) == pytest.approx([15_000, 15_000], rel=1e-6)


def test_dead_end_does_not_cut():
    road = LineString([(150, -10), (150, 60)])
    assert len(cut_polygon(box(0, 0, 300, 100), 1, lines=np.array([road]))) == 1


def test_cut_patches_keep_their_attributes_and_their_place():
    patches = gpd.GeoDataFrame(
        {"name": ["west", "middle", "east"]},
        geometry=[box(0, 0, 10, 10), box(10, 0, 40, 10), box(40, 0, 50, 10)],
        crs=CRS,
    )
    cut = cut_patches(patches, np.array([1, 3, 1]))
    assert cut["name"].tolist() == ["west", "middle", "middle", "middle", "east"]
    assert cut.area.sum() == pytest.approx(500)
    assert shapely.coverage_is_valid(sealed(cut).geometry.to_numpy())


def test_patches_between_and_after_those_that_are_cut_stay_in_their_places():
    patches = gpd.GeoDataFrame(
        {"name": list("abcdefg")},
        geometry=[box(100 * at, 0, 100 * at + 100, 10 * at + 10) for at in range(7)],
        crs=CRS,
    )
    cut = cut_patches(patches, np.array([1, 2, 1, 1, 3, 2, 1]))
    assert "".join(cut["name"]) == "abbcdeeeffg"
    assert cut["cut"].tolist() == [name in "bef" for name in cut["name"]]
    assert cut.index.tolist() == list(range(11))
    parts = {"b": 2, "e": 3, "f": 2}
    for name, shape in zip(cut["name"], cut.geometry, strict=True):
        whole = patches.geometry[patches["name"] == name].item()
        assert shape.area == pytest.approx(whole.area / parts.get(name, 1), rel=1e-6)
        assert whole.covers(shape.representative_point())


@pytest.mark.parametrize(
    ("pieces", "parts", "expected"),
    [(4, 2, 4), (5, 2, 6), (3, 3, 3), (2, 3, 3), (5, 1, 5), (1, 3, 1)],
)
def test_pieces_are_shared_out_over_parts_of_equal_area(pieces, parts, expected):
    """Never fewer than are asked for; a road cuts inside a part and no piece lies in two."""
    field = gpd.GeoDataFrame(geometry=[box(0, 0, 600, 100)], crs=CRS)
    cut = cut_patches(field, np.array([pieces]), parts=np.array([parts]))
    assert cut.area.tolist() == pytest.approx([60_000 / expected] * expected, rel=1e-6)
    if pieces > 1:
        for border in np.arange(1, parts) * 600 / parts:
            assert not ((cut.bounds["minx"] < border - 1) & (cut.bounds["maxx"] > border + 1)).any()


def test_roads_cut_the_patches_that_they_cross_and_no_other():
    fields = gpd.GeoDataFrame(geometry=[box(0, 0, 300, 100), box(0, 200, 300, 300)], crs=CRS)
    roads = gpd.GeoSeries([LineString([(120, -10), (120, 150)])], crs=CRS)
    cut = cut_patches(fields, np.array([2, 2]), roads=roads)
    assert cut.area.tolist()[2:] == pytest.approx([15_000, 15_000], rel=1e-6)
    assert sorted(cut.area.tolist()[:2]) == pytest.approx([12_000, 18_000], rel=1e-6)


def test_faces_between_roads_get_pieces_by_their_area():
    """A road at a fifth of a field: of five pieces one is west of it and four are east."""
    road = np.array([LineString([(100, -10), (100, 110)])])
    five = cut_polygon(box(0, 0, 500, 100), 5, lines=road)
    assert [part.area for part in five] == pytest.approx([10_000] * 5, rel=1e-6)
    # Of two the western face is 0.4 of a piece, just enough to stand alone; the eastern one is 1.6
    # of them, so it is cut: a piece more than asked for.
    three = cut_polygon(box(0, 0, 500, 100), 2, lines=road)
    assert sorted(part.area for part in three) == pytest.approx([10_000, 20_000, 20_000], rel=1e-6)
    road = np.array([LineString([(99, -10), (99, 110)])])
    two = cut_polygon(box(0, 0, 500, 100), 2, lines=road)
    assert sorted(part.area for part in two) == pytest.approx([25_000, 25_000], rel=1e-6)


def test_nothing_to_cut_gives_the_same_patches():
    patches = gpd.GeoDataFrame({"name": ["a"]}, geometry=[box(0, 0, 1, 1)], crs=CRS)
    assert cut_patches(patches, np.array([1])).geometry.equals(patches.geometry)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.floats(50, 500), st.floats(0.2, 1.0)), min_size=5, max_size=14),
    st.integers(2, 9),
)
def test_any_star_is_cut_without_loss_and_without_slivers(spokes, pieces):
    """A star-shaped polygon, as ragged as a field can be."""
    angles = np.linspace(0, 2 * np.pi, len(spokes), endpoint=False)
    radius = np.array([length * share for length, share in spokes])
    star = Polygon(np.column_stack([radius * np.cos(angles), radius * np.sin(angles)]))
    parts = cut_polygon(star, pieces)
    assert len(parts) >= 2
    assert sum(part.area for part in parts) == pytest.approx(star.area, rel=1e-9)
    assert all(part.geom_type == "Polygon" and part.is_valid for part in parts)
    assert min(part.area for part in parts) > 0.3 * star.area / pieces
    assert max(part.area for part in parts) < 2.2 * star.area / pieces


def test_piece_narrower_than_a_sliver_joins_its_neighbour():
    """A track 1.5 m inside a long field cuts off 1.5 x 2000 m: large enough, and too narrow."""
    track = LineString([(-10, 1.5), (2010, 1.5)])
    field, wanted = box(0, 0, 2000, 20), 8
    narrow = cut_polygon(field, wanted, lines=np.array([track]))
    assert min(2 * part.area / part.length for part in narrow) < 2
    parts = cut_polygon(field, wanted, lines=np.array([track]), least_width_m=2.0)
    assert sorted(part.area for part in parts) == pytest.approx([5000] * 8, rel=1e-6)


def test_field_with_a_pond_is_cut_into_even_parts_around_it():
    pond = box(140, 40, 160, 60)
    parts = cut_polygon(box(0, 0, 300, 100).difference(pond), 2)
    assert sorted(part.area for part in parts) == pytest.approx([14_800, 14_800], rel=1e-6)


def test_bent_field_whose_half_falls_into_two_parts_is_cut_without_loss():
    """A U: a cut across its long side parts the two arms from each other."""
    u = box(0, 0, 300, 200).difference(box(50, 80, 300, 120))
    parts = cut_polygon(u, 4)
    assert sum(part.area for part in parts) == pytest.approx(u.area)
    assert all(part.geom_type == "Polygon" for part in parts)
    assert min(part.area for part in parts) > 0.4 * u.area / 4


def test_cutting_does_not_move_the_outline():
    """A corner 0.6 mm beside the cut stays where it is."""
    field = Polygon([(0, 0), (150.0006, 0), (300, 0), (300, 100), (0, 100)])
    parts = cut_polygon(field, 2)
    corners = shapely.get_coordinates(shapely.union_all(parts)).tolist()
    assert [150.0006, 0.0] in corners
    assert sum(part.area for part in parts) == pytest.approx(30_000, abs=1e-6)


def test_a_house_on_the_cut_goes_whole_to_the_piece_with_most_of_it():
    house = box(145, 40, 165, 60)
    parts = cut_polygon(box(0, 0, 300, 100), 2, units=np.array([house]))
    assert sorted(part.area for part in parts) == pytest.approx([14_900, 15_100], abs=1)
    assert [part.covers(house.buffer(-1e-6)) for part in parts].count(True) == 1


def test_a_unit_as_large_as_a_piece_is_cut_out_along_its_outline():
    estate = box(100, 0, 220, 100)
    parts = cut_polygon(box(0, 0, 300, 100), 2, units=np.array([estate]))
    assert not any(part.crosses(estate.buffer(-1)) for part in parts)
    assert {part.bounds[0] for part in parts} <= {0.0, 100.0, 220.0}


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.floats(50, 500), st.floats(0.3, 1.0)), min_size=5, max_size=12),
    st.integers(2, 6),
    st.lists(st.tuples(st.floats(-0.6, 0.6), st.floats(-0.6, 0.6)), min_size=1, max_size=8),
)
def test_houses_stay_whole_wherever_a_field_is_cut(spokes, pieces, places):
    angles = np.linspace(0, 2 * np.pi, len(spokes), endpoint=False)
    radius = np.array([length * share for length, share in spokes])
    star = Polygon(np.column_stack([radius * np.cos(angles), radius * np.sin(angles)]))
    side = 0.02 * np.sqrt(star.area)
    houses = shapely.box(*(np.array(places).T * 300), *(np.array(places).T * 300 + side))
    parts = cut_polygon(star, pieces, units=houses)
    assert sum(part.area for part in parts) == pytest.approx(star.area, rel=1e-9)
    assert all(part.geom_type == "Polygon" and part.is_valid for part in parts)
    overlap = shapely.area(shapely.intersection(*np.meshgrid(np.array(parts), houses)))
    assert ((overlap > 0.01 * side**2).sum(axis=1) <= 1).all()
