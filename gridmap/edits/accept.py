"""Accepting an edit: a new plan with its labels, grids, posts, log and issues.

The plan given is never changed. What is written to the log is enough to take the edit back to the
byte, by another process, after a restart.
"""

from dataclasses import replace

import pandas as pd

from boundaries.tiling.build import balanced
from gridmap.edits.moves.change import Change, resolve
from gridmap.edits.moves.conflicts import require_fresh
from gridmap.edits.moves.cuts import Cuts
from gridmap.edits.moves.edit import Edit
from gridmap.edits.moves.log import edit_log, joined, next_edit_id, require_author, with_entry
from gridmap.edits.outcome.derive import facts_after, facts_of, subclasses, with_derived
from gridmap.edits.outcome.rows import Rows, Side, rows_text
from gridmap.edits.outcome.staffing import adapt_staff, staff_rows, with_staff
from gridmap.plan.plan import Plan
from gridmap.workflow.rechecking import recheck_after

__all__ = ["accept_change", "apply"]


def apply(
    plan: Plan, edit: Edit, *, who: str, when: str, why: str = "", check: bool = True
) -> Plan:
    """Accept an edit.

    Parameters
    ----------
    plan
        Plan in the state the edit was made for.
    edit
        The edit, or that of an offer which repairs it.
    who, when, why
        For the log: a person, an ISO date and time, a reason.
    check
        False leaves the issues as they were, for a caller who runs
        `gridmap.workflow.workflow.recheck` afterwards; the check takes longer than all the rest.

    Returns
    -------
    The plan after the edit. People stay on the micro-grids that stay; cadres of those that are gone
    are free, new posts are vacant, until people are assigned again.

    Raises
    ------
    PlanError
        If a hard rule forbids the edit, or the plan has changed since; nothing is done then.
    """
    require_author(who, when)
    require_fresh(plan, edit)
    change = resolve(plan, edit)
    if edit.kind in ("lock", "unlock"):
        entry = {"time": when, "who": who, "why": why, "kind": edit.kind}
        log = with_entry(edit_log(plan), **entry, grids=joined(change.touched))
        return plan.with_tables(edits=log)
    return accept_change(plan, change, who=who, when=when, why=why, check=check)


def accept_change(
    plan: Plan,
    change: Change,
    *,
    who: str,
    when: str,
    why: str = "",
    said: pd.DataFrame | None = None,
    check: bool = True,
) -> Plan:
    """Accept a change of ground that is worked out already.

    Parameters
    ----------
    plan
        Plan that the change was worked out for.
    change
        The change.
    who, when, why, check
        As in `apply`.
    said
        What is said of touched micro-grids (`label`, `source_code`, `valid_from` …), by code; the
        rest follows from their ground.
    """
    require_author(who, when)
    entry = {"time": when, "who": who, "why": why, "kind": change.edit.kind}
    result, rows = _changed(plan, change, said)
    moved = change.moved
    log = with_entry(
        edit_log(plan),
        **entry,
        patches=joined(moved.index),
        from_codes=joined(change.before[moved.index]),
        to_codes=joined(moved),
        grids=joined(change.touched),
        created=joined(change.created),
        retired=joined(change.retired),
        rows=rows_text(rows),
    )
    result = result.with_tables(edits=log)
    return recheck_after(plan, result) if check else result


def _changed(plan: Plan, change: Change, said: pd.DataFrame | None = None) -> tuple[Plan, Rows]:
    """Return the plan after a change of ground, and the rows that were replaced."""
    stays = [code for code in change.touched if code not in change.retired]
    edit_id = next_edit_id(edit_log(plan))
    facts = facts_after(plan, change.patches, stays, reshuffled=change.reshuffled)
    if said is not None:
        facts.update(said)
    kinds = subclasses(change.patches, facts, rules=plan.rules)
    ground = facts.assign(load_h=_loads(change, stays), subclass=kinds)
    staff, officers = adapt_staff(plan, ground, gone=change.retired, edit_id=edit_id)
    facts["officers"] = officers.reindex(facts.index, fill_value=0).astype("int64")
    old = staff_rows(plan, change.touched)
    # Pieces are kept with the labels they end up with, so that a redo needs nothing else.
    rows = Rows(_labelled(change), Side(facts_of(plan, change.touched), old), Side(facts, staff))
    result = with_derived(plan, change.patches, facts, gone=change.retired, cuts=change.cuts)
    if change.cuts:
        result = result.with_tables(ledger=_ledger(plan, result))
    return with_staff(result, old, staff), rows


def _loads(change: Change, codes: list[str]) -> pd.Series:
    own = change.patches[change.after.isin(codes)]
    return own["load_h"].groupby(own["grid_code"]).sum().reindex(codes)


def _labelled(change: Change) -> Cuts | None:
    """Return the cuts, with the pieces under the labels they end up with."""
    if change.cuts is None:
        return None
    return replace(change.cuts, after=change.patches.loc[change.cuts.after.index])


def _ledger(plan: Plan, result: Plan) -> pd.DataFrame:
    """Account for the ground again; cutting moves no square metre between categories."""
    return balanced(plan.ledger, result.patches) if len(plan.ledger) else plan.ledger
