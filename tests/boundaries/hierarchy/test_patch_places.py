"""A patch is told as a place that people of the town know; its id is an aside."""

import pandas as pd
import pytest

from boundaries.hierarchy.patch_places import place_of_patch, places_of_patches

GRIDS = pd.DataFrame(
    {
        "name": ["新镇", "东村", "东村第一网格", "第二网格", ""],
        "name_en": ["New Town", "East", "East grid 1", "Grid 2", ""],
        "level": [1, 2, 3, 3, 3],
        "parent_code": ["", "T", "T01", "T01", "T01"],
    },
    index=["T", "T01", "T0101", "T0102", "T0103"],
)


def patches(**changes):
    row = {"parent_code": "T0101", "category": "water", "subclass": "", "name": "",
           "area_m2": 6_480.0} | changes  # fmt: skip
    return pd.DataFrame([row, row], index=["P00012", "P00013"])


@pytest.mark.parametrize(
    ("changes", "english", "chinese"),
    [
        ({}, "East grid 1 (water, 0.65 ha, P00012)", "东村第一网格内水域 0.65 公顷（P00012）"),
        ({"parent_code": "T0102"}, "East, Grid 2 (water, 0.65 ha, P00012)",
         "东村第二网格内水域 0.65 公顷（P00012）"),
        ({"parent_code": "T01"}, "East (water, 0.65 ha, P00012)", "东村内水域 0.65 公顷（P00012）"),
        ({"parent_code": "T"}, "New Town (water, 0.65 ha, P00012)",
         "新镇内水域 0.65 公顷（P00012）"),
        ({"parent_code": "T0103"}, "East, T0103 (water, 0.65 ha, P00012)",
         "东村T0103内水域 0.65 公顷（P00012）"),
        ({"parent_code": "gone"}, "grid 'gone' (water, 0.65 ha, P00012)",
         "网格 gone内水域 0.65 公顷（P00012）"),
        ({"category": "residual", "subclass": "village_res"},
         "East grid 1 (village housing, 0.65 ha, P00012)",
         "东村第一网格内村庄居住 0.65 公顷（P00012）"),
        ({"name": "大孟湖", "area_m2": 99.0}, "East grid 1 (water '大孟湖', 99 m2, P00012)",
         "东村第一网格内水域“大孟湖” 99 平方米（P00012）"),
        ({"category": "moon"}, "East grid 1 (moon, 0.65 ha, P00012)",
         "东村第一网格内moon 0.65 公顷（P00012）"),
    ],
)  # fmt: skip
def test_a_patch_is_told_by_village_kind_and_area(changes, english, chinese):
    place = place_of_patch(patches(**changes), "P00012", GRIDS)
    assert (place.en, place.zh) == (english, chinese)


def test_of_many_patches_a_few_are_named_and_the_rest_counted():
    listed = places_of_patches(patches(), ["P00012", "P00013"], GRIDS, most=1)
    assert listed.zh == "东村第一网格内水域 0.65 公顷（P00012）；……另有 1 处"
    assert listed.en == "East grid 1 (water, 0.65 ha, P00012); … and 1 more"
