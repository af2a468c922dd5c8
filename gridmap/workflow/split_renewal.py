"""Rows that dividing a town left (SPLIT-1, SPLIT-3 to SPLIT-9), made again after edits.

They tell of micro-grids that edits merge, cut and cure. One rule: as soon as an edit has moved
ground, every one of these rows is made anew of the plan as it is, by what made it at first. Ways
out that were tried for the division do not hold any more; dividing again finds new ones.
"""

import geopandas as gpd
import numpy as np
import pandas as pd

from boundaries.tiling.build import kind_of
from gridmap.plan.plan import Plan
from gridmap.rules import Rules
from gridmap.split.blocks import form_blocks, undivided
from gridmap.split.split import graph_of
from gridmap.workflow.border_rows import BORDER_RULES, border_facts, border_issues
from gridmap.workflow.split_rows import Grouping, grouping_facts, grouping_issues
from layers.contract.issues import Issue, join_issues, make_issues

__all__ = ["split_rows_since", "with_split_rows"]

_RENEWED = ("SPLIT-1", "SPLIT-3", "SPLIT-4", "SPLIT-5", "SPLIT-6", *BORDER_RULES)
_NO_GROUND = ("lock", "unlock", "post", "free", "assign")


def with_split_rows(plan: Plan, issues: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Keep what the rows of dividing say true after edits.

    Parameters
    ----------
    plan
        The plan as it is.
    issues
        What was found while its town was read and divided.
    """
    edited = _edited(plan)
    if not edited:
        return issues
    rows = [*_target_row(plan, issues), *grouping_issues(_grouping(plan, edited))]
    others = issues[~issues["rule"].isin(_RENEWED)]
    return join_issues([others, make_issues(rows, plan.crs), border_issues(plan)], plan.crs)


def split_rows_since(
    before: Plan, plan: Plan, issues: gpd.GeoDataFrame, families: set[str]
) -> gpd.GeoDataFrame:
    """Give what `with_split_rows` gives, from what it gave for the state before.

    Parameters
    ----------
    before, plan
        The two states.
    issues
        As in `with_split_rows`, with the rows of the state before.
    families
        Given grids with ground that differs between the two; blocks never cross them.
    """
    was, now = _edited(before), _edited(plan)
    if not now:
        return issues
    known = set(plan.grids.index[plan.grids["parent_code"].isin(list(families))])
    known |= set(before.grids.index[before.grids["parent_code"].isin(list(families))])
    if not was or not now - was <= known:
        return with_split_rows(plan, issues)
    if families:
        one, two = (
            grouping_facts(_grouping(_within(state, families), edited))
            for state, edited in ((before, was), (plan, now))
        )
        if one != two or border_facts(before, families) != border_facts(plan, families):
            return with_split_rows(plan, issues)
    renewed = issues[issues["rule"].isin(_RENEWED) & (issues["rule"] != "SPLIT-1")]
    others = issues[~issues["rule"].isin(_RENEWED)]
    rows = make_issues(_target_row(plan, issues), plan.crs)
    return join_issues([others, rows, renewed], plan.crs)


def _within(plan: Plan, families: set[str]) -> Plan:
    """Take the ground of some given grids alone."""
    own = plan.patches["parent_code"].isin(list(families))
    micro = plan.grids["parent_code"].isin(list(families)) | (plan.grids["kind"] != "micro")
    return plan.with_tables(patches=plan.patches[own], grids=plan.grids[micro])


def _target_row(plan: Plan, issues: gpd.GeoDataFrame) -> list[Issue]:
    """Say how far the number of micro-grids is from the one that was asked for."""
    target, found = plan.rules.split.target, len(plan.micro_grids)
    if target is None or found == target:
        return []
    was_missed = bool((issues["rule"] == "SPLIT-1").any())
    return [_missed(target, found, by_hand=not was_missed)]


def _edited(plan: Plan) -> set[str]:
    """Give the micro-grids whose ground was ever changed by hand."""
    if not len(plan.edits):
        return set()
    ground = plan.edits[~plan.edits["kind"].isin(_NO_GROUND)]
    return {code for text in ground["grids"] for code in str(text).split(";")} - {""}


def _missed(target: int, found: int, *, by_hand: bool) -> Issue:
    return Issue(
        rule="SPLIT-1",
        severity="info" if by_hand else "error",  # whoever edits may want another number
        size=float(abs(found - target)),
        unit="micro-grids",
        message=f"{target} micro-grids were asked for; after edits there are {found}. Merge or "
        "split some, or divide again, which tells what would help.",
        message_zh=f"目标为 {target} 个微网格，调整后为 {found} 个。"
        "请继续合并或拆分，或重新划分（会给出可行办法）。",
    )


def _grouping(plan: Plan, edited: set[str]) -> Grouping:
    patches, rules = plan.patches, plan.rules
    graph = graph_of(patches, rules=rules, barriers=plan.barriers.geometry)
    blocks = form_blocks(patches, graph, rules=rules)
    block = blocks["block"]
    category = patches["grid_code"].map(plan.micro_grids["category"]).fillna("")
    most = rules.capacity.officer_hours * rules.capacity.officers_max
    load = patches["load_h"].groupby(block).sum()
    load = load[~load.index.isin([-1, *block[blocks["is_home"]]])]
    # Of which ground cut patches once were is not known any more: a bound that claims no more.
    fewest = np.ceil(load / most - 1e-9).clip(lower=1).astype("int64")
    return Grouping(
        patches,
        category,
        block,
        fewest,
        _small(patches[~blocks["is_home"]], blocks["alone"], edited, rules),
        plan.grids,
        rules,
    )


def _small(
    patches: gpd.GeoDataFrame, alone: pd.Series, edited: set[str], rules: Rules
) -> pd.DataFrame:
    """List the micro-grids below their least area, and why."""
    code = patches["grid_code"].mask(undivided(patches), "")
    ground = patches["area_m2"].groupby([code, kind_of(patches)]).sum().unstack(fill_value=0.0)
    ground = ground.drop(index="", errors="ignore")
    if ground.empty:
        return pd.DataFrame({"code": [], "kind": [], "area_m2": [], "why": []})
    table = pd.DataFrame({"kind": ground.idxmax(axis=1), "area_m2": ground.sum(axis=1)})
    least = table["kind"].map({str(kind): rules.min_area_m2(str(kind)) for kind in ground.columns})
    why = alone.groupby(code).max().reindex(table.index).replace("", "full")
    table["why"] = why.where(~table.index.isin(list(edited)), "edit")
    return table[table["area_m2"] < least].rename_axis("code").reset_index()
