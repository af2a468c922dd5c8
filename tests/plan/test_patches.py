"""Patches of a hand-made town of one grid, with answers by hand."""

from dataclasses import replace

import geopandas as gpd
import pytest
import shapely
from drawn_town import CRS, rules_text
from random_town import random_town
from shapely import LineString, MultiPolygon, box
from tiling_cases import ground

from boundaries.tiling.build import kind_of
from gridmap.rules import parse_rules
from gridmap.town.patches import make_patches

WEST, SOUTH = ORIGIN = (513_000, 3_838_000)


def at(x, y, east, north):
    return box(WEST + x, SOUTH + y, WEST + east, SOUTH + north)


def patches_of(*rows, town, roads=(), rules="", streets="keep"):
    """Patches of rows of ground in a town of one grid; 12 hours an officer, 0.2 a ha."""
    drawn = random_town(0)
    hierarchy = drawn.hierarchy.iloc[:1].copy()
    hierarchy["level"] = 1
    hierarchy = hierarchy.set_geometry([town])
    lines = gpd.GeoSeries(
        [shapely.transform(line, lambda points: points + ORIGIN) for line in roads], crs=CRS
    )
    frame = gpd.GeoDataFrame({"name": [""] * len(lines)}, geometry=lines, crs=CRS)
    text = rules_text() + rules
    text = text.replace("[residual]\n", f'[residual]\nstreets = "{streets}"\n')
    changed = replace(
        drawn,
        rules=parse_rules(text),
        ground=ground(*rows),
        hierarchy=hierarchy,
        roads=frame,
        objects=drawn.objects.iloc[:0],
    )
    tiling = make_patches(changed)
    patches = tiling.patches
    assert shapely.coverage_is_valid(patches.geometry.to_numpy())
    assert patches.area.sum() == pytest.approx(town.area, rel=1e-9)
    return patches


def street_between_two_fields(streets):
    """Fields of 100 x 100 m west and east of a street of 10 m, its centre line 3 m inside."""
    return patches_of(
        ("farmland", "", at(0, 0, 100, 100)),
        ("residual", "road_transport", at(100, 0, 110, 100)),
        ("farmland", "", at(110, 0, 210, 100)),
        town=at(0, 0, 210, 100),
        roads=[LineString([(103, -5), (103, 105)])],
        streets=streets,
    )


def test_streets_are_kept_as_patches_of_their_own():
    patches = street_between_two_fields("keep")
    assert patches.area.round(6).tolist() == [10_000.0, 1_000.0, 10_000.0]
    assert kind_of(patches).tolist() == ["farmland", "road_transport", "farmland"]


def test_streets_are_shared_out_along_their_centre_line():
    patches = street_between_two_fields("absorb")
    assert patches.area.round(6).tolist() == [10_300.0, 10_700.0]
    assert patches["absorbed_m2"].round(6).tolist() == [300.0, 700.0]


def test_a_gap_between_a_plot_and_the_street_gets_no_half_of_the_street():
    """Two files of two offices disagree by 40 cm; the gap is no frontage and stays no patch."""
    plots = [("water", "", at(0, 0, 99.6, 200)), ("park_green", "", at(110, 0, 210, 200))]
    patches = patches_of(
        *plots,
        ("residual", "road_transport", at(100, 0, 110, 200)),
        town=at(0, 0, 210, 200),
        roads=[LineString([(103, -5), (103, 205)])],
        streets="absorb",
    )
    assert kind_of(patches).tolist() == ["water", "park_green"]
    assert patches.area.round(6).tolist() == [20_600.0, 21_400.0]
    assert patches["absorbed_m2"].round(3).tolist() == [680.0, 1_400.0]


def test_a_strip_of_blank_ground_wider_than_a_gap_keeps_its_half_of_the_street():
    """What is 5 m wide is ground that no layer told of, and not a gap between two."""
    patches = patches_of(
        ("water", "", at(0, 0, 95, 200)),
        ("residual", "road_transport", at(100, 0, 110, 200)),
        ("park_green", "", at(110, 0, 210, 200)),
        town=at(0, 0, 210, 200),
        roads=[LineString([(103, -5), (103, 205)])],
        streets="absorb",
    )
    assert patches.area.round(6).tolist() == [19_000.0, 1_600.0, 21_400.0]


def test_patch_too_big_for_an_officer_is_cut_along_the_road_that_crosses_it():
    """60 ha ask for 0.2 x 60 + 0.5 = 12.5 hours, an officer gives 12; the road lies at 2/5."""
    field = at(0, 0, 1000, 600)
    road = LineString([(400, -10), (400, 610)])
    patches = patches_of(("farmland", "", field), town=field, roads=[road])
    assert patches.area.round(3).tolist() == [240_000.0, 360_000.0]
    assert patches["load_h"].round(6).tolist() == [5.3, 7.7]


def test_patch_too_big_is_cut_by_area_when_roads_are_not_to_cut():
    field = at(0, 0, 1000, 600)
    road = LineString([(400, -10), (400, 610)])
    patches = patches_of(
        ("farmland", "", field),
        town=field,
        roads=[road],
        rules="\n[tiling]\ncut_along_roads = false\n",
    )
    assert patches.area.round(3).tolist() == [300_000.0, 300_000.0]


def test_road_beside_the_edge_of_a_field_cuts_off_no_sliver():
    """The road runs 1.5 m inside a long field; the strip is too narrow to be a patch."""
    field = at(0, 0, 6000, 100)
    road = LineString([(-10, 1.5), (6010, 1.5)])
    patches = patches_of(("farmland", "", field), town=field, roads=[road])
    assert patches.area.round(3).tolist() == [300_000.0, 300_000.0]


def test_record_of_two_parts_becomes_two_patches():
    two = MultiPolygon([at(0, 0, 100, 100), at(200, 0, 300, 100)])
    patches = patches_of(
        ("farmland", "", two), ("water", "", at(100, 0, 200, 100)), town=at(0, 0, 300, 100)
    )
    assert patches["record"].tolist() == ["R0", "R1", "R0"]
    assert patches.area.tolist() == [10_000.0] * 3
    assert patches.index.tolist() == ["P00001", "P00002", "P00003"]


def test_least_areas_by_kind_are_followed():
    """600 m2 of green stand where 500 are asked; 600 m2 of water do not where 700 are."""
    rows = [
        ("park_green", "", at(0, 0, 30, 20)),
        ("water", "", at(0, 50, 30, 70)),
        ("farmland", "", at(0, 0, 100, 100)),
    ]
    table = "\n[tiling]\nsliver_area_m2 = 500\n[tiling.sliver_area_by_kind_m2]\nwater = 700\n"
    patches = patches_of(*rows, town=at(0, 0, 100, 100), rules=table)
    assert sorted(kind_of(patches)) == ["farmland", "park_green"]
    assert patches["absorbed_m2"].sum() == pytest.approx(600)
