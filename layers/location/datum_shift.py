"""Do the layers lie where the town is? Shifts of web maps (GCJ-02, BD-09) and plain offsets.

A shift of half a kilometre leaves every area and every shape as it was; only the position against
the outline of the town gives it away. Points are strewn over the town and its surroundings; a layer
is suspected when it fits the outline clearly better after a shift is undone.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS, Transformer

from layers.contract.errors import LayerCRSError, quoted
from layers.location.datum import bd_to_wgs, gcj_to_wgs, wgs_to_bd, wgs_to_gcj

__all__ = ["Shift", "drawn_on_maps", "find_shift", "require_position", "shows_shift"]

# Points strewn over the town, and how far around it.
_POINTS = 8_000
_EVEN = np.array([0.754_877_666_246_692_8, 0.569_840_290_998_053_2])
_MARGIN_M = 1_500.0
# A layer is suspected when undoing a shift removes most of a misfit of at least this share …
_LEAST_MISFIT = 0.02
_LEFT_OF_MISFIT = 0.3
# … and takes away no more than this share of what fitted before.
_LOSS = 0.005
# Below this share of the town a layer is too small to convict on its own.
_LEAST_COVER = 0.15
# Offsets that a wrong datum makes; a layer farther away is simply of another place.
_LEAST_OFFSET_M, _MOST_OFFSET_M = 30.0, 5_000.0


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
class _Points:
    at: np.ndarray  # (n, 2) in the work CRS
    tree: shapely.STRtree  # of the same points

    @classmethod
    def of(cls, at: np.ndarray) -> "_Points":
        tree = shapely.STRtree(shapely.points(at))
        tree.query(shapely.box(0, 0, 0, 0))  # the first one builds it: then threads may share it
        return cls(at, tree)


@dataclass(frozen=True)
class _Strewn:
    true: _Points
    inside: np.ndarray  # which of them lie in the town
    moved: Mapping[str, _Points]  # where a shifted map would draw them, by kind of shift
    box: np.ndarray  # bounds of the town


@dataclass(frozen=True)
class _Fit:
    covered: float  # share of the town that the layer covers
    outside: float  # share of the layer, within the window, that lies outside the town


def require_position(
    outline: shapely.Geometry,
    layers: Mapping[str, gpd.GeoDataFrame],
    crs: CRS,
    *,
    sure: Collection[str] = (),
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
    sure
        Layers of which somebody has declared that they are not shifted.

    Raises
    ------
    LayerCRSError
        Naming the layers, the shift in metres and what it looks like.
    """
    shapes = {name: layer.geometry.to_numpy() for name, layer in layers.items()}
    points = _strewn(outline, crs)
    judged = {name: those for name, those in shapes.items() if name not in sure}
    together = _best_shift(points, np.concatenate(list(judged.values()))) if judged else None
    shifts = {name: _best_shift(points, those) for name, those in judged.items()}
    suspects = {name: shift for name, shift in shifts.items() if shift is not None}
    if together is not None:
        named = [
            name for name in judged if name in suspects or not _stays_inside(points, shapes[name])
        ]
        raise _shifted(named or list(judged), together)
    if suspects:
        shift = next(iter(suspects.values()))
        named = [name for name, other in suspects.items() if other.kind == shift.kind]
        raise _shifted(named, shift)
    shapely.prepare(outline)
    away = {
        name: those
        for name, those in shapes.items()
        if not shapely.intersects(outline, those).any()
    }
    if away:
        raise _far_away(outline, away)


def find_shift(outline: shapely.Geometry, shapes: np.ndarray, crs: CRS) -> Shift | None:
    """Find the shift after whose undoing some polygons fit the outline clearly better.

    Returns
    -------
    The shift, or None when the polygons lie right, or when nothing can be told from their position.
    """
    return _best_shift(_strewn(outline, crs), shapes)


def shows_shift(outline: shapely.Geometry, shapes: np.ndarray, crs: CRS) -> bool:
    """Say whether a shift of the known web maps would show at all against the outline.

    Some sites inside a town lie inside it wherever they are moved: that none was seen says nothing.
    """
    points = _strewn(outline, crs)
    given = _fit(shapes, points.true, points.inside)
    for moved in points.moved.values():
        fit = _fit(shapes, moved, points.inside)
        changes = (fit.outside - given.outside, fit.covered - given.covered)
        if max(map(abs, changes)) < _LEAST_MISFIT:
            return False
    return True


def _best_shift(points: _Strewn, shapes: np.ndarray) -> Shift | None:
    given = _fit(shapes, points.true, points.inside)
    if given.outside < _LEAST_MISFIT and given.covered > 1 - _LEAST_MISFIT:
        return None
    best: tuple[float, Shift] | None = None
    moves = dict(points.moved)
    offset = _box_offset(points.box, shapes)
    if offset is not None:
        moves["plain"] = _Points.of(points.true.at + offset)
    for kind, moved in moves.items():
        gain = _gain(given, _fit(shapes, moved, points.inside))
        # A web map explains a shift better than an offset that fits hardly better.
        if gain is not None and (best is None or gain > best[0] + 0.01):
            east, north = np.median(moved.at - points.true.at, axis=0)
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


@lru_cache(maxsize=4)  # every layer of a town is held to one outline
def _strewn(outline: shapely.Geometry, crs: CRS) -> _Strewn:
    """Strew points over the town and around it, and move them as the known web maps would."""
    west, south, east, north = shapely.bounds(outline)
    margin = min(_MARGIN_M, 0.75 * max(east - west, north - south))
    width, height = east - west + 2 * margin, north - south + 2 * margin
    # An even sequence, not a grid: rows of a grid would run along the borders of the town.
    unit = np.arange(1, _POINTS + 1)[:, None] * _EVEN % 1
    true = unit * [width, height] + [west - margin, south - margin]
    shapely.prepare(outline)
    inside = np.asarray(shapely.contains_xy(outline, true[:, 0], true[:, 1]))
    moved = {kind: _Points.of(at) for kind, at in drawn_on_maps(true, crs).items()}
    return _Strewn(_Points.of(true), inside, moved, np.array([west, south, east, north]))


def drawn_on_maps(true: np.ndarray, crs: CRS) -> dict[str, np.ndarray]:
    """Give points where web maps would draw them; outside China there are no such maps.

    Parameters
    ----------
    true
        (n, 2) coordinates in the CRS.
    crs
        A projected CRS.

    Returns
    -------
    The moved points by kind of map; under `outline GCJ-02` and `outline BD-09` the points moved the
    other way, as if they themselves came from such a map.
    """
    degrees = Transformer.from_crs(crs, crs.geodetic_crs or 4326, always_xy=True)
    lon, lat = degrees.transform(true[:, 0], true[:, 1])
    if not (72 <= np.median(lon) <= 138 and 0.8 <= np.median(lat) <= 56):
        return {}
    shifts = {
        "GCJ-02": wgs_to_gcj,
        "BD-09": wgs_to_bd,
        "outline GCJ-02": gcj_to_wgs,
        "outline BD-09": bd_to_wgs,
    }
    return {
        kind: np.column_stack(degrees.transform(*shift(lon, lat), direction="INVERSE"))
        for kind, shift in shifts.items()
    }


def _box_offset(town: np.ndarray, shapes: np.ndarray) -> np.ndarray | None:
    """Offset between the boxes of layer and town, when they are equally large."""
    layer = np.array(shapely.total_bounds(shapes))
    size_town, size_layer = town[2:] - town[:2], layer[2:] - layer[:2]
    if (np.abs(size_town - size_layer) > 0.02 * size_town).any():
        return None
    offset = (layer[:2] + layer[2:] - town[:2] - town[2:]) / 2
    return offset if _LEAST_OFFSET_M <= np.hypot(*offset) <= _MOST_OFFSET_M else None


def _fit(shapes: np.ndarray, points: _Points, inside: np.ndarray) -> _Fit:
    covered = np.zeros(len(inside), dtype=bool)
    covered[points.tree.query(shapes, predicate="intersects")[1]] = True
    return _Fit(
        covered=float(covered[inside].mean()) if inside.any() else 0.0,
        outside=float((covered & ~inside).sum() / covered.sum()) if covered.any() else 1.0,
    )


def _stays_inside(points: _Strewn, shapes: np.ndarray) -> bool:
    """Tell whether a layer stays inside the town as it is given."""
    return _fit(shapes, points.true, points.inside).outside < _LEAST_MISFIT


def _shifted(names: list[str], shift: Shift) -> LayerCRSError:
    text, text_zh = _off_by(names, shift), _off_by_zh(names, shift)
    kind, key = shift.kind.removeprefix("outline "), _key(shift)
    if shift.kind in ("GCJ-02", "BD-09"):
        maps, maps_zh = (
            ("Gaode and Tencent", "高德、腾讯") if kind == "GCJ-02" else ("Baidu", "百度")
        )
        return LayerCRSError(
            f"{text}That looks like {kind}, the shifted coordinates of {maps} maps. Write "
            f'datum = "{key}" for them in rules.toml to have them converted back, "cgcs2000" when '
            "you know that they lie right, or get the original coordinates from their source.",
            f"{text_zh}看来是{maps_zh}地图的 {kind} 偏移坐标。请在 rules.toml 中为这些图层写上 "
            f'datum = "{key}" 以还原坐标；如确知位置无误，写 "cgcs2000"；或向提供方索取原始坐标。',
        )
    if shift.kind.startswith("outline "):
        return LayerCRSError(
            f"{text}That looks like the outline itself is in {kind}, the shifted coordinates of "
            f'web maps. Write datum = "{key}" for the hierarchy in rules.toml to have it converted '
            "back, or get the original one.",
            f"{text_zh}看来镇界本身是网络地图的 {kind} 偏移坐标。请在 rules.toml 中为网格体系写上 "
            f'datum = "{key}" 以还原坐标，或索取原始镇界。',
        )
    return LayerCRSError(
        f"{text}Check the coordinate system of these layers and of the hierarchy, and that the "
        "files are of this town and not of its neighbour: one is not what it says it is.",
        f"{text_zh}请核对文件是否属于本镇（而非邻镇），以及这些图层和网格体系的坐标系："
        "其中必有一个与所称不符。",
    )


def _off_by(names: list[str], shift: Shift) -> str:
    shown = _listed([repr(name) for name in names])
    layers = f"Layer {shown} lies" if len(names) == 1 else f"Layers {shown} lie"
    east = f"{abs(shift.east_m):.0f} m {'east' if shift.east_m >= 0 else 'west'}"
    north = f"{abs(shift.north_m):.0f} m {'north' if shift.north_m >= 0 else 'south'}"
    return (
        f"{layers} {shift.distance_m:.0f} m off the outline of the town: {east} and {north} of "
        "where the ground fits. "
    )


def _off_by_zh(names: list[str], shift: Shift) -> str:
    east = f"偏{'东' if shift.east_m >= 0 else '西'} {abs(shift.east_m):.0f} 米"
    north = f"偏{'北' if shift.north_m >= 0 else '南'} {abs(shift.north_m):.0f} 米"
    return f"图层{quoted(*names)}与镇界错开 {shift.distance_m:.0f} 米：{east}，{north}。"


def _key(shift: Shift) -> str:
    return shift.kind.removeprefix("outline ").replace("-", "").lower()


def _far_away(outline: shapely.Geometry, away: Mapping[str, np.ndarray]) -> LayerCRSError:
    centre = shapely.centroid(outline)
    faults, faults_zh = [], []
    for name, shapes in away.items():
        west, south, east, north = shapely.total_bounds(shapes)
        distance = np.hypot((west + east) / 2 - centre.x, (south + north) / 2 - centre.y) / 1000
        faults.append(f"layer {name!r} ({distance:,.1f} km from its middle)")
        faults_zh.append(f"图层{quoted(name)}（距镇中心 {distance:,.1f} 公里）")
    return LayerCRSError(
        f"No ground of the town lies in {_listed(faults)}. Check that the file is of this town "
        "and that its coordinate system is the right one.",
        f"{'、'.join(faults_zh)}在本镇范围内没有土地。请核对文件是否属于本镇、坐标系是否正确。",
    )


def _listed(shown: list[str]) -> str:
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
