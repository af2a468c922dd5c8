"""The tab 服务与案件: reach of stations, case counts, business areas, as far as a plan has them."""

from typing import Literal

import pandas as pd
import streamlit as st

from gridmap.coverage.shown import cases_shown, crosswalk_shown, staff_shown
from gridmap.plan.plan import Plan
from gridmap.stations.circles import circles_bytes
from gridmap.stations.figures import MODES, StationService, station_service
from gridmap.stations.tables import (
    gaps_shown,
    levels_shown,
    notes_of,
    proposals_shown,
    totals_shown,
)
from gridmap.ui.shell import guard, plan_map
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from gridmap.ui.shell.plans import Stamp
from gridmap.ui.shell.tables import show_frame

__all__ = ["has_any", "show"]

KEPT = 4
MOST_ROWS_PX = 420
ROWS_SHOWN = 12


def has_any(plan: Plan) -> bool:
    """Whether a plan has stations, case counts or business areas."""
    stations = bool((plan.objects["class"] == "station").any())
    return stations or len(plan.cases) > 0 or len(plan.business) > 0


def show(plan: Plan, stamp: Stamp, say: Translator) -> None:
    """Show what a plan has of the three.

    Parameters
    ----------
    plan
        The plan.
    stamp
        What its file is known by.
    """
    if (plan.objects["class"] == "station").any():
        _stations(plan, _service(plan, stamp), say)
    if len(plan.cases):
        _cases(plan, say)
    if len(plan.business):
        _business(plan, say)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _service(_plan: Plan, stamp: Stamp) -> StationService:
    return station_service(_plan)


@guard.fragment
def _stations(plan: Plan, service: StationService, say: Translator) -> None:
    st.subheader(say("stations.tab"))
    for note in notes_of(service, plan, say.language):
        st.caption(plain(note))
    _table(totals_shown(service, say.language), say("stations.tab"))
    mode = st.segmented_control(
        say("stations.head.mode"),
        MODES,
        format_func=lambda key: say(f"stations.{key}"),
        default=MODES[-1],
        required=True,
        key="stations-mode",
    )
    gaps = gaps_shown(service, plan, mode, say.language)
    values = {"minutes": f"{service.minutes:g}", "mode": say(f"stations.{mode}")}
    if gaps.empty:
        measure = say(f"stations.{service.measure}")
        st.success(say("stations.no_gaps", measure=measure, **values))
    else:
        title = say("stations.gaps", count=len(gaps), **values)
        st.markdown(f"**{title}**")
        chosen = _table(gaps, title, key="stations-gaps")
        plan_map.go_to_chosen(gaps.iloc[:, 0], chosen, "stations-gone")
    st.markdown(f"**{say('stations.levels')}**")
    _table(levels_shown(service, plan, say.language), say("stations.levels"))
    if len(service.proposals):
        st.markdown(f"**{say('stations.next')}**")
        st.caption(say("stations.next_note"))
        _table(proposals_shown(service, plan, say.language), say("stations.next"))
    st.download_button(
        say("stations.download", mode=say(f"stations.{mode}")),
        guard.deferred(lambda: circles_bytes(service, plan, mode)),
        file_name=f"{plan.rules.town.code}-{mode}.geojson",
        mime="application/geo+json",
        on_click="ignore",
        key=f"stations-circles-{mode}",
    )


@guard.fragment
def _cases(plan: Plan, say: Translator) -> None:
    st.subheader(say("cases.tab"))
    st.caption(say("cases.note"))
    levels = sorted({int(level) for level in plan.grids["level"]})
    level = st.segmented_control(
        say("cases.level"),
        levels,
        default=min(2, levels[-1]),
        required=True,
        key="cases-level",
    )
    table = cases_shown(plan, level=int(level), language=say.language)
    _table(table, say("cases.tab"))
    lost = int((plan.cases["grid_code"] == "").sum())
    if lost:
        st.warning(say("cases.lost", count=lost))


def _business(plan: Plan, say: Translator) -> None:
    st.subheader(say("business.tab"))
    total = int(plan.business["staff"].sum())
    st.caption(say("business.count", count=len(plan.business), staff=f"{total:,}"))
    _table(crosswalk_shown(plan, say.language), say("business.tab"))
    if total:
        st.caption(say("business.staff"))
        _table(staff_shown(plan, say.language), say("business.staff"))


def _table(table: pd.DataFrame, title: str, *, key: str | None = None) -> list[int]:
    """Show a table; with a key a row can be chosen, and its number is given."""
    height: int | Literal["content"] = MOST_ROWS_PX if len(table) > ROWS_SHOWN else "content"
    if key is None:
        show_frame(table, hide_index=True, height=height, alt=title)
        return []
    chosen = show_frame(
        table,
        hide_index=True,
        height=height,
        on_select="rerun",
        selection_mode="single-row",
        key=key,
        alt=title,
    )
    return list(chosen.selection.rows)
