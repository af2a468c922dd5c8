"""Whether a coordinate system is made for a place: the middle of the ground decides."""

import pytest
from pyproj import CRS

from layers.contract.errors import LayerCRSError, Named
from layers.location.area_of_use import out_of_use, require_use

DEGREES = CRS("EPSG:4326")
WHAT = Named("System", "坐标系")


def around(lon, lat):
    return lon - 0.1, lat - 0.1, lon + 0.1, lat + 0.1


def found(lon, lat, epsg):
    return out_of_use(around(lon, lat), DEGREES, CRS(epsg))


@pytest.mark.parametrize("epsg", [4547, 4526, 4490, 4326, 32649, 3857])
def test_nothing_is_told_of_a_system_made_for_the_place(epsg):
    assert found(113.9, 34.7, epsg) is None


def test_the_middle_decides_of_a_town_on_the_edge_of_a_zone():
    assert found(115.45, 34.0, 4547) is None  # its eastern edge lies at 115.55
    assert found(115.55, 34.0, 4547).off_deg == pytest.approx(0.05)


@pytest.mark.parametrize(
    ("epsg", "lon", "fitting"),
    [(4547, 111.1, 4546), (4526, 111.1, 4525), (4547, 116.9, 4548), (32650, 112.0, 32649),
     (4508, 115.0, 4509)],
)  # fmt: skip
def test_the_zone_beside_it_is_told_with_the_one_that_fits(epsg, lon, fitting):
    beside = require_use(around(lon, 34.0), DEGREES, CRS(epsg), WHAT)
    assert beside.fitting == CRS(fitting)
    assert not beside.is_far
    for text in (beside.told.en, beside.told.zh):
        assert f"EPSG:{fitting}" in text
        assert f"{lon:.2f}" in text


def test_lengths_are_as_far_off_as_a_gauss_kruger_zone_has_them():
    # 1 + (2.9° · cos 28.6°)² / 2 from the middle of the zone on the sphere: 0.099 %.
    assert found(111.1, 28.6, 4547).stretch == pytest.approx(0.00099, rel=0.01)
    assert "0.099 %" in found(111.1, 28.6, 4547).told.en


@pytest.mark.parametrize(
    ("place", "epsg", "fitting"),
    [((107.1, 28.6), 4547, 4545), ((0.1, 52.2), 4547, 32631), ((-71.1, 42.4), 4526, 32619),
     ((-169.5, -9.5), 4547, 32702), ((113.6, 34.7), 3415, 32649), ((116.3, 40.0), 27700, 32650)],
)  # fmt: skip
def test_another_part_of_the_world_is_refused_with_the_zone_that_fits(place, epsg, fitting):
    with pytest.raises(LayerCRSError, match=f"Take EPSG:{fitting} ") as refused:
        require_use(around(*place), DEGREES, CRS(epsg), WHAT)
    assert f"请用 EPSG:{fitting}（" in refused.value.zh


@pytest.mark.parametrize("epsg", [4547, 4526, 4508, 4497, 2383])
def test_a_zone_is_not_refused_south_of_the_mainland_where_it_is_as_true(epsg):
    # Yongshu reef of Nansha district, Sansha; the registry lets the zones end at 21.5 or 16.7 N.
    beside = require_use(around(112.9, 9.55), DEGREES, CRS(epsg), WHAT)
    assert beside.off_deg > 7
    assert not beside.is_far
    assert "9.55" in beside.told.zh


def test_longitude_and_latitude_have_numbers_for_the_whole_world():
    beside = require_use(around(-71.1, 42.4), DEGREES, CRS("EPSG:4490"), WHAT)
    assert beside.is_far
    assert (beside.fitting, beside.stretch) == (None, None)


def test_an_area_that_goes_over_the_date_line_is_one():
    assert found(179.5, -17.0, 3460) is None  # Fiji: 176.81 to -178.15
    assert found(-178.5, -17.0, 3460) is None
    assert found(170.0, -17.0, 3460).off_deg == pytest.approx(6.81)


def test_the_own_system_of_the_ground_and_an_unregistered_one_are_not_judged():
    far = CRS("EPSG:4547")
    assert out_of_use((9e6, 5e6, 9.1e6, 5.1e6), far, far) is None
    local = CRS("+proj=tmerc +lat_0=34 +lon_0=114 +datum=WGS84 +units=m")
    assert out_of_use(around(0.0, 0.0), DEGREES, local) is None
    nowhere = (float("nan"),) * 4
    assert out_of_use(nowhere, DEGREES, far) is None
