"""Small layers drawn on a shifted web map: the outline of the town cannot see them, edges can.

Estates, sites and parks end at the borders of other ground, at roads and at grids. When they do so
only after the shift of GCJ-02 or BD-09 is undone, and after no other move of that length, the layer
is shifted; when they do so neither way, nothing confirms where it lies, and that is said.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS

from layers.contract.errors import LayerCRSError, quoted
from layers.contract.issues import Issue
from layers.contract.phrases import apart
from layers.location.datum_shift import Shift, drawn_on_maps

__all__ = ["Verdict", "chance_moves", "judge_fragment", "require_placed_fragments"]

_NEAR_M = 5.0
_STEP_M = 10.0
_MOST_POINTS = 1_500
_LEAST_POINTS = 60
# Moves that no map makes: how often borders meet by chance.
_DECOYS_M = (350.0, 700.0, 1_100.0)
_DIRECTIONS = 8
# A shift is proved when this share of the borders fits after undoing it …
_LEAST_SHARE = 0.3
# … so many times more than as given, and than after the best of the other moves.
_GAIN, _OVER_CHANCE = 2.5, 1.6
# A few rectangles meet lines by chance, most of all where streets run at even distances.
_LEAST_SHAPES = 4
# It is suspected from here on.
_SOME_GAIN, _SOME_OVER_CHANCE = 1.5, 1.3
# As given the borders have to stand out from chance by this much, to say that a layer lies right.
_STANDS_OUT = 1.5
_SMALL_SHARE = 0.15
_LEAST_PIECES = 5  # one or two parcels meet some edge by chance
# So much never meets by chance; most layers need no further look.
_BEYOND_DOUBT = 0.75


@dataclass(frozen=True)
class Verdict:
    """What the edges say of a layer: shares of its border that meet other edges."""

    state: str  # right | shifted | suspected | unknown
    given: float  # as the layer lies
    chance: float  # after the best of the moves that no map makes
    undone: float = 0.0  # after undoing the shift
    shift: Shift | None = None


def require_placed_fragments(
    layers: Mapping[str, gpd.GeoDataFrame],
    edges: gpd.GeoSeries,
    outline: shapely.Geometry,
    crs: CRS,
    *,
    sure: Collection[str] = (),
) -> list[Issue]:
    """Refuse layers whose borders meet other edges only after the shift of a web map is undone.

    Parameters
    ----------
    layers
        Ground layers by file name, in the work CRS.
    edges
        Roads and borders of grids, in the work CRS.
    outline
        Outline of the town.
    crs
        The work CRS.
    sure
        Layers that the town has declared the datum of: they are edges for the others only.

    Returns
    -------
    READ-16 issues: layers that are suspected, and small ones whose place nothing confirms.

    Raises
    ------
    LayerCRSError
        Naming the layer, the shift and how well it explains the borders.
    """
    issues = []
    borders = {
        key: shapely.get_parts(shapely.boundary(layer.geometry.to_numpy()))
        for key, layer in layers.items()
    }
    for name, layer in layers.items():
        if name.partition("#")[0] in sure:
            continue
        others = [lines for key, lines in borders.items() if key != name]
        verdict = judge_fragment(
            layer.geometry.to_numpy(), np.concatenate([edges.to_numpy(), *others]), crs
        )
        if verdict is None or verdict.state == "right":
            continue
        if verdict.state == "shifted" and verdict.shift is not None:
            raise _refusal(name, verdict, verdict.shift)
        share = float(layer.area.sum() / shapely.area(outline))
        if verdict.state == "suspected" or share < _SMALL_SHARE:
            issues.append(_doubt(name, verdict, share))
    return issues


def judge_fragment(shapes: np.ndarray, edges: np.ndarray, crs: CRS) -> Verdict | None:
    """Say whether polygons lie right, by how much of their border meets other edges.

    Parameters
    ----------
    shapes
        The polygons, in a projected CRS.
    edges
        Lines that they may end at.
    crs
        The CRS.

    Returns
    -------
    The verdict; None where no such maps are, or without edges or enough polygons to look at.
    """
    points = _along_borders(shapes)
    if len(shapes) < _LEAST_PIECES or len(points) < _LEAST_POINTS or not len(edges):
        return None
    moved = {
        kind.removeprefix("outline "): at
        for kind, at in drawn_on_maps(points, crs).items()
        if kind.startswith("outline ")
    }
    if not moved:
        return None
    parts = shapely.get_parts(edges)
    lines = parts[~shapely.is_empty(parts)]
    given = _meeting(lines, points)
    if given >= _BEYOND_DOUBT:
        return Verdict("right", given, 0.0)
    chance = max(_meeting(lines, points + offset) for offset in chance_moves(points, moved))
    undone = {kind: _meeting(lines, at) for kind, at in moved.items()}
    kind = max(undone, key=lambda one: undone[one])
    best = undone[kind]
    east, north = np.median(points - moved[kind], axis=0)
    shift = Shift(kind, float(east), float(north))
    several = len(shapely.get_parts(shapes)) >= _LEAST_SHAPES
    if several and best >= max(_LEAST_SHARE, _GAIN * given, _OVER_CHANCE * chance):
        return Verdict("shifted", given, chance, best, shift)
    if best >= max(_LEAST_SHARE / 2, _SOME_GAIN * given, _SOME_OVER_CHANCE * chance):
        return Verdict("suspected", given, chance, best, shift)
    return Verdict("right" if given >= _STANDS_OUT * chance else "unknown", given, chance)


def _along_borders(shapes: np.ndarray) -> np.ndarray:
    """Put points along the borders at even distances, at most a good thousand."""
    lines = shapely.get_parts(shapely.boundary(shapely.get_parts(shapes)))
    lines = lines[shapely.length(lines) > 0]
    length = shapely.length(lines)
    if len(lines) > 2 * _MOST_POINTS:  # of so many each has no point of its own
        along = np.cumsum(length)
        places = (np.arange(_MOST_POINTS) + 0.5) * (along[-1] / _MOST_POINTS)
        line = np.searchsorted(along, places)
        return shapely.get_coordinates(
            shapely.line_interpolate_point(lines[line], places - (along - length)[line])
        )
    step = max(_STEP_M, float(length.sum()) / _MOST_POINTS)
    counts = np.ceil(length / step).astype(int)
    owner = np.repeat(np.arange(len(lines)), counts)
    number = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    points = shapely.line_interpolate_point(lines[owner], (number + 0.5) * step)
    return shapely.get_coordinates(points)


def chance_moves(points: np.ndarray, moved: Mapping[str, np.ndarray]) -> list[np.ndarray]:
    """List moves as long as those of the maps, in directions that none of them takes."""
    taken = [np.median(at - points, axis=0) for at in moved.values()]
    taken_angles = np.array([np.arctan2(north, east) for east, north in taken])
    angles = np.arange(_DIRECTIONS) * 2 * np.pi / _DIRECTIONS
    free = [
        angle
        for angle in angles
        if np.cos(taken_angles - angle).max() < np.cos(np.pi / _DIRECTIONS)
    ]
    return [
        length * np.array([np.cos(angle), np.sin(angle)]) for length in _DECOYS_M for angle in free
    ]


def _meeting(lines: np.ndarray, points: np.ndarray) -> float:
    # The long lines ask for the points, not the points for them: who asks is indexed.
    tree = shapely.STRtree(shapely.points(points))
    hits = tree.query(lines, predicate="dwithin", distance=_NEAR_M)[1]
    return len(np.unique(hits)) / len(points)


def _refusal(name: str, verdict: Verdict, shift: Shift) -> LayerCRSError:
    key = shift.kind.replace("-", "").lower()
    undone, given = apart(verdict.undone, verdict.given, 0, percent=True)
    return LayerCRSError(
        f"Layer {name!r} lies {shift.distance_m:.0f} m off: {undone} of its borders "
        f"meet roads, grids or other ground when the shift of {shift.kind} is undone, "
        f"{given} as it is given. That looks like the shifted coordinates of web maps. "
        f'Write datum = "{key}" for it in rules.toml to have them converted back, datum = '
        '"cgcs2000" when you know that it lies right, or get the original coordinates.',
        f"图层{quoted(name)}偏移约 {shift.distance_m:.0f} 米：还原 {shift.kind} 偏移后，"
        f"{undone} 的边界与道路、网格或其他用地相接，按原样仅 {given}。"
        f'看来是网络地图的偏移坐标。请在 rules.toml 中为其写上 datum = "{key}" 以还原坐标；'
        '如确知位置无误，写 datum = "cgcs2000"；或索取原始坐标。',
    )


def _doubt(name: str, verdict: Verdict, share: float) -> Issue:
    given, chance = apart(verdict.given, verdict.chance, 0, percent=True)
    if verdict.state == "suspected" and verdict.shift is not None:
        kind = verdict.shift.kind
        undone, given = apart(verdict.undone, verdict.given, 0, percent=True)
        return Issue(
            "READ-16",
            "warning",
            f"{name!r} may be drawn on a shifted web map: {undone} of its borders meet "
            f"other edges when {kind} is undone, {given} as it is given. Lay it over a picture of "
            "the ground, or ask where it comes from.",
            f"“{name}”疑为网络地图偏移坐标：还原 {kind} 后 {undone} 的边界"
            f"与其他边线相接，按原样为 {given}。请与影像对照，或向提供方核实。",
            code=name,
            size=verdict.shift.distance_m,
            unit="m",
        )
    return Issue(
        "READ-16",
        "info",
        f"{name!r} covers {share:.1%} of the town, and nothing confirms where it lies: {given} of "
        f"its borders meet other edges, by chance it would be up to {chance}. A shift of a web map "
        "cannot be told; look at it on the map.",
        f"“{name}”占全镇 {share:.1%}，其位置无从印证：{given} 的边界与其他边线"
        f"相接，偶然可达 {chance}。是否有网络地图偏移无法判断，请在图上核对。",
        code=name,
    )
