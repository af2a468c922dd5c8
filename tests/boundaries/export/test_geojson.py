"""GeoJSON for other systems: standard, stable, private."""

import json

import jsonschema
import pytest
from project import ROOT
from small_plan import small_plan
from written_boundaries import (
    assert_valid_as_written,
    both,
    export,
    features,
)

from boundaries.export.geojson import DISCLAIMER

SCHEMA = json.loads((ROOT / "docs" / "geojson.schema.json").read_text())


def test_the_file_is_what_the_schema_promises():
    for data in (export(small_plan()), *both(small_plan(), with_contacts=True)):
        jsonschema.validate(json.loads(data), SCHEMA)


def test_the_schema_tells_every_property_and_refuses_a_code_that_is_a_number():
    collection, patches = map(json.loads, both(small_plan(), with_contacts=True))
    for layer, one in (("grid", collection), ("patch", patches)):
        for feature in one["features"]:
            assert set(feature["properties"]) == set(SCHEMA["$defs"][layer]["properties"])
    collection["features"][0]["properties"]["grid_code"] = 41
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(collection, SCHEMA)


def test_a_micro_grid_has_its_figures():
    row = features(export(small_plan()))["E01"]["properties"]
    assert row["grid_code"] == "E01"
    assert row["parent_code"] == "E"
    assert (row["level"], row["kind"], row["category"]) == (3, "micro", "park_green")
    assert row["subclass"] is None
    assert (row["version"], row["valid_from"], row["valid_to"]) == ("2026-1", "2026-01-01", None)
    assert (row["area_m2"], row["area_mu"]) == (40_000.0, 60.0)
    assert (row["officers"], row["capacity_h"]) == (2, 8.0)
    assert (row["posts_filled"], row["posts_vacant"]) == (1, 1)
    assert row["load_h"] == 8.0  # of its patches


def test_a_micro_grid_of_residual_ground_has_its_sub_class():
    plan = small_plan()
    grids = plan.grids.copy()
    grids.loc["W02", ["category", "subclass"]] = ["residual", "village_res"]
    row = features(export(plan.with_tables(grids=grids)))["W02"]["properties"]
    assert (row["category"], row["subclass"]) == ("residual", "village_res")


def test_the_head_names_town_credit_licence_and_says_the_lines_are_not_legal():
    data = export(small_plan())
    assert "小镇".encode() in data
    head = json.loads(data)["gridmap"]
    assert head["town"] == {"code": "041", "name": "小镇", "name_en": "Small Town"}
    assert (head["credit"], head["licence"], head["version"]) == ("Drawn", "MIT", "2026-1")
    assert head["disclaimer"] == DISCLAIMER
    assert "not legal borders" in DISCLAIMER
    assert head["topology"] == {
        "valid_tiling": True,
        "levels": [
            {"level": 1, "grids": 1, "valid_tiling": True},
            {"level": 2, "grids": 2, "valid_tiling": True},
            {"level": 3, "grids": 3, "valid_tiling": True},
        ],
        "gaps": 0,
        "valid_tiling_before_rounding": True,
        "mended": [],
        "vanished": [],
        "largest_difference_to_parts_m2": 0.0,
        "left_with_parents_m2": 0.0,
    }


def test_longitude_comes_first_with_seven_decimals_and_there_is_no_crs():
    text = export(small_plan()).decode()
    collection = json.loads(text)
    assert "crs" not in collection
    # The corner is 6,400 m west of 114 E, where a degree is 91.6 km long, and a parallel of
    # 34.68 N is 3,839 km from the equator: good to ten metres, enough to see swapped axes.
    west, south, east, north = collection["bbox"]
    assert west == pytest.approx(114 - 6.4 / 91.6, abs=1e-4)
    assert south == pytest.approx(34.681, abs=1e-3)
    assert west < east < west + 0.01
    assert south < north < south + 0.01
    ring = text.split('"coordinates":[[[')[1].split("]")[0]
    assert [len(number.split(".")[1]) for number in ring.split(",")] == [7, 7]


def test_no_name_and_no_phone_leaves_the_house_unless_contacts_are_asked_for():
    text = b"".join(both(small_plan())).decode()
    for secret in ("张三", "李", "王五", "13800000000", "镇长"):
        assert secret not in text
    told = export(small_plan(), with_contacts=True).decode()
    assert "13800000000" not in told
    assert "镇长" not in told
    rows = features(told)
    assert named(rows) == {"T": ("张三", None), "E01": ("李<b>四", None), "W01": ("王五", None)}


def named(rows):
    """Leader and members of the grids that have any."""
    found = {
        code: (row["properties"]["leader"], row["properties"]["members"])
        for code, row in rows.items()
    }
    return {code: pair for code, pair in found.items() if any(pair)}


def test_people_stand_by_their_roles_and_those_of_a_town_with_the_key():
    plan = small_plan()
    rows = plan.assignments.copy()
    # The leader sits on a post whose id comes after the member's.
    rows.loc[rows["post_id"] == "E01-1", ["post_id", "role"]] = ["E01-1", "member"]
    rows.loc[rows["post_id"] == "E01-2", ["status", "person_id", "role"]] = [
        "filled",
        "004",
        "leader",
    ]
    rows.loc[rows["post_id"] == "W01-1", "role"] = "police"
    found = features(export(plan.with_tables(assignments=rows), with_contacts=True))
    assert named(found) == {"T": ("张三", None), "E01": ("赵六", "李<b>四")}
    assert found["W01"]["properties"]["others"] == "police:王五"


def test_the_same_plan_gives_the_same_bytes_whatever_the_order_of_its_rows():
    plan = small_plan()
    shuffled = plan.with_tables(
        grids=plan.grids.iloc[::-1],
        patches=plan.patches.iloc[[3, 1, 7, 0, 2, 5, 4, 6]],
        assignments=plan.assignments.iloc[::-1],
        people=plan.people.iloc[::-1],
    )
    assert both(shuffled, with_contacts=True) == both(plan, with_contacts=True)


def test_grids_are_sorted_by_level_then_code_and_patches_by_code():
    grids, patches = both(small_plan())
    assert list(features(grids)) == ["T", "E", "W", "E01", "W01", "W02"]
    assert list(features(patches)) == [f"p{number}" for number in range(8)]


def test_a_town_without_patches_or_grids_is_written_too():
    plan = small_plan()
    given = plan.grids[plan.grids["kind"] == "base"]
    data = export(plan.with_tables(grids=given, patches=plan.patches.head(0)))
    assert list(features(data)) == ["T", "E", "W"]
    assert_valid_as_written(data)
    nothing = json.loads(
        export(plan.with_tables(grids=given.head(0), patches=plan.patches.head(0)))
    )
    assert nothing["features"] == []
    assert nothing["gridmap"]["topology"]["largest_difference_to_parts_m2"] == 0.0
    assert "bbox" not in nothing


def test_figures_are_rounded_as_the_page_says_and_posts_counted_where_there_are_none():
    plan = small_plan()
    grids = plan.grids.assign(purity=0.123456, compactness=0.654321, area_m2=1.005001)
    rows = features(export(plan.with_tables(grids=grids)))
    row = rows["W02"]["properties"]
    assert (row["purity"], row["area_m2"]) == (0.1235, 1.01)
    posts = {code: rows[code]["properties"] for code in ("T", "W01", "W02")}
    counted = {code: (one["posts_filled"], one["posts_vacant"]) for code, one in posts.items()}
    assert counted == {"T": (1, 0), "W01": (1, 0), "W02": (0, 1)}


def test_contacts_leave_out_who_is_in_no_roster_and_grids_that_are_no_more():
    plan = small_plan()
    rows = plan.assignments.copy()
    rows.loc[rows["post_id"] == "E01-1", "person_id"] = "999"
    rows.loc[rows["post_id"] == "W01-1", "grid_code"] = "W99"
    told = features(export(plan.with_tables(assignments=rows), with_contacts=True))
    assert named(told) == {"T": ("张三", None)}


def test_numbers_that_are_none_become_null():
    plan = small_plan()
    grids = plan.grids.assign(purity=float("nan"), area_m2=-0.0)
    row = features(export(plan.with_tables(grids=grids)))["W01"]["properties"]
    assert row["purity"] is None
    assert str(row["area_m2"]) == "0.0"


def test_the_page_on_geojson_names_every_property_of_the_schema():
    page = (ROOT / "docs" / "geojson.md").read_text(encoding="utf-8")
    for part in ("head", "retired", "topology", "grid", "patch"):
        for name in SCHEMA["$defs"][part]["properties"]:
            assert f"`{name}`" in page
