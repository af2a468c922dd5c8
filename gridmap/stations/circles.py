"""The ground that each station serves, as polygons: the cells around the places it reaches.

The line is drawn to within a cell (`StationService.cell_m`), and says no more than the figures.
"""

from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from scipy.sparse import csr_array

from boundaries.export.areas import areas_geojson
from boundaries.export.geojson import DISCLAIMER
from gridmap.plan.plan import Plan
from gridmap.stations.figures import StationService

__all__ = ["circles_bytes", "reached_ground", "station_circles", "town_outline"]

Array = np.ndarray[Any, Any]


def station_circles(
    service: StationService, mode: str, town: shapely.Geometry, crs: Any
) -> gpd.GeoDataFrame:
    """Draw what each station reaches.

    Parameters
    ----------
    service
        Figures of the stations.
    mode
        `walk` or `bicycle`.
    town
        Outline of the town: no circle leaves it.
    crs
        Work CRS of the plan, in metres.

    Returns
    -------
    A row a station, by object id: `name`, `grid_code`, `on_street`, what it reaches (`people`,
    `households`, `area_m2`; people nan where unknown), and the polygon, None for a station that
    reaches nothing of the town.
    """
    cells = _cells(service)
    reached: csr_array = service.reached[mode]
    ends = reached.indptr
    shapely.prepare(town)
    shapes = [
        _ground(cells[reached.indices[low:high]], service.cell_m, town)
        for low, high in pairwise(ends)
    ]
    columns = {key: service.stations[f"{mode}_{key}"] for key in ("people", "households")}
    columns["area_m2"] = service.stations[f"{mode}_area_m2"]
    frame = service.stations[["name", "grid_code", "on_street"]].assign(**columns)
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=crs)


def reached_ground(service: StationService, mode: str, town: shapely.Geometry) -> shapely.Geometry:
    """Draw what any station reaches; an empty polygon where none reaches anything."""
    inside = np.isfinite(service.places[f"{mode}_m"].to_numpy())
    return _ground(_cells(service)[inside], service.cell_m, town) or shapely.Polygon()


def town_outline(plan: Plan) -> shapely.Geometry:
    """Give the outline of the town of a plan."""
    return plan.grids.geometry[plan.grids["level"] == 1].iloc[0]


def circles_bytes(service: StationService, plan: Plan, mode: str) -> bytes:
    """Write the circles of all stations as GeoJSON in WGS84."""
    town = plan.rules.town
    circles = station_circles(service, mode, town_outline(plan), plan.crs)
    head = {
        "what": "service circles",
        "mode": mode,
        "minutes": service.minutes,
        "metres": round(service.reach_m[mode], 1),
        "along_roads": service.road_km > 0,
        "cell_m": service.cell_m,
        "town": {"code": town.code, "name": town.name, "name_en": town.name_en},
        "version": town.version,
        "credit": town.credit,
        "disclaimer": DISCLAIMER,
    }
    return areas_geojson(circles, head=head)


def _cells(service: StationService) -> Array:
    """Give the column and row of the cell that each place lies in."""
    cells: Array = np.floor(service.places[["x", "y"]].to_numpy() / service.cell_m).astype(int)
    return cells


def _ground(cells: Array, cell_m: float, town: shapely.Geometry) -> shapely.Geometry | None:
    """Unite cells inside the town: first those beside each other, then the rows of them."""
    if not len(cells):
        return None
    cells = np.unique(cells, axis=0)  # by column, then by row
    ends = np.flatnonzero((np.diff(cells[:, 0]) != 0) | (np.diff(cells[:, 1]) != 1))
    first, last = np.r_[0, ends + 1], np.r_[ends, len(cells) - 1]
    x, low, high = cells[first, 0], cells[first, 1], cells[last, 1] + 1
    whole = shapely.union_all(
        shapely.box(x * cell_m, low * cell_m, (x + 1) * cell_m, high * cell_m)
    )
    if not shapely.contains_properly(town, whole):
        whole = shapely.intersection(whole, town)
    areas = shapely.get_parts(whole)
    areas = areas[shapely.get_dimensions(areas) == 2]
    if len(areas) < 2:
        return shapely.normalize(areas[0]) if len(areas) else None
    return shapely.normalize(shapely.multipolygons(areas))
