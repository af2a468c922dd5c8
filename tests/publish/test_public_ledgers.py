"""Ledgers for the public and of the house: who is named, and whose phone is in them."""

import io

import openpyxl
from public_bytes import PRINTED, opened, told
from secret_plan import NAMES, PHONES, secret_plan

from gridmap.ledgers import ledger_xlsx
from gridmap.publish import release


def made(plan, **more):
    return ledger_xlsx(release(plan), printed=PRINTED, **more)


def table(data, sheet):
    """Read the heads of a sheet, and its columns by them."""
    head, *rows = list(openpyxl.load_workbook(io.BytesIO(data))[sheet].values)[2:]
    return dict(zip(head, zip(*rows, strict=True), strict=True))


def test_phones_are_there_only_where_they_are_passed():
    plan = secret_plan()
    assert told(made(plan).xlsx, PHONES) == []
    assert "未附个人电话" in opened(made(plan).xlsx)
    data = made(plan, contacts={"": "0371-9", "002": "0371-1", "003": "0371-2"}).xlsx
    assert table(data, "按人员")["电话"] == (None, "0371-1", "0371-2", None)
    grids = table(data, "按网格")
    assert dict(zip(grids["编码"], grids["网格长电话"], strict=True))["E01"] == "0371-1"
    assert told(data, PHONES) == []
    office = made(plan, contacts={"": "0371-9"}).xlsx
    assert ("0371-9" in opened(office), "电话" in table(office, "按人员")) == (True, False)


def test_for_the_public_there_are_only_columns_that_may_go_out():
    data = ledger_xlsx(release(secret_plan(), public=True), printed=PRINTED)
    assert list(data.rows) == ["summary", "grids", "objects"]
    assert list(table(data.xlsx, "按对象")) == [
        "对象编号", "对象类别", "对象名称", "网格编码", "网格",
    ]  # fmt: skip
    assert table(data.xlsx, "按对象")["对象名称"] == ("大孟机械厂",)
    assert list(table(data.xlsx, "按网格")) == [
        "编码", "名称", "级别", "网格性质", "类别", "上级网格", "二级网格",
        "面积（公顷）", "面积（亩）", "版本", "启用日期",
    ]  # fmt: skip
    assert list(table(data.xlsx, "汇总")) == [
        "编码",
        "名称",
        "微网格数",
        "面积（公顷）",
        "面积（亩）",
    ]
    named = release(secret_plan("names_public = true\n"), public=True)
    people = table(ledger_xlsx(named, printed=PRINTED).xlsx, "按人员")
    assert people["姓名"] == NAMES[:3]
    assert list(people) == ["姓名", "网格角色", "所在网格编码", "所在网格"]
