"""A roster repaired: doubles, leaders by village, homes, phones, ids; each taken or refused."""

import pandas as pd
import pytest
from first_towns import draw_grids

from gridmap.first_town.roster.cells import clean_person, made_ids, plain_phone
from gridmap.first_town.roster.posts import GridNames
from gridmap.first_town.roster.repair import find_repairs, repaired, standard_rows

GRIDS = GridNames.of(draw_grids())
HEAD = ["编号", "姓名", "单位职务", "身份", "家庭村", "现任网格", "电话"]


def roster(*rows):
    frame = pd.DataFrame(list(rows), columns=HEAD, dtype="str")
    return standard_rows(frame.set_axis(range(2, len(rows) + 2)))


def told(rows, kind, grids=GRIDS):
    found = [one for one in find_repairs(rows, grids) if one.kind == kind]
    return [(one.row, one.column, one.before, one.after) for one in found]


@pytest.mark.parametrize(
    ("cell", "phone"),
    [
        ("13812345678", "13812345678"),
        ("13812345678.0", "13812345678"),
        ("+86 138-1234-5678", "13812345678"),
        ("１３８１２３４５６７８", "13812345678"),
        ("1.38123E+10", ""),
        ("0371-65000000", "0371-65000000"),
        ("13812345678/13912345678", "13812345678/13912345678"),
        ("", ""),
    ],
)
def test_phones_are_digits_and_what_has_lost_some_is_empty(cell, phone):
    assert plain_phone(cell) == phone


@pytest.mark.parametrize(
    ("cell", "name"), [("张 三", "张三"), ("王　五*", "王五"), ("John  Smith", "John Smith")]
)
def test_names_are_written_as_they_are_called(cell, name):
    assert clean_person(cell) == name


def test_ids_are_made_for_those_without_and_for_the_second_of_one_id():
    ids, names = pd.Series(["1", "", "1", "P001"]), pd.Series(["甲", "乙", "丙", "丁"])
    made = made_ids(ids, names)
    assert {row: new for row, (new, _) in made.items()} == {1: "P002", 2: "P003"}
    assert "已属于甲" in made[2][1].zh


def test_the_same_name_and_phone_is_one_person_and_another_post_is_not():
    rows = roster(
        ["1", "张三", "党政办", "", "", "", "13800000001"],
        ["2", "张三", "农业办", "", "", "", "138 0000 0001"],
        ["3", "张三", "党政办", "", "", "", "13900000009"],
        ["4", "张三", "党政办", "", "", "410199101201", "13800000001"],
    )
    assert [row for row, *_ in told(rows, "double")] == [3]


def test_a_row_twice_is_left_out_even_without_a_phone():
    rows = roster(["1", "李四", "党政办", "", "", "", ""], ["2", "李四", "党政办", "", "", "", ""])
    (double,) = [one for one in find_repairs(rows, GRIDS) if one.kind == "double"]
    assert (double.row, double.column, double.after) == (3, "", "")
    assert "第 2 行" in double.why.zh


@pytest.mark.parametrize(
    ("office", "grid"),
    [
        ("柳河村党支部书记、网格长", "柳河村"),
        ("柳河村第二网格网格长", "柳河村第二网格"),
        ("柳河村村主任", "柳河村"),
        ("石桥支书", "石桥村"),
        ("柳河镇党委书记", "柳河镇"),
    ],
)
def test_a_post_that_names_a_grid_leads_it(office, grid):
    rows = roster(["1", "王一", office, "", "", "", ""])
    assert (2, "present_grid", "", grid) in told(rows, "leader")
    assert (2, "role", "", "网格长") in told(rows, "leader")


@pytest.mark.parametrize(
    "office", ["柳河村副书记", "党政办主任", "柳河镇农业办主任", "柳河村会计", ""]
)
def test_a_deputy_and_an_office_of_the_town_lead_nothing(office):
    assert told(roster(["1", "王一", office, "", "", "", ""]), "leader") == []


def test_a_grid_has_one_leader_the_clearest_word_first():
    rows = roster(
        ["1", "王一", "柳河村主任", "", "", "", ""],
        ["2", "王二", "柳河村网格长", "", "", "", ""],
        ["3", "王三", "石桥村书记", "干部", "", "", ""],
    )
    assert {row for row, *_ in told(rows, "leader")} == {3}


def test_a_leader_that_the_roster_names_keeps_the_grid():
    rows = roster(
        ["1", "王一", "", "网格长", "", "柳河村", ""],
        ["2", "王二", "柳河村书记", "", "", "", ""],
    )
    assert told(rows, "leader") == []


def test_homes_come_from_the_office_or_the_present_grid_and_what_is_given_stays():
    rows = roster(
        ["1", "王一", "石桥村村委会", "干部", "", "", ""],
        ["2", "王二", "党政办", "干部", "", "马庄村第一网格", ""],
        ["3", "王三", "石桥村", "干部", "柳河村", "", ""],
        ["4", "王四", "党政办", "干部", "", "", ""],
    )
    assert told(rows, "home") == [
        (2, "home_code", "", "石桥村"),
        (3, "home_code", "", "马庄村"),
    ]


def test_a_role_that_nobody_knows_counts_as_a_cadre():
    rows = roster(["1", "王一", "", "公务员", "", "", ""], ["2", "王二", "", "干部", "", "", ""])
    assert told(rows, "role") == [(2, "role", "公务员", "干部")]


def test_headings_among_the_rows_are_nobody():
    rows = roster(["一、村干部", "", "", "", "", "", ""], ["1", "王一", "", "", "", "", ""])
    assert [row for row, *_ in told(rows, "nobody")] == [2]


def test_only_what_is_taken_is_done_and_the_rows_stay():
    rows = roster(
        ["1", "张 三", "党政办", "", "", "", "13800000001.0"],
        ["2", "张三", "党政办", "", "", "", "13800000001"],
    )
    before = rows.copy()
    found = find_repairs(rows, GRIDS)
    assert {one.kind for one in found} == {"double", "phone", "name"}
    whole = repaired(rows, found)
    assert whole["name"].tolist() == ["张三"]
    assert whole["phone"].tolist() == ["13800000001"]
    refused = [one.key for one in found if one.kind == "double"]
    assert len(repaired(rows, found, refused=refused)) == 2
    assert repaired(rows, found, refused=[one.key for one in found]).equals(before)
    assert rows.equals(before)


def test_without_grids_nothing_is_told_of_places_and_an_empty_roster_has_no_repairs():
    rows = roster(["1", "王一", "柳河村网格长", "", "", "", ""])
    assert told(rows, "leader", grids=None) == []
    assert find_repairs(roster(), GRIDS) == []
