"""What the load is for, in hours and in work points, and what to do with idle capacity."""

import pytest
from redraw_plan import W1, draw

from boundaries.validate.catalogue import RULES
from gridmap.coverage.load_shares import capacity_advice, load_shares
from gridmap.coverage.metrics import coverage, town_figures
from gridmap.town.limits import limits_from

WEIGHTS = (
    "[load.water]\nhectare = 1.0\nobject = 3.0\n[load.farmland]\nhectare = 2.0\nhousehold = 0.5\n"
)


def plan_with(**capacity):
    plan = draw(WEIGHTS)
    rules = plan.rules.model_copy(
        update={"capacity": plan.rules.capacity.model_copy(update=capacity)}
    )
    return plan.with_tables(rules=rules)


def test_every_weight_has_its_share_of_the_load():
    """17 ha of farmland with 9 households, 1 ha of water with an object."""
    table = load_shares(draw(WEIGHTS))
    rows = table[["kind", "measure", "weight_h", "amount", "load_h"]].to_numpy().tolist()
    assert rows == [
        ["farmland", "hectare", 2.0, 17.0, 34.0],
        ["farmland", "household", 0.5, 9.0, 4.5],
        ["water", "object", 3.0, 1.0, 3.0],
        ["water", "hectare", 1.0, 1.0, 1.0],
    ]
    assert table["share"].tolist() == pytest.approx([34 / 42.5, 4.5 / 42.5, 3 / 42.5, 1 / 42.5])
    assert table["points"].isna().all()


def test_work_points_stand_beside_hours_where_the_rules_name_them():
    plan = plan_with(points_per_hour=10.0)
    assert load_shares(plan)["points"].tolist() == pytest.approx([340.0, 45.0, 30.0, 10.0])
    figures = town_figures(plan).set_index("key")["value"]
    assert figures["work_points"] == pytest.approx(10 * figures["load_h"])
    assert "work_points" not in set(town_figures(draw(WEIGHTS))["key"])


def test_the_largest_load_an_officer_is_shown_over_the_mean():
    """36 h on 9 officers, 4 h each; W1 alone has one officer for its 12 h."""
    plan = draw()
    assert coverage(plan)["officer_index"]["T"] == pytest.approx(1.0)
    grids = plan.grids.copy()
    grids.loc[W1, "officers"] = 1
    found = coverage(plan.with_tables(grids=grids))["officer_index"]
    assert found["T"] == pytest.approx(12 / (36 / 7))
    assert found[W1] == pytest.approx(1.0)


def test_a_town_sets_how_uneven_the_load_may_be():
    assert limits_from(draw().rules).load_index_max == 1.5
    assert limits_from(plan_with(load_index_max=2.5).rules).load_index_max == 2.5
    assert "ASSIGN-7" in {rule.key for rule in RULES}


def test_idle_capacity_becomes_advice_with_numbers():
    """Nine officers with 4 h for 36 h of load are full; with 10 h each they use 40 %."""
    assert capacity_advice(draw()) is None
    told = capacity_advice(plan_with(officer_hours=10.0))
    # 12 h each ask for two officers a micro-grid, six in all; nine could lead nine micro-grids.
    assert told.en.startswith("40% of the capacity of 9 officers is asked for. Either plan 3 fewer")
    assert "the micro-grids ask for 6" in told.en
    assert "smaller micro-grids, up to 9" in told.en
    assert "少派 3 人" in told.zh
    # In the words of the form: who reads it there has never seen a key of the file.
    assert "富余人员补充到最满的微网格" in told.zh
    assert "use_surplus" not in told.zh + told.en
    assert "最多 9 个" in told.zh


def test_where_each_has_one_officer_already_the_advice_is_to_merge():
    plan = plan_with(officer_hours=30.0)
    grids = plan.grids.copy()
    micro = grids["kind"] == "micro"
    grids.loc[micro, "officers"] = 1
    told = capacity_advice(plan.with_tables(grids=grids))
    assert "merge micro-grids" in told.en
    assert "would fill 2" in told.en  # 36 h over 30
