"""How evenly the load lies: on the officers of every micro-grid, and on every cadre in person."""

import numpy as np
import pandas as pd

from boundaries.hierarchy.ancestors import ancestors
from boundaries.tiling.build import kind_of
from gridmap.plan.plan import Plan

__all__ = ["cadre_loads", "grid_loads"]


def grid_loads(plan: Plan) -> pd.DataFrame:
    """Give the load of every micro-grid beside what its officers can give.

    Returns
    -------
    By code: `name`, `name_en`, `category` (or sub-class of residual ground), `village` (the grid
    below the town it lies in; "" for none), `load_h`, `capacity_h`, `officers`, `each_h` (hours a
    week that fall to one planned officer) and `used_share` (load over capacity).
    """
    micro = plan.micro_grids
    levels = sorted(plan.grids["level"].unique())
    village = ""
    if len(levels) > 1:
        village = ancestors(plan.grids)[levels[1]].reindex(micro.index).fillna("")
    officers = micro["officers"].clip(lower=1)
    return pd.DataFrame(
        {
            "name": micro["name"],
            "name_en": micro["name_en"],
            "category": kind_of(micro),
            "village": village,
            "load_h": micro["load_h"],
            "capacity_h": micro["capacity_h"],
            "officers": micro["officers"],
            "each_h": micro["load_h"] / officers,
            "used_share": micro["load_h"] / (officers * plan.rules.capacity.officer_hours),
        },
        index=micro.index,
    )


def cadre_loads(plan: Plan) -> pd.DataFrame:
    """Give the hours a week that fall to every cadre on posts of micro-grids.

    The people who are there share the load of a grid; who is on several grids carries of each.

    Returns
    -------
    By person_id: `name`, `grids` (codes with ";"), `load_h`, `capacity_h` and `used_share`.
    """
    rows = plan.assignments
    place = plan.micro_grids.index.get_indexer(rows["grid_code"])
    on_post = (rows["status"] == "filled").to_numpy() & (place >= 0)
    posts = rows.loc[on_post, ["grid_code", "person_id"]].assign(place=place[on_post])
    posts = posts.drop_duplicates(["place", "person_id"])
    there = np.bincount(posts["place"], minlength=len(plan.micro_grids))
    load = plan.micro_grids["load_h"].to_numpy()
    posts["load_h"] = load[posts["place"]] / there[posts["place"]]
    posts = posts.sort_values(["person_id", "grid_code"])
    by_person = posts.groupby("person_id", sort=True)
    codes = pd.Series(posts["grid_code"].to_numpy(), posts["person_id"].to_numpy(), dtype="str")
    several = codes.index.duplicated(keep=False)
    grids = pd.concat([codes[~several], codes[several].groupby(level=0).agg(";".join)])
    loads = by_person["load_h"].sum()
    hours = plan.rules.capacity.officer_hours
    return pd.DataFrame(
        {
            "name": plan.people["name"].reindex(loads.index).fillna(""),
            "grids": grids.reindex(loads.index),
            "load_h": loads,
            "capacity_h": hours,
            "used_share": loads / hours,
        }
    )
