"""Groups and boards of a copy for the public: what is hidden is no member, and nothing names it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import pandas as pd

from gridmap.plan.plan import Plan
from gridmap.publish.frames import only, renumbered
from layers.contract.columns import BOARDS, GROUPS, MEMBERS, with_dtypes

__all__ = ["PublicSets", "public_sets"]

_OF_GROUPS = ("type", "name", "name_en")
_OF_BOARDS = ("grid_code", "object_id", "place", "version", "hung_on")


@dataclass(frozen=True)
class PublicSets:
    """GROUPS, MEMBERS and BOARDS of a copy, and the new id of each group that is left."""

    groups: pd.DataFrame
    members: pd.DataFrame
    boards: pd.DataFrame
    ids: Mapping[str, str]


def public_sets(
    plan: Plan, grids: pd.Index, objects: Mapping[str, str], withheld: Collection[str]
) -> PublicSets:
    """Give the groups and boards that the public may see.

    Parameters
    ----------
    plan
        A plan of the house.
    grids
        Codes of the grids of the copy.
    objects
        Ids in the copy of the objects that are in it, by their ids in the plan.
    withheld
        Names that nothing may bear.

    Returns
    -------
    Groups with a member that is left, numbered anew, with their grids and objects; posts are no
    members, for they tell vacancies. Boards that hang, of grids and objects that are left.
    """
    members = plan.members
    other = renumbered(members["member_id"], objects)
    new = members["member_id"].where(members["kind"] == "grid", other)
    there = ((members["kind"] == "grid") & members["member_id"].isin(grids)) | (
        (members["kind"] == "object") & members["member_id"].isin(list(objects))
    )
    rows = members.assign(member_id=new)[there]
    groups = only(plan.groups, _OF_GROUPS)
    told = groups.index.isin(rows["group_id"].unique())
    for column in ("name", "name_en"):
        told &= ~_holds(groups[column], withheld).to_numpy()
    groups = groups[told].sort_index()
    ids = {str(old): f"G{number:05d}" for number, old in enumerate(groups.index, 1)}
    rows = rows[rows["group_id"].isin(list(ids))]
    rows = rows.assign(group_id=renumbered(rows["group_id"], ids)).reset_index(drop=True)
    rows.index.name = members.index.name
    groups = groups.set_axis(pd.Index(list(ids.values()), dtype="str", name=groups.index.name))
    return PublicSets(
        with_dtypes(groups, GROUPS),
        with_dtypes(rows, MEMBERS),
        _boards(plan, grids, objects, withheld),
        ids,
    )


def _boards(
    plan: Plan, grids: pd.Index, objects: Mapping[str, str], withheld: Collection[str]
) -> pd.DataFrame:
    boards = only(plan.boards, _OF_BOARDS)
    told = boards["grid_code"].isin(grids) | boards["object_id"].isin(list(objects))
    told &= (boards["hung_on"] != "") & ~_holds(boards["place"], withheld)
    boards = boards[told].sort_index()
    boards["object_id"] = renumbered(boards["object_id"], objects)
    ids = [f"B{number:05d}" for number in range(1, len(boards) + 1)]
    boards = boards.set_axis(pd.Index(ids, dtype="str", name=boards.index.name))
    return with_dtypes(boards, BOARDS)


def _holds(texts: pd.Series, words: Collection[str]) -> pd.Series:
    return texts.map(lambda text: any(word in text for word in words)).astype(bool)
