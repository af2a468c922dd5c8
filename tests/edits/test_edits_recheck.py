"""After an edit only what it touched is looked at, and that finds what looking at all finds."""

from functools import cache

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from random_town import random_town
from redraw_plan import BY
from test_edits_always import STEP, step

from boundaries.validate.catalogue import RULES
from boundaries.validate.tables import Tables
from boundaries.validate.touched.scope import Depends
from gridmap import edits
from gridmap.plan.plan import CHECKED
from gridmap.workflow import rechecking
from gridmap.workflow.rechecking import recheck, recheck_after
from gridmap.workflow.workflow import plan_town
from layers.contract.columns import UNITS, with_dtypes
from layers.contract.errors import PlanError


@pytest.fixture(autouse=True, scope="module")
def small_plans_too():
    """Look at what was touched in plans so small that everything is looked at else."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rechecking, "SMALL", 0)
        yield


few = settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@cache
def made(seed):
    return plan_town(random_town(seed, treatment=("absorb", "own", "leave")[seed % 3]))


def moved(plan, turn=0):
    """Move a patch into the micro-grid beside."""
    micro = plan.micro_grids
    parent = micro["parent_code"].value_counts().index[turn]
    one, two = micro.index[micro["parent_code"] == parent][:2]
    patch = plan.patches.index[plan.patches["grid_code"] == one][0]
    return edits.apply(plan, edits.move_patches(plan, [patch], two), **BY, check=False)


@few
@given(st.integers(0, 5), st.lists(STEP, min_size=1, max_size=4))
def test_issues_after_random_edits_are_those_of_a_check_of_everything(seed, steps):
    plan = made(seed)
    for kind, *numbers in steps:
        try:
            after = step(plan, kind, *numbers)
        except PlanError:
            continue
        whole = recheck(after)
        found = recheck_after(plan, after)
        assert_frame_equal(found.issues, whole.issues)
        assert found.receipt == whole.receipt
        plan = found


def with_units(plan):
    """Put a village group over every third corner of patches."""
    corners = plan.patches.geometry.iloc[::3].boundary.interpolate(0.0)
    ids = pd.Index([f"U{number:03d}" for number in range(len(corners))], name="unit_id")
    facts = {name: "" if kind == "str" else 0 for name, kind in UNITS.items()}
    frame = gpd.GeoDataFrame(
        facts | {"kind": "village_group"},
        index=ids,
        geometry=corners.buffer(40.0).to_numpy(),
        crs=plan.crs,
    )
    return recheck(plan.with_tables(units=with_dtypes(frame, UNITS)))


def test_units_that_an_edit_cuts_and_those_that_it_leaves_whole_are_told():
    plan, told = with_units(made(1)), set()
    for turn in range(2):
        after = moved(plan, turn)
        plan = recheck_after(plan, after)
        assert_frame_equal(plan.issues, recheck(after).issues)
        told |= set(plan.issues["rule"])
    assert {"SPLIT-7", "SPLIT-8"} & told


def test_a_small_plan_is_looked_at_as_a_whole(monkeypatch):
    plan = made(2)
    monkeypatch.setattr(rechecking, "SMALL", len(plan.patches))
    monkeypatch.setattr(rechecking, "renewed", lambda *_: pytest.fail("looked at parts"))
    assert_frame_equal(recheck_after(plan, moved(plan)).issues, recheck(moved(plan)).issues)


def test_people_moved_by_hand_leave_the_issues_of_a_check_of_everything():
    plan = made(1)
    filled = plan.assignments[plan.assignments["status"] == "filled"]
    led, other = filled.iloc[0], filled.iloc[-1]
    for change in (
        lambda now: edits.free_post(now, led["post_id"], **BY, check=False),
        lambda now: edits.post_person(now, other["person_id"], led["post_id"], **BY, check=False),
    ):
        after = change(plan)
        plan = recheck_after(plan, after)
        assert_frame_equal(plan.issues, recheck(after).issues)


def test_people_with_posts_on_objects_too_are_found_with_too_many_hours_as_by_a_check_of_all():
    plan = made(1)
    filled = plan.assignments[plan.assignments["status"] == "filled"]
    row = filled[filled["grid_code"].isin(plan.micro_grids.index)].iloc[[0]]
    post, person = row["post_id"].iloc[0], row["person_id"].iloc[0]
    ids = ["O1/x/1", "O2/x/1"]
    more = pd.concat([plan.posts.loc[[post]]] * 2).set_axis(pd.Index(ids, name="post_id"))
    more = more.assign(grid_code="", object_id=["O1", "O2"], role="member", hours=30.0)
    rows = pd.concat([plan.assignments, *[row.assign(post_id=one, grid_code="") for one in ids]])
    people = plan.people.copy()
    people.loc[person, "hours"] = 40.0
    posts = pd.concat([plan.posts, more])
    tables = {"posts": posts, "assignments": rows.reset_index(drop=True), "people": people}
    plan = recheck(plan.with_tables(**tables))
    after = edits.free_post(plan, post, **BY, check=False)
    whole = recheck(after).issues
    told = [frame.loc[frame["rule"] == "ASSIGN-10", "code"] for frame in (plan.issues, whole)]
    assert [codes.tolist() for codes in told] == [[row["grid_code"].iloc[0]], [""]]
    assert_frame_equal(recheck_after(plan, after).issues, whole)


def test_only_touched_places_are_looked_at(monkeypatch):
    plan = recheck(moved(made(2)))
    after = moved(plan)
    whole = recheck(after)
    monkeypatch.setattr(rechecking, "recheck", lambda plan: pytest.fail("looked at everything"))
    assert_frame_equal(recheck_after(plan, after).issues, whole.issues)


@pytest.mark.parametrize("entry", [CHECKED, "rules"])
def test_everything_is_looked_at_when_the_receipt_is_another_one(entry):
    plan = made(2)
    stale = plan.with_tables(issues=plan.issues.iloc[:0], receipt=plan.receipt | {entry: "another"})
    found = recheck_after(stale, moved(stale))
    assert_frame_equal(found.issues, recheck(moved(plan)).issues)
    again = recheck_after(found, moved(found))
    assert found.receipt[CHECKED] == again.receipt[CHECKED] != stale.receipt[CHECKED]


def test_a_fault_in_the_tiling_is_found_again_by_looking_at_everything():
    plan = made(2)
    grids = plan.grids.copy()
    code = plan.micro_grids.index[-1]
    grids.loc[code, "geometry"] = grids.geometry[code].buffer(-3.0)
    torn = recheck(plan.with_tables(grids=grids))
    assert {"COV-1", "TREE-5"} <= set(torn.issues["rule"])
    assert_frame_equal(recheck_after(torn, moved(torn)).issues, recheck(moved(torn)).issues)
    # and one that comes with the change itself
    after = moved(plan)
    assert_frame_equal(
        recheck_after(plan, after.with_tables(grids=grids)).issues,
        recheck(after.with_tables(grids=grids)).issues,
    )


def test_every_rule_of_the_whole_plan_names_what_it_reads():
    known = {field: None for field in Tables.__dataclass_fields__}
    for rule in RULES:
        assert all(name.partition(".")[0] in known for name in rule.scope.tables), rule.key
        assert bool(rule.scope.tables) == (rule.scope.on is Depends.PLAN and rule.key != "PUB-5")
