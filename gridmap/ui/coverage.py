"""The coverage page: figures of a town, its map, its micro-grids and its issues.

The map is the same one-file page that `gridmap.maps` writes, in a frame. Measured against
st_folium with 150 grids it is drawn as fast (2.6 s from a cold page) and a click is answered in the
page itself (0.2 s instead of 1.3 s), for no run of the script is needed.
"""

from pathlib import Path

import pandas as pd
import streamlit as st

from gridmap.plan import Plan
from gridmap.ui import answers, plans, tables
from gridmap.ui.desk import Desk
from gridmap.ui.speech import Speech
from layers.errors import GridmapError

__all__ = ["show"]

MAP_HEIGHT_PX = 720  # of the frame; page.css fits it to the window
PICK_PX = 260
FIGURES_PX = 720
ISSUE_WIDTHS_PX = {"severity": 70, "rule": 90, "code": 160, "message": 900}
TABLE_HEIGHT_PX = 560
HEADLINE_PX = 172  # two side by side on a phone


def show(desk: Desk, plan: Plan) -> None:
    """Show who covers what in a plan.

    Parameters
    ----------
    desk
        Who looks, and the file of the plan.
    plan
        The plan.
    """
    assert desk.path is not None  # the frame never calls a page of a plan without one
    figures = tables.figure_table(plan, language=desk.say.language)
    _headlines(figures)
    _tabs(plan, figures, desk.path, desk.say, in_folder=desk.in_folder, may_change=desk.may_change)


def _waiting(plan: Plan, path: Path) -> int | str:
    """Count the answers that are missing; the tab itself says why they cannot be read."""
    try:
        return answers.waiting(plan, path)
    except GridmapError:
        return "?"


def _headlines(figures: pd.DataFrame) -> None:
    shown = figures[figures.index.isin(tables.HEADLINES)].reindex(tables.HEADLINES).dropna()
    with st.container(horizontal=True, gap="small"):
        for row in shown.itertuples():
            st.metric(row.figure, row.value, border=True, width=HEADLINE_PX)


def _tabs(
    plan: Plan, figures: pd.DataFrame, path: Path, say: Speech, *, in_folder: bool, may_change: bool
) -> None:
    micro_grids = tables.micro_grid_table(plan, language=say.language)
    issues = tables.issue_table(plan, language=say.language)
    on_map, in_table, in_list, in_figures, in_answers = st.tabs(
        [
            say("app.map"),
            say("app.micro_grids", count=len(micro_grids)),
            say("app.issues", count=len(issues)),
            say("app.figures"),
            say("answers.tab", count=_waiting(plan, path)),
        ]
    )
    with on_map:
        with st.spinner(say("app.drawing")):
            page = plans.page_of_map(path, say.language)
        st.iframe(page, height=MAP_HEIGHT_PX, alt=say("app.map"))
    with in_table:
        _micro_grids(micro_grids, say)
    with in_list:
        _issues(issues, say)
    with in_figures:
        st.caption(
            say(
                "map.version",
                version=plan.rules.town.version,
                date=plan.rules.town.valid_from.isoformat(),
            )
        )
        st.dataframe(
            figures,
            hide_index=True,
            height="content",
            width=FIGURES_PX,
            column_config={column: say(f"column.{column}") for column in figures.columns},
            alt=say("app.figures"),
        )
    with in_answers:
        answers.show(plan, path, say, in_folder=in_folder, may_change=may_change)


@st.fragment  # a filter changes the table alone; map and figures stay as they are
def _micro_grids(table: pd.DataFrame, say: Speech) -> None:
    text, village, category, vacant = st.columns([3, 2, 2, 2], vertical_alignment="bottom")
    found = tables.matching(
        table,
        text=text.text_input(say("app.search"), placeholder=say("search.hint"), key="search"),
        village=_pick(village, "village", table, say),
        category=_pick(category, "category", table, say),
        only_vacant=vacant.toggle(say("app.only_vacant"), key="vacant"),
        complete=say("posts.full"),
    )
    st.caption(say("app.shown", shown=len(found), count=len(table)))
    if found.empty:
        st.info(say("app.none_fit"))
        return
    st.dataframe(
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
        alt=say("app.micro_grids", count=len(found)),
    )


def _shown_columns(table: pd.DataFrame) -> list[str]:
    """All columns; the village only where it is not the parent itself."""
    same = table["village"].equals(table["parent"])
    return [column for column in table.columns if not (same and column == "village")]


def _pick(place: st.delta_generator.DeltaGenerator, column: str, table: pd.DataFrame,
          say: Speech) -> str | None:  # fmt: skip
    return place.selectbox(
        say(f"column.{column}"),
        list(dict.fromkeys(table[column])),
        index=None,
        placeholder=say("app.any"),
        key=f"{column}-{say.language}",  # the values are words of one language
    )


@st.fragment
def _issues(issues: pd.DataFrame, say: Speech) -> None:
    if issues.empty:
        st.success(say("app.no_issues"))
        return
    severity = _pick(st.container(width=PICK_PX), "severity", issues, say)
    found = tables.matching(issues, severity=severity)
    st.caption(say("app.shown", shown=len(found), count=len(issues)))
    st.dataframe(
        found,
        hide_index=True,
        height=TABLE_HEIGHT_PX,
        column_config={
            column: st.column_config.TextColumn(
                say(f"column.{column}"), width=ISSUE_WIDTHS_PX.get(column)
            )
            for column in issues.columns
        },
        alt=say("app.issues", count=len(found)),
    )
