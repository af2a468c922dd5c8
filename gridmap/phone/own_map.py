"""The map of a cadre's own grids: what is drawn of a view, and the scripts that draw it.

The page in the app and the file for a phone have the same map. Where somebody is, the browser works
out and keeps (`assets/my_position.js`, `way.js` of the maps).
"""

import base64
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely

from gridmap.access.view import CadreView, GridView
from gridmap.maps import geometry, packing
from gridmap.maps.context import context_lines, context_values, drawn_context
from gridmap.maps.leaflet import leaflet_script
from gridmap.maps.page import asset
from gridmap.maps.signs import signs_for_page
from gridmap.words import Language, words_in

__all__ = [
    "Place",
    "context_data",
    "ground_data",
    "map_data",
    "map_script",
    "own_asset",
    "own_bytes",
]

# Scripts that other maps have as well.
SHARED = ("theme", "shapes", "trace", "layer", "room", "context", "roadnames", "basemap",
          "coordinates", "way")  # fmt: skip
OWN = ("my_position.js", "own_map.js")
PARENT_ENDS = ("·", ", ")  # what stands between the parent and the kind in a name
LABEL_SHARE = 0.35  # how deep into a neighbour its name stands, of the size of the grid

Place = dict[str, float]  # lon, lat


def own_asset(name: str) -> str:
    """Read a script, style or piece of markup of this room."""
    return (Path(__file__).parent / "assets" / name).read_text(encoding="utf-8")


def own_bytes(name: str) -> bytes:
    """Read a file of this room as it is."""
    return (Path(__file__).parent / "assets" / name).read_bytes()


def map_script() -> str:
    """Give all scripts of the map, Leaflet first."""
    shared = (asset(f"{name}.js") for name in SHARED)
    return "\n".join([leaflet_script(), *shared, *map(own_asset, OWN)])


def map_data(
    view: CadreView, grid: GridView, place: Place | None, language: Language
) -> dict[str, Any]:
    """Give what the map draws, in degrees: the own grids, and names and outlines beside one.

    Parameters
    ----------
    view, grid
        What the cadre may see, and the grid that is open.
    place
        The place of a dispute that is being written; None for none.
    language
        Language of names and words.
    """
    return {
        "key": f"{grid.code} {grid.state} {language}",
        **ground_data(view, grid, language),
        "context": context_data(view),
        "signs": signs_for_page(),
        "place": place,
        "words": words_in(language, "my_way."),
    }


def ground_data(view: CadreView, grid: GridView, language: Language) -> dict[str, Any]:
    """Give `bounds` of a grid, all `own` grids, and its `neighbours`, the longest border first."""
    own = _degrees([one.outline for one in view.grids], view)
    far = _degrees([one.outline for one in grid.neighbours], view)
    sides = _degrees([_beside(one.outline, grid.outline) for one in grid.neighbours], view)
    chosen = view.grids.index(grid)
    return {
        "bounds": geometry.bounds(own.iloc[chosen]),
        "own": [
            {
                "name": _name(one, language),
                "rings": geometry.rings(shape),
                "label": geometry.label_point(shape),
                "chosen": number == chosen,
            }
            for number, (one, shape) in enumerate(zip(view.grids, own, strict=True))
        ],
        "neighbours": [
            {
                "name": _without(_name(grid, language), _name(one, language)),
                "rings": geometry.rings(shape),
                "label": geometry.label_point(near),
            }
            for one, shape, near in sorted(
                zip(grid.neighbours, far, sides, strict=True), key=lambda row: -row[0].border_m
            )
        ],
    }


def context_data(view: CadreView) -> dict[str, Any]:
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


def _name(one: Any, language: Language) -> str:
    return str(one.name if language == "zh" else one.name_en)
