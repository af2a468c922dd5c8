"""Public boards held against a plan: which hang for a grid or object of the version in force."""

import pandas as pd

from gridmap.plan.plan import Plan
from layers.registers.object_ids import find_objects

__all__ = ["OUTDATED", "board_states"]

# Column that boards have beyond BOARDS where the record of boards is read in
# (`gridmap.boards.listing`): why what hangs is not what would be printed now; "" where it is.
OUTDATED = "outdated"


def board_states(plan: Plan) -> pd.DataFrame:
    """Say of every board what it is for, and whether it counts.

    Parameters
    ----------
    plan
        A plan with boards.

    Returns
    -------
    By board_id in the order of the plan: `kind` (grid | object | ""), `target` (grid_code or
    object_id; as written when the plan does not know it), `state`, `twice` and `in_force` (the
    version that should stand on it). The state is

    - `current`: hung, for a grid or object of the plan, and of its version in force;
    - `old`: of another version, or without one, or outdated by what is known of it;
    - `waiting`: without a day on which it was hung;
    - `gone`: for a grid or object that the plan does not have;
    - `nothing`: for neither.

    `twice` marks a hung board when an earlier row is of the same target at the same place.
    """
    boards, grids = plan.boards, plan.grids
    written = (
        boards["object_id"].where(boards["object_id"] != "", boards["grid_code"]).astype("str")
    )
    kind = pd.Series("", index=boards.index, dtype="str")
    kind = kind.mask(boards["grid_code"] != "", "grid").mask(boards["object_id"] != "", "object")
    thing = find_objects(boards["object_id"], plan.objects)
    is_object = kind == "object"
    there = (thing != "").where(is_object, written.isin(grids.index))
    target = thing.where(is_object & there, written)
    in_force = _versions(plan, target, is_object)
    state = pd.Series("current", index=boards.index, dtype="str")
    state = state.mask(boards["version"] != in_force, "old")
    if OUTDATED in boards:
        state = state.mask(boards[OUTDATED] != "", "old")
    state = state.mask(boards["hung_on"] == "", "waiting")
    state = state.mask(~there, "gone").mask(kind == "", "nothing")
    places = pd.DataFrame({"target": target, "place": boards["place"]})
    hung = (boards["hung_on"] != "") & there & (kind != "")
    twice = places[hung].duplicated().reindex(boards.index, fill_value=False).astype(bool)
    return pd.DataFrame(
        {"kind": kind, "target": target, "state": state, "twice": twice, "in_force": in_force}
    )


def _versions(plan: Plan, target: pd.Series, is_object: pd.Series) -> pd.Series:
    """Give the version in force of each target: that of the grid, or of the object's grid."""
    grid = target.where(~is_object, target.map(plan.objects["grid_code"]))
    found = grid.map(plan.grids["version"])
    return found.fillna(plan.rules.town.version).astype("str")
