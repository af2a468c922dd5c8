"""A session at the map editor: the plan as it knows it, and the changes not yet accepted.

Pure: a question of the editor and a session give the next session. Writing the plan is the caller's
(`EditSession.accepted` says with what).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import shapely

from gridmap import edits
from gridmap.edits import Edit, Pending
from gridmap.edits.kept import Kept
from gridmap.plan.plan import Plan
from gridmap.ui.shell.memory.kept import Stamp
from layers.contract.errors import GridmapError, PlanError

__all__ = ["Ask", "EditSession", "handle", "look", "synced"]

Ask = Mapping[str, Any]
_MOST_PARTS = 99  # more than any micro-grid is divided into


@dataclass(frozen=True)
class EditSession:
    """What one session has in hand. `seq` names the question that was answered last."""

    plan: Plan
    stamp: Stamp | None = None  # of the file that `plan` is the content of
    pending: tuple[Pending, ...] = ()
    dropped: tuple[Edit, ...] = ()  # pending edits taken back, the last one first to come again
    seen: edits.Preview | None = None  # of what is chosen, standing by itself
    chosen: int = 0  # patches that `seen` is about
    stale: Plan | None = None  # the plan as somebody else has left it
    seq: str = ""
    fault: GridmapError | None = None
    note: str = ""  # key of a text about what was done
    facts: tuple[tuple[str, object], ...] = ()  # values of that text
    go: tuple[str, float, float, str] = ("", 0.0, 0.0, "")  # a remark to go to, where, which time
    place: Any = None  # what `redraw_kept` knows of the list on the disk that `pending` is
    restored: int = 0  # pending changes that came from the disk and nobody has looked at yet
    border: Any = None  # what `redraw_border` has explained, and of which draft
    held: Kept | None = None  # a list on the disk that cannot go on …
    clash: GridmapError | None = None  # … and why

    @property
    def draft(self) -> Plan:
        """The plan with all pending changes."""
        return self.pending[-1].after if self.pending else self.plan


def handle(session: EditSession, ask: Ask) -> EditSession:
    """Answer a question that changes nothing in the file; a refusal is told, not raised."""
    calm = replace(session, fault=None, note="", facts=(), seen=None, chosen=0, restored=0)
    try:
        return _ACTS[str(ask["kind"])](calm, ask)
    except GridmapError as error:
        return replace(calm, fault=error)


def look(session: EditSession, ask: Ask) -> EditSession:
    """See what is chosen by itself, and what it would leave behind."""
    patches = [str(patch) for patch in ask["patches"]]
    try:
        edit = edits.move_patches(session.draft, patches, edits.NEW)
        seen = edits.preview(session.draft, edit, offers=False)
    except GridmapError:
        return replace(session, seen=None, chosen=0)  # told when something is done with it
    return replace(session, seen=seen, chosen=len(patches))


def synced(session: EditSession, plan: Plan) -> EditSession:
    """Take the plan as it is in the file now.

    Where the ground is as it was, pending changes go on. Where somebody else has changed it, they
    wait (`stale`) until it is said what shall become of them.
    """
    if plan is session.plan:
        return session
    if not session.pending:
        return replace(session, plan=plan, stale=None, dropped=())
    if _ground(plan) == _ground(session.plan):
        moved = edits.transfer_pending(plan, session.plan, session.pending)
        return replace(session, plan=plan, pending=moved, stale=None)
    return replace(session, stale=plan)


def _ground(plan: Plan) -> str:
    return edits.state_id(plan).partition(":")[2]


def _added(session: EditSession, edit: Edit) -> EditSession:
    pending = edits.add_pending(session.plan, session.pending, edit)
    return replace(session, pending=pending, dropped=())


def _move(session: EditSession, ask: Ask) -> EditSession:
    """Move patches to one micro-grid, or each to its own as the eraser does: one edit."""
    patches = [str(patch) for patch in ask["patches"]]
    to = ask["to"]
    if isinstance(to, str):
        target: str | dict[str, str] = to
    else:
        target = dict(zip(patches, map(str, to), strict=True))
    return _added(
        session, edits.move_patches(session.draft, patches, target, within=str(ask["limit"]))
    )


def _split(session: EditSession, ask: Ask) -> EditSession:
    line, limit = _line(ask), str(ask["limit"])
    return _added(
        session,
        edits.split_grid(session.draft, str(ask["grid"]), line, cut=bool(ask["cut"]), within=limit),
    )


def _cut(session: EditSession, ask: Ask) -> EditSession:
    return _added(
        session,
        edits.cut_patch(session.draft, str(ask["patch"]), _line(ask), within=str(ask["limit"])),
    )


def _line(ask: Ask) -> shapely.LineString:
    points = [(float(x), float(y)) for x, y in ask["line"]]
    if len(points) < 2:
        raise PlanError(
            "A line needs two different points at least. Draw it anew.",
            "画线至少需要两个不同的点。请重画。",
        )
    return shapely.LineString(points)


def _divide(session: EditSession, ask: Ask) -> EditSession:
    parts = int(ask["parts"] or 0)
    return _added(
        session,
        edits.divide_grid(
            session.draft, str(ask["grid"]), min(parts, _MOST_PARTS), within=str(ask["limit"])
        ),
    )


def _merge(session: EditSession, ask: Ask) -> EditSession:
    codes = [str(code) for code in ask["grids"]]
    return _added(session, edits.merge_grids(session.draft, codes, within=str(ask["limit"])))


def _close(session: EditSession, ask: Ask) -> EditSession:
    return _added(session, edits.close_grid(session.draft, str(ask["grid"])))


def _lock(session: EditSession, ask: Ask) -> EditSession:
    make = edits.lock_grids if ask["kind"] == "lock" else edits.unlock_grids
    return _added(session, make(session.draft, [str(code) for code in ask["grids"]]))


def _repair(session: EditSession, ask: Ask) -> EditSession:
    at, place = int(ask["change"]), int(ask["offer"])
    offers = session.pending[at].seen.offers if at < len(session.pending) else ()
    return _rebuilt(session, at, [offers[place].edit]) if place < len(offers) else session


def _cancel(session: EditSession, ask: Ask) -> EditSession:
    at = int(ask["change"])
    return _rebuilt(session, at, []) if at < len(session.pending) else session


def _rebuilt(session: EditSession, at: int, instead: list[Edit]) -> EditSession:
    """Put other edits in the place of one; what cannot stand without it goes as well."""
    changes = session.pending
    rest = [(edit, changes[at].seen.created) for edit in instead]
    rest += [(change.edit, change.seen.created) for change in changes[at + 1 :]]
    pending, lost = edits.rebuild_pending(session.plan, changes[:at], rest)
    note = ("redraw.note_lost", (("count", len(lost)),)) if lost else ("", ())
    return replace(session, pending=pending, dropped=(), note=note[0], facts=note[1])


def _cancel_all(session: EditSession, _ask: Ask) -> EditSession:
    return replace(session, pending=(), dropped=())


def _back(session: EditSession, _ask: Ask) -> EditSession:
    *kept, last = session.pending
    return replace(session, pending=tuple(kept), dropped=(*session.dropped, last.edit))


def _again(session: EditSession, _ask: Ask) -> EditSession:
    *kept, edit = session.dropped
    edit = replace(edit, state=edits.state_id(session.draft))
    return replace(_added(session, edit), dropped=tuple(kept))


def _reapply(session: EditSession, _ask: Ask) -> EditSession:
    if session.stale is None:
        return session
    moved = edits.transfer_pending(session.stale, session.plan, session.pending)
    return replace(session, plan=session.stale, pending=moved, stale=None, dropped=())


def _drop(session: EditSession, _ask: Ask) -> EditSession:
    plan = session.stale or session.plan
    return replace(session, plan=plan, pending=(), stale=None, dropped=())


_ACTS: Mapping[str, Callable[[EditSession, Ask], EditSession]] = {
    "look": look,
    "move": _move,
    "split": _split,
    "cut": _cut,
    "divide": _divide,
    "merge": _merge,
    "close": _close,
    "lock": _lock,
    "unlock": _lock,
    "repair": _repair,
    "cancel": _cancel,
    "cancel_all": _cancel_all,
    "back": _back,
    "again": _again,
    "reapply": _reapply,
    "drop": _drop,
}
