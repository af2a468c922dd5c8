"""What anybody may learn who scans the code of a board: whether it is right, and whom to call.

Nothing is told unless the town has opened it, and then no more than a copy for the public holds.
"""

from dataclasses import dataclass
from pathlib import Path

from gridmap.boards.listing import board_list
from gridmap.plan.plan import Plan
from gridmap.publish.release import release
from layers.contract.errors import PlanError

__all__ = ["PublicBoard", "public_board"]

_RIGHT = ("current", "waiting")  # printed as it would be now; whether somebody has told it hangs


@dataclass(frozen=True)
class PublicBoard:
    """A board as the public sees it; nobody is named, and neither place nor photo is told."""

    number: str
    town: str
    town_en: str
    grid_code: str
    name: str
    name_en: str
    version: str  # on the board
    phone: str  # of the office; "" for none
    is_current: bool


def public_board(plan: Plan, plan_path: Path, number: str) -> PublicBoard | None:
    """Tell the public about a board.

    Parameters
    ----------
    plan, plan_path
        The plan, and its file: the record of boards lies beside it.
    number
        The board.

    Returns
    -------
    None unless `publish.board_page` of the rules says so, for a board that nobody knows, and for
    one of a grid that the public is not shown.

    Raises
    ------
    LayerFileError
        If the record cannot be read.
    """
    if not plan.rules.publish.board_page:
        return None
    boards = board_list(plan, plan_path, history=True)
    if number not in boards.index:
        return None
    try:
        grids = release(plan, public=True).grids
    except PlanError:  # secret, or all ground is sensitive
        return None
    board, town = boards.loc[number], plan.rules.town
    code = str(board["grid_code"])
    if code not in grids.index:
        return None
    row = grids.loc[code]
    name = str(row["label"] or row["name"])
    return PublicBoard(
        number=number,
        town=town.name,
        town_en=town.name_in("en"),
        grid_code=code,
        name=name,
        name_en=str(row["label"] or row["name_en"]) or name,
        version=str(board["version"]),
        phone=town.office_phone,
        is_current=board["state"] in _RIGHT,
    )
