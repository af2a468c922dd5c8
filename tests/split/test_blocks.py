import geopandas as gpd
import numpy as np
import pytest
from drawn_town import rules_text
from shapely import LineString, Polygon, box

from gridmap.rules import parse_rules
from gridmap.split.blocks import form_blocks, patch_graph

CRS = "EPSG:4547"
HECTARE = 100


def rules(extra=""):
    return parse_rules(rules_text() + extra)


def row_of(*kinds, parents=None, gap=0.0):
    """Patches of 1 ha from west to east; a kind of the seven, or a sub-class."""
    seven = ("farmland", "water", "park_green", "problem_estate", "key_enterprise", "developable")
    step = HECTARE + gap
    return gpd.GeoDataFrame(
        {
            "parent_code": parents or ["1"] * len(kinds),
            "category": [kind if kind in seven else "residual" for kind in kinds],
            "subclass": ["" if kind in seven else kind for kind in kinds],
            "area_m2": 10_000.0,
        },
        geometry=[box(x * step, 0, x * step + HECTARE, HECTARE) for x in range(len(kinds))],
        crs=CRS,
    )


def edges(patches, **options):
    graph = patch_graph(patches, **{"min_border_m": 1.0, **options})
    return [tuple(pair) for pair in graph.edges.tolist()]


def blocks(patches, extra="", **options):
    graph = patch_graph(patches, **{"min_border_m": 1.0, **options})
    formed = form_blocks(patches, graph, rules=rules(extra))
    return formed["block"].tolist(), formed["block_category"].tolist()


def test_neighbours_of_two_grids_are_not_joined():
    assert edges(row_of("water", "water", "water", parents=["1", "1", "2"])) == [(0, 1)]


def test_border_shorter_than_the_rule_does_not_count():
    assert edges(row_of("water", "water"), min_border_m=100.0) == [(0, 1)]
    assert edges(row_of("water", "water"), min_border_m=100.5) == []


def test_gap_is_bridged_only_as_far_as_the_rules_allow():
    apart = row_of("water", "water", gap=20.0)
    assert edges(apart, max_gap_m=19.0) == []
    graph = patch_graph(apart, min_border_m=1.0, max_gap_m=20.0)
    assert graph.edges.tolist() == [[0, 1]]
    assert graph.border_m.tolist() == [0.0]


def test_barrier_along_a_border_parts_neighbours():
    barrier = gpd.GeoSeries([LineString([(100, -10), (100, 110)])], crs=CRS)
    assert edges(row_of("water", "water", "water"), barriers=barrier) == [(1, 2)]


def test_barrier_that_only_crosses_a_border_does_not_part_them():
    barrier = gpd.GeoSeries([LineString([(0, 50), (300, 50)])], crs=CRS)
    assert edges(row_of("water", "water"), barriers=barrier) == [(0, 1)]


def test_link_does_not_run_across_a_barrier():
    barrier = gpd.GeoSeries([LineString([(110, -10), (110, 110)])], crs=CRS)
    apart = row_of("water", "water", gap=20.0)
    assert edges(apart, max_gap_m=20.0, barriers=barrier) == []


def test_each_category_is_a_block_and_never_mixes():
    assert blocks(row_of("farmland", "farmland", "water", "farmland")) == (
        [0, 0, 1, 2],
        ["farmland", "farmland", "water", "farmland"],
    )


def test_ground_below_its_least_area_joins_its_neighbour():
    small = row_of("farmland", "farmland", "water")
    assert blocks(small, "\n[split]\nmin_area_ha = { water = 1.5 }\n") == (
        [0, 0, 0],
        ["farmland"] * 3,
    )


def test_residual_ground_is_absorbed_by_farmland_rather_than_by_an_estate():
    absorbed = row_of("problem_estate", "forest_orchard_grass", "farmland")
    assert blocks(absorbed) == ([0, 1, 1], ["problem_estate", "farmland", "farmland"])


@pytest.mark.parametrize("register", ["problem_estate", "key_enterprise"])
def test_small_ground_joins_a_register_only_where_hardly_anything_else_is_beside(register):
    """A pond with 100 m of border to the register and 10 m to a field, then with half a metre."""
    for length, expected in ((10, [0, 1, 1]), (0.5, [0, 0, 1])):
        patches = row_of(register, "water", "farmland")
        patches["area_m2"] = [10_000.0, 5_000.0, 10_000.0]
        pond = Polygon([(100, 0), (200, 0), (200, length), (200, 100), (100, 100)])
        patches.geometry = [box(0, 0, 100, 100), pond, box(200, 0, 300, length)]
        small = "\n[split]\nmin_area_ha = { water = 1.5 }\n"
        assert blocks(patches, small, min_border_m=0.1)[0] == expected


def test_of_two_kinds_of_housing_with_as_much_ground_the_first_gives_the_block_its_kind():
    """One block of village and town housing of a hectare each, whatever came first."""
    extra = "\n[split]\nmin_area_ha = { village_res = 1.5, urban_res = 2.5 }\n"
    for kinds in (("urban_res", "village_res"), ("village_res", "urban_res")):
        patches = row_of(*kinds, "farmland")
        assert blocks(patches, extra)[0] == [0, 0, 1]


def test_housing_keeps_its_own_block():
    assert blocks(row_of("farmland", "village_res")) == ([0, 1], ["farmland", "residual"])


def test_village_and_town_housing_side_by_side_are_one_block():
    assert blocks(row_of("urban_res", "village_res")) == ([0, 0], ["residual"] * 2)


def test_ground_left_with_its_parent_is_in_no_block():
    extra = '\n[residual]\ndefault = "leave"\n'
    patches = row_of("farmland", "forest_orchard_grass", "farmland")
    left = np.array([False, True, False])
    text = rules_text().replace('[residual]\ndefault = "absorb"', extra)
    graph = patch_graph(patches, min_border_m=1.0, left=left)
    formed = form_blocks(patches, graph, rules=parse_rules(text))
    assert formed["block"].tolist() == [0, -1, 1]


def test_link_runs_across_ground_that_is_left():
    patches = row_of("farmland", "forest_orchard_grass", "farmland")
    left = np.array([False, True, False])
    graph = patch_graph(patches, min_border_m=1.0, max_gap_m=100.0, left=left)
    assert graph.edges.tolist() == [[0, 2]]


@pytest.mark.parametrize("kinds", [("farmland",), ("forest_orchard_grass",)])
def test_one_patch_is_one_block(kinds):
    assert blocks(row_of(*kinds))[0] == [0]
