"""The map of a city by town: coloured by a figure, looked into by county, chosen by a click."""

import hashlib
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from gridmap.maps import geometry
from gridmap.maps.leaflet import STEPS, component_script
from gridmap.ui.city.city_data import CityData, Stamp, names_in, parts_of
from gridmap.ui.city.map_classes import NO_VALUE, MapClass
from gridmap.ui.shell import guard
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.theme.map_style import map_style
from gridmap.words import Language

__all__ = ["bounds_of", "draw_ahead", "legend_html", "map_values", "show_map"]

HERE = Path(__file__).parent
KEPT = 8
AROUND = 0.005  # degrees around a place that is gone to: half a kilometre

_MAP = st.components.v2.component(
    "gridmap_town_map",
    html='<div class="towns"><div class="towns-map"></div></div>',
    css=map_style() + (HERE / "town_map.css").read_text(encoding="utf-8"),
    js=component_script(STEPS, HERE / "town_map.js"),
)


def show_map(key: str, values: dict[str, Any], on_town: Callable[[str], None]) -> None:
    """Show the map, and tell the town that is clicked.

    Parameters
    ----------
    key
        Of the widget.
    values
        What `map_values` gives.
    on_town
        Called with the name of a town that a browser sent, so check it.
    """

    def chosen() -> None:
        town = getattr(st.session_state.get(key), "town", None)
        if isinstance(town, str):
            on_town(town)

    _MAP(key=key, data=values, on_town_change=guard.callback(chosen))


def map_values(
    data: CityData,
    say: Translator,
    *,
    classes: list[MapClass],
    number: pd.Series,
    texts: pd.Series,
    area: str,
    town: str,
    point: tuple[float, float] | None = None,
) -> dict[str, Any]:
    """Give what the map draws.

    Parameters
    ----------
    data
        The city.
    say
        Words.
    classes, number
        Classes of the figure, and the class of each town; -1 for none.
    texts
        Value of each town as it is read.
    area, town
        What is looked into: an area or the city, and a town of it; "" for none.
    point
        Longitude and latitude of a place to go to and mark; None for none.
    """
    drawn = _drawn(data, say.language)
    inside = set(data.towns_in(area).index)
    fills = [(one.fill, one.dark) for one in classes]
    class_of, text_of = number.to_dict(), texts.to_dict()
    towns = [
        {
            "fill": (fills[at] if at >= 0 else NO_VALUE),
            "text": str(text_of[name]),
            "inside": name in inside,
            "chosen": name == town,
        }
        for name, at in ((one["town"], int(class_of[one["town"]])) for one in drawn["towns"])
    ]
    # The city shows the names of its counties; a county those of its towns, or of what is below.
    named = parts_of(data, area)
    labels = [one for one in drawn["areas"] if one["code"] in named]
    if not labels:
        labels = [one for one in drawn["towns"] if one["town"] in inside]
    labels.sort(key=lambda one: one.get("town") != town)  # that of the chosen town comes first
    return {
        "key": drawn["key"],
        "towns": drawn["towns"],
        "lines": drawn["lines"],
        "looks": towns,
        "labels": [{"name": one["name"], "at": one["at"]} for one in labels],
        "bounds": _around(point) if point else bounds_of(data, area, town),
        "point": point,
        "label": say("city_page.map"),
        "words": {"zoom_in": say("data.zoom_in"), "zoom_out": say("data.zoom_out")},
    }


def legend_html(classes: list[MapClass], missing: int, say: Translator) -> str:
    """Say what the colours mean, with how many towns have each."""
    shown = [(one.name, one.fill, one.dark, one.count) for one in classes]
    if missing:
        shown.append((say("city_page.no_value"), *NO_VALUE, missing))
    parts = (
        f'<span><i style="--light:{fill};--dark:{dark}"></i>{escape(name)}'
        f"<b>{escape(say('city_page.of_class', count=f'{count:,}'))}</b></span>"
        for name, fill, dark, count in shown
    )
    return f'<div class="city-legend">{"".join(parts)}</div>'


def draw_ahead(data: CityData, language: Language) -> None:
    """Work out the ground of all towns, and keep it."""
    _drawn(data, language)


def _drawn(data: CityData, language: Language) -> dict[str, Any]:
    """Give the ground of all towns and the borders of areas, which no choice moves."""
    # Who sees some towns alone has a ground of their own.
    return _ground(data.stamp, tuple(data.outlines.index), language, data)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _ground(
    stamp: Stamp, seen: tuple[str, ...], language: Language, _data: CityData
) -> dict[str, Any]:
    shapes = geometry.to_degrees(_data.outlines.geometry)
    borders = geometry.to_degrees(_data.borders.geometry)
    called, areas_called = names_in(_data.towns, language), names_in(_data.areas, language)
    lies_in = dict(zip(_data.towns.index, _data.towns["area"], strict=True))
    towns = [
        {
            "town": name,
            "name": called[name],
            "area": areas_called[lies_in[name]],
            "rings": geometry.rings(shape),
            "at": geometry.label_point(shape),
        }
        for name, shape in shapes.items()
    ]
    areas = [
        {
            "code": code,
            "name": areas_called[code],
            "at": geometry.label_point(shape),
        }
        for code, shape in borders.items()
    ]
    lines = [
        {"level": int(level), "rings": geometry.rings(shape)}
        for level, shape in zip(_data.borders["level"], borders, strict=True)
    ]
    key = hashlib.sha256(repr((towns, lines)).encode()).hexdigest()[:16]
    return {"key": key, "towns": towns, "areas": areas, "lines": lines}


def _around(point: tuple[float, float]) -> list[float]:
    lon, lat = point
    return [lon - AROUND, lat - AROUND, lon + AROUND, lat + AROUND]


def bounds_of(data: CityData, area: str, town: str) -> list[float]:
    """Give the box to look at: of a town with its county around it, of an area, of the city."""
    inside = data.outlines[data.outlines.index.isin(data.towns_in(area).index)]
    shapes = inside if len(inside) else data.outlines
    if town and area == data.top and town in data.outlines.index:
        shapes = data.outlines.loc[[town]]
    return [round(float(value), 7) for value in geometry.to_degrees(shapes.geometry).total_bounds]
