"""The roster held against the grids before anything is divided: what the plan would say of it.

The rule is the one that judges the finished plan (PEOPLE-1); only micro-grids, which are not there
yet, are taken on trust.
"""

from collections.abc import Collection
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from boundaries.validate.limits import Limits, RoleFacts
from boundaries.validate.rules_roster import find_odd_people
from boundaries.validate.tables import Tables
from layers.contract.columns import ASSIGNMENTS, PATCHES, POSTS, empty_frame
from layers.contract.errors import Named
from layers.contract.issues import Issue

__all__ = ["RosterFacts", "find_odd_entries", "roster_facts"]


@dataclass(frozen=True)
class RosterFacts:
    """Who is in a roster."""

    cadres: int
    leaders: int
    without_home: int  # cadres whose home village is not given
    grids: int  # given grids; 0 when the hierarchy is not known
    grids_led: int  # of them those with a standing leader in the roster


def roster_facts(people: pd.DataFrame, grids: gpd.GeoDataFrame | None) -> RosterFacts:
    """Count the people of a roster.

    Parameters
    ----------
    people
        PEOPLE frame.
    grids
        HIERARCHY frame; None when the town has none yet.
    """
    cadres, leaders = people[people["role"] == "cadre"], people[people["role"] == "leader"]
    known = grids.index.unique() if grids is not None else pd.Index([])
    return RosterFacts(
        cadres=len(cadres),
        leaders=len(leaders),
        without_home=int((cadres["home_code"] == "").sum()),
        grids=len(known),
        grids_led=int(known.isin(leaders["present_grid"]).sum()),
    )


def find_odd_entries(
    people: pd.DataFrame, grids: gpd.GeoDataFrame, *, roles: Collection[str] = ()
) -> list[Issue]:
    """List the people whose home or present grid the plan could not use, as PEOPLE-1 does.

    Parameters
    ----------
    people, grids
        As in `roster_facts`.
    roles
        Keys of the roles of the rules.
    """
    codes = tuple(map(str, grids.index))
    below = people["present_grid"].str.startswith(codes) & ~people["present_grid"].isin(codes)
    # A micro-grid of the plan before: whether it comes back is known only after dividing.
    trusted = below & (people["role"] == "cadre")
    tables = Tables(
        grids=gpd.GeoDataFrame(grids.assign(kind="base")),
        patches=gpd.GeoDataFrame(empty_frame(PATCHES, index="patch_id", crs=grids.crs)),
        posts=empty_frame(POSTS, index="post_id"),
        assignments=empty_frame(ASSIGNMENTS, index="row"),
        people=people.assign(present_grid=people["present_grid"].where(~trusted, "")),
        limits=Limits(),
        roles=RoleFacts(names={key: Named(key, key) for key in roles}),
    )
    return [
        Issue("PEOPLE-1", "warning", fault.message, fault.message_zh, other_code=fault.other_code)
        for fault in find_odd_people(tables)
    ]
