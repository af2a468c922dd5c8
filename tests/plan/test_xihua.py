"""The sample Xihua park: 45 enterprises on 62 exclusive grids, and who is on them."""

import pytest
import shapely
from project import ROOT

from gridmap.coverage.lying_across import grids_of_objects
from gridmap.coverage.three_rates import three_rates
from gridmap.lookup.who import who
from gridmap.town.town import load_town
from gridmap.workflow.workflow import plan_town

FOLDER = ROOT / "data" / "xihua"


@pytest.fixture(scope="module")
def plan():
    return plan_town(load_town(FOLDER))


@pytest.fixture(scope="module")
def firms(plan):
    """Exclusive grids of enterprises."""
    under = plan.grids["parent_code"].isin(exclusive(plan).index)
    return exclusive(plan)[~under[exclusive(plan).index]]


def exclusive(plan):
    return plan.grids[plan.grids["kind"] == "exclusive"]


def holders(plan, role):
    rows = plan.assignments
    own = rows[(rows["role"] == role) & (rows["post_id"] != "")]
    assert (own["status"] == "filled").all()
    return own.set_index("grid_code")["person_id"]


def test_45_enterprises_with_over_12000_staff_have_62_exclusive_grids(plan, firms):
    assert len(exclusive(plan)) == 62
    assert len(firms) == 45
    assert firms["host_object"].nunique() == 45
    assert set(firms["host_object"]) == set(plan.objects.index)
    assert firms["headcount"].sum() == 12_100
    assert firms["headcount"].sum() == plan.objects["staff"].sum()


def test_small_ones_stand_alone_and_large_ones_are_nested_by_300_staff(plan, firms):
    parts = exclusive(plan).drop(firms.index)
    nested = firms["headcount"][firms.index.isin(parts["parent_code"])]
    assert (len(nested), len(parts)) == (5, 17)
    assert nested.min() > 300
    assert firms["headcount"].drop(nested.index).max() <= 300
    assert parts["headcount"].max() <= 300
    assert parts.groupby("parent_code")["headcount"].sum().equals(nested.sort_index())
    assert parts["spatial"].value_counts().to_dict() == {False: 9, True: 8}
    assert shapely.is_missing(parts.geometry[~parts["spatial"]].to_numpy()).all()


def test_exclusive_grids_and_the_base_tree_tile_the_park(plan):
    town = plan.grids.geometry[plan.grids["level"] == 1].iloc[0]
    assert plan.patches.area.sum() == pytest.approx(town.area, rel=1e-9)
    assert shapely.coverage_is_valid(plan.patches.geometry.to_numpy())
    own = plan.patches[plan.patches["parent_code"].isin(exclusive(plan).index)]
    assert (own["grid_code"] == own["parent_code"]).all()


def test_a_cadre_leads_several_firms_within_the_own_hours(plan, firms):
    led = holders(plan, "enterprise_cadre")
    assert sorted(led.index) == sorted(firms.index)
    assert led.value_counts().between(3, 4).all()  # 4 hours each of 16
    assert led.nunique() == 12


def test_heads_of_firms_and_teams_and_advisers_are_on_their_posts(plan, firms):
    people = plan.people
    for role, codes in (
        ("firm_head", firms.index),
        ("team_leader", exclusive(plan).index.drop(firms.index)),
    ):
        own = holders(plan, role)
        assert sorted(own.index) == sorted(codes)
        assert (people["present_grid"][own].to_numpy() == own.index).all()
    advisers = holders(plan, "party_adviser")
    assert sorted(advisers.index) == sorted(firms.index)
    assert advisers.value_counts().max() <= 5  # 2 hours each of 10
    assert people["employment"].value_counts().to_dict() == {"full": 52, "part": 62}


def test_nothing_is_wrong_with_it_and_every_firm_has_a_whole_file(plan):
    assert plan.issues[plan.issues["severity"] == "error"].empty
    assert plan.objects["file_complete"].all()


def test_the_page_tells_the_figures_and_that_the_rest_is_invented():
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    for figure in ("45 enterprises, 62 exclusive grids", "12,100 staff", "*invented*", "CC0 1.0"):
        assert figure in text


def test_every_enterprise_is_in_one_grid_its_own_and_is_found_by_a_part_of_its_name(plan, firms):
    grids = grids_of_objects(plan)
    assert grids.to_dict() == {host: (code,) for code, host in firms["host_object"].items()}
    rate = three_rates(plan)[0]
    assert (rate.met, rate.of) == (45, 45)
    nested = exclusive(plan)["parent_code"].iloc[-1]
    name = plan.objects.loc[firms.loc[nested, "host_object"], "name"]
    found = who(plan, name.removesuffix("有限公司"))  # its sub-grids bear the name too
    assert (found["kind"], found["id"]) == ("object", firms.loc[nested, "host_object"])
