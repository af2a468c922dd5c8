"""Rows about pins and bans of the rules that cannot be followed, or that a hand has overruled."""

import geopandas as gpd

from gridmap.plan.plan import Plan
from gridmap.staffing.eligibility import pairs_of_pins
from gridmap.staffing.posts import in_post_order
from layers.contract.issues import Issue, join_issues, make_issues

__all__ = ["RULE", "with_staffing_rows"]

RULE = "STAFF-1"


def with_staffing_rows(plan: Plan, issues: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Keep the rows about `[[pins]]` true: what fits nothing, and who is elsewhere all the same.

    Parameters
    ----------
    plan
        The plan.
    issues
        Its ISSUES; rows of this rule are found anew.
    """
    others = issues[issues["rule"] != RULE]
    if not plan.rules.pins:
        return others if len(others) < len(issues) else issues
    posts = in_post_order(plan.posts)
    pinned, banned, faults = pairs_of_pins(plan.rules.pins, plan.people, posts)
    filled = plan.assignments[plan.assignments["status"] == "filled"]
    holder = dict(zip(filled["post_id"], filled["person_id"], strict=True))
    rows = [
        Issue(RULE, "warning", one.text.en, one.text.zh, other_code=one.person) for one in faults
    ]
    for person, post in pinned:
        if holder.get(post) != person:
            rows.append(_broken(person, post, "is pinned to", "is not on it", "应任", "目前未任"))
    for person, post in banned:
        if holder.get(post) == person:
            rows.append(_broken(person, post, "is banned from", "is on it", "应回避", "目前在任"))
    return join_issues([others, make_issues(rows, plan.crs)], plan.crs)


def _broken(person: str, post: str, rule: str, fact: str, rule_zh: str, fact_zh: str) -> Issue:
    return Issue(
        RULE,
        "warning",
        f"{person!r} {rule} post {post!r} by the rules and {fact}. Assign people again, or change "
        "the entry under [[pins]].",
        f"按规则 {person} {rule_zh}岗位 {post}，{fact_zh}。请重新定人，或修改 [[pins]] 中的条目。",
        other_code=person,
    )
