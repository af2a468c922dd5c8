"""Columns of the grids as given, as town offices name them and as shapefiles cut them short."""

import drawn_town
import pytest

from layers.contract.errors import LayerSchemaError
from layers.landuse.grids import hierarchy_columns, read_hierarchy

CHINESE = {
    "code": "编码", "name": "名称", "level": "级别", "parent_code": "上级编码",
    "name_en": "英文名", "households": "户数", "population": "人口",
}  # fmt: skip


def read(frame, tmp_path, name="grids.gpkg", columns=None, **options):
    frame.to_file(tmp_path / name, **options)
    found, _ = read_hierarchy(tmp_path / name, crs="EPSG:4547", columns=columns)
    return found


def test_chinese_headers_are_read_as_our_own(tmp_path):
    grids = drawn_town.draw_hierarchy()
    own = read(grids, tmp_path)
    theirs = read(grids.rename(columns=CHINESE), tmp_path, "网格.gpkg")
    assert theirs.drop(columns="geometry").equals(own.drop(columns="geometry"))


@pytest.mark.filterwarnings("ignore:Column names longer than 10", "ignore:Normalized/laundered")
def test_a_shapefile_that_cut_the_names_to_ten_bytes_is_read(tmp_path):
    own = drawn_town.draw_hierarchy().set_index("code")
    found = read(drawn_town.draw_hierarchy(), tmp_path, "grids.shp")
    assert found["parent_code"].to_dict() == own["parent_code"].to_dict()
    found = read(drawn_town.draw_hierarchy().rename(columns=CHINESE), tmp_path, "网格.shp")
    assert found["parent_code"].to_dict() == own["parent_code"].to_dict()


def test_our_own_name_goes_before_another_word_for_the_same():
    assert hierarchy_columns(["名称", "Name ", "other"]) == {"name": "Name "}


def test_a_missing_column_is_named_in_the_language_of_the_reader(tmp_path):
    grids = drawn_town.draw_hierarchy().rename(columns=CHINESE).drop(columns="上级编码")
    with pytest.raises(LayerSchemaError, match="has no column 'parent_code'") as told:
        read(grids, tmp_path)
    assert "Found: '编码', '名称'" in told.value.text("en")
    assert "缺少“上级编码”（parent_code）列" in told.value.text("zh")
    assert '[hierarchy] 中指明，如 parent_code_column = "…"' in told.value.zh


def test_columns_that_the_town_names_go_before_headers(tmp_path):
    grids = drawn_town.draw_hierarchy()
    own = read(grids, tmp_path)
    named = {column: f"C{at}" for at, column in enumerate(CHINESE)}
    theirs = grids.rename(columns=named).assign(编码="x", 户数=7)
    found = read(theirs, tmp_path, "other.gpkg", named)
    assert found.drop(columns="geometry").equals(own.drop(columns="geometry"))


def test_a_named_column_that_is_not_there_is_refused_with_the_nearest(tmp_path):
    grids = drawn_town.draw_hierarchy().rename(columns={"parent_code": "SJBM"})
    with pytest.raises(LayerSchemaError, match=r"no column 'SJDM'. Did you mean 'SJBM'\?") as told:
        read(grids, tmp_path, columns={"parent_code": "SJDM"})
    assert "是否为“SJBM”？" in told.value.zh


def test_headers_with_a_unit_or_blanks_are_known(tmp_path):
    grids = drawn_town.draw_hierarchy()
    found = read(
        grids.rename(columns={"households": "户 数（户）", "population": "人口*"}), tmp_path
    )
    assert found["households"].sum() == 580
    assert found["population"].sum() == 1715


@pytest.mark.parametrize("header", ["常住户数", "hh_households"])
def test_a_column_that_may_hold_the_households_is_named_and_not_passed_over(tmp_path, header):
    grids = drawn_town.draw_hierarchy().rename(columns={"households": header})
    grids.to_file(tmp_path / "grids.gpkg")
    found, issues = read_hierarchy(tmp_path / "grids.gpkg", crs="EPSG:4547")
    assert found["households"].sum() == 0
    assert f"but '{header}': none of them is read" in issues["message"][0]
    columns = {"households": header}  # the way out that is named
    found, issues = read_hierarchy(tmp_path / "grids.gpkg", crs="EPSG:4547", columns=columns)
    assert (found["households"].sum(), len(issues)) == (580, 0)
