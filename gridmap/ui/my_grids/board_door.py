"""Where the code of a board leads: an account to the board on 覆盖, anybody else to a public card.

The card is there only where the town has opened it. A cadre's link with a board in its address
opens the cadre's page, which asks for it there (`boards_part`).
"""

from contextlib import suppress
from html import escape
from pathlib import Path

import streamlit as st

from gridmap.access.sidecar import BOARDS, beside
from gridmap.boards.numbers import as_number
from gridmap.boards.public_view import PublicBoard, public_board
from gridmap.boards.qr import BOARD
from gridmap.boards.record import tracked_boards
from gridmap.plan.identity import identity_of
from gridmap.ui.shell import plans
from gridmap.ui.shell.context import choose_plan
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.plan_map import WANTED
from gridmap.ui.shell.plans import Stamp, counted_stamp, stamp_of
from layers.contract.errors import GridmapError

__all__ = ["LOOKED_AT", "lead_to_board", "show_card"]

KEPT = 200
LOOKED_AT = "boards-look"  # the board that is looked at on 覆盖, in the session


def lead_to_board(folder: Path, towns: Path, only: Path | None) -> bool:
    """Choose plan and board that a scanned code names, for whoever may look at plans.

    Parameters
    ----------
    folder, towns
        Where plans and towns lie.
    only
        The one plan that a link opened; None for all.

    Returns
    -------
    Whether the page 覆盖 is to be opened. The address loses the board in any case.
    """
    if BOARD not in st.query_params:
        return False
    number = as_number(st.query_params[BOARD])
    del st.query_params[BOARD]
    path = _plan_with(folder, number, only)
    if path is None:
        return False
    if only is None:
        choose_plan(path, folder, towns)
    st.session_state[WANTED] = "boards"
    st.session_state[LOOKED_AT] = number
    return True


def show_card(folder: Path, say: Translator) -> None:
    """Show what anybody may learn of the board in the address; nothing where that is nothing."""
    number = as_number(st.query_params.get(BOARD))
    path = _plan_with(folder, number, None)
    if number is None or path is None:
        return
    with suppress(GridmapError):  # what is wrong with a file is the planner's to know
        board = _card_of(counted_stamp(path), stamp_of(path), number)
        if board is not None:
            st.html(_card(board, say))


def _plan_with(folder: Path, number: str | None, only: Path | None) -> Path | None:
    """Find the plan whose record knows a board; drafts and copies know it too, and come last."""
    if number is None:
        return None
    found = []
    for path in plans.find_plans(folder) if only is None else [only]:
        with suppress(GridmapError):
            if beside(path, BOARDS).exists() and number in tracked_boards(path):
                found.append(path)
    for path in found if len(found) > 1 else []:
        with suppress(GridmapError):
            if not identity_of(plans.open_plan(path)).origin:
                return path
    return found[0] if found else None


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _card_of(counted: Stamp, stamp: Stamp, number: str) -> PublicBoard | None:
    path = Path(stamp[0])
    return public_board(plans.open_plan(path), path, number)


def _card(board: PublicBoard, say: Translator) -> str:
    zh = say.language == "zh"
    facts = {
        "board_door.number": board.number,
        "board_door.grid": f"{board.name if zh else board.name_en} {board.grid_code}",
        "board_door.version": board.version,
    }
    rows = "".join(
        f"<dt>{escape(say(key))}</dt><dd>{escape(told)}</dd>" for key, told in facts.items()
    )
    if board.phone:
        digits = "".join(sign for sign in board.phone if sign.isdigit())
        link = f'<a href="tel:{escape(digits)}">{escape(board.phone)}</a>'
        rows += f"<dt>{escape(say('board_door.phone'))}</dt><dd>{link}</dd>"
    state = say("board_door.current" if board.is_current else "board_door.old")
    title = say("board_door.title", town=board.town if zh else board.town_en)
    return (
        f'<section class="board-card"><h1>{escape(title)}</h1>'
        f'<p class="{"board-right" if board.is_current else "board-wrong"}">{escape(state)}</p>'
        f"<dl>{rows}</dl></section>"
    )
