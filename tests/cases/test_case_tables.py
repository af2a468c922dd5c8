"""Case counts read from tables, joined to the grids of the small drawn plan, and summed."""

import math

import pytest
from small_plan import CRS, EAST, NORTH, small_plan

from gridmap.coverage.cases import case_table, count_of_grid, join_cases
from gridmap.coverage.shown import cases_shown
from gridmap.workflow.departments import with_cases
from layers.contract.errors import LayerSchemaError
from layers.departments.cases import read_cases
from layers.reading.features import Declared


@pytest.fixture
def table(tmp_path):
    """Write a table of case counts and give its path."""

    def made(*rows, name="cases.csv"):
        path = tmp_path / name
        path.write_text("\n".join(rows), encoding="utf-8")
        return path

    return made


def joined(path):
    cases, told = read_cases(path, crs=CRS, declared=Declared(crs=CRS))
    found, unjoined = join_cases(cases, small_plan().grids)
    return found, [*told, *unjoined]


def at(east, north):
    return f"{EAST + east},{NORTH + north}"


def test_counts_join_by_code_by_name_and_by_point(table) -> None:
    points = (f",{at(50, 150)},5", f",{at(350, 50)},6")
    path = table("网格,x,y,发现", "W01,,,3", "网格E01,,,4", *points)

    found, issues = joined(path)

    assert found["grid_code"].tolist() == ["W01", "E01", "W02", "E01"]
    assert found["found"].tolist() == [3, 4, 5, 6]
    assert issues == []


def test_rows_that_join_no_grid_are_kept_and_listed_one_by_one(table) -> None:
    path = table("网格,x,y,发现", "W99,,,3", f",{at(900, 50)},5", "W01,,,1", ",,,7")

    found, issues = joined(path)

    assert found["grid_code"].tolist() == ["", "", "W01", ""]
    assert found["found"].sum() == 16
    assert [(one.rule, one.other_code) for one in issues] == [
        ("CASE-1", "2"), ("CASE-1", "3"), ("CASE-1", "5")]  # fmt: skip
    assert "'W99'" in issues[0].message
    assert "outside the town" in issues[1].message


def test_the_counts_of_the_report_are_stored_as_they_are_and_make_no_rate(table) -> None:
    path = table("网格编码,上报,受理,随手记", "T,3522,1312,11580")

    found, _ = joined(path)

    row = case_table(found, small_plan().grids, level=1).iloc[0]
    assert (row["found"], row["filed"], row["other"]) == (3522, 1312, 11580)
    assert math.isnan(row["filed_rate"])  # nobody says that they share a base
    assert math.isnan(row["closed"])  # accepted is not closed


def test_a_missing_ten_thousand_is_told_stored_as_written_and_makes_no_rate(table) -> None:
    path = table("网格编码,受理,办结,口径", "T,33.04万,32.91件,全年")

    found, issues = joined(path)

    assert found["filed"].tolist() == [330_400]
    assert found["closed"].tolist() == [32.91]
    assert found["flag"].tolist() == ["filed:rounded;closed:lacks_ten_thousand"]
    doubts = [one for one in issues if one.rule == "CASE-2"]
    assert len(doubts) == 1
    assert "'32.91件'" in doubts[0].message
    assert "漏写了“万”" in doubts[0].message_zh
    assert math.isnan(case_table(found, small_plan().grids, level=1)["closed_rate"].iloc[0])


def test_counts_of_one_base_sum_up_the_tree_and_make_a_rate(table) -> None:
    path = table(
        "网格编码,时段,发现,立案,结案,口径",
        "W01,1月,10,8,6,平台", "W02,1月,30,12,9,平台", "E01,1月,5,5,5,平台",
    )  # fmt: skip

    found, _ = joined(path)

    west = case_table(found, small_plan().grids, level=2).set_index("grid_code").loc["W"]
    assert (west["found"], west["filed"], west["closed"], west["rows"]) == (40, 20, 15, 2)
    assert west["filed_rate"] == pytest.approx(0.5)
    assert west["closed_rate"] == pytest.approx(0.75)


def test_a_rate_above_one_hundred_is_shown_as_it_is_and_told_row_by_row(table) -> None:
    path = table(
        "网格编码,时段,发现,立案,结案,口径",
        "W01,1月,10,8,12,平台", "W02,1月,10,12,1,平台", "E01,1月,0,3,,平台", "E01,2月,9,9,99,",
    )  # fmt: skip

    found, issues = joined(path)

    over = [one for one in issues if one.rule == "CASE-3"]
    assert [(one.other_code, one.size) for one in over] == [("2", 4.0), ("3", 2.0), ("4", 3.0)]
    assert "Closed of filed is 150.0 % (12 of 8)" in over[0].message
    assert "结案率为 150.0%（12 比 8）" in over[0].message_zh
    assert "Filed of found is more than 100 % (3 of 0)" in over[2].message
    west = case_table(found, small_plan().grids, level=3).set_index("grid_code").loc["W01"]
    assert (west["closed_rate"], west["flag"]) == (1.5, "closed_rate:over")
    plan = small_plan().with_tables(cases=found)
    shown = cases_shown(plan, level=3, language="zh")
    assert shown.loc[shown["网格编码"] == "W01", "疑问"].tolist() == ["结案率超过 100%"]


def test_no_rate_over_rows_of_which_one_gives_a_single_count(table) -> None:
    path = table("网格编码,发现,立案,口径", "W01,10,8,平台", "W02,30,,平台")

    found, _ = joined(path)

    west = case_table(found, small_plan().grids, level=2).iloc[0]
    assert (west["found"], west["filed"]) == (40, 8)
    assert math.isnan(west["filed_rate"])  # 8 of 40 would be of two kinds of rows


def test_rows_of_different_bases_and_periods_stay_apart(table) -> None:
    path = table("网格编码,时段,发现,口径", "W01,1月,1,甲", "W01,2月,2,甲", "W01,1月,4,乙")

    found, _ = joined(path)

    rows = case_table(found, small_plan().grids, level=3)
    assert sorted(rows["found"]) == [1, 2, 4]


def test_a_grid_takes_the_cases_of_the_lowest_grid_that_has_any(table) -> None:
    path = table("网格编码,发现", "W,40", "W02,7")

    found, _ = joined(path)

    cases = count_of_grid(found, small_plan().grids)
    assert cases.loc[["W01", "W02"], "cases"].tolist() == [40, 7]
    assert cases.loc[["W01", "W02"], "of"].tolist() == ["W", "W02"]
    assert math.isnan(cases.at["E01", "cases"])


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (("网格编码,姓名", "W01,x"), "no column with counts"),
        (("类别,发现", "市容,3"), "neither a column with the grid"),
    ],
)
def test_a_table_without_counts_or_places_is_refused(table, rows, said) -> None:
    with pytest.raises(LayerSchemaError, match=said):
        read_cases(table(*rows), crs=CRS)


def test_a_cell_that_is_no_number_is_told_with_its_row(table) -> None:
    _, issues = joined(table("网格编码,发现,立案", "W01,很多,2"))

    (issue,) = issues
    assert (issue.rule, issue.severity) == ("READ-6", "error")
    assert "row 2: '很多'" in issue.message


def test_adding_a_table_again_replaces_its_rows_and_keeps_others(table) -> None:
    plan = with_cases(small_plan(), table("网格编码,发现", "W01,3", "W99,1"))
    plan = with_cases(plan, table("网格编码,发现", "W02,5", name="other.csv"))

    again = with_cases(plan, table("网格编码,发现", "W01,4"))

    assert again.cases["source"].tolist() == ["other.csv", "cases.csv"]
    assert again.cases["found"].tolist() == [5, 4]
    assert list(again.issues["rule"]).count("CASE-1") == 0  # W99 is gone from the table
    assert plan.issues["rule"].tolist().count("CASE-1") == 1


def test_the_table_in_words_says_what_is_doubtful(table) -> None:
    plan = with_cases(small_plan(), table("网格编码,受理,办结", "T,33.04万,32.91件"))

    shown = cases_shown(plan, level=1, language="zh").iloc[0]

    assert shown["立案"] == "330,400"
    assert shown["结案"] == "32.91"
    assert shown["疑问"] == "立案为约数、结案可能漏写“万”"


def test_counts_of_a_micro_grid_that_is_redrawn_away_stay_with_its_parent(table) -> None:
    plan = with_cases(small_plan(), table("网格编码,发现", "W01,3", "W02,5"))
    left = plan.grids.drop(index="W02")

    assert case_table(plan.cases, left, level=2)["found"].tolist() == [8]
    assert count_of_grid(plan.cases, left).at["W", "cases"] == 5
