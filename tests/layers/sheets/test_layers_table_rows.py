"""Rows that are no entries: totals, notes under a table, its header once more."""

import warnings

import drawn_town
import geopandas as gpd
import pandas as pd
import pytest

from gridmap.workflow.workflow import make_plan
from layers.landuse.grids import read_hierarchy
from layers.reading.features import read_features
from layers.registers.register import read_register
from layers.registers.roster import read_roster, read_roster_and_issues
from layers.sheets.reading import open_table
from layers.sheets.table_rows import is_total


@pytest.mark.parametrize(
    "text",
    [
        "合计",
        "合 计",
        "总计：",
        "小计(西村)",
        "本页小计",
        "共计25人",
        "合计：1,320户",
        "Total",
        "TOTALS:",
        "ｓｕｍ",
        "Sub-total",
        "西村小计",
        "东村第一网格合计：",
        "耕地总计",
        "平均值",
        "Average",
    ],
)
def test_words_of_totals_alone_are_totals(text):
    assert is_total(text)


@pytest.mark.parametrize(
    "text", ["", "合计村", "张合计", "Totale SA", "计", "总工", "sumo", "C01", "均安村", "王小计"]
)
def test_names_with_such_words_in_them_are_none(text):
    assert not is_total(text)


def write(path, rows):
    pd.DataFrame(rows[1:], columns=rows[0]).to_csv(path, index=False, encoding="utf-8-sig")
    return path


def test_totals_headers_and_notes_are_left_out_and_told(tmp_path):
    path = write(tmp_path / "r.csv", [
        ["编号", "姓名", "身份"], ["1", "甲", "干部"], ["小计", "1人", ""],
        ["编号", "姓名", "身份"], ["2", "乙", "干部"], ["", "合计", "2人"],
        ["填表人：丙", "审核人：丁", ""],
    ])  # fmt: skip
    people, issues = read_roster_and_issues(path)
    assert list(people["name"]) == ["甲", "乙"]
    assert [issue.message.partition(" (")[0] for issue in issues] == [
        "'r.csv': 2 rows of totals left out",
        "'r.csv': 1 row that repeats the header left out",
        "'r.csv': 1 note under the table left out",
    ]
    assert "row 3, 6: '小计'" in issues[0].message


def test_a_total_behind_a_running_number_is_none_of_the_people(tmp_path):
    rows = [["序号", "编号", "姓名"], ["1", "C01", "甲"], ["2", "合计", "1人"]]
    people, issues = read_roster_and_issues(write(tmp_path / "r.csv", rows))
    assert list(people["name"]) == ["甲"]
    assert "row of totals" in issues[0].message


def test_a_person_who_is_called_like_a_total_has_an_id_and_stays(tmp_path):
    rows = [["编号", "姓名"], ["C01", "合计"], ["C02", "总计"]]
    assert list(read_roster(write(tmp_path / "r.csv", rows))["name"]) == ["合计", "总计"]


def test_a_total_of_a_register_is_no_object_and_of_a_layer_no_feature(tmp_path):
    rows = [["编号", "名称", "地块"], ["1", "甲厂", "E1"], ["合计", "1家", ""]]
    objects, issues = read_register(
        write(tmp_path / "o.csv", rows), category="key_enterprise", id_column="编号",
        record_column="地块", crs="EPSG:4547",
    )  # fmt: skip
    assert objects.index.tolist() == ["o:1"]
    assert "1 row of totals left out (row 3: '合计')" in issues["message"].iloc[0]
    rows = [["名称", "经度", "纬度"], ["甲", "113.9", "34.7"], ["合计", "", ""]]
    reading = read_features(write(tmp_path / "l.csv", rows))
    assert len(reading.frame) == 1
    assert [issue.rule for issue in reading.issues] == ["READ-8"]


def test_a_total_holds_no_post_of_a_plan(tmp_path):
    total = pd.DataFrame([{"编号": "合计", "姓名": "25人"}])
    roster = pd.concat([drawn_town.draw_roster(), total], ignore_index=True).fillna("")
    plan = make_plan(drawn_town.write_town(tmp_path / "t", roster=roster))
    assert len(plan.people) == 25
    assert "合计" not in set(plan.assignments["person_id"])
    assert plan.issues["message"].str.contains("'roster.xlsx': 1 row of totals").sum() == 1


def test_what_stands_above_a_person_is_no_note(tmp_path):
    rows = [["编号", "姓名"], ["备注：借调", "甲"], ["2", "乙"]]
    table = open_table(write(tmp_path / "r.csv", rows))
    assert len(table.frame) == 2


def test_a_total_beside_a_village_is_told_by_the_id_that_it_lacks(tmp_path):
    rows = [["村", "编号", "名称", "地块"], ["西村", "1", "甲厂", "E1"], ["西村", "", "小计", "1"]]
    options = {"category": "key_enterprise", "id_column": "编号", "crs": "EPSG:4547"}
    path = write(tmp_path / "o.csv", rows)
    objects, issues = read_register(path, record_column="地块", **options)
    assert objects.index.tolist() == ["o:1"]
    assert "1 row of totals left out (row 3" in issues["message"].iloc[0]
    people = [["村", "编号", "姓名"], ["西村", "1", "甲"], ["汇总", "", ""], ["共2人", "", ""]]
    assert list(read_roster(write(tmp_path / "r.csv", people))["name"]) == ["甲"]


def test_words_for_no_value_are_empty_cells(tmp_path):
    rows = [["编号", "姓名", "电话"], ["1", "甲", "<Null>"], ["2", "Nan", "NULL"]]
    people, issues = read_roster_and_issues(write(tmp_path / "r.csv", rows))
    assert people["phone"].tolist() == ["", ""]
    assert people["name"].tolist() == ["甲", "Nan"]
    assert "2 cells with '<Null>' or the like, read as empty" in issues[0].message


def test_a_total_among_the_grids_is_no_grid(tmp_path):
    grids = drawn_town.draw_hierarchy()
    total = {"code": "合计", "name": "合计", "level": None, "parent_code": "", "households": 580}
    row = gpd.GeoDataFrame([total], geometry=[None], crs=grids.crs)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of pandas, on putting empty cells together
        pd.concat([grids, row]).to_file(tmp_path / "grids.gpkg")
    found, issues = read_hierarchy(tmp_path / "grids.gpkg", crs=drawn_town.CRS)
    assert len(found) == len(grids)
    assert "1 row of totals left out (row 8: '合计')" in issues["message"][0]
