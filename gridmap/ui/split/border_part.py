"""The part 解释界线 of the page 划分: click a border of the plan, read why it is there."""

import math
from typing import Any

import streamlit as st

from gridmap.ui.shell import guard
from gridmap.ui.shell.context import PageContext, go_to
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from gridmap.ui.split.desk import Desk, open_desk
from gridmap.ui.split.map_legend import choose_colour, legend_html
from gridmap.ui.split.what_if_map import fills_of, map_data, show_map
from gridmap.what_if import Explained, explain_border
from gridmap.what_if.answer import explained_text
from gridmap.what_if.border import border_at
from layers.contract.errors import GridmapError, Named

__all__ = ["ask_about", "place_of", "show"]

PLACE = "border-place"
VIEW = "split-view"  # key of the switch of the page's parts, in split_page
LEAST_REACH_M, MOST_REACH_M = 10.0, 300.0


@guard.fragment
def show(context: PageContext) -> None:
    """Show the plan; tell of the border that is clicked, or between two codes."""
    desk = open_desk(context)
    if desk is None:
        return
    say = context.say
    st.caption(say("border.intro"))
    left, right = st.columns([2, 1], gap="medium")
    with right:
        typed = st.text_input(
            say("border.codes"), placeholder=say("border.codes_hint"), key="border-codes"
        )
        found = _explained(desk, typed.split(), say)
    with left:
        colour = choose_colour("border-colour", say)
        marked = found.border.line if found is not None else None
        data = map_data(desk.ground, desk.backdrop, say, colour=colour, marked=marked)
        st.html(legend_html(colour, set(fills_of(data)), say))
        show_map("border-map", data, _clicked)
    with right:
        if found is not None:
            _tell(found, say)


def ask_about(place: tuple[float, float, float]) -> None:
    """Open the page 划分 with the border at a place of another page's map explained."""
    st.session_state[PLACE] = place
    st.session_state["border-codes"] = ""
    st.session_state[VIEW] = "border"
    go_to("split")


def place_of(sent: Any) -> tuple[float, float, float] | None:
    """Read a place that a browser sent: longitude, latitude, reach in m; None when it is none."""
    try:
        lon, lat, reach = (float(sent[key]) for key in ("lon", "lat", "reach"))
    except (KeyError, TypeError, ValueError):
        return None
    if not all(math.isfinite(value) for value in (lon, lat, reach)):
        return None
    return lon, lat, min(max(reach, LEAST_REACH_M), MOST_REACH_M)


def _clicked(sent: Any) -> None:
    st.session_state[PLACE] = place_of(sent)
    st.session_state["border-codes"] = ""


def _explained(desk: Desk, codes: list[str], say: Translator) -> Explained | None:
    """Explain what is asked for; say what is wrong with it, or that nothing is asked yet."""
    place = st.session_state.get(PLACE)
    try:
        if len(codes) == 2:
            return explain_border(desk.ground, (codes[0], codes[1]))
        if codes:
            st.error(say("border.two_codes"))
            return None
        if place is None:
            st.markdown(say("border.none"))
            return None
        lon, lat, reach = place
        return explain_border(desk.ground, border_at(desk.ground, lon, lat, reach_m=reach))
    except GridmapError as error:
        st.error(plain(error.text(say.language)))
        return None


def _tell(found: Explained, say: Translator) -> None:
    """Say why, then what moving it costs."""
    told = explained_text(found)

    def text(line: Named) -> str:
        return plain(line.zh if say.language == "zh" else line.en)

    st.markdown(text(told.head))
    st.markdown(f"**{say('border.why')}**")
    st.markdown("\n".join(f"- {text(line)}" for line in told.why))
    if told.moves:
        st.markdown(f"**{say('border.moving')}**")
        st.markdown("\n".join(f"- {text(line)}" for line in told.moves))
        if told.more:
            st.caption(text(told.more))
        st.caption(say("border.price_note"))
