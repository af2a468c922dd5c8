"""Rows of a filled-in form that are no entries, and text tables that lost something."""

import pytest

from layers.contract.errors import LayerFileError
from layers.contract.text import as_text, narrow
from layers.sheets.reading import open_table
from layers.sheets.table_rows import is_total

TABLE = "编号,姓名,职务\n1,甲,书记\n2,乙,会计\n"


def read(tmp_path, text):
    path = tmp_path / "t.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    table = open_table(path)
    return table.frame, [issue.message for issue in table.issues]


@pytest.mark.parametrize(
    "text",
    [
        "人数合计",
        "合计人数：2人",
        "一、合计",
        "（二）小计",
        "1.总计",
        "村两委小计",
        "总计数",
        "干部 小计",
    ],
)
def test_sums_are_known_however_an_office_writes_them(text):
    assert is_total(text)


@pytest.mark.parametrize("text", ["张合计", "欧阳合计", "统计办公室", "会计", "合计划", "一、会计"])
def test_a_name_is_no_sum(text):
    assert not is_total(text)


@pytest.mark.parametrize(
    "rows",
    ["制表人,张三,审核人\n", "注,以上为在编人员,\n", "填表日期,2024-01-01,\n",
     "2.本表由党政办填写,,\n", "制表人,张三,\n填表日期,2024年1月,\n"],
)  # fmt: skip
def test_who_made_a_table_is_no_entry_of_it(tmp_path, rows):
    frame, told = read(tmp_path, TABLE + rows)
    assert frame["姓名"].to_list() == ["甲", "乙"]
    assert len(told) == 1
    assert "under the table left out (row 4" in told[0]


@pytest.mark.parametrize(
    "row", ["示例,张三,书记", "例：1,张三,书记", "必填,必填,选填", "填写说明：,必填,"]
)
def test_the_example_of_a_form_is_no_entry(tmp_path, row):
    header, rows = TABLE.split("\n", 1)
    frame, told = read(tmp_path, f"{header}\n{row}\n{rows}")
    assert frame["姓名"].to_list() == ["甲", "乙"]
    assert "of the form itself left out (row 2" in told[0]


def test_entries_that_begin_like_a_form_or_a_note_stay(tmp_path):
    frame, told = read(tmp_path, "名称,编号,职务\n说明书印刷厂,1,a\n注塑厂,2,b\n日期食品厂,3,c\n")
    assert len(frame) == 3
    assert told == []


def test_a_post_in_the_last_row_is_no_signature(tmp_path):
    frame, told = read(tmp_path, "岗位,编号,姓名\n会计,1,甲\n联系人,2,乙\n负责人,3,丙\n")
    assert frame["姓名"].to_list() == ["甲", "乙", "丙"]
    assert told == []


def test_a_header_that_comes_again_in_wide_letters_is_no_entry(tmp_path):
    frame, told = read(tmp_path, TABLE + "编 号,姓　名,职务*\n3,丙,主任\n")
    assert frame["姓名"].to_list() == ["甲", "乙", "丙"]
    assert "repeats the header left out (row 4" in told[0]


def test_a_row_with_a_cell_too_few_is_told_and_one_of_sums_is_not(tmp_path):
    frame, told = read(tmp_path, TABLE + "3,丙\n4,丁,主任\n5,戊,主任\n合计,5\n")
    assert len(frame) == 5
    assert ["1 row with fewer cells" in text and "(row 4)" in text for text in told] == [
        True,
        False,
    ]


def test_a_file_that_breaks_off_within_a_sign_says_so(tmp_path):
    frame, told = read(tmp_path, (TABLE + "3,丙,主").encode()[:-1])
    assert frame["姓名"].to_list() == ["甲", "乙", "丙"]
    assert "breaks off within a sign" in told[0]


def test_signs_that_were_lost_before_are_told_with_their_place(tmp_path):
    _, told = read(tmp_path, TABLE + "3,张\ufffd,主任\n4,锟斤拷,主任\n5,张?,真的??吗\n")
    assert len(told) == 1
    assert "column '姓名': 2 texts with signs that were lost before (row 4, 5" in told[0]


def test_a_pointer_in_place_of_a_file_is_told(tmp_path):
    with pytest.raises(LayerFileError, match="pointer of Git LFS"):
        read(tmp_path, "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")


def test_a_formula_that_joins_texts_is_no_text(tmp_path):
    frame, _ = read(tmp_path, '编号,姓名\n"=""4101""&""22""",甲\n"=""001""",乙\n')
    assert frame["编号"].to_list() == ['="4101"&"22"', "001"]


def test_signs_copied_from_a_document_are_plain_ones():
    import pandas as pd

    assert narrow("⼲部") == "干部"
    assert as_text(pd.Series(["⽔\uf9e0", "村\u3164"])).to_list() == ["水易", "村"]


def test_the_last_row_with_a_duty_in_front_that_signs_have_too_is_an_entry(tmp_path):
    frame, told = read(tmp_path, "职务,姓名,编号\n书记,甲,1\n审核人,乙,2\n")
    assert frame["姓名"].to_list() == ["甲", "乙"]
    assert told == []
