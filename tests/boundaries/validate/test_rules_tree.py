"""Rules TREE and CODE: parents, patches, codes."""

import geopandas as gpd
import pandas as pd
import pytest
from content_faults import UNIT, with_unit
from faulty_tables import check, renamed, with_value
from plan_fixtures import (
    W1,
    W1A,
    W1B,
    W2,
    W2B,
    E,
    W,
    small_grids,
    small_patches,
)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ([(W1, "parent_code", "nowhere")], "names the parent 'nowhere', which is no grid here"),
        ([(W1, "parent_code", "")], "has no parent. Name a level-2 grid as its parent."),
        ([(W1, "level", 4)], "has level 4, its parent '410122106201' level 2"),
        ([(E, "level", 1), (E, "parent_code", "")], "The plan has 2 level-1 grids"),
    ],
)
def test_a_broken_tree_is_told_in_words(changes, words):
    grids = small_grids()
    for row, column, value in changes:
        grids.loc[row, column] = value
    found = check(grids=grids).query("rule == 'TREE-1'")
    assert found["message"].str.contains(words, regex=False).any()


def test_grids_that_lie_beside_their_patches_are_told():
    grids = small_grids()
    shifted = grids.set_geometry(grids.geometry.translate(550, 0))
    issues = check(grids=shifted)
    assert set(issues["rule"]) == {"TREE-5"}
    assert "cover 250,000 m2 up to 550.0 m away" in issues["message"].iloc[0]
    assert "位置相差 550.0 米" in issues["message_zh"].iloc[0]


def test_labels_without_a_micro_grid_are_told():
    patches = with_value(small_patches(), f"{W1}-01", "grid_code", "gone")
    found = check(patches=patches).query("rule == 'TREE-5'")
    assert found["code"].tolist() == [W1A, "gone"]
    assert found["message"].iloc[1].startswith("Label 'gone' is on 1 patch,")
    assert found["size"].iloc[1] == 125_000


def test_a_micro_grid_without_patches_is_told():
    patches = small_patches()
    patches.loc[patches["grid_code"] == W1A, "grid_code"] = W1B
    found = check(patches=patches).query("rule == 'TREE-5'")
    assert found["code"].tolist() == [W1A, W1B]
    assert "but 0 patches of it cover 0 m2" in found["message"].iloc[0]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("410123106201", "it begins with '410123106'"),
        ("4101221O6201", "found signs that are no digits"),
        ("4101221062", "found 10 characters"),
    ],
)
def test_a_code_of_no_village_is_told_in_what_it_differs(code, words):
    found = check(**renamed(W, code)).query("rule == 'TREE-4'")
    assert found["message"].item().count("12 digits") == 1
    assert words in found["message"].item()
    assert "12 characters" not in found["message"].item()


def test_a_circle_of_parents_ends():
    grids = with_value(small_grids(), W, "parent_code", W1)
    assert "TREE-1" in set(check(grids=grids)["rule"])


def test_an_exclusive_grid_with_its_own_ground_is_sound():
    assert check(**with_unit()).empty


@pytest.mark.parametrize("tail", ["101", "900", "90", "9011"])
def test_the_code_of_an_exclusive_grid_ends_on_901_to_999(tail):
    (fault,) = check(**with_unit(f"{W2}{tail}")).itertuples()
    assert (fault.rule, fault.code) == ("CODE-2", f"{W2}{tail}")
    assert "a number from 901 to 999" in fault.message


def test_ground_of_a_unit_under_another_label_and_the_other_way_round_is_an_error():
    for row, column, value in ((f"{W2}-00", "grid_code", W2B), (f"{W2}-20", "grid_code", UNIT)):
        tables = with_unit()
        tables["patches"].loc[row, column] = value
        assert "TREE-3" in set(check(**tables)["rule"])


def test_a_part_without_ground_is_no_fault_and_is_called_a_sub_grid():
    tables = with_unit(headcount=500)
    grids = tables["grids"]
    part = grids.loc[[UNIT]].rename(index={UNIT: f"{UNIT}01"})
    part = part.assign(parent_code=UNIT, level=5, spatial=False, headcount=480, area_m2=0.0)
    part = part.set_geometry(gpd.GeoSeries([None], index=part.index, crs=grids.crs))
    issues = check(**tables | {"grids": gpd.GeoDataFrame(pd.concat([grids, part]))})
    told = issues[issues["rule"] != "ASSIGN-1"]
    assert told["rule"].tolist() == ["CAP-7", "CAP-7"]
    assert "Sub-grid" in told["message"].iloc[1]
    assert told["severity"].tolist() == ["info", "warning"]
