"""Ids and codes: what looks alike is alike, and digits that are gone are refused by name."""

import datetime

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from shapely import box

from layers.contract.errors import LayerSchemaError
from layers.contract.identifiers import as_codes, code_of, find_dates, find_errors, find_lost_digits
from layers.contract.text import as_text
from layers.inspect.file import inspect_file
from layers.landuse.codes import classify
from layers.landuse.grids import read_hierarchy
from layers.landuse.ground import read_ground, read_ground_and_issues
from layers.registers.register import read_register
from layers.registers.roster import read_roster, read_roster_and_issues

CRS = "EPSG:4547"
GRID = "410122106200001"
SQUARE = box(513_000, 3_838_000, 513_090, 3_838_090)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("００１", "001"), ("001\u200b", "001"), ("\ufeff001", "001"), ("001\xa0", "001"),
        ("'001", "001"), ("4101 2210 6200", "410122106200"), ("Ａ－０１", "A-01"), ("A–01", "A-01"),
        ("410122106200001.0", GRID), ("郑政（2024）12号", "郑政(2024)12号"),
        ("张 三", "张 三"), ("", ""), ("T1\nT2", "T1;T2"), ("101\r\n102", "101;102"),
        ("101 102", "101 102"), ("10001 10002", "10001 10002"), ("‘001’", "001"), ("٠٠١", "001"),
        ("0\u034f01\u3164", "001"), ("138 0000 0001", "13800000001"),
    ],
)  # fmt: skip
def test_codes_that_look_alike_are_alike(given, code):
    assert code_of(given) == code
    assert as_codes(pd.Series([given]))[0] == code


def test_a_long_number_of_decimals_shows_that_it_has_lost_digits():
    column = pd.Series([410122106000000001.0, 9007199254740991.0, 12.5, None])
    texts = as_text(column)
    assert list(texts) == ["4.10122E+17", "9007199254740991", "12.5", ""]
    assert list(find_lost_digits(texts)) == [True, False, False, False]
    mixed = pd.Series([410122106000000001, 1.0, None, "a"], dtype="object")
    assert list(as_text(mixed)) == ["410122106000000001", "1", "", "a"]


def test_errors_of_formulas_are_told_from_texts():
    texts = pd.Series(["#N/A", "#REF!", "Err:502", "=A1", "#1 厂", "N/A", "", "Errol"])
    assert list(find_errors(texts)) == [True] * 4 + [False] * 4


def sheet(path, rows):
    work = openpyxl.Workbook()
    for row in rows:
        work.active.append(row)
    work.save(path)
    return path


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (410122198001011234, "编号 '4.10122E+17' was turned into a number"),
        (datetime.date(2026, 3, 1), "编号 '2026-03-01' was turned into a date"),
        ("#N/A", "编号 '#N/A' is a formula without a valid result"),
        ("=B2", "编号 '=B2' is a formula without a valid result"),
    ],
)
def test_an_id_of_a_person_that_became_something_else_is_refused(tmp_path, cell, said):
    path = sheet(tmp_path / "r.xlsx", [["编号", "姓名"], [cell, "甲"], [cell, "乙"]])
    with pytest.raises(LayerSchemaError) as caught:
        read_roster(path)
    assert f"rows 2, 3: {said}" in str(caught.value)
    assert "stands in rows" not in str(caught.value)


def test_nobody_is_called_by_the_error_of_a_formula(tmp_path):
    path = sheet(tmp_path / "r.xlsx", [["编号", "姓名"], ["1", "#N/A"]])
    with pytest.raises(LayerSchemaError, match="row 2: 姓名 '#N/A' is a formula"):
        read_roster(path)


def test_signs_in_ids_and_codes_of_a_roster_are_mended_and_told(tmp_path):
    rows = [
        ["编 号*", "姓名（必填）", "现任网格"],
        ["００１", "甲", GRID],
        ["002", "乙", f"{GRID}\u200b"],
    ]
    people, issues = read_roster_and_issues(sheet(tmp_path / "r.xlsx", rows))
    assert people["present_grid"].to_dict() == {"001": GRID, "002": GRID}
    assert "column '编号': 1 id with" in issues[0].message
    assert "row 2: '００１' is read as '001'" in issues[0].message
    assert "column '现任网格': 1 id with" in issues[1].message
    rows[2][0] = "001\u200b"
    with pytest.raises(LayerSchemaError, match="id '001' stands in rows 2 and 3"):
        read_roster(sheet(tmp_path / "r.xlsx", rows))


def test_a_phone_keeps_its_digits_or_is_left_out_and_told(tmp_path):
    rows = [["编号", "姓名", "电话"], ["1", "甲", 13800000001], ["2", "乙", "１３８ 0000 0002"],
            ["3", "丙", "1.38E+10"]]  # fmt: skip
    people, issues = read_roster_and_issues(sheet(tmp_path / "r.xlsx", rows))
    assert list(people["phone"]) == ["13800000001", "13800000002", ""]
    assert [issue.rule for issue in issues] == ["READ-6"]


@pytest.mark.parametrize("column", ["编号", "地块"])
def test_an_object_of_a_bent_number_is_refused_by_its_column(tmp_path, column):
    row = {"编号": "W1", "地块": "E1"} | {column: 410122106000000001}
    path = sheet(tmp_path / "o.xlsx", [list(row), list(row.values())])
    with pytest.raises(LayerSchemaError) as caught:
        read_register(path, category="water", id_column="编号", record_column="地块", crs=CRS)
    assert f"column '{column}' holds ids that became a number" in str(caught.value)
    assert f"“{column}”列的编号变成了数字" in caught.value.zh


def test_records_of_registers_and_layers_meet_in_plain_signs(tmp_path):
    path = sheet(tmp_path / "o.xlsx", [["编号", "地块"], ["W1", "（2024）１２"]])
    objects, issues = read_register(
        path, category="water", id_column="编号", record_column="地块", crs=CRS
    )
    frame = gpd.GeoDataFrame({"BSM": ["(2024)12\u200b"]}, geometry=[SQUARE], crs=CRS)
    frame.to_file(tmp_path / "l.gpkg")
    ground, more = read_ground_and_issues(
        tmp_path / "l.gpkg", crs=CRS, category="water", record_column="BSM"
    )
    assert objects["record"].tolist() == ground["record"].tolist() == ["(2024)12"]
    assert any("column '地块': 1 id with" in text for text in issues["message"])
    assert any("column 'BSM': 1 id with" in text for text in more["message"])


def test_codes_of_the_hierarchy_are_mended_and_bent_ones_refused(tmp_path):
    columns = {"code": ["４１", "41001"], "name": ["镇", "村"], "level": ["１级", "二级网格"],
               "parent_code": ["", "41 "]}  # fmt: skip
    frame = gpd.GeoDataFrame(columns, geometry=[SQUARE] * 2, crs=CRS)
    frame.to_file(tmp_path / "h.gpkg")
    grids, issues = read_hierarchy(tmp_path / "h.gpkg", crs=CRS)
    assert grids.index.tolist() == ["41", "41001"]
    assert grids["level"].tolist() == [1, 2]
    assert grids["parent_code"].tolist() == ["", "41"]
    assert "column 'code': 1 id with" in issues["message"].iloc[0]
    frame["code"] = [410122106000000001.0, 410122106000000002.0]
    frame.to_file(tmp_path / "f.gpkg")
    with pytest.raises(LayerSchemaError, match="column 'code' holds ids that became a number"):
        read_hierarchy(tmp_path / "f.gpkg", crs=CRS)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gbk", "utf-16"])
def test_a_code_table_is_read_in_plain_signs_whatever_its_encoding(tmp_path, encoding):
    text = "prefix;target;备注\n１１０４;water;湖\n'0102;farmland\u3000;田\n*;other_land;其他\n"
    (tmp_path / "codes.csv").write_bytes(text.encode(encoding))
    kinds = classify(pd.Series(["1104", "0102", "9"]), tmp_path / "codes.csv")
    assert list(kinds["category"]) == ["water", "farmland", "residual"]


@pytest.mark.parametrize(
    ("text", "became"),
    [("3月1日", "a date"), ("1-Mar", "a date"), ("2026/3/1", "a date"), ("4.1E17", "a number")],
)
def test_the_row_of_an_id_that_a_text_table_keeps_as_a_date_is_left_out(tmp_path, text, became):
    (tmp_path / "r.csv").write_text(f"编号,姓名\n{text},甲\n2E10,乙\n", encoding="utf-8")
    people, (told,) = read_roster_and_issues(tmp_path / "r.csv")
    assert people.index.tolist() == ["2E10"]
    assert (told.rule, told.severity) == ("READ-22", "error")
    assert f"row 2: 编号 '{text}' was turned into {became}" in told.message


def test_the_error_of_a_formula_is_no_name_and_no_record_and_is_told(tmp_path):
    columns = {"BSM": ["#N/A", "1"], "名称": ["东湖", "#REF!"]}
    shapes = [SQUARE, box(514_000, 3_838_000, 514_090, 3_838_090)]
    gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS).to_file(tmp_path / "l.gpkg")
    ground, issues = read_ground_and_issues(
        tmp_path / "l.gpkg", crs=CRS, category="water", record_column="BSM", name_column="名称"
    )
    assert ground["record"].tolist() == ["", "1"]
    assert ground["name"].tolist() == ["东湖", ""]
    assert [text.partition(" (")[0] for text in issues["message"]] == [
        f"'l.gpkg', column '{name}': 1 cell with a formula without a valid result"
        for name in ("BSM", "名称")
    ]


def test_looking_into_a_table_tells_of_numbers_that_are_too_long(tmp_path):
    path = sheet(tmp_path / "r.xlsx", [["编号", "姓名"], [410122198001011234, "甲"]])
    (layer,) = inspect_file(path).layers
    (message,) = layer.issues["message"]
    assert "column '编号': 1 number of more than 15 digits (row 2: '4.10122E+17')" in message


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        (["1.0", "2.0", ""], ["1", "2", ""]),
        (["12", "12.0"], ["12", "12"]),
        (["1,101", "1,102", "7"], ["1101", "1102", "7"]),
        (["1.0", "1.1"], ["1.0", "1.1"]),  # numbers of chapters
        (["1,2", "1,101"], ["1,2", "1,101"]),
        (["010.0", "A"], ["010.0", "A"]),
    ],
)
def test_a_column_of_whole_numbers_has_neither_decimals_nor_commas(given, codes):
    assert as_codes(pd.Series(given)).tolist() == codes


@pytest.mark.parametrize(
    ("given", "dates"),
    [
        (["2026-03-01T00:00:00", "3"], [True, False]),
        (["2026/3/1 0:00", "3-2"], [True, False]),
        (["2026-03-01", "3-13", ""], [True, False, False]),
        (["2026-03-01", "2026-13-05", ""], [False, False, False]),  # year, batch and number
    ],
)
def test_dates_among_ids_are_told_from_ids_that_look_alike(given, dates):
    assert find_dates(pd.Series(given)).tolist() == dates


def test_records_of_a_layer_in_a_workbook_that_became_dates_are_refused(tmp_path):
    square = "POLYGON ((114 34, 114.1 34, 114.1 34.1, 114 34))"
    rows = [
        ["BSM", "wkt"],
        [datetime.date(2026, 3, 1), square],
        [datetime.date(2026, 3, 2), square],
    ]
    path = sheet(tmp_path / "l.xlsx", rows)
    with pytest.raises(LayerSchemaError, match="'BSM' holds ids that became a date"):
        read_ground(path, crs="EPSG:4547", category="farmland", record_column="BSM")


def test_cells_that_were_too_narrow_to_be_shown_are_no_ids(tmp_path):
    (tmp_path / "r.csv").write_text("编号,姓名\n####,甲\n2,乙\n", encoding="utf-8")
    people, told = read_roster_and_issues(tmp_path / "r.csv")
    assert people.index.tolist() == ["2"]
    assert [one.rule for one in told] == ["READ-6", "READ-22"]
    assert "编号 '####' is a formula without a valid result" in told[1].message


def layer(path, records):
    shapes = [box(513_000 + 100 * n, 3_838_000, 513_090 + 100 * n, 3_838_090) for n in range(6)]
    gpd.GeoDataFrame({"BSM": records}, geometry=shapes, crs=CRS).to_file(path)
    return read_ground_and_issues(path, crs=CRS, category="water", record_column="BSM")[1]


def test_a_column_of_records_that_tells_nothing_apart_is_told(tmp_path):
    (same,) = layer(tmp_path / "a.gpkg", ["镇"] * 4 + ["1", "2"])["message"]
    assert "4 of 6 rows have the same record '镇'" in same
    (bare,) = layer(tmp_path / "b.gpkg", ["1", "2", "", None, "3", "4"])["message"]
    assert "2 rows without a record (row 3, 4)" in bare
    # A parcel of several pieces is none of it.
    assert layer(tmp_path / "c.gpkg", ["1", "1", "1", "2", "2", "3"]).empty
