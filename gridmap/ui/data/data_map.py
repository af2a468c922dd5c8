"""The compact map of the page 数据: outlines of layers, simplified, and where their issues lie.

What is drawn is read again from the files, for what `layers.inspect.file` gives holds no shapes; it
is made small enough to travel with the page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import shapely
import streamlit as st

from gridmap.maps import geometry
from gridmap.maps.leaflet import component_script
from gridmap.maps.signs import CONTEXT_SIGNS
from gridmap.rules.entries import Entry
from gridmap.ui.data.declare import declared_of
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.theme.map_style import map_style
from layers.contract.errors import GridmapError, Named, quoted
from layers.location.placing import read_placed
from layers.reading.features import Declared

__all__ = [
    "Drawing",
    "Look",
    "draw_around",
    "draw_file",
    "draw_outline",
    "draw_shapes",
    "look_of",
    "show_map",
]

Look = Literal["outline", "grid", "chosen", "other", "class", "road", "water", "building"]

HERE = Path(__file__).parent
KEPT = 100
MOST_POINTS = 30_000  # of one drawing: about half a megabyte
STEPS_ACROSS = 1_200  # of detail: more than a small map has pixels
STEPS_TOGETHER = 500  # when all layers are on one map
DECIMALS = 6  # of a degree: 11 cm, less than a pixel
MOST_ISSUES = 200  # marks on a map; the table beside has them all

_MAP = st.components.v2.component(
    "gridmap_data_map",
    html='<div class="data"><div class="data-map"></div></div>',
    css=map_style() + (HERE / "data_map.css").read_text(encoding="utf-8"),
    js=component_script(HERE / "data_map.js"),
)


@dataclass(frozen=True)
class Drawing:
    """One layer ready to be drawn: GeoJSON in degrees, and its bounds."""

    name: str
    look: Look
    shapes: str
    bounds: tuple[float, float, float, float]
    issues: tuple[dict[str, Any], ...] = ()
    colour: str = ""  # of a class, #rrggbb


def show_map(drawings: Sequence[Drawing], say: Translator) -> None:
    """Show drawings on one map, in their order from below; the view fits all of them."""
    if not drawings:
        return
    corners = np.array([one.bounds for one in drawings])
    words = ("zoom_in", "zoom_out")
    _MAP(
        key="data-map",
        data={
            "key": " ".join(f"{one.name}/{one.look}/{hash(one.shapes)}" for one in drawings),
            "layers": [
                {"name": one.name, "look": one.look, "shapes": one.shapes, "colour": one.colour}
                for one in drawings
            ],
            "issues": [
                {"lon": row["lon"], "lat": row["lat"], "text": row[say.language]}
                for one in drawings
                for row in one.issues
            ],
            "signs": _signs(),
            "bounds": [*corners[:, :2].min(axis=0).tolist(), *corners[:, 2:].max(axis=0).tolist()],
            "words": {word: say(f"data.{word}") for word in words},
        },
    )


def draw_outline(outline: gpd.GeoSeries, name: str) -> Drawing:
    """Draw the outline of the town."""
    return draw_shapes(outline, name, look="outline")


def draw_shapes(shapes: gpd.GeoSeries, name: str, *, look: Look, colour: str = "") -> Drawing:
    """Draw shapes that are there already, in a colour of their own or as others of that look.

    Parameters
    ----------
    shapes
        With a CRS in metres; none may be missing or empty.
    name
        What is said where one points at them.
    look, colour
        How they are drawn.
    """
    text, bounds = _small(shapes, STEPS_ACROSS)
    return Drawing(name, look, text, bounds, colour=colour)


def draw_file(
    path: Path,
    stamp: int,
    layer: str,
    declared: Declared,
    crs: str,
    issues: gpd.GeoDataFrame,
    *,
    look: Look = "chosen",
) -> Drawing | None:
    """Draw a layer of a file where it lies by what is declared; None when that is not known.

    Parameters
    ----------
    path, stamp
        The file, and a number that changes with it.
    layer
        Layer in it; "" for the only one.
    declared
        What the rules say of its place.
    crs
        A system in metres that suits the place.
    issues
        What was found in it.
    look
        How it is drawn: the one that is looked at in full, all others with less detail.
    """
    return _draw(str(path), stamp, layer, declared, crs, look, issues)


def look_of(entry: Entry) -> Look:
    """Say how a layer is drawn beside others: roads, waters and houses as on all maps."""
    if entry.role == "roads":
        return "road"
    kind = entry.values.get("kind") if entry.role == "context" else None
    return kind if kind in ("road", "water", "building") else "other"


def draw_around(town: Path, entries: Sequence[Entry], crs: str, *, but: str) -> list[Drawing]:
    """Draw the roads and waters of a town, to know by them where another layer lies.

    Parameters
    ----------
    town
        Its folder.
    entries
        Files that the rules name; what cannot be drawn is left out.
    crs
        A system in metres that suits the place.
    but
        File that is drawn itself.
    """
    drawn = []
    places = {(entry.file, entry.layer): entry for entry in reversed(entries)}  # each once
    for entry in reversed(places.values()):
        path, look = town / entry.file, look_of(entry)
        if look in ("road", "water") and entry.file != but and path.exists():
            stamp = path.stat().st_mtime_ns
            declared, none = declared_of(entry.values), gpd.GeoDataFrame(geometry=[])
            one = draw_file(path, stamp, entry.layer, declared, crs, none, look=look)
            drawn += [one] if one else []
    return drawn


def _signs() -> dict[str, dict[str, str]]:
    """Colours of roads, waters and houses, as on all maps."""
    wanted = {"road": "road.street", "water": "water.area", "building": "building"}
    signs = {sign.key: sign for sign in CONTEXT_SIGNS}
    return {
        look: {
            "line": signs[key].casing or signs[key].fill,
            "fill": signs[key].fill,
            "dark_line": signs[key].dark_casing or signs[key].dark,
            "dark": signs[key].dark,
        }
        for look, key in wanted.items()
    }


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _draw(
    path: str,
    stamp: int,
    layer: str,
    declared: Declared,
    crs: str,
    look: Look,
    _issues: gpd.GeoDataFrame,
) -> Drawing | None:
    what = Named(f"Layer {Path(path).name!r}", f"图层{quoted(Path(path).name)}")
    try:
        placed, _ = read_placed(
            Path(path), crs=crs, what=what, layer=layer or None, declared=declared
        )
    except GridmapError:
        return None
    there = placed.geometry[~(placed.geometry.isna() | placed.geometry.is_empty)]
    if there.empty:
        return None
    shapes, bounds = _small(there, STEPS_ACROSS if look == "chosen" else STEPS_TOGETHER)
    return Drawing(Path(path).name, look, shapes, bounds, _places(_issues))


def _small(shapes: gpd.GeoSeries, steps: int) -> tuple[str, tuple[float, float, float, float]]:
    """Simplify shapes until they are few points, and write them as GeoJSON in degrees."""
    flat = shapely.force_2d(shapes.to_numpy())
    west, south, east, north = shapely.total_bounds(flat)
    tolerance = max(east - west, north - south) / steps
    while True:
        simple = shapely.simplify(flat, tolerance)
        # What is smaller than a pixel is not seen.
        wide = np.hypot(*(shapely.bounds(simple)[:, 2:] - shapely.bounds(simple)[:, :2]).T)
        kept = simple[(wide > tolerance) | (shapely.get_dimensions(simple) == 0)]
        if shapely.get_num_coordinates(kept).sum() <= MOST_POINTS or tolerance > east - west:
            break
        tolerance *= 2
    degrees = geometry.to_degrees(gpd.GeoSeries(kept, crs=shapes.crs))
    rounded = shapely.transform(degrees.to_numpy(), lambda at: np.round(at, DECIMALS))
    bounds = geometry.to_degrees(
        gpd.GeoSeries([shapely.box(west, south, east, north)], crs=shapes.crs)
    ).total_bounds
    text = shapely.to_geojson(shapely.GeometryCollection(list(rounded)))
    return text, tuple(round(float(value), DECIMALS) for value in bounds)  # type: ignore[return-value]


def _places(issues: gpd.GeoDataFrame) -> tuple[dict[str, Any], ...]:
    """Lay out where the severest issues are, with what they say."""
    if issues.crs is None:
        return ()
    there = issues[~(issues.geometry.isna() | issues.geometry.is_empty)]
    there = there.explode(ignore_index=True).head(MOST_ISSUES)  # faults alike have several places
    if there.empty:
        return ()
    points = geometry.to_degrees(there.geometry.representative_point())
    rows = zip(points, there["message"], there["message_zh"], strict=True)
    return tuple(
        {"lon": point.x, "lat": point.y, "en": english, "zh": chinese}
        for point, english, chinese in rows
        if np.isfinite([point.x, point.y]).all()
    )
