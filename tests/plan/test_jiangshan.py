"""The sample Jiangshan: ten exclusive grids over 1.46 km², each with its service officer."""

import json

import pytest
import shapely
from project import ROOT
from pyproj import Transformer

from gridmap.cli.terminal.summary import summarise
from gridmap.lookup.locate import locate
from gridmap.maps.payload import payload
from gridmap.town.patches import deepest_grids
from gridmap.town.town import load_town
from gridmap.versions.boundaries import boundary_files
from gridmap.workflow.workflow import plan_town

FOLDER = ROOT / "data" / "jiangshan"


@pytest.fixture(scope="module")
def town():
    return load_town(FOLDER)


@pytest.fixture(scope="module")
def plan(town):
    return plan_town(town)


def units(plan):
    exclusive = plan.grids[plan.grids["kind"] == "exclusive"]
    return exclusive[~exclusive["parent_code"].isin(exclusive.index)]


def test_ten_exclusive_grids_of_two_universities_and_eight_firms_over_1_46_km2(town, plan):
    found = units(plan)
    assert len(found) == 10
    assert round(found["area_m2"].sum() / 1e6, 4) == 1.46
    drawn = town.sites[town.sites["part_of"] == ""]
    assert found["area_m2"].sum() == pytest.approx(drawn.area.sum(), abs=1)
    kinds = town.sites.loc[town.sites["part_of"] == "", "class"].value_counts().to_dict()
    assert kinds.pop("学校") == 2
    assert sum(kinds.values()) == 8
    assert found["host_object"].str.startswith("units:").all()
    assert all(code[-3:] in ("901", "902") for code in found.index)
    assert (found["level"] == 4).all()


def test_base_and_exclusive_grids_tile_the_town_and_nothing_is_wrong_with_them(town, plan):
    held = deepest_grids(town.hierarchy)
    assert shapely.coverage_is_valid(held.geometry.to_numpy())
    town_m2 = town.hierarchy.area[town.hierarchy["level"] == 1].item()
    assert held.area.sum() == pytest.approx(town_m2, rel=1e-12)
    assert plan.issues.query("severity == 'error'")["message"].tolist() == []
    figures = summarise(plan)
    assert figures["grids"] == {"1": 1, "2": 3, "3": 6, "4": 49}
    assert (figures["exclusive_grids"], figures["sub_grids"]) == (10, 8)
    assert figures["exclusive_km2"] == 1.46
    assert figures["tiling_work"]


def test_every_exclusive_grid_has_a_service_officer_and_the_team_ten_departments(plan):
    filled = plan.assignments[plan.assignments["status"] == "filled"]
    officers = filled[filled["role"] == "service_officer"]
    assert sorted(officers["grid_code"]) == sorted(units(plan).index)
    assert officers["person_id"].is_unique
    team = plan.posts[plan.posts["group_id"] == "FWD"]
    assert team.index.isin(filled["post_id"]).sum() == 10
    chief = plan.posts.index[plan.posts["group_id"] == "ZSLM"]
    assert filled.loc[filled["post_id"].isin(chief), "person_id"].tolist() == ["SXFWG"]
    assert set(plan.members.loc[plan.members["group_id"] == "ZSLM", "member_id"]) == set(
        units(plan).index
    )


def test_a_part_without_ground_is_in_every_face_and_a_null_in_the_boundaries(plan):
    (bare,) = plan.grids.index[(plan.grids["name"] == "后勤集团")]
    assert plan.grids.at[bare, "headcount"] == 240
    features = json.loads(boundary_files(plan).grids)["features"]
    by_code = {one["properties"]["grid_code"]: one for one in features}
    assert by_code[bare]["geometry"] is None
    assert by_code[bare]["properties"]["spatial"] is False
    values = payload(plan).values
    place = values["grids"]["code"].index(bare)
    assert place in values["grids"]["exclusive"]
    classes = {one["key"]: one["count"] for one in values["views"][0]["classes"]}
    # Ten units and six parts with ground; two units have all of theirs in their parts.
    assert classes["exclusive"] == sum(len(part) for part in (units(plan),)) + 6 - 3


def test_a_point_in_a_unit_names_its_service_officer(plan):
    unit = plan.grids.index[plan.grids["name"] == "精密仪器厂"][0]
    inside = plan.grids.geometry[unit].representative_point()
    lon, lat = Transformer.from_crs(plan.crs, 4326, always_xy=True).transform(inside.x, inside.y)
    found = locate(plan, lon, lat)[0]
    assert found["grids"][0]["code"] == unit
    assert found["in_charge"]["person"]["role"] == "service_officer"
