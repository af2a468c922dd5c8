"""Two staffings compared by reason: what the new posts cost more, and for what."""

from redraw_plan import BY, draw

from gridmap import edits
from gridmap.staffing.comparison import compare_staffing
from gridmap.workflow.workflow import reassign_cadres

REASONS = ["skill", "home", "distance", "change"]


def test_whoever_loses_a_post_costs_its_points_less_by_reason():
    plan = draw()
    table = compare_staffing(plan, edits.free_post(plan, "TVE01-02", **BY))
    # Nobody of the plan has a skill or a home: a post costs 10 + 3 points.
    assert table.index.tolist() == ["C2"]
    assert table.loc["C2", REASONS].tolist() == [-10.0, -3.0, 0.0, 0.0]
    assert compare_staffing(plan, plan)[REASONS].empty


def test_the_reasons_add_up_to_what_the_posts_cost_more():
    plan = draw()
    people = plan.people.copy()
    people.loc["C2", ["skills", "home_code"]] = ["farmland", "TV"]
    people.loc["C7", "present_grid"] = "TVE01"
    bare = plan.with_tables(people=people, assignments=plan.assignments.head(0))
    better = reassign_cadres(bare)
    table = compare_staffing(plan.with_tables(people=people), better)
    assert table.loc["C7", "after"].startswith("TVE01")
    # On TVW02 C7 had left TVE01 for 6 points and had neither skill nor home: 19 less, all told.
    assert table.loc["C7", REASONS].tolist() == [-10.0, -3.0, 0.0, -6.0]
    assert better.assignments["cost"].sum() < plan.assignments["cost"].sum()
