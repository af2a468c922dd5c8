"""The plan as it was after any entry of its log, by going back over the rows that edits replaced.

Every entry keeps what it replaced to the last bit, so that going back entry by entry gives the very
plan that was there. The file of the plan is not asked and nothing is logged: who wants an earlier
state back makes a draft of it.
"""

from collections.abc import Iterator

import pandas as pd

from gridmap.edits.moves.log import edit_log
from gridmap.edits.undo import exchanged
from gridmap.plan.plan import Plan
from gridmap.workflow.workflow import recheck
from layers.contract.errors import PlanError

__all__ = ["earlier_plans", "first_step", "plan_at"]

_NO_ROWS = ("lock", "unlock")


def plan_at(plan: Plan, step: int, *, check: bool = True) -> Plan:
    """Give the plan as it was after the first entries of its log.

    Parameters
    ----------
    plan
        The plan.
    step
        How many entries of the log are in it: 0 for the plan before its first edit.
    check
        Whether to list the issues anew; else they are those of the plan now.

    Raises
    ------
    PlanError
        If the log has no such step, or what was replaced since is lost.
    """
    first, last = first_step(plan), len(edit_log(plan))
    if not first <= step <= last:
        raise PlanError(
            f"There is no step {step} in the history of this plan: it can be followed from step "
            f"{first} to step {last}. Give one of these.",
            f"本方案的历史没有第 {step} 步：可回看第 {first} 步到第 {last} 步。请在此范围内选择。",
        )
    for number, earlier in earlier_plans(plan):
        if number == step:
            return recheck(earlier) if check and number != last else earlier
    raise AssertionError("every step of the range is given")


def earlier_plans(plan: Plan) -> Iterator[tuple[int, Plan]]:
    """Give the plan at every step that can be followed, the last first; issues stay as they are."""
    log = edit_log(plan)
    first = first_step(plan)
    yield len(log), plan
    for step in range(len(log) - 1, first - 1, -1):
        back = _without(plan, log, step)
        plan = back.with_tables(edits=log.iloc[:step])
        yield step, plan


def first_step(plan: Plan) -> int:
    """Say from which step on the history can be followed: 0, or after the last entry that is lost.

    What an edit replaced is lost when the plan was recovered from a damaged file.
    """
    log = edit_log(plan)
    for step in range(len(log) - 1, -1, -1):
        entry = _entry(log, step)
        if not entry["rows"] and entry["kind"] not in _NO_ROWS:
            return step + 1
    return 0


def _without(plan: Plan, log: pd.DataFrame, step: int) -> Plan:
    """Give the plan before an entry of the log, counted from 0."""
    entry = _entry(log, step)
    if not entry["rows"]:
        return plan  # locks follow from the log alone
    again = log["kind"].iloc[step] == "undo"
    return exchanged(plan, entry, back=not again, edit_id=str(log.index[step]))


def _entry(log: pd.DataFrame, step: int) -> pd.Series:
    """Give the edit that an entry made, or turned when it is an undo or a redo."""
    entry = log.iloc[step]
    return log.loc[entry["target"]] if entry["kind"] in ("undo", "redo") else entry
