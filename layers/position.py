"""Do the layers lie where the town is? Shifts of web maps (GCJ-02, BD-09) and plain offsets.

A shift of half a kilometre leaves every area and every shape as it was; only the position against
the outline of the town gives it away. Points are strewn over the town and its surroundings; a layer
is suspected when it fits the outline clearly better after a shift is undone.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS, Transformer

from layers.datum import bd_to_wgs, gcj_to_wgs, wgs_to_bd, wgs_to_gcj
from layers.errors import LayerCRSError

__all__ = ["Shift", "find_shift", "require_position"]

# Points strewn over the town, and how far around it.
_POINTS = 10_000
_MARGIN_M = 1_500.0
# A layer is suspected when undoing a shift removes most of a misfit of at least this share …
_LEAST_MISFIT = 0.02
_LEFT_OF_MISFIT = 0.3
# … and takes away no more than this share of what fitted before.
_LOSS = 0.005
# Below this share of the town a layer is too small to convict on its own.
_LEAST_COVER = 0.15
_LEAST_OFFSET_M = 30.0

Move = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Shift:
    """How a layer seems to be shifted against the town: its name, and metres east and north."""

    kind: str
    east_m: float
    north_m: float

    @property
    def distance_m(self) -> float:
        """Length of the shift."""
        return float(np.hypot(self.east_m, self.north_m))


@dataclass(frozen=True)
class _Fit:
    covered: float  # share of the town that the layer covers
    outside: float  # share of the layer, within the window, that lies outside the town


def require_position(
    outline: shapely.Geometry, layers: Mapping[str, gpd.GeoDataFrame], crs: CRS
) -> None:
    """Refuse layers that miss the town or lie shifted against its outline.

    Parameters
    ----------
    outline
        Outline of the town in the work CRS.
    layers
        Ground layers by file name, in the work CRS. They may cover more or less than the town.
    crs
        The work CRS.

    Raises
    ------
    LayerCRSError
        Naming the layers, the shift in metres and what it looks like.
    """
    away = {
        name: layer
        for name, layer in layers.items()
        if not layer.geometry.intersects(outline).any()
    }
    everything = np.concatenate([layer.geometry.to_numpy() for layer in layers.values()])
    together = find_shift(outline, everything, crs)
    shifts = {
        name: find_shift(outline, layer.geometry.to_numpy(), crs) for name, layer in layers.items()
    }
    suspects = {name: shift for name, shift in shifts.items() if shift is not None}
    if together is not None:
        right = {name for name, layer in layers.items() if _keeps_its_fit(outline, layer)}
        named = [name for name in layers if name in suspects or name not in right]
        raise LayerCRSError(_sentence(named or list(layers), together))
    if suspects:
        shift = next(iter(suspects.values()))
        raise LayerCRSError(_sentence([key for key in suspects if suspects[key] == shift], shift))
    if away:
        raise LayerCRSError(_away_sentence(outline, away))


def find_shift(outline: shapely.Geometry, shapes: np.ndarray, crs: CRS) -> Shift | None:
    """Find the shift after whose undoing some polygons fit the outline clearly better.

    Returns
    -------
    The shift, or None when the polygons lie right, or when nothing can be told from their position.
    """
    tree = shapely.STRtree(shapes)
    points = _strewn(outline)
    inside = _within(outline, points)
    given = _fit(tree, points, inside)
    best: tuple[float, Shift] | None = None
    for kind, move in _moves(outline, shapes, crs):
        moved = move(points)
        fit = _fit(tree, moved, inside)
        gain = _gain(given, fit)
        if gain is not None and (best is None or gain > best[0] + 0.01):
            east, north = np.median(moved - points, axis=0)
            best = gain, Shift(kind, float(east), float(north))
    return best[1] if best else None


def _gain(given: _Fit, fit: _Fit) -> float | None:
    """Tell how much misfit a shift takes away; None when it is not clearly better."""
    if fit.covered < _LEAST_COVER:
        return None
    outside = given.outside - fit.outside
    missed = fit.covered - given.covered
    clipped = (
        outside >= _LEAST_MISFIT
        and fit.outside <= _LEFT_OF_MISFIT * given.outside
        and missed >= -_LOSS
    )
    filling = (
        missed >= _LEAST_MISFIT
        and 1 - fit.covered <= _LEFT_OF_MISFIT * (1 - given.covered)
        and outside >= -_LOSS
    )
    return outside + missed if clipped or filling else None


def _moves(outline: shapely.Geometry, shapes: np.ndarray, crs: CRS) -> Iterable[tuple[str, Move]]:
    """List the shifts to try, as moves of true points to where the layer would draw them."""
    centre = shapely.centroid(outline)
    to_degrees = Transformer.from_crs(crs, crs.geodetic_crs or 4326, always_xy=True)
    lon, lat = to_degrees.transform(centre.x, centre.y)

    def through(shift: Callable[..., tuple[np.ndarray, np.ndarray]]) -> Move:
        def move(points: np.ndarray) -> np.ndarray:
            degrees = to_degrees.transform(points[:, 0], points[:, 1])
            lon, lat = shift(*degrees)
            return np.column_stack(to_degrees.transform(lon, lat, direction="INVERSE"))

        return move

    if 72 <= lon <= 138 and 0.8 <= lat <= 56:
        yield "GCJ-02", through(wgs_to_gcj)
        yield "BD-09", through(wgs_to_bd)
        yield "outline GCJ-02", through(gcj_to_wgs)
        yield "outline BD-09", through(bd_to_wgs)
    offset = _box_offset(outline, shapes)
    if offset is not None:
        yield "plain", lambda points: points + offset


def _box_offset(outline: shapely.Geometry, shapes: np.ndarray) -> np.ndarray | None:
    """Offset between the boxes of layer and outline, when they are equally large."""
    town, layer = np.array(shapely.bounds(outline)), np.array(shapely.total_bounds(shapes))
    size_town, size_layer = town[2:] - town[:2], layer[2:] - layer[:2]
    if (np.abs(size_town - size_layer) > 0.02 * size_town).any():
        return None
    offset = (layer[:2] + layer[2:] - town[:2] - town[2:]) / 2
    return offset if np.hypot(*offset) >= _LEAST_OFFSET_M else None


def _strewn(outline: shapely.Geometry) -> np.ndarray:
    west, south, east, north = shapely.bounds(outline)
    margin = min(_MARGIN_M, 0.75 * max(east - west, north - south))
    width, height = east - west + 2 * margin, north - south + 2 * margin
    step = np.sqrt(width * height / _POINTS)
    x = np.arange(west - margin + step / 2, east + margin, step)
    y = np.arange(south - margin + step / 2, north + margin, step)
    return np.column_stack([axis.ravel() for axis in np.meshgrid(x, y)])


def _within(outline: shapely.Geometry, points: np.ndarray) -> np.ndarray:
    shapely.prepare(outline)
    return np.asarray(shapely.contains_xy(outline, points[:, 0], points[:, 1]))


def _fit(tree: shapely.STRtree, points: np.ndarray, inside: np.ndarray) -> _Fit:
    hits = tree.query(shapely.points(points), predicate="intersects")[0]
    covered = np.zeros(len(points), dtype=bool)
    covered[hits] = True
    return _Fit(
        covered=float(covered[inside].mean()) if inside.any() else 0.0,
        outside=float((covered & ~inside).sum() / covered.sum()) if covered.any() else 1.0,
    )


def _keeps_its_fit(outline: shapely.Geometry, layer: gpd.GeoDataFrame) -> bool:
    """Tell whether a layer stays inside the town as it is given."""
    points = _strewn(outline)
    fit = _fit(shapely.STRtree(layer.geometry.to_numpy()), points, _within(outline, points))
    return fit.outside < _LEAST_MISFIT


def _sentence(names: list[str], shift: Shift) -> str:
    layers = f"Layer {names[0]!r} lies" if len(names) == 1 else f"Layers {_listed(names)} lie"
    east = f"{abs(shift.east_m):.0f} m {'east' if shift.east_m >= 0 else 'west'}"
    north = f"{abs(shift.north_m):.0f} m {'north' if shift.north_m >= 0 else 'south'}"
    text = (
        f"{layers} {shift.distance_m:.0f} m off the outline of the town: {east} and {north} of "
        "where the ground fits. "
    )
    if shift.kind in ("GCJ-02", "BD-09"):
        maps = "Gaode and Tencent" if shift.kind == "GCJ-02" else "Baidu"
        return text + (
            f"That looks like {shift.kind}, the shifted coordinates of {maps} maps. Convert the "
            "layers back to WGS 84 or CGCS2000, or get the original coordinates from their source."
        )
    if shift.kind.startswith("outline "):
        return text + (
            f"That looks like the outline itself is in {shift.kind.removeprefix('outline ')}, the "
            "shifted coordinates of web maps. Convert the hierarchy file back to WGS 84 or "
            "CGCS2000, or get the original one."
        )
    return text + (
        "Check the coordinate system of these layers and of the hierarchy: one of them is not "
        "what it says it is."
    )


def _away_sentence(outline: shapely.Geometry, away: Mapping[str, gpd.GeoDataFrame]) -> str:
    centre = shapely.centroid(outline)
    faults = []
    for name, layer in away.items():
        west, south, east, north = layer.total_bounds
        distance = np.hypot((west + east) / 2 - centre.x, (south + north) / 2 - centre.y) / 1000
        faults.append(f"layer {name!r} ({distance:,.1f} km from its middle)")
    return (
        f"No ground of the town lies in {_listed(faults, quoted=False)}. Check that the file is of "
        "this town and that its coordinate system is the right one."
    )


def _listed(names: list[str], *, quoted: bool = True) -> str:
    shown = [repr(name) if quoted else name for name in names]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
