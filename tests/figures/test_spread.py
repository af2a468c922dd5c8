"""How evenly the load lies, and the charts of it, by hand on the drawn town.

Officers give 12 hours a week; every micro-grid has two, so that 24 h is just full.
"""

import drawn_plan
import pandas as pd
import pytest

from gridmap.coverage.compare import compare_plans
from gridmap.coverage.workload import cadre_loads, grid_loads
from gridmap.ui.coverage.chart_specs import group_chart, histogram, ranking
from gridmap.ui.coverage.compare import differing_grids, figures_beside, moved_ground, people_moved
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.tables import figure_text, grids_of

SAY, TELL = Translator("zh"), Translator("en")
V3, V4 = f"{drawn_plan.WEST_2}03", f"{drawn_plan.WEST_2}04"


@pytest.fixture(scope="module")
def plan():
    return drawn_plan.draw_plan()


def test_load_of_a_grid_falls_to_its_planned_officers(plan):
    found = grid_loads(plan)
    assert found.index.tolist() == drawn_plan.micro_codes()
    assert found.loc[V3, ["each_h", "used_share"]].tolist() == [13.0, pytest.approx(26 / 24)]
    assert found.at[V3, "village"] == f"{drawn_plan.TOWN}200"


def test_people_on_a_grid_share_its_load_and_nobody_carries_what_is_vacant(plan):
    found = cadre_loads(plan)
    first = plan.assignments[plan.assignments["grid_code"] == V3]["person_id"]
    assert found.loc[first, "load_h"].tolist() == [13.0, 13.0]
    # The leader of this grid is missing: the member has all of its 10 h.
    rows = plan.assignments[plan.assignments["grid_code"] == f"{drawn_plan.EAST_1}01"]
    (person,) = rows.loc[rows["status"] == "filled", "person_id"]
    assert found.at[person, "load_h"] == 10.0
    assert len(found) == 28  # 32 posts of micro-grids, four of them vacant
    assert found["load_h"].sum() == plan.micro_grids["load_h"].sum() - 10.0


def test_a_cadre_on_two_grids_carries_of_both(plan):
    rows = plan.assignments.copy()
    one, two = drawn_plan.micro_codes()[1:3]
    at = rows.index[(rows["grid_code"] == two) & (rows["role"] == "leader")]
    (person,) = rows.loc[(rows["grid_code"] == one) & (rows["role"] == "leader"), "person_id"]
    rows.loc[at, "person_id"] = person
    found = cadre_loads(plan.with_tables(assignments=rows)).loc[person]
    assert (found["load_h"], found["grids"]) == (8 / 2 + 12 / 2, f"{one};{two}")


def test_nobody_on_post_gives_no_rows(plan):
    vacant = plan.assignments.assign(status="vacant", person_id="")
    assert cadre_loads(plan.with_tables(assignments=vacant)).empty


def rows_of(spec) -> list[dict]:
    return spec["data"]["values"]


def test_bars_end_at_what_an_officer_gives_and_just_full_is_not_too_much():
    spec = histogram(pd.Series([1.0, 11.5, 12.0, 13.0]), 12.0, label="l", count="c", say=SAY)
    rows = rows_of(spec)
    assert all(row["high"] <= 12 or row["low"] >= 12 for row in rows)
    assert sum(row["count"] for row in rows) == 4
    over = [row for row in rows if row["class"] == "超载"]
    assert [row["count"] for row in over] == [1]


@pytest.mark.parametrize("largest", [0.4, 7.0, 40.0, 900.0, 100_000.0])
def test_a_histogram_has_few_bars_whatever_the_load(largest):
    spec = histogram(pd.Series([0.0, largest]), 8.0, label="l", count="c", say=SAY)
    widths = {round(row["high"] - row["low"], 9) for row in rows_of(spec)}
    assert len(widths) == 1
    assert largest / widths.pop() <= max(24, largest / 8)


def test_ranked_grids_tell_what_is_too_much_in_both_languages(plan):
    heavy = grid_loads(plan).nlargest(2, "used_share")
    assert [row["class"] for row in rows_of(ranking(heavy, SAY))] == ["超载", "承载以内"]
    assert rows_of(ranking(heavy, TELL))[0]["grid"] == "Micro 0203 000203"


def test_groups_show_least_mean_and_largest(plan):
    loads = grid_loads(plan)
    rows = {row["group"]: row for row in rows_of(
        group_chart(loads["each_h"], loads["village"], 12.0, SAY))}  # fmt: skip
    east = rows[f"{drawn_plan.TOWN}201"]
    assert (east["low"], east["mean"], east["high"], east["count"]) == (5.0, 5.0, 5.0, 8)
    assert rows[f"{drawn_plan.TOWN}200"]["class"] == "超载"


def test_tables_of_a_comparison_read_like_words(plan):
    patches = plan.patches.assign(grid_code=plan.patches["grid_code"].replace(V4, V3))
    other = plan.with_tables(
        patches=patches,
        grids=plan.grids.drop(V4),
        assignments=plan.assignments[plan.assignments["grid_code"] != V4],
    )
    found = compare_plans(plan, other)
    grids = differing_grids(found, plan, other, SAY)
    assert grids[["code", "state", "match", "moved_ha", "moved_households"]].values.tolist() == [
        [V3, "范围有变", "微网格0203", 0.0, 0],
        [V4, "撤销", "", 12.5, 60],
    ]
    (moved,) = moved_ground(found, plan, other, SAY).to_dict("records")
    assert moved["from"] == f"微网格0204 {V4}"
    assert people_moved(found, TELL)["state"].tolist() == ["Off post now"] * 2
    figures = figures_beside(found, SAY).set_index("figure")
    assert figures.loc["微网格数"].tolist() == ["16 个", "15 个", "-1 个"]
    assert figures_beside(found, TELL)["figure"].tolist()[0] == "Micro-grids"


def test_a_difference_that_rounds_to_nothing_has_no_sign():
    assert figure_text(-0.001, "ratio", "zh", sign="+") == "0"
    assert figure_text(0.02, "share", "en", sign="+") == "+2.0%"


def test_an_issue_of_a_patch_or_a_post_is_of_its_grid(plan):
    codes = pd.Series([V3, f"{V4}/1", "nothing", drawn_plan.TOWN])
    assert grids_of(plan, codes).tolist() == [V3, V4, "", drawn_plan.TOWN]
    patches = plan.patches.rename(index={V4: "P1"}).assign(grid_code="")
    lost = plan.with_tables(patches=patches)
    assert grids_of(lost, pd.Series(["P1"])).tolist() == [drawn_plan.WEST_2]
