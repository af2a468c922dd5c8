"""The plan as it was after any entry of its log: the very tables, whatever was done since."""

from functools import cache

import pytest
from pandas.testing import assert_frame_equal
from redraw_plan import BY, E1, W1, W2, draw, line

from gridmap import edits
from gridmap.edits.replay import earlier_plans, first_step, plan_at
from gridmap.workflow.workflow import recheck
from layers.contract.errors import PlanError

QUICK = {**BY, "check": False}
TABLES = ("patches", "grids", "people", "posts", "assignments", "ledger", "edits")


@cache
def made_step_by_step():
    """Give the plan after each of many edits of every kind; issues are those of the first."""
    plans = [draw()]

    def add(plan):
        plans.append(plan)
        return plan

    plan = add(edits.apply(plans[0], edits.move_patches(plans[0], ["P11", "P12"], W2), **QUICK))
    plan = add(edits.apply(plan, edits.lock_grids(plan, [E1]), **QUICK))
    plan = add(edits.undo_one(plan, "E000001", **QUICK))
    plan = add(edits.redo(plan, **QUICK))
    plan = add(edits.apply(plan, edits.unlock_grids(plan, [E1]), **QUICK))
    plan = add(edits.apply(plan, edits.split_grid(plan, W1, line((0, 1.5), (2, 1.5))), **QUICK))
    post = plan.posts.index[0]
    plan = add(edits.free_post(plan, post, **QUICK))
    plan = add(edits.undo(plan, **QUICK))
    plan = add(edits.redo(plan, **QUICK))
    plan = add(edits.assign_again(plan, **BY))
    add(edits.apply(plan, edits.divide_grid(plan, E1, 2), **QUICK))
    return plans


def test_every_step_of_the_history_is_the_very_plan_that_was_there():
    plans = made_step_by_step()
    found = dict(earlier_plans(plans[-1]))
    assert sorted(found) == list(range(len(plans)))
    for step, then in enumerate(plans):
        for name in TABLES:
            assert_frame_equal(
                getattr(found[step], name), getattr(then, name), obj=f"{name} {step}"
            )


def test_a_step_is_checked_anew_and_others_are_refused():
    plans = made_step_by_step()
    back = plan_at(plans[-1], 1)
    assert_frame_equal(back.issues, recheck(plans[1]).issues)
    assert not back.issues.equals(plans[-1].issues)
    assert edits.state_id(back) == edits.state_id(plans[1])
    with pytest.raises(PlanError, match=f"step 0 to step {len(plans) - 1}"):
        plan_at(plans[-1], len(plans))


def test_what_was_lost_in_a_damaged_file_is_where_the_history_begins():
    plans = made_step_by_step()
    log = plans[-1].edits.copy()
    log.loc["E000001", "rows"] = ""
    plan = plans[-1].with_tables(edits=log)
    assert first_step(plan) == 4  # it was taken back and done again in steps 3 and 4
    assert min(step for step, _ in earlier_plans(plan)) == 4
    with pytest.raises(PlanError, match="from step 4"):
        plan_at(plan, 0)
