"""Do the given grids fit together? The tree of codes, and each level as a tiling of the one above.

`check_hierarchy` lists every fault as a row, `require_sound_hierarchy` refuses a hierarchy with
errors, `mend_hierarchy` removes hairline mismatches so that all levels share their borders exactly.
"""

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from layers.columns import HIERARCHY, with_dtypes
from layers.crs import require_metric
from layers.errors import BoundaryError
from layers.issues import Issue, make_issues

__all__ = ["check_hierarchy", "mend_hierarchy", "require_sound_hierarchy"]

# COV-1: ground of a parent in none of its children that is still tolerated.
UNCOVERED_M2 = 10.0
UNCOVERED_SHARE = 1e-5
# COV-2: ground in two siblings that is still tolerated.
OVERLAP_M2 = 1.0
# COV-3: a mismatch thinner than this is a hairline: two hands drew the same line. It is mended.
HAIRLINE_M = 0.5
# COV-4: ground of a child outside its parent that is still tolerated.
OUTSIDE_M2 = 10.0
# Differences below this are rounding of coordinates and not worth a row.
NOISE_M2 = 0.01


def require_sound_hierarchy(grids: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Refuse a hierarchy with errors; return the warnings as an ISSUES frame.

    Raises
    ------
    BoundaryError
        With one sentence for every error, each with the code, the size and what to do.
    """
    issues = check_hierarchy(grids)
    errors = issues[issues["severity"] == "error"]
    if len(errors):
        listed = "\n".join(f"- {text}" for text in errors["message"])
        raise BoundaryError(f"The grid hierarchy has {len(errors)} faults:\n{listed}")
    return issues


def check_hierarchy(grids: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """List every fault of the given grids.

    Parameters
    ----------
    grids
        HIERARCHY frame in a metric CRS, index `code`.

    Returns
    -------
    An ISSUES frame. Errors: CODE-1 code given twice; TREE-1 not one town, an orphan, a cycle, a
    jump of levels; GEOM-1 no ground; COV-1 ground of a parent in no child; COV-2 siblings overlap;
    COV-4 ground outside the parent. Hairline mismatches of COV-1, COV-2 and COV-4, and invalid
    polygons that can be mended (GEOM-2), are warnings.
    """
    require_metric(grids, "The grid hierarchy")
    issues = [*_code_faults(grids), *_tree_faults(grids), *_geometry_faults(grids)]
    sound = _valid(grids[~grids.index.duplicated()])
    sound = sound[~sound.geometry.is_empty]
    issues += _fit_faults(sound)
    return make_issues(issues, grids.crs)


def mend_hierarchy(grids: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Make every level an exact tiling of the level above.

    The deepest grids are cleaned of hairline gaps and overlaps, then every grid above is dissolved
    from the ones below it, so that all levels share their borders vertex by vertex.

    Parameters
    ----------
    grids
        HIERARCHY frame without errors (see `require_sound_hierarchy`).

    Returns
    -------
    The mended frame, and an ISSUES frame with a COV-3 row for every grid that lost or gained more
    than rounding (size in m²).
    """
    given = _valid(grids)
    mended = given.geometry.to_numpy().copy()
    levels = given["level"].to_numpy()
    deepest = np.flatnonzero(levels == levels.max())
    mended[deepest] = _exact_tiling(mended[deepest], given.geometry[levels == 1].union_all())
    for level in range(int(levels.max()) - 1, 0, -1):
        for at in np.flatnonzero(levels == level):
            below = (given["parent_code"] == given.index[at]).to_numpy() & (levels == level + 1)
            mended[at] = shapely.coverage_union_all(mended[below])
    result = given.set_geometry(gpd.GeoSeries(mended, index=given.index, crs=grids.crs))
    return gpd.GeoDataFrame(with_dtypes(result, HIERARCHY)), make_issues(
        _mended_rows(grids, result), grids.crs
    )


def _exact_tiling(polygons: np.ndarray, outline: shapely.Geometry) -> np.ndarray:
    """Close hairline gaps up to the outline, resolve hairline overlaps, share all vertices."""
    covered = shapely.union_all(polygons)
    gaps = [part for part in _parts(shapely.difference(outline, covered)) if part.area > 0]
    filled = polygons.copy()
    # Snapping alone would not close a slit that is open at the outline of the town.
    tree = shapely.STRtree(polygons)
    for gap in gaps:
        near = np.sort(tree.query(gap.buffer(HAIRLINE_M / 100)))
        reach = shapely.buffer(polygons[near], HAIRLINE_M / 100)
        borders = shapely.length(shapely.intersection(gap.boundary, reach))
        if len(near):
            best = near[int(np.argmax(borders))]
            filled[best] = shapely.union(filled[best], gap)
    return np.asarray(shapely.coverage_clean(filled, gap_width=HAIRLINE_M))


def _code_faults(grids: gpd.GeoDataFrame) -> Iterator[Issue]:
    counts = grids.index.value_counts()
    for code in sorted(counts.index[counts > 1]):
        names = ", ".join(grids["name"][grids.index == code])
        yield Issue(
            "CODE-1",
            "error",
            f"Code {code!r} stands on {counts[code]} grids ({names}). Give each grid a code of its "
            "own.",
            f"编码 {code} 用在 {counts[code]} 个网格上（{names}）。请给每个网格唯一的编码。",
            code=str(code),
            level=int(grids["level"][grids.index == code].iloc[0]),
        )


def _tree_faults(grids: gpd.GeoDataFrame) -> Iterator[Issue]:
    tops = grids[grids["level"] == 1]
    if len(tops) != 1:
        shown = ", ".join(repr(str(code)) for code in tops.index) or "none"
        yield Issue(
            "TREE-1",
            "error",
            f"A town has exactly one level-1 grid; found {len(tops)}: {shown}. Keep one and give "
            "it the outline of the town.",
            f"一个乡镇只能有一个一级网格；找到 {len(tops)} 个：{shown}。请只保留一个。",
            level=1,
        )
    levels = {str(code): int(level) for code, level in grids["level"].items()}
    in_cycle = _cycles(grids)
    for code, row in grids.sort_index().iterrows():
        fault = _tree_fault(str(code), row, levels, in_cycle)
        if fault:
            english, chinese, parent = fault
            yield Issue(
                "TREE-1",
                "error",
                f"Grid {code!r} ({row['name']}, level {row['level']}) {english}",
                f"网格 {code}（{row['name']}，{row['level']} 级）{chinese}",
                code=str(code),
                other_code=parent,
                level=int(row["level"]),
                geometry=row.geometry,
            )


def _tree_fault(
    code: str, row: pd.Series, levels: dict[str, int], in_cycle: set[str]
) -> tuple[str, str, str] | None:
    """Say what is wrong with the parent of one grid: English, Chinese, the parent's code."""
    parent, level = str(row["parent_code"]), int(row["level"])
    if code in in_cycle:
        return (
            f"is its own ancestor: following parent_code from it leads back to it (by way of "
            f"{parent!r}). Correct its parent_code.",
            f"是自己的上级（经由 {parent}）。请更正 parent_code。",
            parent,
        )
    if level == 1:
        if parent == "":
            return None
        return (
            f"has parent_code {parent!r}, but level 1 has nothing above it. Leave it empty.",
            f"的 parent_code 是 {parent}，一级网格没有上级，请留空。",
            parent,
        )
    if parent == "":
        return (
            f"is an orphan: its parent_code is empty. Write the code of its level-{level - 1} grid "
            "there.",
            f"没有上级：parent_code 为空。请填写其 {level - 1} 级网格的编码。",
            parent,
        )
    if parent not in levels:
        return (
            f"is an orphan: its parent_code {parent!r} is the code of no grid. Add that grid or "
            "correct the code.",
            f"没有上级：parent_code {parent} 不是任何网格的编码。请补上该网格或更正编码。",
            parent,
        )
    if levels[parent] != level - 1:
        return (
            f"hangs under {parent!r} of level {levels[parent]}, not of level {level - 1}. Correct "
            "its level or its parent_code.",
            f"挂在 {levels[parent]} 级网格 {parent} 之下，应为 {level - 1} 级。"
            "请更正级别或 parent_code。",
            parent,
        )
    return None


def _cycles(grids: gpd.GeoDataFrame) -> set[str]:
    parents = {str(code): str(parent) for code, parent in grids["parent_code"].items()}
    cyclic = set()
    for start in parents:
        here, steps = parents[start], 0
        while here in parents and here != start and steps <= len(parents):
            here, steps = parents[here], steps + 1
        if here == start:
            cyclic.add(start)
    return cyclic


def _geometry_faults(grids: gpd.GeoDataFrame) -> Iterator[Issue]:
    valid = _valid(grids)
    rows = zip(
        grids.index, grids["name"], grids["level"], grids.geometry, valid.geometry, strict=True
    )
    for code, name, level, given, mended in rows:
        who, who_zh = f"Grid {code!r} ({name}, level {level})", f"网格 {code}（{name}，{level} 级）"
        if mended.is_empty:
            yield Issue(
                "GEOM-1",
                "error",
                f"{who} has no polygon. Draw its outline.",
                f"{who_zh}没有面图形。请画出边界。",
                level=int(level),
                code=str(code),
            )
        elif not given.is_valid:
            reason = shapely.is_valid_reason(given).split("[")[0].lower()
            yield Issue(
                "GEOM-2",
                "warning",
                f"{who} is not a valid polygon ({reason}); mended, its area went from "
                f"{given.area:,.1f} to {mended.area:,.1f} m². Look at it on the map.",
                f"{who_zh}图形无效；已修复，面积由 {given.area:,.1f} 变为 {mended.area:,.1f} "
                "平方米。",
                level=int(level),
                code=str(code),
                size=abs(given.area - mended.area),
                unit="m2",
                geometry=mended,
            )


def _fit_faults(grids: gpd.GeoDataFrame) -> Iterator[Issue]:
    """Compare every parent with its children, in order of code."""
    deepest = int(grids["level"].max()) if len(grids) else 0
    children = {code: rows for code, rows in grids.groupby("parent_code") if code != ""}
    for code, parent in grids.sort_index().iterrows():
        below = children.get(code)
        if below is not None:
            yield from _gap_faults(str(code), parent, below)
            yield from _overlap_faults(below.sort_index())
            yield from _outside_faults(str(code), parent, below.sort_index(), grids)
        elif parent["level"] < deepest:
            yield Issue(
                "COV-1",
                "error",
                f"{_who(code, parent)} has no grids of level {parent['level'] + 1}: its "
                f"{parent.geometry.area:,.0f} m² are in none. Draw them, or repeat its outline as "
                f"one grid of level {parent['level'] + 1}.",
                f"{_who_zh(code, parent)}没有 {parent['level'] + 1} 级网格："
                f"{parent.geometry.area:,.0f} 平方米无归属。请补画。",
                level=int(parent["level"]),
                code=str(code),
                size=float(parent.geometry.area),
                unit="m2",
                geometry=parent.geometry,
            )


def _gap_faults(code: str, parent: pd.Series, below: gpd.GeoDataFrame) -> Iterator[Issue]:
    gap = shapely.difference(parent.geometry, below.geometry.union_all())
    limit = max(UNCOVERED_M2, UNCOVERED_SHARE * parent.geometry.area)
    wide, thin = _wide_and_thin(gap)
    level = int(parent["level"])
    if wide.area > limit:
        x, y = _place(wide)
        yield Issue(
            "COV-1",
            "error",
            f"{_who(code, parent)}: {wide.area:,.1f} m² of it lie in none of its {len(below)} "
            f"level-{level + 1} grids, in {len(_parts(wide))} places, the largest near x {x:.1f}, "
            f"y {y:.1f}. Extend the grids beside the gap up to each other.",
            f"{_who_zh(code, parent)}：有 {wide.area:,.1f} 平方米不在任何 {level + 1} 级网格内，"
            f"共 {len(_parts(wide))} 处，最大一处在 x {x:.1f}，y {y:.1f} 附近。请补齐缺口。",
            level=level,
            code=code,
            size=float(wide.area),
            unit="m2",
            geometry=wide,
        )
    elif thin.area + wide.area > NOISE_M2:
        yield _hairline("COV-1", "gaps", "缝隙", code, "", parent, shapely.union(thin, wide))


def _overlap_faults(below: gpd.GeoDataFrame) -> Iterator[Issue]:
    shapes = below.geometry.to_numpy()
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = sorted((int(a), int(b)) for a, b in zip(left, right, strict=True) if a < b)
    for a, b in pairs:
        shared = shapely.intersection(shapes[a], shapes[b])
        wide, thin = _wide_and_thin(shared)
        row, code, other = below.iloc[a], str(below.index[a]), str(below.index[b])
        if wide.area > OVERLAP_M2:
            x, y = _place(wide)
            yield Issue(
                "COV-2",
                "error",
                f"{_who(code, row)} and {other!r} ({below['name'].iloc[b]}) overlap by "
                f"{wide.area:,.1f} m² near x {x:.1f}, y {y:.1f}. Draw one border between them.",
                f"{_who_zh(code, row)}与 {other}（{below['name'].iloc[b]}）重叠 "
                f"{wide.area:,.1f} 平方米，在 x {x:.1f}，y {y:.1f} 附近。请只留一条分界线。",
                level=int(row["level"]),
                code=code,
                other_code=other,
                size=float(wide.area),
                unit="m2",
                geometry=wide,
            )
        elif thin.area + wide.area > NOISE_M2:
            yield _hairline("COV-2", "overlaps", "重叠", code, other, row, shared)


def _outside_faults(
    code: str, parent: pd.Series, below: gpd.GeoDataFrame, grids: gpd.GeoDataFrame
) -> Iterator[Issue]:
    outside = shapely.difference(below.geometry.to_numpy(), parent.geometry)
    for at in np.flatnonzero(shapely.area(outside) > NOISE_M2):
        child, row = str(below.index[at]), below.iloc[at]
        wide, _ = _wide_and_thin(outside[at])
        if wide.area <= OUTSIDE_M2:
            yield _hairline("COV-4", "edges outside", "越界", child, code, row, outside[at])
            continue
        share = wide.area / row.geometry.area
        home = _home(row.geometry, grids[grids["level"] == parent["level"]])
        elsewhere = f" Most of it lies in {home!r}." if home not in ("", code) else ""
        elsewhere_zh = f"其大部分位于 {home}。" if home not in ("", code) else ""
        yield Issue(
            "COV-4",
            "error",
            f"{_who(child, row)}: {wide.area:,.1f} m² ({share:.1%}) of it lie outside its parent "
            f"{code!r} ({parent['name']}).{elsewhere} Correct its outline or its parent_code.",
            f"{_who_zh(child, row)}：有 {wide.area:,.1f} 平方米（{share:.1%}）在上级网格 {code}"
            f"（{parent['name']}）之外。{elsewhere_zh}请更正边界或 parent_code。",
            level=int(row["level"]),
            code=child,
            other_code=code,
            size=float(wide.area),
            unit="m2",
            geometry=wide,
        )


def _home(shape: shapely.Geometry, candidates: gpd.GeoDataFrame) -> str:
    """Name the grid that most of the shape lies in; "" for none."""
    areas = shapely.area(shapely.intersection(candidates.geometry.to_numpy(), shape))
    best = int(np.argmax(areas)) if len(areas) else 0
    return str(candidates.index[best]) if len(areas) and areas[best] > shape.area / 2 else ""


def _hairline(
    rule: str,
    what: str,
    what_zh: str,
    code: str,
    other: str,
    row: pd.Series,
    ground: shapely.Geometry,
) -> Issue:
    beside = f" at {other!r}" if other else ""
    return Issue(
        rule,
        "warning",
        f"{_who(code, row)} has hairline {what}{beside} of {ground.area:,.2f} m², thinner than "
        f"{HAIRLINE_M} m. They are mended.",
        f"{_who_zh(code, row)}有细小{what_zh} {ground.area:,.2f} 平方米，宽度不足 {HAIRLINE_M} 米，"
        "已自动修整。",
        level=int(row["level"]),
        code=code,
        other_code=other,
        size=float(ground.area),
        unit="m2",
        geometry=ground,
    )


def _mended_rows(given: gpd.GeoDataFrame, mended: gpd.GeoDataFrame) -> Iterator[Issue]:
    changed = shapely.symmetric_difference(
        _valid(given).geometry.to_numpy(), mended.geometry.to_numpy()
    )
    areas = shapely.area(changed)
    for at in np.flatnonzero(areas > NOISE_M2):
        code, row = str(mended.index[at]), mended.iloc[at]
        yield Issue(
            "COV-3",
            "info",
            f"{_who(code, row)}: its border was moved by hairlines, {areas[at]:,.2f} m² changed.",
            f"{_who_zh(code, row)}：边界微调，变动 {areas[at]:,.2f} 平方米。",
            level=int(row["level"]),
            code=code,
            size=float(areas[at]),
            unit="m2",
            geometry=changed[at],
        )


def _valid(grids: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the grids with valid polygons; what is no polygon becomes empty."""
    shapes = grids.geometry.to_numpy().copy()
    shapes[shapely.is_missing(shapes)] = shapely.Polygon()
    invalid = ~shapely.is_valid(shapes)
    shapes[invalid] = shapely.make_valid(shapes[invalid], method="structure", keep_collapsed=False)
    shapes[~np.isin(shapely.get_type_id(shapes), (3, 6))] = shapely.Polygon()
    return grids.set_geometry(gpd.GeoSeries(shapes, index=grids.index, crs=grids.crs))


def _wide_and_thin(ground: shapely.Geometry) -> tuple[shapely.Geometry, shapely.Geometry]:
    """Sort the parts of some ground into those wider than a hairline and the others."""
    parts = _parts(ground)
    wide = [part for part in parts if not part.buffer(-HAIRLINE_M / 2).is_empty]
    thin = [part for part in parts if part.buffer(-HAIRLINE_M / 2).is_empty]
    return shapely.MultiPolygon(wide), shapely.MultiPolygon(thin)


def _parts(ground: shapely.Geometry) -> list[shapely.Polygon]:
    parts = shapely.get_parts(shapely.get_parts(ground))
    return [part for part in parts if part.geom_type == "Polygon" and not part.is_empty]


def _place(ground: shapely.Geometry) -> tuple[float, float]:
    largest = max(_parts(ground), key=lambda part: (part.area, part.bounds))
    point = largest.representative_point()
    return float(point.x), float(point.y)


def _who(code: object, row: pd.Series) -> str:
    return f"Grid {str(code)!r} ({row['name']}, level {row['level']})"


def _who_zh(code: object, row: pd.Series) -> str:
    return f"网格 {code}（{row['name']}，{row['level']} 级）"
