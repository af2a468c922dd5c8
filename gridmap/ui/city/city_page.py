"""The page of a city: its towns on a map and in tables, looked into from county to town.

It is made of the catalogue alone; no plan is opened before a town is.
"""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from gridmap.coverage.metrics import METRICS
from gridmap.ui.city import (
    between_tab,
    city_tables,
    place_card,
    run_tab,
    search_box,
    tile_map,
    town_map,
)
from gridmap.ui.city.choice import WANTED, choose, chosen, chosen_point, round_number, step_into
from gridmap.ui.city.city_data import CityData, as_today, city_data, name_in, names_apart
from gridmap.ui.city.map_classes import figure_classes, state_classes
from gridmap.ui.city.seen_part import seen_now, seen_part
from gridmap.ui.shell import guard
from gridmap.ui.shell.context import PageContext
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from gridmap.ui.shell.tables import figure_text
from gridmap.words import LANGUAGES
from layers.contract.errors import GridmapError

__all__ = ["read_ahead", "show"]

OPEN, LABELS = "city-tab", "city-labels"
STATE = "state"  # what the map is coloured by, beside the figures
FIGURE = "capacity_used_share"


def read_ahead(folder: Path) -> None:
    """Read and draw what the first visitor would wait for; what is wrong is told on the page."""
    with suppress(GridmapError, OSError):
        data = city_data(folder)
        town_map.draw_ahead(data, LANGUAGES[0])
        as_today(data)


def show(context: PageContext) -> None:
    """Show the city that the app is opened on.

    Parameters
    ----------
    context
        Who looks.
    """
    assert context.city is not None  # the frame shows the page for a city alone
    say = context.say
    # Errors of the whole city name files, and towns of others.
    tells = context.may_change and context.scope.everything
    st.html(Path(__file__).with_name("city_page.css"))
    try:
        with st.spinner(say("city_page.opening")):
            data = seen_part(city_data(context.city), context.scope)
    except GridmapError as error:
        st.error(plain(error.text(say.language)) if tells else say("city_page.unread"))
        return
    with st.container(key="city-head"):
        left, right = st.columns(2, gap="medium")
    left.markdown(_summary(data, say))
    with right:
        search_box.show(context, data)
    area, town = chosen(data)
    labels = {
        "map": say("city_page.map_tab"),
        "grids": say("city_page.grids_tab"),
        "towns": say("city_page.towns", count=f"{len(data.towns):,}"),
        "areas": say("city_page.areas", count=f"{len(data.areas) - 1:,}"),
    }
    if context.scope.everything:  # a run is of all towns, and tells of them
        labels["run"] = say("city_page.run")
    labels["between"] = say("city_page.between")
    tabs = _tabs(labels)
    with tabs["map"]:
        _map(context, data, area, town)
    if tabs["grids"].open:
        with tabs["grids"]:
            _grids(context, data, area, town)
    if tabs["towns"].open:
        with tabs["towns"]:
            city_tables.show_towns(context, data, area)
    if tabs["areas"].open:
        with tabs["areas"]:
            city_tables.show_areas(data, say)
    if "run" in tabs and tabs["run"].open:
        with tabs["run"]:
            run_tab.show(context, data)
    if tabs["between"].open:
        with tabs["between"]:
            between_tab.show(context, data, with_faults=tells)


def _summary(data: CityData, say: Translator) -> str:
    """Say in a line what the city is and how its towns stand."""
    whole, failed = data.areas.loc[data.top], int((data.towns["state"] == "failed").sum())
    told = [say("city_page.planned", towns=f"{len(data.towns):,}", planned=f"{whole['planned']:,}")]
    if failed:
        told.append(say("city_page.count", state=say("city.state.failed"), count=f"{failed:,}"))
    return f"**{plain(name_in(whole, say.language))}** · {' · '.join(told)}"


def _tabs(labels: Mapping[str, str]) -> dict[str, Any]:
    """Make the tabs; the one that is open stays so when counts or the language change its name."""
    before = st.session_state.get(LABELS, {})
    shown = st.session_state.get(OPEN)
    key = next((key for key, label in before.items() if label == shown), "map")
    key = st.session_state.pop(WANTED, key)
    st.session_state[LABELS] = dict(labels)
    st.session_state[OPEN] = labels.get(key, labels["map"])
    made = st.tabs(list(labels.values()), key=OPEN, on_change="rerun")
    return dict(zip(labels, made, strict=True))


def _map(context: PageContext, data: CityData, area: str, town: str) -> None:
    """Show the choice of figure and place, the map with its legend, and the card of the place."""
    say = context.say
    with st.container(key="city-choices"):
        figure_slot, area_slot, town_slot = st.columns(3)
    with figure_slot:
        figure = _figure(data, say)
    with area_slot:
        _choose_area(data, area, say)
    with town_slot:
        _choose_town(data, area, town, say)
    if figure == STATE:
        classes, number = state_classes(data.towns["state"], say)
        texts = data.towns["state"].map(lambda state: say(f"city.state.{state}"))
    else:
        metric = next(one for one in METRICS if one.key == figure)
        values = data.towns[figure]
        classes, number = figure_classes(values, metric.unit, say)
        texts = values.map(
            lambda value: (
                figure_text(value, metric.unit, say.language)
                if pd.notna(value)
                else say("city_page.no_value")
            )
        )

    def clicked(name: str) -> None:
        if name in data.towns.index:
            choose(*step_into(data, area, name))

    values_of_map = town_map.map_values(
        data, say, classes=classes, number=number, texts=texts, area=area, town=town,
        point=chosen_point(),
    )  # fmt: skip
    with st.container(key="city-body"):
        left, right = st.columns([5, 2], gap="medium")
        with left:
            if len(data.outlines):
                st.html(town_map.legend_html(classes, int((number < 0).sum()), say))
                town_map.show_map("city-map", values_of_map, clicked)
            hidden = len(data.towns) - len(data.outlines)
            if hidden:
                st.caption(say("city_page.not_drawn", count=f"{hidden:,}"))
        with right:
            place_card.show(context, data, area=area, town=town, figure=figure)


def _grids(context: PageContext, data: CityData, area: str, town: str) -> None:
    """Show the map of all micro-grids, around what is looked into."""
    say = context.say
    tiles = tile_map.tiles_of(data.city.catalogue, seen_now(data, context.scope))
    if tiles is None:
        st.info(say("city.map.none"))
        return

    def clicked(name: str) -> None:
        if name in data.towns.index:
            choose(next(iter(data.areas_of_town(name)), data.top), name)

    bounds = town_map.bounds_of(data, area, town) if len(data.outlines) else None
    tile_map.show_tile_map("city-tiles", tiles, say, to_town=clicked, bounds=bounds)


def _figure(data: CityData, say: Translator) -> str:
    """Let a figure be chosen; those that no town has are not offered."""
    there = [one for one in METRICS if data.towns[one.key].notna().any()]
    names = {one.key: (one.label_zh, one.label_en)[LANGUAGES.index(say.language)] for one in there}
    names = {STATE: say("city_page.column.state"), **names}
    options = list(names)
    all_done = (data.towns["state"] == "done").all()
    first = FIGURE if all_done and FIGURE in names else STATE
    kept = st.session_state.get("city-figure-kept", first)
    found = st.selectbox(
        say("city_page.colour"),
        options,
        index=options.index(kept) if kept in options else 0,
        format_func=names.__getitem__,
        key=f"city-figure-{say.language}",  # the names are words of one language
    )
    st.session_state["city-figure-kept"] = found
    return str(found)


def _choose_area(data: CityData, area: str, say: Translator) -> None:
    codes = list(data.areas.index)
    key = f"city-area-{round_number()}-{say.language}"
    st.selectbox(
        say("city_page.area"),
        codes,
        index=codes.index(area),
        format_func=lambda code: name_in(data.areas.loc[code], say.language),
        key=key,
        on_change=guard.callback(lambda: choose(st.session_state[key])),
    )


def _choose_town(data: CityData, area: str, town: str, say: Translator) -> None:
    inside = data.towns_in(area)
    names, called = list(inside.index), names_apart(inside, say.language)
    key = f"city-town-{round_number()}-{say.language}"
    st.selectbox(
        say("city_page.town"),
        names,
        index=names.index(town) if town else None,
        format_func=lambda name: called.get(name, name),
        placeholder=say("city_page.all_towns"),
        key=key,
        on_change=guard.callback(lambda: choose(area, st.session_state[key] or "")),
    )
