"""Figures of the town and of one grid for a wall screen: large numbers, and bars of shares.

Every figure is one of `gridmap.coverage`; here it gets its words. A figure that the plan does not
have is left out.
"""

import re
from typing import Any

import pandas as pd

from gridmap.coverage.metrics import METRICS, coverage, town_figures
from gridmap.coverage.three_rates import three_rates
from gridmap.plan.plan import Plan
from gridmap.publish.answers import public_figures
from gridmap.ui.shell.tables import figure_text
from gridmap.words import Language, say

__all__ = ["grid_numbers", "load_bar", "share_bars", "town_numbers"]

Values = dict[str, Any]
NUMBERS = ("area_km2", "micro_grids", "cadres", "households", "objects", "posts",
           "grids_level_2", "grids_level_3")  # fmt: skip
MOST_NUMBERS = 6
SHARES = ("covered_share", "households_covered_share", "objects_covered_share",
          "posts_filled_share")  # fmt: skip
OF_GRID = ("area_m2", "micro_grids", "households", "objects", "posts_filled_share",
           "capacity_used_share")  # fmt: skip
M2_A_KM2 = 1e6
_NUMBER = re.compile(r"(-?[\d.,]+)\s*(.*)")


def town_numbers(plan: Plan, *, language: Language) -> list[Values]:
    """Give the numbers of the town, the most telling first.

    Parameters
    ----------
    plan
        The plan as it may be shown; of a copy for the public figures of ground alone.
    language
        Language of labels and units.

    Returns
    -------
    Each with `label`, `value` and `unit`.
    """
    figures = _town(plan)
    keys = [key for key in NUMBERS if key in figures.index and figures.at[key, "value"] > 0]
    return [_number(figures.loc[key], language) for key in keys[:MOST_NUMBERS]]


def share_bars(plan: Plan, *, language: Language) -> list[Values]:
    """Give what is covered, and the three 100 %, as bars.

    Returns
    -------
    Each with `label`, `text` and `share`; the share of what is not known is None, and its text
    says so.
    """
    if plan.is_redacted:
        return []
    figures = _town(plan)
    bars = [
        {
            "label": figures.at[key, f"label_{language}"],
            "text": _share_text(float(figures.at[key, "value"]), language),
            "share": round(float(figures.at[key, "value"]), 4),
        }
        for key in SHARES
        if key in figures.index
    ]
    for rate in three_rates(plan):
        known = rate.unknown is None and rate.of > 0
        shown = say("rates.share", language, share=rate.percent) if known else ""
        bars.append(
            {
                "label": say(f"rates.{rate.key}", language),
                "text": shown or say("rates.unknown", language),
                "share": round(rate.share, 4) if known else None,
            }
        )
    return bars


def load_bar(plan: Plan, *, language: Language) -> Values | None:
    """Give the load against the capacity of all micro-grids; None for the public, or without any.

    Returns
    -------
    `label`, `text`, `share`, and `note` with the hours.
    """
    figures = _town(plan)
    if "capacity_used_share" not in figures.index:
        return None
    share = float(figures.at["capacity_used_share", "value"])
    micro = plan.micro_grids
    hours = {
        key: figure_text(float(micro[column].sum()), "officer-hours", language)
        for key, column in (("load", "load_h"), ("capacity", "capacity_h"))
    }
    return {
        "label": figures.at["capacity_used_share", f"label_{language}"],
        "text": figure_text(share, "share", language),
        "share": round(share, 4),
        "note": say("wall.load", language, **hours),
    }


def grid_numbers(plan: Plan, *, language: Language) -> dict[str, list[Values]]:
    """Give the numbers of every given grid by code, as `town_numbers` gives those of the town."""
    keys = public_figures(OF_GRID) if plan.is_redacted else list(OF_GRID)
    table = coverage(plan)[keys]
    metrics = {metric.key: metric for metric in METRICS}
    numbers: dict[str, list[Values]] = {}
    for code, row in table[(plan.grids["kind"] == "base").to_numpy()].iterrows():
        told = []
        for key, value in row.items():
            metric = metrics[str(key)]
            if pd.isna(value) or (not value and metric.unit != "share"):
                continue
            in_km2 = metric.unit == "m2"
            given = {
                "label_zh": metric.label_zh,
                "label_en": metric.label_en,
                "value": value / M2_A_KM2 if in_km2 else value,
                "unit": "km2" if in_km2 else metric.unit,
            }
            told.append(_number(pd.Series(given), language))
        numbers[str(code)] = told
    return numbers


def _town(plan: Plan) -> pd.DataFrame:
    figures = town_figures(plan).set_index("key")
    return figures.loc[public_figures(figures.index)] if plan.is_redacted else figures


def _number(figure: pd.Series, language: Language) -> Values:
    text = figure_text(float(figure["value"]), str(figure["unit"]), language)
    value, unit = found.groups() if (found := _NUMBER.fullmatch(text)) else (text, "")
    return {"label": str(figure[f"label_{language}"]), "value": value, "unit": unit}


def _share_text(share: float, language: Language) -> str:
    """Write a share so that only all of it is 100 %."""
    percent = "100" if share >= 1 else f"{min(99.9, 100 * share):.1f}"
    return say("rates.share", language, share=percent)
