"""Rules CAP and CAT: capacity, sizes, categories."""

from faulty_tables import check, loaded, with_value
from plan_fixtures import (
    E1A,
    E1B,
    W1A,
    W1B,
    small_grids,
    small_patches,
    small_rules,
)

from gridmap.town.limits import limits_from


def test_sites_that_the_rules_let_be_small_are_not_too_small():
    rules = small_rules("[split]\nwarn_area_ha = [30, 60]\nmin_area_ha = {water = 20}\n")
    issues = check(limits_from(rules))
    assert set(issues["rule"]) == {"CAP-5"}
    assert W1A not in set(issues["code"])  # water of 25 ha
    assert W1B in set(issues["code"])  # farmland of 25 ha


def test_a_single_patch_over_capacity_is_named_as_one():
    grids = loaded(**{W1A: 17.0, E1A: 30.0, E1B: 30.0})
    issues = check(grids=with_value(grids, W1A, "patches", 1))
    assert issues[["rule", "severity"]].to_numpy().tolist() == [["CAP-9", "warning"]]
    assert "cut the patch, or let it have more officers" in issues["message"].item()


def test_full_to_the_last_minute_is_not_over():
    assert check(grids=loaded(**{W1A: 16.0 + 1e-9})).empty


def test_a_micro_grid_without_a_category_is_an_error():
    issues = check(grids=with_value(small_grids(), W1A, "category", ""))
    assert issues[["rule", "severity"]].to_numpy().tolist() == [["CAT-1", "error"]]


def test_a_share_just_below_the_limit_is_written_so_that_it_is_below():
    patches = small_patches()
    first = patches.index[patches["grid_code"] == W1A][0]
    odd = (patches["grid_code"] == W1A) & (patches.index != first)
    rest = float(patches.loc[odd, "area_m2"].sum())
    patches.loc[first, "area_m2"] = rest * 0.7998 / 0.2002
    patches.loc[odd, "category"] = (
        "park_green" if patches["category"][first] == "water" else "water"
    )
    found = check(patches=patches).query("rule == 'CAT-1'")
    assert f"79.98% of micro-grid {W1A!r}" in found["message"].item()
    assert "less than 80.00%" in found["message"].item()
    assert "仅占 79.98%，低于 80.00%" in found["message_zh"].item()


def test_an_overload_of_a_minute_is_written_with_the_digits_that_show_it():
    message = check(grids=loaded(**{W1A: 16.004}))["message"].item()
    assert "asks for 16.004 officer-hours a week" in message
    assert "= 16.000, 0.004 too few" in message
