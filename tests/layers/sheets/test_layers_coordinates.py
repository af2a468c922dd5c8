"""Positions in tables as offices write them, and headers as they draw them."""

import openpyxl
import pandas as pd
import pytest

from layers.contract.errors import LayerFileError
from layers.reading.features import read_features
from layers.sheets.coordinates import has_positions, table_features
from layers.sheets.reading import read_table


def table(**columns):
    return pd.DataFrame(columns, dtype="str").set_axis(range(2, 2 + len(columns.popitem()[1])))


def sheet(path, rows, **others):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for name, more in others.items():
        added = book.create_sheet(name)
        for row in more:
            added.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("lon", "lat"),
    [
        ("113°55′30″E", "34°41′15″N"),
        ("113度55分30秒", "34度41分15秒"),
        ("113 55 30", "34 41 15"),
        ("113:55:30", "34:41:15"),
        ("E113°55'30\"", "N34°41'15\""),
        ("东经113°55′30″", "北纬34°41′15″"),
        ("113°55.5′", "34°41.25′"),
        ("113.925°", "34.6875°"),
        ("１１３．９２５", "３４．６８７５"),
        ("113,925", "34,6875"),
    ],
)
def test_degrees_are_read_in_every_spelling(lon, lat):
    frame, _, issues = table_features(table(经度=[lon], 纬度=[lat]), file="a.csv")
    point = frame.geometry.iloc[0]
    assert (point.x, point.y) == pytest.approx((113.925, 34.6875))
    assert issues == []


@pytest.mark.parametrize(
    ("lon", "lat"),
    [
        ("113°75′30″", "34°41′15″"),  # an hour has no 75 minutes
        ("113.5°20′", "34°41′"),
        ("999", "34.7"),
        ("inf", "34.7"),
        ("0", "0"),
        ("", "34.7"),
        ("待定", "34.7"),
    ],
)
def test_a_position_of_nowhere_is_named_and_costs_one_row(lon, lat):
    frame, _, issues = table_features(table(经度=[lon, "113.9"], 纬度=[lat, "34.7"]), file="a.csv")
    assert frame.geometry.iloc[0] is None
    assert frame.geometry.iloc[1].x == 113.9
    assert [(issue.rule, issue.other_code) for issue in issues] == [("READ-6", "2")]


def test_a_single_row_the_other_way_round_is_not_turned_by_force():
    frame, _, issues = table_features(table(lon=["34.7", "113.9"], lat=["113.9", "34.7"]), file="a")
    assert frame.geometry.iloc[0] is None
    assert issues[0].other_code == "2"


def test_plane_coordinates_with_thousands_and_units():
    frame, _, issues = table_features(table(X=["493,000.5"], Y=["3,838,000.5 米"]), file="a.csv")
    assert frame.geometry.iloc[0].coords[0] == (493_000.5, 3_838_000.5)
    assert issues == []


@pytest.mark.parametrize(
    ("across", "up"),
    [
        ("经度(°)", "纬度（°）"),
        ("GPS经度", "GPS纬度"),
        ("X坐标（米）", "Y坐标(m)"),
        ("ＬＯＮ", "LAT "),
    ],
)
def test_headers_may_carry_units_and_more_words(across, up):
    assert has_positions(table(**{across: ["1"], up: ["1"]}))


def test_both_numbers_in_one_cell():
    frame, why, _ = table_features(table(坐标=["113.9,34.7", "113.91，34.71"]), file="a.csv")
    assert [point.x for point in frame.geometry] == [113.9, 113.91]
    assert "'坐标' holds both" in str(why)


def test_a_column_of_addresses_is_no_position():
    assert not has_positions(table(location=["Main street 5", "x"]))


def test_columns_named_after_a_web_map_are_suspected():
    _, _, issues = table_features(table(百度经度=["113.9"], 百度纬度=["34.7"]), file="a.csv")
    assert 'Write datum = "bd09"' in issues[0].message


def test_wkt_with_the_number_of_its_system():
    frame, _, issues = table_features(table(wkt=["SRID=4490;POINT (113.9 34.7)"]), file="a.csv")
    assert frame.crs.to_epsg() == 4490
    assert frame.geometry.iloc[0].x == 113.9
    assert issues == []


def test_a_header_below_a_title_and_a_note(tmp_path):
    rows = [
        ["郑庵镇重点企业台账"],
        ["填报人：张三", None, "日期：2024-12-31"],
        ["编号", "名称", "经度", "纬度"],
        ["001", "甲公司", "113.9", "34.7"],
    ]
    read = read_table(sheet(tmp_path / "a.xlsx", rows))
    assert read.loc[4].to_dict() == {
        "编号": "001",
        "名称": "甲公司",
        "经度": "113.9",
        "纬度": "34.7",
    }
    text = "\n".join(",".join(cell or "" for cell in row) for row in rows)
    (tmp_path / "a.csv").write_bytes(text.encode("gbk"))
    assert read_table(tmp_path / "a.csv").loc[4, "名称"] == "甲公司"


def test_a_header_of_two_rows_with_merged_cells(tmp_path):
    rows = [
        ["编号", "名称", "位置", None],
        [None, None, "经度", "纬度"],
        ["001", "甲公司", 113.9, 34.7],
    ]
    read = read_table(sheet(tmp_path / "a.xlsx", rows))
    assert list(read.columns) == ["编号", "名称", "经度", "纬度"]
    assert read.index.tolist() == [3]


def test_a_first_row_with_gaps_is_no_second_header(tmp_path):
    rows = [["编号", "名称", "电话"], ["001", None, "037-1"], ["002", "乙", "037-2"]]
    assert read_table(sheet(tmp_path / "a.xlsx", rows))["编号"].tolist() == ["001", "002"]


def test_an_empty_first_sheet_is_passed_over_and_other_sheets_are_told(tmp_path):
    rows = [["编号", "经度", "纬度"], ["1", 113.9, 34.7]]
    path = sheet(tmp_path / "a.xlsx", [], 东村=rows, 西村=rows)
    reading = read_features(path)
    assert len(reading.frame) == 1
    assert "only its sheet '东村' is read, not '西村'" in reading.issues[0].message
    assert read_features(path, layer="西村").issues == ()


def test_a_row_with_more_cells_than_the_header_is_named(tmp_path):
    (tmp_path / "a.csv").write_text("id,name\n1,a\n2,b,c\n")
    with pytest.raises(LayerFileError, match=r"row 3 has more cells .*\(found 'c'\)"):
        read_table(tmp_path / "a.csv")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("编号，名称\n001，甲\n", "utf-8"),
        ('编号,名称\n="001",甲\n', "gbk"),
        ("编号,名称\n001,甲\n", "utf-16-le"),
    ],
)
def test_texts_of_wide_commas_excel_and_no_mark(tmp_path, text, encoding):
    (tmp_path / "a.csv").write_bytes(text.encode(encoding))
    assert read_table(tmp_path / "a.csv").loc[2].to_dict() == {"编号": "001", "名称": "甲"}


def test_a_parquet_table_with_plain_columns_is_placed(tmp_path):
    pd.DataFrame({"id": ["1"], "lon": [113.9], "lat": [34.7]}).to_parquet(tmp_path / "a.parquet")
    reading = read_features(tmp_path / "a.parquet")
    assert reading.frame.geometry[1].x == 113.9
    shape = bytes.fromhex("0101000000000000000000F03F0000000000000040")
    pd.DataFrame({"id": ["1"], "geometry": [shape]}).to_parquet(tmp_path / "b.parquet")
    assert read_features(tmp_path / "b.parquet").frame.geometry[1].y == 2.0
