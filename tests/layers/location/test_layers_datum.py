"""GCJ-02 and BD-09: known values, and the way back to far below a millimetre."""

import numpy as np
import pytest

from layers.location.datum import bd_to_gcj, bd_to_wgs, gcj_to_bd, gcj_to_wgs, wgs_to_bd, wgs_to_gcj

# Published test values (npm gcoord gives the same).
WGS = 116.3912022, 39.9073901
GCJ = 116.39744331617216, 39.908791324341095
BD = 116.40381625617836, 39.915134510729054
MILLIMETRE = 1e-3 / 111_000


def test_the_known_place_in_all_three_systems():
    assert wgs_to_gcj(*map(np.asarray, WGS)) == pytest.approx(GCJ, abs=1e-12)
    assert gcj_to_bd(*map(np.asarray, GCJ)) == pytest.approx(BD, abs=1e-12)
    assert wgs_to_bd(*map(np.asarray, WGS)) == pytest.approx(BD, abs=1e-12)


@pytest.mark.parametrize(
    ("there", "back"), [(wgs_to_gcj, gcj_to_wgs), (wgs_to_bd, bd_to_wgs), (gcj_to_bd, bd_to_gcj)]
)
def test_there_and_back_ends_at_the_start_all_over_china(there, back):
    random = np.random.default_rng(1)
    lon, lat = random.uniform(73, 135, 20_000), random.uniform(4, 54, 20_000)
    lon_again, lat_again = back(*there(lon, lat))
    assert np.abs(lon_again - lon).max() < MILLIMETRE / 100
    assert np.abs(lat_again - lat).max() < MILLIMETRE / 100


def test_the_shift_at_zhengan_is_half_a_kilometre_to_the_south_east():
    lon, lat = wgs_to_gcj(np.array([113.90]), np.array([34.70]))
    east = (lon[0] - 113.90) * 111_320 * np.cos(np.radians(34.70))
    north = (lat[0] - 34.70) * 110_930
    assert east == pytest.approx(535, abs=3)
    assert north == pytest.approx(-137, abs=3)
