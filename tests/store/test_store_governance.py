"""Objects, groups, business areas, boards and cases in a plan file; posts on each of them."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from pandas.testing import assert_frame_equal
from small_plan import CRS, small_plan

from gridmap.plan.tables import empty_tables
from gridmap.store import load_plan, save_plan
from gridmap.store.recovery import recover_plan
from gridmap.town.registered import ROWS
from layers.contract import columns
from layers.contract.errors import PlanError

PLACE = shapely.Point(493_650, 3_839_250)
AREA = shapely.box(493_600, 3_839_200, 493_700, 3_839_300)


BLANK = {"str": "", "int64": 0, "float64": 0.0, "bool": False}


def table(contract, index, *rows, shapes=None):
    blank = {name: BLANK[dtype] for name, dtype in contract.items()}
    frame = pd.DataFrame([blank | row for row in rows])
    frame = frame.set_index(index) if index else frame
    frame = frame[list(contract)].astype(dict(contract))
    if index:
        frame.index = pd.Index(frame.index, dtype="str", name=index)
    return frame if shapes is None else gpd.GeoDataFrame(frame, geometry=shapes, crs=CRS)


def governed(**tables):
    plan = small_plan()
    objects = table(
        columns.OBJECTS, "object_id",
        {"object_id": "firms:1", "class": "enterprise", "name": "甲厂", "grid_code": "W01"},
        {"object_id": "firms:2", "class": "enterprise", "name": "乙厂"},
        shapes=[PLACE, None],
    )  # fmt: skip
    groups = table(
        columns.GROUPS, "group_id", {"group_id": "G1", "type": "alliance", "name": "联盟"}
    )
    members = table(columns.MEMBERS, None, {"group_id": "G1", "kind": "grid", "member_id": "W01"})
    business = table(
        columns.BUSINESS, "area_id", {"area_id": "B1", "department": "城管", "name": "一片"},
        shapes=[AREA],
    )  # fmt: skip
    crosswalk = table(
        columns.CROSSWALK, None,
        {"area_id": "B1", "grid_code": "W", "level": 2, "area_m2": 10_000.0, "share_of_area": 1.0},
    )  # fmt: skip
    boards = table(columns.BOARDS, "board_id", {"board_id": "1", "grid_code": "W01"})
    cases = table(columns.CASES, None, {"grid_code": "W01", "found": 3.0, "closed": float("nan")})
    given = {
        "objects": objects, "groups": groups, "members": members, "business": business,
        "crosswalk": crosswalk, "boards": boards, "cases": cases,
    }  # fmt: skip
    return plan.with_tables(**given | tables)


def posted(plan, **places):
    row = {name: "" for name in ("grid_code", "group_id", "object_id")} | places
    post = plan.posts.iloc[[0]].assign(**row, role="liaison").rename(index=lambda _: "X-liaison-01")
    return plan.with_tables(posts=pd.concat([plan.posts, post]))


def test_every_table_comes_back_as_it_went_in(tmp_path):
    plan = posted(governed(), object_id="firms:2")
    save_plan(plan, tmp_path / "t.gridmap.gpkg")
    back = load_plan(tmp_path / "t.gridmap.gpkg")
    for name in ("objects", "business", "posts", *ROWS):
        assert_frame_equal(getattr(back, name), getattr(plan, name))
    assert back.objects.geometry.iloc[1] is None


def test_a_plan_with_none_of_them_has_no_such_tables_in_its_file(tmp_path):
    save_plan(small_plan(), tmp_path / "t.gridmap.gpkg")
    back = load_plan(tmp_path / "t.gridmap.gpkg")
    for name, none in empty_tables(None).items():
        assert len(getattr(back, name)) == 0
        assert list(getattr(back, name).columns) == list(none.columns)


@pytest.mark.parametrize(
    ("places", "told"),
    [
        ({}, "is on 0 places"),
        ({"grid_code": "W01", "group_id": "G1"}, "is on 2 places"),
        ({"group_id": "G9"}, "not in the table 'groups'"),
        ({"object_id": "firms:9"}, "not in the table 'objects'"),
    ],
)
def test_a_post_is_on_exactly_one_place_that_there_is(places, told, tmp_path):
    path = tmp_path / "t.gridmap.gpkg"
    with pytest.raises(PlanError, match=told):
        save_plan(posted(governed(), **places), path)
    assert not path.exists()


def test_a_grid_without_ground_of_its_own_needs_no_outline_and_another_does(tmp_path):
    plan = governed()
    shapes = plan.grids.geometry.copy()
    shapes["W01"] = None
    plan = plan.with_tables(grids=plan.grids.set_geometry(shapes))
    with pytest.raises(PlanError, match="'W01' in the table 'grids' has no outline"):
        save_plan(plan, tmp_path / "t.gridmap.gpkg")
    spatial = plan.grids.index != "W01"
    plan = plan.with_tables(grids=plan.grids.assign(spatial=spatial))
    save_plan(plan, tmp_path / "t.gridmap.gpkg")
    assert load_plan(tmp_path / "t.gridmap.gpkg").grids.geometry["W01"] is None


def test_all_of_it_is_recovered(tmp_path):
    path = tmp_path / "t.gridmap.gpkg"
    plan = governed()
    save_plan(plan, path)
    found = recover_plan(path)
    assert found.losses == ()
    for name in ("objects", "business", *ROWS):
        assert_frame_equal(getattr(found.plan, name), getattr(plan, name))
