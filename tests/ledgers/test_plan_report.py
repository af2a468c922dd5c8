"""The report of a plan names its grids and people, and no phone."""

import io

import openpyxl
from small_plan import small_plan

from gridmap.ledgers.report import report_of
from gridmap.publish import release


def test_the_report_lists_grids_and_people_under_heads_in_both_languages():
    data = report_of(release(small_plan()))
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames[:3] == ["问题项 issues", "按网格 By grid", "按人员 By person"]
    heads, *rows = list(book["按网格 By grid"].values)[1:]
    assert heads[:2] == ("编码 Code", "名称 Name")
    assert [row[0] for row in rows] == ["T", "E", "W", "E01", "W01", "W02"]
    heads, *rows = list(book["按人员 By person"].values)[1:]
    assert "张三" in {row[heads.index("姓名 Name")] for row in rows}


def test_the_report_has_no_phone():
    plan = small_plan()
    people = plan.people.assign(phone="13800001234")
    book = openpyxl.load_workbook(io.BytesIO(report_of(release(plan.with_tables(people=people)))))
    told = {cell for sheet in book for row in sheet.values for cell in row}
    assert not [cell for cell in told if "13800001234" in str(cell)]


def test_a_code_that_a_faulty_plan_has_twice_is_listed_once():
    plan = small_plan()
    twice = plan.grids.iloc[[*range(len(plan.grids)), 0]]
    book = openpyxl.load_workbook(io.BytesIO(report_of(plan.with_tables(grids=twice))))
    assert len(list(book["按网格 By grid"].values)) == 2 + len(plan.grids)
