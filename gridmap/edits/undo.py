"""Undo and redo over the log, and the history that people read.

Undoing is logged as well: the log only grows, and what is in force follows from it. So both survive
a restart, and two people see the same history.
"""

import json

import pandas as pd

from boundaries.tiling.build import balanced
from boundaries.validate.tables import counted
from gridmap.edits.moves.conflicts import require_state
from gridmap.edits.moves.cuts import with_cuts
from gridmap.edits.moves.log import (
    STAFF_KINDS,
    VERBS,
    edit_log,
    next_edit_id,
    read_history,
    require_author,
    with_entry,
    words_of,
)
from gridmap.edits.outcome.derive import facts_of, subclasses, with_derived
from gridmap.edits.outcome.rows import Rows, read_rows
from gridmap.edits.outcome.staffing import Staff, adapt_staff, staff_rows, with_staff
from gridmap.edits.postings import exchange_staff
from gridmap.plan.plan import Plan
from gridmap.workflow.rechecking import recheck_after
from layers.contract.errors import PlanError

__all__ = ["exchanged", "history", "redo", "undo", "undo_one"]

_TOLD = 5  # edits told in one sentence


def undo(
    plan: Plan, *, who: str, when: str, why: str = "", state: str = "", check: bool = True
) -> Plan:
    """Take back the last edit in force.

    Parameters
    ----------
    plan
        The plan.
    who, when, why
        For the log.
    state
        State of the plan on the screen (`state_id`), so that nobody takes back what somebody else
        has done meanwhile; "" does not ask.
    check
        As in `apply`.

    Raises
    ------
    PlanError
        If there is nothing to take back, or the plan has changed since.
    """
    return _last(plan, "undo", who=who, when=when, why=why, state=state, check=check)


def redo(
    plan: Plan, *, who: str, when: str, why: str = "", state: str = "", check: bool = True
) -> Plan:
    """Do again what was taken back last; a new edit in between ends that.

    The arguments are those of `undo`.
    """
    return _last(plan, "redo", who=who, when=when, why=why, state=state, check=check)


def undo_one(
    plan: Plan,
    edit_id: str,
    *,
    who: str,
    when: str,
    why: str = "",
    state: str = "",
    check: bool = True,
) -> Plan:
    """Take back one past edit; those after it stay.

    Parameters
    ----------
    plan
        The plan.
    edit_id
        Entry of the log that is in force.
    who, when, why, state, check
        As in `undo`.

    Raises
    ------
    PlanError
        If a later edit in force touches the same patches or micro-grids, which are named with it.
    """
    if state:
        require_state(plan, state)
    log = edit_log(plan)
    done = read_history(log).done
    if edit_id not in done:
        raise PlanError(
            f"Edit {edit_id!r} is not in force, so it cannot be taken back. Choose one of the "
            "history that is.",
            f"调整 {edit_id} 不存在或已撤销。请从历史记录中选择仍有效的一项。",
        )
    _require_untouched(log, edit_id, done[done.index(edit_id) + 1 :])
    return _turn(plan, "undo", edit_id, who=who, when=when, why=why, check=check)


def history(plan: Plan) -> pd.DataFrame:
    """Lay the log out for reading.

    Returns
    -------
    One row an entry of the log, by edit id, oldest first: `time`, `who`, `why`, `kind`, `what` and
    `what_zh` (a phrase), `grids`, `patches` (how many changed hands), `in_force`, and `next_undo`,
    `next_redo`, which mark what these would act on.
    """
    log = edit_log(plan)
    state = read_history(log)
    frame = log[["time", "who", "why", "kind", "grids"]].copy()
    phrases = [_phrase(row) for _, row in log.iterrows()]
    frame["what"] = pd.Series([en for en, _ in phrases], index=log.index, dtype="str")
    frame["what_zh"] = pd.Series([zh for _, zh in phrases], index=log.index, dtype="str")
    counts = [len(words_of(text)) for text in log["patches"]]
    frame["patches"] = pd.Series(counts, index=log.index, dtype="int64")
    frame["in_force"] = log.index.isin(state.done)
    frame["next_undo"] = log.index.isin(state.done[-1:])
    frame["next_redo"] = log.index.isin(state.undone[-1:])
    return frame


def _last(plan: Plan, kind: str, *, who: str, when: str, why: str, state: str, check: bool) -> Plan:
    """Turn the edit that is next to be undone or redone."""
    require_author(who, when)
    if state:
        require_state(plan, state)
    log = edit_log(plan)
    past = read_history(log)
    candidates = past.done if kind == "undo" else past.undone
    if not candidates:
        raise PlanError(
            f"There is nothing to {kind}: the log has {len(log)} entries, none of which can be "
            f"{'taken back' if kind == 'undo' else 'done again'}.",
            f"没有可{'撤销' if kind == 'undo' else '重做'}的调整（共 {len(log)} 条记录）。",
        )
    return _turn(plan, kind, candidates[-1], who=who, when=when, why=why, check=check)


def _require_untouched(log: pd.DataFrame, edit_id: str, later: tuple[str, ...]) -> None:
    """Refuse to take back an edit when later ones built on the same ground."""
    own = _concerned(log.loc[edit_id])
    lost = [other for other in later if log.at[other, "kind"] == "lost"]
    if lost:
        raise PlanError(
            f"Edit {edit_id} cannot be taken back alone: what the later edit {lost[0]} changed was "
            "lost when the plan was recovered from a damaged file. Make a new edit instead.",
            f"调整 {edit_id} 不能单独撤销：其后的调整 {lost[0]} 改了什么，"
            "在方案从损坏文件救回时已丢失。请改用新的调整。",
        )
    between = [other for other in later if own & _concerned(log.loc[other])]
    if not between:
        return
    same = sorted(own & set().union(*(_concerned(log.loc[other]) for other in between)))
    told = "; ".join(
        f"{other} ({log.at[other, 'kind']}) by {log.at[other, 'who']}" for other in between[:_TOLD]
    )
    told_zh = "；".join(
        f"{other}（{VERBS[log.at[other, 'kind']][1]}，{log.at[other, 'who']}）"
        for other in between[:_TOLD]
    )
    raise PlanError(
        f"Edit {edit_id} cannot be taken back alone: later edits touch the same ground "
        f"({', '.join(same[:_TOLD])}): {told}. Take those back first.",
        f"调整 {edit_id} 不能单独撤销：其后的调整涉及同一范围（{'、'.join(same[:_TOLD])}）："
        f"{told_zh}。请先撤销这些调整。",
    )


def _concerned(entry: pd.Series) -> set[str]:
    """Micro-grids and patches that an entry is about, those that a cut gave vertices among them."""
    names = {*words_of(entry["grids"]), *words_of(entry["patches"])}
    if '"cuts"' in entry["rows"]:
        for side in json.loads(entry["rows"])["cuts"].values():
            names.update(row["patch_id"] for row in side)
    return names


def _turn(
    plan: Plan, kind: str, target: str, *, who: str, when: str, why: str, check: bool
) -> Plan:
    """Exchange the rows of an edit for those before it, or after it, and log that."""
    require_author(who, when)
    log = edit_log(plan)
    entry = log.loc[target]
    back = kind == "undo"
    names = {"time": when, "who": who, "why": why, "kind": kind, "target": target}
    names["grids"] = entry["grids"]
    if not entry["rows"]:
        if entry["kind"] not in ("lock", "unlock"):
            raise PlanError(
                f"What edit {target} replaced was lost when the plan was recovered from a damaged "
                "file, so it cannot be taken back or done again. Make a new edit instead.",
                f"调整 {target} 所替换的内容在方案从损坏文件救回时已丢失，不能撤销或重做。"
                "请改用新的调整。",
            )
        return plan.with_tables(edits=with_entry(log, **names))
    sides = ("to_codes", "from_codes") if back else ("from_codes", "to_codes")
    result = exchanged(plan, entry, back=back, edit_id=next_edit_id(log))
    result = result.with_tables(
        edits=with_entry(
            log,
            **names,
            patches=entry["patches"],
            from_codes=entry[sides[0]],
            to_codes=entry[sides[1]],
            created=entry["retired" if back else "created"],
            retired=entry["created" if back else "retired"],
        )
    )
    return recheck_after(plan, result) if check else result


def exchanged(plan: Plan, entry: pd.Series, *, back: bool, edit_id: str) -> Plan:
    """Put the rows of one side of an edit in the place of those of the other.

    Parameters
    ----------
    plan
        The plan, with one side of the edit in force.
    entry
        The row of the log, with the rows that it replaced.
    back
        Whether to go back to what was before it; else what came after it is put in place.
    edit_id
        Named in the reasons of posts that have to be made anew.
    """
    index = {name: getattr(plan, name).index.name for name in ("patches", "posts", "assignments")}
    rows = read_rows(entry["rows"], plan_index=index, crs=plan.crs)
    rows = rows.turned() if back else rows
    if entry["kind"] in STAFF_KINDS:
        return exchange_staff(plan, rows)
    moved = dict(
        zip(
            words_of(entry["patches"]),
            words_of(entry["from_codes" if back else "to_codes"]),
            strict=True,
        )
    )
    patches = plan.patches
    label = patches["grid_code"].copy()
    present = [patch for patch in moved if patch in label.index]
    label.loc[present] = [moved[patch] for patch in present]
    patches = with_cuts(patches.assign(grid_code=label), rows.cuts)
    gone = sorted(set(rows.before.facts.index) - set(rows.after.facts.index))
    facts, old, new = _staffed(plan, patches, rows, gone, edit_id)
    result = with_derived(plan, patches, facts, gone=gone, cuts=rows.cuts)
    if rows.cuts and len(plan.ledger):
        result = result.with_tables(ledger=balanced(plan.ledger, patches))
    return with_staff(result, old, new)


def _staffed(
    plan: Plan, patches: pd.DataFrame, rows: Rows, gone: list[str], edit_id: str
) -> tuple[pd.DataFrame, Staff, Staff]:
    """Bring posts and people back as they were, unless people were assigned since."""
    facts = rows.after.facts
    touched = {*rows.before.facts.index, *facts.index}
    free = rows.before.staff.assignments
    people = free.loc[free["status"] == "surplus", "person_id"]
    now = staff_rows(plan, touched, people)
    if now.same_as(rows.before.staff) and _same_officers(plan, rows.before.facts):
        return facts, now, rows.after.staff
    own = patches[patches["grid_code"].isin(facts.index)]
    load = own["load_h"].groupby(own["grid_code"]).sum().reindex(facts.index)
    ground = facts.assign(load_h=load, subclass=subclasses(patches, facts, rules=plan.rules))
    staff, officers = adapt_staff(plan, ground, gone=gone, edit_id=edit_id)
    adapted = facts.assign(officers=officers.reindex(facts.index, fill_value=0).astype("int64"))
    return adapted, staff_rows(plan, touched), staff


def _same_officers(plan: Plan, facts: pd.DataFrame) -> bool:
    return facts["officers"].equals(facts_of(plan, facts.index)["officers"])


def _phrase(row: pd.Series) -> tuple[str, str]:
    """Say in a few words what an entry did."""
    verb, verb_zh = VERBS[row["kind"]]
    if row["kind"] in ("undo", "redo"):
        return f"{verb} {row['target']}", f"{verb_zh} {row['target']}"
    grids = words_of(row["grids"])
    count = len(words_of(row["patches"]))
    if row["kind"] == "move":
        to = list(dict.fromkeys(words_of(row["to_codes"])))
        return (
            f"{counted(count, 'patch', 'patches')} {verb} to {', '.join(to)}",
            f"{verb_zh} {count} 个图斑至 {'、'.join(to)}",
        )
    return f"{verb}: {', '.join(grids)}", f"{verb_zh}：{'、'.join(grids)}"
