"""What was found in one file, as tables: its facts, first rows, columns and issues."""

from collections.abc import Mapping
from html import escape
from typing import Any

import pandas as pd
import streamlit as st

from gridmap.ui.data.declare import Declaration
from gridmap.ui.data.declare_columns import meanings
from gridmap.ui.data.declare_registered import known_keys
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.tables import show_frame
from gridmap.workflow.entry_check import Trial
from layers.contract.errors import GridmapError
from layers.inspect.file import LayerInspection
from layers.location.site_shift import SiteVerdict, describe_sites

__all__ = ["show_columns", "show_facts", "show_first_rows", "show_issues"]

SEVERITIES = ("error", "warning", "info")
TABLE_PX = 300
MAPPED_PX = 150  # the head with both names shows whole
OF_PLACE = ("crs", "datum", "place", "work_crs", "area", "shift")  # a plain table has none


def show_facts(layer: LayerInspection, sites: SiteVerdict | None, say: Translator) -> None:
    """Show what is known of the layer as a whole."""
    facts = layer.facts()
    chinese = say.language == "zh"
    shown = pd.DataFrame(
        {
            "figure": facts["label_zh" if chinese else "label_en"],
            "value": facts["value_zh" if chinese else "value"].astype("str"),
        }
    )
    if set(layer.geometry) == {"none"}:
        shown = shown[~facts["key"].isin(OF_PLACE)].reset_index(drop=True)
    elif not layer.shift_looked_for:  # said there in words of the command line
        shown.loc[facts["key"] == "shift", "value"] = say("data.no_shift")
    if sites is not None:
        said = describe_sites(sites)
        shown.loc[len(shown)] = [say("data.sites"), said.zh if chinese else said.en]
    rows = "".join(
        f"<dt>{escape(str(row.figure))}</dt><dd>{escape(str(row.value))}</dd>"
        for row in shown.itertuples()
    )
    st.html(f'<dl class="data-facts">{rows}</dl>')


def show_columns(layer: LayerInspection, say: Translator) -> None:
    """Show what is in the columns."""
    st.markdown(f"**{say('data.columns', count=len(layer.columns))}**")
    table = layer.columns.reset_index()
    table["kind"] = [say(f"data.kind.{kind}") for kind in table["kind"]]
    heads = {name: say(f"data.column.{name}") for name in table.columns}
    show_frame(
        table, hide_index=True, height="content" if len(table) < 8 else TABLE_PX,
        column_config=heads, alt=say("data.columns", count=len(table)), key="columns",
    )  # fmt: skip


def show_first_rows(layer: LayerInspection, answer: Declaration, say: Translator) -> None:
    """Show the first rows of a table, each column with what it is taken for."""
    if set(layer.geometry) != {"none"} or layer.first_rows.empty:
        return
    st.markdown(f"**{say('data.first_rows', count=f'{layer.features:,}')}**")
    names = list(layer.first_rows.columns)
    known = known_keys(answer.role, names)
    taken = meanings(answer.role, names, known | _given(answer.values), say)
    heads = {
        name: st.column_config.Column(
            say("data.taken_for", column=name, meaning=taken[name]), width=MAPPED_PX
        )
        if taken.get(name, name) != name
        else name
        for name in names
    }
    show_frame(
        layer.first_rows, column_config=heads, height="content",
        alt=say("data.first_rows", count=layer.features), key="first-rows",
    )  # fmt: skip


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value}


def show_issues(
    layer: LayerInspection, tried: Trial | GridmapError | None, say: Translator
) -> None:
    """List what was found in the layer, and what dividing will tell beside it."""
    found = layer.issues
    if isinstance(tried, Trial):
        more = tried.issues[~tried.issues["message"].isin(found["message"])]
        found = pd.concat([found, more], ignore_index=True) if len(more) else found
    if found.empty:
        st.success(say("data.no_issues"))
        return
    st.markdown(f"**{say('data.issues', count=len(found))}**")
    order = pd.Categorical(found["severity"], categories=SEVERITIES, ordered=True)
    found = found.assign(order=order).sort_values("order", kind="stable")
    text = found["message_zh"] if say.language == "zh" else found["message"]
    table = pd.DataFrame(
        {
            "severity": [say(f"severity.{key}") for key in found["severity"]],
            "rule": found["rule"],
            "message": text.where(text != "", found["message"]),
        }
    )
    show_frame(
        table,
        hide_index=True,
        height="content" if len(table) < 8 else TABLE_PX,
        column_config={
            "severity": st.column_config.TextColumn(say("column.severity"), width=70),
            "rule": st.column_config.TextColumn(say("column.rule"), width=90),
            "message": say("column.message"),
        },
        alt=say("data.issues", count=len(table)),
        key="file-issues",
    )
