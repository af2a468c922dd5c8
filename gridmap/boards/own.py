"""Boards of one person: those of the own grids and objects, and of all grids below a led one."""

import threading
from datetime import datetime
from pathlib import Path

import pandas as pd

from boundaries.hierarchy.ancestors import ancestors
from gridmap.access.sidecar import BOARDS, beside, read_events
from gridmap.boards.listing import board_list
from gridmap.boards.photos import Photo
from gridmap.boards.record import EVENTS, How, Spot, note_hung
from gridmap.plan.plan import Plan
from gridmap.receipts.photos import keep_photo
from gridmap.rules.roles import leading_roles
from layers.contract.errors import PlanError, UsageError, quoted

__all__ = ["boards_of_person", "hang_own"]

MOST_A_DAY = 200  # boards that one person notes as hung
_ONE_AT_A_TIME = threading.Lock()  # a double click asks twice at once


def boards_of_person(
    plan: Plan, plan_path: Path, person_id: str, *, boards: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Give the boards that a person sees to.

    Parameters
    ----------
    plan, plan_path, person_id
        The plan, its file, and who it is.
    boards
        What `board_list` gives, where it is known already.

    Returns
    -------
    Rows of `board_list` that are of a grid or an object the person is on a post of, of an object in
    such a grid, or of what lies below a grid that the person leads; boards that are of nothing or
    gone are the planner's.

    Raises
    ------
    LayerFileError
        If the record cannot be read.
    """
    rows = plan.assignments
    own = rows[(rows["status"] == "filled") & (rows["person_id"] == person_id)]
    boards = board_list(plan, plan_path) if boards is None else boards
    if own.empty or boards.empty:
        return boards.iloc[:0]
    grids = set(own["grid_code"]) - {""}
    led = set(own.loc[own["role"].isin(leading_roles(plan.rules)), "grid_code"]) - {""}
    lines = ancestors(plan.grids)
    grids |= set(lines.index[lines.isin(led).any(axis=1)])
    posts = plan.posts["object_id"].reindex(own["post_id"]).dropna()
    of_own = boards["grid_code"].isin(grids) | boards["object_id"].isin(set(posts) - {""})
    return boards[of_own & ~boards["state"].isin(("gone", "nothing"))]


def hang_own(
    plan: Plan, plan_path: Path, person_id: str, number: str, *, when: datetime, how: How,
    photo: Photo | None = None, spot: Spot | None = None,
) -> None:  # fmt: skip
    """Note that somebody has hung one of the own boards; said twice it is there once.

    Parameters
    ----------
    plan, plan_path, person_id
        The plan, its file, and who hung it.
    number
        The board.
    when, how
        The time, and how it was told.
    photo
        A photo of it; its point counts unless `spot` is given.
    spot
        Where it hangs.

    Raises
    ------
    PlanError
        If it is no board of the person, or one that is not to be hung any more.
    UsageError
        If the person has noted too many today.
    LayerFileError
        If it cannot be saved.
    """
    with _ONE_AT_A_TIME:
        boards = boards_of_person(plan, plan_path, person_id)
        if number not in boards.index:
            raise PlanError(
                f"{number!r} is no board of {person_id!r}. Check the number.",
                f"{quoted(number)}不是{quoted(person_id)}负责的公示牌，请核对编号。",
            )
        board = boards.loc[number]
        if board["state"] == "void":
            raise PlanError(
                f"The board {number!r} is outdated. Do not hang it; ask for a new one.",
                f"公示牌{quoted(number)}已过时，请勿悬挂，请领取新牌。",
            )
        today = when.date().isoformat()
        seen = (board["hung_by"], board["hung_on"]) == (person_id, today)
        if seen and photo is None and spot is None:
            return
        if _today(plan_path, person_id, today) >= MOST_A_DAY:
            raise UsageError(
                f"{MOST_A_DAY} boards were noted by you today already. Ask the planner.",
                f"您今天已登记 {MOST_A_DAY} 块公示牌，请联系规划人员。",
            )
        name = keep_photo(plan_path, photo.copy) if photo is not None else ""
        where = spot or (photo.spot if photo is not None else None)
        note_hung(plan_path, [number], who=person_id, when=when, how=how, spot=where, photo=name)


def _today(plan_path: Path, person_id: str, day: str) -> int:
    events = read_events(beside(plan_path, BOARDS), EVENTS)
    return sum(
        event["event"] == "hung" and event["who"] == person_id and event["time"][:10] == day
        for event in events
    )
