"""Who could take a post, the most fitting first: what a planner looks at before posting by hand."""

import pandas as pd

from gridmap.plan.plan import Plan
from gridmap.staffing.affinity import make_affinity
from gridmap.staffing.reasons import filled_reason
from gridmap.staffing.rows import with_present_posts
from layers.contract.errors import PlanError, quoted

__all__ = ["candidates"]


def candidates(plan: Plan, post: str) -> pd.DataFrame:
    """List everybody who is not on a post already, or on another one.

    Parameters
    ----------
    plan
        The plan.
    post
        Id of a post.

    Returns
    -------
    One row a person by `person_id`: `name`, `office`, `holds` (the post held now, "" for none),
    `cost` in the points of the rules, `reason` and `reason_zh`. People without a post come first,
    then by cost and id. A post on a given grid is for its leader and has no points: leaders come
    first there.

    Raises
    ------
    PlanError
        If the plan has no such post.
    """
    if post not in plan.posts.index:
        raise PlanError(
            f"There is no post {post!r} in this plan. Choose a post of the list.",
            f"本方案没有岗位{quoted(post)}。请从列表中选择。",
        )
    rows = plan.assignments
    filled = rows[rows["status"] == "filled"]
    holds = filled.drop_duplicates("person_id").set_index("person_id")["post_id"]
    people = with_present_posts(plan.people, plan.assignments)
    table = people[["name", "office"]].assign(
        holds=holds.reindex(people.index).fillna("").astype("str")
    )
    wanted = plan.posts.loc[[post]]
    code = wanted["grid_code"].iloc[0]
    if plan.grids.at[code, "kind"] == "micro":
        pairs = make_affinity(people, wanted, plan.grids, rules=plan.rules)
        found = [pairs.pair(person, 0) for person in range(len(people))]
        table = table.assign(
            cost=[pair.cost for pair in found],
            reason=[filled_reason(pair)[0] for pair in found],
            reason_zh=[filled_reason(pair)[1] for pair in found],
        )
    else:
        cost = (people["role"] != "leader").astype("float64")
        table = table.assign(cost=cost, reason="", reason_zh="")
    table = table[table["holds"] != post]
    order = table.assign(busy=table["holds"] != "", person=table.index)
    return table.loc[order.sort_values(["busy", "cost", "person"], kind="stable").index]
