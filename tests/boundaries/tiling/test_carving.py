"""Sites laid over two grids of 100 m, with answers by hand; slivers are below 2 m."""

import geopandas as gpd
import pytest
import shapely
from shapely import box
from shapely.affinity import rotate

from boundaries.tiling.carving import carve

CRS = "EPSG:4547"
A, B = box(0, 0, 100, 100), box(100, 0, 200, 100)


def carved(*sites, width_m=2.0, area_m2=50.0):
    grids = gpd.GeoSeries({"a": A, "b": B}, crs=CRS)
    named = gpd.GeoSeries({f"S{number}": site for number, site in enumerate(sites)}, crs=CRS)
    pieces = carve(grids, named, width_m=width_m, area_m2=area_m2)
    assert shapely.coverage_is_valid(pieces.geometry.to_numpy())
    assert pieces.area.groupby(pieces["grid"]).sum().to_dict() == pytest.approx(
        {"a": 10_000.0, "b": 10_000.0}, rel=1e-12
    )
    return pieces.area.groupby([pieces["grid"], pieces["site"]]).sum().round(6).to_dict()


def test_a_site_inside_a_grid_is_a_hole_in_it():
    assert carved(box(20, 20, 50, 60)) == {
        ("a", ""): 8_800.0, ("a", "S0"): 1_200.0, ("b", ""): 10_000.0,
    }  # fmt: skip


def test_a_site_across_the_border_takes_its_part_of_both_grids():
    assert carved(box(90, 20, 130, 60)) == {
        ("a", ""): 9_600.0, ("a", "S0"): 400.0, ("b", ""): 8_800.0, ("b", "S0"): 1_200.0,
    }  # fmt: skip


@pytest.mark.parametrize("gap_m", [0.3, 1.5])
def test_a_strip_between_a_site_and_the_rim_goes_to_the_site(gap_m):
    """Open at both ends, so that it hangs together with the rest of the grid."""
    found = carved(box(gap_m, 20, 50, 60))
    assert found["a", "S0"] == pytest.approx(2_000.0, abs=0.05)


def test_a_lane_that_is_no_sliver_stays():
    assert carved(box(5, 20, 50, 60))["a", "S0"] == 1_800.0


def test_a_strip_between_two_sites_goes_to_one_of_them():
    found = carved(box(20, 20, 50, 60), box(51.5, 20, 80, 60))
    assert found["a", "S0"] + found["a", "S1"] == pytest.approx(2_400.0, abs=0.05)


@pytest.mark.parametrize("over_m", [0.3, 1.5])
def test_a_site_that_reaches_over_the_border_by_a_sliver_ends_on_it(over_m):
    found = carved(box(60, 20, 100 + over_m, 60))
    assert ("b", "S0") not in found
    assert found["a", "S0"] == pytest.approx(1_600.0, abs=1e-6)


def test_a_small_part_over_the_border_goes_back_and_a_large_one_stays():
    corner = shapely.union(box(60, 20, 100, 60), box(100, 20, 105, 26))
    assert ("b", "S0") not in carved(corner)
    assert carved(corner, area_m2=20.0)["b", "S0"] == 30.0


def test_a_site_smaller_than_a_sliver_of_the_tiling_stays_a_site():
    assert carved(box(20, 20, 26, 26))["a", "S0"] == 36.0


def test_of_two_sites_that_overlap_the_first_has_the_ground():
    found = carved(box(20, 20, 60, 60), box(40, 20, 80, 60))
    assert (found["a", "S0"], found["a", "S1"]) == (1_600.0, 800.0)


def test_a_turned_site_tiles_too():
    found = carved(rotate(box(60, 20, 130, 70), 33), rotate(box(20, 20, 40, 90), 71))
    assert sum(found.values()) == pytest.approx(20_000.0, rel=1e-12)
