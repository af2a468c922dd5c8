"""Numbers of households as offices write them: read, or told, and never 0 in silence."""

import drawn_town
import numpy as np
import pandas as pd
import pytest

from gridmap.coverage.metrics import coverage
from gridmap.workflow.workflow import make_plan
from layers.contract.counts import Count, count_of, read_counts
from layers.inspect.file import inspect_file

SURE, LOOK = True, False


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("320", 320), ("320户", 320), ("320 户", 320), ("1,320", 1320), ("１，３２０", 1320),
        ("1，320", 1320), ("1 320", 1320), ("1'320", 1320), ("２０", 20), ("320.0", 320),
        ("1,320.00户", 1320), ("0320", 320), ("+5", 5), ("320人", 320), ("320 Households", 320),
        ("1,234,567", 1_234_567), ("0", 0), ("\u200b320", 320),
    ],
)  # fmt: skip
def test_a_plain_number_is_read_with_units_and_separators(text, value):
    assert count_of(text) == Count(value, SURE)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("约300", 300), ("300余户", 300), ("300左右", 300), ("共320户", 320), (">300", 300),
        ("1.2万", 12_000), ("3千户", 3_000), ("三百二十", 320), ("一万二千", 12_000),
        ("两千零五户", 2005), ("十五", 15), ("二十", 20), ("三二〇", 320),
        ("12.5", 12), ("1.320", 1320), ("1 32", 132),
    ],
)  # fmt: skip
def test_a_number_that_had_to_be_interpreted_is_read_and_not_sure(text, value):
    assert count_of(text) == Count(value, LOOK)


@pytest.mark.parametrize(
    "text",
    ["-5", "−5", "－5户", "50%", "300-320", "1,32", "12,5", "无", "/", "不详", "#N/A", "=SUM(A1)",
     "TRUE", "inf", "1E+03", "320户960人", "三百二", "万", "2024年", "99999999999"],
)  # fmt: skip
def test_what_is_no_number_of_households_is_none(text):
    assert count_of(text) == Count(None, LOOK)


def test_what_is_no_number_is_an_error_with_column_rows_and_text():
    column = pd.Series(["320户", "", "约300", "待查", "-4"], index=[2, 3, 4, 5, 6])
    values, issues = read_counts(column, file="网格.gpkg", name="户数")
    assert values.tolist() == [320, 0, 300, 0, 0]
    lost, doubtful = issues
    assert (lost.rule, lost.severity) == ("READ-6", "error")
    assert "column '户数': 2 cells without a number" in lost.message
    assert "(row 5, 6: '待查')" in lost.message
    assert (doubtful.rule, doubtful.severity) == ("READ-6", "warning")
    assert "row 4: '约300' is read as 300" in doubtful.message


@pytest.mark.parametrize(
    "column",
    [pd.Series([320, 0]), pd.Series([320.0, np.nan]), pd.Series([320, None], dtype="Int64")],
)
def test_columns_of_whole_numbers_are_read_without_a_word(column):
    values, issues = read_counts(column, file="a", name="b")
    assert values.tolist() == [320, 0]
    assert issues == []


def test_decimals_and_negative_numbers_of_a_number_column_are_told():
    values, issues = read_counts(pd.Series([320.0, 12.5, -4.0]), file="a", name="b")
    assert values.tolist() == [320, 12, 0]
    assert [issue.severity for issue in issues] == ["error", "warning"]


def with_households(texts):
    grids = drawn_town.draw_hierarchy()
    return grids.assign(households=["0", "0", "0", *texts]).rename(columns={"households": "户数"})


def test_households_as_text_weigh_as_much_as_numbers(tmp_path):
    """The drawn town has 200, 40, 320 and 20 households on its four grids."""
    folder = drawn_town.write_town(tmp_path / "t")
    want = coverage(make_plan(folder)).loc[drawn_town.TOWN_CODE]
    texts = with_households(["200户", "４０", " 320 ", "20.0"])
    plan = make_plan(drawn_town.write_town(tmp_path / "u", hierarchy=texts))
    found = coverage(plan).loc[drawn_town.TOWN_CODE]
    assert found["households"] == want["households"] == 580
    assert found["load_h"] == want["load_h"]
    assert not plan.issues["message"].str.contains("户数").any()


def test_an_unreadable_number_is_a_row_of_the_plan_and_of_looking_into_the_file(tmp_path):
    hierarchy = with_households(["约200", "四十", "待查", "20"])
    folder = drawn_town.write_town(tmp_path / "t", hierarchy=hierarchy)
    plan = make_plan(folder)
    told = plan.issues[plan.issues["message"].str.contains("column '户数'")]
    assert told["severity"].tolist() == ["error", "warning"]
    assert coverage(plan).at[drawn_town.TOWN_CODE, "households"] == pytest.approx(260)
    (layer,) = inspect_file(folder / "hierarchy.gpkg").layers
    assert layer.issues["message"].tolist() == told["message"].tolist()


def test_a_number_of_people_is_none_of_households():
    column = pd.Series(["960人", "320户"])
    households, told = read_counts(column, file="a", name="户数")
    assert households.tolist() == [0, 320]
    assert "(row 0: '960人')" in told[0].message
    population, told = read_counts(column, file="a", name="人口", of="population")
    assert population.tolist() == [960, 0]
    assert "(row 1: '320户')" in told[0].message
