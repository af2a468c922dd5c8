"""What lies between the towns of a city: faults of their borders, people on several rosters, loans.

Short lists, worked out when the tab is opened; a fault of a border opens on the map of the city.
"""

from collections.abc import Iterable
from typing import Literal

import pandas as pd
import streamlit as st

from gridmap.city.borders import check_borders
from gridmap.city.people import propose_loans, shared_people
from gridmap.ui.city import settle_part
from gridmap.ui.city.choice import choose
from gridmap.ui.city.city_data import CityData, names_apart
from gridmap.ui.shell.context import PageContext
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from gridmap.ui.shell.tables import show_frame
from layers.contract.errors import GridmapError

__all__ = ["show"]

KEPT = 4
HEIGHT_PX = 380
LONG = 9  # rows of a table that has no scroll bar of its own
CHOSEN = "city-border-row"
AT_ONCE = 100  # towns that are compared unasked; more take their time
ASKED = "city-compare-asked"
FOUND = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]


def show(context: PageContext, data: CityData, *, with_faults: bool = False) -> None:
    """Show the lists, and to planners a border to settle.

    Parameters
    ----------
    context
        Who looks.
    data
        The city, with the towns that whoever looks may see: of what is between them and others
        nothing is told.
    with_faults
        Whether they may know what hinders the comparison: it may be the plan of any town.
    """
    say = context.say
    count = _count(data)
    if count > AT_ONCE and not st.session_state.get(ASKED):
        if not st.button(say("city_page.compare", count=f"{count:,}"), key="city-compare"):
            return
        st.session_state[ASKED] = True
    try:
        with st.spinner(say("city_page.comparing")):
            borders, people, loans = _found(_stamp(data), data)
    except GridmapError as error:
        told = plain(error.text(say.language)) if with_faults else say("city_page.not_compared")
        st.info(told)
        return
    names = names_apart(data.towns, say.language)
    mine = set(names)
    borders = borders[_both(borders, mine)]
    _borders(data, borders, names, say)
    if context.may_change:
        settle_part.show(context, data, borders, names)
    left, right = st.columns(2, gap="medium")
    with left:
        _people(people[[set(one.split(";")) <= mine for one in people["rosters"]]], names, say)
    with right:
        _loans(loans[_both(loans, mine)], names, say)


def _count(data: CityData) -> int:
    """Count the towns that are compared: all of the city, however few of them are shown."""
    listed = data.city.settings.towns
    return len(listed) or sum(1 for _ in data.city.folder.glob("towns/*/rules.toml"))


def _both(rows: pd.DataFrame, towns: set[str]) -> pd.Series:
    return rows["town"].isin(towns) & rows["other"].isin(towns)


def _borders(data: CityData, rows: pd.DataFrame, names: dict[str, str], say: Translator) -> None:
    counts = rows["kind"].value_counts().reindex(["overlap", "gap", "drawing"], fill_value=0)
    st.subheader(say("city_page.borders"), anchor=False)
    st.caption(say("city.borders", **counts.to_dict()))
    if rows.empty:
        return
    st.caption(say("city_page.go_hint"))
    table = pd.DataFrame(
        {
            "fault": [say(f"city.border.{kind}") for kind in rows["kind"]],
            "town": rows["town"].map(names),
            "other": rows["other"].map(names),
            "m2": rows["m2"].where(rows["kind"] != "drawing"),
            "length": rows["length_m"].where(rows["kind"] == "drawing"),
        }
    )
    shown = _table(table, "city-borders", say, select=True)
    at = next(iter(shown), None)
    mark = "" if at is None else str(tuple(rows.iloc[at]))
    if mark != st.session_state.get(CHOSEN, ""):
        st.session_state[CHOSEN] = mark
        if at is not None:
            row = rows.iloc[at]
            choose(data.top, str(row["town"]), (float(row["lon"]), float(row["lat"])))
            st.rerun()


def _people(rows: pd.DataFrame, names: dict[str, str], say: Translator) -> None:
    st.subheader(say("city_page.shared"), anchor=False)
    st.caption(say("city.shared", count=f"{len(rows):,}"))
    if len(rows):
        where = [
            say("mark.list").join(names[one] for one in rosters.split(";"))
            for rosters in rows["rosters"]
        ]
        _table(pd.DataFrame({"person": rows["name"], "rosters": where}), "city-shared", say)


def _loans(rows: pd.DataFrame, names: dict[str, str], say: Translator) -> None:
    st.subheader(say("city_page.loans"), anchor=False)
    st.caption(say("city.loans", count=f"{int(rows['people'].sum()):,}"))
    if len(rows):
        lends, gets = (rows[column].map(names) for column in ("town", "other"))
        table = {"lends": lends, "gets": gets, "people": rows["people"], "km": rows["km"]}
        _table(pd.DataFrame(table), "city-loans", say)


def _table(
    table: pd.DataFrame, key: str, say: Translator, *, select: bool = False
) -> Iterable[int]:
    """Show a table; give the rows that are chosen where it lets one be."""
    columns = {
        column: st.column_config.NumberColumn(
            say(f"city.head.{column}"), format="%d" if column == "people" else "%.1f"
        )
        if pd.api.types.is_numeric_dtype(table[column])
        else say(f"city.head.{column}")
        for column in table.columns
    }
    height: int | Literal["content"] = HEIGHT_PX if len(table) > LONG else "content"
    if not select:
        show_frame(
            table, hide_index=True, height=height, column_config=columns, key=key,
            alt=say("city_page.between"),
        )  # fmt: skip
        return ()
    shown = show_frame(
        table, hide_index=True, height=height, column_config=columns, key=key, on_select="rerun",
        selection_mode="single-row", alt=say("city_page.borders"),
    )  # fmt: skip
    return [one for one in shown.selection.rows if one < len(table)]


def _stamp(data: CityData) -> tuple[str, tuple[str, ...]]:
    # Digests of the plans: another plan is another border and another roster.
    return str(data.city.folder), tuple(data.towns["plan"].fillna(""))


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _found(stamp: tuple[str, tuple[str, ...]], _data: CityData) -> FOUND:
    city = _data.whole
    return check_borders(city), shared_people(city), propose_loans(city)
