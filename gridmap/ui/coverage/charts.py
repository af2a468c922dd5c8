"""The charts of the coverage page: how the load lies on micro-grids and on cadres.

Streamlit draws them with what it brings along; beside each stands in words what it shows.
"""

from pathlib import Path

import pandas as pd
import streamlit as st

from gridmap.coverage.load_shares import capacity_advice, load_shares
from gridmap.coverage.workload import cadre_loads, grid_loads
from gridmap.plan.kinds import kind_name
from gridmap.plan.names import names_of
from gridmap.plan.plan import Plan
from gridmap.ui.coverage.chart_specs import Spec, group_chart, histogram, ranking
from gridmap.ui.shell import guard
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.markdown import plain
from gridmap.ui.shell.memory.kept import kept_by_file
from gridmap.ui.shell.plans import Stamp, open_plan
from gridmap.ui.shell.tables import show_frame

__all__ = ["show"]

LOADS_MB = 32  # of loads in memory
RANKED = 30
LISTED = 10
HALF = 0.5


def show(plan: Plan, stamp: Stamp, say: Translator) -> None:
    """Show how evenly the load of a plan lies.

    Parameters
    ----------
    plan
        The plan.
    stamp
        What its file is known by.
    """
    grids, cadres = (frame.copy(deep=False) for frame in _spread(stamp))  # what is kept stays
    hours = plan.rules.capacity.officer_hours
    left, right = st.columns(2, gap="large")
    with left:
        _grids(plan, grids, hours, say)
    with right:
        _cadres(cadres, hours, say)
    _shares(load_shares(plan), say)


@kept_by_file(LOADS_MB, share=0.05)
def _spread(stamp: Stamp) -> tuple[pd.DataFrame, pd.DataFrame]:
    plan = open_plan(Path(stamp[0]))
    return grid_loads(plan), cadre_loads(plan)


@guard.fragment
def _grids(plan: Plan, grids: pd.DataFrame, hours: float, say: Translator) -> None:
    st.subheader(say("charts.grids"))
    advice = capacity_advice(plan)
    if advice is not None:
        st.info(plain(advice.zh if say.language == "zh" else advice.en))
    st.caption(
        say(
            "charts.grids_note",
            mean=f"{grids['each_h'].mean():.1f}",
            hours=f"{hours:g}",
            over=f"{int((grids['used_share'] > 1 + 1e-9).sum()):,}",
            light=f"{int((grids['used_share'] < HALF).sum()):,}",
        )
    )
    ways = ("whole", "village", "category")
    way = st.segmented_control(
        say("charts.by"),
        ways,
        format_func=lambda one: say(f"charts.{one}"),
        default="whole",
        required=True,
        key="charts-by",
    )
    if way == "whole":
        label, count = say("charts.each_h"), say("charts.count")
        _draw(histogram(grids["each_h"], hours, label=label, count=count, say=say), label)
        ranked = grids.nlargest(RANKED, ["used_share", "load_h"])
        title = say("charts.ranked", count=len(ranked))
        st.markdown(f"**{title}**")
        _draw(ranking(ranked, say), title)
    else:
        groups = _group_names(plan, grids[way], way, say)
        label = say(f"charts.{way}")
        _draw(group_chart(grids["each_h"], groups, hours, say), label)


def _cadres(cadres: pd.DataFrame, hours: float, say: Translator) -> None:
    st.subheader(say("charts.cadres"))
    if cadres.empty:
        st.info(say("charts.nobody"))
        return
    st.caption(
        say(
            "charts.cadres_note",
            count=f"{len(cadres):,}",
            mean=f"{cadres['load_h'].mean():.1f}",
            over=f"{int((cadres['used_share'] > 1 + 1e-9).sum()):,}",
            light=f"{int((cadres['used_share'] < HALF).sum()):,}",
        )
    )
    label, count = say("charts.cadre_h"), say("charts.people_count")
    _draw(histogram(cadres["load_h"], hours, label=label, count=count, say=say), label)
    st.markdown(f"**{say('charts.cadre_list')}**")
    heavy = cadres.nlargest(LISTED, "load_h")
    show_frame(
        heavy[["name", "grids", "load_h", "used_share"]].assign(
            grids=heavy["grids"].str.replace(";", say("mark.list")),
            used_share=100 * heavy["used_share"],
            # In words too: a bar alone does not show where the end of what is right lies.
            state=heavy["used_share"].map(
                lambda share: say("charts.over" if share > 1 + 1e-9 else "charts.within")
            ),
        ),
        hide_index=True,
        column_config={
            "name": say("charts.person"),
            "grids": say("charts.their_grids"),
            "load_h": st.column_config.NumberColumn(say("charts.hours"), format="%.1f"),
            "used_share": st.column_config.ProgressColumn(
                say("charts.used"), format="%.0f%%", min_value=0.0,
                max_value=100 * max(1.0, float(heavy["used_share"].max())),
            ),
            "state": say("charts.state"),
        },
        alt=say("charts.cadre_list"),
    )  # fmt: skip


def _shares(shares: pd.DataFrame, say: Translator) -> None:
    """Show what the load is for: each weight of the rules with its share."""
    st.subheader(say("charts.shares"))
    st.caption(say("charts.shares_note"))
    shown = pd.DataFrame(
        {
            "kind": shares["kind"].map(lambda key: kind_name(key, say.language)),
            "measure": shares["measure"].map(lambda key: say(f"rules.load.*.{key}")),
            "weight_h": shares["weight_h"],
            "amount": shares["amount"].round(1),
            "load_h": shares["load_h"].round(1),
            "share": 100 * shares["share"],
            "points": shares["points"].round(1),
        }
    ).dropna(axis="columns", how="all")
    show_frame(
        shown,
        hide_index=True,
        column_config={
            "kind": say("column.category"),
            "measure": say("charts.measure"),
            "weight_h": st.column_config.NumberColumn(say("charts.weight"), format="%g"),
            "amount": st.column_config.NumberColumn(say("charts.amount"), format="%.1f"),
            "load_h": st.column_config.NumberColumn(say("charts.hours"), format="%.1f"),
            "share": st.column_config.NumberColumn(say("charts.share"), format="%.1f%%"),
            "points": st.column_config.NumberColumn(say("charts.points"), format="%.1f"),
        },
        alt=say("charts.shares"),
    )


def _draw(spec: Spec, label: str) -> None:
    st.vega_lite_chart({**spec, "description": label}, width="stretch", theme=None)


def _group_names(plan: Plan, values: pd.Series, way: str, say: Translator) -> pd.Series:
    if way == "category":
        return values.map(lambda key: kind_name(key, say.language))
    return values.map(names_of(plan.grids, say.language)).fillna("")
