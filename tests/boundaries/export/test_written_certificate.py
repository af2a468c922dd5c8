"""The certificate of written grids: it holds where they tile, and finds every fault put in."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.affinity import translate
from written_layers import layers_of

from boundaries.export.manifest import certify

ON_GROUND = ("grids_1", "grids_2", "micro_grids")


def frames_of(crs="EPSG:4490", **options):
    layers = layers_of(crs=crs, with_patches=True, **options)
    grids = pd.concat([layers[name].frame for name in ON_GROUND], ignore_index=True)
    return gpd.GeoDataFrame(grids), layers["patches"].frame


def reshaped(frame, key, code, shape):
    """The frame with another shape for one of its rows."""
    shapes = frame.geometry.to_numpy().copy()
    place = frame.index.get_loc(frame.index[frame[key] == code][0])
    shapes[place] = shape(shapes[place])
    return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))


def kinds(certificate):
    return {fault["kind"] for fault in certificate.faults}


@pytest.mark.parametrize("crs", ["WGS84", "EPSG:4490", "EPSG:4526", None])
def test_it_holds_for_what_was_written(crs):
    grids, patches = frames_of(crs)
    found = certify(grids, patches)
    assert found.holds
    assert [row["grid_code"] for row in found.parents] == ["E", "T", "W"]
    assert [row["parts"] for row in found.parents] == [1, 2, 2]
    assert {(row["gaps"], row["overlaps"], row["left_m2"]) for row in found.parents} == {(0, 0, 0)}
    assert found.patches == {"count": 8, "once": 8, "again": []}
    assert certify(grids).holds
    assert certify(grids).patches is None


def test_a_micrometre_off_is_found():
    grids, patches = frames_of("EPSG:4526")
    moved = reshaped(grids, "grid_code", "W01", lambda shape: translate(shape, 1e-6, 0))
    found = certify(moved, patches)
    assert kinds(found) == {"corners", "patches"}
    assert not found.holds


def test_a_gap_and_an_overlap_are_measured_where_they_are():
    grids, patches = frames_of("EPSG:4490")
    moved = reshaped(grids, "grid_code", "W01", lambda shape: translate(shape, 0, 1e-5))
    found = certify(moved, patches)
    assert kinds(found) >= {"gap", "overlap", "beyond", "patches"}
    row = next(row for row in found.parents if row["grid_code"] == "W")
    assert (row["gaps"], row["overlaps"]) == (1, 1)
    assert 10 < row["gaps_m2"] < 400  # a strip of a metre along 200 m or so
    (overlap,) = [fault for fault in found.faults if fault["kind"] == "overlap"]
    assert (overlap["grid_code"], overlap["codes"]) == ("W", ["W01", "W02"])
    assert [row["gaps"] for row in found.parents if row["grid_code"] != "W"] == [0, 0]


def test_a_grid_that_is_missing_doubled_or_without_parent_is_found():
    grids, patches = frames_of()
    without = grids[grids["grid_code"] != "W02"]
    assert kinds(certify(without, patches)) == {"gap", "astray"}
    assert kinds(certify(pd.concat([grids, grids.tail(1)]), patches)) == {"repeated"}
    assert kinds(certify(grids[grids["grid_code"] != "W"], patches)) >= {"orphaned"}
    crossed = shapely.from_wkt("POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))")
    bent = reshaped(grids, "grid_code", "E01", lambda _: crossed)
    assert "unsound" in kinds(certify(bent, patches))


def test_a_patch_in_two_grids_or_twice_in_the_file_is_found():
    grids, patches = frames_of()
    other = patches.assign(grid_code=patches["grid_code"].mask(patches["patch_id"] == "p0", "W02"))
    found = certify(grids, other)
    assert kinds(found) == {"patches"}
    assert {fault["grid_code"] for fault in found.faults} == {"W01", "W02"}
    assert "p0" in found.patches["again"]
    assert found.patches["once"] == 4  # those of the east
    assert "unsound patches" in kinds(certify(grids, pd.concat([patches, patches.tail(1)])))


def left_over():
    """Grids and patches where the south row of the west is left with the grid above."""
    grids, patches = frames_of("EPSG:4547")
    grids = grids[grids["grid_code"] != "W01"]
    codes = patches["grid_code"].mask(patches["grid_code"] == "W01")
    return grids, patches.assign(grid_code=codes)


def test_ground_left_with_a_grid_is_listed_and_no_gap():
    grids, patches = left_over()
    found = certify(grids, patches)
    assert found.holds
    assert [(one["grid_code"], one["patch_id"]) for one in found.leftovers] == [
        ("W", "p0"), ("W", "p1"),
    ]  # fmt: skip
    assert [one["area_m2"] for one in found.leftovers] == [10_000.0, 10_000.0]
    assert [row["left_m2"] for row in found.parents] == [0.0, 0.0, 20_000.0]
    # A patch that is gone leaves a gap, whatever else is left.
    assert kinds(certify(grids, patches[patches["patch_id"] != "p1"])) == {"gap"}


def test_without_patches_only_what_the_plan_leaves_is_no_gap():
    grids, _ = left_over()
    told = certify(grids, left={"W": 20_000.0})
    assert told.holds
    assert told.leftovers == [{"grid_code": "W", "patch_id": None, "area_m2": 20_000.0}]
    assert kinds(certify(grids)) == {"gap"}
    assert kinds(certify(grids, left={"W": 19_000.0})) == {"gap"}


def test_two_towns_beside_one_another_may_not_overlap():
    grids, _ = frames_of("EPSG:4547")
    other = grids.assign(grid_code="X" + grids["grid_code"], parent_code="X" + grids["parent_code"])
    assert kinds(certify(gpd.GeoDataFrame(pd.concat([grids, other])))) == {"overlap"}
    shapes = [translate(shape, 1000, 0) for shape in other.geometry]
    beside = other.set_geometry(np.array(shapes, dtype=object), crs=grids.crs)
    assert certify(gpd.GeoDataFrame(pd.concat([grids, beside]))).holds
