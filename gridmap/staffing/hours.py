"""Hours: what people give and posts ask for, and who has room for one more post."""

import pandas as pd

from boundaries.validate.post_hours import hours_of_posts
from gridmap.plan.plan import Plan
from gridmap.rules import Rules
from gridmap.staffing.posts import places_of
from layers.contract.errors import PlanError, quoted

__all__ = ["hours_of_people", "hours_of_plan", "require_room", "room_of_people", "share_of_hours"]

_NOISE = 1e-6  # hours


def hours_of_people(people: pd.DataFrame, *, rules: Rules) -> pd.Series:
    """Officer-hours a week that each person of a roster gives; all an officer's where none told."""
    own = people["hours"].astype(float)
    return own.where(own > 0, rules.capacity.officer_hours)


def hours_of_plan(plan: Plan) -> pd.Series:
    """Officer-hours a week that each post of a plan asks for, by post id."""
    kinds = plan.grids["kind"][~plan.grids.index.duplicated()]
    return hours_of_posts(plan.posts, kinds, plan.rules.capacity.officer_hours)


def room_of_people(plan: Plan) -> pd.Series:
    """Officer-hours a week that each person has left beside the posts held; below 0 is too much."""
    filled = plan.assignments[plan.assignments["status"] == "filled"]
    asked = filled["post_id"].map(hours_of_plan(plan)).fillna(0.0)
    taken = asked.groupby(filled["person_id"]).sum()
    own = hours_of_people(plan.people, rules=plan.rules)
    return own - taken.reindex(own.index, fill_value=0.0)


def share_of_hours(plan: Plan, person: str, post: str) -> float:
    """Share of the person's hours that a post takes, from 0 to 1."""
    own = float(hours_of_people(plan.people.loc[[person]], rules=plan.rules).iloc[0])
    return min(1.0, round(float(hours_of_plan(plan)[post]) / own, 4)) if own > 0 else 1.0


def require_room(plan: Plan, person: str, post: str) -> None:
    """Refuse one more post for somebody without hours for it, or who is on the same place.

    Raises
    ------
    PlanError
        Saying how many hours are left, or which post is held there.
    """
    rows = plan.assignments
    own = rows.loc[(rows["person_id"] == person) & (rows["status"] == "filled"), "post_id"]
    places = places_of(plan.posts)
    there = [one for one in own if places.get(one) == places[post]]
    if there:
        raise PlanError(
            f"{person} is on post {there[0]} of the same place already. Choose another person.",
            f"{quoted(person)}已在同一处任岗位{quoted(there[0])}。请另选人员。",
        )
    left, asks = float(room_of_people(plan)[person]), float(hours_of_plan(plan)[post])
    if asks > left + _NOISE:
        raise PlanError(
            f"{person} has {max(left, 0):g} officer-hours a week left, and post {post} asks for "
            f"{asks:g}. Let the person change places, or write more hours into the roster.",
            f"{quoted(person)}每周尚余 {max(left, 0):g} 小时，岗位{quoted(post)}需 {asks:g} 小时。"
            "请改为调岗，或在花名册中增加其工时。",
        )
