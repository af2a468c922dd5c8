"""Buildings, compounds and village groups stay whole in the split, where load allows."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from drawn_town import CRS, rules_text
from shapely import box

from gridmap.rules import parse_rules
from gridmap.split.holding import held
from gridmap.split.split import split_patches
from gridmap.split.units import cores, ground_of_units, members_of

SIDE = 100
RULES = parse_rules(rules_text())  # a micro-grid carries 48 hours


def fields(*loads, categories=None):
    """A row of squares of 1 ha with so many hours each."""
    kinds = categories or ["farmland"] * len(loads)
    return gpd.GeoDataFrame(
        {
            "parent_code": "410122106200001",
            "name": "",
            "category": kinds,
            "subclass": "",
            "area_m2": 1e4,
            "households": 0.0,
            "objects": 0,
            "load_h": list(loads),
        },
        geometry=[box(x * SIDE, 0, x * SIDE + SIDE, SIDE) for x in range(len(loads))],
        index=pd.Index([f"P{number:05d}" for number in range(1, len(loads) + 1)]),
        crs=CRS,
    )


def units(*rows):
    """Rows of kind and shape."""
    return gpd.GeoDataFrame(
        {"kind": [kind for kind, _ in rows], "name": "", "layer": "units.gpkg"},
        geometry=[shape for _, shape in rows],
        index=pd.Index([f"U{number}" for number in range(1, len(rows) + 1)], dtype="str"),
        crs=CRS,
    )


def codes(patches, *rows):
    return split_patches(patches, rules=RULES, units=units(*rows)).grid_code.tolist()


def test_a_unit_in_a_corner_of_one_field_is_not_of_the_field_whose_box_it_meets():
    """The box of a hook-shaped field holds a compound that lies in the field beside it alone."""
    hook = box(0, 0, 200, 100) - box(20, 20, 200, 100)
    ground = gpd.GeoDataFrame(geometry=[hook, box(20, 20, 200, 100)], crs=CRS)
    inside, along = box(60, 40, 120, 80), box(10, 10, 120, 90)
    found = ground_of_units(ground, units(("compound", inside), ("compound", along)))
    assert found[["patch", "unit"]].to_numpy().tolist() == [[1, 1]]
    hugged = units(("village_group", box(0, 0, 200, 21)))
    assert ground_of_units(ground, hugged)[["patch", "own"]].to_numpy().tolist() == [[0, True]]


FOUR = (24.0, 24.0, 24.0, 24.0)


def test_without_units_four_fields_are_parted_in_the_middle():
    made = codes(fields(*FOUR))
    assert len(set(made)) == 2
    assert made[1] != made[2]


@pytest.mark.parametrize(
    "unit",
    [
        ("compound", box(100, 0, 300, 100)),
        ("village_group", box(105, 5, 295, 95)),
        ("compound", box(160, 20, 240, 80)),  # half of it on each of two fields
        ("building", box(194, 40, 206, 50)),
        ("building", box(170, 40, 203, 50)),  # a tenth of it on the other field
    ],
)
def test_no_border_goes_through_a_unit(unit):
    made = codes(fields(*FOUR), unit)
    assert made[1] == made[2]


@pytest.mark.parametrize(
    "unit",
    [
        ("building", box(170, 40, 200.8, 50)),  # decimetres: drawn by another hand
        ("compound", box(100, 0, 208, 100)),  # behind a verge
        ("compound", box(130, 0, 225, 100)),  # mostly on one field, a quarter on the other
    ],
)
def test_what_lies_beside_a_border_is_not_cut_by_it(unit):
    made = codes(fields(*FOUR), unit)
    assert len(set(made)) == 2
    assert made[1] != made[2]


def test_a_unit_beyond_capacity_is_cut():
    made = codes(fields(*FOUR), ("compound", box(0, 0, 300, 100)))
    assert len(set(made)) == 2


def test_a_house_stays_whole_in_a_compound_that_is_cut():
    made = codes(
        fields(*FOUR),
        ("compound", box(0, 0, 400, 100)),
        ("building", box(190, 40, 210, 50)),
    )
    assert made[1] == made[2]


def test_ground_of_another_kind_is_no_part_of_what_stays_together():
    patches = fields(24.0, 24.0, categories=["farmland", "water"])
    made = codes(patches, ("compound", box(0, 0, 200, 100)))
    assert made[0] != made[1]


def test_smaller_units_come_first():
    """A group on the first two fields is too much with the house that ties the last two."""
    patches = fields(20.0, 20.0, 20.0)
    made = codes(
        patches,
        ("village_group", box(0, 0, 200, 100)),
        ("building", box(190, 40, 210, 50)),
    )
    assert made[1] == made[2]


def test_the_core_of_a_small_unit_is_left():
    small, large = cores(units(("building", box(0, 0, 4, 4)), ("compound", box(0, 0, 200, 200))))
    assert small.bounds == pytest.approx((0.5, 0.5, 3.5, 3.5))
    assert large.bounds == pytest.approx((10, 10, 190, 190))


def test_members_come_by_kind_then_unit_the_largest_first():
    found = members_of(
        fields(*FOUR),
        units(("compound", box(100, 0, 300, 100)), ("building", box(170, 40, 220, 50))),
    )
    assert found[["unit", "patch"]].to_numpy().tolist() == [[1, 1], [1, 2], [0, 1], [0, 2]]
    assert found["own"].tolist() == [False, False, True, True]


def test_groups_are_held_as_long_as_one_micro_grid_can_carry_them():
    unit = held(np.arange(5), [[1, 2], [0, 1], [3, 4]], load=np.array([2.0, 3, 4, 5, 5]), most=9.0)
    assert unit.tolist() == [0, 0, 0, 3, 4]
