"""Rules CAP-5 and CAP-11: sizes and shapes by kind of ground."""

import pytest
from faulty_tables import LIMITS, check
from plan_fixtures import E1A, E1B, W1A, W1B, small_grids, small_plan, small_rules

from gridmap.plan.kinds import sizes_met
from gridmap.town.limits import limits_from
from layers.contract.errors import LayerSchemaError

BANDS = """
[split.bands.farmland]
area_ha = [4, 30]
households = [0, 40]
[split.bands.water]
objects = [1, 5]
[split.bands.village_res]
area_ha = [2, 20]
"""


def test_each_kind_is_held_to_its_own_band():
    """Farmland W1B has 25 ha and E1A 50; the pond W1A 25 ha and no object."""
    grids = small_grids()
    grids.loc[W1A, "objects"] = 0
    grids.loc[W1B, "households"] = 41.0
    issues = check(limits_from(small_rules(BANDS)), grids=grids)
    assert issues[["rule", "code", "unit"]].to_numpy().tolist() == [
        ["CAP-5", W1A, "objects"],
        ["CAP-5", W1B, "households"],
        ["CAP-5", E1A, "m2"],
    ]
    assert "50.00 ha, above 30 ha" in issues["message"][2]
    assert "has 41 households, above 40, the most for farmland. Split it" in issues["message"][1]
    assert "有 0 个对象，低于水域类的下限 1。请与同类相邻网格合并" in issues["message_zh"][0]
    assert "split.bands.water" in issues["message_zh"][0]


def test_a_band_is_that_of_the_sub_class_of_residual_ground():
    grids = small_grids()
    grids.loc[E1B, ["category", "subclass"]] = ["residual", "village_res"]
    patches = small_plan().patches.copy()
    own = patches["grid_code"] == E1B
    patches.loc[own, "category"], patches.loc[own, "subclass"] = "residual", "village_res"
    rules = small_rules("\n[split.bands.village_res]\narea_ha = [2, 20]\n")
    issues = check(limits_from(rules), grids=grids, patches=patches)
    assert issues.loc[issues["rule"] == "CAP-5", "code"].tolist() == [E1B]


def test_rules_without_bands_ask_for_what_they_did():
    assert LIMITS.area_by_kind_m2 == LIMITS.households_by_kind == LIMITS.objects_by_kind == {}
    assert (LIMITS.width_min_m, LIMITS.compactness_min) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("line", "wide"),
    [("compactness_min = 0.7", True), ("width_min_m = 260", False)],
)
def test_ribbons_and_what_winds_about_are_named(line, wide):
    """E1A and E1B are 1,000 m by 500 m (0.698), the others squares of 500 m: 250 m wide."""
    issues = check(limits_from(small_rules(f"\n[split]\n{line}\n")))
    assert set(issues["rule"]) == {"CAP-11"}
    micro = small_grids().query("kind == 'micro'").index
    assert set(issues["code"]) == ({E1A, E1B} if wide else {*micro} - {E1A, E1B})


def test_a_band_that_begins_above_its_end_is_refused():
    with pytest.raises(LayerSchemaError, match="area_ha must be the smaller number"):
        small_rules("\n[split.bands.water]\narea_ha = [5, 4]\n")


def test_the_share_of_usual_micro_grids_counts_each_once():
    plan = small_plan()
    assert sizes_met(plan) == 1.0
    issues = check(limits_from(small_rules(BANDS)))  # 50 ha of farmland
    assert set(issues["code"]) >= {E1A}
    odd = issues["code"].nunique()
    found = sizes_met(plan.with_tables(issues=issues))
    assert found == 1.0 - odd / len(plan.micro_grids)
