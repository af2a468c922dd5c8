"""What posts are on: grids, groups and objects, with the ground and the village of each."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.hierarchy.ancestors import ancestors
from gridmap.staffing.posts import places_of

__all__ = ["Places", "Surroundings", "make_places"]


@dataclass(frozen=True)
class Surroundings:
    """The groups and objects that posts may be on; None for a town without."""

    groups: pd.DataFrame | None = None  # GROUPS
    members: pd.DataFrame | None = None  # MEMBERS
    objects: gpd.GeoDataFrame | None = None  # OBJECTS


@dataclass(frozen=True)
class Places:
    """The places of some posts, in the order in which the posts name them first.

    Attributes
    ----------
    keys
        Code of the grid, or id of the group or object.
    of_post
        Position of each post's place.
    shapes
        Ground of each place, None where it has none: that of the grid around it stands for a grid
        without ground, all members for a group.
    around
        Codes of the place itself and of the grids that it lies in, "" for none; (places, levels).
    above
        Position of the nearest place that each one lies in, -1 for none.
    load_h
        What the place asks of officers; the staff of an object without a load.
    """

    keys: pd.Index
    of_post: np.ndarray
    shapes: np.ndarray
    around: np.ndarray
    above: np.ndarray
    load_h: np.ndarray


def make_places(posts: pd.DataFrame, grids: gpd.GeoDataFrame, beside: Surroundings) -> Places:
    """Look up what some posts are on.

    Parameters
    ----------
    posts
        POSTS, in the order of the result.
    grids
        GRIDS of all levels, in metres.
    beside
        Groups and objects.
    """
    keys = places_of(posts)
    unique = pd.Index(keys.unique())
    lines = ancestors(grids)
    line_of = dict(zip(lines.index, lines.to_numpy(dtype=object).tolist(), strict=True))
    shape_of = dict(zip(grids.index, grids.geometry.to_numpy(), strict=True))
    grid_of = _grids_of_objects(beside, unique)
    members = _members(beside)
    around, shapes = [], []
    for key in unique:
        code = key if key in line_of else grid_of.get(key, "")
        line = line_of[code] if code else [""] * lines.shape[1]
        around.append(line if code == key else [*line, key])
        shapes.append(_shape(key, line, shape_of, beside, members))
    widest = max((len(line) for line in around), default=lines.shape[1])
    table = np.array([[*line, *[""] * (widest - len(line))] for line in around], dtype=object)
    table = table.reshape(len(unique), widest)
    return Places(
        keys=unique,
        of_post=unique.get_indexer(keys),
        shapes=np.array(shapes, dtype=object),
        around=table,
        above=_above(unique, table),
        load_h=_loads(unique, grids, beside),
    )


def _grids_of_objects(beside: Surroundings, keys: pd.Index) -> dict[str, str]:
    if beside.objects is None:
        return {}
    own = beside.objects.index.intersection(keys)
    return {str(key): str(code) for key, code in beside.objects.loc[own, "grid_code"].items()}


def _members(beside: Surroundings) -> dict[str, list[str]]:
    if beside.members is None:
        return {}
    rows = beside.members[beside.members["kind"] != "post"]
    return {str(key): list(part) for key, part in rows.groupby("group_id")["member_id"]}


def _shape(
    key: str,
    line: list[str],
    shape_of: dict[str, shapely.Geometry],
    beside: Surroundings,
    members: dict[str, list[str]],
) -> shapely.Geometry | None:
    """Ground of a place: its own, that of the grid around it, or that of its members."""
    if beside.objects is not None and key in beside.objects.index:
        own = beside.objects.geometry[key]
        if own is not None and not own.is_empty:
            return own
    for code in (key, *reversed([one for one in line if one])):
        found = shape_of.get(code)
        if found is not None and not found.is_empty:
            return found
    parts = [_shape(one, [], shape_of, beside, {}) for one in members.get(key, ())]
    there = [part for part in parts if part is not None]
    return shapely.GeometryCollection(there) if there else None


def _above(keys: pd.Index, around: np.ndarray) -> np.ndarray:
    """Position of the nearest place among these that each one lies in."""
    position = {key: number for number, key in enumerate(keys)}
    found = np.full(len(keys), -1)
    for number, line in enumerate(around):
        over = [position[one] for one in line if one and one != keys[number] and one in position]
        found[number] = over[-1] if over else -1
    return found


def _loads(keys: pd.Index, grids: pd.DataFrame, beside: Surroundings) -> np.ndarray:
    load = grids["load_h"].reindex(keys).to_numpy(dtype=float)
    if beside.objects is not None and np.isnan(load).any():
        staff = beside.objects["staff"].reindex(keys).to_numpy(dtype=float)
        load = np.where(np.isnan(load), staff, load)
    return np.nan_to_num(load)
