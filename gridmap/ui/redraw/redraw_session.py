"""A sitting at the map editor: the plan as the session knows it, and the changes not yet accepted.

Pure: a question of the editor and a sitting give the next sitting. Writing the plan is the caller's
(`Sitting.accepted` says with what).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import shapely

from gridmap import edits
from gridmap.edits import Edit, Pending
from gridmap.plan.plan import Plan
from layers.contract.errors import GridmapError, PlanError

__all__ = ["Sitting", "look", "synced", "turned"]

Ask = Mapping[str, Any]
_MOST_PARTS = 99


@dataclass(frozen=True)
class Sitting:
    """What one session has in hand. `seq` names the question that was answered last."""

    plan: Plan
    stamp: tuple[str, int, int] | None = None  # of the file that `plan` is the content of
    pending: tuple[Pending, ...] = ()
    dropped: tuple[Edit, ...] = ()  # pending edits taken back, the last one first to come again
    seen: edits.Preview | None = None  # of what is chosen, standing by itself
    chosen: int = 0  # patches that `seen` is about
    stale: Plan | None = None  # the plan as somebody else has left it
    seq: str = ""
    fault: GridmapError | None = None
    note: str = ""  # key of a text about what was done
    facts: tuple[tuple[str, object], ...] = ()  # values of that text

    @property
    def draft(self) -> Plan:
        """The plan with all pending changes."""
        return self.pending[-1].after if self.pending else self.plan


def turned(sitting: Sitting, ask: Ask) -> Sitting:
    """Answer a question that changes nothing in the file; a refusal is told, not raised."""
    calm = replace(sitting, fault=None, note="", facts=(), seen=None, chosen=0)
    try:
        return _ACTS[str(ask["kind"])](calm, ask)
    except GridmapError as error:
        return replace(calm, fault=error)


def look(sitting: Sitting, ask: Ask) -> Sitting:
    """See what is chosen by itself, and what it would leave behind."""
    patches = [str(patch) for patch in ask["patches"]]
    try:
        wish = edits.move_patches(sitting.draft, patches, edits.NEW)
        seen = edits.preview(sitting.draft, wish, offers=False)
    except GridmapError:
        return replace(sitting, seen=None, chosen=0)  # told when something is done with it
    return replace(sitting, seen=seen, chosen=len(patches))


def synced(sitting: Sitting, plan: Plan) -> Sitting:
    """Take the plan as it is in the file now.

    Where the ground is as it was, pending changes go on. Where somebody else has changed it, they
    wait (`stale`) until it is said what shall become of them.
    """
    if plan is sitting.plan:
        return sitting
    if not sitting.pending:
        return replace(sitting, plan=plan, stale=None, dropped=())
    if _ground(plan) == _ground(sitting.plan):
        moved = edits.transfer_pending(plan, sitting.plan, sitting.pending)
        return replace(sitting, plan=plan, pending=moved, stale=None)
    return replace(sitting, stale=plan)


def _ground(plan: Plan) -> str:
    return edits.state_id(plan).partition(":")[2]


def _added(sitting: Sitting, edit: Edit) -> Sitting:
    pending = edits.add_pending(sitting.plan, sitting.pending, edit)
    return replace(sitting, pending=pending, dropped=())


def _move(sitting: Sitting, ask: Ask) -> Sitting:
    patches = [str(patch) for patch in ask["patches"]]
    return _added(
        sitting,
        edits.move_patches(sitting.draft, patches, str(ask["to"]), within=str(ask["limit"])),
    )


def _split(sitting: Sitting, ask: Ask) -> Sitting:
    line, limit = _line(ask), str(ask["limit"])
    return _added(
        sitting,
        edits.split_grid(sitting.draft, str(ask["grid"]), line, cut=bool(ask["cut"]), within=limit),
    )


def _cut(sitting: Sitting, ask: Ask) -> Sitting:
    return _added(
        sitting,
        edits.cut_patch(sitting.draft, str(ask["patch"]), _line(ask), within=str(ask["limit"])),
    )


def _line(ask: Ask) -> shapely.LineString:
    points = [(float(x), float(y)) for x, y in ask["line"]]
    if len(points) < 2:
        raise PlanError(
            "A line needs two different points at least. Draw it anew.",
            "画线至少需要两个不同的点。请重画。",
        )
    return shapely.LineString(points)


def _divide(sitting: Sitting, ask: Ask) -> Sitting:
    parts = int(ask["parts"] or 0)
    return _added(
        sitting,
        edits.divide_grid(
            sitting.draft, str(ask["grid"]), min(parts, _MOST_PARTS), within=str(ask["limit"])
        ),
    )


def _merge(sitting: Sitting, ask: Ask) -> Sitting:
    codes = [str(code) for code in ask["grids"]]
    return _added(sitting, edits.merge_grids(sitting.draft, codes, within=str(ask["limit"])))


def _lock(sitting: Sitting, ask: Ask) -> Sitting:
    make = edits.lock_grids if ask["kind"] == "lock" else edits.unlock_grids
    return _added(sitting, make(sitting.draft, [str(code) for code in ask["grids"]]))


def _mend(sitting: Sitting, ask: Ask) -> Sitting:
    at, place = int(ask["change"]), int(ask["offer"])
    offers = sitting.pending[at].seen.offers if at < len(sitting.pending) else ()
    return _rebuilt(sitting, at, [offers[place].edit]) if place < len(offers) else sitting


def _cancel(sitting: Sitting, ask: Ask) -> Sitting:
    at = int(ask["change"])
    return _rebuilt(sitting, at, []) if at < len(sitting.pending) else sitting


def _rebuilt(sitting: Sitting, at: int, instead: list[Edit]) -> Sitting:
    """Put other edits in the place of one; what cannot stand without it goes as well."""
    changes = sitting.pending
    rest = [(edit, changes[at].seen.created) for edit in instead]
    rest += [(change.edit, change.seen.created) for change in changes[at + 1 :]]
    pending, lost = edits.rebuild_pending(sitting.plan, changes[:at], rest)
    note = ("redraw.note_lost", (("count", len(lost)),)) if lost else ("", ())
    return replace(sitting, pending=pending, dropped=(), note=note[0], facts=note[1])


def _cancel_all(sitting: Sitting, _ask: Ask) -> Sitting:
    return replace(sitting, pending=(), dropped=())


def _back(sitting: Sitting, _ask: Ask) -> Sitting:
    *kept, last = sitting.pending
    return replace(sitting, pending=tuple(kept), dropped=(*sitting.dropped, last.edit))


def _again(sitting: Sitting, _ask: Ask) -> Sitting:
    *kept, edit = sitting.dropped
    edit = replace(edit, state=edits.state_id(sitting.draft))
    return replace(_added(sitting, edit), dropped=tuple(kept))


def _reapply(sitting: Sitting, _ask: Ask) -> Sitting:
    if sitting.stale is None:
        return sitting
    moved = edits.transfer_pending(sitting.stale, sitting.plan, sitting.pending)
    return replace(sitting, plan=sitting.stale, pending=moved, stale=None, dropped=())


def _drop(sitting: Sitting, _ask: Ask) -> Sitting:
    plan = sitting.stale or sitting.plan
    return replace(sitting, plan=plan, pending=(), stale=None, dropped=())


_ACTS: Mapping[str, Callable[[Sitting, Ask], Sitting]] = {
    "look": look,
    "move": _move,
    "split": _split,
    "cut": _cut,
    "divide": _divide,
    "merge": _merge,
    "lock": _lock,
    "unlock": _lock,
    "mend": _mend,
    "cancel": _cancel,
    "cancel_all": _cancel_all,
    "back": _back,
    "again": _again,
    "reapply": _reapply,
    "drop": _drop,
}
