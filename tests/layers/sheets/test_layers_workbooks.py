"""Spreadsheets are read as they are shown: zeros of a format, sheets, hidden rows, formulas."""

from datetime import date, datetime

import openpyxl
import pytest
from raw_workbooks import write_workbook

from layers.contract.errors import EmptyLayerError, LayerFileError
from layers.inspect.file import inspect_file
from layers.reading.features import layer_names
from layers.sheets.number_formats import as_shown
from layers.sheets.reading import open_table, read_table

HEADER = ["编号", "姓名"]


def book(path, rows, **others):
    work = openpyxl.Workbook()
    for row in rows:
        work.active.append(row)
    for name, more in others.items():
        sheet = work.create_sheet(name)
        for row in more:
            sheet.append(row)
    work.save(path)
    return work


def told(table):
    return " ".join(issue.message for issue in table.issues)


@pytest.mark.parametrize(
    ("number", "code", "shown"),
    [
        ("7", "0000", "0007"), ("12345", "0000", "12345"), ("7", '"GX"000', "GX007"),
        ("320", '0"户"', "320户"), ("320", 'G/通用格式"户"', "320户"),
        ("12345", "000-0000", "001-2345"), ("7", "0", "7"),
        ("0.5", "0%", "50%"), ("12", "0000;[Red]-0000", "0012"), ("7", "General", "7"),
        ("1234", "#,##0", "1234"), ("12.5", "0000", "12.5"), ("5", "[<=9]000;0", "5"),
        ("113.91234", '0.00"°"', "113.91234"),
    ],
)  # fmt: skip
def test_a_number_is_read_as_its_format_shows_it(number, code, shown):
    assert as_shown(number, code=code) == shown


def test_every_kind_of_cell_is_text_as_it_is_shown(tmp_path):
    path = tmp_path / "a.xlsx"
    work = book(path, [["a", "b", "c", "d", "e", "f"], [7, 410122106200001, True, 12.0, 0.1, "x"]])
    sheet = work.active
    sheet["A2"].number_format = "0000"
    sheet["F2"] = date(2024, 12, 31)
    work.save(path)
    assert list(read_table(path).loc[2]) == [
        "0007", "410122106200001", "TRUE", "12", "0.1", "2024-12-31",
    ]  # fmt: skip
    sheet["F2"] = datetime(2024, 12, 31, 8, 30)
    work.save(path)
    table = open_table(path)
    assert table.frame.at[2, "f"] == "2024-12-31 08:30:00"
    assert table.dated == {"f": [2]}


def test_a_workbook_of_another_program_reads_alike(tmp_path):
    """Shared texts with runs and readings, cells without addresses, a date and its own format."""
    texts = (
        "<si><t>编号</t></si><si><t>姓名</t></si><si><t>日期</t></si>"
        "<si><r><t>张</t></r><r><t>三</t></r><rPh sb='0' eb='2'><t>zhang san</t></rPh></si>"
    )
    rows = (
        '<x:row r="1"><x:c t="s"><x:v>0</x:v></x:c><x:c t="s"><x:v>1</x:v></x:c>'
        '<x:c t="s"><x:v>2</x:v></x:c></x:row>'
        '<x:row r="3"><x:c r="A3" s="1"><x:v>7</x:v></x:c><x:c r="B3" t="s"><x:v>3</x:v></x:c>'
        '<x:c r="C3" s="2"><x:v>45657</x:v></x:c></x:row>'
        '<x:row r="4" hidden="1"><x:c r="A4"><x:v>4.10122106200001E14</x:v></x:c>'
        '<x:c r="B4" t="str"><x:f>A3</x:f><x:v>李四</x:v></x:c></x:row>'
        '<x:row r="5"><x:c r="A5"><x:v>12.000000000000002</x:v></x:c>'
        '<x:c r="B5" t="e"><x:f>X</x:f><x:v>#NAME?</x:v></x:c></x:row>'
    )
    path = write_workbook(
        tmp_path / "a.xlsx", f"<x:sheetData>{rows}</x:sheetData>", texts=texts,
        formats='<numFmt numFmtId="170" formatCode="&quot;GX&quot;000"/>', styles=(170, 31),
    )  # fmt: skip
    table = open_table(path)
    assert table.frame.to_dict("index") == {
        3: {"编号": "GX007", "姓名": "张三", "日期": "2024-12-31"},
        4: {"编号": "410122106200001", "姓名": "李四", "日期": ""},
        5: {"编号": "12", "姓名": "#NAME?", "日期": ""},
    }
    assert table.dated == {"日期": [3]}
    assert "1 row hidden" in told(table)
    assert "(row 5: '#NAME?')" in told(table)


def test_a_number_of_more_than_fifteen_digits_has_lost_some(tmp_path):
    book(tmp_path / "a.xlsx", [["编号", "b"], [410122198001011234, 4101221980010112]])
    assert list(read_table(tmp_path / "a.xlsx").loc[2]) == ["4.10122E+17", "4.10122E+15"]


def test_a_hidden_sheet_is_not_read_and_said(tmp_path):
    path = tmp_path / "a.xlsx"
    work = book(path, [HEADER, ["9", "旧人"]], 今年=[HEADER, ["1", "新人"]])
    work["Sheet"].sheet_state = "hidden"
    work.active = 1
    work.save(path)
    table = open_table(path)
    assert list(table.frame["姓名"]) == ["新人"]
    assert "only its sheet '今年' is read, not 'Sheet' (hidden)" in told(table)
    assert layer_names(path) == [None]
    (layer,) = inspect_file(path).layers
    assert "'Sheet' (hidden)" in layer.issues["message"].iloc[0]
    assert list(read_table(path, sheet="Sheet")["姓名"]) == ["旧人"]
    work["今年"].delete_rows(1, 5)
    work.save(path)
    with pytest.raises(EmptyLayerError, match="only hidden ones have cells: 'Sheet'"):
        open_table(path)


def test_a_sheet_that_is_not_there_is_named_with_those_that_are(tmp_path):
    book(tmp_path / "a.xlsx", [HEADER, ["1", "甲"]], 村=[HEADER, ["2", "乙"]])
    with pytest.raises(LayerFileError, match=r"no sheet '镇'. Found: 'Sheet', '村'"):
        open_table(tmp_path / "a.xlsx", sheet="镇")


def test_sheets_that_belong_together_are_one_table(tmp_path):
    notes = [["说明", "无"], ["a", "b"]]
    book(tmp_path / "a.xlsx", [HEADER, ["1", "甲"]], 村=[HEADER, ["2", "乙"]], 说明=notes)
    table = open_table(
        tmp_path / "a.xlsx", wanted=lambda names: {} if set(HEADER) <= set(names) else None
    )
    assert table.frame["姓名"].to_dict() == {"Sheet!2": "甲", "村!2": "乙"}
    assert "'Sheet' (1 row), '村' (1 row) are read as one table" in told(table)
    assert "are read, not '说明'" in told(table)


def test_rows_that_are_hidden_or_filtered_out_are_read_and_counted(tmp_path):
    path = tmp_path / "a.xlsx"
    work = book(path, [HEADER, ["1", "甲"], ["2", "乙"], ["3", "丙"]])
    work.active.auto_filter.ref = "A1:B4"
    work.active.row_dimensions[3].hidden = True
    work.save(path)
    table = open_table(path)
    assert list(table.frame["姓名"]) == ["甲", "乙", "丙"]
    assert "1 row hidden or filtered out in the file, and read all the same (row 3)" in told(table)


def test_of_two_columns_of_one_name_the_one_that_is_shown_counts(tmp_path):
    path = tmp_path / "a.xlsx"
    work = book(path, [["编号", "编号", "姓名"], ["old", "new", "甲"]])
    work.active.column_dimensions["A"].hidden = True
    work.save(path)
    table = open_table(path)
    assert table.frame.loc[2].to_dict() == {"编号_2": "old", "编号": "new", "姓名": "甲"}
    assert "column '编号' stands there more than once" in told(table)


def test_errors_and_formulas_without_a_value_are_said(tmp_path):
    book(tmp_path / "a.xlsx", [HEADER, ["1", "#N/A"], ["2", "=B2&C2"], ["3", "丙"]])
    table = open_table(tmp_path / "a.xlsx")
    assert list(table.frame["姓名"]) == ["#N/A", "=B2&C2", "丙"]
    assert "column '姓名': 2 cells with a formula without a valid result (row 2, 3" in told(table)


@pytest.mark.parametrize("merged", [True, False])
def test_a_header_under_groups_is_the_header(tmp_path, merged):
    rows = [["基本信息", None, "任职信息", None], ["编号", "姓名", "身份", "现任网格"],
            ["C01", "甲", "干部", ""], ["C02", "乙", "干部", ""]]  # fmt: skip
    work = book(tmp_path / "a.xlsx", rows)
    if merged:
        work.active.merge_cells("A1:B1")
        work.active.merge_cells("C1:D1")
        work.save(tmp_path / "a.xlsx")
    table = read_table(tmp_path / "a.xlsx")
    assert list(table.columns) == ["编号", "姓名", "身份", "现任网格"]
    assert table.index.tolist() == [3, 4]


def test_a_row_without_digits_under_a_header_with_a_gap_is_no_header(tmp_path):
    text = "名称,类别,\n东厂,企业,甲\n西厂,企业,乙\n"
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    with pytest.raises(LayerFileError, match="row 2 has more cells than the header has names"):
        read_table(tmp_path / "a.csv")


def test_looking_into_a_book_of_several_sheets_names_the_hidden_ones(tmp_path):
    path = tmp_path / "a.xlsx"
    work = book(path, [HEADER, ["1", "甲"]], 村=[HEADER, ["2", "乙"]], 旧=[HEADER, ["3", "丙"]])
    work["旧"].sheet_state = "veryHidden"
    work.save(path)
    found = inspect_file(path)
    assert [layer.layer for layer in found.layers] == ["Sheet", "村"]
    assert [remark.zh for remark in found.remarks] == ["未读取隐藏的工作表：“旧”"]


def test_a_date_that_a_program_writes_as_text_is_known_as_one(tmp_path):
    cells = '<x:c r="A{0}" t="{1}"><x:v>{2}</x:v></x:c><x:c r="B{0}" t="str"><x:v>{3}</x:v></x:c>'
    rows = [(1, "str", "编号", "姓名"), (2, "d", "2026-03-01T00:00:00", "甲")]
    written = "".join(f'<x:row r="{row[0]}">{cells.format(*row)}</x:row>' for row in rows)
    path = write_workbook(tmp_path / "a.xlsx", f"<x:sheetData>{written}</x:sheetData>")
    table = open_table(path)
    assert table.frame["编号"].tolist() == ["2026-03-01"]
    assert table.dated == {"编号": [2]}


def test_an_escape_of_what_no_text_can_have_stays_as_it_is_written(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["编号", "姓名"])
    book.active.append(["1", "甲_xD83D_乙_x0000_"])
    book.save(tmp_path / "a.xlsx")
    (name,) = open_table(tmp_path / "a.xlsx").frame["姓名"]
    assert name == "甲_xD83D_乙_x0000_"
