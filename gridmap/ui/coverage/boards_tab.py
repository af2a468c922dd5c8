"""The tab 公示牌: which boards hang, which are outdated and why, and what to replace."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import streamlit as st

from gridmap.boards.copies import take_over_boards
from gridmap.boards.listing import LIVE, replace_list
from gridmap.boards.record import faulty_boards, note_down, note_hung
from gridmap.boards.sheet import SEEN, WALKED, boards_in_words, replace_xlsx
from gridmap.boards.typed import boards_named
from gridmap.plan.plan import Plan
from gridmap.receipts.photos import photo_of
from gridmap.ui.my_grids.board_door import LOOKED_AT
from gridmap.ui.shell import guard, plan_map
from gridmap.ui.shell.context import PageContext
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from gridmap.ui.shell.plans import Stamp, boards_of, counted_stamp, open_plan, stamp_of, title_of
from gridmap.ui.shell.tables import show_frame
from layers.contract.errors import GridmapError
from layers.contract.phrases import few

__all__ = ["show"]

KEPT = 4
TABLE_HEIGHT_PX = 420
ROWS_SHOWN = 10
PHOTO_PX = 420
NOTED, WALK = "boards-noted", "walk"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTHS_PX = {"number": 110, "state": 80, "why": 200, "place": 160}


@guard.fragment
def show(plan: Plan, context: PageContext) -> None:
    """Show the boards of a plan, and let a planner note what became of them."""
    path, say = context.path, context.say
    assert path is not None
    try:
        boards, walk = (
            one.copy(deep=False) for one in _boards(counted_stamp(path), stamp_of(path))
        )
        faulty = faulty_boards(path)
    except GridmapError as error:
        # Where files lie is the planner's to know.
        why = plain(error.text(say.language)) if context.may_change else ""
        st.error(say("boards.unreadable", why=why))
        return
    if NOTED in st.session_state:
        st.success(st.session_state.pop(NOTED))
    st.caption(say("boards.note"))
    if faulty and context.may_change:
        st.warning(say("boards.faulty", count=faulty))
    if boards.empty:
        st.info(say("boards.none"))
    else:
        counts = boards["state"].value_counts()
        told = {state: f"{int(counts.get(state, 0)):,}" for state in LIVE}
        st.markdown(say("boards.counts", all=f"{len(boards):,}", **told))
        _table(plan, path, boards, walk, context)
        _one(plan, path, boards, context)
    if context.may_change:
        left, right = st.columns(2, gap="medium")
        with left, st.expander(say("boards.by_list")):
            _by_list(path, boards, context)
        with right, st.expander(say("boards.take_over")):
            _take_over(path, context)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _boards(counted: Stamp, stamp: Stamp) -> tuple[pd.DataFrame, pd.DataFrame]:
    path = Path(stamp[0])
    plan = open_plan(path)
    boards = boards_of(path)
    order = boards["state"].map(LIVE.index).sort_values(kind="stable").index
    return boards.loc[order], replace_list(plan, path, boards=boards)


def _table(
    plan: Plan, path: Path, boards: pd.DataFrame, walk: pd.DataFrame, context: PageContext
) -> None:
    say = context.say
    there = set(boards["state"])
    options = [WALK, *(state for state in LIVE if state in there)]
    pick, get = st.columns([3, 1], vertical_alignment="bottom")
    wanted = pick.segmented_control(
        say("boards.only"), options, format_func=lambda one: say(f"boards.{one}"),
        key="boards-only", width="stretch",
    )  # fmt: skip
    get.download_button(
        say("boards.download"),
        guard.deferred(lambda: replace_xlsx(plan, walk, say.language, printed=date.today())),
        file_name=f"{plan.rules.town.name}-{say('boards.file_name')}.xlsx",
        mime=XLSX,
        on_click="ignore",
        key="boards-download",
        width="stretch",
    )
    shown = walk if wanted == WALK else boards
    if wanted not in (None, WALK):
        shown = boards[boards["state"] == wanted]
    if shown.empty:
        st.success(say("boards.walk_empty"))
        return
    st.caption(say("tables.go_hint"))
    table = boards_in_words(plan, shown, say.language)
    chosen = show_frame(
        table,
        hide_index=True,
        height="content" if len(table) < ROWS_SHOWN else TABLE_HEIGHT_PX,
        column_order=WALKED if wanted == WALK else SEEN,
        column_config={
            column: st.column_config.TextColumn(
                say(f"boards.column.{column}"), width=WIDTHS_PX.get(column)
            )
            for column in table.columns
        },
        on_select="rerun",
        selection_mode="single-row",
        key=f"boards-table-{wanted}",
        alt=say("boards.tab"),
    )
    plan_map.go_to_chosen(table["code"], chosen.selection.rows, "boards-gone")


def _one(plan: Plan, path: Path, boards: pd.DataFrame, context: PageContext) -> None:
    """Look at one board, found by its number, grid or place."""
    say = context.say
    told = boards_in_words(plan, boards, say.language)
    names = {
        number: " · ".join(one for one in (shown, name, place) if one)
        for number, shown, name, place in zip(
            boards.index, told["number"], told["name"], told["place"], strict=True
        )
    }
    number = st.selectbox(
        say("boards.look"),
        list(boards.index),
        index=None,
        format_func=lambda one: names.get(one, one),
        placeholder=say("boards.look_hint"),
        key=LOOKED_AT,
    )
    if number in boards.index:
        at = boards.index.get_loc(number)
        _card(path, boards.iloc[at], told.iloc[at], context)


def _card(path: Path, board: pd.Series, told: pd.Series, context: PageContext) -> None:
    """One board with its photo and its place, and what a planner notes of it."""
    say, number = context.say, str(board.name)
    with st.container(border=True, key="board-card"):
        why = f"：{told['why']}" if told["why"] else ""
        st.markdown(f"**{plain(told['number'])}** {plain(told['name'])} · {plain(told['place'])}")
        st.markdown(plain(f"{told['state']}{why}"))
        facts = [told["hung_on"], told["hung_by"], told["how"]]
        st.caption(plain(" · ".join(one for one in facts if one)))
        if board["lon"] == board["lon"]:
            where = say("boards.at", lon=f"{board['lon']:.6f}", lat=f"{board['lat']:.6f}")
            if board["accuracy_m"] == board["accuracy_m"]:
                where += say("boards.accuracy", metres=f"{board['accuracy_m']:.0f}")
            st.caption(where)
        photo = photo_of(path, str(board["photo"]))
        if photo is None:
            st.caption(say("boards.no_photo"))
        else:
            with st.container(width=PHOTO_PX):  # narrower on a phone
                st.image(photo, width="stretch", caption=say("boards.photo"))
        if not (context.may_change and board["hung_on"]):
            return
        if st.button(say("boards.take_down"), key="board-down"):
            _do(lambda: note_down(path, [number], who=context.who, when=_now()), 1, say)


def _by_list(path: Path, boards: pd.DataFrame, context: PageContext) -> None:
    say = context.say
    with st.form("boards-by-list", border=False):
        st.caption(say("boards.by_list_note"))
        text = st.text_area(say("boards.numbers"), key="boards-numbers", placeholder="4821-0935-71")
        day = st.date_input(
            say("boards.day"), date.today(), max_value=date.today(), key="boards-day"
        )
        if not st.form_submit_button(say("boards.note_hung"), key="boards-hung"):
            return
    found = boards_named(text, boards.index)
    if found.unknown:
        st.error(
            say("boards.not_known", numbers=plain(getattr(few(found.unknown, 10), say.language)))
        )
        return
    if not found.known or not isinstance(day, date):
        st.error(say("boards.no_number"))
        return
    who, when = context.who, _now()
    _do(
        lambda: note_hung(path, found.known, who=who, when=when, how="list", day=day),
        len(found.known),
        say,
    )


def _take_over(path: Path, context: PageContext) -> None:
    say = context.say
    others = [one for one in context.plans() if one.resolve() != path.resolve()]
    with st.form("boards-take-over", border=False):
        st.caption(say("boards.take_over_note"))
        other = st.selectbox(
            say("boards.plan"), others, index=None, format_func=title_of, key="boards-plan"
        )
        if not st.form_submit_button(say("boards.take_over_go"), key="boards-taken-over"):
            return
    if other is None:
        return
    try:
        count = take_over_boards(other, path)
    except GridmapError as error:
        st.error(plain(error.text(say.language)))
        return
    st.session_state[NOTED] = say("boards.taken_over", count=count)
    st.rerun()


def _do(act: Callable[[], None], count: int, say: Translator) -> None:
    try:
        act()
    except GridmapError as error:
        st.error(plain(error.text(say.language)))
        return
    st.session_state[NOTED] = say("boards.noted", count=count)
    st.rerun()


def _now() -> datetime:
    return datetime.now()
