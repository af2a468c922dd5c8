"""Finding and opening made plans; a file is read once and again only when it has changed."""

import ctypes
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path

import pandas as pd
import streamlit as st

from gridmap import plan_store
from gridmap.access.behalf import require_sight, seen_of
from gridmap.access.leader_view import (
    Branch,
    OwnObject,
    branch_of,
    led_grids,
    own_objects,
)
from gridmap.access.sidecar import BOARDS, beside
from gridmap.access.view import CadreView, cadre_view
from gridmap.boards.listing import board_list, with_boards
from gridmap.plan.plan import Plan
from gridmap.plan_store import FilePlans, PlansBeside
from gridmap.plan_store.heads import state_of
from gridmap.receipts.place_posts import place_posts
from gridmap.store import SUFFIX, load_plan
from gridmap.store.glance import glance, stem_of
from gridmap.ui.shell.memory.kept import Stamp, kept_by_file
from layers.contract.errors import GridmapError, LayerFileError, quoted
from layers.files.reader_faults import reason_zh

__all__ = [
    "Stamp",
    "boards_of",
    "branch_below",
    "change_open",
    "counted_plan",
    "counted_stamp",
    "find_plans",
    "give_back",
    "has_places",
    "is_another",
    "labels_of",
    "led_by",
    "note_seen",
    "objects_of_person",
    "open_plan",
    "page_key",
    "revision_of",
    "revision_seen",
    "stamp_of",
    "store_of",
    "store_with",
    "title_of",
    "view_of",
]  # fmt: skip

SEEN = "plan-seen"  # id and revision of the plan that the page shows
PLANS_MB = 1024  # of plans in memory at once, of all who look: a hundred towns
# A plan takes about twice its file: 8 MB where that has 4.4.
PLAN_SHARE = 2.0
BOARDS_MB, BOARDS_SHARE = 64, 0.05
_DIGITS = 16
VIEWS_KEPT = 200  # of cadres who have the page open


def find_plans(folder: Path) -> list[Path]:
    """Plans below a folder that who this is done for may see, the newest first.

    See `gridmap.plan_store.find_plans`.
    """
    return seen_of(plan_store.find_plans(folder))


@cache
def store_of(folder: Path) -> FilePlans:
    """Give the plans of a folder by their ids: what addresses name, and what pages change."""
    return FilePlans(folder, load=open_plan)


def store_with(
    path: Path, folder: Path, *, load: Callable[[Path], Plan] | None = None
) -> tuple[FilePlans, str]:
    """Give the store that has the plan of a page, and its id there.

    Parameters
    ----------
    path, folder, load
        As in `change_open`.

    Raises
    ------
    UnknownPlanError
        If it is gone, or not for who this is done for.
    """
    id = store_of(folder).id_of(path)
    if id:
        return FilePlans(folder, load=load) if load is not None else store_of(folder), id
    elsewhere = PlansBeside(path, load=load or open_plan)
    return elsewhere, elsewhere.id_of(path)


def change_open(
    path: Path,
    folder: Path,
    change: Callable[[Plan], Plan],
    *,
    expected: str | None = None,
    load: Callable[[Path], Plan] | None = None,
    after: Callable[[Path], object] | None = None,
) -> Plan:
    """Change the plan that a page shows, as `gridmap.plan_store.PlanStore.change` does.

    Parameters
    ----------
    path, folder
        The plan, which a planner at this machine may have opened from elsewhere, and the folder of
        plans.
    change, expected
        As there.
    load
        Reads the plan; None for what reads it for all pages.
    after
        As in `gridmap.store.plan_lock.change_plan`.

    Raises
    ------
    GridmapError
        As there; somebody else's change, a frozen plan and a disk of the network are refused.
    """
    store, id = store_with(path, folder, load=load)

    def noted(place: Path) -> None:
        note_seen(path, folder)  # before somebody else writes, whose change this user has not seen
        if after is not None:
            after(place)

    return store.change(id, change, expected, after=noted)


def note_seen(path: Path, folder: Path) -> None:
    """Keep in the session which revision of the open plan its user has seen, or made."""
    st.session_state[SEEN] = _seen_at(path, folder)


def revision_of(path: Path, folder: Path) -> str | None:
    """Give the revision of a plan as a page shows it, for what is meant for that alone.

    None for a plan that is gone.
    """
    return next(iter(_seen_at(path, folder).values()), None)


def revision_seen() -> str | None:
    """Give the revision that `note_seen` has kept; None where it has kept none."""
    seen: dict[str, str] = st.session_state.get(SEEN, {})
    return next(iter(seen.values()), None)


def is_another(path: Path, folder: Path) -> bool:
    """Whether somebody has changed the open plan since `note_seen`."""
    seen: dict[str, str] = st.session_state.get(SEEN, {})
    return bool(seen) and _seen_at(path, folder) != seen


def _seen_at(path: Path, folder: Path) -> dict[str, str]:
    return store_with(path, folder)[0].seen_at(path)


def page_key(path: Path) -> str:
    """Name a plan within a page, for the keys of what shows it, without telling where it lies."""
    return hashlib.sha256(str(path).encode("utf-8", "surrogateescape")).hexdigest()[:12]


def labels_of(paths: Iterable[Path]) -> dict[Path, str]:
    """Name plans in a list: by title and file, and by their folders where these are the same."""
    named = {}
    for path in paths:
        stem, title = stem_of(path), title_of(path)
        named[path] = stem if title == stem else f"{title} · {stem}"
    often = Counter(named.values())
    return {
        path: name if often[name] == 1 else f"{name}（{path.parent.name}）"
        for path, name in named.items()
    }


def open_plan(path: Path) -> Plan:
    """Open a plan.

    Raises
    ------
    GridmapError
        If there is no such file or it is not a plan.
    """
    return _load(stamp_of(path))


def counted_plan(path: Path) -> Plan:
    """Open a plan with all boards that hang or wait, for figures; it is never to be saved.

    A record of boards that cannot be read is told where boards are listed, and left out here.

    Raises
    ------
    GridmapError
        If there is no such file or it is not a plan.
    """
    return _counted(counted_stamp(path), stamp_of(path))


def boards_of(path: Path) -> pd.DataFrame:
    """List the boards of a plan, as `gridmap.boards.listing.board_list` does.

    Raises
    ------
    GridmapError
        If there is no such plan, or the record of boards cannot be read.
    """
    return _boards(counted_stamp(path), stamp_of(path)).copy(deep=False)  # what is kept stays


def counted_stamp(path: Path) -> Stamp:
    """Give what the figures of a plan are known by: its file, and the record of boards."""
    stamp, record = stamp_of(path), beside(path, BOARDS)
    if not record.exists():
        return stamp
    more = stamp_of(record)
    return stamp[0], max(stamp[1], more[1]), stamp[2] + more[2], stamp[3] + more[3]


def view_of(path: Path, person_id: str) -> CadreView | None:
    """Gather what a person may see of a plan; None for somebody who is not on the roster."""
    return _view(stamp_of(path), person_id)


def led_by(path: Path, person_id: str) -> list[str]:
    """Give the grids with others below them that a person leads."""
    return list(_led(stamp_of(path), person_id))


def branch_below(path: Path, person_id: str, code: str) -> Branch | None:
    """Show a grid that a person leads, or one below it; None for any other.

    Raises
    ------
    LayerFileError
        If the receipts cannot be read.
    """
    record = beside(path, "answers")
    answers = stamp_of(record) if record.exists() else None
    return _branch(stamp_of(path), answers, person_id, code)


def objects_of_person(path: Path, person_id: str) -> tuple[OwnObject, ...]:
    """Give the objects that a person is on a post of."""
    return _objects(stamp_of(path), person_id)


def has_places(path: Path, person_id: str) -> bool:
    """Whether a person is on a post of a group or an object."""
    return bool(place_posts(open_plan(path), person_id))


def stamp_of(path: Path) -> Stamp:
    """Give what a file is known by: it is another one as soon as it has been written again.

    A plan is known only to who may see it: whatever is kept of one is found by this.

    What another program has left beside it counts: it is part of the content.

    Raises
    ------
    LayerFileError
        If there is no such file.
    AccessEndedError
        If it is a plan that who this is done for may not see.
    """
    if path.name.endswith(SUFFIX):
        require_sight(path)
    try:
        found = state_of(path)
    except OSError as error:
        why, why_zh = error.strerror, reason_zh(error)
        raise LayerFileError(
            f"No plan at {str(path)!r}: {why}. Check the path.",
            f"{quoted(path)}处没有方案：{why_zh}。请检查路径。",
        ) from None
    mark = hashlib.sha256(repr(found).encode()).hexdigest()[:_DIGITS]
    newest, size = max(one.changed_ns for one in found), sum(one.size for one in found)
    return str(path), newest, size, mark


def title_of(path: Path) -> str:
    """Give the name that a planner gave a plan, or that of its file."""
    try:
        return _title(stamp_of(path))
    except GridmapError:
        return stem_of(path)


def give_back() -> None:
    """Give memory that large work has left over back to the machine.

    On Linux a process keeps what it has freed for later: 150 MB after the map of a city. Elsewhere
    the system sees to it, and nothing is done.
    """
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


@kept_by_file(PLANS_MB, share=PLAN_SHARE)
def _load(stamp: Stamp) -> Plan:
    return load_plan(Path(stamp[0]))


# All tables but a few rows are those of the plan.
@kept_by_file(PLANS_MB, share=PLAN_SHARE / 2)
def _counted(counted: Stamp, stamp: Stamp) -> Plan:
    plan = _load(stamp)
    try:
        return with_boards(plan, Path(stamp[0]), boards=_boards(counted, stamp))
    except LayerFileError:
        return plan


@kept_by_file(BOARDS_MB, share=BOARDS_SHARE)
def _boards(counted: Stamp, stamp: Stamp) -> pd.DataFrame:
    return board_list(_load(stamp), Path(stamp[0]))


@st.cache_resource(max_entries=VIEWS_KEPT, show_spinner=False)
def _title(stamp: Stamp) -> str:
    return glance(Path(stamp[0])).name


@st.cache_resource(max_entries=VIEWS_KEPT, show_spinner=False)
def _view(stamp: Stamp, person_id: str) -> CadreView | None:
    return cadre_view(_load(stamp), person_id)


@st.cache_resource(max_entries=VIEWS_KEPT, show_spinner=False)
def _led(stamp: Stamp, person_id: str) -> list[str]:
    return led_grids(_load(stamp), person_id)


@st.cache_resource(max_entries=VIEWS_KEPT, show_spinner=False)
def _branch(stamp: Stamp, answers: Stamp | None, person_id: str, code: str) -> Branch | None:
    return branch_of(_load(stamp), Path(stamp[0]), person_id, code)


@st.cache_resource(max_entries=VIEWS_KEPT, show_spinner=False)
def _objects(stamp: Stamp, person_id: str) -> tuple[OwnObject, ...]:
    return own_objects(_load(stamp), person_id)
