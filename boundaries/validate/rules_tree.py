"""Rules TREE: every grid hangs in one tree, and micro-grids are made of patches."""

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd

from boundaries.validate.tables import Fault, Tables, counted, title
from layers.contract.errors import Named
from layers.contract.phrases import apart as tell_apart

__all__ = [
    "find_no_village",
    "find_not_patches",
    "find_not_villages",
    "find_orphans",
    "find_two_parents",
]

_SAME_M2 = 1.0  # polygon and patches may differ by rounding
_SAME_M = 0.1  # outlines that lie so near count as the same
_TOWN_DIGITS = 9  # of a statistical area code: province, prefecture, county 6, town 3
_VILLAGE_DIGITS = 12  # and village 3


def find_orphans(tables: Tables) -> Iterator[Fault]:
    """TREE-1: a grid without its parent, or not one level below it; more than one town, or none."""
    grids = tables.once
    levels = grids["level"]
    parent = grids["parent_code"]
    top = (levels == 1).to_numpy()
    known = parent.isin(grids.index).to_numpy()
    above = parent.map(levels).fillna(0).astype("int64").to_numpy()
    wrong = np.where(top, (parent != "").to_numpy(), ~known | (above != levels.to_numpy() - 1))
    for code in grids.index[wrong]:
        name, name_zh = tables.name(str(code))
        up, level = str(parent[code]), int(levels[code])
        if level == 1:
            found, found_zh = f"has the parent {up!r}", f"填有上级 {up}"
            remedy, remedy_zh = "Leave the parent of a level-1 grid empty.", "一级网格不填上级。"
        elif up not in grids.index:
            found = f"names the parent {up!r}, which is no grid here" if up else "has no parent"
            found_zh = f"的上级 {up} 不存在" if up else "未填上级"
            remedy = f"Name a level-{level - 1} grid as its parent."
            remedy_zh = "请填写上一级网格编码。"
        else:
            found = f"has level {level}, its parent {up!r} level {tables.level(up)}"
            found_zh = f"为第 {level} 级，而其上级 {up} 为第 {tables.level(up)} 级"
            remedy = "A grid is one level below its parent: correct the level or the parent."
            remedy_zh = "下级网格应比上级低一级，请更正级别或上级。"
        yield Fault(
            f"{title(name)} {found}. {remedy}",
            f"{name_zh}{found_zh}。{remedy_zh}",
            code=str(code),
            level=level,
            other_code=up,
            geometry=tables.shape(str(code)),
        )
    towns = [str(code) for code in grids.index[top]]
    if len(grids) and len(towns) != 1:
        yield Fault(
            f"The plan has {len(towns)} level-1 grids {towns if towns else ''}. A plan is of one "
            "town: give it exactly one.".replace("  ", " ").replace(" .", "."),
            f"方案有 {len(towns)} 个一级网格。一个方案只应有 1 个一级网格。",
            level=1,
            size=float(len(towns)),
            unit="grids",
        )


def find_no_village(tables: Tables) -> Iterator[Fault]:
    """TREE-2: a grid below level 2 that belongs to no village or community."""
    if 2 not in tables.lines:
        return
    deep = (tables.once["level"] > 2) & (tables.lines[2] == "")
    for code in tables.once.index[deep]:
        name, name_zh = tables.name(str(code))
        yield Fault(
            f"{title(name)} belongs to no level-2 grid: its line upwards breaks off. Found parent: "
            f"{tables.once['parent_code'][code]!r}. Put it under a village or community.",
            f"{name_zh}不属于任何二级网格（村、社区）。请将其归入一个村或社区。",
            code=str(code),
            level=tables.level(str(code)),
            geometry=tables.shape(str(code)),
        )


def find_two_parents(tables: Tables) -> Iterator[Fault]:
    """TREE-3: a micro-grid with ground of another grid than its parent, or an exclusive grid."""
    patches = tables.patches[tables.patches["grid_code"] != ""]
    parent_of = tables.home_of_label
    expected = patches["grid_code"].map(parent_of)
    strange = patches[(patches["parent_code"] != expected) & expected.notna()]
    ground = patches["area_m2"].groupby(patches["grid_code"]).sum()
    for code, rows in strange.groupby("grid_code", sort=True):
        area, share = float(rows["area_m2"].sum()), float(rows["area_m2"].sum() / ground[code])
        if share <= tables.limits.other_parent_share:
            continue
        name, name_zh = tables.name(str(code))
        others = sorted(rows["parent_code"].unique())
        yield Fault(
            f"{title(name)} has {area:,.0f} m2 ({share:.1%}) in {', '.join(map(repr, others))}, "
            f"outside {'itself' if code == parent_of[code] else f'its parent {parent_of[code]!r}'}."
            " Split it along the border of the parents.",
            f"{name_zh}有 {area:,.0f} 平方米（{share:.1%}）属于{'、'.join(others)}，"
            f"不在其上级 {parent_of[code]} 内。请沿上级网格边界拆分。",
            code=str(code),
            level=tables.level(str(code)),
            other_code=str(others[0]),
            size=area,
            unit="m2",
            geometry=rows.geometry.union_all(),
        )


def find_not_villages(tables: Tables) -> Iterator[Fault]:
    """TREE-4: a level-2 grid whose code is not the 12-digit code of a village of the town."""
    grids = tables.once
    villages = grids[(grids["level"] == 2) & (grids["kind"] == "base")]
    for code, parent in zip(villages.index, villages["parent_code"], strict=True):
        digits = len(code) == _VILLAGE_DIGITS and code.isascii() and code.isdigit()
        if digits and code[:_TOWN_DIGITS] == parent[:_TOWN_DIGITS]:
            continue
        name, name_zh = tables.name(str(code))
        found = _unlike_village(str(code), digits=digits)
        yield Fault(
            f"{title(name)} has no area code of a village in the town {parent!r}: {found.en}. "
            f"Expected: 12 digits that begin with {parent[:_TOWN_DIGITS]!r}. Use the statistical "
            "area code of the village or community.",
            f"{name_zh}的编码不是本镇（{parent}）村、社区的 12 位统计用区划代码：{found.zh}。"
            f"应以 {parent[:_TOWN_DIGITS]} 开头。",
            code=str(code),
            level=2,
            other_code=str(parent),
            geometry=tables.shape(str(code)),
        )


def _unlike_village(code: str, *, digits: bool) -> Named:
    """Say in what a code differs from that of a village."""
    if len(code) != _VILLAGE_DIGITS:
        return Named(f"found {len(code)} characters", f"现为 {len(code)} 位")
    if not digits:
        return Named("found signs that are no digits", "含有非数字字符")
    start = code[:_TOWN_DIGITS]
    return Named(f"it begins with {start!r}", f"现以 {start} 开头")


def find_not_patches(tables: Tables) -> Iterator[Fault]:
    """TREE-5: a micro-grid whose polygon is not that of its patches, or a label without a grid."""
    patches = tables.ground[tables.ground["grid_code"] != ""]
    labels = patches["grid_code"]
    ground = patches.geometry.area.groupby(labels).sum()
    drawn = tables.fit.sound.geometry.area.groupby(level=0).sum()
    away = _away_from_patches(tables, patches)
    for code in tables.micro.index:
        made, found = float(ground.get(code, 0.0)), float(drawn[code]) if code in drawn else 0.0
        apart = float(away.get(code, 0.0))
        same = abs(made - found) <= _SAME_M2 and apart <= _SAME_M
        if code in ground and (code not in drawn or same):
            continue
        name, name_zh = tables.name(str(code))
        own = int((labels == code).sum())
        far = apart > _SAME_M
        drawn_m2, made_m2 = tell_apart(found, made, 0)
        where, where_zh = (
            (f" up to {apart:,.1f} m away", f"，位置相差 {apart:,.1f} 米") if far else ("", "")
        )
        yield Fault(
            f"{title(name)} is drawn with {drawn_m2} m2, but {counted(own, 'patch', 'patches')} "
            f"of it cover {made_m2} m2{where}. "
            "A micro-grid is made of patches: move patches, do not draw its border.",
            f"{name_zh}的多边形为 {drawn_m2} 平方米，而其 {own} 个图斑共 "
            f"{made_m2} 平方米{where_zh}。微网格由图斑组成：请调整图斑归属，不要直接改边界。",
            code=str(code),
            level=tables.level(str(code)),
            size=abs(made - found),
            unit="m2",
            geometry=tables.shape(str(code)),
        )
    known = tables.home_of_label.index
    for code, rows in patches[~labels.isin(known)].groupby("grid_code", sort=True):
        yield Fault(
            f"Label {str(code)!r} is on {counted(len(rows), 'patch', 'patches')}, and the plan has "
            "no such micro-grid. Use one of the plan, or make the plan again.",
            f"{len(rows)} 个图斑标为 {code}，方案中没有该微网格。"
            "请改标为现有微网格，或重新生成方案。",
            code=str(code),
            size=float(rows["area_m2"].sum()),
            unit="m2",
            geometry=rows.geometry.union_all(),
        )


def _away_from_patches(tables: Tables, patches: gpd.GeoDataFrame) -> pd.Series:
    """How far the outermost sides of each micro-grid lie from those of its patches, in m."""
    drawn = tables.fit.sound[tables.fit.sound["kind"] == "micro"].geometry.bounds
    made = patches.geometry.bounds
    low, high = ["minx", "miny"], ["maxx", "maxy"]
    apart = [
        (drawn[low].groupby(level=0).min() - made[low].groupby(patches["grid_code"]).min()),
        (drawn[high].groupby(level=0).max() - made[high].groupby(patches["grid_code"]).max()),
    ]
    return pd.concat(apart, axis=1).abs().max(axis=1)
