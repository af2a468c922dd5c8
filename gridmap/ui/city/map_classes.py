"""The classes of a figure on the map by town: few, of about as many towns each, with colours.

A class is named by the least and the greatest value that is really in it.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from gridmap.maps.colours import dark_of
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.tables import figure_text

__all__ = ["NO_VALUE", "STATES", "MapClass", "figure_classes", "state_classes"]

FILLS = ("#e9ecf6", "#c2cce8", "#93a6d6", "#6079b6", "#30498a")  # from little to much
NO_VALUE = ("#d9d5cd", "#4a463f")  # light, dark
STATES = {
    "done": "#9fcfae",
    "running": "#f2cf7d",
    "placing": "#dcbf94",
    "waiting": "#d3d8df",
    "stale": "#bda6dd",
    "failed": "#cf6a66",
}


@dataclass(frozen=True)
class MapClass:
    """A class: what it is called, its colour by day and in the dark, and how many towns it has."""

    name: str
    fill: str
    dark: str
    count: int


def figure_classes(
    values: pd.Series, unit: str, say: Translator
) -> tuple[list[MapClass], pd.Series]:
    """Sort the values of a figure into classes.

    Parameters
    ----------
    values
        By town; nan where there is none.
    unit
        Of the figure.
    say
        Words.

    Returns
    -------
    The classes from little to much, and the number of the class of each town; -1 for no value.
    """
    known = values.dropna().sort_values(kind="stable")
    texts = known.map(lambda value: figure_text(value, unit, say.language))
    different = list(dict.fromkeys(texts))
    if len(different) <= len(FILLS):
        number = texts.map(different.index)
    else:
        ends = np.quantile(known, np.arange(1, len(FILLS)) / len(FILLS))
        step = pd.Series(np.searchsorted(ends, known, side="left"), index=known.index)
        # Values that read the same are in one class: that of the first of them.
        number = step.groupby(texts).transform("min")
        number = number.map({one: at for at, one in enumerate(sorted(set(number)))})
    count = int(number.max()) + 1 if len(number) else 0
    fills = [FILLS[at] for at in _spread(count)]
    classes = []
    for at in range(count):
        inside = texts[number == at]
        low, high = inside.iloc[0], inside.iloc[-1]
        name = low if low == high else say("city_page.range", low=low, high=high)
        classes.append(MapClass(name, fills[at], dark_of(fills[at]), len(inside)))
    return classes, number.reindex(values.index).fillna(-1).astype("int64")


def state_classes(states: pd.Series, say: Translator) -> tuple[list[MapClass], pd.Series]:
    """Sort towns by their state, as `figure_classes` sorts them by a figure."""
    there = [key for key in STATES if (states == key).any()]
    classes = [
        MapClass(
            say(f"city.state.{key}"), STATES[key], dark_of(STATES[key]), int((states == key).sum())
        )
        for key in there
    ]
    number = states.map({key: at for at, key in enumerate(there)}).fillna(-1).astype("int64")
    return classes, number


def _spread(count: int) -> list[int]:
    """Choose so many of the colours, as far from each other as they can be."""
    if count == 1:
        return [len(FILLS) // 2]
    return [round(at * (len(FILLS) - 1) / (count - 1)) for at in range(count)]
