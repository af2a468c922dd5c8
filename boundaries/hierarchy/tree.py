"""The tree of codes: every grid on its level, under one parent, with a code of its own."""

from collections.abc import Iterator

import geopandas as gpd
import pandas as pd

from layers.contract.issues import Issue

__all__ = ["code_faults", "tree_faults"]


def code_faults(grids: gpd.GeoDataFrame) -> Iterator[Issue]:
    """Yield a CODE-1 error for every code that stands on several grids."""
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


def tree_faults(grids: gpd.GeoDataFrame) -> Iterator[Issue]:
    """Yield TREE-1 errors: not one town, orphans, cycles, jumps of levels."""
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
