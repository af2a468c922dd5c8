"""The card beside the map of a city: figures of the city, a county or a town, and the way on."""

from html import escape

import pandas as pd
import streamlit as st

from gridmap.coverage.metrics import METRICS
from gridmap.ui.city import town_note
from gridmap.ui.city.choice import choose
from gridmap.ui.city.city_data import CityData, name_in
from gridmap.ui.shell import guard
from gridmap.ui.shell.context import PAGES, PageContext, choose_plan, choose_town, go_to
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from gridmap.ui.shell.tables import figure_text
from gridmap.words import LANGUAGES

__all__ = ["show"]

SHOWN = (
    *("area_km2", "households", "micro_grids", "posts", "posts_vacant", "cadres"),
    *("people_left_over", "covered_share", "posts_filled_share", "load_per_officer_h"),
    "capacity_used_share",
)
LED_TO = ("home", "coverage", "redraw", "people", "handover", "data", "rules", "split")
UNPLANNED = LED_TO[-3:]


def show(context: PageContext, data: CityData, *, area: str, town: str, figure: str) -> None:
    """Show the card.

    Parameters
    ----------
    context
        Who looks.
    data
        The city.
    area, town
        What is looked into; "" for no town.
    figure
        Key of the figure that colours the map; it stands first.
    """
    say = context.say
    with st.container(border=True, key="city-card"):
        row = data.towns.loc[town] if town else data.areas.loc[area]
        st.subheader(plain(name_in(row, say.language)), anchor=False)
        st.caption(plain(_about(data, area, town, say)))
        if town:
            _town(context, data, town)
        figures = _figures(row, figure, say)
        if figures:
            st.html(f'<dl class="data-facts">{figures}</dl>')
        if town and context.may_change:  # it names files
            with st.expander(say("town_note.card")):
                town_note.show_rules(data, town, say)
        above = area if town else data.above.get(area, "")
        if above:
            label = say("city_page.back", name=plain(name_in(data.areas.loc[above], say.language)))
            st.button(
                label,
                on_click=guard.callback(choose),
                args=(above,),
                key="city-back",
                type="tertiary",
                icon=":material/arrow_back:",
            )


def _about(data: CityData, area: str, town: str, say: Translator) -> str:
    """Say in a line what it is."""
    if town:
        row = data.towns.loc[town]
        names = [name_in(data.areas.loc[one], say.language) for one in data.areas_of_town(town)]
        state = say(f"city.state.{row['state']}")
        return " · ".join([*names, str(row["code"]), state])
    row = data.areas.loc[area]
    level = next(one for one in data.city.settings.levels if one.key == row["level"])
    name = (level.name, level.name_en)[LANGUAGES.index(say.language)]
    counts = say("city_page.planned", towns=f"{row['towns']:,}", planned=f"{row['planned']:,}")
    return " · ".join([name, area, counts])


def _town(context: PageContext, data: CityData, town: str) -> None:
    """Tell what is wrong with a town, and lead to its pages."""
    say, row = context.say, data.towns.loc[town]
    fault = str(row["fault_zh"] if say.language == "zh" else row["fault"])
    if fault and context.may_change:  # it names files
        st.warning(plain(fault))
    path = data.city.plan_of(town)
    if not path.exists():
        st.info(say("city_page.town_unplanned"))
        with st.container(horizontal=True, gap="small", key="city-town-pages"):
            for key in UNPLANNED:
                if key in st.session_state.get(PAGES, {}) and st.button(
                    say(f"page.{key}"), key=f"city-to-{key}"
                ):
                    choose_town(town)
                    go_to(key)
        return
    pages = st.session_state.get(PAGES, {})
    with st.container(horizontal=True, gap="small", key="city-town-pages"):
        for key in LED_TO:
            if key in pages and st.button(
                say(f"page.{key}"),
                type="primary" if key == LED_TO[0] else "secondary",
                key=f"city-to-{key}",
            ):
                choose_plan(path, context.folder, context.towns)
                go_to(key)


def _figures(row: pd.Series, figure: str, say: Translator) -> str:
    metrics = {metric.key: metric for metric in METRICS}
    shown = dict.fromkeys(key for key in (figure, *SHOWN) if key in metrics)
    parts = []
    for key in shown:
        if pd.notna(row[key]):
            name = (metrics[key].label_zh, metrics[key].label_en)[LANGUAGES.index(say.language)]
            value = figure_text(float(row[key]), metrics[key].unit, say.language)
            parts.append(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>")
    return "".join(parts)
