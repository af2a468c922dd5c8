"""The hierarchy of a town put together from what files say: levels, parents, codes, and their gaps.

What a file lacks is told from its shapes and names: what lies within what, a name that begins like
that of the grid around it. Nothing is changed in silence: every step is a row of a preview.
"""

import re
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.hierarchy.consistency import check_hierarchy
from gridmap.first_town.trees.changes import Change
from gridmap.first_town.trees.codes import coded
from gridmap.first_town.trees.fit import fitted
from layers.contract.errors import Named
from layers.contract.text import narrow

__all__ = ["Tree", "level_of", "make_tree"]

_INSIDE = 0.9  # share of its ground that a grid has within its parent
_SAME = 0.98  # share of ground in common from which two outlines are one
_LEVEL_WORDS = (
    (1, re.compile(r"(?:镇|乡|街道|街道办事处)$")),
    (3, re.compile(r"(?:网格|组|片区?)$")),
    (2, re.compile(r"(?:村|社区|居委会|村委会|居民委员会|村民委员会|庄|屯|寨|湾)$")),
)
_NUMERALS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5}


@dataclass(frozen=True)
class Tree:
    """A hierarchy that a plan can be made of."""

    grids: gpd.GeoDataFrame  # code, name, level, parent_code, households, population, geometry
    changes: tuple[Change, ...]
    faults: tuple[Named, ...]  # what is wrong with it all the same
    is_made: bool  # whether anything differs from the files


def make_tree(rows: gpd.GeoDataFrame, *, town_name: str, town_code: str, files: int = 1) -> Tree:
    """Make a hierarchy of grids as files have them.

    Parameters
    ----------
    rows
        Areas in a CRS in metres, with the columns `code`, `name`, `level`, `parent_code` as texts,
        "" where a file does not say; `households` and `population` as texts where there are any.
    town_name, town_code
        Of the town, for what has no grid of its own; "" when nobody has said them yet.
    files
        Of how many files or layers the rows are: of several a new one has to be made.

    Returns
    -------
    The hierarchy, sorted by level and code, and what was done for it.
    """
    changes: list[Change] = []
    grids = _whole(rows, changes)
    levels = grids["level"].map(level_of)
    grids = grids.assign(level_given=levels, level=levels)
    around = _around(grids)
    grids = _with_levels(grids, around, changes)
    grids = _with_town(grids, town_name, changes)
    grids = _with_parents(grids, changes)
    grids = coded(grids, town_code, changes)
    bad = _errors(grids)
    if bad:
        grids = fitted(grids, changes)
        bad = _errors(grids)
    grids = grids.sort_values(["level", "code"], kind="stable").reset_index(drop=True)
    kept = ["code", "name", "level", "parent_code", "households", "population", "geometry"]
    return Tree(gpd.GeoDataFrame(grids[kept]), tuple(changes), tuple(bad),
                bool(changes) or files > 1)  # fmt: skip


def level_of(text: str) -> float:
    """Read a level: 3, 三级, 镇, 村, 网格; NaN when it says nothing."""
    plain = "".join(narrow(text).split()).removeprefix("第").removesuffix(".0")
    number = plain.removesuffix("网格").removesuffix("级")
    if number.isdecimal() and 0 < int(number) < 9:
        return float(number)
    if number in _NUMERALS:
        return float(_NUMERALS[number])
    words = {"镇": 1, "乡镇": 1, "乡": 1, "街道": 1, "村": 2, "行政村": 2, "社区": 2, "网格": 3}
    return float(words.get(number, words.get(plain, np.nan)))


def _whole(rows: gpd.GeoDataFrame, changes: list[Change]) -> gpd.GeoDataFrame:
    """Keep the areas, valid, each once: the same name and outline twice is one grid."""
    areas = shapely.make_valid(shapely.force_2d(rows.geometry.to_numpy()))
    areas = np.array([_polygons(one) for one in areas], dtype=object)
    frame = rows.assign(
        **{one: rows[one].astype("str").map(str.strip) for one in ("code", "name", "parent_code")}
    ).set_geometry(gpd.GeoSeries(areas, index=rows.index, crs=rows.crs))
    for column in ("households", "population"):
        if column not in frame:
            frame[column] = ""
    frame = frame[~frame.geometry.is_empty].reset_index(drop=True)
    keys = np.arange(len(frame))
    columns = ["code", "name", "level"]
    for (_, name, _), part in frame[frame["name"] != ""].groupby(columns, sort=False):
        apart = shapely.union_all(part.geometry.to_numpy()).area > _SAME * part.area.sum()
        # A village and its only grid of one name lie on each other: these are two.
        if len(part) > 1 and apart:
            keys[part.index] = part.index[0]
            why = Named("several areas of one grid", "同一网格分成了几块")
            changes.append(Change("double", str(name), f"{len(part)}", "1", why))
    if len(set(keys)) < len(frame):
        frame = frame.dissolve(by=keys, sort=False, aggfunc="first").reset_index(drop=True)
    return gpd.GeoDataFrame(frame)


def _polygons(shape: shapely.Geometry) -> shapely.Geometry:
    parts = [one for one in shapely.get_parts(shape) if shapely.get_dimensions(one) == 2]
    return shapely.union_all(parts) if parts else shapely.Polygon()


def _around(grids: gpd.GeoDataFrame) -> np.ndarray:
    """Give for each grid the smallest one that it lies within, -1 for none."""
    shapes, areas = grids.geometry.to_numpy(), grids.area.to_numpy()
    inner, outer = shapely.STRtree(shapes).query(
        shapely.point_on_surface(shapes), predicate="within"
    )
    rank = grids["level_given"].fillna(grids["name"].map(_rank)).to_numpy()
    best = np.full(len(grids), -1)
    for at, over in zip(inner, outer, strict=True):
        if at == over:
            continue
        common = shapely.area(shapely.intersection(shapes[at], shapes[over]))
        if common < _INSIDE * areas[at]:
            continue
        alike = common > _SAME * max(areas[at], areas[over])
        # Of one outline the name says which is above: a village that is one grid.
        above = rank[over] < rank[at] if alike else areas[over] > areas[at]
        if above and (
            best[at] < 0 or (areas[over], -rank[over]) < (areas[best[at]], -rank[best[at]])
        ):
            best[at] = over
    return best


def _rank(name: str) -> float:
    """Say by a name on which level a grid may be."""
    plain = narrow(name)
    return next((float(level) for level, words in _LEVEL_WORDS if words.search(plain)), 2.5)


def _with_levels(
    grids: gpd.GeoDataFrame, around: np.ndarray, changes: list[Change]
) -> gpd.GeoDataFrame:
    """Derive the levels that are missing from what lies within what."""
    given = grids["level_given"]
    if given.notna().all():
        return grids.assign(level=given.astype("int64"))
    depth = np.zeros(len(grids))
    for at in range(len(grids)):
        over, steps = around[at], 0
        while over >= 0 and steps < 9:
            over, steps = around[over], steps + 1
        depth[at] = steps
    known = given.notna()
    # The highest is a town, unless its names are those of villages or grids.
    tops = grids["name"][depth == 0].map(_rank)
    first = (
        1.0 if (depth == 0).sum() == 1 and tops.iloc[0] != 2.0 else float(np.floor(tops.median()))
    )
    if known.any():
        first += float(np.round((given[known] - (depth[known] + first)).median()))
    level = given.fillna(pd.Series(depth + max(first, 1.0), index=grids.index)).astype("int64")
    why = Named("from what lies within what", "按各面的包含关系得出")
    changes += [
        Change("level", str(name), "", str(number), why)
        for name, number, is_known in zip(grids["name"], level, known, strict=True)
        if not is_known
    ]
    return grids.assign(level=level)


def _with_town(grids: gpd.GeoDataFrame, town_name: str, changes: list[Change]) -> gpd.GeoDataFrame:
    """Put a town above everything where there is not one."""
    top = int(grids["level"].min())
    if top == 1 and int((grids["level"] == 1).sum()) == 1:
        return grids
    if top == 1:
        grids = grids.assign(level=grids["level"] + 1)
    elif top > 2:
        grids = grids.assign(level=grids["level"] - (top - 2))
    outline = shapely.union_all(grids.geometry[grids["level"] == grids["level"].min()].to_numpy())
    name = town_name or "本镇"
    why = Named(
        "the ground of all villages together, for no file has the town",
        "各村范围合并而成（资料中没有镇界）",
    )
    changes.append(Change("town", name, "", f"{outline.area / 1e6:,.2f} km²", why))
    row = {"code": "", "name": name, "level": 1, "parent_code": "", "level_given": 1.0,
           "households": "", "population": ""}  # fmt: skip
    town = gpd.GeoDataFrame([row], geometry=[outline], crs=grids.crs)
    return gpd.GeoDataFrame(pd.concat([town, grids], ignore_index=True))


def _with_parents(grids: gpd.GeoDataFrame, changes: list[Change]) -> gpd.GeoDataFrame:
    """Find the parent of each grid: as given, else the one above that holds it."""
    places = {code: at for at, code in enumerate(grids["code"]) if code}
    levels, shapes = grids["level"].to_numpy(), grids.geometry.to_numpy()
    names = grids["name"].tolist()
    parent = np.full(len(grids), -1)
    for at, (level, given) in enumerate(zip(levels, grids["parent_code"], strict=True)):
        if level == 1:
            continue
        there = places.get(given, -1)
        if there >= 0 and levels[there] == level - 1:
            parent[at] = there
            continue
        above = np.flatnonzero(levels == level - 1)
        if not len(above):
            above = np.flatnonzero(levels < level)
        common = shapely.area(shapely.intersection(shapes[above], shapes[at]))
        best = int(above[common.argmax()])
        why = Named("it lies in it", "位于其范围内")
        named = [one for one in above if names[one] and names[at].startswith(names[one])]
        if common.max() <= 0.5 * shapely.area(shapes[at]) and named:
            best, why = int(named[0]), Named("its name begins so", "名称以其开头")
        parent[at] = best
        changes.append(Change("parent", names[at], str(given), names[best], why))
    return grids.assign(parent=parent)


def _errors(grids: gpd.GeoDataFrame) -> list[Named]:
    frame = gpd.GeoDataFrame(grids.set_index("code"))
    found = check_hierarchy(gpd.GeoDataFrame(frame[["name", "level", "parent_code", "geometry"]]))
    bad = found[found["severity"] == "error"]
    return [Named(*both) for both in zip(bad["message"], bad["message_zh"], strict=True)]
