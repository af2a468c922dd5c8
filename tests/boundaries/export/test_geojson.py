"""GeoJSON for other systems: standard, stable, private, and a valid tiling as written."""

import json

import geopandas as gpd
import jsonschema
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from project import ROOT
from small_plan import CRS, EAST, NORTH, small_plan, square

from boundaries.export.geojson import DISCLAIMER, Source, geojson_bytes, geojson_files
from boundaries.topology.dissolve import dissolve

SCHEMA = json.loads((ROOT / "docs" / "geojson.schema.json").read_text())
SOURCE = Source(
    "041", "小镇", name_en="Small Town", version="2026-1", state="3:ab", credit="Drawn",
    licence="MIT",
)  # fmt: skip


def export(plan, **options):
    return geojson_bytes(
        plan.grids, plan.patches, plan.assignments, plan.people, source=SOURCE, **options
    )


def both(plan, **options):
    """The file of grids and that of patches."""
    tables = (plan.grids, plan.patches, plan.assignments, plan.people)
    made = geojson_files(*tables, source=SOURCE, with_patches=True, **options)
    return made.grids, made.patches


def code_of(feature):
    kind, _, code = feature["id"].partition(".")
    assert kind == ("patch" if feature["properties"]["kind"] == "patch" else "grid")
    return code


def features(data):
    return {code_of(feature): feature for feature in json.loads(data)["features"]}


def shapes_of(data, **wanted):
    """Read polygons back as any reader does, from the text alone."""
    chosen = [
        feature
        for feature in json.loads(data)["features"]
        if all(feature["properties"].get(key) == value for key, value in wanted.items())
        and feature["geometry"] is not None
    ]
    ids = [code_of(feature) for feature in chosen]
    return pd.Series([shapely.geometry.shape(f["geometry"]) for f in chosen], index=ids)


def assert_valid_as_written(data):
    """Every level tiles the same ground, and a parent is exactly the union of its children."""
    levels = {f["properties"].get("level") for f in json.loads(data)["features"]} - {None}
    rows = features(data)
    for level in levels:
        shapes = shapes_of(data, level=level)
        assert shapely.is_valid(shapes.to_numpy()).all()
        assert shapely.coverage_is_valid(shapes.to_numpy())
    for code, row in rows.items():
        children = [
            shapely.geometry.shape(other["geometry"])
            for other in rows.values()
            if other["properties"]["parent_code"] == code
            and "level" in other["properties"]
            and other["geometry"] is not None
        ]
        if children:
            union = shapely.union_all(children)
            assert shapely.equals(union, shapely.geometry.shape(row["geometry"]))


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


def test_rings_turn_by_the_right_hand_rule():
    plan = small_plan()
    lake = square(130, 130, 40)
    patches = plan.patches.copy()
    patches.loc["p3", "geometry"] = patches.loc["p3", "geometry"].difference(lake)
    labels = patches["grid_code"].where(patches["grid_code"] != "W02", "W02")
    shapes = dissolve(patches.geometry, labels)
    grids = plan.grids.copy()
    grids.loc["W02", "geometry"] = shapes["W02"]
    for shape in shapes_of(export(plan.with_tables(patches=patches, grids=grids))):
        for part in shapely.get_parts(shape):
            assert part.exterior.is_ccw
            assert not any(ring.is_ccw for ring in part.interiors)
    assert shapely.get_num_interior_rings(shapes_of(export(plan.with_tables(grids=grids)))["W02"])


def test_neighbours_share_identical_vertices_and_parents_are_the_union_of_children():
    assert_valid_as_written(export(small_plan()))
    assert_valid_as_written(both(small_plan())[0])


def test_patches_are_in_a_file_of_theirs_and_tile_the_same_ground():
    grids, data = both(small_plan())
    assert (len(features(grids)), len(features(data))) == (6, 8)
    patches = shapes_of(data)
    assert shapely.coverage_is_valid(patches.to_numpy())
    assert shapely.equals(shapely.union_all(patches), shapes_of(grids)["T"])
    heads = [json.loads(one)["gridmap"] for one in (grids, data)]
    assert [head["layer"] for head in heads] == ["grids", "patches"]
    assert heads[0]["content_sha256"] != heads[1]["content_sha256"]
    row = features(data)["p2"]["properties"]
    assert (row["grid_code"], row["category"], row["subclass"]) == (
        "W02",
        "residual",
        "village_res",
    )
    assert json.loads(data)["gridmap"]["topology"]["patches"] == 8


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


def test_ground_left_with_its_parent_belongs_to_the_parent_alone():
    plan = small_plan()
    patches = plan.patches.copy()
    patches.loc[["p2", "p3"], "grid_code"] = ""
    grids = plan.grids.drop("W02")
    left = plan.with_tables(patches=patches, grids=grids)
    for data in (export(left), both(left)[0]):
        shapes = shapes_of(data)
        assert shapely.equals(shapely.union_all(shapes[["E", "W"]]), shapes["T"])
        assert shapes["W01"].area == pytest.approx(shapes["W"].area / 2, rel=1e-4)
        topology = json.loads(data)["gridmap"]["topology"]
        assert topology["valid_tiling"]
        assert topology["left_with_parents_m2"] == 20_000.0


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


def test_borders_without_shared_vertices_are_told_and_closed():
    """The east has no vertex where W01 and W02 meet."""
    plan = small_plan()
    grids = plan.grids.copy()
    grids.loc["E01", "geometry"] = square(200, 0, 200)
    data = export(plan.with_tables(grids=grids))
    topology = json.loads(data)["gridmap"]["topology"]
    assert not topology["valid_tiling_before_rounding"]
    assert topology["valid_tiling"]
    assert shapes_of(data)["T"].geom_type == "Polygon"
    assert_valid_as_written(data)


def test_a_gap_between_grids_is_told():
    plan = small_plan()
    grids = plan.grids.copy()
    hole = square(80, 20, 40)
    grids.loc["W01", "geometry"] = grids.loc["W01", "geometry"].difference(hole)
    topology = json.loads(export(plan.with_tables(grids=grids)))["gridmap"]["topology"]
    assert topology["gaps"] == 1
    assert not topology["valid_tiling"]
    assert topology["largest_difference_to_parts_m2"] == 1600.0


def test_a_hole_that_the_town_has_is_no_gap_and_one_that_two_grids_leave_is():
    plan = small_plan()
    lake = square(80, 20, 40)
    grids = plan.grids.copy()
    for code in ("T", "W", "W01"):
        grids.loc[code, "geometry"] = grids.loc[code, "geometry"].difference(lake)
    topology = json.loads(export(plan.with_tables(grids=grids)))["gridmap"]["topology"]
    assert (topology["gaps"], topology["valid_tiling"]) == (0, True)
    # Half of it west of the border between the villages, half east: neither has a hole.
    grids, lake = plan.grids.copy(), square(190, 20, 20)
    for code in ("W01", "E01"):
        grids.loc[code, "geometry"] = grids.loc[code, "geometry"].difference(lake)
    topology = json.loads(export(plan.with_tables(grids=grids)))["gridmap"]["topology"]
    assert (topology["gaps"], topology["valid_tiling"]) == (1, False)
    assert topology["largest_difference_to_parts_m2"] == 400.0


def test_what_rounding_mended_or_lost_is_listed_in_order():
    """Two squares of a millimetre vanish; the borders of their two neighbours are repaired."""
    plan = small_plan()
    grids = plan.grids.copy()
    crumbs = {"W03": square(20, 20, 0.001), "E02": square(220, 20, 0.001)}
    for code, above in (("W03", "W01"), ("E02", "E01")):
        grids.loc[above, "geometry"] = grids.loc[above, "geometry"].difference(crumbs[code])
    rows = grids.loc[["W01", "E01"]].set_axis(["W03", "E02"])
    rows = rows.set_geometry([crumbs["W03"], crumbs["E02"]], crs=CRS)
    grids = pd.concat([grids, rows])
    data = json.loads(export(plan.with_tables(grids=grids)))
    topology = data["gridmap"]["topology"]
    assert topology["vanished"] == ["E02", "W03"]
    assert topology["mended"] == sorted(topology["mended"])
    assert len(topology["mended"]) >= 2
    shape = {code_of(feature): feature["geometry"] for feature in data["features"]}
    assert shape["E02"] is shape["W03"] is None


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


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), width=st.sampled_from([0.05, 0.5, 3.0, 4_000.0]))
def test_random_towns_are_valid_as_written(seed, width):
    """Voronoi towns of 30 patches from five centimetres to four kilometres wide."""
    plan = random_plan(seed, width)
    data, of_patches = both(plan)
    topology = json.loads(data)["gridmap"]["topology"]
    assert topology["valid_tiling"]
    assert topology["gaps"] == 0
    assert shapely.coverage_is_valid(shapes_of(of_patches).dropna().to_numpy())
    assert_valid_as_written(data)
    if width > 1000:
        assert topology["mended"] == topology["vanished"] == []


def random_plan(seed, width):
    rng = np.random.default_rng(seed)
    frame = shapely.box(EAST, NORTH, EAST + width, NORTH + width)
    points = shapely.multipoints(rng.random((30, 2)) * width + [EAST, NORTH])
    cells = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=frame))
    cells = shapely.coverage_clean(shapely.intersection(cells, frame))
    plan = small_plan()
    rows = plan.patches.iloc[[0] * len(cells)]
    codes = rng.choice(["W01", "W02", "E01"], len(cells)).astype(object)
    patches = rows.assign(grid_code=codes, parent_code=[code[0] for code in codes])
    patches = gpd.GeoDataFrame(patches.set_geometry(cells, crs=CRS))
    patches.index = pd.Index([f"p{number:02d}" for number in range(len(cells))], name="patch_id")
    grids = plan.grids.copy()
    for code in grids.index:
        label = pd.Series(codes, index=patches.index).str.startswith(code) | (code == "T")
        if label.any():
            grids.loc[code, "geometry"] = shapely.coverage_union_all(
                patches.geometry[label].to_numpy()
            )
    present = [
        code for code in grids.index if code == "T" or any(c.startswith(code) for c in codes)
    ]
    return plan.with_tables(patches=patches, grids=grids.loc[present])


def test_the_page_on_geojson_names_every_property_of_the_schema():
    page = (ROOT / "docs" / "geojson.md").read_text(encoding="utf-8")
    for part in ("head", "retired", "topology", "grid", "patch"):
        for name in SCHEMA["$defs"][part]["properties"]:
            assert f"`{name}`" in page
