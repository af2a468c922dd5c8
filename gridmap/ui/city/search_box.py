"""One box that finds people, firms, grids and towns of the whole city, and leads to their town."""

from typing import Any

import pandas as pd
import streamlit as st

from gridmap.city.search import search_city, what_name
from gridmap.ui.city.choice import choose
from gridmap.ui.city.city_data import CityData, name_in
from gridmap.ui.shell import guard, plan_map
from gridmap.ui.shell.context import PageContext, choose_plan, go_to
from gridmap.ui.shell.markdown import plain
from layers.contract.errors import PlanError

__all__ = ["show"]

MOST = 12
LONGEST = 100  # signs of a text that is looked for


@guard.fragment  # what is typed changes neither map nor tables
def show(context: PageContext, data: CityData) -> None:
    """Show the box and what it finds among the towns that are shown.

    Parameters
    ----------
    context
        Who looks.
    data
        The city, with the towns that they may see.
    """
    say = context.say
    text = st.text_input(
        say("city_page.find"), placeholder=say("city_page.find"), key="city-find",
        icon=":material/search:", max_chars=LONGEST, label_visibility="collapsed",
    ).strip()  # fmt: skip
    if not text:
        return
    try:
        found = search_city(data.city.folder, text, towns=list(data.towns.index), limit=MOST)
    except PlanError:  # where the folder lies is not everybody's to know
        st.info(say("city_page.find_first"))
        return
    if found.empty:
        st.info(plain(say("city_page.found_none", text=text)))
        return
    with st.container(key="city-found", gap=None):
        for number, hit in enumerate(found.itertuples(index=False)):
            if st.button(_words(hit, data, context), key=f"city-hit-{number}", type="tertiary"):
                _open(hit, data, context)
    whole = int(found.attrs.get("all", len(found)))
    if whole > len(found):
        st.caption(say("city_page.found_more", count=f"{whole:,}", shown=len(found)))


def _words(hit: Any, data: CityData, context: PageContext) -> str:
    """Say what was found, and where."""
    say = context.say
    town = data.towns.loc[hit.town]
    where = [name_in(data.areas.loc[one], say.language) for one in data.areas_of_town(hit.town)]
    if hit.kind != "town":
        where.append(name_in(town, say.language))
    what = what_name(hit.kind, hit.what, say.language) if hit.what else ""
    about = " · ".join(filter(None, (hit.code, what, *where)))
    return f"{plain(say(f'city.kind.{hit.kind}'))} **{plain(hit.name)}** {plain(about)}"


def _open(hit: Any, data: CityData, context: PageContext) -> None:
    """Open a town on the map of the city, anything else on the map of its town."""
    path = data.city.plan_of(hit.town)
    if hit.kind == "town" or not path.exists():
        area = data.areas_of_town(hit.town)
        choose(area[0] if area else data.top, hit.town)
        st.rerun()
    choose_plan(path, context.folder, context.towns)
    if hit.grid_code and pd.notna(hit.grid_code):
        plan_map.ask_for(hit.grid_code)
    st.session_state[plan_map.WANTED] = "map"
    go_to("coverage")
