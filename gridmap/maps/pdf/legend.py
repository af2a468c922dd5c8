"""What the legend of a print says: classes with their ground, objects, borders and the context."""

from collections.abc import Sequence

import pandas as pd

from gridmap.maps.legend import LEFT, Look
from gridmap.maps.pdf.furniture import Entry
from gridmap.maps.signs import ContextSign
from gridmap.words import Language, say
from layers.registers.classes import CLASSES

__all__ = ["legend_entries"]

M2_A_HECTARE = 10_000


def legend_entries(
    looks: Sequence[Look],
    areas: "pd.core.groupby.SeriesGroupBy[float, str]",
    left_m2: float,
    objects: "pd.Series[int]",
    levels: Sequence[int],
    context: Sequence[ContextSign],
    language: Language,
) -> tuple[Entry, ...]:
    """Give the lines of a legend, from the ground up to the context.

    Parameters
    ----------
    looks, areas
        Classes of micro-grids, and areas in m² of the micro-grids of each.
    left_m2
        Ground that belongs to no micro-grid; 0 for none.
    objects
        Number of objects by class.
    levels
        Levels of the borders, 0 for micro-grids, -1 for the sites of units.
    context
        Signs of the context that the scale shows.
    language
        Language of the sheets.
    """

    def named(look: Look) -> str:
        return look.zh if language == "zh" else look.en

    def extent(count: int, area_m2: float) -> str:
        hectares = f"{area_m2 / M2_A_HECTARE:,.0f}"
        if not count:
            return say("print.hectares", language, hectares=hectares)
        return say("print.extent", language, count=count, hectares=hectares)

    sums, counts = areas.sum(), areas.size()
    entries = [
        Entry(named(look), extent(int(counts[look.key]), sums[look.key]), look)
        for look in looks
        if look.key in counts.index
    ]
    if left_m2:
        entries.append(Entry(named(LEFT), extent(0, left_m2), LEFT))
    for one in (CLASSES[key] for key in CLASSES if key in objects.index):
        said = say("print.objects", language, count=int(objects[one.key]))
        entries.append(Entry(one.zh if language == "zh" else one.en, said, object_class=one.key))
    for level in reversed(levels):
        word = {0: "map.micro_border", -1: "map.site_border"}.get(level, "map.border")
        entries.append(Entry(say(word, language, level=level), level=level))
    for sign in reversed(context):
        if sign.shape != "point":
            entries.append(Entry(say(f"context.{sign.key}", language), context=sign))
    return tuple(entries)
