"""Boards that do not fit the plan in force, as rows of issues: gone, of an old version, twice."""

import geopandas as gpd
import pandas as pd

from gridmap.coverage.boards import board_states
from gridmap.plan.plan import Plan
from layers.contract.identifiers import listed
from layers.contract.issues import Issue, make_issues
from layers.contract.phrases import counted

__all__ = ["BOARD_RULES", "board_issues"]

BOARD_RULES = ("BOARD-1", "BOARD-2", "BOARD-3")  # told anew after every edit


def board_issues(plan: Plan) -> gpd.GeoDataFrame:
    """List the boards that do not fit.

    Returns
    -------
    ISSUES: a BOARD-1 row for boards of grids or objects that the plan does not have, a BOARD-2 row
    for those of another version than the one in force, a BOARD-3 row for those that hang twice at
    one place; each with how many and the first of them.
    """
    if plan.boards.empty:
        return make_issues([], plan.crs)
    states = board_states(plan)
    rows = [
        row
        for row in (
            _row(
                "BOARD-1", states[states["state"] == "gone"],
                "of a grid or object that the plan does not have",
                "Take it down, or correct the code in the list",
                "所属网格或对象不在本方案中", "请摘下，或更正清单中的编码",
            ),
            _old(plan, states[states["state"] == "old"]),
            _row(
                "BOARD-3", states[states["twice"]],
                "that hang a second time at the same place for the same grid or object",
                "Take one of them out of the list",
                "在同一位置为同一网格或对象重复悬挂", "请从清单中删去一块",
            ),
        )
        if row is not None
    ]  # fmt: skip
    return make_issues(rows, plan.crs)


def _old(plan: Plan, boards: pd.DataFrame) -> Issue | None:
    if boards.empty:
        return None
    first = boards.index[0]
    shown, wanted = plan.boards.at[first, "version"], boards["in_force"].iloc[0]
    return _row(
        "BOARD-2", boards,
        f"of another version than the one in force (the first shows {shown!r}, in force is "
        f"{wanted!r})",
        "Print and hang them anew",
        f"不是现行版本（第一块为“{shown}”，现行“{wanted}”）", "请重新印制并更换",
    )  # fmt: skip


def _row(
    rule: str, boards: pd.DataFrame, text: str, way: str, text_zh: str, way_zh: str
) -> Issue | None:
    if boards.empty:
        return None
    names = [
        f"{board} ({target})" for board, target in zip(boards.index, boards["target"], strict=True)
    ]
    shown, shown_zh = listed(names)
    return Issue(
        rule,
        "warning",
        f"{counted(len(boards), 'board', 'boards')} {text}: {shown}. {way}.",
        f"{len(boards)} 块公示牌{text_zh}：{shown_zh}。{way_zh}。",
        code=str(boards["target"].iloc[0]),
        size=float(len(boards)),
        unit="boards",
    )
