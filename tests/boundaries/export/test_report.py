import io
import re
import zipfile

import openpyxl
import pandas as pd
import pytest
from openpyxl.xml.constants import DCTERMS_NS, DCTERMS_PREFIX
from openpyxl.xml.functions import register_namespace
from random_town import random_town
from shapely import Point

from boundaries.export.report import report_bytes
from gridmap.workflow.workflow import plan_town
from layers.contract.columns import LEDGER
from layers.contract.issues import Issue, make_issues


@pytest.fixture(scope="module")
def plan():
    return plan_town(random_town(7))


def sheets(data):
    book = openpyxl.load_workbook(io.BytesIO(data))
    return {sheet.title: list(sheet.values) for sheet in book}


def test_report_has_issues_ledger_and_receipt(plan):
    found = sheets(report_bytes(plan.issues, plan.ledger, plan.receipt, title="镇 版本 1"))
    assert list(found) == ["问题项 issues", "用地台账 ledger", "凭据 receipt"]
    assert all(rows[0][0] == "镇 版本 1" for rows in found.values())
    assert len(found["问题项 issues"]) == 2 + len(plan.issues)
    assert dict(row[:2] for row in found["凭据 receipt"][2:]) == plan.receipt


def test_ledger_is_in_hectares_with_its_sum(plan):
    rows = sheets(report_bytes(plan.issues, plan.ledger, {}, title=""))["用地台账 ledger"]
    total = rows[-1]
    assert total[0] == "合计 total"
    assert total[-1] == pytest.approx(plan.patches["area_m2"].sum() / 10_000, abs=1e-4)
    farmland = next(row for row in rows if row[0] == "耕地 Farmland")
    assert farmland[1] == pytest.approx(plan.ledger.loc["farmland", "claimed_m2"] / 1e4, abs=1e-5)


def test_worst_issues_come_first_with_their_place():
    issues = make_issues(
        [
            Issue("DATA-1", "info", "small", "小"),
            Issue("COV-1", "error", "gap", "缺口", size=12.345, unit="m2",
                  geometry=Point(500000, 3838000)),
        ],
        "EPSG:4547",
    )  # fmt: skip
    no_ground = pd.DataFrame(columns=list(LEDGER), dtype=float)
    rows = sheets(report_bytes(issues, no_ground, {}, title="t"))["问题项 issues"]
    assert rows[2][:2] == ("错误 error", "COV-1")
    assert rows[2][4] == 12.35
    assert rows[2][8] == pytest.approx(114.0, abs=1e-6)  # the central meridian
    assert rows[3][8] is None


def test_a_name_that_looks_like_a_formula_stays_text(plan):
    issues = make_issues([Issue("X", "info", "=1+1", '=HYPERLINK("x")', code="@a")], "EPSG:4547")
    book = openpyxl.load_workbook(
        io.BytesIO(report_bytes(issues, plan.ledger, {"=2": "+3"}, title="=4"))
    )
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    assert '=HYPERLINK("x")' in [cell.value for cell in cells]


def test_same_plan_gives_the_same_bytes_whatever_the_hour(plan):
    first = report_bytes(plan.issues, plan.ledger, plan.receipt, title="t")
    assert report_bytes(plan.issues, plan.ledger, plan.receipt, title="t") == first
    # Both were written within one step of the clock of a zip file: no hour may stand in it at all.
    with zipfile.ZipFile(io.BytesIO(first)) as book:
        assert {entry.date_time for entry in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        texts = [book.read(entry).decode() for entry in book.infolist()]
    assert set(re.findall(r"\d{4}-\d\d-\d\dT[^<]*", "".join(texts))) == {"1980-01-01T00:00:00Z"}


def test_other_libraries_of_the_process_do_not_change_the_bytes(plan):
    first = report_bytes(plan.issues, plan.ledger, plan.receipt, title="t")
    register_namespace("dct", DCTERMS_NS)  # as OWSLib does
    try:
        assert report_bytes(plan.issues, plan.ledger, plan.receipt, title="t") == first
    finally:
        register_namespace(DCTERMS_PREFIX, DCTERMS_NS)


def test_the_evidence_stands_on_a_sheet_with_its_day(plan):
    patches = plan.patches.assign(date=["2024-12-31"] * 2 + [""] * (len(plan.patches) - 2))
    rows = sheets(report_bytes(plan.issues, plan.ledger, {}, title="t", patches=patches))
    found = rows["依据 evidence"]
    assert list(found[1]) == [
        "图层 layer",
        "类别 kind",
        "日期 date",
        "图斑 patches",
        "面积 area (ha)",
    ]
    assert sum(row[3] for row in found[2:]) == len(patches)
    assert sum(row[4] for row in found[2:]) == pytest.approx(patches["area_m2"].sum() / 10_000)
    assert {row[2] for row in found[2:]} == {"2024-12-31", "未注明 not given"}
