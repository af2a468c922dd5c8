"""The category of a micro-grid: one rule, whatever made the micro-grid what it is."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from drawn_town import CRS, rules_text
from redraw_plan import BY, W1, W2, draw, line
from shapely import box

from gridmap import edits
from gridmap.plan.grids import make_grids
from gridmap.rules import parse_rules
from gridmap.split.micro_category import category_of, subclass_of
from gridmap.split.split import graph_of
from gridmap.workflow.workflow import reassign_cadres
from layers.contract.categories import RESIDUAL_KEYS


def row_of(*grounds):
    """Ground from west to east, each of a kind and so many hectares, 100 m high."""
    kinds, hectares = zip(*grounds, strict=True)
    ends = pd.Series(hectares).cumsum() * 100
    starts = ends - pd.Series(hectares) * 100
    rest = [kind in RESIDUAL_KEYS for kind in kinds]
    return gpd.GeoDataFrame(
        {
            "category": [
                "residual" if one else kind for one, kind in zip(rest, kinds, strict=True)
            ],
            "subclass": [kind if one else "" for one, kind in zip(rest, kinds, strict=True)],
            "area_m2": [10_000.0 * size for size in hectares],
        },
        geometry=[box(west, 0, east, 100) for west, east in zip(starts, ends, strict=True)],
        crs=CRS,
    )


def category(patches, extra=""):
    codes = pd.Series("1", index=patches.index)
    rules = parse_rules(rules_text() + extra)
    (found,) = category_of(patches, codes, rules=rules).unique()
    return found


HALF = "\n[split]\nmin_area_ha = { problem_estate = 0.5, developable = 0.5 }\n"


@pytest.mark.parametrize(
    ("grounds", "expected"),
    [
        ([("water", 2), ("farmland", 3)], "farmland"),
        ([("farmland", 3), ("village_res", 2), ("other_land", 2)], "residual"),
        ([("farmland", 2), ("water", 2)], "water"),  # a tie: water comes first by precedence
        ([("farmland", 2), ("village_res", 2)], "farmland"),  # residual ground comes last
        ([("farmland", 30), ("problem_estate", 0.5)], "problem_estate"),
        ([("farmland", 30), ("problem_estate", 0.49)], "farmland"),
        ([("developable", 3), ("farmland", 9), ("problem_estate", 1)], "problem_estate"),
        # Two plots apart from each other are no site of their common size.
        ([("developable", 0.3), ("farmland", 30), ("developable", 0.3)], "farmland"),
        ([("developable", 0.3), ("developable", 0.3), ("farmland", 30)], "developable"),
    ],
)
def test_a_site_gives_its_category_and_without_one_most_ground_does(grounds, expected):
    assert category(row_of(*grounds), HALF) == expected
    assert category(row_of(*grounds[::-1]), HALF) == expected


@pytest.mark.parametrize(
    ("grounds", "expected"),
    [
        ([("urban_res", 2), ("village_res", 3)], "village_res"),
        ([("urban_res", 2), ("village_res", 2)], "village_res"),  # a tie: the first of the list
        ([("farmland", 3), ("village_res", 2), ("other_land", 2.1)], "other_land"),
        ([("other_land", 2), ("urban_res", 1.1), ("water", 3), ("urban_res", 1.1)], "urban_res"),
        ([("farmland", 5), ("village_res", 4)], ""),
    ],
)
def test_residual_ground_is_called_by_the_sub_class_with_most_of_it(grounds, expected):
    for patches in (row_of(*grounds), row_of(*grounds[::-1])):
        codes = pd.Series("1", index=patches.index)
        decided = category_of(patches, codes, rules=parse_rules(rules_text()))
        assert set(subclass_of(patches, codes, decided)) == {expected}


def test_ground_left_with_its_parent_has_no_sub_class():
    patches = row_of(("village_res", 3), ("urban_res", 9))
    codes = pd.Series(["1", ""], index=patches.index)
    decided = category_of(patches, codes, rules=parse_rules(rules_text()))
    assert subclass_of(patches, codes, decided).tolist() == ["village_res", ""]


def test_two_plots_in_two_micro_grids_are_no_site_of_their_common_size():
    patches = row_of(("farmland", 30), ("developable", 0.3), ("developable", 0.3), ("farmland", 30))
    codes = pd.Series(["1", "1", "2", "2"], index=patches.index)
    found = category_of(patches, codes, rules=parse_rules(rules_text() + HALF))
    assert found.tolist() == ["farmland"] * 4


def test_a_tie_is_one_to_the_noise_of_computing():
    """A field larger than a lake by what summing in another order makes is no larger."""
    for more, expected in ((1e-7, "water"), (1e-3, "farmland")):
        patches = row_of(("farmland", 2), ("water", 2))
        patches.loc[0, "area_m2"] += more
        assert category(patches) == expected


def test_a_site_as_large_as_its_least_area_is_one_to_the_noise_of_computing():
    for short, expected in ((1e-7, "problem_estate"), (1e-3, "farmland")):
        patches = row_of(("farmland", 30), ("problem_estate", 0.5))
        patches.loc[1, "area_m2"] -= short
        assert category(patches, HALF) == expected


def test_the_precedence_of_the_rules_decides_between_two_sites_and_in_a_tie():
    order = (
        'precedence = ["farmland", "developable", "problem_estate", "key_enterprise", '
        '"supplied_unbuilt", "water", "park_green"]\n'
    )
    rules = parse_rules(order + rules_text() + HALF)
    for grounds, expected in (
        ([("developable", 3), ("problem_estate", 3)], "developable"),
        ([("water", 3), ("farmland", 3)], "farmland"),
    ):
        patches = row_of(*grounds)
        codes = pd.Series("1", index=patches.index)
        assert set(category_of(patches, codes, rules=rules)) == {expected}


def test_ground_left_with_its_parent_has_no_category():
    patches = row_of(("farmland", 1), ("water", 3), ("water", 1))
    codes = pd.Series(["1", "", "2"], index=patches.index)
    found = category_of(patches, codes, rules=parse_rules(rules_text()))
    assert found.tolist() == ["farmland", "", "water"]


# ---- edits ---------------------------------------------------------------------------------------
def with_site(plan):
    """Let P11, one of six fields of W1, be a site for development."""
    patches = plan.patches.copy()
    patches.loc["P11", "category"] = "developable"
    grids = plan.grids.copy()
    grids.loc[W1, ["category", "name", "name_en"]] = ["developable", "西·可开发用地01", "West"]
    return plan.with_tables(patches=patches, grids=grids)


@pytest.mark.parametrize("extra", ["", "[split.min_area_ha]\ndevelopable = 2.0\n"])
def test_cutting_a_patch_leaves_every_category_and_name_as_they_are(extra):
    """Even where the plan says what the rule would not: the ground is what it was."""
    plan = with_site(draw(extra))
    for patch in ("P11", "P00"):
        x, y = int(patch[1]), int(patch[2])
        edit = edits.cut_patch(plan, patch, line((x, y + 0.3), (x + 1, y + 0.6)))
        seen, after = edits.preview(plan, edit), edits.apply(plan, edit, **BY)
        assert seen.before.at[W1, "category"] == seen.after.at[W1, "category"] == "developable"
        assert seen.new_kinds == ()
        assert after.grids.at[W1, "category"] == "developable"
        assert after.grids.at[W1, "name"] == plan.grids.at[W1, "name"]


def test_a_site_stays_one_when_other_ground_joins_it():
    plan = with_site(draw())
    edit = edits.move_patches(plan, ["P21"], W1)
    assert edits.preview(plan, edit).after.at[W1, "category"] == "developable"
    assert edits.apply(plan, edit, **BY).grids.at[W1, "category"] == "developable"


def test_a_preview_tells_the_new_category_and_the_new_name_and_undo_brings_both_back():
    plan = with_site(draw())
    edit = edits.move_patches(plan, ["P11"], W2)
    seen = edits.preview(plan, edit)
    assert seen.before["category"].tolist() == ["developable", "farmland"]
    assert seen.after["category"].tolist() == ["farmland", "developable"]
    one, two = seen.new_kinds
    assert (one.code, one.before, one.after) == (W1, "developable", "farmland")
    assert one.text.zh == (
        "微网格 TVW01 的类别将改变：可开发用地 → 耕地。"
        f"名称由“西·可开发用地01”改为“{one.new_name.zh}”。"
    )
    assert "Farmland → Developable land" in two.text.en
    after = edits.apply(plan, edit, **BY)
    for kind in (one, two):
        assert after.grids.at[kind.code, "category"] == kind.after
        assert after.grids.at[kind.code, "name"] == kind.new_name.zh
        assert after.grids.at[kind.code, "name_en"] == kind.new_name.en
    back = edits.undo(after, **BY)
    assert back.grids.loc[[W1, W2], ["category", "name"]].equals(
        plan.grids.loc[[W1, W2], ["category", "name"]]
    )


def test_a_preview_begins_with_what_the_plan_says_even_where_the_rule_would_not():
    """A plan of an earlier version: most of W1 is farmland, yet it is called water."""
    plan = draw()
    grids = plan.grids.copy()
    grids.loc[W1, "category"] = "water"
    plan = plan.with_tables(grids=grids)
    seen = edits.preview(plan, edits.move_patches(plan, ["P21"], W1))
    assert (seen.before.at[W1, "category"], seen.after.at[W1, "category"]) == ("water", "farmland")
    assert seen.before.at[W1, "purity"] == 0.0
    assert [kind.code for kind in seen.new_kinds] == [W1]


def test_an_edit_that_leaves_as_much_of_two_kinds_follows_precedence():
    """W2 keeps P30, which is water, and one field: water comes first by the rules."""
    plan = draw()
    edit = edits.move_patches(plan, ["P20", "P21", "P22", "P32"], W1)
    seen = edits.preview(plan, edit)
    assert (seen.before.at[W2, "category"], seen.after.at[W2, "category"]) == ("farmland", "water")
    assert edits.apply(plan, edit, **BY).grids.at[W2, "category"] == "water"
    # With two fields left it is farmland.
    edit = edits.move_patches(plan, ["P20", "P21", "P22"], W1)
    assert edits.apply(plan, edit, **BY).grids.at[W2, "category"] == "farmland"


def with_housing(plan):
    """W1 of four hectares of village and two of estate housing, W2 of estate housing alone."""
    rules = plan.rules.model_copy(
        update={
            "duties": {"urban_res": ("物业",), "village_res": ("人居环境",), "default": ("巡查",)}
        }
    )
    patches = plan.patches.copy()
    own = patches["grid_code"].isin([W1, W2])
    village = patches.index.isin(["P00", "P01", "P10", "P11"])
    patches.loc[own, "category"] = "residual"
    patches.loc[own, "subclass"] = np.where(village[own], "village_res", "urban_res")
    given = plan.grids[plan.grids["kind"] == "base"]
    grids = make_grids(
        patches,
        given,
        categories=category_of(patches, patches["grid_code"], rules=rules),
        graph=graph_of(patches, rules=rules),
        rules=rules,
    )
    return reassign_cadres(plan.with_tables(rules=rules, patches=patches, grids=grids))


def test_an_edit_that_changes_the_sub_class_renames_and_gives_its_duties():
    plan = with_housing(draw())
    assert plan.grids.loc[[W1, W2], "name"].tolist() == ["西·村庄居住01", "西·城镇住宅01"]
    assert plan.posts["duties"][plan.posts["grid_code"] == W1].unique() == ["人居环境"]
    edit = edits.move_patches(plan, ["P00", "P01"], W2)  # two of village, two of estates are left
    seen = edits.preview(plan, edit)
    assert seen.after["subclass"].tolist() == ["village_res", "urban_res"]  # a tie: the first
    assert seen.new_kinds == ()
    edit = edits.move_patches(plan, ["P00", "P01", "P10"], W2)
    (one,) = edits.preview(plan, edit).new_kinds
    assert (one.code, one.before, one.after) == (W1, "village_res", "urban_res")
    assert "村庄居住 → 城镇住宅" in one.text.zh
    after = edits.apply(plan, edit, **BY)
    assert after.grids.at[W1, "name"] == one.new_name.zh == "西·城镇住宅02"
    assert after.grids.at[W1, "subclass"] == "urban_res"
    assert after.posts["duties"][after.posts["grid_code"] == W1].unique() == ["物业"]
    back = edits.undo(after, **BY)
    assert back.grids.drop(columns="geometry").equals(plan.grids.drop(columns="geometry"))
    assert back.posts.equals(plan.posts)
