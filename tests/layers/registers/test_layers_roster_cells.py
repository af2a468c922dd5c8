"""A roster as offices fill it in: nobody gets a post who is none, and no code is lost or glued."""

import csv

import openpyxl
import pytest
from openpyxl.styles import Font

from layers.contract.errors import LayerSchemaError
from layers.registers.roster import read_roster_and_issues

GRID, OTHER = "410122106200001", "410122106200002"
HEADER = ["编号", "姓名", "身份", "兼任", "家庭村", "现任网格", "电话"]


def roster(tmp_path, *rows, header=HEADER):
    path = tmp_path / "roster.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [header, *([*row, *[""] * (len(header) - len(row))] for row in rows)]
        )
    people, issues = read_roster_and_issues(path)
    return people, [issue.message for issue in issues]


@pytest.mark.parametrize(
    "cell",
    [f"{GRID}、{OTHER}", f"{GRID}/{OTHER}", f"{GRID}\n{OTHER}", f"{GRID} {OTHER}",
     f"{GRID}，{OTHER}", f"{GRID};{OTHER}", f"４１０１２２１０６２００００１\u3000{OTHER}"],
)  # fmt: skip
def test_several_grids_of_a_cell_stay_apart_whatever_is_between_them(tmp_path, cell):
    people, _ = roster(tmp_path, ["1", "甲", "", "", "", cell])
    assert people["present_grid"].to_list() == [f"{GRID};{OTHER}"]


def test_short_codes_of_grids_are_no_thousands_and_thousands_are_one_code(tmp_path):
    people, _ = roster(
        tmp_path,
        ["1", "甲", "", "", "", "001,002"],
        ["2", "乙", "", "", "", "410,122,106,200,001"],
    )
    assert people["present_grid"].to_list() == ["001;002", GRID]


@pytest.mark.parametrize("none", ["无", "—", "/", "N/A", "暂无"])
def test_a_cell_that_says_there_is_nothing_is_empty(tmp_path, none):
    people, told = roster(tmp_path, ["1", "甲", "干部", none, none, none])
    assert people.loc["1", ["roles", "home_code", "present_grid"]].to_list() == ["", "", ""]
    assert told == []


@pytest.mark.parametrize("name", ["待定", "空缺", "/", "3", "同上", "张三、李四", "张三\n李四"])
def test_a_name_that_is_of_nobody_or_of_several_takes_no_post_and_is_told(tmp_path, name):
    people, told = roster(tmp_path, ["1", name], ["2", "乙"])
    assert people.index.to_list() == ["2"]
    assert len(told) == 1
    assert "row 2" in told[0]
    assert "Left out" in told[0]


def test_names_are_alike_however_wide_they_are_set_and_whatever_dot_they_have(tmp_path):
    given = [
        "张 三",
        "张　三",
        "买买提•阿不都",
        "买买提・阿不都",
        "买买提.阿不都",
        "Li Si",
        "⼰\ufe0f",
    ]
    people, _ = roster(tmp_path, *([str(at), name] for at, name in enumerate(given)))
    dotted = "买买提·阿不都"
    assert people["name"].to_list() == ["张三", "张三", dotted, dotted, dotted, "Li Si", "己"]
    people, told = roster(tmp_path, ["1", "王五"], ["1", "王 五", "网格长"])
    assert people.loc["1", ["role", "roles"]].to_list() == ["cadre", "leader"]
    assert len(told) == 1


def test_an_identity_number_is_one_with_either_x_and_refused_when_rounded(tmp_path):
    with pytest.raises(LayerSchemaError, match="stands in rows 2 and 3"):
        roster(tmp_path, ["41012219900101123x", "甲"], ["41012219900101123X", "乙"])
    with pytest.raises(LayerSchemaError, match="'410122199001010000' was turned into a number"):
        roster(tmp_path, ["410122199001010000", "甲"])
    people, _ = roster(tmp_path, ["410122197001010000", "甲"], ["410122106200001000", "乙"])
    assert len(people) == 2  # the one has its check digit, the other no day of birth


def test_ids_that_differ_in_capitals_or_zeros_alone_are_told(tmp_path):
    people, told = roster(
        tmp_path, ["A5", "甲"], ["a5", "乙"], ["06", "丙"], ["6", "丁"], ["7", "戊"]
    )
    assert len(people) == 5
    assert [text.partition(":")[0] for text in told] == [
        "'roster.csv', rows 4, 5",
        "'roster.csv', rows 2, 3",
    ]


def test_a_phone_with_a_digit_too_few_is_told_and_not_shown(tmp_path):
    _, told = roster(
        tmp_path,
        ["1", "甲", "", "", "", "", "1380000001"],
        ["2", "乙", "", "", "", "", "037112345678"],
        ["3", "丙", "", "", "", "", "138 0000 0001"],
    )
    assert len(told) == 1
    assert "row 2: the phone" in told[0]
    assert "1380000001" not in told[0]


@pytest.mark.parametrize("cell", ["干部/网格长", "干部|网格长", "⼲部、网格长"])
def test_roles_are_known_behind_every_sign_between_them(tmp_path, cell):
    people, told = roster(tmp_path, ["1", "甲", cell])
    assert people.loc["1", ["role", "roles"]].to_list() == ["cadre", "leader"]
    assert told == []


def test_what_only_a_spreadsheet_program_shows_is_told(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["编号", "姓名", "电话"],
        ["1", "甲_x000D_"],
        ["2", "乙"],
        ["3", "丙", "13800000001"],
    ):
        sheet.append(row)
    for cell in sheet[3]:
        cell.font = Font(strike=True)
    sheet.column_dimensions["C"].hidden = True
    book.save(tmp_path / "r.xlsx")
    people, issues = read_roster_and_issues(tmp_path / "r.xlsx")
    assert people["name"].to_list() == ["甲", "乙", "丙"]
    told = [issue.message for issue in issues]
    assert "1 row crossed out" in told[0]
    assert "(row 3)" in told[0]
    assert "column '电话' hidden" in told[1]
    assert len(told) == 2


@pytest.mark.parametrize(
    ("given", "name"),
    [("阿依 古丽", "阿依 古丽"), ("欧阳　娜", "欧阳娜"), ("张 三 丰", "张三丰"),
     ("李  小明", "李小明"),
     ("欧阳\n娜", "欧阳娜"), ("李四、副镇长", "李四、副镇长"), ("王五，汉族", "王五，汉族")],
)  # fmt: skip
def test_a_name_in_parts_or_with_a_duty_behind_it_is_that_of_one_person(tmp_path, given, name):
    people, told = roster(tmp_path, ["1", given])
    assert people["name"].to_list() == [name]
    assert told == []


def test_a_code_that_a_narrow_column_has_broken_is_one(tmp_path):
    people, _ = roster(
        tmp_path,
        ["41012219900101\n1234", "甲", "", "", "410122106\n200", "41012210620\n0001"],
        ["2", "乙", "", "", "", f"{GRID}\n{OTHER}"],
        ["3", "丙", "", "", "", "201,202,203,204,205"],
    )
    assert people.index.to_list() == ["410122199001011234", "2", "3"]
    assert people["home_code"].iloc[0] == "410122106200"
    assert people["present_grid"].to_list() == [GRID, f"{GRID};{OTHER}", "201;202;203;204;205"]
