"""What a town of a city is made of, and where that is changed: its rules with those of all towns.

The wizard of a new town works beside towns on their own. Opened on a city its address says how a
town comes into it, and where the data and rules of the open one lie, with who says each value.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from gridmap.access.scope import town_at
from gridmap.city.shared.town_rules import RULES, common_rules, read_town
from gridmap.rules.text import read_values
from gridmap.rules.words import field_of, key_name, value_text
from gridmap.ui.city.choice import WANTED
from gridmap.ui.city.city_data import CityData, city_data, name_in
from gridmap.ui.city.seen_part import seen_part
from gridmap.ui.shell.context import PageContext, go_to
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from gridmap.ui.shell.tables import show_frame
from layers.contract.errors import GridmapError

__all__ = ["show", "show_rules"]

HEIGHT_PX = 420
WIDTH_PX = 900


def show(context: PageContext, key: str) -> None:
    """Show what takes the place of a page of a single town.

    Parameters
    ----------
    context
        A planner, in a city.
    key
        Of the page, such as newtown.
    """
    assert context.city is not None
    say = context.say
    try:
        data = seen_part(city_data(context.city), context.scope)
    except GridmapError as error:
        st.error(plain(error.text(say.language)))
        return
    found = town_at(context.path, context.folder) if context.path is not None else None
    town = found.folder if found is not None and found.folder in data.towns.index else ""
    with st.container(key="town-note", width=WIDTH_PX):
        st.info(say(f"town_note.{key}"))
        if town:
            st.subheader(plain(name_in(data.towns.loc[town], say.language)), anchor=False)
            show_rules(data, town, say)
        if st.button(say("town_note.to_run"), type="primary", key="town-note-run"):
            st.session_state[WANTED] = "run"
            go_to("city")


def show_rules(data: CityData, town: str, say: Translator) -> None:
    """Say where data and rules of a town lie, and list its rules with who says each value."""
    city, settings = data.city.folder, data.city.settings
    folders = {Path(one.folder).name: one.folder for one in settings.towns}
    folder = folders.get(town, f"towns/{town}")
    st.markdown(say("town_note.where", folder=plain(folder), rules=plain(f"{folder}/{RULES}")))
    if settings.city.rules:
        st.markdown(say("town_note.common", file=plain(settings.city.rules)))
    try:
        common = common_rules(city, settings)
        place = read_town(city / folder, settings, common=common, area="", agreed="")
    except GridmapError as error:
        st.error(plain(error.text(say.language)))
        return
    if place.fault is not None:
        st.error(plain(place.fault.zh if say.language == "zh" else str(place.fault)))
    if place.texts is None:
        return
    own, shared = read_values(place.texts.own), read_values(common)
    table = _rules_table(own, shared, say)
    show_frame(
        table,
        hide_index=True,
        height=HEIGHT_PX if len(table) > 10 else "content",
        alt=say("town_note.rules_table"),
    )


def _rules_table(
    own: Mapping[str, Any], shared: Mapping[str, Any], say: Translator
) -> pd.DataFrame:
    """Give a row a value, those of the town itself first."""
    mine, common = dict(_values(own)), dict(_values(shared))
    rows = []
    for key in [*mine, *(key for key in common if key not in mine)]:
        field = field_of(key)
        if field is None:  # layers, registers: they are told by the file
            continue
        said = "both" if key in mine and key in common else "own" if key in mine else "common"
        value = mine.get(key, common.get(key))
        rows.append(
            (
                key_name(key, say.language),
                value_text(field[0], value, say.language),
                say(f"town_note.said.{said}"),
            )
        )
    columns = [say(f"town_note.column.{one}") for one in ("rule", "value", "said")]
    return pd.DataFrame(rows, columns=columns)


def _values(table: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Give every value with its dotted key."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _values(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value
