import geopandas as gpd
import pandas as pd
import pytest
from drawn_town import rules_text
from shapely import Point, box

from gridmap.rules import parse_rules
from gridmap.town.load import measure_load, place_objects, share_households

CRS = "EPSG:4547"
RULES = parse_rules(rules_text())


def patches():
    """
    +------+------+------+   farm 1 ha, village 1 ha, village 3 ha (one grid),
    | farm | vill | vill |   an estate of 1 ha in another
    +------+------+------+
    """
    return gpd.GeoDataFrame(
        {
            "parent_code": ["1", "1", "1", "2"],
            "category": ["farmland", "residual", "residual", "problem_estate"],
            "subclass": ["", "village_res", "village_res", ""],
            "record": ["F", "V", "V", "E1"],
            "area_m2": [10_000.0, 10_000.0, 30_000.0, 10_000.0],
        },
        geometry=[
            box(0, 0, 100, 100),
            box(100, 0, 200, 100),
            box(200, 0, 500, 100),
            box(500, 0, 600, 100),
        ],
        crs=CRS,
    )


def objects(*rows):
    return gpd.GeoDataFrame(
        {"category": "problem_estate", "record": [row[0] for row in rows]},
        geometry=[row[1] for row in rows],
        crs=CRS,
    )


def test_households_live_on_housing_by_area():
    shared = share_households(patches(), pd.Series({"1": 80, "2": 0}), live_on=("village_res",))
    assert shared.tolist() == [0.0, 20.0, 60.0, 0.0]


def test_households_of_a_grid_without_housing_are_not_lost():
    shared = share_households(patches(), pd.Series({"1": 80, "2": 7}), live_on=("urban_res",))
    assert shared.tolist() == [16.0, 16.0, 48.0, 7.0]


def test_an_object_of_no_category_counts_for_no_load():
    """A school on the estate that has one register entry of its own kind."""
    both = objects(("E1", None), ("E1", None))
    hierarchy = gpd.GeoDataFrame({"households": [0, 0]}, index=["1", "2"], geometry=[None, None])
    ground = patches().assign(layer="a.gpkg")
    counts = []
    for second in ("problem_estate", ""):
        given = both.assign(category=["problem_estate", second])
        made = measure_load(ground, rules=RULES, hierarchy=hierarchy, objects=given)
        counts.append((int(made["objects"].iloc[3]), float(made["load_h"].iloc[3])))
    # 1 ha x 0.5 + a visit of 2.0 + 4.0 for each object that asks for work
    assert counts == [(2, 10.5), (1, 6.5)]


def test_object_is_placed_by_its_point():
    placed = place_objects(patches(), objects(("", Point(150, 50)), ("", Point(9999, 0))))
    assert placed.tolist() == [1, -1]


def test_object_without_a_point_goes_to_the_largest_patch_of_its_record():
    placed = place_objects(patches(), objects(("V", Point()), ("E1", Point()), ("?", Point())))
    assert placed.tolist() == [2, 3, -1]


def test_object_on_a_border_is_placed_once():
    assert place_objects(patches(), objects(("", Point(100, 50)))).tolist() == [0]


def test_load_is_the_sum_of_weights_times_measures():
    """By hand from the drawn rules.

    farm: 1 ha x 0.2 + 0.5; village (no weight a patch): 0.2 x ha + 0.05 x households;
    estate: 1 ha x 0.5 + 2 + one object x 4
    """
    grids = gpd.GeoDataFrame({"households": [80, 0]}, index=["1", "2"], geometry=[None, None])
    measured = measure_load(
        patches(), rules=RULES, hierarchy=grids, objects=objects(("E1", Point()))
    )
    assert measured["load_h"].tolist() == pytest.approx([0.7, 1.2, 3.6, 6.5])
    assert measured["objects"].tolist() == [0, 0, 0, 1]
    assert measured["households"].sum() == 80


def test_equal_records_of_two_layers_do_not_mix():
    """Record 1 is a field and an estate: the register of estates means the estate."""
    both = patches().assign(record=["1", "2", "2", "1"])
    assert place_objects(both, objects(("1", Point()))).tolist() == [3]
    other = objects(("1", Point())).assign(category="key_enterprise")
    assert place_objects(both, other).tolist() == [3]  # the larger or later of equal ones


def test_object_with_a_polygon_is_placed_where_most_of_it_lies():
    """Its middle lies on the farm, the larger part on the second village patch."""
    shape = box(0, 0, 60, 10).union(box(60, 0, 210, 1)).union(box(200, 0, 290, 10))
    assert place_objects(patches(), objects(("", shape))).tolist() == [2]
