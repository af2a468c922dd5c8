"""Pending changes: a list of edits, each made on what the ones before it lead to.

Nothing is written until the list is accepted as a whole. Edits can be dropped, repaired and moved
onto a plan that somebody else has changed meanwhile; what cannot stand any more is named.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from gridmap.edits.accept import apply
from gridmap.edits.moves.conflicts import edits_since, reapply, require_state
from gridmap.edits.moves.edit import Edit
from gridmap.edits.moves.log import edit_log, state_id
from gridmap.edits.preview import Preview, preview
from gridmap.plan.plan import Plan
from gridmap.workflow.rechecking import recheck_after
from layers.contract.errors import GridmapError, PlanError

__all__ = [
    "Base",
    "Pending",
    "accept_pending",
    "add_pending",
    "base_of",
    "rebuild_pending",
    "transfer_edits",
    "transfer_pending",
]

# Nobody reads who and when of a draft: the log gets its entries when the list is accepted.
_NOBODY = {"who": "-", "when": "-"}


@dataclass(frozen=True)
class Pending:
    """One pending change: the edit, what it leads to in figures, and the draft after it."""

    edit: Edit
    seen: Preview
    after: Plan


@dataclass(frozen=True)
class Base:
    """The state of a plan that a list was made on, without the plan."""

    state: str  # `state_id`
    entries: str  # digest of its log


def base_of(plan: Plan) -> Base:
    """Name the state of a plan, so that its successors can be told from other plans."""
    log = edit_log(plan)
    return Base(state_id(plan), _digest(plan, len(log)))


def add_pending(plan: Plan, pending: tuple[Pending, ...], edit: Edit) -> tuple[Pending, ...]:
    """Put an edit at the end of the list.

    Parameters
    ----------
    plan
        Plan without the pending changes.
    pending
        The list so far.
    edit
        Made on the draft: `pending[-1].after`, or the plan when the list is empty.

    Raises
    ------
    PlanError
        If a hard rule forbids the edit; the list stays as it is then.
    """
    draft = pending[-1].after if pending else plan
    seen = preview(draft, edit)
    return (*pending, Pending(edit, seen, apply(draft, edit, check=False, **_NOBODY)))


def rebuild_pending(
    plan: Plan, pending: tuple[Pending, ...], edits: Iterable[tuple[Edit, tuple[str, ...]]]
) -> tuple[tuple[Pending, ...], tuple[Edit, ...]]:
    """Make the list anew after one of its edits was dropped or replaced.

    Parameters
    ----------
    plan
        Plan without the pending changes.
    pending
        What stays as it is: the list up to the one that was dropped or replaced.
    edits
        The edits that follow, each with the codes that it had created.

    Returns
    -------
    The new list, and the edits that are not possible any more.
    """
    lost = []
    codes: dict[str, str] = {}
    for edit, created in edits:
        draft = pending[-1].after if pending else plan
        fresh = replace(_renamed(edit, codes), state=state_id(draft))
        try:
            pending = add_pending(plan, pending, fresh)
        except GridmapError:
            lost.append(edit)
            continue
        codes |= dict(zip(created, pending[-1].seen.created, strict=False))
    return pending, tuple(lost)


def transfer_pending(plan: Plan, base: Plan, pending: tuple[Pending, ...]) -> tuple[Pending, ...]:
    """Move the list onto a plan that has changed since.

    Parameters
    ----------
    plan
        The plan as it is now.
    base
        The plan that the list was made on.
    pending
        The list.

    Raises
    ------
    PlanError
        If an edit since has touched the same patches or micro-grids, the plan was made anew, or
        an edit is no longer possible.
    """
    edits = [(change.edit, change.seen.created) for change in pending]
    return transfer_edits(plan, base_of(base), edits)


def transfer_edits(
    plan: Plan, base: Base, edits: Iterable[tuple[Edit, tuple[str, ...]]]
) -> tuple[Pending, ...]:
    """Make a list on a plan that may have changed since, as `transfer_pending` does.

    Parameters
    ----------
    plan
        The plan as it is now.
    base
        The state that the list was made on.
    edits
        The edits of the list, each with the codes that it had created.

    Raises
    ------
    PlanError
        As `transfer_pending`.
    """
    since = edits_since(plan, base.state)
    if state_id(plan).partition(":")[2] == base.state.partition(":")[2]:
        since = since.iloc[:0]  # what was done and undone meanwhile stands in nobody's way
    else:
        _require_continued(plan, base)
    moved: tuple[Pending, ...] = ()
    codes: dict[str, str] = {}
    for edit, created in edits:
        draft = moved[-1].after if moved else plan
        fresh = reapply(draft, _renamed(edit, codes), since=since)
        moved = add_pending(plan, moved, fresh)
        codes |= dict(zip(created, moved[-1].seen.created, strict=False))
    return moved


def accept_pending(
    plan: Plan, base: Plan, pending: tuple[Pending, ...], *, who: str, when: str, why: str = ""
) -> Plan:
    """Accept the whole list: each edit becomes an entry of the log, all or none.

    Parameters
    ----------
    plan
        The plan as it is now; people may have been assigned anew, but the ground must be as it was.
    base
        The plan that the list was made on.
    pending
        The list.
    who, when, why
        For the log; an edit's own reason goes before `why`.

    Raises
    ------
    PlanError
        If the plan has changed since, with what changed and by whom.
    """
    require_state(plan, state_id(base))
    before = plan
    for change in pending:
        edit = replace(change.edit, state=state_id(plan))
        reason = "；".join(filter(None, (edit.why, why)))
        plan = apply(plan, edit, who=who, when=when, why=reason, check=False)
    return recheck_after(before, plan)


def _renamed(edit: Edit, codes: Mapping[str, str]) -> Edit:
    """Call micro-grids of earlier pending edits by the codes they have now."""
    if not codes:
        return edit
    return replace(
        edit,
        targets=tuple(codes.get(code, code) for code in edit.targets),
        grids=tuple(codes.get(code, code) for code in edit.grids),
        into=codes.get(edit.into, edit.into),
        also=tuple((patch, codes.get(code, code)) for patch, code in edit.also),
    )


def _require_continued(plan: Plan, base: Base) -> None:
    """Refuse a plan that does not go on from the base: its patches may be other ground."""
    length = int(base.state.partition(":")[0])
    if len(edit_log(plan)) <= length or _digest(plan, length) != base.entries:
        raise PlanError(
            "The plan was made anew meanwhile, so its patches may be other ground. Drop the "
            "pending changes and make them on the plan as it is now.",
            "方案已重新生成，图斑可能已变化。请放弃待定调整，在最新方案上重新操作。",
        )


def _digest(plan: Plan, length: int) -> str:
    """Name the first entries of a log."""
    entries = edit_log(plan).iloc[:length]
    digest = hashlib.sha256()
    for column in ("time", "who", "kind", "grids"):
        digest.update("\x1f".join([column, *entries[column]]).encode())
    return digest.hexdigest()[:24]
