"""The ready edit for a place: which patch would go to which micro-grid.

Nothing is checked here beyond what makes no sense at all: what the edit would break is said by its
preview, with offers of repair.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from gridmap.edits.moves.edit import Edit, move_patches
from gridmap.edits.moves.log import locked_grids
from gridmap.plan.plan import Plan
from layers.contract.errors import Named

__all__ = ["Suggestion", "for_comment", "for_dispute"]

LEAST_BORDER_M = 0.01  # patches that meet in a corner share no border


@dataclass(frozen=True)
class Suggestion:
    """A ready edit, or why there is none."""

    edit: Edit | None
    patch: str = ""  # at the place; "" when there is no ground
    why_not: Named | None = None


def for_comment(plan: Plan, place: shapely.Point) -> Suggestion:
    """Suggest to give the patch at a place to the micro-grid it has its longest border with.

    Parameters
    ----------
    plan
        The plan, with pending changes.
    place
        In the work CRS.
    """
    patch, refused = _patch_at(plan, place)
    if refused is not None:
        return Suggestion(None, patch, refused)
    found = _others(plan, patch)
    borders = shapely.length(
        shapely.intersection(
            shapely.boundary(found.geometry.to_numpy()),
            shapely.boundary(plan.patches.geometry[patch]),
        )
    )
    by_grid = pd.Series(borders, index=found["grid_code"].to_numpy()).groupby(level=0).sum()
    by_grid = by_grid[by_grid > LEAST_BORDER_M]
    if by_grid.empty:
        return Suggestion(None, patch, _no_neighbour(found))
    return _to(plan, patch, str(by_grid.sort_index().idxmax()))


def for_dispute(plan: Plan, grid: str, place: shapely.Point) -> Suggestion:
    """Suggest what a dispute asks for.

    A place in the own grid goes to the nearest other micro-grid of the same given grid; a place in
    another micro-grid of the same given grid comes to the own. A place elsewhere would change the
    hierarchy, which no edit does.

    Parameters
    ----------
    plan
        The plan, with pending changes.
    grid
        The grid whose border is disputed.
    place
        In the work CRS.
    """
    if grid not in plan.grids.index:
        return Suggestion(None, "", Named(
            f"The grid {grid} of this dispute is not in the plan any more.",
            f"异议所指的网格 {grid} 已不在方案中。",
        ))  # fmt: skip
    if plan.grids.at[grid, "kind"] != "micro":
        name, name_en = _names(plan, grid)
        return Suggestion(None, "", Named(
            f"The border of {name_en!r} ({grid}) is given by the hierarchy. No edit moves it: "
            "check it with the grid above, correct the hierarchy's file and make the division "
            "again.",
            f"“{name}”（{grid}）的界线由网格层级给定，不能在此调整。请先与上级核实，"
            "更正网格层级文件后重新划分。",
        ))  # fmt: skip
    patch, refused = _patch_at(plan, place)
    if patch and plan.patches.at[patch, "parent_code"] != plan.grids.at[grid, "parent_code"]:
        return Suggestion(None, patch, _other_parent(plan, grid, patch))
    if refused is not None:
        return Suggestion(None, patch, refused)
    if plan.patches.at[patch, "grid_code"] != grid:
        return _to(plan, patch, grid)
    found = _others(plan, patch)
    if found.empty:
        return Suggestion(None, patch, _no_neighbour(found))
    away = shapely.distance(found.geometry.to_numpy(), place)
    nearest = pd.Series(np.round(away, 3), index=found["grid_code"].to_numpy())
    return _to(plan, patch, str(nearest.groupby(level=0).min().sort_index().idxmin()))


def _to(plan: Plan, patch: str, grid: str) -> Suggestion:
    return Suggestion(move_patches(plan, [patch], grid), patch)


def _patch_at(plan: Plan, place: shapely.Point) -> tuple[str, Named | None]:
    """Find the patch at a place; on a border the first one. Says why it can never move, if so."""
    rows = plan.patches.sindex.query(place, predicate="intersects", sort=True)
    if not len(rows):
        return "", Named("The place lies outside the ground of the plan.", "该位置不在方案范围内。")
    patch = plan.patches.index[rows[0]]
    code = str(plan.patches.at[patch, "grid_code"])
    if code not in plan.grids.index:
        return patch, Named(
            "The ground there is left with the grid above by the rules; it cannot be moved.",
            "该处按规则留归上级网格，不能调整。",
        )
    if plan.grids.at[code, "kind"] != "micro":
        return patch, Named(
            "The ground there is the site of a unit with an exclusive grid; it cannot be moved.",
            "该处属于专属网格，即单位场所，不能与微网格互划。",
        )
    if code in locked_grids(plan):
        return patch, Named(
            f"The micro-grid {code} there is locked. Unlock it first.",
            f"该处的微网格 {code} 已锁定，须先解锁。",
        )
    return patch, None


def _others(plan: Plan, patch: str) -> pd.DataFrame:
    """Patches of the other micro-grids of the same given grid; of none that is locked."""
    patches, own = plan.patches, plan.patches.loc[patch]
    there = (patches["parent_code"] == own["parent_code"]) & (
        ~patches["grid_code"].isin(["", own["grid_code"], *locked_grids(plan)])
    )
    return patches[there.to_numpy()]


def _no_neighbour(found: pd.DataFrame) -> Named:
    if found.empty:
        return Named(
            "There is no other micro-grid under the same given grid that could take the ground.",
            "同一上级网格内没有其他可以划入的微网格。",
        )
    return Named(
        "The patch there has no border with another micro-grid. Choose more patches by hand.",
        "该图斑不与其他微网格相邻。请手工多选几个图斑再调整。",
    )


def _other_parent(plan: Plan, grid: str, patch: str) -> Named:
    own, there = plan.grids.at[grid, "parent_code"], plan.patches.at[patch, "parent_code"]
    here, here_en = _names(plan, there)
    mine, mine_en = _names(plan, own)
    return Named(
        f"The place lies in {here_en!r} ({there}), the disputed grid in {mine_en!r} ({own}). No "
        "edit crosses that border: the hierarchy would have to change. Check it with the grids "
        "above, correct the hierarchy's file and make the division again.",
        f"该位置属于“{here}”（{there}），异议所指网格属于“{mine}”（{own}），"
        "调整不能跨越上级网格，须更改网格层级。请先与上级核实，更正网格层级文件后重新划分。",
    )


def _names(plan: Plan, code: str) -> tuple[str, str]:
    if code not in plan.grids.index:
        return code, code
    row = plan.grids.loc[code]
    return str(row["name"]), str(row["name_en"] or row["name"])
