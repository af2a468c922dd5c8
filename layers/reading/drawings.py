"""Drawings of design offices (DXF): closed lines are areas, texts in them are their labels.

A drawing has no polygons and no coordinate system of its own. A ring inside another ring of the
same drawing layer is an area of its own, cut out of the outer one.
"""

import re
from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from layers.contract.errors import Named
from layers.contract.issues import Issue

__all__ = ["drawn_areas"]

_LABEL = "label"
_LEFT_OPEN_M = 0.01  # a hair that the hand left; a ring is closed across it
# How drawings write signs that their code page lacks: \\U+7528.
_SIGN = re.compile(r"\\U\+([0-9A-Fa-f]{4})")


# Coordinates of a damaged drawing may be too large to be measured.
@np.errstate(over="ignore", invalid="ignore")
def drawn_areas(frame: gpd.GeoDataFrame, file: str) -> tuple[gpd.GeoDataFrame, list[Issue]]:
    """Take the closed lines of a drawing as areas and give them their labels.

    Parameters
    ----------
    frame
        What the reader made of the drawing, with the columns `Layer`, `Text` and `PaperSpace`.
    file
        Name of the file, for issues.

    Returns
    -------
    The features with areas in the place of closed lines, and a column `label` with the texts that
    stand in an area and in no smaller one; texts, open lines and points stay as they are.
    """
    told: list[Named] = []
    for name in ("Layer", "Text"):
        if name in frame:
            texts = frame[name].fillna("").astype("str")
            frame = frame.assign(**{name: texts.str.replace(_SIGN, _signs, regex=True)})
    if "PaperSpace" in frame:
        paper = frame["PaperSpace"].fillna(0).astype("str").isin(["1", "1.0", "True"]).to_numpy()
        if paper.any():
            frame = frame[~paper]
            told.append(
                Named(
                    f"{int(paper.sum())} features of the sheet around the drawing (paper space) "
                    "are left out",
                    f"图框（图纸空间）中的 {int(paper.sum())} 个要素已略去",
                )
            )
    shapes = frame.geometry.to_numpy().copy()
    closed = np.array([_area(shape) for shape in shapes], dtype=object)
    rings = ~shapely.is_missing(closed)
    shapes[rings] = closed[rings]
    if rings.any():
        told.append(
            Named(
                f"{int(rings.sum())} closed lines of the drawing are taken as areas",
                f"图中 {int(rings.sum())} 条闭合线按面处理",
            )
        )
    areas = np.isin(shapely.get_type_id(shapes), (3, 6))
    names = frame["Layer"].to_numpy() if "Layer" in frame else np.zeros(len(frame))
    cut = _cut_out(shapes, areas, names)
    if cut:
        told.append(
            Named(
                f"{cut} areas have other areas of their drawing layer in them, which were cut out "
                "of them and stand for themselves",
                f"{cut} 个面内含同一图层的其他面，已挖去，各自单独成面",
            )
        )
    result = frame.assign(**{_LABEL: _labels(frame, shapes, areas)})
    result = result.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))
    return gpd.GeoDataFrame(result), [_note(file, text) for text in told]


def _signs(match: re.Match[str]) -> str:
    return chr(int(match[1], 16))


def _area(shape: shapely.Geometry | None) -> shapely.Geometry | None:
    """Make the area of a closed line, or of the closed lines of a block; None for other shapes."""
    if shape is None or shape.is_empty or shapely.get_type_id(shape) not in (1, 5, 7):
        return None
    parts = list(_lines(shape))
    if not parts or not all(_closes(part) for part in parts):
        return None
    polygons = [shapely.Polygon(shapely.force_2d(part).coords) for part in parts]
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)


def _lines(shape: shapely.Geometry) -> Iterator[shapely.Geometry]:
    if shapely.get_type_id(shape) in (5, 7):
        for part in shape.geoms:
            yield from _lines(part)
    elif shapely.get_type_id(shape) == 1:
        yield shape


def _closes(line: shapely.Geometry) -> bool:
    """Tell whether a line ends where it begins, but for what a hand leaves open."""
    start, end = shapely.get_point(line, [0, -1])
    open_m = shapely.distance(start, end)
    enough = shapely.get_num_points(line) >= 4
    return bool(enough and open_m <= _LEFT_OPEN_M and 100 * open_m < shapely.length(line))


def _cut_out(shapes: np.ndarray, areas: np.ndarray, names: np.ndarray) -> int:
    """Cut the areas out of those that hold them, in place; give the number of areas cut."""
    rows = np.flatnonzero(areas)
    rows = rows[shapely.is_valid(shapes[rows]) & (shapely.area(shapes[rows]) > 0)]
    given = shapes[rows].copy()
    tree = shapely.STRtree(given)
    outer, inner = tree.query(given, predicate="covers")
    same = (outer != inner) & (names[rows[outer]] == names[rows[inner]])
    same &= shapely.area(given[outer]) > shapely.area(given[inner])
    pairs = pd.DataFrame({"outer": outer[same], "inner": inner[same]}).drop_duplicates()
    for at, held in pairs.groupby("outer")["inner"]:
        shapes[rows[at]] = shapely.difference(given[at], shapely.union_all(given[held.to_numpy()]))
    return int(pairs["outer"].nunique())


def _labels(frame: gpd.GeoDataFrame, shapes: np.ndarray, areas: np.ndarray) -> pd.Series:
    """Give every area the texts that stand in it; nested areas have been cut out already."""
    labels = pd.Series("", index=frame.index, dtype="str")
    if "Text" not in frame:
        return labels
    texts = frame["Text"].fillna("").astype("str").str.strip()
    points = (shapely.get_type_id(shapes) == 0) & (texts != "").to_numpy()
    rows, standing = np.flatnonzero(areas), np.flatnonzero(points)
    if not len(rows) or not len(standing):
        return labels
    tree = shapely.STRtree(shapes[rows])
    point, area = tree.query(shapes[standing], predicate="intersects")
    found = pd.DataFrame({"row": rows[area], "text": texts.iloc[standing[point]].to_numpy()})
    joined = found.drop_duplicates().groupby("row", sort=True)["text"].agg(" ".join)
    labels.iloc[joined.index.to_numpy()] = joined.to_numpy()
    return labels


def _note(file: str, text: Named) -> Issue:
    return Issue("READ-8", "info", f"{file!r}: {text}.", f"“{file}”：{text.zh}。", code=file)
