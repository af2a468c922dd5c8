"""Charts of load as Vega-Lite specifications: plain functions of numbers, drawn by the page.

What is over capacity differs in colour, lightness and word, so that a grey print tells it too.
Colours are variables of the page (`gridmap/maps/assets/colours.css`), for charts are drawn as SVG.
"""

import math
from typing import Any

import numpy as np
import pandas as pd

from gridmap.ui.shell.i18n import Translator

__all__ = ["Spec", "group_chart", "histogram", "ranking"]

Spec = dict[str, Any]
WITHIN, OVER = "var(--within)", "var(--over)"  # light and dark: apart in a grey print
INK, SOFT, LINE = "var(--ink)", "var(--quiet)", "var(--row)"
GROUND = "var(--ground)"
BARS = 24  # of a histogram, at most
STEPS_H = (0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
HEIGHT_PX = 260
ROW_PX = 24
FONT = "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, Source Han Sans SC, sans-serif"


def histogram(
    values: pd.Series, capacity: float, *, label: str, count: str, say: Translator
) -> Spec:
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
        "mark": {"type": "bar", "stroke": GROUND, "strokeWidth": 1},
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


def ranking(ranked: pd.DataFrame, say: Translator) -> Spec:
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


def group_chart(each_h: pd.Series, groups: pd.Series, capacity: float, say: Translator) -> Spec:
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


def _classes(say: Translator) -> Spec:
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


def _capacity(at: float, largest: float, say: Translator) -> list[Spec]:
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
            "background": GROUND,
            "view": {"stroke": None},
            "axis": {"labelColor": INK, "titleColor": SOFT, "gridColor": LINE, "labelFontSize": 12,
                     "titleFontSize": 12, "titleFontWeight": "normal"},
            "legend": {"labelColor": INK, "labelFontSize": 12},
            "text": {"fontSize": 12},
        },
        "usermeta": {"embedOptions": {"actions": False, "renderer": "svg"}},
    }  # fmt: skip
