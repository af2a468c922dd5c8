"""What a map knows of every grid, as columns: one list a column, one place a grid.

Columns instead of one record a grid keep a city of 50,000 micro-grids small and quick; texts that
many grids share are written once. Phones of people never enter.
"""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from boundaries.tiling.build import kind_of
from boundaries.topology.dissolve import dissolve
from gridmap.plan.plan import Plan
from gridmap.rules import Rules
from gridmap.rules.roles import MEMBER, leading_roles, role_title

__all__ = ["grid_columns", "in_order", "leaf_ground", "posts_with_people"]

Array = np.ndarray[Any, Any]
Values = dict[str, Any]
MOST_LEVELS = 12  # a circle of parents ends here
KINDS_SHOWN = 4  # of the ground of a micro-grid, the largest …
LEAST_SHARE = 0.01  # … that hold at least this share of it


def in_order(plan: Plan) -> pd.DataFrame:
    """Give the grids as the map numbers them.

    Given ones come first, from the town down, then exclusive grids without ground that is theirs
    alone, then all that ground is drawn of: micro-grids and the other exclusive grids. The column
    `_leaf` marks these last ones; their ground is that of `leaf_ground`.
    """
    grids, patches = plan.grids, plan.patches
    own = patches.loc[patches["grid_code"] == patches["parent_code"], "grid_code"].unique()
    leaf = (grids["kind"] == "micro") | grids.index.isin(own)
    last = np.iinfo("int64").max
    rank = grids["level"].mask(grids["kind"] == "exclusive", last - 1).mask(leaf, last)
    marked = grids.assign(_rank=rank, _code=grids.index, _leaf=leaf)
    return marked.sort_values(["_rank", "_code"])


def leaf_ground(plan: Plan, leaves: gpd.GeoDataFrame) -> np.ndarray:
    """Give the ground of the leaves of `in_order`; of a unit what is in none of its parts."""
    patches = plan.patches
    own = patches[patches["grid_code"] == patches["parent_code"]]
    sites = dissolve(own.geometry, own["grid_code"])
    shapes = leaves.geometry.to_numpy().copy()
    place = leaves.index.get_indexer(sites.index)
    shapes[place[place >= 0]] = sites.to_numpy()[place >= 0]
    return shapes


def posts_with_people(plan: Plan) -> pd.DataFrame:
    """Give the posts of grids with who is on them, whoever leads a grid first.

    Columns `person` ("" when vacant), `filled`, `leads` and `officer` (no other role) are added.
    """
    filled = plan.assignments[plan.assignments["status"] == "filled"]
    person = filled.set_index("post_id")["person_id"].map(plan.people["name"])
    leading = leading_roles(plan.rules)
    posts = plan.posts[plan.posts["grid_code"] != ""]
    leads = posts["role"].isin(leading)
    posts = posts.assign(leads=leads, officer=leads | (posts["role"] == MEMBER))
    keys = posts.assign(later=~leads, other=~posts["officer"], post=posts.index)
    keys = keys.reset_index(drop=True)
    order = keys.sort_values(["grid_code", "later", "other", "number", "post"]).index
    posts = posts.iloc[order]
    name = person.reindex(posts.index)
    return posts.assign(person=name.fillna("").astype("str"), filled=name.notna())


def grid_columns(plan: Plan, grids: pd.DataFrame, posts: pd.DataFrame) -> Values:
    """Write all columns of the map.

    Parameters
    ----------
    plan
        The plan.
    grids
        What `in_order` gives.
    posts
        What `posts_with_people` gives.
    """
    micro = grids[grids["_leaf"]]
    given = len(grids) - len(micro)
    parent = grids.index.get_indexer(grids["parent_code"])
    of_posts = _sorted_like(grids, posts)
    inside = _micro_grids_in(np.flatnonzero(grids["kind"] == "micro"), parent)
    english = grids["name_en"].where(grids["name_en"] != "", grids["name"])
    units = np.flatnonzero(grids["kind"] == "exclusive")
    return {
        "code": grids.index.tolist(),
        "zh": grids["name"].mask(grids["label"] != "", grids["label"]).tolist(),
        "en": english.mask(grids["label"] != "", grids["label"]).tolist(),
        "exclusive": units.tolist(),
        "headcount": grids["headcount"].iloc[units].tolist(),
        "level": grids["level"].tolist(),
        "parent": parent.tolist(),
        "area_m2": _rounded(grids["area_m2"], 1),
        "load_h": _rounded(grids["load_h"], 2),
        "households": _rounded(grids["households"], 0),
        "objects": grids["objects"].tolist(),
        "micro_grids": inside[:given].tolist(),
        "category": kind_of(micro).tolist(),
        "family": micro["family"].tolist(),
        "purity": _rounded(micro["purity"], 4),
        "officers": micro["officers"].tolist(),
        "capacity_h": _rounded(micro["capacity_h"], 2),
        "ground": _ground(plan, micro),
        "people": _people(of_posts, len(grids), plan.rules),
        "duties": _duties(of_posts[of_posts["_place"] >= given], given, len(grids)),
        **_vacancies(plan, grids, parent),
    }


def _rounded(values: pd.Series, digits: int) -> list[float] | list[int]:
    rounded = values.round(digits)
    return rounded.astype("int64").tolist() if digits == 0 else rounded.tolist()


def _ends(rows: pd.DataFrame, count: int, *, first: int = 0) -> list[int]:
    """Where the rows of each grid end, for rows that `_sorted_like` gave."""
    return np.cumsum(np.bincount(rows["_place"] - first, minlength=count - first)).tolist()


def _sorted_like(grids: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Keep rows of these grids, in their order; rows of one grid stay in theirs.

    The place of the grid is in the column `_place`: looking codes up is what takes time.
    """
    place = grids.index.get_indexer(rows["grid_code"])
    return rows.assign(_place=place)[place >= 0].sort_values("_place", kind="stable")


def _people(rows: pd.DataFrame, count: int, rules: Rules) -> Values:
    role, keys = pd.factorize(rows["role"], sort=True)
    return {
        "ends": _ends(rows, count),
        "role": role.tolist(),
        "roles": [
            {"key": key, "zh": role_title(rules, key, "zh"), "en": role_title(rules, key, "en")}
            for key in keys
        ],
        "name": rows["person"].tolist(),
    }


def _ground(plan: Plan, micro: pd.DataFrame) -> Values:
    """What the ground of each micro-grid is made of, as shares, the largest first."""
    patches = plan.patches
    kind = kind_of(patches)
    area = patches.groupby([patches["grid_code"], kind.rename("kind")])["area_m2"].sum()
    share = (area / area.groupby("grid_code").transform("sum")).reset_index(name="share")
    share = share[share["share"] >= LEAST_SHARE].sort_values(
        ["grid_code", "share", "kind"], ascending=[True, False, True]
    )
    share = _sorted_like(micro, share[share.groupby("grid_code").cumcount() < KINDS_SHOWN])
    return {
        "ends": _ends(share, len(micro)),
        "kind": share["kind"].tolist(),
        "share": _rounded(share["share"], 3),
    }


def _duties(rows: pd.DataFrame, first: int, count: int) -> Values:
    """All duties of a grid's posts, each once, in order of posts; grids share what they can."""
    number, texts = pd.factorize(rows["duties"])
    numbers, ends = number.tolist(), _ends(rows, count, first=first)
    told = [tuple(numbers[low:high]) for low, high in zip([0, *ends], ends, strict=False)]
    of, lists = pd.factorize(pd.Series(told, dtype=object))
    split = [[part.strip() for part in text.split(";")] for text in texts]
    return {
        "of": of.tolist(),
        "lists": [
            [duty for duty in dict.fromkeys(part for one in each for part in split[one]) if duty]
            for each in lists
        ],
    }


def _vacancies(plan: Plan, grids: pd.DataFrame, parent: Array) -> Values:
    """Why a post of a grid is vacant and who answers meanwhile: the nearest leader on post above.

    The same answer as `gridmap.coverage.duty.Duties` gives for one grid, here for all at once.
    """
    rows = plan.assignments.sort_values(["grid_code", "post_id"], kind="stable")
    place = grids.index.get_indexer(rows["grid_code"])
    filled = (rows["status"] == "filled").to_numpy() & (place >= 0)
    vacant = np.flatnonzero((rows["status"] == "vacant").to_numpy() & (place >= 0))
    grid, first = np.unique(place[vacant], return_index=True)
    told = rows.iloc[vacant[first]]
    number, texts = pd.factorize(told["reason_zh"] + "\n" + told["reason"])
    reason = np.zeros(len(grids), dtype=int)
    reason[grid] = number + 1
    asked = reason > 0
    asked |= np.bincount(place[filled], minlength=len(grids)) == 0
    leader = filled & rows["role"].isin(leading_roles(plan.rules)).to_numpy()
    above, name = _leaders_above(plan, rows[leader], place[leader], parent)
    return {
        "reason": {
            "of": reason.tolist(),
            "zh": ["", *(text.split("\n")[0] for text in texts)],
            "en": ["", *(text.split("\n")[-1] for text in texts)],
        },
        # -2: nothing is vacant, -1: nobody is above
        "next_up": np.where(asked, above, -2).tolist(),
        "next_up_name": np.where(asked, name, "").tolist(),
    }


def _leaders_above(
    plan: Plan, leaders: pd.DataFrame, place: Array, parent: Array
) -> tuple[Array, Array]:
    """Number and leader's name of the nearest grid above that has one on post; -1 for none."""
    grid, first = np.unique(place, return_index=True)
    led = np.full(len(parent), "", dtype=object)
    led[grid] = leaders["person_id"].iloc[first].map(plan.people["name"]).fillna("")
    has = np.zeros(len(parent) + 1, dtype=bool)  # one place more: -1 is nobody's number
    has[grid] = True
    above, up = np.full(len(parent), -1), parent.copy()
    for _ in range(MOST_LEVELS):
        above = np.where((above < 0) & has[up], up, above)
        up = np.where(up >= 0, parent[up], -1)
    return above, np.where(above >= 0, led[above], "")


def _micro_grids_in(micro: Array, parent: Array) -> Array:
    """Count the micro-grids that lie in each grid, at any depth."""
    count = np.zeros(len(parent), dtype=int)
    up = parent[micro]
    for _ in range(MOST_LEVELS):
        up = up[up >= 0]
        np.add.at(count, up, 1)
        up = parent[up]
    return count
