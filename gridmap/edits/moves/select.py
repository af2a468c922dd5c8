"""Selecting patches: in a box or lasso, by what they are, of a grid. Ids come in plan order."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
import shapely

from boundaries.hierarchy.ancestors import ancestors
from gridmap.plan.plan import Plan
from layers.contract.errors import PlanError, quoted

__all__ = ["parents_in", "select_by", "select_grid", "select_in"]


def select_in(
    plan: Plan, area: shapely.Geometry, *, touching: bool = False, within: str = ""
) -> list[str]:
    """Select the patches in a box or a lasso.

    Parameters
    ----------
    plan
        The plan.
    area
        Polygon in the work CRS; a lasso may cross itself.
    touching
        True takes every patch that the area touches with some ground; False those of which most
        lies in it.
    within
        Given grid to which the selection is limited; "" for none.
    """
    area = shapely.make_valid(area)
    shapes = plan.patches.geometry.to_numpy()
    shapely.prepare(area)
    chosen = shapely.contains(area, shapes)
    rim = np.flatnonzero(shapely.intersects(area, shapes) & ~chosen)
    share = shapely.area(shapely.intersection(shapes[rim], area)) / shapely.area(shapes[rim])
    chosen[rim] = share > (0.0 if touching else 0.5)
    return _ids(plan, chosen, within)


def select_by(
    plan: Plan,
    *,
    category: str | Iterable[str] = (),
    subclass: str | Iterable[str] = (),
    name_contains: str = "",
    within: str = "",
) -> list[str]:
    """Select patches by what they are; of several conditions all must hold.

    Parameters
    ----------
    plan
        The plan.
    category, subclass
        One or several keys of `layers.contract.categories`.
    name_contains
        Part of the name of an estate, firm or lake, in whatever case.
    within
        Given grid to which the selection is limited; "" for none.

    Raises
    ------
    PlanError
        If no condition is given: everything is rarely meant.
    """
    patches = plan.patches
    chosen = np.ones(len(patches), dtype=bool)
    asked = False
    for column, keys in (("category", category), ("subclass", subclass)):
        wanted = [keys] if isinstance(keys, str) else list(keys)
        if wanted and wanted != [""]:
            asked = True
            chosen &= patches[column].isin(wanted).to_numpy()
    text = name_contains.strip().casefold()
    if text:
        asked = True
        chosen &= patches["name"].str.casefold().str.contains(text, regex=False).to_numpy()
    if not asked:
        raise PlanError(
            "Say what to select: a category, a sub-class or a part of a name.",
            "请指定选择条件：类别、子类或名称。",
        )
    return _ids(plan, chosen, within)


def select_grid(plan: Plan, code: str) -> list[str]:
    """Select the patches of a micro-grid, or all that lie in a given grid."""
    if code in plan.grids.index and plan.grids.at[code, "kind"] == "base":
        return _ids(plan, np.ones(len(plan.patches), dtype=bool), code)
    return [str(patch) for patch in plan.patches.index[plan.patches["grid_code"] == code]]


def _ids(plan: Plan, chosen: np.ndarray, within: str) -> list[str]:
    if within:
        chosen = chosen & plan.patches["parent_code"].isin(parents_in(plan, within)).to_numpy()
    return [str(patch) for patch in plan.patches.index[chosen]]


def parents_in(plan: Plan, within: str) -> pd.Index:
    """Given grids inside a given grid, itself among them."""
    base = plan.grids[plan.grids["kind"] == "base"]
    if within not in base.index:
        raise PlanError(
            f"There is no given grid {within!r} to limit the edit to. Choose one of the hierarchy.",
            f"没有可限定的上级网格{quoted(within)}。请从网格体系中选择。",
        )
    return base.index[(ancestors(base) == within).any(axis=1)]
