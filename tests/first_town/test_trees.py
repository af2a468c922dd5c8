"""The hierarchy put together: levels, parents and codes derived, gaps closed, each as a row."""

import geopandas as gpd
import pytest
from first_towns import CRS, draw_grids
from shapely import box

from boundaries.hierarchy.consistency import check_hierarchy
from gridmap.first_town.trees.codes import PLACEHOLDER
from gridmap.first_town.trees.make import level_of, make_tree

TEXTS = ("code", "name", "level", "parent_code", "households")


def rows_of(grids, *without):
    texts = {name: "" if name in without else grids[name].astype("str") for name in TEXTS}
    return gpd.GeoDataFrame(texts, geometry=grids.geometry.to_numpy(), crs=grids.crs)


def kinds(tree):
    return {one.kind for one in tree.changes}


def errors_of(tree):
    frame = gpd.GeoDataFrame(tree.grids.set_index("code"))
    return check_hierarchy(frame[["name", "level", "parent_code", "geometry"]]).query(
        "severity == 'error'"
    )


def test_a_whole_hierarchy_stays_as_it_is():
    tree = make_tree(rows_of(draw_grids()), town_name="", town_code="")
    assert tree.changes == ()
    assert not tree.is_made
    assert tree.grids["code"].tolist() == sorted(
        draw_grids()["code"], key=lambda one: (len(one), one)
    )


@pytest.mark.parametrize(
    "without",
    [
        ("parent_code",),
        ("level",),
        ("level", "parent_code"),
        ("code", "parent_code"),
        ("code", "level", "parent_code"),
    ],
)
def test_what_is_missing_is_derived_from_what_lies_within_what(without):
    given = draw_grids().set_index("name")
    tree = make_tree(rows_of(draw_grids(), *without), town_name="", town_code="410199101")
    made = tree.grids.set_index("name")
    assert made["level"].to_dict() == given["level"].to_dict()
    names = made.reset_index().set_index("code")["name"]
    parents = {name: names.get(code, "") for name, code in made["parent_code"].items()}
    true = {one: given.index[given["code"] == code] for one, code in given["parent_code"].items()}
    assert parents == {name: found[0] if len(found) else "" for name, found in true.items()}
    assert errors_of(tree).empty
    assert tree.is_made


def test_a_town_that_no_file_has_is_the_ground_of_its_villages():
    grids = draw_grids()
    tree = make_tree(rows_of(grids[grids["level"] > 1]), town_name="柳河镇", town_code="")
    top = tree.grids.iloc[0]
    assert (top["name"], top["level"], top["code"]) == ("柳河镇", 1, "410199101")
    assert top.geometry.equals(grids.geometry.iloc[0])
    assert "town" in kinds(tree)


def test_codes_that_nobody_knows_are_said_to_be_invented():
    grids = draw_grids()
    tree = make_tree(rows_of(grids[grids["level"] > 1], "code", "parent_code"), town_name="",
                     town_code="")  # fmt: skip
    assert tree.grids["code"].iloc[0] == PLACEHOLDER
    assert any("虚构" in one.why.zh for one in tree.changes)
    assert tree.grids["code"].is_unique


def test_a_doubled_code_is_replaced_and_shown():
    rows = rows_of(draw_grids(), "parent_code")
    rows.loc[2, "code"] = rows.loc[1, "code"]
    tree = make_tree(rows, town_name="", town_code="")
    changed = [one for one in tree.changes if one.kind == "code"]
    assert {one.before for one in changed} == {rows.loc[1, "code"]}
    assert tree.grids["code"].is_unique
    assert errors_of(tree).empty


def test_overlaps_and_gaps_are_mended_and_a_large_gap_is_a_grid():
    grids = draw_grids()
    west, south, east, north = grids.geometry.iloc[4].bounds  # a grid of level 3
    at = grids.index[grids["level"] == 3]
    grids.loc[at[0], "geometry"] = box(west - 50, south, east, north + 30)
    grids = grids.drop(index=at[-1])
    tree = make_tree(rows_of(grids), town_name="", town_code="")
    assert tree.faults == ()
    assert errors_of(tree).empty
    assert "rest" in kinds(tree)
    assert "马庄村其余" in tree.grids["name"].tolist()
    assert tree.grids.geometry.area[tree.grids["level"] == 3].sum() == pytest.approx(
        grids.geometry.iloc[0].area
    )


def test_a_grid_in_pieces_is_one_and_a_village_with_one_grid_of_its_name_is_two():
    shapes = [box(0, 0, 100, 100), box(0, 0, 50, 100), box(50, 0, 100, 40), box(50, 40, 100, 100),
              box(0, 0, 50, 100)]  # fmt: skip
    names = ["小镇", "东村", "西村", "西村", "东村"]
    frame = gpd.GeoDataFrame({"name": names, "code": "", "level": "", "parent_code": ""},
                             geometry=shapes, crs=CRS)  # fmt: skip
    tree = make_tree(frame, town_name="", town_code="")
    assert tree.grids["name"].tolist().count("西村") == 1
    assert "double" in kinds(tree)


def test_an_empty_layer_gives_words_instead_of_a_tree(tmp_path):
    grids = draw_grids().iloc[:1]
    tree = make_tree(rows_of(grids, "code", "level", "parent_code"), town_name="", town_code="")
    assert tree.grids["level"].tolist() == [1]


@pytest.mark.parametrize(
    ("text", "level"),
    [("3", 3), ("3.0", 3), ("三级", 3), ("第二级", 2), ("镇", 1), ("行政村", 2), ("网格", 3),
     ("1级网格", 1)],
)  # fmt: skip
def test_levels_are_read_as_offices_write_them(text, level):
    assert level_of(text) == level


def test_a_word_that_is_no_level_is_none():
    assert level_of("东") != level_of("东")
