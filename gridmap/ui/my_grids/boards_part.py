"""Boards on the page of a cadre: which hang, and noting one as hung by photo, scan or number.

Every text of the data is escaped here.
"""

from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path

import pandas as pd
import streamlit as st

from gridmap.boards.numbers import as_number
from gridmap.boards.own import boards_of_person, hang_own
from gridmap.boards.photos import Photo, read_photo
from gridmap.boards.qr import BOARD
from gridmap.boards.record import How, Spot
from gridmap.ui.shell import plans
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from layers.contract.errors import GridmapError

__all__ = ["show"]

DONE, ROUND, READ = "my-board-done", "my-board-round", "my-board-photo"
STATES = ("old", "waiting", "void", "current")  # what is to be done comes first
SIGNS = {"current": "✓", "old": "!", "waiting": "○", "void": "×"}


@dataclass(frozen=True)
class _Told:
    """Which board somebody holds, and how that was told."""

    number: str
    how: How
    photo: Photo | None = None


def show(path: Path, person_id: str, say: Translator, *, tapped: Spot | None = None) -> None:
    """Show the boards that a person sees to; nothing where there is none.

    Parameters
    ----------
    path, person_id
        The plan, and who it is.
    tapped
        The place on the map that is chosen.
    """
    try:
        listed = plans.boards_of(path)
        boards = boards_of_person(plans.open_plan(path), path, person_id, boards=listed)
    except GridmapError:
        st.error(say("my_boards.unreadable"))  # where the file lies is not the cadre's to know
        return
    scanned = as_number(st.query_params.get(BOARD))
    if boards.empty and scanned is None:
        return
    st.subheader(say("my_boards.title", count=len(boards)))
    if DONE in st.session_state:
        st.success(say("my_boards.done", number=st.session_state.pop(DONE)))
    if scanned is not None:
        _offer(path, person_id, boards, _Told(scanned, "scan"), say, tapped)
    with st.expander(say("my_boards.hang"), expanded=False):
        told = _asked(boards, say)
        if told is not None:
            _offer(path, person_id, boards, told, say, tapped)
    st.html(_list(boards, say))


def _asked(boards: pd.DataFrame, say: Translator) -> _Told | None:
    """Ask for a photo, or for the number; None until one of them is there."""
    turn = st.session_state.setdefault(ROUND, 0)
    st.caption(say("my_boards.hang_note"))
    sent = st.file_uploader(
        say("my_boards.photo"), type=["jpg", "jpeg", "png"], key=f"my-board-photo-{turn}"
    )
    photo = None
    if sent is not None:
        try:
            photo = _read(sent.file_id, sent.getvalue())
        except GridmapError as error:
            st.error(plain(error.text(say.language)))
            return None
        own = [number for number in photo.numbers if number in boards.index]
        if len(own) == 1:
            return _Told(own[0], "photo", photo)
        if photo.numbers and not own:
            st.warning(say("my_boards.not_own", number="、".join(photo.numbers)))
        else:
            st.info(say("my_boards.several" if own else "my_boards.no_code"))
    names = {
        str(number): f"{number} {row['name']} {row['place']}".strip()
        for number, row in boards.iterrows()
    }
    number = st.selectbox(
        say("my_boards.choose"),
        list(names),
        index=None,
        format_func=lambda one: names.get(one, one),
        placeholder=say("my_boards.choose_hint"),
        key=f"my-board-number-{turn}",
    )
    return None if number is None else _Told(number, "typed", photo)


def _read(mark: str, data: bytes) -> Photo:
    """Read a photo once, not with every run of the page."""
    kept = st.session_state.get(READ)
    if kept is None or kept[0] != mark:
        kept = st.session_state[READ] = (mark, read_photo(data))
    found: Photo = kept[1]
    return found


def _offer(
    path: Path, person_id: str, boards: pd.DataFrame, told: _Told, say: Translator,
    tapped: Spot | None,
) -> None:  # fmt: skip
    """Show the board that was told, and let it be confirmed."""
    if told.number not in boards.index:
        st.warning(say("my_boards.not_own", number=told.number))
        return
    board = boards.loc[told.number]
    spot = (told.photo.spot if told.photo is not None else None) or tapped
    with st.container(border=True, key=f"my-board-{told.how}"):
        st.html(_card(board, say))
        if board["state"] == "void":
            st.error(say("boards.void_note"))
            return
        if spot is not None:
            st.caption(say("boards.at", lon=f"{spot.lon:.6f}", lat=f"{spot.lat:.6f}"))
        else:
            st.caption(say("my_boards.no_spot"))
        label = say("my_boards.again" if board["hung_on"] else "my_boards.confirm")
        if not st.button(label, type="primary", width="stretch", key=f"my-board-hang-{told.how}"):
            return
        plan = plans.open_plan(path)
        try:
            hang_own(
                plan, path, person_id, told.number, when=datetime.now(), how=told.how,
                photo=told.photo, spot=spot,
            )  # fmt: skip
        except GridmapError as error:
            st.error(plain(error.text(say.language)))
            return
    st.session_state[DONE] = told.number
    st.session_state[ROUND] += 1
    st.session_state.pop(READ, None)
    if BOARD in st.query_params:
        del st.query_params[BOARD]
    st.rerun()


def _card(board: pd.Series, say: Translator) -> str:
    facts = [
        say("my_boards.number", number=board.name),
        str(board["place"]),
        say("my_boards.version", version=board["version"]),
    ]
    return (
        f'<section class="my-grid-part"><h2>{escape(str(board["name"]))}</h2>'
        f"<p>{escape(' · '.join(one for one in facts if one))}</p>"
        f"<p>{escape(_state(board, say))}</p></section>"
    )


def _state(board: pd.Series, say: Translator) -> str:
    state = str(board["state"])
    text = f"{SIGNS[state]} {say(f'boards.{state}')}"
    why = str(board["why_zh" if say.language == "zh" else "why"])
    if state == "current" and board["hung_on"]:
        return f"{text} {board['hung_on']}"
    return f"{text}{say('mark.list')}{why}" if why else text


def _list(boards: pd.DataFrame, say: Translator) -> str:
    order = boards.assign(rank=boards["state"].map(STATES.index)).sort_values(
        ["rank", "grid_code", "place"], kind="stable"
    )
    rows = "".join(
        f"<li><b>{escape(str(row['name']))}</b><span>"
        f"{escape(' · '.join(one for one in (str(number), str(row['place'])) if one))}</span><br>"
        f"<span>{escape(_state(row, say))}</span></li>"
        for number, row in order.iterrows()
    )
    return f'<section class="my-grid-part"><ul class="my-grid-pairs">{rows}</ul></section>'
