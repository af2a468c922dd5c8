"""The map of a cadre's grid as a part of a page: it draws a view, and the way to the own grid.

Where somebody is, the browser works out and keeps (`my_position.js`, `way.js` of the maps): a place
is sent only when somebody disputes the border there.
"""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely
import streamlit as st

from gridmap.access.view import CadreView, GridView
from gridmap.maps import geometry, packing
from gridmap.maps.context import context_lines, context_values, drawn_context
from gridmap.maps.leaflet import leaflet_script
from gridmap.maps.page import asset
from gridmap.maps.signs import signs_for_page
from gridmap.ui.shell import guard
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.theme.map_style import map_style
from gridmap.words import words_in

__all__ = ["Place", "map_data", "show_map"]

HERE = Path(__file__).parent
# Scripts that other maps have as well.
SHARED = ("theme", "shapes", "trace", "layer", "room", "context", "roadnames", "basemap",
          "coordinates", "way")  # fmt: skip
OWN = ("my_position.js", "grid_map.js")
PARENT_ENDS = ("·", ", ")  # what stands between the parent and the kind in a name
LABEL_SHARE = 0.35  # how deep into a neighbour its name stands, of the size of the grid

Place = dict[str, float]  # lon, lat

_MAP = st.components.v2.component(
    "gridmap_my_grid",
    html=(HERE / "grid_map.html").read_text(encoding="utf-8"),
    css=map_style() + (HERE / "grid_map.css").read_text(encoding="utf-8"),
    js="\n".join(
        [
            leaflet_script(),
            *(asset(f"{name}.js") for name in SHARED),
            *((HERE / name).read_text(encoding="utf-8") for name in OWN),
        ]
    ),
)


def show_map(
    view: CadreView, grid: GridView, place: Place | None, say: Translator,
    on_place: Callable[[Any], None], *, basemap: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    """Show a grid of a view, and tell the place where somebody disputes the border.

    Parameters
    ----------
    view, grid
        What the cadre may see, and the grid that is open.
    place
        The place of the dispute that is being written.
    on_place
        Called with a place for a dispute; it is what a browser sent, so check it.
    basemap
        A picture under the grid; None for none.
    """
    key = "my-grid-map"

    def chosen() -> None:
        on_place(getattr(st.session_state.get(key), "place", None))

    _MAP(
        key=key,
        data=map_data(view, grid, place, say) | {"basemap": basemap},
        on_place_change=guard.callback(chosen),
    )


def map_data(
    view: CadreView, grid: GridView, place: Place | None, say: Translator
) -> dict[str, Any]:
    """Give what the map draws, in degrees: the own grids, and names and outlines beside one."""
    own = _degrees([one.outline for one in view.grids], view)
    far = _degrees([one.outline for one in grid.neighbours], view)
    sides = _degrees([_beside(one.outline, grid.outline) for one in grid.neighbours], view)
    chosen = view.grids.index(grid)
    return {
        "key": f"{grid.code} {grid.state} {say.language}",
        "bounds": geometry.bounds(own.iloc[chosen]),
        "own": [
            {
                "name": _name(one, say),
                "rings": geometry.rings(shape),
                "label": geometry.label_point(shape),
                "chosen": number == chosen,
            }
            for number, (one, shape) in enumerate(zip(view.grids, own, strict=True))
        ],
        "neighbours": [
            {
                "name": _without(_name(grid, say), _name(one, say)),
                "rings": geometry.rings(shape),
                "label": geometry.label_point(near),
            }
            for one, shape, near in sorted(
                zip(grid.neighbours, far, sides, strict=True), key=lambda row: -row[0].border_m
            )
        ],
        "context": _context(view),
        "signs": signs_for_page(),
        "place": place,
        "words": words_in(say.language, "my_way."),
    }


def _context(view: CadreView) -> dict[str, Any]:
    """Roads, houses and water as the scripts of all maps draw them."""
    drawn = drawn_context(view.context)
    shapes = packing.pack([packing.NO_LINES, *context_lines(drawn, view.crs)])
    return context_values(drawn) | {"shapes": base64.b64encode(shapes).decode("ascii")}


def _beside(neighbour: shapely.Geometry, grid: shapely.Geometry) -> shapely.Geometry:
    """Give the part of a neighbour near the border, where its name is in sight."""
    west, south, east, north = grid.bounds
    deep = grid.buffer(LABEL_SHARE * max(east - west, north - south))
    parts = shapely.get_parts(shapely.intersection(neighbour, deep))
    return shapely.MultiPolygon([part for part in parts if part.geom_type == "Polygon"])


def _degrees(shapes: list[shapely.Geometry], view: CadreView) -> gpd.GeoSeries:
    return geometry.to_degrees(gpd.GeoSeries(shapes, crs=view.crs))


def _without(own: str, other: str) -> str:
    """Leave out of a neighbour's name the parent that both grids have in front."""
    for sign in PARENT_ENDS:
        parent = own.rpartition(sign)[0]
        if parent and other.startswith(parent + sign):
            return other.removeprefix(parent + sign)
    return other


def _name(one: Any, say: Translator) -> str:
    return str(one.name if say.language == "zh" else one.name_en)
