"""Text tables: what stands between the cells, and quotes that would swallow the rows below them."""

import pytest

from layers.contract.errors import LayerFileError
from layers.registers.roster import read_roster_and_issues
from layers.sheets.delimited import read_rows
from layers.sheets.reading import open_table

HEAD = "编号,姓名,身份\n"
ROWS = [["1", "甲", "干部"], ["2", "乙", "干部"], ["3", "丙", "干部"]]


@pytest.mark.parametrize(
    "text",
    [
        '1,"甲,干部\n2,乙,干部\n3,丙,干部\n',  # never closed
        '1,"甲,干部\n2,乙,干部\n3,"丙,干部\n',  # closed by the next one
        '1,"甲,干部\n2,乙,干部\n3,丙",干部\n',  # as if it were one cell
        '1,甲,"干部\n2,"乙",干部\n3,丙,干部\n',  # sound quotes behind it
        '1,甲,干部\n2,乙,干部\n"3,丙,干部',  # in the last row
        '"1","甲,"干部"\n"2","乙","干部"\n"3","丙","干部"\n',  # within a row
    ],
)
def test_a_quote_that_is_not_closed_swallows_no_row(text):
    grid, quotes = read_rows(HEAD + text)
    assert grid.rows[1:] == ROWS
    assert grid.numbers == [1, 2, 3, 4]
    assert quotes
    assert quotes[0].repaired


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ('1,"东门\n西门",干部\n', "东门\n西门"),
        ('1,"一号, 二号\n东门",干部\n', "一号, 二号\n东门"),
        ('1,"他说""好""",干部\n', '他说"好"'),
        ('1,5" 管,干部\n', '5" 管'),
    ],
)
def test_a_quote_that_is_closed_or_means_inches_stays(text, cell):
    grid, quotes = read_rows(HEAD + text + "2,乙,干部\n")
    assert [row[1] for row in grid.rows[1:]] == [cell, "乙"]
    assert quotes == []


def test_a_text_over_lines_that_may_be_rows_is_told_in_a_table_of_two_columns():
    grid, quotes = read_rows('编号,备注\n1,"甲\n2,乙"\n3,丙\n')
    assert grid.rows[1:] == [["1", "甲\n2,乙"], ["3", "丙"]]
    assert [(quote.row, quote.rows, quote.repaired) for quote in quotes] == [(2, 1, False)]


def test_a_lost_quote_is_told_with_its_row(tmp_path):
    (tmp_path / "r.csv").write_text(HEAD + '1,"甲,干部\n2,乙,干部\n', encoding="gbk")
    people, issues = read_roster_and_issues(tmp_path / "r.csv")
    assert list(people["name"]) == ["甲", "乙"]
    assert [issue.rule for issue in issues] == ["READ-8"]
    assert "row 2 opens a quote that nothing closes" in issues[0].message


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("编号;经度;纬度\n1;113,92;34,7\n", ["1", "113,92", "34,7"]),
        ("编号\t姓名\n1\t甲,乙,丙\n", ["1", "甲,乙,丙"]),
        ("编号|姓名\n1|甲\n", ["1", "甲"]),
        ("编号，姓名\n1，甲\n", ["1", "甲"]),
        ("编号,姓名,技能\n1,甲,水域;耕地;水域;耕地\n", ["1", "甲", "水域;耕地;水域;耕地"]),
    ],
)
def test_the_sign_between_the_cells_is_the_one_of_the_header(text, cells):
    assert read_rows(text)[0].rows[1] == cells


def test_a_sheet_of_a_text_table_is_said_not_to_be_there(tmp_path):
    (tmp_path / "a.csv").write_text("编号,姓名\n1,甲\n", encoding="utf-8")
    (issue,) = open_table(tmp_path / "a.csv", sheet="村").issues
    assert "layer = '村' is not used" in issue.message


def test_zero_bytes_of_a_broken_copy_are_left_out_and_told(tmp_path):
    (tmp_path / "a.csv").write_bytes("编号,姓名\n1,甲\0\n".encode() + bytes(40))
    table = open_table(tmp_path / "a.csv")
    assert table.frame.to_numpy().tolist() == [["1", "甲"]]
    assert "41 zero bytes between its signs left out" in table.issues[0].message


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("sign", [",", "|", "\t"])
def test_utf_16_without_its_mark_is_read(tmp_path, encoding, sign):
    (tmp_path / "a.csv").write_bytes(f"编号{sign}姓名\n1{sign}甲\n22{sign}乙\n".encode(encoding))
    table = open_table(tmp_path / "a.csv")
    assert table.frame["姓名"].tolist() == ["甲", "乙"]
    assert table.issues[0].rule == "READ-9"


@pytest.mark.parametrize("encoding", ["gbk", "ansi-936"])
def test_an_encoding_that_is_declared_wrongly_is_the_reason_that_is_told(tmp_path, encoding):
    (tmp_path / "a.csv").write_text("编号,姓名\n1,鼫\n", encoding="utf-8")
    with pytest.raises(LayerFileError, match=f"its texts are not {encoding}, as rules.toml says"):
        open_table(tmp_path / "a.csv", encoding=encoding)


@pytest.mark.parametrize("start", ["<html><table>", "<table><tr><td>编号", "%PDF-1.4"])
def test_another_kind_of_file_is_no_text_table(tmp_path, start):
    (tmp_path / "a.csv").write_text(f"{start}\n编号,姓名\n1,甲\n", encoding="utf-8")
    with pytest.raises(LayerFileError, match="does not begin like CSV: it is a"):
        open_table(tmp_path / "a.csv")
