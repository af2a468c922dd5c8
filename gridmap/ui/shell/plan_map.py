"""The map of a plan in a page of the app: its data, kept and served by address, and its frame.

What is worked out for a plan is kept for all who look at it, until a file it comes from changes.
"""

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from gridmap.access.answers import disputes, responses
from gridmap.access.sidecar import beside
from gridmap.coverage.compare import Comparison, compare_plans
from gridmap.maps.coverage import map_data, map_page
from gridmap.maps.page import pair_page
from gridmap.maps.payload import payload
from gridmap.maps.views import View, answers_view, change_view
from gridmap.plan.plan import Plan
from gridmap.receipts.place_posts import place_responses
from gridmap.ui.basemap.ground import Ground, ground_of
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.media_url import publish
from gridmap.ui.shell.memory.kept import kept_by_file
from gridmap.ui.shell.plans import Stamp, open_plan, stamp_of
from gridmap.ui.shell.streamlit_private import session_id
from gridmap.ui.shell.towns import rules_of, town_of_plan
from layers.contract.errors import GridmapError

__all__ = [
    "WANTED",
    "answers_of",
    "ask_for",
    "basemap_of",
    "comparison_of",
    "go_to_chosen",
    "show_map",
    "show_pair",
]

KEPT = 4  # comparisons: a city's map takes ten megabytes
# Maps in memory, and what a megabyte of a plan's file becomes in one: 10 MB of a city of 150.
MAPS_MB, MAP_SHARE = 256, 0.07
MAP_HEIGHT_PX = 720  # of the frame; page.css fits it to the window
ASKED, TIMES = "map-grid", "map-asked"
AT, LONGEST_AT = "at", 40  # longitude, latitude and zoom of a link to a view
WANTED = "coverage-wanted"  # the tab to open in the next run


def show_map(
    path: Path,
    say: Translator,
    *,
    other: Path | None = None,
    basemap: dict[str, Any] | None = None,
    talk: dict[str, Any] | None = None,
) -> None:
    """Show the map of a plan, with the answers of its cadres.

    Parameters
    ----------
    path
        The plan.
    other
        Another plan of the town, to colour what differs; None for none.
    basemap
        What `basemap_of` says of a picture under the grids; None for none.
    talk
        Comments on the map, and what it may ask of the page; None for none.
    """
    data = _data(stamp_of(path), _stamp_beside(path), _stamp_or_none(other), say.language)
    address = publish(data, "application/gzip", "map-data")
    town = open_plan(path).rules.town
    title = town.name_in(say.language)
    page = map_page(address, title=title, language=say.language, basemap=basemap, talk=talk)
    address = publish(page.encode(), "text/html", "map-page")
    # The page hears of it as its address changes behind the #, and is not loaded again.
    grid, at = st.session_state.get(ASKED), str(st.query_params.get(AT, ""))
    asked = {AT: at} if at and len(at) <= LONGEST_AT else {}
    if grid:
        asked |= {"grid": grid, "time": str(st.session_state.get(TIMES, 0))}
    if asked:
        address += "#" + urlencode(asked)
    st.iframe(address or page, height=MAP_HEIGHT_PX, alt=say("app.map"))


def basemap_of(path: Path, folder: Path, towns: Path, say: Translator) -> Ground:
    """Find the base map for the maps of a plan.

    It is no part of a plan: another opacity or another file needs no new division. So the rules in
    the folder of the town are asked, and those of the plan where there is no such folder.

    Parameters
    ----------
    path
        The plan.
    folder, towns
        Where plans and the own towns lie.
    say
        Language of the page.
    """
    town = town_of_plan(path, folder, towns)
    try:
        rules = rules_of(town) if town is not None else open_plan(path).rules
    except GridmapError:
        return Ground()  # said where the rules are looked at
    return ground_of(rules.basemap, town or path.parent, session_id(), say.language)


def show_pair(
    path: Path, other: Path, say: Translator, *, basemap: dict[str, Any] | None = None
) -> None:
    """Show two plans on two maps that move together, over a base map where there is one."""
    language = say.language
    data = [
        _data_of_pair(stamp_of(path), stamp_of(other), language, swapped=swapped)
        for swapped in (False, True)
    ]
    names = (_name(path), _name(other))
    first, second = (
        publish(one, "application/gzip", f"pair-{place}") for place, one in enumerate(data)
    )
    page = pair_page((first, second), names=names, language=language, basemap=basemap)
    address = publish(page.encode(), "text/html", "pair-page")
    st.iframe(address or page, height=MAP_HEIGHT_PX, alt=say("compare.map"))


def ask_for(grid: str) -> None:
    """Let the map go to a grid in the next run."""
    st.session_state[ASKED] = grid
    st.session_state[TIMES] = st.session_state.get(TIMES, 0) + 1


def go_to_chosen(codes: pd.Series, rows: list[int], key: str) -> None:
    """Open the map at the grid of a row, when another row is chosen than the last time.

    Parameters
    ----------
    codes
        Grid of each row of the table.
    rows
        Rows that are chosen: one or none.
    key
        Name of the table in the session.
    """
    code = str(codes.iloc[rows[0]]) if rows and rows[0] < len(codes) else ""
    if code == st.session_state.get(key, ""):
        return
    st.session_state[key] = code
    if code:
        ask_for(code)
        st.session_state[WANTED] = "map"
        st.rerun()


def answers_of(path: Path) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Give `responses`, `place_responses` and `disputes` of a plan.

    Raises
    ------
    GridmapError
        If the record beside the plan cannot be read.
    """
    grids, places, disputed = (
        one.copy(deep=False) for one in _answers(stamp_of(path), _stamp_beside(path))
    )
    return grids, places, disputed  # what is kept stays as it is


def comparison_of(path: Path, other: Path) -> Comparison:
    """Compare two plans.

    Raises
    ------
    GridmapError
        If one cannot be read, or they are of different towns.
    """
    return _comparison(stamp_of(path), stamp_of(other))


def _name(path: Path) -> str:
    return path.name.split(".")[0]


def _stamp_beside(path: Path) -> Stamp | None:
    return _stamp_or_none(beside(path, "answers"))


def _stamp_or_none(path: Path | None) -> Stamp | None:
    return stamp_of(path) if path is not None and path.exists() else None


@kept_by_file(MAPS_MB, share=MAP_SHARE)
def _answers(plan: Stamp, record: Stamp | None) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    path = Path(plan[0])
    opened = open_plan(path)
    return responses(opened, path), place_responses(opened, path), disputes(path)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _comparison(first: Stamp, second: Stamp) -> Comparison:
    return compare_plans(open_plan(Path(first[0])), open_plan(Path(second[0])))


@kept_by_file(MAPS_MB, share=MAP_SHARE)
def _data(plan: Stamp, record: Stamp | None, other: Stamp | None, language: str) -> bytes:
    opened = open_plan(Path(plan[0]))
    more: list[View] = []
    try:
        found, _, disputed = _answers(plan, record)
        more.append(answers_view(opened, found, disputed))
    except GridmapError:  # the page says so where the answers are listed
        pass
    if other is not None:
        more.append(_change(opened, plan, other))
    made = payload(opened, language="en" if language == "en" else "zh", framed=True, more=more)
    return map_data(made)


def _change(opened: Plan, plan: Stamp, other: Stamp) -> View:
    found = _comparison(plan, other)
    return change_view(opened, found.first, open_plan(Path(other[0])))


@st.cache_resource(max_entries=2 * KEPT, show_spinner=False)
def _data_of_pair(plan: Stamp, other: Stamp, language: str, *, swapped: bool) -> bytes:
    found = _comparison(plan, other)
    here, there = (open_plan(Path(one[0])) for one in (plan, other))
    view = (
        change_view(there, found.second, here) if swapped else change_view(here, found.first, there)
    )
    made = payload(
        there if swapped else here,
        language="en" if language == "en" else "zh",
        framed=True,
        more=[view],
    )
    return map_data(made)
