"""A map of a division as a part of the page: an estimate or the plan, looked into and clicked."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
import streamlit as st

from boundaries.tiling.build import kind_of
from gridmap.maps import geometry
from gridmap.maps.context import drawn_context
from gridmap.maps.leaflet import STEPS, component_script
from gridmap.maps.legend import CATEGORY_LOOKS, LOAD_STEPS
from gridmap.trials.thumbnail import LOAD_COLOURS
from gridmap.ui.shell import guard
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.theme.map_style import map_style
from gridmap.what_if.drawing import ground_shapes, moved_borders
from gridmap.what_if.estimate import Estimate
from gridmap.what_if.ground import PlanGround

__all__ = ["Backdrop", "draw_backdrop", "fills_of", "map_data", "show_map"]

HERE = Path(__file__).parent
COLOURS = {look.key: look.colour for look in CATEGORY_LOOKS}
ROADS_FROM_M = 12.0  # roads and waters that are drawn when a px covers so many metres
CONTEXT_STEPS = 2_000  # of detail across the town

Place = dict[str, float]  # lon, lat, and how near a border was meant in m


@dataclass(frozen=True)
class Backdrop:
    """What all maps of a plan have in common, in steps of degrees."""

    frame: list[list[int]]  # outlines of the deepest given grids
    context: list[dict[str, Any]]  # roads and waters
    bounds: list[float]


_MAP = st.components.v2.component(
    "gridmap_what_if_map",
    html='<div class="what-if"><div class="what-if-map"></div></div>',
    css=map_style() + (HERE / "what_if_map.css").read_text(encoding="utf-8"),
    js=component_script(STEPS, HERE / "what_if_map.js"),
)


def show_map(
    key: str, data: dict[str, Any], on_place: Callable[[Place], None] | None = None
) -> None:
    """Show a map, and tell the place when one is clicked.

    Parameters
    ----------
    key
        Of the widget.
    data
        As `map_data` gives it.
    on_place
        Called with a place that a browser sent, so check it; None: clicks mean nothing.
    """
    if on_place is None:
        _MAP(key=key, data=data | {"clickable": False})
        return

    def chosen() -> None:
        place = getattr(st.session_state.get(key), "place", None)
        if isinstance(place, dict):
            on_place(place)

    _MAP(key=key, data=data | {"clickable": True}, on_place_change=guard.callback(chosen))


def draw_backdrop(ground: PlanGround) -> Backdrop:
    """Draw what no division of a plan changes."""
    whole = _degrees([shapely.box(*ground.patches.total_bounds)], ground)[0]
    return Backdrop(_frame(ground), _context(ground), geometry.bounds(whole))


def _plan_division(ground: PlanGround) -> tuple[np.ndarray, dict[int, str], np.ndarray]:
    """Give the plan as a division: zones of patches, kinds of micro-grids by number, loads."""
    kinds = kind_of(ground.plan.micro_grids)
    load = ground.patches["load_h"].to_numpy(dtype=float)
    return ground.zone, dict(enumerate(kinds.tolist())), load


def map_data(
    ground: PlanGround,
    backdrop: Backdrop,
    say: Translator,
    *,
    found: Estimate | None = None,
    colour: str = "category",
    marked: shapely.Geometry | None = None,
) -> dict[str, Any]:
    """Give what a map draws, in steps of degrees.

    Parameters
    ----------
    ground, backdrop
        The open plan, and what all of its maps have in common.
    say
        Words.
    found
        The estimate to be drawn; None: the plan as it is.
    colour
        ``"category"``, or ``"load"`` for the share of capacity used.
    marked
        A line in the work CRS that is shown above all.
    """
    if found is None:
        zone, kinds, load = _plan_division(ground)
        capacity = ground.plan.rules.capacity
    else:
        zone, kinds, load, capacity = found.zone, found.kinds, found.load_h, found.rules.capacity
    most = capacity.officer_hours * capacity.officers_max
    shapes = geometry.to_degrees(ground_shapes(ground, zone))
    inside = zone >= 0
    total = np.bincount(zone[inside], weights=load[inside])
    moved = None if found is None else geometry.to_degrees(moved_borders(ground, zone))
    data = {
        "shapes": [
            {
                "rings": geometry.rings(shape),
                "fill": _fill(kinds[number], total[number] / most, colour),
                "over": bool(total[number] > most + 1e-6),
                "text": say(
                    "what_if.grid", name=_name(ground, number, say), load=f"{total[number]:.1f}"
                ),
            }
            for number, shape in zip(shapes.index.tolist(), shapes, strict=True)
        ],
        "fresh": [] if moved is None else _lines(moved["new"]),
        "gone": [] if moved is None else _lines(moved["gone"]),
        "marked": [] if marked is None else _lines(_degrees([marked], ground)[0]),
        **asdict(backdrop),
        "label": say("what_if.map_plan" if found is None else "what_if.map_estimate"),
        "words": {"zoom_in": say("data.zoom_in"), "zoom_out": say("data.zoom_out")},
    }
    marks = repr((data["shapes"], data["fresh"], data["marked"])).encode()
    return data | {"key": hashlib.sha256(marks).hexdigest()[:16]}


def fills_of(data: dict[str, Any]) -> list[str]:
    """Give the colours that a map draws, for its legend."""
    return [shape["fill"] for shape in data["shapes"]]


def _fill(kind: str, used: float, colour: str) -> str:
    if colour == "load":
        return LOAD_COLOURS[int(np.searchsorted(LOAD_STEPS, used - 1e-9))]
    return COLOURS.get(kind, COLOURS["residual"])


def _name(ground: PlanGround, number: int, say: Translator) -> str:
    if number >= len(ground.codes):
        return say("what_if.new_grid")
    one = ground.plan.micro_grids.iloc[number]
    name = str(one["name"] if say.language == "zh" else one["name_en"])
    return name or ground.codes[number]


def _frame(ground: PlanGround) -> list[list[int]]:
    """Outlines of the deepest given grids, which no division moves."""
    grids = ground.plan.grids
    deepest = grids[grids.index.isin(ground.plan.micro_grids["parent_code"]) & grids["spatial"]]
    step = _step(ground, CONTEXT_STEPS)
    shapes = shapely.coverage_simplify(deepest.geometry.to_numpy(), step)
    outlines = _degrees(shapely.boundary(shapes).tolist(), ground)
    return [line for shape in outlines for line in _lines(shape)]


def _context(ground: PlanGround) -> list[dict[str, Any]]:
    """Roads and waters that are seen from so far, to know the place by."""
    found = []
    for one in drawn_context(ground.plan.context):
        if one.sign.shape == "line" and one.sign.drawn_from >= ROADS_FROM_M:
            thin = shapely.simplify(one.shapes, _step(ground, CONTEXT_STEPS))
            degrees = _degrees(thin.tolist(), ground)
            found.append(
                {
                    "colour": one.sign.casing or one.sign.fill,
                    "dark": one.sign.dark_casing or one.sign.dark,
                    "lines": [line for shape in degrees for line in _lines(shape)],
                }
            )
    return found


def _step(ground: PlanGround, across: int) -> float:
    west, south, east, north = ground.patches.total_bounds
    return max(east - west, north - south) / across


def _degrees(shapes: Sequence[shapely.Geometry], ground: PlanGround) -> gpd.GeoSeries:
    return geometry.to_degrees(gpd.GeoSeries(list(shapes), crs=ground.plan.crs))


def _lines(shape: shapely.Geometry) -> list[list[int]]:
    return [geometry.steps(part) for part in shapely.get_parts(shape) if not part.is_empty]
