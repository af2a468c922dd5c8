"""Boundaries as written are a valid tiling: shared vertices, no gap that is not told."""

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from small_plan import CRS, EAST, NORTH, small_plan, square
from written_boundaries import (
    assert_valid_as_written,
    both,
    code_of,
    export,
    features,
    shapes_of,
)

from boundaries.topology.dissolve import dissolve


def test_rings_turn_by_the_right_hand_rule():
    plan = small_plan()
    lake = square(130, 130, 40)
    patches = plan.patches.copy()
    patches.loc["p3", "geometry"] = patches.loc["p3", "geometry"].difference(lake)
    labels = patches["grid_code"].where(patches["grid_code"] != "W02", "W02")
    shapes = dissolve(patches.geometry, labels)
    grids = plan.grids.copy()
    grids.loc["W02", "geometry"] = shapes["W02"]
    for shape in shapes_of(export(plan.with_tables(patches=patches, grids=grids))):
        for part in shapely.get_parts(shape):
            assert part.exterior.is_ccw
            assert not any(ring.is_ccw for ring in part.interiors)
    assert shapely.get_num_interior_rings(shapes_of(export(plan.with_tables(grids=grids)))["W02"])


def test_neighbours_share_identical_vertices_and_parents_are_the_union_of_children():
    assert_valid_as_written(export(small_plan()))
    assert_valid_as_written(both(small_plan())[0])


def test_patches_are_in_a_file_of_theirs_and_tile_the_same_ground():
    grids, data = both(small_plan())
    assert (len(features(grids)), len(features(data))) == (6, 8)
    patches = shapes_of(data)
    assert shapely.coverage_is_valid(patches.to_numpy())
    assert shapely.equals(shapely.union_all(patches), shapes_of(grids)["T"])
    heads = [json.loads(one)["gridmap"] for one in (grids, data)]
    assert [head["layer"] for head in heads] == ["grids", "patches"]
    assert heads[0]["content_sha256"] != heads[1]["content_sha256"]
    row = features(data)["p2"]["properties"]
    assert (row["grid_code"], row["category"], row["subclass"]) == (
        "W02",
        "residual",
        "village_res",
    )
    assert json.loads(data)["gridmap"]["topology"]["patches"] == 8


def test_ground_left_with_its_parent_belongs_to_the_parent_alone():
    plan = small_plan()
    patches = plan.patches.copy()
    patches.loc[["p2", "p3"], "grid_code"] = ""
    grids = plan.grids.drop("W02")
    left = plan.with_tables(patches=patches, grids=grids)
    for data in (export(left), both(left)[0]):
        shapes = shapes_of(data)
        assert shapely.equals(shapely.union_all(shapes[["E", "W"]]), shapes["T"])
        assert shapes["W01"].area == pytest.approx(shapes["W"].area / 2, rel=1e-4)
        topology = json.loads(data)["gridmap"]["topology"]
        assert topology["valid_tiling"]
        assert topology["left_with_parents_m2"] == 20_000.0


def test_borders_without_shared_vertices_are_told_and_closed():
    """The east has no vertex where W01 and W02 meet."""
    plan = small_plan()
    grids = plan.grids.copy()
    grids.loc["E01", "geometry"] = square(200, 0, 200)
    data = export(plan.with_tables(grids=grids))
    topology = json.loads(data)["gridmap"]["topology"]
    assert not topology["valid_tiling_before_rounding"]
    assert topology["valid_tiling"]
    assert shapes_of(data)["T"].geom_type == "Polygon"
    assert_valid_as_written(data)


def test_a_gap_between_grids_is_told():
    plan = small_plan()
    grids = plan.grids.copy()
    hole = square(80, 20, 40)
    grids.loc["W01", "geometry"] = grids.loc["W01", "geometry"].difference(hole)
    topology = json.loads(export(plan.with_tables(grids=grids)))["gridmap"]["topology"]
    assert topology["gaps"] == 1
    assert not topology["valid_tiling"]
    assert topology["largest_difference_to_parts_m2"] == 1600.0


def test_a_hole_that_the_town_has_is_no_gap_and_one_that_two_grids_leave_is():
    plan = small_plan()
    lake = square(80, 20, 40)
    grids = plan.grids.copy()
    for code in ("T", "W", "W01"):
        grids.loc[code, "geometry"] = grids.loc[code, "geometry"].difference(lake)
    topology = json.loads(export(plan.with_tables(grids=grids)))["gridmap"]["topology"]
    assert (topology["gaps"], topology["valid_tiling"]) == (0, True)
    # Half of it west of the border between the villages, half east: neither has a hole.
    grids, lake = plan.grids.copy(), square(190, 20, 20)
    for code in ("W01", "E01"):
        grids.loc[code, "geometry"] = grids.loc[code, "geometry"].difference(lake)
    topology = json.loads(export(plan.with_tables(grids=grids)))["gridmap"]["topology"]
    assert (topology["gaps"], topology["valid_tiling"]) == (1, False)
    assert topology["largest_difference_to_parts_m2"] == 400.0


def test_what_rounding_mended_or_lost_is_listed_in_order():
    """Two squares of a millimetre vanish; the borders of their two neighbours are repaired."""
    plan = small_plan()
    grids = plan.grids.copy()
    crumbs = {"W03": square(20, 20, 0.001), "E02": square(220, 20, 0.001)}
    for code, above in (("W03", "W01"), ("E02", "E01")):
        grids.loc[above, "geometry"] = grids.loc[above, "geometry"].difference(crumbs[code])
    rows = grids.loc[["W01", "E01"]].set_axis(["W03", "E02"])
    rows = rows.set_geometry([crumbs["W03"], crumbs["E02"]], crs=CRS)
    grids = pd.concat([grids, rows])
    data = json.loads(export(plan.with_tables(grids=grids)))
    topology = data["gridmap"]["topology"]
    assert topology["vanished"] == ["E02", "W03"]
    assert topology["mended"] == sorted(topology["mended"])
    assert len(topology["mended"]) >= 2
    shape = {code_of(feature): feature["geometry"] for feature in data["features"]}
    assert shape["E02"] is shape["W03"] is None


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10_000), width=st.sampled_from([0.05, 0.5, 3.0, 4_000.0]))
def test_random_towns_are_valid_as_written(seed, width):
    """Voronoi towns of 30 patches from five centimetres to four kilometres wide."""
    plan = random_plan(seed, width)
    data, of_patches = both(plan)
    topology = json.loads(data)["gridmap"]["topology"]
    assert topology["valid_tiling"]
    assert topology["gaps"] == 0
    assert shapely.coverage_is_valid(shapes_of(of_patches).dropna().to_numpy())
    assert_valid_as_written(data)
    if width > 1000:
        assert topology["mended"] == topology["vanished"] == []


def random_plan(seed, width):
    rng = np.random.default_rng(seed)
    frame = shapely.box(EAST, NORTH, EAST + width, NORTH + width)
    points = shapely.multipoints(rng.random((30, 2)) * width + [EAST, NORTH])
    cells = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=frame))
    cells = shapely.coverage_clean(shapely.intersection(cells, frame))
    plan = small_plan()
    rows = plan.patches.iloc[[0] * len(cells)]
    codes = rng.choice(["W01", "W02", "E01"], len(cells)).astype(object)
    patches = rows.assign(grid_code=codes, parent_code=[code[0] for code in codes])
    patches = gpd.GeoDataFrame(patches.set_geometry(cells, crs=CRS))
    patches.index = pd.Index([f"p{number:02d}" for number in range(len(cells))], name="patch_id")
    grids = plan.grids.copy()
    for code in grids.index:
        label = pd.Series(codes, index=patches.index).str.startswith(code) | (code == "T")
        if label.any():
            grids.loc[code, "geometry"] = shapely.coverage_union_all(
                patches.geometry[label].to_numpy()
            )
    present = [
        code for code in grids.index if code == "T" or any(c.startswith(code) for c in codes)
    ]
    return plan.with_tables(patches=patches, grids=grids.loc[present])
