"""Do roads and ground agree? Fields and parcels end at roads, unless one of them is shifted.

This sees what the outline of the town cannot: layers that reach beyond it, and shifted roads.
"""

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from layers.contract.errors import LayerCRSError, quoted
from layers.location.datum_shift import Shift, drawn_on_maps

__all__ = ["find_road_shift", "require_aligned_roads"]

# Points along the roads, and how near a border of ground has to be.
_STEP_M = 40.0
_NEAR_M = 5.0
_MOST_POINTS = 5_000
# Twelve kilometres of roads: fewer could fit by chance.
_LEAST_POINTS = 300
# Shifted roads meet as many borders as chance has it, one in eight; right ones half of them.
_LEAST_SHARE = 0.25
_LEAST_GAIN = 2.5


def require_aligned_roads(
    roads: gpd.GeoDataFrame, ground: gpd.GeoDataFrame, *, file: str, crs: CRS
) -> None:
    """Refuse roads that meet the borders of the ground only after the shift of a web map.

    Parameters
    ----------
    roads, ground
        Lines and polygons in the work CRS.
    file
        Name of the file of roads.
    crs
        The work CRS.

    Raises
    ------
    LayerCRSError
        Naming the metres, what the shift looks like, and whether roads or ground have it.
    """
    shift = find_road_shift(roads.geometry.to_numpy(), ground.geometry.to_numpy(), crs)
    if shift is None:
        return
    kind = shift.kind.removeprefix("ground ")
    key = kind.replace("-", "").lower()
    ground_is_off = shift.kind.startswith("ground ")
    whom, whom_zh = ("the ground layers", "各用地图层") if ground_is_off else ("the roads", "道路")
    raise LayerCRSError(
        f"The roads in {file!r} and the ground lie {shift.distance_m:.0f} m apart: borders of the "
        f"ground meet the roads only when {whom} are moved. That looks like {whom} being in "
        f'{kind}, the shifted coordinates of web maps. Write datum = "{key}" for {whom} in '
        "rules.toml to have them converted back, or get the original coordinates.",
        f"{quoted(file)}中的道路与用地图层错开 {shift.distance_m:.0f} 米。"
        f"看来{whom_zh}是网络地图的 {kind} 偏移坐标。"
        f'请在 rules.toml 中为{whom_zh}写上 datum = "{key}" 以还原坐标，或索取原始坐标。',
    )


def find_road_shift(roads: np.ndarray, ground: np.ndarray, crs: CRS) -> Shift | None:
    """Find the shift of web maps that lies between roads and ground.

    Returns
    -------
    The shift of the roads (`GCJ-02`, `BD-09`) or of the ground (`ground GCJ-02`, …), as metres from
    where they belong; None when they agree, or when nothing can be told.
    """
    points = _along(roads)
    if len(points) < _LEAST_POINTS:
        return None
    borders = shapely.boundary(ground)
    given = _meeting(borders, points)
    best: tuple[float, Shift] | None = None
    for kind, moved in drawn_on_maps(points, crs).items():
        share = _meeting(borders, moved)
        if share < max(_LEAST_SHARE, _LEAST_GAIN * given, best[0] if best else 0.0):
            continue
        # Roads that fit after undoing a shift have it; roads that fit after it tell of the ground.
        roads_have_it = kind.startswith("outline ")
        east, north = np.median(points - moved if roads_have_it else moved - points, axis=0)
        name = kind.removeprefix("outline ") if roads_have_it else f"ground {kind}"
        best = share, Shift(name, float(east), float(north))
    return best[1] if best else None


def _along(roads: np.ndarray) -> np.ndarray:
    """Put points along the roads at even distances, at most a few thousand."""
    lines = shapely.get_parts(roads)
    lines = lines[shapely.length(lines) > 0]
    step = max(_STEP_M, float(shapely.length(lines).sum()) / _MOST_POINTS)
    counts = np.ceil(shapely.length(lines) / step).astype(int)
    owner = np.repeat(np.arange(len(lines)), counts)
    number = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    points = shapely.line_interpolate_point(lines[owner], (number + 0.5) * step)
    return shapely.get_coordinates(points)


def _meeting(borders: np.ndarray, points: np.ndarray) -> float:
    """Give the share of points that lie on a border of ground."""
    # The long borders ask for the points, not the points for them: who asks is indexed.
    tree = shapely.STRtree(shapely.points(points))
    hits = tree.query(borders, predicate="dwithin", distance=_NEAR_M)[1]
    return len(np.unique(hits)) / len(points)
