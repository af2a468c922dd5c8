"""How a department's areas meet the grids: shares of areas, and staff shared by them."""

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from cli_runs import run
from hypothesis import given, settings
from hypothesis import strategies as st
from small_plan import CRS, small_plan, square

from boundaries.relations.departments import make_crosswalk
from boundaries.relations.shares import share_out
from gridmap.coverage.business import staff_of_grids
from gridmap.coverage.shown import crosswalk_shown
from gridmap.store import save_plan
from gridmap.workflow.departments import with_departments
from layers.contract.errors import LayerFileError, LayerSchemaError
from layers.departments.business import read_business


def areas(**shapes):
    return gpd.GeoDataFrame(
        {"department": "城管局", "name": [f"区{key}" for key in shapes], "staff": 0},
        geometry=list(shapes.values()),
        index=gpd.pd.Index(shapes, name="area_id", dtype="str"),
        crs=CRS,
    )


def shares(table, area, level):
    rows = table[(table["area_id"] == area) & (table["level"] == level)]
    return dict(zip(rows["grid_code"], rows["share_of_area"].round(9), strict=True))


def test_a_strip_between_two_drawings_of_one_border_is_no_row_of_the_table() -> None:
    """49 m2 outside the town; the plan keeps it, for the shares of an area make one."""
    plan = small_plan()
    business = areas(a=square(100, 0, 200), b=shapely.box(0, 0, 10, 100))
    crosswalk = make_crosswalk(business, plan.grids)
    strip = crosswalk.iloc[[0]].assign(grid_code="", area_m2=49.0, share_of_area=0.00049)
    wide = strip.assign(area_m2=51.0)
    plan = plan.with_tables(business=business, crosswalk=pd.concat([crosswalk, strip]))
    shown = crosswalk_shown(plan, "zh")
    assert len(shown) == len(crosswalk)
    assert "0.00" not in set(shown["公顷"])
    plan = plan.with_tables(crosswalk=pd.concat([crosswalk, wide]))
    assert "镇界以外" in set(crosswalk_shown(plan, "zh")["名称"])


def test_an_area_across_two_villages_has_its_share_in_each() -> None:
    business = areas(a=square(100, 0, 200))  # half in W, half in E

    table = make_crosswalk(business, small_plan().grids)

    assert shares(table, "a", 1) == {"T": 1.0}
    assert shares(table, "a", 2) == {"W": 0.5, "E": 0.5}
    assert table.set_index(["level", "grid_code"]).at[(2, "W"), "share_of_grid"] == 0.5


def test_what_reaches_out_of_the_town_is_a_row_and_shares_make_one() -> None:
    business = areas(a=square(-100, 0, 200))

    table = make_crosswalk(business, small_plan().grids)

    assert shares(table, "a", 2) == {"": 0.5, "W": 0.5}


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_the_shares_of_every_area_make_one_and_grids_share_no_more_than_all(seed) -> None:
    random = np.random.default_rng(seed)
    seeds = shapely.multipoints(
        np.column_stack(
            [random.uniform(-50, 450, 5) + 493_600, random.uniform(-50, 250, 5) + 3_839_200]
        )
    )
    # Areas of one department do not overlap.
    cells = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=square(-50, -50, 500, 300)))
    cells = shapely.intersection(cells, square(-50, -50, 500, 300))
    business = areas(**{f"a{place}": cell for place, cell in enumerate(cells)})

    table = make_crosswalk(business, small_plan().grids)

    sums = table.groupby(["area_id", "level"])["share_of_area"].sum()
    assert np.allclose(sums, 1, atol=1e-9)
    held = table[table["grid_code"] != ""].groupby(["level", "grid_code"])["share_of_grid"].sum()
    assert np.allclose(held, 1, atol=1e-6)  # together they cover the town


def test_whole_numbers_shared_out_make_the_total() -> None:
    assert share_out(562, np.array([1.0, 1.0, 1.0])).tolist() == [188, 187, 187]
    assert share_out(7, np.array([0.5, 0.25])).tolist() == [5, 2]
    assert share_out(0, np.array([0.2, 0.8])).tolist() == [0, 0]


def test_staff_is_shared_inside_the_town_and_keeps_its_sum_at_every_level() -> None:
    business = areas(a=square(100, 0, 200), b=square(-100, 0, 200), c=square(5000, 0))
    business["staff"] = [301, 260, 1]

    staff = staff_of_grids(business, make_crosswalk(business, small_plan().grids))

    assert staff.groupby("level")["staff"].sum().tolist() == [562, 562]
    second = staff[staff["level"] == 2].set_index("grid_code")["staff"]
    assert second.to_dict() == {"": 1, "E": 151, "W": 410}


def test_areas_across_villages_and_out_of_the_town_are_told() -> None:
    business = areas(a=square(100, 0, 200), b=square(-100, 0, 200), c=square(0, 0, 150))

    plan, issues = with_departments(small_plan(), small_plan().cases, business)

    assert list(zip(issues["rule"], issues["code"], strict=True)) == [
        ("BIZ-2", "a"), ("BIZ-1", "b"), ("BIZ-3", "a"), ("BIZ-3", "b")]  # fmt: skip
    assert issues["other_code"].tolist()[2:] == ["c", "c"]
    assert issues["size"].round().tolist()[2:] == [50 * 150, 100 * 150]
    assert plan.business.index.tolist() == ["a", "b", "c"]
    assert len(plan.crosswalk)


def test_areas_of_two_departments_and_neighbours_of_one_may_touch() -> None:
    business = areas(a=square(0, 0, 100), b=square(100, 0, 100), c=square(50, 0, 100))
    business.loc["c", "department"] = "市场监管所"

    _, issues = with_departments(small_plan(), small_plan().cases, business)

    assert "BIZ-3" not in set(issues["rule"])


def test_areas_are_written_as_geojson_with_the_grids_that_hold_them(tmp_path) -> None:
    business = areas(a=square(100, 0, 200), b=square(0, 0, 100))
    plan, _ = with_departments(small_plan(), small_plan().cases, business)
    save_plan(plan, tmp_path / "plan.gridmap.gpkg")
    out = tmp_path / "areas.geojson"

    done = run("business", str(tmp_path / "plan.gridmap.gpkg"), "--geojson", str(out))

    assert done.exit_code == 0, done.stderr
    assert json.loads(out.read_bytes())["gridmap"]["notice"].startswith("内部使用")
    read = gpd.read_file(out)
    assert read["name"].tolist() == ["区a", "区b"]
    assert read["grids"].tolist() == ["E:0.5000;W:0.5000", "W:1.0000"]
    assert read.to_crs(CRS).area.round(-1).tolist() == [40_000, 10_000]
    again = run("business", str(tmp_path / "plan.gridmap.gpkg"), "--geojson", str(out))
    assert again.exit_code == 2


def test_areas_are_read_by_their_headers_and_parts_of_one_id_are_one_area(tmp_path) -> None:
    frame = gpd.GeoDataFrame(
        {"编号": ["X1", "X1", "X2"], "部门": "城管局", "名称": ["东", "东", "西"],
         "人数": ["12人", "3", ""]},
        geometry=[square(0, 0), square(100, 0), square(200, 0)],
        crs=CRS,
    )  # fmt: skip
    frame.to_file(tmp_path / "business.gpkg")

    business, issues = read_business(tmp_path / "business.gpkg", crs=CRS)

    assert business["staff"].to_dict() == {"X1": 15, "X2": 0}
    assert business.area.round().tolist() == [20_000, 10_000]
    assert business["department"].tolist() == ["城管局", "城管局"]
    assert issues.empty


def test_points_and_areas_without_an_id_are_refused(tmp_path) -> None:
    points = gpd.GeoDataFrame({"编号": ["X1"]}, geometry=[square(0, 0).centroid], crs=CRS)
    points.to_file(tmp_path / "points.gpkg")
    bare = gpd.GeoDataFrame({"编号": ["X1", ""]}, geometry=[square(0, 0), square(9, 9)], crs=CRS)
    bare.to_file(tmp_path / "bare.gpkg")

    with pytest.raises(LayerFileError, match="holds no polygon"):
        read_business(tmp_path / "points.gpkg", crs=CRS)
    with pytest.raises(LayerSchemaError, match="row 2"):
        read_business(tmp_path / "bare.gpkg", crs=CRS)
