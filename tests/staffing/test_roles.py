"""Roles of the rules: where they have posts, who takes them, several posts a person, pins, bans."""

import geopandas as gpd
import pandas as pd
import pytest
from plan_fixtures import (
    CADRES,
    CRS,
    E1,
    LEADERS,
    TOWN,
    W1,
    W1A,
    W1B,
    W2A,
    W2B,
    E,
    W,
    people_frame,
    small_grids,
    small_people,
    small_plan,
    small_rules,
)

from gridmap import edits
from gridmap.rules.roles import leading_roles, role_name, role_title
from gridmap.staffing.assign import assign_cadres
from gridmap.staffing.places import Surroundings
from gridmap.staffing.posts import make_posts
from gridmap.store import load_plan, save_plan
from gridmap.workflow.workflow import reassign_cadres, recheck
from layers.contract.columns import GRIDS, GROUPS, MEMBERS, OBJECTS, PEOPLE, with_dtypes
from layers.contract.errors import GridmapError, PlanError

POLICE = """
[roles.police]
name = "民警"
name_en = "police officer"
on = ["base:2"]
hours = 4.0
duties = ["治安巡查"]
"""
FIRM = f"{W}901"  # an exclusive grid with one sub-grid
SUB = f"{FIRM}01"
XIHUA = """
[roles.enterprise_cadre]
name = "包企干部"
on = ["exclusive"]
leads = true
hours = 2.0
[roles.head]
name = "专职网格员"
on = ["exclusive"]
standing = true
[roles.part_time]
name = "兼职网格员"
on = ["subgrid"]
number = 2
hours = 1.0
[roles.adviser]
name = "党建指导员"
on = ["exclusive"]
hours = 1.0
optional = true
[roles.chief]
name = "首席服务官"
on = ["group:alliance"]
leads = true
hours = 1.0
[roles.firm_cadre]
name = "企业联络员"
on = ["object:enterprise"]
hours = 1.0
"""


def more_people(*rows):
    """People of roles: id, role, further roles, hours, present grid."""
    frame = people_frame(*((row[0], row[1], "", W, row[4]) for row in rows))
    frame["roles"] = [row[2] for row in rows]
    frame["hours"] = [row[3] for row in rows]
    return with_dtypes(frame, PEOPLE)


def with_firm():
    """The grids with an exclusive grid beside the micro-grids of W, and a sub-grid in it."""
    grids = small_grids()
    rows = grids.loc[[W1, W1]].copy()
    rows.index = pd.Index([FIRM, SUB], name=grids.index.name)
    rows["kind"] = "exclusive"
    rows["parent_code"] = [W, FIRM]
    rows["level"] = [3, 4]
    rows["name"] = ["东风厂", "一车间"]
    rows["spatial"] = [True, False]
    shapes = gpd.GeoSeries([grids.geometry[W1], None], index=rows.index, crs=CRS)
    both = pd.concat([grids, rows.set_geometry(shapes)])
    return gpd.GeoDataFrame(with_dtypes(gpd.GeoDataFrame(both), GRIDS)).sort_index()


def alliance():
    groups = pd.DataFrame(
        {"type": ["alliance"], "name": ["联盟"], "name_en": [""]},
        index=pd.Index(["A"], name="group_id"),
    )
    members = pd.DataFrame([{"group_id": "A", "kind": "grid", "member_id": FIRM}])
    return with_dtypes(groups, GROUPS), with_dtypes(members, MEMBERS)


def firms():
    row = dict.fromkeys(OBJECTS, "") | {
        "class": "enterprise", "name": "东风厂", "grid_code": W1A, "staff": 12,
        "households": 0.0, "file_complete": False, "sensitive": False,
    }  # fmt: skip
    frame = pd.DataFrame([row], index=pd.Index(["firms:Q1"], name="object_id"))
    shapes = gpd.GeoSeries([None], index=frame.index, crs=CRS)
    return gpd.GeoDataFrame(with_dtypes(frame, OBJECTS), geometry=shapes)


def staffed(rules_text, *people, grids=None, beside=None):
    grids = small_grids() if grids is None else grids
    rules = small_rules(rules_text)
    beside = beside or Surroundings()
    roster = pd.concat([small_people(), more_people(*people)]) if people else small_people()
    posts, _ = make_posts(
        grids, rules=rules, cadres=8, groups=beside.groups, objects=beside.objects
    )
    rows = assign_cadres(posts, roster, grids, rules=rules, beside=beside)
    return posts, rows.set_index(rows["post_id"].where(rows["post_id"] != "", rows["person_id"]))


def test_without_roles_posts_are_as_they_were():
    posts, _ = make_posts(small_grids(), rules=small_rules(), cadres=8)
    assert set(posts["role"]) == {"leader", "member"}
    assert (posts["hours"] == 0).all()
    assert posts[["group_id", "object_id"]].eq("").all(axis=None)


def test_a_role_has_its_posts_on_the_kinds_of_grid_that_the_rules_name():
    posts, rows = staffed(POLICE, ("P1", "police", "", 8.0, W))
    added = posts[posts["role"] == "police"]
    assert added.index.tolist() == [f"{W}-police-01", f"{E}-police-01"]
    assert added["duties"].tolist() == ["治安巡查"] * 2
    assert added["hours"].tolist() == [4.0, 4.0]
    # Eight hours are enough for both villages.
    held = rows.loc[added.index]
    assert held["person_id"].tolist() == ["P1", "P1"]
    assert held["share"].tolist() == [0.5, 0.5]
    assert held.loc[f"{W}-police-01", "reason"] == "Keeps the present post."
    # Nobody else moves.
    assert (rows.loc[[f"{W1A}-01", f"{TOWN}-01"], "person_id"] == ["C1", "L1"]).all()


def test_too_few_hours_leave_a_post_vacant_with_the_reason():
    _, rows = staffed(POLICE, ("P1", "police", "", 6.0, W))
    vacant = rows[rows["status"] == "vacant"]
    assert vacant.index.tolist() == [f"{E}-police-01"]
    assert vacant["reason"].item() == (
        "The 1 who can be police officer have too few hours left; the post asks for 4 a week. "
        "Agree on more hours with one of them, or name one more."
    )
    _, rows = staffed(POLICE)
    assert rows.loc[f"{W}-police-01", "reason"].startswith("Nobody of the roster can be police")


def test_a_firm_has_its_team_and_a_cadre_may_lead_it_beside_a_micro_grid():
    groups, members = alliance()
    beside = Surroundings(groups, members, firms())
    posts, rows = staffed(
        XIHUA,
        ("Z1", "enterprise_cadre", "", 16.0, ""),
        ("Z2", "head", "", 8.0, FIRM),
        ("Z3", "part_time", "", 2.0, ""),
        ("Z4", "chief", "firm_cadre", 2.0, ""),
        grids=with_firm(),
        beside=beside,
    )
    on_firm = posts[posts["grid_code"] == FIRM]
    # A role that leads stands in the place of the leader.
    assert on_firm.index.tolist() == [
        f"{FIRM}-adviser-01", f"{FIRM}-enterprise_cadre-01", f"{FIRM}-head-01",
    ]  # fmt: skip
    assert posts[posts["grid_code"] == SUB]["role"].tolist() == [
        "leader", "part_time", "part_time",
    ]  # fmt: skip
    assert posts.index[-2:].tolist() == ["A-chief-01", "firms:Q1-firm_cadre-01"]
    who = rows[rows["status"] == "filled"]["person_id"]
    assert who[f"{FIRM}-enterprise_cadre-01"] == "Z1"
    assert who[f"{FIRM}-head-01"] == "Z2"
    assert who["A-chief-01"] == who["firms:Q1-firm_cadre-01"] == "Z4"
    # One person takes one post of a place at most.
    part_time = rows.loc[[f"{SUB}-part_time-01", f"{SUB}-part_time-02"], "status"]
    assert part_time.tolist() == ["filled", "vacant"]
    assert rows.loc["A-chief-01", "grid_code"] == ""
    order = [post for post in rows.index if post in posts.index]
    assert order == posts.index.tolist()


def test_a_head_runs_no_firm_but_the_own_one():
    _, rows = staffed(XIHUA, ("Z2", "head", "", 40.0, W1A), grids=with_firm())
    assert rows.loc[f"{FIRM}-head-01", "status"] == "vacant"
    assert "present grid '410122106201901'" in rows.loc[f"{FIRM}-head-01", "reason"]
    assert rows.loc["Z2", "status"] == "surplus"


def test_pins_hold_whatever_they_cost_and_bans_keep_people_off():
    pins = f"""
[[pins]]
person = "C1"
grid = "{W2B}"
[[pins]]
person = "C8"
post = "{W1A}-01"
ban = true
"""
    _, rows = staffed(pins)
    assert rows.loc[f"{W2B}-01", "person_id"] == "C1"
    assert rows.loc[f"{W2B}-01", "reason"].startswith("Pinned by the rules. Lacks the skill")
    # C4 knows water, which C1 left.
    held = staffed(pins.replace("C8", rows.loc[f"{W1A}-01", "person_id"]))[1]
    assert held.loc[f"{W1A}-01", "person_id"] != rows.loc[f"{W1A}-01", "person_id"]


def test_a_pin_that_fits_nothing_is_told_and_the_rest_goes_on():
    rules = small_rules(
        f'[[pins]]\nperson = "C99"\ngrid = "{W1A}"\n[[pins]]\nperson = "C1"\ngrid = "{E}9"\n'
    )
    plan = reassign_cadres(small_plan(rules=rules))
    told = plan.issues[plan.issues["rule"] == "STAFF-1"]
    assert told["severity"].tolist() == ["warning", "warning"]
    assert "The pin of 'C99' to" in told["message"].iloc[0]
    assert "has no such post there" in told["message"].iloc[1]
    assert (plan.assignments["status"] == "filled").all()
    assert len(recheck(plan).issues) == len(plan.issues)


def test_a_standing_leader_leads_no_other_grid_of_the_same_branch():
    people = small_people()
    people.loc["L2", "roles"] = "cadre"  # leads W, and could lead a micro-grid too
    people = people.drop(index=["C1"])
    rules = small_rules()
    posts, _ = make_posts(small_grids(), rules=rules, cadres=8)
    rows = assign_cadres(posts, people, small_grids(), rules=rules)
    held = rows[rows["person_id"] == "L2"]
    assert held["post_id"].tolist()[0] == f"{W}-01"
    assert not set(held["grid_code"]) & {W1A, W1B, W2A, W2B}


def test_the_names_of_roles_are_those_of_the_rules():
    rules = small_rules(XIHUA + '[roles.leader]\nname = "片长"\n')
    assert role_name(rules, "chief", "zh") == "首席服务官"
    assert role_name(rules, "chief", "en") == "首席服务官"
    assert role_name(rules, "leader", "zh") == "片长"
    assert role_name(rules, "gone", "zh") == "gone"
    assert leading_roles(rules) == {"leader", "enterprise_cadre", "chief"}


def test_a_role_that_stands_alone_begins_with_a_capital():
    rules = small_rules('[roles.liaison]\nname = "联络员"\nname_en = "liaison of the unit"\n')
    assert role_name(rules, "liaison", "en") == "liaison of the unit"
    assert role_title(rules, "liaison", "en") == "Liaison of the unit"
    assert role_title(rules, "liaison", "zh") == "联络员"


@pytest.mark.parametrize("place", ["village", "group:club", "object:ship", "base:x"])
def test_a_place_that_no_post_can_be_on_is_refused(place):
    with pytest.raises(GridmapError, match="is no place for posts; allowed: base"):
        small_rules(f'[roles.police]\nname = "民警"\non = ["{place}"]\n')


def test_whoever_leads_by_a_role_of_the_rules_counts_as_the_leader():
    rules = small_rules('[roles.captain]\nname = "片区长"\non = ["base:3"]\nleads = true\n')
    people = pd.concat(
        [
            people_frame(*LEADERS[:3], *CADRES),
            more_people(*((f"K{n}", "captain", "", 0.0, one) for n, one in enumerate([W1, E1]))),
        ]
    )
    plan = reassign_cadres(small_plan(rules=rules, people=people))
    told = plan.issues[plan.issues["rule"] == "ASSIGN-1"]
    assert told["code"].tolist() == ["410122106201002"]  # two captains for three grids
    assert plan.posts.loc[plan.posts["grid_code"] == W1, "role"].tolist() == ["captain"]


TEAM = """
[roles.chief]
name = "首席服务官"
on = ["group:alliance"]
leads = true
hours = 2.0
"""
BY = {"who": "li", "when": "2026-02-03T10:00:00", "why": "试"}


def team_plan():
    groups, members = alliance()
    people = pd.concat([small_people(), more_people(("Z1", "chief", "", 20.0, ""))])
    members = members.assign(member_id=W1A)
    return reassign_cadres(
        small_plan(rules=small_rules(TEAM), people=people, groups=groups, members=members)
    )


def test_a_post_on_a_group_is_freed_filled_and_taken_back_like_any_other():
    plan = team_plan()
    rows = plan.assignments.set_index("post_id")
    assert rows.loc["A-chief-01", "person_id"] == "Z1"
    freed = edits.free_post(plan, "A-chief-01", **BY)
    assert freed.assignments.set_index("post_id").loc["A-chief-01", "status"] == "vacant"
    back = edits.undo(freed, **BY)
    pd.testing.assert_frame_equal(back.assignments, plan.assignments)
    assert edits.history(freed)["what"].tolist() == ["freed a post: A"]


def test_somebody_with_hours_keeps_the_own_post_beside_another_until_a_day():
    plan = edits.free_post(team_plan(), f"{W1A}-01", **BY)
    both = edits.post_person(plan, "Z1", f"{W1A}-01", also=True, until="2026-12-31", **BY)
    row = both.assignments.set_index("post_id").loc[f"{W1A}-01"]
    assert row[["person_id", "valid_from", "valid_to", "share"]].tolist() == [
        "Z1", "2026-02-03", "2026-12-31", 0.8,
    ]  # fmt: skip
    assert (both.assignments["person_id"] == "Z1").sum() == 2
    assert recheck(both, on="2027-01-01").issues["rule"].tolist().count("ASSIGN-11") == 1
    assert "ASSIGN-11" not in recheck(both, on="2026-12-31").issues["rule"].tolist()
    with pytest.raises(PlanError, match="has 2 officer-hours a week left"):
        edits.post_person(both, "Z1", f"{W1B}-01", also=True, **BY)
    with pytest.raises(PlanError, match="before it begins"):
        edits.post_person(plan, "Z1", f"{W1A}-01", until="2026-01-01", **BY)
    # One who still has another post is not left over.
    assert "surplus" not in edits.free_post(both, f"{W1A}-01", **BY).assignments.loc[
        both.assignments["person_id"] == "Z1", "status"
    ].tolist()  # fmt: skip


def test_whoever_stays_keeps_the_term_when_people_are_assigned_again():
    plan = edits.free_post(team_plan(), f"{W1A}-01", **BY)
    both = edits.post_person(plan, "Z1", f"{W1A}-01", also=True, until="2026-12-31", **BY)
    again = edits.assign_again(both, **BY)
    row = again.assignments.set_index("post_id").loc[f"{W1A}-01"]
    assert row[["person_id", "valid_to"]].tolist() == ["Z1", "2026-12-31"]


def test_a_plan_with_roles_and_groups_is_saved_and_read_as_it_was(tmp_path):
    plan = team_plan()
    save_plan(plan, tmp_path / "t.gridmap.gpkg")
    read = load_plan(tmp_path / "t.gridmap.gpkg")
    for table in ("posts", "assignments", "people", "groups", "members"):
        pd.testing.assert_frame_equal(getattr(read, table), getattr(plan, table))


def test_a_further_role_makes_somebody_a_cadre_too():
    groups, members = alliance()
    people = pd.concat([small_people(), more_people(("Z1", "chief", "cadre", 20.0, ""))])
    plan = reassign_cadres(
        small_plan(
            rules=small_rules(TEAM), people=people, groups=groups,
            members=members.assign(member_id=W1A),
        )
    )  # fmt: skip
    held = plan.assignments.loc[plan.assignments["person_id"] == "Z1", "post_id"].tolist()
    assert held == [f"{W1A}-02", "A-chief-01"]  # the ninth cadre relieves a micro-grid
