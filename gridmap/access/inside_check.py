"""Am I inside? Where a point lies against the borders of a cadre's grids, in metres."""

import math
from dataclasses import dataclass

import shapely
import shapely.ops
from pyproj import Transformer

from gridmap.access.view import CadreView
from layers.contract.errors import UsageError

__all__ = ["Standing", "inside", "place_in_work_crs"]

WGS84 = "EPSG:4326"
DIRECTIONS = ("n", "ne", "e", "se", "s", "sw", "w", "nw")
LEAST_WAY_M = 0.5


@dataclass(frozen=True)
class Standing:
    """Where a point lies: in or nearest to which grid, and how far from its border."""

    inside: bool
    code: str
    edge_m: float
    sure: bool  # whether the border is farther away than the position is wrong
    here: shapely.Point  # the place, in the work CRS …
    edge: shapely.Point  # … and the nearest place on the border

    @property
    def direction(self) -> str:
        """Where the border lies from here: n, ne, e, se, s, sw, w or nw; "" on the border."""
        east, north = self.edge.x - self.here.x, self.edge.y - self.here.y
        if math.hypot(east, north) < LEAST_WAY_M:
            return ""
        return DIRECTIONS[round(math.degrees(math.atan2(east, north)) / 45) % 8]


def inside(view: CadreView, lon: float, lat: float, *, accuracy_m: float = 0.0) -> Standing:
    """Say whether a point is in one of a cadre's grids; on the border counts as inside.

    Parameters
    ----------
    view
        What the cadre may see; it has at least one grid.
    lon, lat
        The point in degrees, WGS84 as a phone gives it.
    accuracy_m
        How far the position may be wrong.

    Raises
    ------
    UsageError
        If the numbers are no place on earth.
    """
    point = place_in_work_crs(view, lon, lat)
    accuracy = accuracy_m if math.isfinite(accuracy_m) else math.inf
    ranked = sorted(
        (not grid.outline.covers(point), shapely.distance(grid.outline.boundary, point), grid.code)
        for grid in view.grids
    )
    outside, edge_m, code = ranked[0]
    border = next(grid.outline.boundary for grid in view.grids if grid.code == code)
    _, edge = shapely.ops.nearest_points(point, border)
    return Standing(
        not outside, code, float(edge_m), bool(edge_m >= accuracy), here=point, edge=edge
    )


def place_in_work_crs(view: CadreView, lon: float, lat: float) -> shapely.Point:
    """Bring a point in degrees into the work CRS.

    Raises
    ------
    UsageError
        If the numbers are no place on earth, or far from where the work CRS holds.
    """
    if math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90:
        x, y = Transformer.from_crs(WGS84, view.crs, always_xy=True).transform(lon, lat)
        if math.isfinite(x) and math.isfinite(y):
            return shapely.Point(x, y)
    raise UsageError(
        f"{lon}, {lat} is no longitude and latitude of a place near the town. Give degrees, "
        "longitude first, such as 113.93 and 34.68.",
        f"{lon}、{lat} 不是本镇附近的经纬度。请填写度数，经度在前，如 113.93 和 34.68。",
    )
