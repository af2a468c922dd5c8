import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import LineString, box
from shapely.affinity import rotate

from boundaries.tiling.build import sealed
from boundaries.tiling.cells import nearest_ground
from boundaries.tiling.streets import _shared_out, _thinned, split_streets
from boundaries.topology.neighbours import neighbours

CRS = "EPSG:4547"


def town():
    """Four blocks of 100 x 100 m, one of them two parcels, around a crossing of 20 m streets.

    a  | bb
    ---+---
    c  | d
    """
    land = gpd.GeoDataFrame(
        {"parent_code": "1", "name": ["a", "b west", "b east", "c", "d"]},
        geometry=[
            box(0, 120, 100, 220),
            box(120, 120, 170, 220),
            box(170, 120, 220, 220),
            box(0, 0, 100, 100),
            box(120, 0, 220, 100),
        ],
        crs=CRS,
    )
    open_ground = box(0, 0, 220, 220).difference(land.union_all())
    streets = gpd.GeoDataFrame({"parent_code": ["1"]}, geometry=[open_ground], crs=CRS)
    both = shapely.coverage_clean(
        np.concatenate([land.geometry.to_numpy(), streets.geometry.to_numpy()])
    )
    land, streets = land.set_geometry(both[:5]), streets.set_geometry(both[5:])
    lines = gpd.GeoSeries(
        [LineString([(110, -5), (110, 225)]), LineString([(-5, 110), (225, 110)])], crs=CRS
    )
    return streets, land, lines


def test_each_block_gets_its_side_of_the_street_up_to_the_centre_line():
    streets, land, lines = town()
    pieces, owner = split_streets(streets, land, centre_lines=lines)
    got = pieces.area.groupby(owner).sum()
    # A quarter of the square of 220 m less the block: 110 x 110 - 100 x 100 = 2100 m² each.
    assert got[0] == pytest.approx(2100)
    assert got[1] + got[2] == pytest.approx(2100)
    assert got[3] == pytest.approx(2100)
    assert got[2] == pytest.approx(500, rel=0.05)  # the eastern parcel has 50 m of street front


def test_pieces_are_the_whole_street_and_seal_to_a_tiling():
    streets, land, lines = town()
    pieces, _ = split_streets(streets, land, centre_lines=lines)
    assert pieces.area.sum() == pytest.approx(streets.area.sum(), rel=1e-12)
    both = gpd.GeoDataFrame(
        geometry=np.concatenate([land.geometry.to_numpy(), pieces.geometry.to_numpy()]), crs=CRS
    )
    assert shapely.coverage_is_valid(sealed(both).geometry.to_numpy())


def test_blocks_become_neighbours_across_the_street():
    streets, land, lines = town()
    pieces, owner = split_streets(streets, land, centre_lines=lines)
    shapes = [
        shapely.union_all([land.geometry.iloc[row], *pieces.geometry[owner == row]])
        for row in range(len(land))
    ]
    whole = sealed(gpd.GeoDataFrame(geometry=shapes, crs=CRS))
    border = neighbours(whole.geometry).set_index(["left", "right"])["border_m"]
    assert border.loc[(0, 1)] == pytest.approx(110)  # a and the western parcel of b
    assert border.loc[(0, 3)] == pytest.approx(110)  # a and c


def test_street_ground_is_shared_out_by_frontage_and_not_by_the_middle_of_each_parcel():
    """Two streets of 10 m, each along a parcel of 80 m and one of 20 m: cut where these meet."""
    wide = [box(0, 10, 80, 60), box(0, 210, 80, 260)]
    narrow = [box(80, 10, 100, 60), box(80, 210, 100, 260)]
    land = gpd.GeoDataFrame(
        {"parent_code": "1"}, geometry=[*wide, *narrow], crs=CRS, index=range(4)
    )
    ways = [box(0, 0, 100, 10), box(0, 200, 100, 210)]
    streets = gpd.GeoDataFrame({"parent_code": "1"}, geometry=ways, crs=CRS, index=range(2))
    pieces, owner = split_streets(streets, land, centre_lines=gpd.GeoSeries([], crs=CRS))
    got = pieces.area.groupby(owner).sum()
    assert got.tolist() == pytest.approx([800, 800, 200, 200], abs=10)


def test_a_frontage_of_many_short_edges_keeps_one_point_for_each_step():
    """Two parcels of 30 edges of 1 m at one street: 12, 12 and 6 m each; then a bend of 1,000."""
    owner, face = np.repeat([0, 1], 30), np.zeros(60, dtype=int)
    assert _thinned(owner, face, np.ones(60)).tolist() == [0, 12, 24, 30, 42, 54]
    assert _thinned(face, owner, np.ones(60)).tolist() == [0, 12, 24, 30, 42, 54]
    assert len(_thinned(np.zeros(1000), np.zeros(1000), np.ones(1000))) == 84


def test_street_without_land_beside_it_belongs_to_nobody():
    streets = gpd.GeoDataFrame({"parent_code": ["1"]}, geometry=[box(0, 0, 9, 9)], crs=CRS)
    far = gpd.GeoDataFrame({"parent_code": ["1"]}, geometry=[box(50, 50, 60, 60)], crs=CRS)
    pieces, owner = split_streets(streets, far, centre_lines=gpd.GeoSeries([], crs=CRS))
    assert owner.tolist() == [-1]
    assert pieces.area.tolist() == [81.0]


def test_a_straight_street_is_shared_out_whichever_way_it_runs():
    """10 m between two plots 20 m wide: half for each. Points in rows make unsound cells."""
    corners = [box(0, 10, 20, 40), box(0, -30, 20, 0), box(0, 0, 20, 10)]
    for angle in range(0, 180, 3):
        *plots, way = (rotate(one, angle, origin=(0, 0)) for one in corners)
        land = gpd.GeoDataFrame({"parent_code": ["1", "1"]}, geometry=plots, crs=CRS)
        streets = gpd.GeoDataFrame({"parent_code": ["1"]}, geometry=[way], crs=CRS)
        pieces, owner = split_streets(streets, land, centre_lines=gpd.GeoSeries([], crs=CRS))
        got = pieces.area.groupby(owner).sum()
        assert got.tolist() == pytest.approx([100, 100], abs=1), angle
        assert got.sum() == pytest.approx(200, rel=1e-9), angle


def test_no_ground_is_lost_where_unsound_cells_are_joined_without_a_word():
    """Corners of a strip of 100 x 10 m: the library's cells of these four lose 1,216 m² of it."""
    corners = np.array(
        [
            [2939.1453156996613, 1870.6820254202898],
            [2897.5287764899435, 1961.6109188711948],
            [2930.052426354571, 1866.5203714993181],
            [2888.435887144853, 1957.4492649502229],
        ]
    )
    face = shapely.convex_hull(shapely.multipoints(corners)).buffer(6)
    shapes, who, _ = _shared_out(
        np.array([face]), corners, np.array([3, 0, 2, 0]), np.zeros(4, int)
    )
    assert shapely.area(shapes).sum() == pytest.approx(face.area, rel=1e-9)
    assert shapely.coverage_is_valid(shapes)
    # The two points of owner 0 hold the half of the strip that is farther from the others.
    own = shapely.area(shapes[who == 0]).sum()
    assert own == pytest.approx(face.area / 2, rel=1e-3)


def test_on_several_grounds_each_place_is_in_the_cell_of_the_nearest_point():
    """Long and thin ground as well, with all points in one corner."""
    grounds = np.array([box(0, 0, 10, 10), box(500, 0, 2_500, 4), box(0, 50, 3, 900)])
    random = np.random.default_rng(4)
    low, high = np.array([[0, 0], [500, 0], [0, 50]]), np.array([[10, 10], [530, 4], [3, 70]])
    of = np.repeat([0, 1, 2], [12, 7, 5])
    points = low[of] + random.random((len(of), 2)) * (high - low)[of]
    found = nearest_ground(points, grounds, of)
    for number, ground in enumerate(grounds):
        cells, own = found[of == number], points[of == number]
        held = shapely.intersection(cells, ground)
        assert shapely.area(held).sum() == pytest.approx(ground.area, rel=1e-9)
        west, south, east, north = ground.bounds
        spots = np.array([west, south]) + random.random((200, 2)) * [east - west, north - south]
        nearest = np.hypot(*(spots[:, None] - own).transpose(2, 0, 1)).argmin(axis=1)
        assert shapely.intersects_xy(cells[nearest], *spots.T).all()
