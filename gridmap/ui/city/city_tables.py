"""Towns and areas of a city as tables: state and every figure; a row leads to its place."""

from typing import Any

import pandas as pd
import streamlit as st

from gridmap.coverage.metrics import METRICS, Metric
from gridmap.ui.city.choice import choose
from gridmap.ui.city.city_data import CityData, name_in
from gridmap.ui.shell.context import PageContext
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.tables import DECIMALS, show_frame
from gridmap.words import LANGUAGES

__all__ = ["areas_table", "show_areas", "show_towns", "towns_table"]

HEIGHT_PX = 560
FIRST = (
    *("micro_grids", "covered_share", "posts", "posts_vacant", "cadres", "people_left_over"),
    *("load_per_officer_h", "capacity_used_share", "households", "area_km2"),
)
TOWN, AREA = "city-town-row", "city-area-row"


def towns_table(
    data: CityData, area: str, say: Translator, *, with_faults: bool = False
) -> pd.DataFrame:
    """Give a row a town of an area: `name`, `area`, `state`, its figures, `code`.

    Shares are in percent. Towns are in the order of their folders, which are the index. With faults
    there is `fault`, which names files: it is for who may mend them.
    """
    towns = data.towns_in(area)
    above = {code: name_in(row, say.language) for code, row in data.areas.iterrows()}
    table = pd.DataFrame(
        {
            "name": [name_in(row, say.language) for _, row in towns.iterrows()],
            "area": towns["area"].map(above),
            "state": [say(f"city.state.{state}") for state in towns["state"]],
        },
        index=towns.index,
    )
    table = table.join(_figures(towns)).assign(code=towns["code"])
    if not with_faults:
        return table
    return table.assign(fault=towns["fault_zh"] if say.language == "zh" else towns["fault"])


def areas_table(data: CityData, say: Translator) -> pd.DataFrame:
    """Give a row an area, the city first: `name`, `level`, `towns`, `planned`, figures, `code`."""
    names = {
        level.key: (level.name, level.name_en)[LANGUAGES.index(say.language)]
        for level in data.city.settings.levels
    }
    areas = data.areas
    table = pd.DataFrame(
        {
            "name": [name_in(row, say.language) for _, row in areas.iterrows()],
            "level": areas["level"].map(names),
            "towns": areas["towns"],
            "planned": areas["planned"],
        },
        index=areas.index,
    )
    return table.join(_figures(areas)).assign(code=areas.index)


def show_towns(context: PageContext, data: CityData, area: str) -> None:
    """Show the towns of an area; a chosen row opens its card on the map."""
    say = context.say
    table = towns_table(data, area, say, with_faults=context.may_change)
    row = _show(table, "city-towns", say, alt=say("city_page.towns", count=len(table)))
    if row != st.session_state.get(TOWN, ""):
        st.session_state[TOWN] = row
        if row:
            area_of = data.areas_of_town(row)
            choose(area_of[0] if area_of else data.top, row)
            st.rerun()


def show_areas(data: CityData, say: Translator) -> None:
    """Show the areas with their figures rolled up; a chosen row is looked into on the map."""
    table = areas_table(data, say)
    row = _show(table, "city-areas", say, alt=say("city_page.areas", count=len(table) - 1))
    if row != st.session_state.get(AREA, ""):
        st.session_state[AREA] = row
        if row:
            choose(row)
            st.rerun()


def _figures(rows: pd.DataFrame) -> pd.DataFrame:
    """Give the figures that any row has, the most asked for first; shares in percent."""
    keys = {metric.key: metric for metric in METRICS}
    order = [*FIRST, *(key for key in keys if key not in FIRST)]
    found = {
        key: rows[key] * (100 if keys[key].unit == "share" else 1)
        for key in order
        if key in rows and rows[key].notna().any()
    }
    return pd.DataFrame(found, index=rows.index)


def _show(table: pd.DataFrame, key: str, say: Translator, *, alt: str) -> str:
    """Show a table to choose a row of; give the index of the row that is chosen."""
    st.caption(say("city_page.go_hint"))
    shown = show_frame(
        table,
        hide_index=True,
        height=HEIGHT_PX if len(table) > 14 else "content",
        column_config=_columns(table, say),
        on_select="rerun",
        selection_mode="single-row",
        key=key,
        alt=alt,
    )
    rows = shown.selection.rows
    return str(table.index[rows[0]]) if rows and rows[0] < len(table) else ""


def _columns(table: pd.DataFrame, say: Translator) -> dict[str, Any]:
    metrics = {metric.key: metric for metric in METRICS}
    return {
        column: _number(metrics[column], say)
        if column in metrics
        else say(f"city_page.column.{column}")
        for column in table.columns
    }


def _number(metric: Metric, say: Translator) -> Any:
    decimals = DECIMALS.get(metric.unit, 0)
    sign = "%%" if metric.unit == "share" else ""
    return st.column_config.NumberColumn(
        (metric.label_zh, metric.label_en)[LANGUAGES.index(say.language)],
        format=f"%.{decimals}f{sign}",
    )
