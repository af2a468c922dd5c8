"""A plan as layers for other systems: through the one door, with licence, state and look."""

import sqlite3

import pytest
from small_plan import small_plan

from gridmap.edits.moves.log import state_id
from gridmap.maps.legend import CATEGORY_LOOKS
from gridmap.publish import release
from gridmap.versions.receivers import (
    about_plan,
    geopackage_of,
    layers_of,
    left_with_parents,
    styles_of,
)
from layers.contract.errors import UsageError


def tables(data):
    base = sqlite3.connect(":memory:")
    base.deserialize(data)
    return base


def test_files_for_the_public_need_a_licence_and_have_no_loads():
    public = release(small_plan(), public=True)
    with pytest.raises(UsageError, match="have no licence"):
        geopackage_of(public)
    base = tables(geopackage_of(public, licence="CC-BY-4.0"))
    columns = {row[1] for row in base.execute("PRAGMA table_info(micro_grids)")}
    assert "grid_code" in columns
    assert not columns & {"load_h", "households", "officers", "posts_vacant"}
    (text,) = next(base.execute("SELECT metadata FROM gpkg_metadata WHERE id = 1"))
    assert '"audience":"public"' in text
    assert '"licence":"CC-BY-4.0"' in text


def test_a_file_says_which_state_of_which_plan_it_is_and_in_which_coordinates():
    plan = release(small_plan())
    about = about_plan(plan, crs="4490")
    assert (about["state"], about["version"], about["crs"]) == (
        state_id(plan), "2026-1", "EPSG:4490",
    )  # fmt: skip
    assert about_plan(plan)["crs"] == "EPSG:4547"
    assert about["town"]["name"] == "小镇"


def test_every_class_that_occurs_has_the_colour_of_our_map_and_no_other_is_named():
    styles = styles_of(layers_of(release(small_plan()), with_patches=True))
    assert set(styles) == {"grids_1", "grids_2", "micro_grids", "patches"}
    there = {*small_plan().patches["category"], *small_plan().patches["subclass"]} - {""}
    assert there >= {"village_res", "water", "park_green"}
    for look in CATEGORY_LOOKS:
        assert (f'value="{look.key}"' in styles["patches"].qml) == (look.key in there)
        assert (f">{look.colour}<" in styles["patches"].sld) == (look.key in there)
    assert "labeling" in styles["grids_2"].qml
    assert "labeling" not in styles["patches"].qml


def test_ground_that_a_grid_above_holds_itself_is_no_gap_of_its_parts():
    plan = small_plan()
    assert left_with_parents(plan) == {}
    codes = plan.patches["grid_code"].replace("W01", "")
    assert left_with_parents(plan.with_tables(patches=plan.patches.assign(grid_code=codes))) == {
        "W": 20_000.0
    }
