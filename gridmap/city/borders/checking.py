"""Borders between towns, checked: ground that two towns claim, ground in none, lines drawn twice.

Each town draws its own border; where two drawings of one border differ, ground lies in both towns
or in neither. Outlines are those of the plans, compared in one projected CRS.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from gridmap.city.borders.kept import kept_answer, kept_pairs
from gridmap.city.catalogue import GRIDS, grids_of, none_planned
from gridmap.city.folder import City
from gridmap.city.joined import identity_of

__all__ = [
    "BORDERS",
    "NEAR_M",
    "Outlines",
    "check_borders",
    "check_outlines",
    "facing_grids",
    "find_gaps",
    "neighbours",
    "outlines_of",
]

BORDERS = ("kind", "town", "other", "m2", "length_m", "lon", "lat")
NEAR_M = 20.0  # two lines as near as this are drawings of one border
NOTHING_M2 = 1.0  # less is what coordinates of two systems differ by
EXACT_M = 0.001
SAME_M = 0.01  # as boundaries are written: repairs of a hierarchy move a corner by less
_FACING = ["town", "grid_code", "other", "other_code", "length_m"]
_FACING_TYPES = dict.fromkeys(_FACING[:4], "str") | {"length_m": "float64"}
Array = NDArray[Any]
Row = tuple[str, str, str, float, float, shapely.Geometry]


@dataclass(frozen=True)
class Outlines:
    """Outlines of towns in one system of metres, and the way back to degrees."""

    names: list[str]
    shapes: Array
    crs: CRS
    to_degrees: Transformer


def check_borders(city: City) -> pd.DataFrame:
    """Look for faults along the borders between the towns of a city.

    Parameters
    ----------
    city
        A city whose towns are planned; those that are not are passed over.

    Returns
    -------
    Rows by `kind`, `town`, `other`: ``overlap``, ground that two towns claim (`m2`); ``gap``,
    ground between towns that lies in none (`other` is one of several); ``drawing``, the length of
    border that two towns draw differently (`length_m`). With a point in `lon`, `lat`.

    Raises
    ------
    PlanError
        If no town is planned.
    """
    outlines = outlines_of(city)
    system = outlines.crs.to_wkt()
    digests = [_digest(system.encode(), shape) for shape in shapely.to_wkb(outlines.shapes)]
    whole = _digest(
        *(f"{name} {one}".encode() for name, one in zip(outlines.names, digests, strict=True))
    )
    return kept_answer(
        city, "borders", whole, lambda: _frame(outlines, _by_pair(city, outlines, digests))
    )


def check_outlines(outlines: Outlines) -> pd.DataFrame:
    """Look for faults between outlines of towns, as `check_borders` does."""
    pairs = [(outlines.names[one], outlines.names[two]) for one, two in neighbours(outlines)]
    return _frame(
        outlines, [row for rows in _pair_faults(outlines, pairs).values() for row in rows]
    )


def _by_pair(city: City, outlines: Outlines, digests: Sequence[str]) -> list[list[Any]]:
    """Faults of all pairs: those of which no outline around has changed are known from before."""
    made_of, around = {}, dict[int, list[int]]()
    pairs = neighbours(outlines)
    for one, two in pairs:
        around.setdefault(one, []).append(two)
        around.setdefault(two, []).append(one)
    for one, two in pairs:
        near = sorted(around[one])  # what is drawn alike by a third town is its border
        told = (f"{outlines.names[at]} {digests[at]}".encode() for at in (one, two, *near))
        made_of[outlines.names[one], outlines.names[two]] = _digest(*told)
    found = kept_pairs(city, "pairs", made_of, lambda some: _pair_faults(outlines, some))
    return [row for rows in found.values() for row in rows]


def _digest(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "little") + part)
    return digest.hexdigest()


def _frame(outlines: Outlines, of_pairs: Sequence[Sequence[Any]]) -> pd.DataFrame:
    """Put faults of pairs and gaps together, in order."""
    rows = [*of_pairs, *(_row(outlines, row) for row in _gaps(outlines))]
    kinds = dict.fromkeys(BORDERS[:3], "str") | dict.fromkeys(BORDERS[3:], "float64")
    frame = pd.DataFrame(rows, columns=list(BORDERS)).astype(kinds)
    return frame.sort_values(["kind", "town", "other", "lon", "lat", "m2"], ignore_index=True)


def _row(outlines: Outlines, row: Row) -> list[Any]:
    """Give a fault with its place in degrees."""
    *told, point = row
    lon, lat = outlines.to_degrees.transform(shapely.get_x(point), shapely.get_y(point))
    return [*told, round(float(lon), 7), round(float(lat), 7)]


def _pair_faults(
    outlines: Outlines, pairs: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], list[list[Any]]]:
    """Look for faults between neighbours, pair by pair."""
    place = {name: at for at, name in enumerate(outlines.names)}
    edges, tree = shapely.boundary(outlines.shapes), shapely.STRtree(outlines.shapes)
    found = {}
    for one, two in pairs:
        at = place[one], place[two]
        rows = [*_overlaps(outlines, *at), *_drawings(outlines, edges, tree, *at)]
        found[one, two] = [_row(outlines, row) for row in rows]
    return found


def facing_grids(city: City) -> pd.DataFrame:
    """List micro-grids of different towns that share a border, with its length.

    Returns
    -------
    `town`, `grid_code`, `other`, `other_code`, `length_m`, in this order; borders shorter than a
    metre are left out.
    """
    path = city.catalogue / GRIDS
    if not path.exists():
        raise none_planned(city.folder)
    made_of = [*identity_of(path), _most_common_system(city)]
    return kept_answer(city, "facing", made_of, lambda: _facing(city))


def _facing(city: City) -> pd.DataFrame:
    grids = grids_of(
        city, columns=("town", "grid_code"), filters=[("kind", "in", ("micro", "exclusive"))]
    )
    places = {str(town): rows for town, rows in grids.groupby("town", sort=False).indices.items()}
    crs = _most_common_system(city)
    shapes, codes = grids.geometry.to_numpy(), grids["grid_code"].to_numpy()
    digests = {
        town: _digest(crs.encode(), *shapely.to_wkb(shapes[rows]), "\n".join(codes[rows]).encode())
        for town, rows in places.items()
    }
    names = [str(town) for town in grids["town"].unique()]  # in the order of their rows
    if not names:
        return pd.DataFrame(columns=_FACING).astype(_FACING_TYPES)
    boxes = shapely.box(*np.array([shapely.total_bounds(shapes[places[one]]) for one in names]).T)
    # A degree of longitude is shorter than one of latitude; what is too much is found to face none.
    near = shapely.STRtree(boxes).query(boxes, predicate="dwithin", distance=NEAR_M / 50_000)
    made_of = {
        (names[one], names[two]): _digest(
            *(f"{names[at]} {digests[names[at]]}".encode() for at in (one, two))
        )
        for one, two in near.T.tolist()
        if one < two
    }

    def work(pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], list[list[Any]]]:
        of_towns = dict.fromkeys(town for pair in pairs for town in pair)
        rows = np.sort(np.concatenate([places[town] for town in of_towns]))
        return _facing_rows(grids.iloc[rows], _to_metres(city, grids), set(pairs))

    found = kept_pairs(city, "facing-pairs", made_of, work)
    frame = pd.DataFrame([row for rows in found.values() for row in rows], columns=_FACING)
    frame = frame.astype(_FACING_TYPES)
    return frame.sort_values(["grid_code", "other_code"], ignore_index=True)


def _facing_rows(
    grids: gpd.GeoDataFrame, to_metres: Transformer, pairs: Collection[tuple[str, str]]
) -> dict[tuple[str, str], list[list[Any]]]:
    """Measure what micro-grids of some pairs of towns share of their borders."""
    shapes = shapely.transform(grids.geometry.to_numpy(), to_metres.transform, interleaved=False)
    towns, codes = grids["town"].to_numpy(), grids["grid_code"].to_numpy()
    one, two = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=NEAR_M)
    asked = [a < b and (towns[a], towns[b]) in pairs for a, b in zip(one, two, strict=True)]
    one, two = one[asked], two[asked]
    # What of the edge of the one runs as near to the other as drawings of one border do.
    shared = shapely.intersection(
        shapely.boundary(shapes[one]), shapely.buffer(shapes[two], EXACT_M * 10)
    )
    found: dict[tuple[str, str], list[list[Any]]] = {}
    for a, b, length in zip(one, two, np.round(shapely.length(shared), 2).tolist(), strict=True):
        if length >= 1.0:
            row = [towns[a], codes[a], towns[b], codes[b], length]
            found.setdefault((towns[a], towns[b]), []).append(row)
    return found


def _to_metres(city: City, grids: gpd.GeoDataFrame) -> Transformer:
    """Give the work CRS that most towns have: there a line that two of them draw is one line."""
    return Transformer.from_crs(grids.crs, _most_common_system(city), always_xy=True)


def _most_common_system(city: City) -> str:
    systems = Counter(town.rules.town.crs for town in city.towns if town.rules is not None)
    return min(systems, key=lambda one: (-systems[one], one))


def outlines_of(city: City) -> Outlines:
    """Give the outlines of the towns that are planned, in the work CRS that most of them have.

    Raises
    ------
    PlanError
        If no town is planned.
    """
    grids = grids_of(city, columns=("town",), filters=[("level", "==", 1)])
    to_metres = _to_metres(city, grids)
    shapes = shapely.transform(grids.geometry.to_numpy(), to_metres.transform, interleaved=False)
    back = Transformer.from_crs(to_metres.target_crs, "OGC:CRS84", always_xy=True)
    return Outlines(grids["town"].tolist(), shapes, CRS(to_metres.target_crs), back)


def neighbours(outlines: Outlines) -> list[tuple[int, int]]:
    """Give neighbours: towns whose borders come as near as drawings of one border do."""
    one, two = shapely.STRtree(outlines.shapes).query(
        outlines.shapes, predicate="dwithin", distance=NEAR_M
    )
    return [(int(a), int(b)) for a, b in zip(one, two, strict=True) if a < b]


def _overlaps(outlines: Outlines, one: int, two: int) -> list[Row]:
    names, rows = outlines.names, []
    both = shapely.intersection(outlines.shapes[one], outlines.shapes[two])
    for part in shapely.get_parts(both):
        size = float(shapely.area(part))
        if size > NOTHING_M2:
            point = shapely.point_on_surface(part)
            rows.append(("overlap", names[one], names[two], round(size, 2), 0.0, point))
    return rows


def _gaps(outlines: Outlines) -> list[Row]:
    """Measure ground between towns."""
    rows = []
    for one, two, part in find_gaps(outlines):
        point = shapely.point_on_surface(part)
        rows.append(("gap", one, two, round(float(shapely.area(part)), 2), 0.0, point))
    return rows


def find_gaps(
    outlines: Outlines, *, grid_m: float = EXACT_M
) -> list[tuple[str, str, shapely.Geometry]]:
    """Find ground between towns: narrow strips, and holes of all of them together.

    Parameters
    ----------
    outlines
        Of all towns.
    grid_m
        How exactly the edges of gaps are those of towns.

    Returns
    -------
    The two towns that have most of its edge, by name, and the ground.
    """
    # On a grid, so that a corner of the one on an edge of the other leaves no slit.
    whole = shapely.union_all(outlines.shapes, grid_size=grid_m)
    # With corners kept sharp, closing fills what is narrow and leaves the outer border as it is.
    wide = shapely.buffer(whole, NEAR_M, join_style="mitre", mitre_limit=5.0)
    closed = shapely.buffer(wide, -NEAR_M, join_style="mitre", mitre_limit=5.0)
    holes = [
        shapely.polygons(ring)
        for part in shapely.get_parts(whole)
        for ring in shapely.get_rings(part)[1:]
    ]
    found = shapely.difference(shapely.union_all([closed, *holes]), whole)
    tree, gaps = shapely.STRtree(outlines.shapes), []
    for part in shapely.get_parts(found):
        beside = _longest_beside(part, outlines, tree)
        # A hollow in the border of one town alone is the shape of that town.
        if shapely.area(part) > NOTHING_M2 and len(beside) > 1:
            gaps.append((beside[0], beside[1], part))
    return gaps


def _longest_beside(part: shapely.Geometry, outlines: Outlines, tree: shapely.STRtree) -> list[str]:
    """Name the two towns that have most of the edge of a piece of ground, by name."""
    places = tree.query(part, predicate="dwithin", distance=2 * EXACT_M)
    near = shapely.buffer(outlines.shapes[places], 5 * EXACT_M)
    lengths = shapely.length(shapely.intersection(shapely.boundary(part), near))
    order = sorted(zip(-lengths, places.tolist(), strict=True))
    return sorted(outlines.names[at] for length, at in order[:2] if length < -EXACT_M)


def _drawings(
    outlines: Outlines, edges: Array, tree: shapely.STRtree, one: int, two: int
) -> list[Row]:
    """Measure what of a border two towns draw differently."""
    # Ground and lines far from the edge in question have no part in it, and cost most of the time.
    there = shapely.intersection(outlines.shapes[two], _around(edges[one], NEAR_M * 2))
    near = shapely.intersection(edges[one], shapely.buffer(there, NEAR_M))
    # What another town draws alike is the border to that one, such as near a common corner.
    beside = tree.query(near, predicate="dwithin", distance=EXACT_M)
    others = shapely.intersection(edges[beside[beside != one]], _around(near, NEAR_M))
    apart = shapely.difference(near, shapely.buffer(shapely.union_all(others), SAME_M))
    # Where a common border ends, the line of the one turns away and is still near for a while.
    ends = shapely.boundary(shapely.line_merge(near))
    apart = shapely.difference(apart, shapely.buffer(ends, NEAR_M * 1.5))
    length = float(shapely.length(apart))
    if length <= 1.0:
        return []
    point = shapely.line_interpolate_point(shapely.get_parts(apart)[0], 0.0)
    return [("drawing", outlines.names[one], outlines.names[two], 0.0, round(length, 2), point)]


def _around(shape: shapely.Geometry, margin_m: float) -> shapely.Geometry:
    """Give the rectangle around a shape, wider by a margin."""
    west, south, east, north = shapely.bounds(shape)
    return shapely.box(west - margin_m, south - margin_m, east + margin_m, north + margin_m)
