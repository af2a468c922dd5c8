"""The map of a border between two towns: how each draws it, and which ground would become whose."""

import hashlib
from html import escape
from pathlib import Path
from typing import Any

import shapely
import streamlit as st

from gridmap.city.borders.preview import Preview
from gridmap.maps import geometry
from gridmap.maps.leaflet import STEPS, component_script
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.theme.map_style import map_style

__all__ = ["border_values", "legend_html", "show_map"]

HERE = Path(__file__).parent
# Light and dark; told apart also by who sees few colours, and one of both lines is dashed.
COLOURS = (("#0b62b8", "#6cb2f5"), ("#b34700", "#f39a4d"))
LEFT = ("#6b6b6b", "#b5b5b5")
MARGIN = 0.25  # of the box of what changes, around it
LEAST = 0.0005  # degrees to look at: 50 m
MOST_MARKED = 200

_MAP = st.components.v2.component(
    "gridmap_border_map",
    html='<div class="towns"><div class="towns-map border-map"></div></div>',
    css=map_style() + (HERE / "town_map.css").read_text(encoding="utf-8"),
    js=component_script(STEPS, HERE / "border_map.js"),
)


def show_map(key: str, values: dict[str, Any]) -> None:
    """Show the map of what `border_values` gives."""
    _MAP(key=key, data=values)


def border_values(preview: Preview, names: dict[str, str], say: Translator) -> dict[str, Any]:
    """Give what the map draws.

    Parameters
    ----------
    preview
        Of the border; in its order the towns have their colours.
    names
        Names of the towns by folder.
    say
        Words.
    """
    lines, ground = [], []
    for (town, shape), colours in zip(preview.drawings.items(), COLOURS, strict=True):
        lines.append({"name": names[town], "colours": colours, "rings": geometry.rings(shape)})
        label = say("settle.to", name=names[town])
        ground += [_piece(one, label, colours) for one in _parts(preview.taken[town])]
    ground += [_piece(one, say("settle.to_none"), LEFT) for one in _parts(preview.left)]
    west, south, east, north = preview.bounds
    wide = max((east - west) * MARGIN, LEAST)
    high = max((north - south) * MARGIN, LEAST)
    key = hashlib.sha256(repr((lines, ground)).encode()).hexdigest()[:16]
    return {
        "key": key,
        "lines": lines,
        "ground": ground,
        "bounds": [west - wide, south - high, east + wide, north + high],
        "label": say("settle.map"),
        "words": {"zoom_in": say("data.zoom_in"), "zoom_out": say("data.zoom_out")},
    }


def legend_html(preview: Preview, names: dict[str, str], say: Translator) -> str:
    """Say what lines and colours mean."""
    shown = []
    for town, (light, dark) in zip(preview.drawings, COLOURS, strict=True):
        shown.append((say("settle.drawing", name=names[town]), light, dark))
        if not preview.taken[town].is_empty:
            shown.append((say("settle.to", name=names[town]), f"{light}66", f"{dark}66"))
    if not preview.left.is_empty:
        shown.append((say("settle.to_none"), f"{LEFT[0]}66", f"{LEFT[1]}66"))
    parts = (
        f'<span><i style="--light:{light};--dark:{dark}"></i>{escape(name)}</span>'
        for name, light, dark in shown
    )
    return f'<div class="city-legend">{"".join(parts)}</div>'


def _parts(shape: shapely.Geometry) -> list[shapely.Geometry]:
    """Give the pieces of ground, the largest first, without crumbs that rounding leaves."""
    pieces = [one for one in shapely.get_parts(shape) if shapely.get_dimensions(one) == 2]
    return sorted(pieces, key=lambda one: -one.area)[:MOST_MARKED]


def _piece(shape: shapely.Geometry, label: str, colours: tuple[str, str]) -> dict[str, Any]:
    x, y = shapely.get_coordinates(shapely.point_on_surface(shape))[0]  # it may be a hair's breadth
    at = [round(float(x), 7), round(float(y), 7)]
    return {"name": label, "colours": colours, "rings": geometry.rings(shape), "at": at}
