"""Rules COV: the grids of a level share out the ground above them, without gap or overlap."""

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from boundaries.hierarchy.patch_places import place_of_patch
from boundaries.tiling.build import kind_of
from boundaries.topology.connected import number_parts
from boundaries.topology.neighbours import known_neighbours
from boundaries.validate.tables import Fault, Tables, counted, title
from boundaries.validate.topology_checks import is_sound

__all__ = [
    "find_broken_polygons",
    "find_detached_parts",
    "find_left_ground",
    "find_outside",
    "find_overlaps",
    "find_small_patches",
    "find_thin_patches",
    "find_uncovered",
    "find_unmatched_edges",
]

# A plan made here is an exact tiling; one that is none was changed by another program.
_ANEW = "A plan is an exact tiling: take the plan as it was saved before, or make it again."
_ANEW_ZH = "方案应无缝无重叠：请使用此前保存的方案，或重新生成。"


def find_broken_polygons(tables: Tables) -> Iterator[Fault]:
    """COV-0: a grid or patch without a polygon, or with one that crosses itself.

    A grid without ground of its own has none.
    """
    drawn = tables.grids[tables.grids["spatial"]]
    unsound = tables.patches[~tables.is_patch_sound].sort_index()
    for frame, in_grids in ((drawn[~is_sound(drawn.geometry.to_numpy())], True), (unsound, False)):
        for key, shape in zip(frame.index.astype(str), frame.geometry.to_numpy(), strict=True):
            name, name_zh = tables.name(key) if in_grids else _patch_named(tables, key)
            found, found_zh = _unsound(shape)
            yield Fault(
                f"{title(name)} has no sound polygon. Found: {found}. Draw it anew or repair it "
                "before the plan is used.",
                f"{name_zh}的多边形无效：{found_zh}。请重绘或修复后再使用方案。",
                code=key,
                level=tables.level(key) if in_grids else 0,
                geometry=None if shape is None or shape.is_empty else shape,
            )


def find_uncovered(tables: Tables) -> Iterator[Fault]:
    """COV-1: ground of a grid that lies in none of its children."""
    for code, parts, rest in tables.fit.uncovered:
        name, name_zh = tables.name(code)
        yield Fault(
            f"{_size(rest.area)} m2 of {name} lie in no grid below it ({parts} found). Extend the "
            "grid beside them, or make a grid there.",
            f"{name_zh}有 {_size(rest.area)} 平方米不在其 {parts} 个下级网格内。"
            "请扩展相邻网格或新设网格。",
            code=code,
            level=tables.level(code),
            size=float(rest.area),
            unit="m2",
            geometry=rest,
        )


def find_overlaps(tables: Tables) -> Iterator[Fault]:
    """COV-2: two grids of one level that share ground."""
    limits = tables.limits
    for one, two, shared in tables.fit.overlaps:
        area = float(shared.area)
        sliver = area <= limits.overlap_m2 or 2 * area / shared.length < limits.overlap_width_m
        (name, name_zh), (other, other_zh) = tables.name(one), tables.name(two)
        size = _size(area)
        yield Fault(
            f"{title(name)} and {other} share {size} m2 of ground"
            f"{', a sliver' if sliver else ''}. Give it to one of them.",
            f"{name_zh}与{other_zh}重叠 {size} 平方米{'（细缝）' if sliver else ''}。"
            "请将其划归其中一个网格。",
            code=one,
            level=tables.level(one),
            other_code=two,
            size=area,
            unit="m2",
            geometry=shared,
        )


def find_unmatched_edges(tables: Tables) -> Iterator[Fault]:
    """COV-3: borders of grids or patches that the neighbour does not share, vertex by vertex."""
    for code, line in tables.fit.unmatched:
        name, name_zh = tables.name(code)
        yield Fault(
            f"{line.length:,.1f} m of the border of {name} do not match the neighbour: vertices "
            f"are missing or up to {tables.limits.edge_gap_m:g} m off. {_ANEW}",
            f"{name_zh}有 {line.length:,.1f} 米边界与相邻网格节点不一致"
            f"（缺节点或偏差不超过 {tables.limits.edge_gap_m:g} 米）。{_ANEW_ZH}",
            code=code,
            level=tables.level(code),
            size=float(line.length),
            unit="m",
            geometry=line,
        )
    for parent, first, count, line in tables.fit.unmatched_patches:
        name, name_zh = tables.name(parent)
        place = place_of_patch(tables.ground, first, tables.once)
        yield Fault(
            f"{counted(count, 'patch', 'patches')} in {name}, the first of them in {place.en}, do "
            f"not share {line.length:,.1f} m of border with the ground beside: they overlap, or "
            f"vertices are missing. {_ANEW}",
            f"{name_zh}有 {count} 个图斑（首个为{place.zh}）与相邻图斑有 {line.length:,.1f} 米边界"
            f"不一致：互相重叠或缺节点。{_ANEW_ZH}",
            code=parent,
            level=tables.level(parent),
            other_code=first,
            size=float(line.length),
            unit="m",
            geometry=line,
        )


def find_outside(tables: Tables) -> Iterator[Fault]:
    """COV-4: ground of a grid outside the grid it belongs to."""
    for code, parent, over in tables.fit.outside:
        if over.area <= tables.limits.outside_m2:
            continue
        (name, name_zh), (other, other_zh) = tables.name(code), tables.name(parent)
        yield Fault(
            f"{_size(over.area)} m2 of {name} lie outside {other}. Cut them off, or move them to "
            "the grid they lie in.",
            f"{name_zh}有 {_size(over.area)} 平方米超出{other_zh}。请裁去或划归所在网格。",
            code=code,
            level=tables.level(code),
            other_code=parent,
            size=float(over.area),
            unit="m2",
            geometry=over,
        )


def find_thin_patches(tables: Tables) -> Iterator[Fault]:
    """COV-5: patches too narrow to be worked on, a row a given grid."""
    patches = tables.ground
    width = 2 * patches.area / patches.length.where(patches.length > 0, 1.0)
    limit = tables.limits.sliver_width_m
    for code, rows in patches[width < limit].groupby("parent_code", sort=True):
        name, name_zh = tables.name(str(code))
        yield _patches_fault(
            tables,
            str(code),
            rows,
            f"{counted(len(rows), 'patch is', 'patches are')} narrower than {limit:g} m in {name}. "
            "Join them to the patch with the longest border.",
            f"{name_zh}有 {len(rows)} 个图斑宽度不足 {limit:g} 米。请并入共有边界最长的图斑。",
        )


def find_small_patches(tables: Tables) -> Iterator[Fault]:
    """COV-6: patches too small to be worked on, a row a given grid."""
    limits, patches = tables.limits, tables.ground
    least = pd.Series(limits.sliver_area_m2, index=patches.index)
    if limits.sliver_area_by_kind_m2:
        least = kind_of(patches).map(dict(limits.sliver_area_by_kind_m2)).fillna(least)
    for code, rows in patches[patches.area < least].groupby("parent_code", sort=True):
        limit = least[rows.index].max()
        name, name_zh = tables.name(str(code))
        yield _patches_fault(
            tables,
            str(code),
            rows,
            f"{counted(len(rows), 'patch has', 'patches have')} less than {limit:g} m2 in {name}. "
            "Join them to the patch with the longest border.",
            f"{name_zh}有 {len(rows)} 个图斑面积不足 {limit:g} 平方米。请并入共有边界最长的图斑。",
        )


def find_detached_parts(tables: Tables) -> Iterator[Fault]:
    """COV-7: a micro-grid that falls into parts under the rules' own definition."""
    limits = tables.limits
    for code, pieces in _pieces(tables):
        parts = _joined(pieces, limits.min_border_m, limits.max_gap_m)
        recorded = int(tables.micro["parts"].get(code, 1))
        if max(len(parts), recorded) == 1:
            continue
        smallest = min(parts, key=lambda part: part.area) if len(parts) > 1 else tables.shape(code)
        size = float(smallest.area) if smallest is not None else 0.0
        name, name_zh = tables.name(code)
        yield Fault(
            f"{title(name)} falls into {max(len(parts), recorded)} parts; the smallest has "
            f"{size:,.0f} m2. Parts hold together by {limits.min_border_m:g} m of border"
            f"{f' or a gap of at most {limits.max_gap_m:g} m' if limits.max_gap_m else ''}. Give "
            "the small part to the grid beside it.",
            f"{name_zh}分成 {max(len(parts), recorded)} 块，最小一块 {size:,.0f} 平方米；"
            f"相连要求共有边界不少于 {limits.min_border_m:g} 米"
            f"{f'或间隔不超过 {limits.max_gap_m:g} 米' if limits.max_gap_m else ''}。"
            "请将小块划归相邻网格。",
            code=code,
            level=tables.level(code),
            size=size,
            unit="m2",
            geometry=smallest,
        )


def find_left_ground(tables: Tables) -> Iterator[Fault]:
    """COV-8: ground in no micro-grid, left with its parent by rule; listed so that none is lost."""
    for parent, rows in tables.left_patches.groupby("parent_code", sort=True):
        area = float(rows["area_m2"].sum())
        name, name_zh = tables.name(str(parent))
        yield Fault(
            f"{area:,.0f} m2 in {counted(len(rows), 'patch', 'patches')} stay with {name} and are "
            "in no micro-grid, as the rules on residual ground say. Its leader is in charge of "
            "them.",
            f"按其他用地规则，{len(rows)} 个图斑共 {area:,.0f} 平方米留归{name_zh}，不设微网格，"
            "由其网格长负责。",
            code=str(parent),
            level=tables.level(str(parent)),
            size=area,
            unit="m2",
            geometry=shapely.union_all(rows.geometry.to_numpy()),
        )


def _patch_named(tables: Tables, key: str) -> tuple[str, str]:
    place = place_of_patch(tables.patches, key, tables.once)
    return f"the patch in {place.en}", f"图斑（{place.zh}）"


def _size(area_m2: float) -> str:
    """Write an area so that it is not nothing."""
    return (
        f"{area_m2:,.0f}"
        if area_m2 >= 10
        else f"{area_m2:,.2f}"
        if area_m2 >= 1
        else f"{area_m2:.2g}"
    )


def _unsound(shape: BaseGeometry | None) -> tuple[str, str]:
    """Say what is wrong with a polygon."""
    if shape is None or shape.is_empty:
        return "no polygon", "缺失"
    if shape.geom_type not in ("Polygon", "MultiPolygon"):
        return f"a {shape.geom_type}", f"类型为 {shape.geom_type}"
    reason = shapely.is_valid_reason(shape)
    return reason, reason


def _patches_fault(
    tables: Tables, code: str, rows: gpd.GeoDataFrame, message: str, message_zh: str
) -> Fault:
    return Fault(
        message,
        message_zh,
        code=code,
        level=tables.level(code),
        other_code=str(rows.index[0]),
        size=float(rows.area.sum()),
        unit="m2",
        geometry=shapely.union_all(rows.geometry.to_numpy()),
    )


def _pieces(tables: Tables) -> Iterator[tuple[str, list[BaseGeometry]]]:
    """Micro-grids whose patches do not all hang together by shared edges, in pieces that do."""
    codes = tables.ground["grid_code"]
    # The site of a unit is where it is, in as many parts as it has.
    labelled = ((codes != "") & (codes != tables.ground["parent_code"])).to_numpy()
    patches = tables.ground[labelled]
    number, codes = pd.factorize(patches["grid_code"], sort=True)
    pairs = known_neighbours(tables.ground.geometry)
    place = np.full(len(tables.ground), -1)
    place[labelled] = np.arange(len(patches))
    one, two = place[pairs[["left", "right"]].to_numpy()].T
    same = (one >= 0) & (two >= 0) & (pairs["border_m"] >= tables.limits.min_border_m).to_numpy()
    same &= number[one] == number[two]
    piece = number_parts(len(patches), one[same], two[same])
    pieces_of = pd.Series(piece).groupby(number).nunique().to_numpy()
    parts = tables.micro["parts"].reindex(codes, fill_value=1).to_numpy()
    shapes = patches.geometry.to_numpy()
    for grid in np.flatnonzero((pieces_of > 1) | (parts > 1)):
        rows = number == grid
        yield (
            str(codes[grid]),
            [shapely.union_all(shapes[rows & (piece == part)]) for part in np.unique(piece[rows])],
        )


def _joined(
    pieces: list[BaseGeometry], min_border_m: float, max_gap_m: float
) -> list[BaseGeometry]:
    """Join pieces with enough border, though their vertices differ, or with an allowed gap."""
    shapes = np.array(pieces, dtype=object)
    one, two = np.triu_indices(len(shapes), 1)
    border = shapely.length(shapely.intersection(shapes[one], shapes[two]))
    gap = shapely.distance(shapes[one], shapes[two])
    joins = (border > 0) & (border >= min_border_m)
    if max_gap_m > 0:
        joins |= gap <= max_gap_m
    part = number_parts(len(shapes), one[joins], two[joins])
    return [shapely.union_all(shapes[part == number]) for number in np.unique(part)]
