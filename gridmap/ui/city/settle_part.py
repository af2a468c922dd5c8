"""A border between two towns settled on the page: seen, tried, confirmed, told.

Both plans are made by a process of its own. The first time they are only compared with those that
are there; whoever has seen what changes may have it done.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from gridmap.city.borders.checking import Outlines, neighbours, outlines_of
from gridmap.city.borders.drafts import FIGURES
from gridmap.city.borders.preview import Preview, preview_border
from gridmap.city.borders.running import look_at_border, place_of, result_of, start_border
from gridmap.city.borders.settling import OWN, agreed_with
from gridmap.city.folder import City
from gridmap.trials.background import Work
from gridmap.ui.city.border_map import border_values, legend_html, show_map
from gridmap.ui.city.city_data import CityData
from gridmap.ui.shell import jobs
from gridmap.ui.shell.context import PageContext
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from gridmap.ui.shell.tables import show_frame
from layers.contract.errors import GridmapError

__all__ = ["show"]

KEPT = 4
TOLD = "settle-told"  # rows of what became of a border, shown in the run after


def show(context: PageContext, data: CityData, faults: pd.DataFrame, names: dict[str, str]) -> None:
    """Show a border of two towns that the account is for, and the way to settle it.

    Parameters
    ----------
    context
        A planner.
    data
        The city, with the towns that the account is for.
    faults
        Faults of borders between these towns: the pair with most of them comes first.
    names
        Names of the towns by folder, no two alike.
    """
    say = context.say
    st.subheader(say("settle.title"), anchor=False)
    st.caption(say("settle.note"))
    stamp = (data.stamp, tuple(data.towns["plan"].fillna("")))
    outlines = _outlines(stamp, data)
    pairs = _pairs(outlines, faults, set(names))
    if not pairs:
        st.info(say("settle.no_pair"))
        return
    with st.container(key="settle-choices"):
        left, right = st.columns(2)
    pair = left.selectbox(
        say("settle.pair"),
        pairs,
        format_func=lambda one: say("settle.between", one=names[one[0]], other=names[one[1]]),
        key=f"settle-pair-{say.language}",
    )
    one, other = pair
    agreed = _has_agreed(data.whole, outlines, one, other)
    by = right.selectbox(
        say("settle.by"),
        [one, other, *([OWN] if agreed else [])],
        format_func=lambda by: say("settle.own" if by == OWN else "settle.by_town",
                                   name=names.get(by, "")),
        key=f"settle-by-{one}-{other}-{say.language}",
    )  # fmt: skip
    try:
        preview = preview_border(data.whole, outlines, one, other, by=by)
    except GridmapError as error:
        st.error(plain(error.text(say.language)))
        return
    with st.container(key="settle-body"):
        map_side, card = st.columns([5, 3], gap="medium")
        with map_side:
            st.html(legend_html(preview, names, say))
            show_map("settle-map", border_values(preview, names, say))
        with card, st.container(border=True, key="settle-card"):
            _card(context, data, preview, pair, by, names)


def _card(
    context: PageContext,
    data: CityData,
    preview: Preview,
    pair: tuple[str, str],
    by: str,
    names: dict[str, str],
) -> None:
    """Say what would change, and offer the next step."""
    say, city = context.say, data.whole
    told = st.session_state.pop(TOLD, None)
    work = look_at_border(city, *pair)
    if work is not None and work.is_running:
        _running(context, city, pair)
        return
    if work is not None and not work.task["is_trial"]:
        if work.state == "done":
            st.success(say("settle.done"))
            _moves(pd.DataFrame(result_of(city, work).get("moves", [])), names, say)
            st.caption(say("settle.undo"))
        else:
            jobs.outcome(work, say)
        st.divider()
    moves = preview.moves
    if told:
        st.error(told)
    if not moves[["given_m2", "taken_m2"]].to_numpy().any():
        st.info(say("settle.alike"))
        return
    st.markdown(f"**{say('settle.moves')}**")
    _moves(moves, names, say)
    is_tried = work is not None and work.task["is_trial"] and work.task["by"] == by
    result = result_of(city, work) if work is not None and is_tried else {}
    if is_tried and work is not None and work.state != "done":
        jobs.outcome(work, say)
    if not result:
        if st.button(say("settle.try"), type="primary", key="settle-try"):
            _start(city, pair, by, say, is_trial=True)
        st.caption(say("settle.try_note"))
        return
    _figures(pd.DataFrame(result["figures"]), names, say)
    _confirm(city, pair, by, result["losing"], names, say)


def _confirm(
    city: City,
    pair: tuple[str, str],
    by: str,
    losing: list[str],
    names: dict[str, str],
    say: Translator,
) -> None:
    """Say what follows, and have it done by whoever agrees to it."""
    st.markdown(say("settle.follows"))
    may_lose = all(
        [
            st.checkbox(
                say("settle.lose", name=plain(names[town])),
                key=f"settle-lose-{'-'.join(pair)}-{town}",  # said of this border alone
            )
            for town in losing
        ]
    )
    with st.container(horizontal=True, gap="small"):
        if st.button(say("settle.go"), type="primary", key="settle-go", disabled=not may_lose):
            _start(city, pair, by, say, is_trial=False, anew=losing)
        if st.button(say("settle.again"), key="settle-again"):
            _start(city, pair, by, say, is_trial=True)


def _start(
    city: City, pair: tuple[str, str], by: str, say: Translator, *, is_trial: bool,
    anew: list[str] | None = None,
) -> None:  # fmt: skip
    try:
        start_border(city, *pair, by=by, is_trial=is_trial, anew=anew or [])
    except GridmapError as error:
        st.session_state[TOLD] = plain(error.text(say.language))
    st.rerun()


def _running(context: PageContext, city: City, pair: tuple[str, str]) -> None:
    def words(work: Work) -> str:
        return context.say(f"settle.step.{'trial' if work.task['is_trial'] else 'settle'}")

    jobs.show_running(place_of(city, pair[0]), context.say, key="settle", words=words)


def _moves(moves: pd.DataFrame, names: dict[str, str], say: Translator) -> None:
    table = pd.DataFrame(
        {
            say("city_page.town"): moves["town"].map(names),
            say("settle.given"): moves["given_m2"],
            say("settle.taken"): moves["taken_m2"],
        }
    )
    number = st.column_config.NumberColumn(format="%.1f")
    columns = {name: number for name in table.columns[1:]}
    show_frame(
        table, hide_index=True, height="content", column_config=columns, alt=say("settle.moves")
    )


def _figures(figures: pd.DataFrame, names: dict[str, str], say: Translator) -> None:
    """Show what differs of each plan: a row a figure, a column a town."""
    rows = {}
    for town, its in figures.groupby("town", sort=True):
        told = its.set_index("key")
        rows[names[str(town)]] = [
            _change(key, told.loc[key], say) if key in told.index else "" for key in FIGURES
        ]
    table = pd.DataFrame({say("settle.figure"): [say(f"settle.{key}") for key in FIGURES], **rows})
    st.markdown(f"**{say('settle.figures')}**")
    show_frame(table, hide_index=True, height="content", alt=say("settle.figures"))


def _change(key: str, row: Mapping[str, Any], say: Translator) -> str:
    before, after = (f"{row[when]:,.6g}" for when in ("before", "after"))
    if key in ("grids_new", "grids_gone", "grids_redrawn", "people_moved"):
        return after
    return before if before == after else say("settle.change", before=before, after=after)


def _pairs(outlines: Outlines, faults: pd.DataFrame, mine: set[str]) -> list[tuple[str, str]]:
    """Give neighbours that the account is for, those with faults first."""
    size = (faults["m2"] + faults["length_m"]).groupby(
        [faults[["town", "other"]].min(axis=1), faults[["town", "other"]].max(axis=1)]
    )
    sums = size.sum().to_dict()
    found = set()
    for one, two in neighbours(outlines):
        first, second = sorted((outlines.names[one], outlines.names[two]))
        if {first, second} <= mine:
            found.add((first, second))
    return sorted(found, key=lambda pair: (-sums.get(pair, 0.0), pair))


def _has_agreed(city: City, outlines: Outlines, one: str, other: str) -> bool:
    """Whether two towns have agreed on ground before."""
    ground = agreed_with((city.town(one), city.town(other)), outlines.crs)
    return any(not shape.is_empty for part in ground for shape in part.values())


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _outlines(stamp: tuple[Any, ...], _data: CityData) -> Outlines:
    return outlines_of(_data.whole)
