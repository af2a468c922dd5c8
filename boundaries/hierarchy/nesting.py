"""Each level as a tiling of the one above: gaps, overlaps and ground outside the parent."""

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.hierarchy.outlines import (
    GRID_M,
    HAIRLINE_M,
    NOISE_M2,
    name_of,
    name_of_zh,
    parts_of,
    valid_grids,
    wide_and_thin,
)
from boundaries.overlay.lattice import Origin
from layers.contract.issues import Issue

__all__ = ["geometry_faults", "nesting_faults"]

# COV-1: ground of a parent in none of its children that is still tolerated.
UNCOVERED_M2 = 10.0
UNCOVERED_SHARE = 1e-5
# COV-2: ground in two siblings that is still tolerated.
OVERLAP_M2 = 1.0
# COV-4: ground of a child outside its parent that is still tolerated.
OUTSIDE_M2 = 10.0


def geometry_faults(grids: gpd.GeoDataFrame) -> Iterator[Issue]:
    """Yield GEOM-1 errors for grids without ground, GEOM-2 warnings for invalid polygons."""
    valid = valid_grids(grids)
    rows = zip(
        grids.index, grids["name"], grids["level"], grids.geometry, valid.geometry, strict=True
    )
    for code, name, level, given, repaired in rows:
        who, who_zh = f"Grid {code!r} ({name}, level {level})", f"网格 {code}（{name}，{level} 级）"
        if repaired.is_empty:
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
                f"{who} is not a valid polygon ({reason}); repaired, its area went from "
                f"{given.area:,.1f} to {repaired.area:,.1f} m². Look at it on the map.",
                f"{who_zh}图形无效；已修复，面积由 {given.area:,.1f} 变为 {repaired.area:,.1f} "
                "平方米。",
                level=int(level),
                code=str(code),
                size=abs(given.area - repaired.area),
                unit="m2",
                geometry=repaired,
            )


def nesting_faults(grids: gpd.GeoDataFrame, origin: Origin) -> Iterator[Issue]:
    """Compare every parent with its children, in order of code: COV-1, COV-2 and COV-4.

    The grids lie around `origin`; what is said of places says where they lie in truth.
    """
    deepest = int(grids["level"].max()) if len(grids) else 0
    children = {code: rows for code, rows in grids.groupby("parent_code") if code != ""}
    for code, parent in grids.sort_index().iterrows():
        below = children.get(code)
        if below is not None:
            yield from _gap_faults(str(code), parent, below, origin)
            yield from _overlap_faults(below.sort_index(), origin)
            yield from _outside_faults(str(code), parent, below.sort_index(), grids)
        elif parent["level"] < deepest:
            yield Issue(
                "COV-1",
                "error",
                f"{name_of(code, parent)} has no grids of level {parent['level'] + 1}: its "
                f"{parent.geometry.area:,.0f} m² are in none. Draw them, or repeat its outline as "
                f"one grid of level {parent['level'] + 1}.",
                f"{name_of_zh(code, parent)}没有 {parent['level'] + 1} 级网格："
                f"{parent.geometry.area:,.0f} 平方米无归属。请补画。",
                level=int(parent["level"]),
                code=str(code),
                size=float(parent.geometry.area),
                unit="m2",
                geometry=parent.geometry,
            )


def _gap_faults(
    code: str, parent: pd.Series, below: gpd.GeoDataFrame, origin: Origin
) -> Iterator[Issue]:
    gap = shapely.difference(
        parent.geometry,
        shapely.union_all(below.geometry.to_numpy(), grid_size=GRID_M),
        grid_size=GRID_M,
    )
    limit = max(UNCOVERED_M2, UNCOVERED_SHARE * parent.geometry.area)
    wide, thin = wide_and_thin(gap)
    level = int(parent["level"])
    if wide.area > limit:
        x, y = _place(wide, origin)
        yield Issue(
            "COV-1",
            "error",
            f"{name_of(code, parent)}: {wide.area:,.1f} m² of it lie in none of its {len(below)} "
            f"level-{level + 1} grids, in {len(parts_of(wide))} places, the largest near "
            f"x {x:.1f}, y {y:.1f}. Extend the grids beside the gap up to each other.",
            f"{name_of_zh(code, parent)}：有 {wide.area:,.1f} 平方米不在任何 {level + 1} 级网格内，"
            f"共 {len(parts_of(wide))} 处，最大一处在 x {x:.1f}，y {y:.1f} 附近。请补齐缺口。",
            level=level,
            code=code,
            size=float(wide.area),
            unit="m2",
            geometry=wide,
        )
    elif thin.area + wide.area > NOISE_M2:
        yield _hairline("COV-1", "gaps", "缝隙", code, "", parent, shapely.union(thin, wide))


def _overlap_faults(below: gpd.GeoDataFrame, origin: Origin) -> Iterator[Issue]:
    shapes = below.geometry.to_numpy()
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = sorted((int(a), int(b)) for a, b in zip(left, right, strict=True) if a < b)
    for a, b in pairs:
        shared = shapely.intersection(shapes[a], shapes[b], grid_size=GRID_M)
        wide, thin = wide_and_thin(shared)
        row, code, other = below.iloc[a], str(below.index[a]), str(below.index[b])
        if wide.area > OVERLAP_M2:
            x, y = _place(wide, origin)
            yield Issue(
                "COV-2",
                "error",
                f"{name_of(code, row)} and {other!r} ({below['name'].iloc[b]}) overlap by "
                f"{wide.area:,.1f} m² near x {x:.1f}, y {y:.1f}. Draw one border between them.",
                f"{name_of_zh(code, row)}与 {other}（{below['name'].iloc[b]}）重叠 "
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
    outside = shapely.difference(below.geometry.to_numpy(), parent.geometry, grid_size=GRID_M)
    for at in np.flatnonzero(shapely.area(outside) > NOISE_M2):
        child, row = str(below.index[at]), below.iloc[at]
        wide, _ = wide_and_thin(outside[at])
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
            f"{name_of(child, row)}: {wide.area:,.1f} m² ({share:.1%}) of it lie outside its "
            f"parent {code!r} ({parent['name']}).{elsewhere} Correct its outline or its "
            "parent_code.",
            f"{name_of_zh(child, row)}：有 {wide.area:,.1f} 平方米（{share:.1%}）在上级网格 {code}"
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
        f"{name_of(code, row)} has hairline {what}{beside} of {ground.area:,.2f} m², thinner than "
        f"{HAIRLINE_M} m. They are repaired.",
        f"{name_of_zh(code, row)}有细小{what_zh} {ground.area:,.2f} 平方米，"
        f"宽度不足 {HAIRLINE_M} 米，已自动修整。",
        level=int(row["level"]),
        code=code,
        other_code=other,
        size=float(ground.area),
        unit="m2",
        geometry=ground,
    )


def _place(ground: shapely.Geometry, origin: Origin) -> tuple[float, float]:
    largest = max(parts_of(ground), key=lambda part: (part.area, part.bounds))
    point = largest.representative_point()
    return float(point.x + origin.x), float(point.y + origin.y)
