"""Ground of a given grid that is lost or gained when it is tiled is an error, never silence."""

from dataclasses import replace

import pytest
from blank_town import blank_town

from gridmap.split.dividing import divide
from gridmap.town.patches import tile_ground
from gridmap.workflow.lost_ground import lost_ground
from gridmap.workflow.workflow import plan_town

LOAD = "[load.default]\nhectare = 0.3\n[capacity]\nofficer_hours = 8\n"


@pytest.fixture(scope="module")
def town():
    return blank_town([(500, 500), (400, 500)], LOAD)


@pytest.fixture(scope="module")
def division(town):
    return divide(town, tile_ground(town))


def test_a_plan_that_keeps_all_ground_says_nothing(town, division):
    assert not plan_town(town, division=division).issues["rule"].eq("DATA-3").any()


@pytest.mark.parametrize(
    ("by", "word", "word_zh"), [(-1.0, "lost", "少了"), (1.0, "gained", "多了")]
)
def test_a_grid_with_other_ground_than_given_is_an_error_of_the_plan(
    town, division, by, word, word_zh
):
    """Patches of the second village end 1 m before its border, or beyond."""
    patches = division.tiling.patches.copy()
    second = (patches["parent_code"] == "410122106202").to_numpy()
    west, south, *_ = patches.geometry[second].total_bounds
    wider = patches.geometry[second].scale(1 + by / 400, 1, origin=(west, south))
    patches.loc[second, "geometry"] = wider.to_numpy()
    broken = replace(division, tiling=replace(division.tiling, patches=patches))
    (told,) = plan_town(town, division=broken).issues.query("rule == 'DATA-3'").itertuples()
    assert (told.severity, told.code, told.unit) == ("error", "410122106202", "m2")
    assert told.size == pytest.approx(500.0)
    assert f"{word} 500.00 m2" in told.message
    assert f"{word_zh} 500.00 平方米" in told.message_zh
    assert told.geometry.area == pytest.approx(500.0)


def test_a_grid_without_any_patch_is_told(town, division):
    patches = division.tiling.patches
    rest = patches[patches["parent_code"] == "410122106201"]
    (told,) = lost_ground(rest, town.hierarchy).itertuples()
    assert (told.code, told.size) == ("410122106202", pytest.approx(200_000.0))
