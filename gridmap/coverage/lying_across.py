"""The grids that an object lies in: one, none, or several where its ground lies across a border."""

import numpy as np
import pandas as pd
import shapely

from boundaries.tiling.build import kind_of
from gridmap.plan.objects import deepest_grid, grids_within_sites
from gridmap.plan.plan import Plan

__all__ = ["grids_of_objects"]

# What two files draw a few decimetres apart is no ground in another grid.
_LEAST_SHARE = 0.01
_LEAST_WIDTH_M = 1.0


def grids_of_objects(plan: Plan) -> pd.Series:
    """Find the grids that the ground of every object lies in.

    Parameters
    ----------
    plan
        A plan with objects.

    Returns
    -------
    By object_id a tuple of codes of deepest grids, that with most of it first; () for an object on
    no ground. A point lies in one. A polygon lies in every grid that holds a hundredth of it or
    more and at a width of a metre or more; an object placed by its record in every grid that holds
    as much of the ground of that record. The unit of an exclusive grid lies in that grid, whatever
    sub-grids it has, as long as its ground does not reach out of it.
    """
    objects = plan.objects
    one = objects["grid_code"].map(lambda code: (code,) if code else ())
    found = one.astype(object)
    lines = grids_within_sites(plan.grids)
    for rows in (_of_polygons(plan), _of_records(plan)):
        for name, codes in rows.items():
            if found[name]:
                site, own = lines.get(name, ("", frozenset()))
                found[name] = (site,) if own.issuperset(codes) else codes
    return found


def _of_polygons(plan: Plan) -> dict[str, tuple[str, ...]]:
    shapes = plan.objects.geometry.to_numpy()
    rows = np.flatnonzero(np.isin(shapely.get_type_id(shapes), (3, 6)) & (shapely.area(shapes) > 0))
    grounds = plan.patches.geometry.to_numpy()
    at, on = shapely.STRtree(grounds).query(shapes[rows], predicate="intersects")
    shared = shapely.intersection(shapes[rows][at], grounds[on])
    pairs = pd.DataFrame(
        {
            "name": plan.objects.index.to_numpy()[rows][at],
            "code": deepest_grid(plan.patches).to_numpy()[on],
            "area": shapely.area(shared),
            "length": shapely.length(shared),
            "whole": shapely.area(shapes[rows])[at],
        }
    )
    return _codes(pairs)


def _of_records(plan: Plan) -> dict[str, tuple[str, ...]]:
    """Objects that only their record places: the ground of that record, as joining takes it."""
    objects, patches = plan.objects, plan.patches
    own = objects[objects.geometry.isna() & (objects["record"] != "")]
    ground = pd.DataFrame(
        {
            "record": patches["record"],
            "category": kind_of(patches),
            "code": deepest_grid(patches),
            "area": patches["area_m2"],
            "length": patches.length,
        }
    )
    table = pd.DataFrame({"name": own.index, "record": own["record"], "category": own["category"]})
    joined = table.merge(ground, on="record", suffixes=("", "_of_ground"))
    of_kind = joined["category"] == joined["category_of_ground"]
    has_kind = of_kind.groupby(joined["name"]).transform("any")
    joined = joined[of_kind | ~has_kind]
    whole = joined.groupby("name")["area"].transform("sum")
    return _codes(joined.assign(whole=whole))


def _codes(pairs: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Pick the grids with enough of each object, the one with most of it first."""
    pairs = pairs[pairs["area"] > 0]  # to touch a border is no ground beyond it
    sums = pairs.groupby(["name", "code"], as_index=False).agg(
        area=("area", "sum"), length=("length", "sum"), whole=("whole", "first")
    )
    wide = 2 * sums["area"] / sums["length"].where(sums["length"] > 0) >= _LEAST_WIDTH_M
    enough = sums[(sums["area"] >= _LEAST_SHARE * sums["whole"]) & wide]
    ordered = enough.sort_values(["name", "area", "code"], ascending=[True, False, True])
    return {str(name): tuple(codes) for name, codes in ordered.groupby("name")["code"]}
