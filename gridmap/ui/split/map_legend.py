"""What a map of a division is coloured by: the choice, and the legend above the map."""

from collections.abc import Collection
from html import escape
from itertools import pairwise

import streamlit as st

from gridmap.maps.legend import CATEGORY_LOOKS, LOAD_STEPS
from gridmap.trials.thumbnail import LOAD_COLOURS
from gridmap.ui.shell.i18n import Translator

__all__ = ["COLOURS", "choose_colour", "legend_html"]

COLOURS = ("category", "load")


def choose_colour(key: str, say: Translator) -> str:
    """Let the planner choose what maps are coloured by."""
    return str(
        st.segmented_control(
            say("split.colour"),
            COLOURS,
            format_func=lambda one: say(f"split.colour.{one}"),
            default="category",
            required=True,
            key=key,
        )
    )


def legend_html(colour: str, fills: Collection[str], say: Translator) -> str:
    """Write the legend; of categories those only whose colour is drawn.

    Parameters
    ----------
    colour
        One of `COLOURS`.
    fills
        Colours that are drawn, or a text that holds them.
    say
        Words.
    """
    if colour == "category":
        entries = [
            (look.colour, look.zh if say.language == "zh" else look.en)
            for look in CATEGORY_LOOKS
            if look.colour in fills
        ]
        head = ""
    else:
        ends = [0.0, *LOAD_STEPS]
        names = [f"{100 * low:.0f}–{100 * high:.0f}%" for low, high in pairwise(ends)]
        entries = list(zip(LOAD_COLOURS, [*names, say("split.legend.over")], strict=True))
        head = f"<span>{escape(say('split.legend.load'))}</span>"
    items = "".join(
        f'<span><i style="background:{fill}"></i>{escape(name)}</span>' for fill, name in entries
    )
    return f'<div class="trial-legend">{head}{items}</div>'
