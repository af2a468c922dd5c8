"""The coverage page: figures of a plan, its map, tables, charts, and what cadres have answered.

The map comes first and by an address of its own; the rest is worked out after it, and only for the
tab that is open, so that a city can be looked at as well as a town.
"""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from gridmap.coverage.metrics import METRICS
from gridmap.plan.kinds import sizes_met
from gridmap.plan.plan import Plan
from gridmap.ui.coverage import (
    boards_tab,
    charts,
    comments,
    compare,
    lookup,
    map_talk,
    rates,
    service_tab,
)
from gridmap.ui.my_grids import answers
from gridmap.ui.shell import guard, plan_map, tables
from gridmap.ui.shell.context import PageContext
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from gridmap.ui.shell.plans import (
    Stamp,
    counted_plan,
    counted_stamp,
    give_back,
    stamp_of,
)
from gridmap.ui.shell.tables import show_frame
from gridmap.ui.wall import wall_door
from gridmap.words import LANGUAGES, Language
from layers.contract.errors import GridmapError

__all__ = ["show"]

PICK_PX = 260
FIGURES_PX = 720
ISSUE_WIDTHS_PX = {"severity": 70, "rule": 90, "code": 160, "message": 900}
TABLE_HEIGHT_PX = 560
HEADLINE_PX = 172  # two side by side on a phone
OPEN, LABELS = "coverage-tab", "coverage-labels"
KEPT = 128  # a table of a town in a language
HEAD_START_S = 0.4  # of the map before the figures


def show(context: PageContext, plan: Plan) -> None:
    """Show who covers what in a plan.

    Parameters
    ----------
    context
        Who looks, and the file of the plan.
    plan
        The plan.
    """
    assert context.path is not None  # the frame never calls a page of a plan without one
    say, stamp = context.say, stamp_of(context.path)
    counted, counted_by = counted_plan(context.path), counted_stamp(context.path)
    with st.container(horizontal=True, gap="small", key="headlines"):
        headlines = _places_of_headlines(say)
        wall_door.show(context, plan)
    labels = {
        "map": say("app.map"),
        "lookup": say("lookup.tab"),
        "grids": say("app.micro_grids", count=f"{(plan.grids['kind'] == 'micro').sum():,}"),
        "rates": say("rates.tab"),
        "boards": say("boards.tab"),
        "load": say("charts.tab"),
        "issues": say("app.issues", count=len(plan.issues)),
        "figures": say("app.figures"),
        "compare": say("compare.tab"),
        "answers": say("answers.tab", count=_waiting(context)),
    }
    if service_tab.has_any(plan):
        labels["service"] = say("service.tab")
    tabs = _tabs(labels)
    with tabs["map"], st.spinner(say("app.drawing")):
        under = plan_map.basemap_of(context.path, context.folder, context.towns, say)
        if under.fault is not None and context.may_change:
            st.warning(plain(under.fault.text(say.language)))
        plan_map.show_map(
            context.path,
            say,
            other=_comparable(context),
            basemap=under.values,
            talk=map_talk.talk_of(plan, context),
        )
        map_talk.listen(context)
    figures = _figures(counted, counted_by, say.language)
    _headlines(figures, headlines)
    if tabs["lookup"].open:
        with tabs["lookup"]:
            lookup.show(stamp, say)
    if tabs["grids"].open:
        with tabs["grids"]:
            _micro_grids(_table(plan, stamp, say.language), say)
    if tabs["rates"].open:
        with tabs["rates"]:
            rates.show(counted, counted_by, say)
    if tabs["boards"].open:
        with tabs["boards"]:
            boards_tab.show(plan, context)
    if tabs["load"].open:
        with tabs["load"]:
            charts.show(plan, stamp, say)
    if tabs["issues"].open:
        with tabs["issues"]:
            _issues(plan, tables.issue_table(plan, language=say.language), say)
    if tabs["figures"].open:
        with tabs["figures"]:
            _all_figures(plan, figures, say)
    if tabs["compare"].open:
        with tabs["compare"]:
            compare.show(context, plan)
    if "service" in tabs and tabs["service"].open:
        with tabs["service"]:
            service_tab.show(plan, stamp, say)
    if tabs["answers"].open:
        with tabs["answers"]:
            answers.show(
                plan,
                context.path,
                say,
                in_folder=context.in_folder,
                may_change=context.may_change,
                folder=context.folder,
                who=context.who,
            )
            comments.show(plan, context.path, say, who=context.who, may_change=context.may_change)


def _tabs(labels: Mapping[str, str]) -> dict[str, Any]:
    """Make the tabs; the one that is open stays so when counts or the language change its name."""
    before = st.session_state.get(LABELS, {})
    shown = st.session_state.get(OPEN)
    key = next((key for key, label in before.items() if label == shown), "map")
    key = st.session_state.pop(plan_map.WANTED, key)
    st.session_state[LABELS] = dict(labels)
    st.session_state[OPEN] = labels[key]
    made = st.tabs(list(labels.values()), key=OPEN, on_change="rerun")
    return dict(zip(labels, made, strict=True))


def _comparable(context: PageContext) -> Path | None:
    """Give the plan chosen to compare with, if the two can be compared."""
    other = compare.chosen(context)
    if other is None or context.path is None:
        return None
    try:
        plan_map.comparison_of(context.path, other)
    except GridmapError:  # said in the tab where the plan was chosen
        return None
    return other


def _waiting(context: PageContext) -> str:
    """Count the answers that are missing; the tab itself says why they cannot be read."""
    assert context.path is not None
    try:
        found = plan_map.answers_of(context.path)
    except GridmapError:
        return "—"
    return f"{answers.waiting(*found):,}"


@st.cache_data(max_entries=KEPT, show_spinner=False)
def _figures(_plan: Plan, stamp: Stamp, language: Language) -> pd.DataFrame:
    # Of a plan that nobody has looked at yet. The map's data is sent by this same process, which
    # would be slow to answer while it counts.
    time.sleep(HEAD_START_S)
    figures = tables.figure_table(_plan, language=language)
    give_back()
    return figures


@st.cache_data(max_entries=KEPT, show_spinner=False)
def _table(_plan: Plan, stamp: Stamp, language: Language) -> pd.DataFrame:
    return tables.micro_grid_table(_plan, language=language)


def _places_of_headlines(say: Translator) -> dict[str, DeltaGenerator]:
    """Keep the room of the headlines, so that the map does not move when they come."""
    labels = {metric.key: (metric.label_zh, metric.label_en) for metric in METRICS}
    slots = {}
    for key in tables.HEADLINES:
        label = labels[key][LANGUAGES.index(say.language)]
        slots[key] = st.empty()
        slots[key].metric(label, "…", border=True, width=HEADLINE_PX)
    return slots


def _headlines(figures: pd.DataFrame, slots: Mapping[str, DeltaGenerator]) -> None:
    for key, slot in slots.items():
        if key in figures.index:
            figure, value = figures.loc[key, ["figure", "value"]]
            slot.metric(figure, value, border=True, width=HEADLINE_PX)
        else:
            slot.empty()


def _all_figures(plan: Plan, figures: pd.DataFrame, say: Translator) -> None:
    town = plan.rules.town
    st.caption(say("map.version", version=town.version, date=town.valid_from.isoformat()))
    show_frame(
        figures,
        hide_index=True,
        height="content",
        width=FIGURES_PX,
        column_config={column: say(f"column.{column}") for column in figures.columns},
        alt=say("app.figures"),
    )
    st.subheader(say("kinds.title"))
    st.caption(say("kinds.note"))
    st.caption(say("kinds.sizes", share=f"{100 * sizes_met(plan):.1f}"))
    kinds = tables.kinds_shown(plan, language=say.language)
    show_frame(
        kinds,
        hide_index=True,
        height="content",
        column_config={
            column: st.column_config.NumberColumn(say(f"kinds.{column}"), format="%.1f")
            if pd.api.types.is_float_dtype(kinds[column])
            else say(f"kinds.{column}")
            for column in kinds.columns
        },
        alt=say("kinds.title"),
    )


@guard.fragment  # a filter changes the table alone; map and figures stay as they are
def _micro_grids(table: pd.DataFrame, say: Translator) -> None:
    text, village, category, vacant = st.columns([3, 2, 2, 2], vertical_alignment="bottom")
    found = tables.matching(
        table,
        text=text.text_input(say("app.search"), placeholder=say("search.hint"), key="search"),
        village=_pick(village, "village", table, say),
        category=_pick(category, "category", table, say),
        only_vacant=vacant.toggle(say("app.only_vacant"), key="vacant"),
        complete=say("posts.full"),
    )
    st.caption(say("app.shown", shown=f"{len(found):,}", count=f"{len(table):,}"))
    if found.empty:
        st.info(say("app.none_fit"))
        return
    st.caption(say("tables.go_hint"))
    chosen = show_frame(
        found,
        hide_index=True,
        height=TABLE_HEIGHT_PX,
        column_order=_shown_columns(table),
        column_config={
            column: st.column_config.NumberColumn(say(f"column.{column}"), format="%.1f")
            if pd.api.types.is_float_dtype(table[column])
            else say(f"column.{column}")
            for column in table.columns
        },
        on_select="rerun",
        selection_mode="single-row",
        key="grids-table",
        alt=say("app.micro_grids", count=len(found)),
    )
    plan_map.go_to_chosen(found["code"], chosen.selection.rows, "grids-gone")


def _shown_columns(table: pd.DataFrame) -> list[str]:
    """All columns but those that tell nothing: the village as the parent itself, one family."""
    hidden = ["village"] if table["village"].equals(table["parent"]) else []
    if table["family"].nunique() < 2:
        hidden.append("family")
    return [column for column in table.columns if column not in hidden]


def _pick(slot: DeltaGenerator, column: str, table: pd.DataFrame,
          say: Translator) -> str | None:  # fmt: skip
    return slot.selectbox(
        say(f"column.{column}"),
        list(dict.fromkeys(table[column])),
        index=None,
        placeholder=say("app.any"),
        key=f"{column}-{say.language}",  # the values are words of one language
    )


@guard.fragment
def _issues(plan: Plan, issues: pd.DataFrame, say: Translator) -> None:
    if issues.empty:
        st.success(say("app.no_issues"))
        return
    severity = _pick(st.container(width=PICK_PX), "severity", issues, say)
    found = tables.matching(issues, severity=severity)
    st.caption(say("app.shown", shown=len(found), count=len(issues)))
    st.caption(say("tables.go_hint"))
    chosen = show_frame(
        found,
        hide_index=True,
        height=TABLE_HEIGHT_PX,
        column_order=("severity", "message", "rule", "code"),  # the sentence first, on a phone too
        column_config={
            column: st.column_config.TextColumn(
                say(f"column.{column}"), width=ISSUE_WIDTHS_PX.get(column)
            )
            for column in issues.columns
        },
        on_select="rerun",
        selection_mode="single-row",
        key="issues-table",
        alt=say("app.issues", count=len(found)),
    )
    # An issue may be of a patch or a post: then the map goes to its grid.
    plan_map.go_to_chosen(
        tables.grids_of(plan, found["code"]), chosen.selection.rows, "issues-gone"
    )
