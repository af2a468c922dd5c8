"""Figures of towns and how they add up: those of a county have the keys of those of a town.

A sum adds up. A share or a mean is that of its parts by what it divides by, which therefore stands
beside each figure as its weight. Where neither is so, the rule says how.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from gridmap.coverage import METRICS, town_figures
from gridmap.coverage.service import Service
from gridmap.plan.plan import Plan
from gridmap.split.homes import HOUSEHOLD
from layers.contract.categories import CATEGORY_KEYS

__all__ = ["SUMS", "by_town", "figure_table", "join_towns", "roll_up"]

Array = np.ndarray[Any, Any]
SUMS = frozenset(
    {"area_m2", "objects", "households", "micro_grids", "household_grids", "posts", "cadres",
     "load_h", "work_points", "leftover_m2", "exclusive_grids", "area_km2_declared", "area_km2",
     "leaders_on_post", "posts_vacant", "people_left_over",
     *(f"grids_level_{level}" for level in range(1, 7))}
)  # fmt: skip


def _of_town(values: pd.Series, service: Service) -> float:
    return float(values.get(service.town, float("nan")))


def _micro_sum(column: str) -> Callable[[Service], float]:
    return lambda service: float(service.micro[column].sum())


def _patch_sum(column: str) -> Callable[[Service], float]:
    return lambda service: float(service.plan.patches[column].sum())


def _officers(service: Service) -> float:
    return float(service.micro["officers"].clip(lower=1).sum())


def _categories(service: Service) -> float:
    """Number the set of categories, a binary digit for each: sets are joined digit by digit."""
    there = set(service.micro["category"])
    return float(sum(2**place for place, key in enumerate(CATEGORY_KEYS) if key in there))


# What a figure divides by, where it is no sum.
_WEIGHTS: Mapping[str, Callable[[Service], float]] = {
    "covered_share": _patch_sum("area_m2"),
    "fallback_share": _patch_sum("area_m2"),
    "objects_covered_share": _patch_sum("objects"),
    "households_covered_share": _patch_sum("households"),
    "household_band_share": lambda s: float((s.micro["family"] == HOUSEHOLD).sum()),
    "posts_filled_share": lambda s: _of_town(s.posts, s),
    "load_mean_h": lambda s: float(len(s.micro)),
    "load_min_h": lambda s: float(len(s.micro)),
    "load_max_h": lambda s: float(len(s.micro)),
    "load_cv": lambda s: float(len(s.micro)),
    "load_index": lambda s: float(len(s.micro)),
    "officer_index": _officers,
    "load_per_officer_h": lambda s: _of_town(s.cadres, s),
    "capacity_used_share": _micro_sum("capacity_h"),
    "compactness_mean": lambda s: float(len(s.micro)),
    "categories": _categories,
    "area_difference": lambda s: float(s.plan.rules.town.area_km2_declared or 0.0),
    "division_rate": lambda s: float(s.rates[0].of),
    "publication_rate": lambda s: float(s.rates[1].of),
    "file_rate": lambda s: float(s.rates[2].of),
    "objects_divided_share": _patch_sum("objects"),
    "boards_ready_share": lambda s: float(len(s.plan.grids)),
    "grids_described_share": lambda s: float(len(s.plan.grids)),
}  # fmt: skip
assert {metric.key for metric in METRICS} == SUMS | set(_WEIGHTS)


def figure_table(plan: Plan) -> pd.DataFrame:
    """Give the figures of a town with their weights: `key`, `value`, `unit`, `weight`.

    A sum has the weight 1. Figures that the town does not have are left out.
    """
    service = Service(plan)
    figures = town_figures(plan)[["key", "value", "unit"]]
    weights = [_WEIGHTS[key](service) if key in _WEIGHTS else 1.0 for key in figures["key"]]
    return figures.assign(weight=weights)


def roll_up(figures: pd.DataFrame) -> pd.Series:
    """Join figures of several towns to those of the ground they make together.

    Parameters
    ----------
    figures
        Rows of `figure_table` of all of them, with a column `town`.

    Returns
    -------
    A value for each key that one of them has, in the order of the catalogue of figures.
    """
    return join_towns(*by_town(figures))


def by_town(figures: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Lay figures out as values and weights: a row a town, a column a key."""
    value = figures.pivot(index="town", columns="key", values="value")
    return value, figures.pivot(index="town", columns="key", values="weight").fillna(0.0)


def join_towns(value: pd.DataFrame, weight: pd.DataFrame) -> pd.Series:
    """Join towns as `roll_up` does, of rows of what `by_town` gives."""
    # Plain arrays: a province has hundreds of areas, and pandas looks up each column anew.
    values, weights = (dict(zip(value, one.to_numpy().T, strict=True)) for one in (value, weight))
    known = {key for key, mine in values.items() if not np.isnan(mine).all()}
    keys = [metric.key for metric in METRICS if metric.key in known]
    with np.errstate(divide="ignore", invalid="ignore"):
        return pd.Series({key: _joined(key, values, weights) for key in keys}, dtype=float)


def _joined(key: str, value: Mapping[str, Array], weight: Mapping[str, Array]) -> float:
    values, weights = value[key], weight[key]
    if key in SUMS:
        return float(np.nansum(values))
    if key in _ENDS:
        return float(_ENDS[key].reduce(values))
    if key == "load_cv":
        mean = value["load_mean_h"]
        squares = mean**2 * (1 + values**2)
        whole = _mean(mean, weights)
        return float(np.sqrt(max(_mean(squares, weights) - whole**2, 0.0)) / whole)
    if key == "load_index":
        return float(np.fmax.reduce(value["load_max_h"])) / _mean(value["load_mean_h"], weights)
    if key == "officer_index":
        # Of each town the mean of an officer is its load over its officers.
        mean = value["load_mean_h"] * weight["load_mean_h"] / weights
        return float(np.fmax.reduce(values * mean)) / _mean(mean, weights)
    if key == "categories":
        joined = np.bitwise_or.reduce(weights.astype(np.int64))
        return float(int(joined).bit_count())
    return _mean(values, weights)


_ENDS = {"load_min_h": np.fmin, "load_max_h": np.fmax}  # what is not known takes no part


def _mean(values: Array, weights: Array) -> float:
    known = ~np.isnan(values) & (weights > 0)
    total = float(weights[known].sum())
    return float((values[known] * weights[known]).sum()) / total if total else float("nan")
