"""What a planner does with whole plans: name, duplicate, branch, freeze, thaw.

Each writes one plan, whole or not at all, and is noted in the audit of the folder of plans. Whoever
makes a plan of another holds that one meanwhile, and what belongs to the new plan is there before
it: stopped on the way, there is no plan without its comments or without what was published.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from gridmap.access.audit import Audit
from gridmap.boards.copies import take_over_boards
from gridmap.edits.kept import copy_kept
from gridmap.edits.moves.log import require_author, state_id
from gridmap.edits.replay import plan_at
from gridmap.plan.identity import (
    MOST_SIGNS,
    Identity,
    checked_title,
    identity_of,
    new_id,
    with_identity,
)
from gridmap.plan.plan import Plan
from gridmap.plan_store import change_file, require_as_seen
from gridmap.publications import find_version, plan_of
from gridmap.publications.copies import copy_publications
from gridmap.remarks.comments import copy_comments
from gridmap.store import load_plan, save_plan
from gridmap.store.glance import stem_of
from gridmap.store.plan_lock import holding_plan
from gridmap.versions import places, wastebasket
from gridmap.workflow.workflow import recheck
from layers.contract.errors import PlanError, quoted
from layers.disks.local_only import require_local
from layers.files.atomic import (
    cannot_write,
    flush,
    move_to_free,
    watched_write,
    watching_writes,
)
from layers.files.drafts import draft_folder, sweep_drafts

__all__ = [
    "branch_plan",
    "delete_plan",
    "duplicate_plan",
    "empty_wastebasket",
    "freeze_plan",
    "name_plan",
    "restore_plan",
    "thaw_plan",
]


def name_plan(
    path: Path, title: str, *, folder: Path, who: str, expected: str | None = None
) -> None:
    """Give a plan a title, which goes with it wherever its file is moved; "" takes it away.

    Parameters
    ----------
    path
        The plan.
    title
        At most `gridmap.plan.identity.MOST_SIGNS` signs, without line breaks.
    folder
        The folder of plans, whose audit notes it.
    who
        Who does it.
    expected
        Revision of the plan as they have seen it (`gridmap.plan_store`); None for any.

    Raises
    ------
    PlanConflictError
        If somebody else has changed the plan since; nothing was done.
    NetworkDiskError
        If the plan lies on another machine's disk.
    UsageError
        If the title is none.
    FrozenPlanError
        If the plan is frozen.
    GridmapError
        If the file cannot be read or written.
    """
    title = checked_title(title)
    _change(path, lambda now: replace(now, title=title), expected=expected)
    _note(folder, "plan-named", path, who, title)


def duplicate_plan(
    path: Path, *, folder: Path, who: str, when: str, title: str = "", expected: str | None = None
) -> Path:
    """Make a second plan as the first is now, beside it.

    Comments, pending changes and what is known of boards are copied; links and answers of cadres
    stay with the first.

    Parameters
    ----------
    path, folder
        The plan, and the folder of plans.
    who, when
        Who does it: a name, an ISO date and time.
    title
        Of the copy; "" for the first's with a word for copy.
    expected
        As in `name_plan`.

    Returns
    -------
    Where the copy is.

    Raises
    ------
    PlanConflictError
        If somebody else has changed the plan since.
    NetworkDiskError
        If the plan lies on another machine's disk.
    GridmapError
        If the plan cannot be read, or the copy not be written; then there is none.
    """
    require_author(who, when)
    with _source(path, expected) as plan:
        title = checked_title(title) or _other_title(path, plan, "副本")
        made = _made_from(plan, plan, "copy", path, who=who, when=when, title=title)
        target = _saved(made, path, _copied)
    _note(folder, "plan-duplicated", target, who, title)
    return target


def branch_plan(
    path: Path,
    *,
    folder: Path,
    who: str,
    when: str,
    title: str = "",
    step: int | None = None,
    number: str = "",
    expected: str | None = None,
    change: Callable[[Plan], Plan] | None = None,
) -> Path:
    """Make a draft of a plan, which remembers the plan and the state that it began with.

    It begins with the comments that are open, with their answers: it is made to work them off. It
    knows the boards that hang, and what was published.
    Comments that are done and pending changes stay with the plan.

    Parameters
    ----------
    path, folder, who, when, expected
        As in `duplicate_plan`.
    title
        Of the draft; "" for the plan's with a word for draft.
    step
        The draft begins with the plan as it was after so many entries of its log; None: as it is.
    number
        The draft begins with this published version; "" for none.
    change
        Gives the plan that the draft holds, of that with which it begins: the draft is there with
        that change, or not at all. None for no change.

    Returns
    -------
    Where the draft is; it may be changed also when the plan is frozen.

    Raises
    ------
    PlanError
        If there is no such step or version.
    PlanConflictError
        If somebody else has changed the plan since.
    NetworkDiskError
        If the plan lies on another machine's disk.
    GridmapError
        If the plan cannot be read, or the draft not be written, or what `change` raises; then
        there is no draft.
    """
    require_author(who, when)
    with _source(path, expected) as plan:
        title = checked_title(title) or _other_title(path, plan, "草稿")
        start = plan if step is None else plan_at(plan, step)
        state = ""
        if number:
            start, state = recheck(plan_of(path, number)), find_version(path, number).state
        held = start if change is None else change(start)
        by = {"who": who, "when": when, "title": title}
        made = _made_from(start, held, "branch", path, state=state, **by)
        target = _saved(made, path, _branched)
    _note(folder, "plan-branched", target, who, title)
    return target


def freeze_plan(
    path: Path, *, folder: Path, who: str, when: str, why: str = "", expected: str | None = None
) -> None:
    """Freeze a plan: nobody changes it until it is thawed; `expected` as in `name_plan`.

    Raises
    ------
    FrozenPlanError
        If it is frozen already.
    GridmapError
        If the file cannot be read or written.
    """
    require_author(who, when)
    why = checked_title(why)
    frozen = {"frozen_by": who, "frozen_at": when, "frozen_why": why}
    _change(path, lambda now: replace(now, **frozen), expected=expected)
    _note(folder, "plan-frozen", path, who, why)


def thaw_plan(path: Path, *, folder: Path, who: str, expected: str | None = None) -> None:
    """Let a frozen plan be changed again; `expected` as in `name_plan`.

    Raises
    ------
    PlanError
        If it is not frozen.
    GridmapError
        If the file cannot be read or written.
    """

    def thawed(now: Identity) -> Identity:
        if not now.is_frozen:
            raise PlanError(
                f"The plan {path.name!r} is not frozen. Nothing was changed.",
                f"方案{quoted(path.name)}没有冻结，无需解冻。没有改动任何内容。",
            )
        return replace(now, frozen_by="", frozen_at="", frozen_why="")

    _change(path, thawed, expected=expected, frozen_too=True)
    _note(folder, "plan-thawed", path, who)


def delete_plan(
    path: Path, *, folder: Path, who: str, when: str, expected: str | None = None
) -> wastebasket.Deleted:
    """Move a plan into the wastebasket; see `gridmap.versions.wastebasket.delete`."""
    require_author(who, when)
    entry = wastebasket.delete(path, folder, who=who, when=when, expected=expected)
    _note(folder, "plan-deleted", path, who)
    return entry


def restore_plan(key: str, *, folder: Path, who: str) -> Path:
    """Bring a deleted plan back; see `gridmap.versions.wastebasket.restore`."""
    target = wastebasket.restore(key, folder)
    _note(folder, "plan-restored", target, who)
    return target


def empty_wastebasket(
    folder: Path, *, who: str, when: str, days: int = wastebasket.KEEP_DAYS
) -> list[wastebasket.Deleted]:
    """Throw away what was deleted so long ago; see `gridmap.versions.wastebasket.empty`."""
    require_author(who, when)
    gone = wastebasket.empty(folder, today=_day(when), days=days)
    for entry in gone:
        Audit(folder).note("plan-thrown-away", who=who, file=entry.place)
    return gone


def _change(
    path: Path,
    change: Callable[[Identity], Identity],
    *,
    expected: str | None = None,
    frozen_too: bool = False,
) -> None:
    """Give the plan in a file another identity, by what it is at that moment."""
    change_file(
        path,
        lambda plan: with_identity(plan, change(identity_of(plan))),
        expected=expected,
        frozen_too=frozen_too,
    )


@contextmanager
def _source(path: Path, expected: str | None) -> Iterator[Plan]:
    """Give a plan as it was seen, and keep it so while another one is made of it."""
    require_local(path)
    if not os.path.exists(path):
        load_plan(path)  # says what is missing; a lock would make its folder
    with holding_plan(path):
        sweep_drafts(path.parent)
        require_as_seen(path, expected=expected)
        yield load_plan(path)


def _made_from(
    start: Plan, held: Plan, origin: str, path: Path, *, who: str, when: str, title: str,
    state: str = "",
) -> Callable[[Path], Plan]:  # fmt: skip
    """Give what makes the new plan for its place: its id follows from that too."""
    parent, state = identity_of(start), state or state_id(start)

    def made(target: Path) -> Plan:
        identity = Identity(
            plan_id=new_id(parent, state, who, when, target.name),
            parent_id=parent.plan_id,
            parent_state=state,
            parent_name=parent.title or stem_of(path),
            origin=origin,
            title=title,
            made_by=who,
            made_at=when,
        )
        return with_identity(held, identity)

    return made


def _saved(made: Callable[[Path], Plan], path: Path, along: Callable[[Path, Path], None]) -> Path:
    """Write a new plan under the next free name beside another, after what comes along with it.

    All of it is made in a hidden folder, which is swept away should the process be killed, and then
    moved, the plan last.
    """
    while True:
        with places.holding_free_place(path) as target:
            try:
                with draft_folder(target.parent) as folder:
                    draft = folder / target.name
                    with watching_writes(None):  # whether it may be written is asked for its place
                        along(path, draft)
                        save_plan(made(target), draft)
                    with watched_write(target):
                        _move_in(draft, target)
                return target
            except FileExistsError:
                continue  # somebody who holds no lock, such as a command, took the name meanwhile
            except OSError as error:
                raise cannot_write(target, error) from None


def _move_in(draft: Path, target: Path) -> None:
    """Move a plan to its place, after what lies beside it; nothing of it stays when that fails."""
    beside = places.companions(draft)
    try:
        for name in beside:
            if (draft.parent / name).is_dir():  # photos
                (draft.parent / name).rename(target.with_name(name))
            else:
                move_to_free(draft.parent / name, target.with_name(name))
        move_to_free(draft, target)
        flush(target.parent)
    except BaseException:
        if not _is_moved(draft, target):
            for name in beside:  # of a name that somebody else took meanwhile nothing is ours
                if _is_moved(draft.parent / name, target.with_name(name)):
                    places.throw_away(target.with_name(name))
        raise


def _is_moved(draft: Path, target: Path) -> bool:
    """Whether what was in the draft lies at its place, if only with one of its two names."""
    return target.exists() and (not draft.exists() or draft.samefile(target))


def _copied(path: Path, target: Path) -> None:
    copy_comments(path, target)
    copy_kept(path, target)
    copy_publications(path, target)
    take_over_boards(path, target)


def _branched(path: Path, target: Path) -> None:
    copy_comments(path, target, only_open=True)
    copy_publications(path, target)
    take_over_boards(path, target)


def _other_title(path: Path, plan: Plan, what: str) -> str:
    """Name a plan after the one it is made from, within the room that a title has."""
    mark = f"（{what}）"
    base = (identity_of(plan).title or stem_of(path)).removesuffix(mark)
    return checked_title(base[: MOST_SIGNS - len(mark)] + mark)


def _day(when: str) -> date:
    return datetime.fromisoformat(when).date()


def _note(folder: Path, kind: str, path: Path, who: str, name: str = "") -> None:
    Audit(folder).note_file(kind, path, who=who, name=name)
