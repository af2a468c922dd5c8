"""Comments on the coverage page: whoever may look may comment, answer and read.

Here a comment is pinned at a grid; on the page 调整 at any place of the map. Texts are hostile
until escaped: they are shown as plain text.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

import streamlit as st

from gridmap.access.behalf import acting_account
from gridmap.plan.plan import Plan
from gridmap.remarks import board, comments
from gridmap.remarks.board import Remark
from gridmap.ui.redraw.redraw_remarks import ask_to_open
from gridmap.ui.shell import guard
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from gridmap.ui.shell.tables import names_of
from layers.contract.errors import GridmapError
from layers.contract.sentence import LONGEST_SENTENCE

__all__ = ["show"]


@guard.fragment
def show(plan: Plan, path: Path, say: Translator, *, who: str, may_change: bool) -> None:
    """Show the comments of a plan, and let one be added at a grid.

    Parameters
    ----------
    plan, path
        The plan and its file.
    who
        Author of what is written here.
    may_change
        Whether it is a planner, who closes comments and opens them as edits.
    """
    try:
        found = [one for one in board.remarks_of(plan, path) if not one.is_dispute]
    except GridmapError as error:
        st.error(plain(error.text(say.language)) if may_change else say("comments.unreadable"))
        return
    may_write = may_change or acting_account() != ""  # a link to look at signs with no name
    waiting = [one for one in found if one.is_open]
    st.subheader(say("comments.title", count=len(waiting)))
    closed = len(found) - len(waiting)
    every = closed > 0 and st.toggle(say("comments.closed", count=closed), key="comments-closed")
    for one in found if every else waiting:
        _card(path, one, say, who=who, may_change=may_change, may_write=may_write)
    if not found:
        st.caption(say("comments.none"))
    if may_write:
        _add(plan, path, say, who, count=len(found))


def _card(
    path: Path, one: Remark, say: Translator, *, who: str, may_change: bool, may_write: bool
) -> None:
    number = one.name.partition(":")[2]
    with st.container(border=True):
        state = "" if one.is_open else f" · {say('redraw.notes_closed')} {one.edit}"
        st.markdown(f"{plain(one.text)}  \n{plain(one.by)} · {_minute(one.time)}{state}")
        for each in one.answers:
            st.caption(f"{plain(each.by)} · {_minute(each.time)}　{plain(each.text)}")
        if not (one.is_open and may_write):
            return
        said = st.text_input(
            say("redraw.notes_answer_hint"), max_chars=LONGEST_SENTENCE, key=f"comment-{number}",
            label_visibility="collapsed", placeholder=say("redraw.notes_answer_hint"),
        )  # fmt: skip
        with st.container(horizontal=True):
            if st.button(say("redraw.notes_answer"), key=f"answer-comment-{number}"):
                _do(partial(comments.answer, path, number, said), say, who)
            if may_change and st.button(say("redraw.notes_close"), key=f"close-comment-{number}"):
                _do(partial(comments.close, path, number), say, who)
            if may_change and st.button(say("redraw.notes_edit"), key=f"edit-comment-{number}"):
                ask_to_open(one.name)


def _add(plan: Plan, path: Path, say: Translator, who: str, *, count: int) -> None:
    names = names_of(plan.grids, say.language)
    codes = plan.grids.index[plan.grids["spatial"].astype(bool)].tolist()
    with (
        st.expander(say("comments.add")),
        st.form("comment-new", border=False),
    ):
        code = st.selectbox(
            say("comments.grid"), codes, format_func=lambda one: f"{names[one]} {one}", index=None,
            placeholder=say("comments.grid_hint"), key="comment-grid",
        )  # fmt: skip
        # Another key after each comment: an empty field, and no text is lost to a refusal.
        text = st.text_area(
            say("redraw.notes_text"), max_chars=LONGEST_SENTENCE, key=f"comment-text-{count}"
        )
        if st.form_submit_button(say("redraw.notes_save")):
            if code is None:
                st.error(say("comments.no_grid"))
                return
            spot = plan.outline(code).representative_point()
            lon, lat = board.to_degrees(plan, spot.x, spot.y)
            _do(partial(comments.pin, path, lon=lon, lat=lat, text=text), say, who)


def _do(act: Callable[..., object], say: Translator, who: str) -> None:
    try:
        act(by=who, when=datetime.now())
    except GridmapError as error:
        st.error(plain(error.text(say.language)))
        return
    st.rerun()


def _minute(time: str) -> str:
    return plain(time.replace("T", " ")[:16])
