"""Roads and ground that lie apart by the shift of a web map are told, with whose shift it is."""

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import CRS, Transformer
from shapely import LineString, box

from layers.contract.errors import LayerCRSError
from layers.location.alignment import find_road_shift, require_aligned_roads
from layers.location.datum import wgs_to_bd, wgs_to_gcj

WORK = CRS("EPSG:4547")
X, Y = 493_000, 3_838_000


def village():
    """Fields of uneven size, 30 to 330 m wide, with a road along every fourth border."""
    random = np.random.default_rng(7)
    across = np.cumsum(random.uniform(30, 330, 26))
    up = np.cumsum(random.uniform(30, 330, 26))
    fields = [box(X + a, Y + c, X + b, Y + d) for a, b in pairwise(across) for c, d in pairwise(up)]
    roads = [LineString([(X + a, Y + up[0]), (X + a, Y + up[-1])]) for a in across[2::4]]
    roads += [LineString([(X + across[0], Y + b), (X + across[-1], Y + b)]) for b in up[2::4]]
    return np.array(roads), np.array(fields)


def shifted(shapes, shift):
    there = Transformer.from_crs(WORK, "EPSG:4490", always_xy=True)

    def move(points):
        lon, lat = shift(*there.transform(points[:, 0], points[:, 1]))
        return np.column_stack(there.transform(lon, lat, direction="INVERSE"))

    return shapely.transform(shapes, move)


def test_roads_along_the_fields_are_right():
    assert find_road_shift(*village(), WORK) is None


@pytest.mark.parametrize(("shift", "name"), [(wgs_to_gcj, "GCJ-02"), (wgs_to_bd, "BD-09")])
def test_shifted_roads_are_told_from_shifted_ground(shift, name):
    roads, fields = village()
    found = find_road_shift(shifted(roads, shift), fields, WORK)
    assert found.kind == name
    assert found.east_m > 500
    found = find_road_shift(roads, shifted(fields, shift), WORK)
    assert found.kind == f"ground {name}"
    assert found.east_m > 500


def test_the_error_says_whom_to_convert():
    roads, fields = village()
    moved = gpd.GeoDataFrame(geometry=list(shifted(roads, wgs_to_gcj)), crs=WORK)
    ground = gpd.GeoDataFrame(geometry=list(fields), crs=WORK)
    with pytest.raises(LayerCRSError) as caught:
        require_aligned_roads(moved, ground, file="roads.gpkg", crs=WORK)
    assert "The roads in 'roads.gpkg' and the ground lie 55" in str(caught.value)
    assert 'Write datum = "gcj02" for the roads in rules.toml' in str(caught.value)
    assert '请在 rules.toml 中为道路写上 datum = "gcj02"' in caught.value.zh


def test_fields_so_narrow_that_every_road_meets_borders_are_no_evidence():
    """Strips of 18 m: any line across them is near a border half of the time."""
    roads, _ = village()
    strips = [box(X + 18 * i, Y, X + 18 * i + 18, Y + 5000) for i in range(300)]
    assert find_road_shift(roads, np.array(strips), WORK) is None


def test_roads_that_have_nothing_to_do_with_the_fields_are_no_evidence():
    roads, fields = village()
    elsewhere = shapely.transform(roads, lambda points: np.add(points, [137.0, 211.0]))
    assert find_road_shift(elsewhere, fields, WORK) is None
    assert find_road_shift(roads[:2], shifted(fields, wgs_to_gcj), WORK) is None
    assert find_road_shift(np.array([]), fields, WORK) is None
