"""Buildings, compounds and village groups that an edit would put into two micro-grids."""

import geopandas as gpd
import numpy as np

from gridmap.edits.moves.ground import GroundArrays
from gridmap.edits.moves.violations import Violation
from gridmap.split.holding import meetings
from gridmap.split.units import members_of
from layers.contract.errors import Named

__all__ = ["find_cut_units"]

_WORDS = {
    "building": Named("Building", "建筑"),
    "compound": Named("Compound", "院落"),
    "village_group": Named("Village group", "村民小组"),
}


def find_cut_units(
    patches: gpd.GeoDataFrame,
    ground: GroundArrays,
    old: np.ndarray,
    label: np.ndarray,
    *,
    units: gpd.GeoDataFrame,
) -> tuple[Violation, ...]:
    """List the units that were whole before an edit and would be cut after it, in their order.

    Parameters
    ----------
    patches, ground
        The patches concerned and what `gridmap.edits.moves.ground.survey` gave for them.
    old, label
        (n,) micro-grid of each patch before and after.
    units
        UNITS of the plan.
    """
    changed = old != label
    if units.empty or not changed.any():
        return ()
    west, south, east, north = patches.geometry[changed].total_bounds
    near = units.cx[west:east, south:north]
    members = members_of(patches, near)
    met = meetings(members, ground.edges)
    one, two = met["patch"].to_numpy(), met["other"].to_numpy()
    found = []
    for unit in np.unique(met["unit"][label[one] != label[two]]).tolist():
        pairs = (met["unit"] == unit).to_numpy()
        if (old[one[pairs]] != old[two[pairs]]).any():
            continue
        places = np.unique(members.loc[members["unit"] == unit, "patch"].to_numpy())
        codes = sorted(set(label[places].tolist()))
        row, key = near.iloc[unit], str(near.index[unit])
        word, name = _WORDS[str(row["kind"])], str(row["name"] or key)
        found.append(
            Violation(
                "unit",
                "warning",
                str(codes[-1]),
                float(len(codes)),
                True,
                tuple(ground.ids[places]),
                f"{word.en} {name} would be cut: it would lie in {', '.join(codes)}.",
                f"{word.zh}“{name}”会被界线切开：将分属 {'、'.join(codes)}。",
            )
        )
    return tuple(found)
