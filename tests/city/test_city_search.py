"""What is found in a whole city by what somebody types, and in which order."""

import shutil

import geopandas as gpd
import pandas as pd
import pytest
from drawn_city import SETTINGS, town_rules
from shapely import Point
from small_plan import CRS, EAST, NORTH, small_plan

from gridmap.city import open_city
from gridmap.city.catalogue import write_catalogue
from gridmap.city.derived import write_derived
from gridmap.city.search import COLUMNS, search_city
from layers.contract import columns
from layers.contract.errors import LayerFileError, PlanError


def plan_with_objects():
    """The small plan with four firms, three of them placed by their ground."""
    plan = small_plan()
    rows = pd.DataFrame(
        {
            "register": "firms.csv", "class": "enterprise", "category": "key_enterprise",
            "name": ["郑州ABC机械厂", "张三商店", "网格", "WG咖啡"],
            "credit_code": ["91410100MA0000001X", "", "", ""],
            "record": ["", "7", "", ""], "grid_code": ["W01", "E01", "W02", "W02"],
            "patch_id": ["p0", "p5", "p2", "p2"],
        },
        index=pd.Index(["firms:F1", "firms:F2", "cafes:C", "cafes:D"], name="object_id"),
    )  # fmt: skip
    for name in columns.later_columns(columns.OBJECTS):
        if name not in rows:
            rows[name] = columns.later_value(columns.OBJECTS, name)
    shapes = [Point(EAST + 30, NORTH + 40), None, None, None]
    objects = gpd.GeoDataFrame(rows.astype(dict(columns.OBJECTS)), geometry=shapes, crs=CRS)
    return plan.with_tables(objects=objects)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two towns with the same plan, and one that is not planned."""
    folder = tmp_path_factory.mktemp("city")
    (folder / "city.toml").write_text(SETTINGS, encoding="utf-8")
    for number, name in enumerate(("a", "b", "c")):
        (folder / "towns" / name).mkdir(parents=True)
        rules = town_rules(f"41012{number}001")
        (folder / "towns" / name / "rules.toml").write_text(rules, encoding="utf-8")
    city, plan = open_city(folder), plan_with_objects()
    for name in ("a", "b"):
        city.derived_of(name).mkdir(parents=True)
        write_derived(plan, city.derived_of(name))
    write_catalogue(city)
    return folder


def found(folder, text, **options):
    rows = search_city(folder, text, **options)
    assert tuple(rows.columns) == COLUMNS
    return [f"{row.town}/{row.kind}/{row.code}/{row.name}" for row in rows.itertuples(index=False)]


def test_whole_names_come_first_then_their_beginnings_each_by_kind_town_and_code(folder):
    assert found(folder, "张三") == [
        "a/person/T/张三", "b/person/T/张三",
        "a/object/firms:F2/张三商店", "b/object/firms:F2/张三商店",
    ]  # fmt: skip
    assert found(folder, "w01", towns=["a"]) == ["a/grid/W01/网格W01"]
    assert found(folder, "网格") == [
        *("a/object/cafes:C/网格", "b/object/cafes:C/网格"),
        *("a/town/T/网格T", "b/town/T/网格T"),
        *(f"{town}/grid/{code}/网格{code}" for town in "ab" for code in ("E", "E01", "W", "W01",
                                                                        "W02")),
    ]  # fmt: skip


@pytest.mark.parametrize("typed", ["ABC机械", "abc机械", " ＡＢＣ机械　", "州abc机\u200b械厂"])
def test_large_and_full_width_letters_and_blanks_around_make_no_difference(folder, typed):
    assert found(folder, typed, towns=["b"]) == ["b/object/firms:F1/郑州ABC机械厂"]


@pytest.mark.parametrize("typed", ["91410100ma", "９１４１０１００ＭＡ", "0001X", "f1", "firms:f1"])
def test_a_code_is_found_whole_by_its_beginning_and_by_its_end(folder, typed):
    assert found(folder, typed, towns=["a"]) == ["a/object/firms:F1/郑州ABC机械厂"]


def test_two_signs_are_no_beginning_of_a_code_and_no_pattern_is_one(folder):
    assert found(folder, "91") == []
    assert (
        found(folder, ".*") == found(folder, "%") == found(folder, "\n") == found(folder, "") == []
    )
    assert found(folder, "张\udcff") == []  # a byte that was no UTF-8, as a command line gives it


def test_each_of_several_words_is_in_the_name_or_in_that_of_the_town(folder):
    assert found(folder, "机械厂 郑州", towns=["a"]) == ["a/object/firms:F1/郑州ABC机械厂"]
    assert found(folder, "王五 测试镇", towns=["a"]) == ["a/person/W01/王五"]
    assert found(folder, "王五 网格X") == []
    assert not any("person" in one for one in found(folder, "测试 测试镇"))


@pytest.mark.parametrize("typed", ["zhangsan", "ZHANG SAN", "zs", "zhangs"])
def test_a_name_is_found_by_its_pinyin_after_what_is_written_so(folder, typed):
    hits = found(folder, typed, towns=["a"])
    whole = [one for one in hits if one.endswith("张三")]
    assert whole == (["a/person/T/张三"] if typed != "zhangs" else whole)
    assert hits[:2] == ["a/person/T/张三", "a/object/firms:F2/张三商店"]


def test_what_is_written_so_comes_before_what_sounds_so(folder):
    hits = found(folder, "wg", towns=["a"])
    assert hits[:3] == ["a/object/cafes:D/WG咖啡", "a/town/T/网格T", "a/grid/E/网格E"]
    assert found(folder, "网格w", towns=["a"]) == [
        "a/grid/W/网格W", "a/grid/W01/网格W01", "a/grid/W02/网格W02",
    ]  # fmt: skip
    assert found(folder, "a", towns=["a"]) == ["a/object/firms:F1/郑州ABC机械厂"]


def test_a_town_derived_by_an_earlier_program_is_found_by_what_its_table_has(folder, tmp_path):
    older = shutil.copytree(folder, tmp_path / "city")
    path = older / "catalogue" / "towns" / "a" / "names.parquet"
    pd.read_parquet(path).drop(columns="sounds").to_parquet(path)
    write_catalogue(open_city(older))
    assert found(older, "zhangsan") == ["b/person/T/张三", "b/object/firms:F2/张三商店"]
    assert found(older, "张三")[0] == "a/person/T/张三"
    other = path.parents[1] / "b" / "names.parquet"
    pd.read_parquet(other).drop(columns="sounds").to_parquet(other)
    write_catalogue(open_city(older))
    assert found(older, "zhangsan") == []
    assert found(older, "w01", towns=["a"]) == ["a/grid/W01/网格W01"]


def test_more_than_the_limit_is_counted_and_a_town_that_may_not_be_seen_is_not(folder):
    rows = search_city(folder, "网格", limit=3)
    assert (len(rows), rows.attrs["all"]) == (3, 14)
    assert search_city(folder, "网格", towns=["b"], limit=3).attrs["all"] == 7
    assert search_city(folder, "网格", towns=[]).attrs["all"] == 0


def test_a_town_without_a_plan_is_found_by_name_and_code(folder):
    rows = search_city(folder, "410122001")
    assert rows[["kind", "town", "area", "code"]].to_numpy().tolist() == [
        ["town", "c", "410122", "410122001"]
    ]
    assert rows[["lon", "lat"]].isna().all(axis=None)


def test_what_is_found_has_a_place_and_says_what_it_is(folder):
    rows = search_city(folder, "firms", towns=["a"]).set_index("code")
    assert rows["what"].tolist() == ["enterprise"] * 2
    to_lonlat = gpd.GeoSeries([Point(EAST + 30, NORTH + 40)], crs=CRS).to_crs("EPSG:4490")
    assert rows.loc["firms:F1", "lon"] == pytest.approx(to_lonlat.x.iloc[0], abs=1e-6)
    assert rows["lat"].notna().all()  # one of them by its ground
    people = {row.name: row for row in search_city(folder, "六", towns=["a"]).itertuples()}
    assert (people["赵六"].code, people["赵六"].what) == ("", "干部")
    assert search_city(folder, "王五", towns=["a"])["what"].tolist() == ["网格长"]


def test_no_phone_and_no_id_of_a_roster_can_be_found_or_read(folder):
    assert found(folder, "13800000000") == found(folder, "003") == []
    table = pd.read_parquet(folder / "catalogue" / "names.parquet")
    assert "1380000000" not in table.to_csv()


def test_a_city_of_which_nothing_is_planned_says_what_to_do(tmp_path):
    with pytest.raises(LayerFileError, match=r"no city\.toml"):
        search_city(tmp_path, "张")
    (tmp_path / "city.toml").write_text('[city]\ncode = "410100"\nname = "测试市"\n', "utf-8")
    with pytest.raises(PlanError, match="city plan"):
        search_city(tmp_path, "张")
