"""Ledgers by object, of vacancies and of changes, read back by the keys of their columns."""

import io
from datetime import date

import openpyxl
import pandas as pd
import pytest
from firm_plan import FIRM, FLAG, LAKE, LOST, X, firm_plan
from small_plan import small_plan

from gridmap.ledgers import ledger_xlsx
from gridmap.ledgers.columns import COLUMNS, head_of
from gridmap.publish import release
from gridmap.words import say
from layers.contract import columns

DAY = date(2026, 3, 1)


def rows_of(plan, sheet, **more):
    """Read a sheet as dicts by the keys of its columns."""
    data = ledger_xlsx(release(plan), printed=DAY, **more).xlsx
    page = openpyxl.load_workbook(io.BytesIO(data))[say(f"ledger.sheet.{sheet}", "zh")]
    head, *rows = list(page.values)[2:]
    keys = {head_of(column, "zh"): column.key for column in COLUMNS[sheet]}
    return [dict(zip([keys[one] for one in head], row, strict=True)) for row in rows]


def test_an_object_stands_with_its_grid_and_who_is_in_charge():
    plan = firm_plan()
    rows = {row["object_id"]: row for row in rows_of(plan, "objects")}
    assert next(iter(rows)) == LOST  # in no grid: it comes first, to be mended
    assert rows[LOST]["grid"] == "未落入网格"
    assert set(rows) == {FIRM, FLAG, LAKE, LOST}
    assert (rows[FIRM]["class"], rows[FIRM]["grid"]) == ("企业", X)
    assert rows[FIRM]["charge_role"] == "包企干部"
    assert rows[FIRM]["charge_person"]
    assert [row["object_id"] for row in rows_of(plan, "objects", codes=[X])] == [FIRM]


def test_a_vacancy_says_why_and_who_answers_meanwhile():
    rows = rows_of(small_plan(), "vacancies", language="zh")
    assert [row["place"] for row in rows] == ["E", "W", "E01", "W02"]
    plan = small_plan()
    told = plan.assignments.assign(reason_zh="人少岗多。")
    row = rows_of(plan.with_tables(assignments=told), "vacancies")[2]
    assert (row["place_name"], row["village"], row["role"]) == ("网格E01", "网格E", "网格员")
    assert (row["there"], row["next_up"], row["next_grid"]) == ("李<b>四", "张三", "T")
    assert row["why"] == "人少岗多。"


@pytest.fixture(scope="module")
def later():
    """The small plan after two edits: a patch goes from W02 to W01, and 李四 leaves E01."""
    plan = small_plan()
    patches, rows = plan.patches.copy(), plan.assignments.copy()
    patches.loc["p2", "grid_code"] = "W01"
    left = rows["post_id"] == "E01-1"
    rows.loc[left, ["status", "person_id", "reason_zh"]] = ["vacant", "", ""]
    edits = [
        ("2026-02-01T08:00:00", "move", "W01;W02", "=按路划界，见 13812345678"),
        ("2026-02-02T08:00:00", "free", "E01", "退休"),
    ]
    log = columns.empty_frame(columns.EDITS, index="edit_id")
    for number, (time, kind, grids, why) in enumerate(edits, 1):
        entry = {"time": time, "who": "王主任", "why": why, "kind": kind, "grids": grids}
        log.loc[f"E{number:06d}"] = dict.fromkeys(columns.EDITS, "") | entry
    return plan.with_tables(patches=patches, assignments=rows, edits=log)


def test_changes_of_grids_stand_with_what_moved_and_why(later):
    rows = rows_of(later, "grid_changes", since=small_plan())
    assert [(row["change"], row["code"], row["why"]) for row in rows] == [
        ("范围有变", "W01", "2026-02-01 =按路划界，见 …"),
        ("范围有变", "W02", "2026-02-01 =按路划界，见 …"),
        ("人员有变", "E01", "2026-02-02 退休"),
    ]
    assert [row["moved_ha"] for row in rows] == [1, None, None]  # what has come to the grid
    assert (rows[2]["people_before"], rows[2]["people_now"]) == ("李<b>四", None)
    both = small_plan().with_tables(edits=later.edits.iloc[:1])
    known = rows_of(later, "grid_changes", since=both)  # what both logs have is no reason
    assert [row["why"] for row in known] == [None, None, "2026-02-02 退休"]


def test_changes_of_people_stand_with_both_posts(later):
    (row,) = rows_of(later, "person_changes", since=small_plan())
    assert (row["change"], row["person"], row["code_before"], row["code"]) == (
        "离岗", "李<b>四", "E01", None,
    )  # fmt: skip
    assert row["why"] == "2026-02-02 退休"
    (back,) = rows_of(small_plan(), "person_changes", since=later)
    assert (back["change"], back["code"], back["grid_name"]) == ("新到岗", "E01", "网格E01")


def test_a_plan_for_the_public_has_neither_vacancies_nor_changes(later):
    made = ledger_xlsx(release(later, public=True), since=small_plan(), printed=DAY)
    assert list(made.rows) == ["summary", "grids"]
    assert "变化" in "".join(one.zh for one in made.left_out)


def test_a_code_that_a_faulty_plan_has_twice_is_listed_once():
    plan = small_plan()
    grids = pd.concat([plan.grids, plan.grids.loc[["E01"]]])
    rows = rows_of(plan.with_tables(grids=grids), "grids")
    assert [row["code"] for row in rows] == ["T", "E", "W", "E01", "W01", "W02"]
