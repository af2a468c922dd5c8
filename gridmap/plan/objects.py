"""Objects of the registers in a plan: the patch each lies on, and the grid, derived from it.

Where an object lies follows from its own place or record and from the patches alone. The grid is
the label of the patch: after every edit it is looked up anew, never changed by itself.
"""

from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from boundaries.hierarchy.ancestors import ancestors
from gridmap.town.load import place_objects
from layers.contract.columns import OBJECTS, with_dtypes
from layers.registers.classes import HIDDEN

__all__ = [
    "deepest_grid",
    "grids_within_sites",
    "may_be_public",
    "objects_on",
    "objects_on_pieces",
]


def deepest_grid(patches: pd.DataFrame) -> pd.Series:
    """Give the deepest grid that each patch lies in: its micro-grid, or where none, its parent."""
    return patches["grid_code"].where(patches["grid_code"] != "", patches["parent_code"])


def grids_within_sites(grids: pd.DataFrame) -> dict[str, tuple[str, frozenset[str]]]:
    """Find the exclusive grid of every unit that has one, and all grids in it, itself included.

    Parameters
    ----------
    grids
        GRIDS by code.

    Returns
    -------
    By the object of the unit: the code of its grid, the topmost where several name it, and the
    codes in it.
    """
    hosts = grids[grids["host_object"] != ""].sort_values("level", kind="stable")
    hosts = hosts[~hosts["host_object"].duplicated()]
    lines = ancestors(grids).to_numpy() if len(hosts) else np.empty((len(grids), 0))
    return {
        str(host): (str(code), frozenset(map(str, grids.index[(lines == code).any(axis=1)])))
        for code, host in hosts["host_object"].items()
    }


def objects_on(
    objects: gpd.GeoDataFrame, patches: gpd.GeoDataFrame, *, patch_id: pd.Series | None = None
) -> gpd.GeoDataFrame:
    """Give objects the patch and the grid that they lie in.

    Parameters
    ----------
    objects
        OBJECTS in the CRS of the patches; what their columns `patch_id` and `grid_code` say is not
        looked at.
    patches
        PATCHES of a plan.
    patch_id
        The patch of each object, where it is known already; "" for none.

    Returns
    -------
    The objects in their order. One that lies on no ground of the plan stays, with "" for both.
    """
    if patch_id is None:
        placed = place_objects(patches, objects)
        names = np.append(patches.index.to_numpy(dtype=object), "")
        patch_id = pd.Series(names[placed], index=objects.index)
    grid = patch_id.map(deepest_grid(patches)).fillna("")
    result = with_dtypes(objects.assign(patch_id=patch_id, grid_code=grid), OBJECTS)
    assert isinstance(result, gpd.GeoDataFrame)
    return result


def objects_on_pieces(
    objects: gpd.GeoDataFrame,
    pieces: gpd.GeoDataFrame,
    groups: Sequence[int],
    group_of: Mapping[str, int],
) -> pd.Series:
    """Find the patch of every object after some patches were cut, or put together again.

    Parameters
    ----------
    objects
        OBJECTS with the patch they lay on.
    pieces, groups
        The patches that take the place of others, and for each the group of those it comes from.
    group_of
        The group of each patch that is replaced.

    Returns
    -------
    Patch of each object. One of a place lies on the piece that it stands on; those of a record stay
    together on the largest piece, as nobody knows where on it they stand.
    """
    patch = objects["patch_id"].astype("str").copy()
    group = patch.map(group_of)
    numbers = np.asarray(groups)
    for number in sorted(group.dropna().unique()):
        own = pieces[numbers == number]
        rows = objects[(group == number).to_numpy()]
        at = place_objects(own, rows.assign(record=""))
        largest = int(np.argmax(own.area.to_numpy()))
        at = np.where(at < 0, largest, at)
        patch.loc[rows.index] = own.index.to_numpy(dtype=object)[at]
    return patch.astype("str")


def may_be_public(objects: pd.DataFrame) -> pd.Series:
    """Tell which objects lists for the public may show.

    Problem estates and vacancies are never among them, whatever class a register gives them, nor
    is what the town marks as sensitive.
    """
    hidden = objects["class"].isin(HIDDEN) | (objects["category"] == "problem_estate")
    return ~hidden & ~objects["sensitive"].astype(bool)
