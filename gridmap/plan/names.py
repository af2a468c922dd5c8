"""What grids, groups and objects of a plan are called on screens."""

import pandas as pd

from gridmap.plan.plan import Plan
from gridmap.words import Language

__all__ = ["names_by_kind", "names_of", "place_names"]


def names_of(frame: pd.DataFrame, language: Language) -> pd.Series:
    """Give the names of grids or groups in a language, where the data has them."""
    if language == "zh":
        return frame["name"]
    return frame["name_en"].where(frame["name_en"] != "", frame["name"])


def place_names(plan: Plan, language: Language) -> pd.Series:
    """Give the names of all grids, groups and objects by code or id; labels before names."""
    grids = plan.grids[~plan.grids.index.duplicated()]
    named = names_of(grids, language)
    own = named.where(grids["label"] == "", grids["label"])
    return pd.concat([own, names_of(plan.groups, language), plan.objects["name"]])


def names_by_kind(plan: Plan, language: Language) -> dict[str, dict[str, str]]:
    """Give what a person can be pinned to, and the people, by id with what each is called.

    Returns
    -------
    Under person, post, grid, group and object; of the grids those that are given, for micro-grids
    get other codes when they are made anew. A post is called by its place.
    """
    names = place_names(plan, language)
    names = names[~names.index.duplicated()]
    posts = plan.posts
    places = posts["grid_code"] + posts["group_id"] + posts["object_id"]
    given = plan.grids.index[plan.grids["kind"] != "micro"]

    def called(ids: pd.Index) -> dict[str, str]:
        return dict(zip(ids, names.reindex(ids).fillna(""), strict=True))

    return {
        "person": dict(plan.people["name"]),
        "post": dict(zip(posts.index, names.reindex(places).fillna(""), strict=True)),
        "grid": called(given),
        "group": called(plan.groups.index),
        "object": called(plan.objects.index),
    }
