"""The issues of a plan from those of the state before it: only touched places are looked at anew.

What is found is what `boundaries.validate.catalogue.validate` finds in the whole plan, row for row;
tests compare the two over random edits. Where that cannot be shown from what was touched, nothing
is answered, and the whole plan has to be checked.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.overlay.lattice import origin_of
from boundaries.validate.catalogue import RULES, Rule, issues_of
from boundaries.validate.tables import Tables
from boundaries.validate.touched.differences import Differences
from boundaries.validate.touched.fit import still_fits
from boundaries.validate.touched.scope import Depends
from layers.contract.errors import Named
from layers.contract.issues import Issue, make_issues

__all__ = ["GroundFacts", "renewed"]

# Large ground in micro-grids of another kind, and reasons, of the families that are given.
GroundFacts = Callable[
    [gpd.GeoDataFrame, gpd.GeoDataFrame], tuple[gpd.GeoDataFrame, Mapping[str, Named]]
]
_FITTING = ("COV-0", "COV-1", "COV-2", "COV-3", "COV-4")
_MOST = 0.2  # of all given grids: with more it is as quick to look at everything


def renewed(
    found: Differences, issues: gpd.GeoDataFrame, facts: GroundFacts
) -> gpd.GeoDataFrame | None:
    """Find the faults of a plan from those of the state before it.

    Parameters
    ----------
    found
        The two states; neither is looked at on a day (`Tables.on`).
    issues
        All faults that `validate` found in the state before, and no other rows.
    facts
        Gives `strays` and `band_reasons` for the patches and grids of some families.

    Returns
    -------
    What `validate` finds in the state after; None when it cannot be told without looking at all.
    """
    after = found.after
    ranks = issues["rule"].map({rule.key: rank for rank, rule in enumerate(RULES)}).to_numpy()
    in_order = not np.isnan(ranks.astype(float)).any() and (np.diff(ranks) >= 0).all()
    if not in_order or not found.is_local or "" in found.families:
        return None
    if issues["rule"].isin(_FITTING).any() or not still_fits(found):
        return None
    family = _family(found, facts)
    staff = _staff(found)
    given = int((after.once["kind"] != "micro").sum())
    if family is None or staff is None or len(found.families) > max(_MOST * given, 4):
        return None
    dropped = np.zeros(len(issues), dtype=bool)
    codes = issues["code"].to_numpy()
    fresh: list[Issue] = []
    for rank, rule in enumerate(RULES):
        first, last = np.searchsorted(ranks, [rank, rank + 1])
        own = codes[first:last]
        if rule.scope.on is Depends.FIT:
            continue  # there was no fault, and there is none
        if rule.scope.on is Depends.PLAN:
            if not found.grids.isdisjoint(own) or not all(map(found.unchanged, rule.scope.tables)):
                dropped[first:last] = True
                fresh += issues_of(rule, after)
            continue
        part = family if rule.scope.on is Depends.FAMILY else staff
        dropped[first:last] = [code in part.codes for code in own]
        fresh += part.issues_of(rule)
    return _merged(issues, dropped, ranks, make_issues(fresh, issues.crs))


@dataclass(frozen=True)
class _Part:
    """A part of the plan after, and the places whose faults it shows as the whole plan does."""

    tables: Tables
    codes: set[str]

    def issues_of(self, rule: Rule) -> list[Issue]:
        return [one for one in issues_of(rule, self.tables) if one.code in self.codes]


def _family(found: Differences, facts: GroundFacts) -> _Part | None:
    """The given grids that were touched, with all that lies in them."""
    families, codes = found.families, set(found.families)
    for tables in (found.before, found.after):
        below = tables.grids["parent_code"].isin(list(families)) & (tables.grids["kind"] == "micro")
        micro = set(tables.grids.index[below])
        own = tables.patches["parent_code"].isin(list(families))
        labels = tables.patches["grid_code"]
        inside = set(labels[own]) - {""}
        # A micro-grid across given grids is a fault that reaches into other families.
        if not inside <= micro | families or (labels.isin(list(micro)) & ~own).any():
            return None
        codes |= micro | set(tables.patches.index[own])
    after = found.after
    patches = gpd.GeoDataFrame(after.patches[after.patches["parent_code"].isin(list(families))])
    wanted = codes | found.lines_above(families)
    grids = gpd.GeoDataFrame(after.grids[after.grids.index.isin(list(wanted))])
    strays, reasons = facts(patches, grids)
    every = after.grids.geometry[(after.grids["kind"] == "micro") & after.grids["spatial"]]
    # No polygon crosses itself here (`still_fits`), so that none reaches beyond its outer ring.
    corner = shapely.points([shapely.total_bounds(every.to_numpy())[:2]])[: len(every)]
    part = replace(
        after,
        grids=grids,
        patches=patches,
        strays=strays,
        band_reasons=reasons,
        origin=origin_of(corner),
    )
    return _Part(part, codes)


def _staff(found: Differences) -> _Part | None:
    """The grids whose people were touched, the line above them, and the people there."""
    for tables in (found.before, found.after):
        if tables.people.empty or not (tables.assignments["status"] == "filled").any():
            return None
    if not found.unchanged("people") or "" in found.staff:
        return None
    after, codes = found.after, found.places
    wanted = codes | found.lines_above(codes)
    posts = after.posts[after.posts["grid_code"].isin(list(wanted))]
    rows = after.assignments
    here = rows["grid_code"].isin(list(codes))
    people = set(rows.loc[here & (rows["status"] == "filled"), "person_id"])
    rows = rows[rows["grid_code"].isin(list(wanted)) | rows["person_id"].isin(list(people - {""}))]
    # Posts on groups and objects of these people count among their hours.
    others = after.posts[
        after.posts.index.isin(set(rows["post_id"])) & ~after.posts.index.isin(posts.index)
    ]
    known = after.people[after.people.index.isin(list(people | set(rows["person_id"])))]
    part = replace(
        after,
        grids=gpd.GeoDataFrame(after.grids[after.grids.index.isin(list(wanted))]),
        patches=gpd.GeoDataFrame(after.patches.iloc[:0]),
        posts=pd.concat([posts, others]) if len(others) else posts,
        assignments=rows,
        people=known if len(known) else after.people.iloc[:1],
    )
    return _Part(part, codes)


def _merged(
    issues: gpd.GeoDataFrame, dropped: np.ndarray, ranks: np.ndarray, rows: gpd.GeoDataFrame
) -> gpd.GeoDataFrame:
    """Put new rows where a check of the whole plan has them: by rule, then by code."""
    kept = issues[~dropped]
    if rows.empty:
        return kept
    rank_of = {rule.key: rank for rank, rule in enumerate(RULES)}
    old_rank, codes = ranks[~dropped], kept["code"].to_numpy()
    places = []
    for rule, code in zip(rows["rule"], rows["code"], strict=True):
        first, last = np.searchsorted(old_rank, [rank_of[rule], rank_of[rule] + 1])
        places.append(first + np.searchsorted(codes[first:last].astype(object), code))
    order = np.argsort(
        np.concatenate([np.arange(len(kept), dtype=float), np.array(places) - 0.5]), kind="stable"
    )
    joined = pd.concat([kept, rows], ignore_index=True).iloc[order]
    return gpd.GeoDataFrame(joined.reset_index(drop=True), geometry="geometry", crs=issues.crs)
