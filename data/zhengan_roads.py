"""Roads and water lines of the sample town Zheng'an, meeting exactly where they cross.

Used by `make_zhengan.py`.
"""

import numpy as np
import shapely
from zhengan_blocks import BLOCKS, CANAL, RIVER, main_lines
from zhengan_cells import Line
from zhengan_plane import STEP_M

__all__ = ["block_shapes", "ditches", "meeting", "street_names"]

SHORT_M = 12.0
DITCH_SHARE, DITCH_M, LEAST_DITCH_M = 0.45, 4.5, 280.0


def meeting(lines: list[Line]) -> list[Line]:
    """Give lines a corner wherever another line meets or crosses them."""
    shapes = np.array([line.shape for line in lines])
    left, right = shapely.STRtree(shapes).query(shapes, "intersects")
    apart = left != right
    left, right = left[apart], right[apart]
    points = shapely.intersection(shapes[left], shapes[right])
    at: dict[int, list[float]] = {}
    places: dict[int, list[np.ndarray]] = {}
    for row, point in zip(left.tolist(), points, strict=True):
        for place in shapely.get_coordinates(point):
            at.setdefault(row, []).append(
                shapely.line_locate_point(shapes[row], shapely.Point(place))
            )
            places.setdefault(row, []).append(place)
    done = []
    for row, line in enumerate(lines):
        own = shapely.get_coordinates(line.shape)
        along = [0.0, *np.cumsum(np.hypot(*np.diff(own, axis=0).T))]
        all_at = np.array([*along, *at.get(row, [])])
        all_places = np.vstack([own, *places.get(row, [np.empty((0, 2))])])
        order = np.argsort(all_at, kind="stable")
        keep = np.insert(np.diff(all_at[order]) > 1e-6, 0, True)
        line_shape = shapely.LineString(all_places[order][keep])
        done.append(Line(shapely.segmentize(line_shape, STEP_M), line.kind, line.name))
    return done


def block_shapes(lines: list[Line], town: shapely.Polygon) -> np.ndarray:
    """Ground of each block on the board, an exact tiling cut by the main lines (unclipped)."""
    edges = [line.shape for line in lines]
    edges.append(shapely.segmentize(town.exterior, STEP_M))
    faces = shapely.get_parts(shapely.polygonize([shapely.union_all(edges)]))
    faces = faces[shapely.contains(town, shapely.point_on_surface(faces))]
    inside = shapely.point_on_surface(faces)
    shapes = []
    for block in BLOCKS:
        cell = block.cell.whole
        own = faces[shapely.contains(cell, inside)]
        shapes.append(max(own, key=shapely.area))
    return np.array(shapes)


def street_names(lines: list[Line], blocks: set[int]) -> list[Line]:
    """Name the streets of the town: 经 from south to north, 纬 from west to east."""
    named, counts = [], {"经": 0, "纬": 0}
    cells = shapely.union_all([BLOCKS[number].cell.whole for number in sorted(blocks)])
    for line in lines:
        in_town = line.kind in ("street", "tertiary") and not line.name
        if in_town and cells.contains(line.shape) and line.shape.length > 330:
            (x0, _), (x1, _) = line.shape.coords[0], line.shape.coords[-1]
            way = "经" if x0 == x1 else "纬"
            counts[way] += 1
            line = Line(line.shape, line.kind, f"{way}{_chinese(counts[way])}路")
        named.append(line)
    return named


def _chinese(number: int) -> str:
    digits = "零一二三四五六七八九"
    if number < 10:
        return digits[number]
    tens = "" if number < 20 else digits[number // 10]
    return f"{tens}十{digits[number % 10] if number % 10 else ''}"


def ditches(
    lines: list[Line], water, canal, town, rng
) -> list[tuple[shapely.LineString, str, str]]:
    """Middle lines of river and canal, and ditches along some tracks."""
    x = (main_lines()[-1].shape.coords[0][0] + water.bounds[0]) / 2
    _, south, _, north = town.bounds
    river = shapely.LineString([(x - 8, south - 99), (x - 8, north + 99)]).intersection(water)
    west, low, east, high = canal.bounds
    middle = shapely.LineString([(west, (low + high) / 2), (east, (low + high) / 2)])
    found = [(river, "river", RIVER), (middle, "canal", CANAL)]
    for line in lines:
        if (
            line.kind == "track"
            and line.shape.length > LEAST_DITCH_M
            and rng.random() < DITCH_SHARE
        ):
            side = DITCH_M if rng.random() < 0.5 else -DITCH_M
            found.append((line.shape.offset_curve(side), "ditch", ""))
    inside = [(shape.intersection(town), kind, name) for shape, kind, name in found]
    return [one for one in inside if one[0].length > SHORT_M]
