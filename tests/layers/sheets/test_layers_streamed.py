"""A text table piece by piece: encodings, separators, quotes, damaged rows; the order stays."""

import pytest

from layers.contract.errors import LayerFileError, LayerSchemaError
from layers.sheets import streamed
from layers.sheets.streamed import stream_table


def rows_of(path, **more):
    table = stream_table(path, **more)
    rows, lines, faults = [], [], []
    for piece in table.pieces:
        rows += piece.rows
        lines += piece.lines
        faults += piece.faults
    return table.header, rows, lines, faults


def write(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encodings_and_line_ends_make_no_difference(tmp_path, encoding, end):
    text = end.join(["名称,地址", "郑庵镇刘巧村的水塘,甲村东头第三排房屋", "乙,城北大道以东"])
    header, rows, lines, faults = rows_of(write(tmp_path / "t.csv", text, encoding))
    assert header == ["名称", "地址"]
    assert rows == [["郑庵镇刘巧村的水塘", "甲村东头第三排房屋"], ["乙", "城北大道以东"]]
    assert (lines, faults) == ([2, 3], ["", ""])


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_separators_are_found(tmp_path, sign):
    text = "\n".join(sign.join(row) for row in (["a", "b", "c"], ["1", "2", "3"]))
    assert rows_of(write(tmp_path / "t.csv", text))[1] == [["1", "2", "3"]]


@pytest.mark.parametrize("piece", [2, 3, 50_000])
def test_no_row_is_lost_wherever_a_piece_ends(tmp_path, monkeypatch, piece):
    monkeypatch.setattr(streamed, "_PIECE", piece)
    text = 'a,b\n1,"x\ny"\n2,"never closed\n3,plain\n4,"two ""quotes"""\n\n5\n6,7,8\n'
    text += '7,"l1\nl2\nl3"\n8,end'
    _, rows, lines, faults = rows_of(write(tmp_path / "t.csv", text))
    assert rows == [
        ["1", "x\ny"],
        ["2", '"never closed'],
        ["3", "plain"],
        ["4", 'two "quotes"'],
        ["5", ""],
        ["6", "7,8"],
        ["7", "l1\nl2\nl3"],
        ["8", "end"],
    ]
    assert lines == [2, 4, 5, 6, 8, 9, 10, 13]
    assert faults == ["", "quote", "", "", "cells", "cells", "", ""]


def test_a_quote_that_is_never_closed_hides_no_row_behind_it(tmp_path):
    text = 'a,b\n1,"open\n' + "".join(f"{one},x\n" for one in range(2, 60))
    _, rows, _, faults = rows_of(write(tmp_path / "t.csv", text))
    assert len(rows) == 59
    assert [fault for fault in faults if fault] == ["quote"]


def test_a_line_in_another_encoding_is_read_as_what_it_is(tmp_path):
    path = tmp_path / "t.csv"
    head = "名称,地址\n" + "郑庵镇刘巧村,村东头第三排\n" * 5
    path.write_bytes(head.encode("gb18030") + "小庄村,路北\n".encode() + b"\xff\xff,x\n")
    _, rows, lines, faults = rows_of(path)
    assert rows[5] == ["小庄村", "路北"]
    assert faults == [""] * 6 + ["signs"]
    assert lines[-1] == 8


def test_a_cell_longer_than_the_library_takes_is_no_crash(tmp_path):
    path = write(tmp_path / "t.csv", f"a,b\n1,{'x' * 200_000}\n2,y\n")
    _, rows, _, faults = rows_of(path)
    assert [len(row[1]) for row in rows] == [200_000, 1]
    assert faults == ["", ""]


def test_files_that_are_no_tables_are_told(tmp_path):
    with pytest.raises(LayerFileError, match="Cannot read"):
        stream_table(tmp_path / "none.csv")
    with pytest.raises(LayerSchemaError, match="has no header"):
        stream_table(write(tmp_path / "empty.csv", "\n\n"))
    with pytest.raises(LayerSchemaError, match="no encoding 'klingon'"):
        stream_table(write(tmp_path / "t.csv", "a\n1\n"), encoding="klingon")
    assert rows_of(write(tmp_path / "head.csv", "a,b\n"))[1] == []
