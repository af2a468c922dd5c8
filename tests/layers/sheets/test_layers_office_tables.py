"""Spreadsheets as offices keep them: merged cells, cover sheets, broken formulas, odd spellings."""

import openpyxl
import pytest

from layers.inspect.file import inspect_file
from layers.reading.features import read_features
from layers.sheets.reading import read_table


def book(tmp_path, rows, *, merged=(), more=None):
    path = tmp_path / "台账.xlsx"
    work = openpyxl.Workbook()
    for row in rows:
        work.active.append(row)
    for cells in merged:
        work.active.merge_cells(cells)
    for name, cells in (more or {}).items():
        sheet = work.create_sheet(name)
        for row in cells:
            sheet.append(row)
    work.save(path)
    return path


def places(tmp_path, text):
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    reading = read_features(path)
    return [
        None if shape is None else (round(shape.x, 4), round(shape.y, 4))
        for shape in reading.frame.geometry
    ], reading


def test_a_cell_merged_over_rows_counts_in_each_of_them(tmp_path):
    rows = [["重点企业台账"], ["村", "名称"], ["刘巧村", "甲"], [None, "乙"], ["小庄村", "丙"]]
    path = book(tmp_path, rows, merged=["A1:B1", "A3:A4"])
    assert list(read_table(path)["村"]) == ["刘巧村", "刘巧村", "小庄村"]


def test_merged_headers_stay_headers(tmp_path):
    rows = [["名称", "坐标", None], [None, "经度", "纬度"], ["甲", 113.91, 34.69]]
    path = book(tmp_path, rows, merged=["A1:A2", "B1:C1"])
    assert list(read_table(path)) == ["名称", "经度", "纬度"]


def test_a_cover_sheet_is_a_remark_and_no_fault(tmp_path):
    path = book(
        tmp_path, [["目录"]], more={"企业": [["名称", "经度", "纬度"], ["甲", 113.9, 34.7]]}
    )
    found = inspect_file(path)
    assert [layer.layer for layer in found.layers] == ["企业"]
    assert found.faults == ()
    assert [remark.zh for remark in found.remarks] == ["没有要素的图层：“Sheet”"]


def test_a_formula_without_a_result_is_shown_as_such(tmp_path):
    path = book(tmp_path, [["名称", "经度", "纬度"], ["甲", "#N/A", 34.7], ["乙", 113.9, 34.7]])
    (issue,) = read_features(path).issues
    assert "#N/A / 34.7" in issue.message


def test_a_row_without_a_position_is_not_told_to_be_unreadable(tmp_path):
    shapes, reading = places(tmp_path, "名称,经度,纬度\n甲,113.91,34.69\n乙,,\n")
    assert shapes == [(113.91, 34.69), None]
    assert [issue.message_zh for issue in reading.issues] == ["“a.csv”第 3 行：没有坐标。请补填。"]


@pytest.mark.parametrize(
    ("east", "north"), [("491000", "3840000"), ("3840000.5", "38491000"), ("38491000", "3840000")]
)
def test_metres_under_the_names_of_degrees_are_metres(tmp_path, east, north):
    shapes, reading = places(tmp_path, f"名称,经度,纬度\n甲,{east},{north}\n")
    assert reading.frame.crs is None
    assert shapes != [None]
    assert shapes[0][0] in (491000.0, 38491000.0)


def test_degrees_written_with_hyphens_are_read(tmp_path):
    shapes, _ = places(tmp_path, "名称,经度,纬度\n甲,113-54-36,34-41-24\n乙,-71.5,42.25\n")
    assert shapes == [(113.91, 34.69), (-71.5, 42.25)]


def test_letters_tell_which_half_of_a_pair_is_the_latitude(tmp_path):
    shapes, _ = places(tmp_path, "名称,位置\n甲,N34°41′24″ E113°54′36″\n乙,E113.92 N34.7\n")
    assert shapes == [(113.91, 34.69), (113.92, 34.7)]
