"""Who could take a post, the most fitting first: what a planner looks at before posting by hand."""

import numpy as np
import pandas as pd

from gridmap.plan.plan import Plan
from gridmap.staffing.affinity import make_affinity
from gridmap.staffing.eligibility import asked_roles, standing_posts, taken_roles
from gridmap.staffing.hours import room_of_people
from gridmap.staffing.places import Surroundings
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
    One row a person by `person_id`: `name`, `office`, `holds` (the posts held now, separated by
    ";"; "" for none), `fits` (has the role that the post asks for), `left` (officer-hours a week
    left beside those posts), `cost` in the points of the rules, `reason` and `reason_zh`. Whoever
    has the role comes first where the rules name roles, then people without a post, then by cost
    and id. A post that only its holder takes, such as that of a given leader, has no points:
    leaders come first there.

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
    holds = filled.groupby("person_id")["post_id"].agg(";".join)
    people = with_present_posts(plan.people, plan.assignments)
    kinds = plan.grids["kind"][~plan.grids.index.duplicated()]
    wanted = plan.posts.loc[[post]]
    asked = str(asked_roles(wanted, kinds)[0])
    fits = np.array([asked in own for own in taken_roles(people, rules=plan.rules)], dtype=bool)
    table = people[["name", "office"]].assign(
        holds=holds.reindex(people.index).fillna("").astype("str"),
        fits=fits,
        left=room_of_people(plan).reindex(people.index).to_numpy(),
    )
    if not standing_posts(wanted, kinds, rules=plan.rules)[0]:
        beside = Surroundings(plan.groups, plan.members, plan.objects)
        pairs = make_affinity(people, wanted, plan.grids, rules=plan.rules, beside=beside)
        found = [pairs.pair(person, 0) for person in range(len(people))]
        table = table.assign(
            cost=[pair.cost for pair in found],
            reason=[filled_reason(pair)[0] for pair in found],
            reason_zh=[filled_reason(pair)[1] for pair in found],
        )
    else:
        table = table.assign(cost=(~fits).astype("float64"), reason="", reason_zh="")
    mine = [post in one.split(";") for one in table["holds"]]
    table = table[~np.array(mine, dtype=bool)]
    order = table.assign(busy=table["holds"] != "", person=table.index, strange=~table["fits"])
    keys = ["busy", "cost", "person"]
    keys = ["strange", *keys] if plan.rules.roles else keys
    return table.loc[order.sort_values(keys, kind="stable").index]
