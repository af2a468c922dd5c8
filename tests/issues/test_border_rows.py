"""Rows that say which units a border cuts or crosses, and where it follows a banned road."""

import pytest
from eight_fields import context, eight_fields, units
from shapely import LineString, box

from gridmap.workflow.border_rows import border_facts, border_issues
from gridmap.workflow.workflow import plan_town


def rows_of(*, rules="", officers=2, **frames):
    """Rows of the border rules in a plan of eight fields, by rule."""
    issues = plan_town(eight_fields(rules, officers=officers, **frames)).issues
    return issues[issues["rule"].isin(["SPLIT-7", "SPLIT-8", "SPLIT-9"])].set_index("rule")


def test_a_unit_that_is_too_much_for_one_micro_grid_is_named_as_cut():
    rows = rows_of(units=units(("compound", box(0, 0, 300, 100)), ("building", box(5, 5, 9, 9))))
    assert rows.index.tolist() == ["SPLIT-7"]
    row = rows.loc["SPLIT-7"]
    assert (row["severity"], row["size"], row["code"]) == ("warning", 1.0, "U0")
    assert "1 个院落" in row["message_zh"]
    assert "1 compound:" in row["message"]
    assert row.geometry.within(box(513_000, 3_838_000, 513_300, 3_838_100))


def test_borders_of_the_given_grids_are_reported_and_kept():
    houses = units(
        ("building", box(390, 10, 410, 20)),
        ("building", box(395, 40, 405, 60)),
        ("building", box(300, 10, 320, 20)),
    )
    rows = rows_of(units=houses)
    assert rows.index.tolist() == ["SPLIT-8"]
    row = rows.loc["SPLIT-8"]
    assert (row["severity"], row["size"]) == ("info", 2.0)
    assert "界线穿过" in row["message_zh"]
    assert "U0, U1" in row["message"]


def test_a_border_along_a_banned_road_is_named_where_load_allows_no_other():
    lane = context(("road", "lane", LineString([(200, -50), (200, 150)])))
    banned = 'banned = ["lane"]\n'
    assert rows_of(rules=banned, context=lane).empty
    full = rows_of(rules=banned, officers=1, context=lane)
    assert full.index.tolist() == ["SPLIT-9"]
    row = full.loc["SPLIT-9"]
    assert (row["severity"], row["size"]) == ("warning", 1.0)
    assert "(lane)" in row["message"]
    assert row.geometry.x == pytest.approx(513_200)


def test_the_names_of_the_micro_grids_on_both_sides_of_a_banned_road_are_facts():
    lane = context(("road", "lane", LineString([(200, -50), (200, 150)])))
    plan = plan_town(eight_fields('banned = ["lane"]\n', officers=1, context=lane))
    told = border_issues(plan)["message"].item()
    code = next(one for one in plan.micro_grids.index if one in told)
    codes = plan.patches["grid_code"].replace(code, f"{code}9")
    after = plan.with_tables(patches=plan.patches.assign(grid_code=codes))
    assert border_issues(after)["message"].item() != told
    families = set(plan.patches["parent_code"])
    assert border_facts(after, families) != border_facts(plan, families)


def test_a_town_without_units_and_bans_has_no_such_rows():
    assert border_issues(plan_town(eight_fields())).empty


def test_rows_are_made_again_of_the_plan_as_it_is():
    plan = plan_town(eight_fields(units=units(("compound", box(0, 0, 300, 100)))))
    one = plan.patches["grid_code"].iloc[0]
    whole = plan.with_tables(patches=plan.patches.assign(grid_code=one))
    assert border_issues(plan)["rule"].tolist() == ["SPLIT-7"]
    assert border_issues(whole).empty
