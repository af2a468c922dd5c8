"""Which grids or people an order is about, in the order of the plan."""

import pandas as pd

from gridmap.handover.kinds import Kind
from gridmap.handover.order import Order
from gridmap.plan.plan import Plan

__all__ = ["given_grids", "people_on_post", "targets_of"]


def targets_of(order: Order, kind: Kind, plan: Plan) -> tuple[str, ...]:
    """Give what a kind of file is made of.

    Parameters
    ----------
    order, kind
        What is ordered, and of which kind.
    plan
        The plan as it may go out: what is not in it is not made.

    Returns
    -------
    For a kind of grids their codes, sorted; for a kind of people their ids in the order of their
    first grid; for a kind of the town the chosen grids, none for all.
    """
    if kind.of == "town":
        return _of_town(order, plan)
    if kind.of == "grids":
        return _grids(order, plan)
    if order.targets == "people":
        posted = people_on_post(plan)
        wanted = set(order.codes)
        return tuple(person for person in dict.fromkeys(posted) if person in wanted)
    posted = people_on_post(plan)
    if order.targets != "all":
        chosen = set(_grids(order, plan)) | set(order.codes)
        posted = posted[posted.index.isin(chosen)]
    return tuple(dict.fromkeys(posted))


def given_grids(plan: Plan) -> pd.DataFrame:
    """Give the grids that others lie below, without the town: villages and the like."""
    grids = plan.grids
    return grids[(grids["kind"] != "micro") & grids["spatial"] & (grids["level"] > 1)].sort_index()


def people_on_post(plan: Plan) -> pd.Series:
    """Give who is on a post: ids by the code of the grid, sorted by it.

    A post on an object is one of the grid that the object lies in; one of a group has no grid.
    """
    rows = plan.assignments[plan.assignments["status"] == "filled"]
    object_of, grid_of = plan.posts["object_id"].to_dict(), plan.objects["grid_code"].to_dict()
    grids = [
        code or grid_of.get(object_of.get(post, ""), "")
        for code, post in zip(rows["grid_code"], rows["post_id"], strict=True)
    ]
    held = pd.Series(rows["person_id"].to_numpy(), index=pd.Index(grids, dtype="str"))
    last = held.index == ""
    by_grid = held[~last].sort_index(kind="stable")
    return pd.concat([by_grid, held[last]])


def _of_town(order: Order, plan: Plan) -> tuple[str, ...]:
    if order.targets in ("parents", "grids"):
        there = set(plan.grids.index)
        return tuple(sorted(code for code in set(order.codes) if code in there))
    return ()


def _grids(order: Order, plan: Plan) -> tuple[str, ...]:
    # Those that residents meet: exclusive grids, with their parts, are on nobody else's board.
    own = plan.grids.index[plan.grids["kind"].isin(["micro", "exclusive"])]
    if order.targets == "all":
        return tuple(sorted(own))
    if order.targets == "grids":
        there = set(plan.grids.index)
        return tuple(sorted(code for code in set(order.codes) if code in there))
    if order.targets == "people":
        posted = people_on_post(plan)
        wanted = posted[posted.isin(set(order.codes))]
        return tuple(sorted(set(wanted.index)))
    return tuple(sorted(_below(plan, set(order.codes)) & set(own)))


def _below(plan: Plan, codes: set[str]) -> set[str]:
    """Give the codes of all grids that lie below some."""
    found, fringe, parents = set(codes), set(codes), plan.grids["parent_code"]
    while fringe:
        fringe = set(parents.index[parents.isin(fringe)]) - found
        found |= fringe
    return found
