"""Ledgers read back as Excel would: codes, days and numbers, no formula of a user, no secret."""

import io
from datetime import date, datetime

import openpyxl
import pytest
from public_bytes import opened
from small_plan import small_plan

from gridmap.ledgers import KINDS, ledger_xlsx, shown_columns
from gridmap.ledgers.columns import COLUMNS, head_of
from gridmap.publish import release
from gridmap.words import LANGUAGES, say
from layers.contract.errors import PlanError

DAY = date(2026, 3, 1)
HEAD = 2  # row of the heads, from 0


def made(plan, **more):
    return ledger_xlsx(release(plan), printed=DAY, **more)


def book_of(data):
    return openpyxl.load_workbook(io.BytesIO(data))


def rows_of(data, sheet):
    """Read a sheet as dicts by the key of the column."""
    page = book_of(data)[say(f"ledger.sheet.{sheet}", "zh")]
    heads = {head_of(column, "zh"): column.key for column in COLUMNS[sheet]}
    head, *rows = list(page.values)[HEAD:]
    keys = [heads[text] for text in head]
    return [dict(zip(keys, row, strict=True)) for row in rows]


def renamed(plan, code, name):
    grids = plan.grids.copy()
    grids.loc[code, ["name", "label"]] = [name, ""]
    return plan.with_tables(grids=grids)


def test_a_grid_has_its_figures_and_its_people():
    rows = {row["code"]: row for row in rows_of(made(small_plan()).xlsx, "grids")}
    assert list(rows) == ["T", "E", "W", "E01", "W01", "W02"]  # as the plan: by level and code
    assert rows["E01"] == {
        "code": "E01", "name": "网格E01", "level": 3, "kind": "微网格", "category": "公园绿地",
        "parent": "E", "village": "网格E", "area_ha": 4, "area_mu": 60, "households": 0,
        "objects": 0, "load_h": 4, "capacity_h": 8, "used": 0.5, "officers": 2, "on_post": 1,
        "vacant": 1, "leader": "李<b>四", "members": None, "others": None, "boards_hung": None,
        "boards_old": None, "version": "2026-1", "valid_from": datetime(2026, 1, 1),
    }  # fmt: skip
    assert (rows["T"]["leader"], rows["T"]["village"], rows["T"]["capacity_h"]) == (
        "张三", "网格T", None,
    )  # fmt: skip


def test_people_stand_in_the_order_of_their_posts_with_their_hours_and_without_their_ids():
    data = made(small_plan()).xlsx
    rows = rows_of(data, "people")
    assert [row["person"] for row in rows] == ["张三", "李<b>四", "王五", "赵六"]
    assert (rows[1]["roles"], rows[1]["grids"], rows[1]["posts"]) == ("网格长", "E01", 1)
    assert (rows[1]["gives_h"], rows[1]["load_h"], rows[1]["used"]) == (4, 4, 1)
    assert (rows[3]["posts"], rows[3]["grids"], rows[3]["load_h"]) == (0, None, None)
    cells = {value for page in book_of(data) for row in page.values for value in row}
    assert not cells & {"001", "002", "003", "004"}  # a roster may count by identity cards


def test_people_follow_the_grids_whatever_their_ids():
    plan = small_plan()
    swapped = plan.assignments["person_id"].replace({"002": "003", "003": "002"})
    plan = plan.with_tables(assignments=plan.assignments.assign(person_id=swapped))
    rows = rows_of(made(plan).xlsx, "people")
    assert [row["grids"] for row in rows] == ["T", "E01", "W01", None]
    assert [row["person"] for row in rows] == ["张三", "王五", "李<b>四", "赵六"]


def test_the_summary_has_sums_as_formulas_with_their_values():
    data = made(small_plan()).xlsx
    page = book_of(data)["汇总"]
    rows = list(page.values)[HEAD + 1 :]
    assert [row[:4] for row in rows[:3]] == [
        ("E", "网格E", 1, 4), ("T", "网格T（镇级）", 0, 0), ("W", "网格W", 2, 4),
    ]  # fmt: skip
    assert rows[3][:4] == ("合计", None, "=SUM(C4:C6)", "=SUM(D4:D6)")
    shown = openpyxl.load_workbook(io.BytesIO(data), data_only=True)["汇总"]
    assert list(shown.values)[-1][2:4] == (3, 8)


@pytest.mark.parametrize(
    "name", ["=cmd|' /C calc'!A0", "+1+1", "-1", "@SUM(A1)", "\t=1+1", "\r=1", "0012", "1E5"]
)
def test_no_name_is_a_formula_or_a_number(name):
    plan = renamed(small_plan(), "W01", name)
    people = plan.people.copy()
    people.loc["003", ["name", "office"]] = name
    cells = [
        cell
        for sheet in book_of(made(plan.with_tables(people=people)).xlsx)
        if sheet.title != "汇总"
        for row in sheet.iter_rows()
        for cell in row
    ]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    found = [cell for cell in cells if str(cell.value).strip() == name.strip()]
    assert len(found) == 5  # the grid twice, its leader twice, the office
    assert {cell.data_type for cell in found} == {"s"}


def test_signs_that_no_file_may_hold_are_left_out_and_endless_texts_are_cut():
    plan = renamed(renamed(small_plan(), "W01", "甲\x00\x0b乙\uffff"), "W02", "长" * 40_000)
    rows = {row["code"]: row for row in rows_of(made(plan).xlsx, "grids")}
    assert rows["W01"]["name"] == "甲乙"
    assert rows["W02"]["name"] == "长" * 32_766 + "…"


def test_codes_stay_texts_with_their_zeros():
    plan = small_plan()
    codes = {"W01": "041018410000000101"}
    grids = plan.grids.rename(index=codes)
    rows = plan.assignments.assign(grid_code=plan.assignments["grid_code"].replace(codes))
    posts = plan.posts.assign(grid_code=plan.posts["grid_code"].replace(codes))
    data = made(plan.with_tables(grids=grids, assignments=rows, posts=posts)).xlsx
    page = book_of(data)["按网格"]
    (cell,) = [row[0] for row in page.iter_rows() if row[0].value == codes["W01"]]
    assert (cell.data_type, cell.number_format) == ("s", "@")
    assert "numberStoredAsText" in opened(data)  # else each code has a mark in its corner


def test_a_sheet_is_filtered_frozen_and_set_up_for_paper():
    page = book_of(made(small_plan()).xlsx)["按网格"]
    assert (page.auto_filter.ref, page.freeze_panes) == ("A3:X9", "B4")
    assert page.print_title_rows == "$1:$3"
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
    assert (page.page_setup.fitToWidth, page.page_setup.fitToHeight) == (1, 0)
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert "第 &P 页，共 &N 页" in page.oddFooter.center.text


def test_columns_and_rows_are_as_large_as_their_texts():
    plan = renamed(renamed(small_plan(), "W01", "网" * 12), "W02", "格" * 30)
    page = book_of(made(plan).xlsx)["按网格"]
    assert page.column_dimensions["B"].width == 40  # no wider, however long a name is
    heights = [page.row_dimensions[row].height for row in (8, 9)]
    assert heights == [None, 30]  # the name of 60 digits takes two lines
    plain = book_of(made(renamed(small_plan(), "W01", "网" * 12)).xlsx)["按网格"]
    assert 2 * 12 < plain.column_dimensions["B"].width < 30


def test_only_the_grids_asked_for_and_who_is_on_them_are_listed():
    found = made(small_plan(), codes=["W02", "E01"])
    assert [row["code"] for row in rows_of(found.xlsx, "grids")] == ["E01", "W02"]
    assert [row["person"] for row in rows_of(found.xlsx, "people")] == ["李<b>四"]
    assert any("4 个网格未列" in one.zh for one in found.left_out)
    with pytest.raises(PlanError, match="no grid X9"):
        made(small_plan(), codes=["E01", "X9"])


def test_the_same_arguments_give_the_same_bytes_dated_by_the_day_of_printing():
    first = made(small_plan()).xlsx
    assert made(small_plan()).xlsx == first
    properties = book_of(first).properties
    assert properties.created == properties.modified == datetime(2026, 3, 1)


def test_progress_is_told_and_may_be_cancelled():
    steps = []
    made(small_plan(), tell=lambda *step: steps.append(step))
    assert (steps[0], steps[-1]) == ((0, 17), (17, 17))

    def cancel(done, count):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        made(small_plan(), tell=cancel)


def test_every_column_and_sheet_has_a_head_of_its_own_in_both_languages():
    for language in LANGUAGES:
        for ledger in COLUMNS:
            heads = [head_of(column, language) for column in shown_columns(ledger, contacts=True)]
            assert len(set(heads)) == len(heads), ledger
            name = say(f"ledger.sheet.{ledger}", language)
            assert len(name) <= 31
            assert not set(name) & set("[]:*?/\\")
    assert set(KINDS) - {"changes"} < set(COLUMNS)
    english = book_of(made(small_plan(), language="en").xlsx)
    assert english.sheetnames == ["About", "Summary", "By grid", "By person", "Vacancies"]
