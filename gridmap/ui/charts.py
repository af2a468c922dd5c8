"""The charts of the coverage page: how the load lies on micro-grids and on cadres.

A chart is a Vega-Lite specification made by a plain function; Streamlit draws it with what it
brings along. What is over capacity differs in colour, lightness and word.
"""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from gridmap.plan import Plan
from gridmap.spread import cadre_loads, grid_loads
from gridmap.ui.plans import Stamp, open_plan
from gridmap.ui.speech import Speech
from layers.categories import CATEGORIES, RESIDUAL, SUBCLASSES

__all__ = ["group_chart", "histogram", "ranking", "show"]

Spec = dict[str, Any]
WITHIN, OVER = "#7fa6cf", "#8f1d24"  # light and dark: apart in a grey print
INK, SOFT, LINE = "#1c1f23", "#565d66", "#e3e6ea"
BARS = 24  # of a histogram, at most
STEPS_H = (0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
RANKED = 30
LISTED = 10
HEIGHT_PX = 260
ROW_PX = 24
HALF = 0.5
KINDS = {kind.key: kind for kind in (*CATEGORIES, RESIDUAL, *SUBCLASSES)}
FONT = "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, Source Han Sans SC, sans-serif"


def show(plan: Plan, stamp: Stamp, say: Speech) -> None:
    """Show how evenly the load of a plan lies.

    Parameters
    ----------
    plan
        The plan.
    stamp
        What its file is known by.
    """
    grids, cadres = _spread(stamp)
    hours = plan.rules.capacity.officer_hours
    left, right = st.columns(2, gap="large")
    with left:
        _grids(plan, grids, hours, say)
    with right:
        _cadres(cadres, hours, say)


@st.cache_resource(max_entries=4, show_spinner=False)
def _spread(stamp: Stamp) -> tuple[pd.DataFrame, pd.DataFrame]:
    plan = open_plan(Path(stamp[0]))
    return grid_loads(plan), cadre_loads(plan)


@st.fragment
def _grids(plan: Plan, grids: pd.DataFrame, hours: float, say: Speech) -> None:
    st.subheader(say("charts.grids"))
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


def _cadres(cadres: pd.DataFrame, hours: float, say: Speech) -> None:
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
    st.dataframe(
        heavy[["name", "grids", "load_h", "used_share"]].assign(
            grids=heavy["grids"].str.replace(";", say("mark.list")),
            used_share=100 * heavy["used_share"],
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
        },
        alt=say("charts.cadre_list"),
    )  # fmt: skip


def histogram(values: pd.Series, capacity: float, *, label: str, count: str, say: Speech) -> Spec:
    """Draw how many have how many hours, with the line of what one officer gives.

    Parameters
    ----------
    values
        Hours a week.
    capacity
        Hours that one officer gives; a bar never reaches across it.
    label, count
        Names of the axes.
    """
    step = _step(max(float(values.max()), capacity), capacity)
    number = np.floor(values.to_numpy() / step + 1e-9).astype(int)
    # Exactly full is not too much: it belongs to the bar below the line.
    number[np.isclose(values, capacity)] = round(capacity / step) - 1
    found = pd.Series(number).value_counts().sort_index()
    rows = [
        {
            "low": place * step,
            "high": (place + 1) * step,
            "count": int(many),
            "class": say("charts.over" if place * step >= capacity - 1e-9 else "charts.within"),
            "text": say("charts.from_to", low=f"{place * step:g}", high=f"{(place + 1) * step:g}",
                        count=int(many)),
        }
        for place, many in found.items()
    ]  # fmt: skip
    bars = {
        "mark": {"type": "bar", "stroke": "#ffffff", "strokeWidth": 1},
        "encoding": {
            "x": {"field": "low", "type": "quantitative", "bin": "binned", "title": label},
            "x2": {"field": "high"},
            "y": {"field": "count", "type": "quantitative", "title": count,
                  "axis": {"tickMinStep": 1}},
            "color": _classes(say),
            "tooltip": {"field": "text", "type": "nominal"},
        },
    }  # fmt: skip
    return _spec(rows, [bars, *_capacity(capacity, float(values.max()), say)], HEIGHT_PX)


def ranking(ranked: pd.DataFrame, say: Speech) -> Spec:
    """Draw the load of micro-grids over their capacity, the heaviest first."""
    names = ranked["name"]
    if say.language == "en":
        names = ranked["name_en"].where(ranked["name_en"] != "", names)
    rows = [
        {
            "grid": f"{name} {str(code)[-6:]}",
            "share": float(share),
            "class": say("charts.over" if share > 1 + 1e-9 else "charts.within"),
        }
        for code, name, share in zip(ranked.index, names, ranked["used_share"], strict=True)
    ]
    bars = {
        "mark": {"type": "bar", "height": {"band": 0.7}},
        "encoding": {
            "y": {"field": "grid", "type": "nominal", "sort": None, "title": None,
                  "axis": {"labelLimit": 230}},
            "x": {"field": "share", "type": "quantitative", "title": say("charts.used"),
                  "axis": {"format": "%"}},
            "color": _classes(say),
            "tooltip": [
                {"field": "grid", "type": "nominal", "title": say("charts.grid")},
                {"field": "share", "type": "quantitative", "format": ".0%",
                 "title": say("charts.used")},
            ],
        },
    }  # fmt: skip
    return _spec(rows, [bars, _line(1.0)], ROW_PX * max(len(rows), 2))


def group_chart(each_h: pd.Series, groups: pd.Series, capacity: float, say: Speech) -> Spec:
    """Draw least, mean and largest load per officer of each group."""
    table = each_h.groupby(groups.to_numpy()).agg(["min", "mean", "max", "size"])
    table = table.sort_values("mean", ascending=False)
    rows = [
        {
            "group": str(group),
            "low": float(row["min"]),
            "mean": float(row["mean"]),
            "high": float(row["max"]),
            "count": int(row["size"]),
            "class": say("charts.over" if row["max"] > capacity + 1e-9 else "charts.within"),
        }
        for group, row in table.iterrows()
    ]
    place = {"field": "group", "type": "nominal", "sort": None, "title": None,
             "axis": {"labelLimit": 150}}  # fmt: skip
    tips = [
        {"field": "group", "type": "nominal", "title": say("charts.by")},
        {"field": "count", "type": "quantitative", "title": say("charts.count")},
        *(
            {"field": field, "type": "quantitative", "format": ".1f", "title": title}
            for field, title in (
                ("low", say("charts.least")),
                ("mean", say("charts.mean")),
                ("high", say("charts.most")),
            )
        ),
    ]
    spans = {
        "mark": {"type": "bar", "height": {"band": 0.5}, "cornerRadius": 3},
        "encoding": {
            "y": place,
            "x": {"field": "low", "type": "quantitative", "title": say("charts.each_h")},
            "x2": {"field": "high"},
            "color": _classes(say),
            "tooltip": tips,
        },
    }
    means = {
        "mark": {"type": "tick", "thickness": 3, "color": INK, "height": {"band": 0.8}},
        "encoding": {"y": place, "x": {"field": "mean", "type": "quantitative"}, "tooltip": tips},
    }
    lines = _capacity(capacity, float(table["max"].max()), say)
    return _spec(rows, [spans, means, *lines], ROW_PX * max(len(rows), 3) + 20)


def _step(largest: float, capacity: float) -> float:
    """Width of a bar in hours: round, at most so many bars, and the capacity at the end of one."""
    for step in STEPS_H:
        parts = math.ceil(capacity / step)
        if largest / (capacity / parts) <= BARS:
            return capacity / parts
    return capacity


def _classes(say: Speech) -> Spec:
    words = [say("charts.within"), say("charts.over")]
    return {
        "field": "class",
        "type": "nominal",
        "title": None,
        "scale": {"domain": words, "range": [WITHIN, OVER]},
        "legend": {"orient": "top", "symbolType": "square"},
    }


def _line(at: float) -> Spec:
    return {
        "mark": {"type": "rule", "color": INK, "strokeWidth": 2, "strokeDash": [6, 4]},
        "encoding": {"x": {"datum": at}},
    }


def _capacity(at: float, largest: float, say: Speech) -> list[Spec]:
    """The line of what one officer gives, with its name on top: on its roomier side."""
    text = say("charts.capacity", hours=f"{at:g}")
    room = at < largest / 2
    mark = {
        "type": "text",
        "align": "left" if room else "right",
        "baseline": "bottom",
        "dx": 5 if room else -5,
        "color": INK,
        "text": text,
    }
    # With data of its own, or the name would be drawn once for every bar.
    name = {"data": {"values": [{}]}, "mark": mark,
            "encoding": {"x": {"datum": at}, "y": {"value": -3}}}  # fmt: skip
    return [_line(at), name]


def _spec(rows: list[Spec], layers: list[Spec], height: int) -> Spec:
    return {
        "data": {"values": rows},
        "layer": layers,
        "height": height,
        "config": {
            "font": FONT,
            "view": {"stroke": None},
            "axis": {"labelColor": INK, "titleColor": SOFT, "gridColor": LINE, "labelFontSize": 12,
                     "titleFontSize": 12, "titleFontWeight": "normal"},
            "legend": {"labelColor": INK, "labelFontSize": 12},
            "text": {"fontSize": 12},
        },
        "usermeta": {"embedOptions": {"actions": False}},
    }  # fmt: skip


def _draw(spec: Spec, label: str) -> None:
    st.vega_lite_chart({**spec, "description": label}, width="stretch", theme=None)


def _group_names(plan: Plan, values: pd.Series, way: str, say: Speech) -> pd.Series:
    if way == "category":
        return values.map(lambda key: getattr(KINDS[key], say.language) if key in KINDS else key)
    grids = plan.grids
    names = grids["name"]
    if say.language == "en":
        names = grids["name_en"].where(grids["name_en"] != "", names)
    return values.map(names).fillna("")
