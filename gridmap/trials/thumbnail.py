"""A small picture of a division: its micro-grids by category or by load, light enough for a row.

SVG of lines that neighbours share, thinned together, so that no gap opens between them.
"""

import math
from xml.sax.saxutils import quoteattr

import geopandas as gpd
import numpy as np
import shapely

from boundaries.tiling.build import kind_of
from gridmap.maps.context import drawn_context
from gridmap.maps.legend import CATEGORY_LOOKS, EXCLUSIVE, LOAD_STEPS, load_looks
from gridmap.maps.rows import in_order, leaf_ground
from gridmap.maps.signs import ContextSign
from gridmap.plan.plan import Plan

__all__ = ["LOAD_COLOURS", "WIDTH", "svg_path", "svg_roads", "thumbnail"]

WIDTH = 320  # px; the height follows the town
_MOST_HEIGHT = 420
_THIN_PX = 0.7
_COLOURS = {look.key: look.colour for look in CATEGORY_LOOKS}
# Share of capacity used: the last colour is for more than all of it.
LOAD_COLOURS = tuple(look.colour for look in load_looks(1.0))


def thumbnail(plan: Plan, *, colour_by: str = "category", label: str = "") -> str:
    """Draw the micro-grids of a plan, and the ground of units.

    Parameters
    ----------
    plan
        The plan.
    colour_by
        ``"category"``, or ``"load"`` for the share of capacity used.
    label
        What the picture says to those who cannot see it.
    """
    grids = in_order(plan)
    leaves = gpd.GeoDataFrame(grids[grids["_leaf"]])
    if leaves.empty:
        return ""
    leaves = leaves.set_geometry(leaf_ground(plan, leaves), crs=plan.crs)
    left, bottom, right, top = plan.grids.total_bounds
    scale = min(WIDTH / max(right - left, 1.0), _MOST_HEIGHT / max(top - bottom, 1.0))
    height = max((top - bottom) * scale, 1.0)
    shapes = shapely.coverage_simplify(leaves.geometry.to_numpy(), _THIN_PX / scale)
    own = (leaves["kind"] == "exclusive").to_numpy()
    fills = np.where(own, EXCLUSIVE.colour, _fills(plan, leaves, colour_by))
    over = (leaves["load_h"] > _capacity(plan) + 1e-6).to_numpy() & ~own

    def path(shape: shapely.Geometry) -> str:
        return svg_path(shape, left, top, scale)

    drawn = [
        f'<path d="{path(shape)}" fill="{fill}"{_OVER if too_much else ""}/>'
        for shape, fill, too_much in zip(shapes, fills, over, strict=True)
    ]
    deepest = plan.grids[plan.grids.index.isin(leaves["parent_code"])]
    frame = shapely.coverage_simplify(deepest.geometry.to_numpy(), _THIN_PX / scale)
    lines = "".join(path(shape) for shape in frame)
    roads = _roads(plan, left, top, scale)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-1 -1 {WIDTH + 2} {height + 2:.0f}" '
        f'role="img" aria-label={quoteattr(label)}>'
        f'<g stroke="#fff" stroke-width="0.6" stroke-linejoin="round">{"".join(drawn)}</g>'
        f'{roads}<path d="{lines}" fill="none" stroke="#3b4148" stroke-width="0.9"/></svg>'
    )


_OVER = ' stroke="#b00020" stroke-width="2"'


def _roads(plan: Plan, left: float, top: float, scale: float) -> str:
    """Draw the roads and waters that are seen from so far, to know the place by."""
    drawn = [
        f'<path d="{d}" stroke="{colour}" stroke-width="{width}"/>'
        for sign, d in svg_roads(plan, left, top, scale, seen_m=1 / scale)
        for colour, width in ((sign.casing, 1.6), (sign.fill, 0.9))
        if colour
    ]
    return f'<g fill="none" opacity="0.8">{"".join(drawn)}</g>' if drawn else ""


def svg_roads(
    plan: Plan, left: float, top: float, scale: float, *, seen_m: float
) -> list[tuple[ContextSign, str]]:
    """Write the roads and waters near a town, each sign with its lines as one path.

    Parameters
    ----------
    plan
        The plan.
    left, top, scale
        As for `svg_path`.
    seen_m
        Metres that a pixel covers where it is looked at: what a map leaves out there is left out.
    """
    found = []
    for one in drawn_context(plan.context):
        if one.sign.shape == "line" and one.sign.drawn_from >= seen_m:
            thin = shapely.simplify(one.shapes, _THIN_PX / scale)
            lines = (_line(np.asarray(line.coords), left, top, scale) for line in thin)
            found.append((one.sign, "".join(lines)))
    return found


def _fills(plan: Plan, leaves: gpd.GeoDataFrame, colour_by: str) -> list[str]:
    if colour_by == "category":
        return [_COLOURS.get(key, _COLOURS["residual"]) for key in kind_of(leaves)]
    used = (leaves["load_h"] / _capacity(plan)).to_numpy()
    return [LOAD_COLOURS[place] for place in np.searchsorted(LOAD_STEPS, used - 1e-9)]


def _capacity(plan: Plan) -> float:
    capacity = plan.rules.capacity
    return capacity.officer_hours * capacity.officers_max


def svg_path(shape: shapely.Geometry, left: float, top: float, scale: float) -> str:
    """Write the rings of a polygon as whole and tenth pixels.

    Parameters
    ----------
    shape
        In the work CRS, in metres.
    left, top
        Corner of the picture, in metres.
    scale
        Pixels a metre.
    """
    rings = []
    for polygon in shapely.get_parts(shape):
        for ring in (polygon.exterior, *polygon.interiors):
            line = _line(np.asarray(ring.coords), left, top, scale)
            if line:
                rings.append(line + "Z")
    return "".join(rings)


def _line(xy: np.ndarray, left: float, top: float, scale: float) -> str:
    x = (xy[:, 0] - left) * scale
    y = (top - xy[:, 1]) * scale
    if not math.isfinite(x.sum() + y.sum()):
        return ""
    points = zip(np.round(x, 1).tolist(), np.round(y, 1).tolist(), strict=True)
    return "M" + "L".join(f"{a:g} {b:g}" for a, b in points)
