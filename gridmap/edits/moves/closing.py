"""Closing an exclusive grid whose unit has left: its ground goes back to the grids around it.

Every patch goes to the given grid that it borders most on, and becomes a micro-grid there, or as
many as its load asks for. The ground of a part goes back to its unit.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.hierarchy.ancestors import ancestors
from boundaries.topology.neighbours import neighbours
from gridmap.edits.moves.cuts import Cuts, with_cuts
from gridmap.edits.moves.ground import barriers_near
from gridmap.edits.moves.resolve_moves import MoveRequest
from gridmap.plan.plan import Plan
from gridmap.split.split import split_patches
from layers.contract.errors import PlanError, quoted

__all__ = ["close_request", "exclusive_codes", "parts_of_unit"]


def exclusive_codes(grids: pd.DataFrame) -> pd.Index:
    """Codes of the exclusive grids and their sub-grids."""
    return grids.index[grids["kind"] == "exclusive"]


def parts_of_unit(grids: pd.DataFrame, code: str) -> list[str]:
    """Give an exclusive grid and all its sub-grids, those without ground too."""
    found, parent = [code], grids["parent_code"]
    for one in found:  # it grows on the way
        found += [str(part) for part in parent.index[parent == one]]
    return found


def close_request(plan: Plan, code: str) -> MoveRequest:
    """Work out where the ground of an exclusive grid goes.

    Raises
    ------
    PlanError
        If there is no such exclusive grid.
    """
    grids = plan.grids
    if code not in exclusive_codes(grids):
        raise PlanError(
            f"There is no exclusive grid {code!r} in this plan. Only the grid of a unit can be "
            "closed: choose one of the list.",
            f"本方案中没有专属网格{quoted(code)}。只有专属网格可以撤销，请从列表中选择。",
        )
    family = parts_of_unit(grids, code)
    before = plan.patches[plan.patches["parent_code"].isin(family)]
    host = str(grids.at[code, "parent_code"])
    if grids.at[host, "kind"] == "exclusive":
        after = gpd.GeoDataFrame(before.assign(parent_code=host))
        moves = dict.fromkeys(map(str, before.index), host)
    else:
        after = gpd.GeoDataFrame(before.assign(parent_code=_homes(plan, before, host)))
        made = _into_micro_grids(plan, after)
        # Ground that the rules leave with the given grid is in no micro-grid, and so moves to none.
        after["grid_code"] = after["grid_code"].where(made != "", "")
        moves = made[made != ""].to_dict()
    group = tuple(range(len(before)))
    cuts = Cuts(before, after, group, group)
    return MoveRequest(moves, cuts, with_cuts(plan.patches, cuts), tuple(family))


def _homes(plan: Plan, ground: gpd.GeoDataFrame, above: str) -> list[str]:
    """Find the deepest given grid that each patch goes to: that of the longest border."""
    base = plan.grids[plan.grids["kind"] == "base"]
    line = ancestors(base)
    deepest = base.index[~base.index.isin(base["parent_code"])]
    there = sorted(deepest[(line.loc[deepest] == above).any(axis=1)])
    if len(there) == 1:
        return there * len(ground)
    around = plan.patches[plan.patches["parent_code"].isin(there)]
    near = pd.concat([ground, around])
    home = np.append(np.full(len(ground), -1), pd.Index(there).get_indexer(around["parent_code"]))
    pairs = neighbours(near.geometry)
    one, two = (np.append(pairs[a], pairs[b]) for a, b in (("left", "right"), ("right", "left")))
    border = np.tile(pairs["border_m"], 2)
    while True:  # from the rim inwards
        open_ = (home[one] < 0) & (home[two] >= 0)
        if not open_.any():
            break
        shared = np.zeros((len(near), len(there)))
        np.add.at(shared, (one[open_], home[two[open_]]), border[open_])
        reached = np.unique(one[open_])
        home[reached] = shared[reached].argmax(axis=1)
    for row in np.flatnonzero(home < 0):  # what borders on other units alone
        far = shapely.distance(base.geometry[there].to_numpy(), near.geometry.iloc[row])
        home[row] = int(far.argmin())
    return [there[number] for number in home[: len(ground)]]


def _into_micro_grids(plan: Plan, ground: gpd.GeoDataFrame) -> pd.Series:
    """Divide returned ground under the rules: tokens such as "+1" by patch, "" for none."""
    rules = plan.rules.model_copy(
        update={"split": plan.rules.split.model_copy(update={"target": None})}
    )
    if ground.empty:
        return pd.Series("", index=ground.index, dtype="str")
    loose = gpd.GeoDataFrame(ground.assign(grid_code=""))
    made = split_patches(loose, rules=rules, barriers=barriers_near(plan.barriers, loose)).grid_code
    token = {code: f"+{at}" for at, code in enumerate(sorted(set(made) - {""}), start=1)}
    return made.map({**token, "": ""}).astype("str")
