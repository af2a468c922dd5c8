"""The roster: Chinese or English headers, known roles and skills, an id for everybody."""

import drawn_town
import pandas as pd
import pytest

from layers.contract.columns import PEOPLE
from layers.contract.errors import LayerFileError, LayerSchemaError
from layers.registers.roster import read_roster, read_roster_and_issues


def write(path, **columns):
    frame = pd.DataFrame(columns)
    if path.suffix == ".xlsx":
        frame.to_excel(path, index=False)
    else:
        frame.to_csv(path, index=False, encoding="utf-8-sig")
    return path


def test_the_drawn_roster_is_read(tmp_path):
    drawn_town.draw_roster().to_excel(tmp_path / "r.xlsx", index=False)
    people = read_roster(tmp_path / "r.xlsx")
    assert list(people.columns) == list(PEOPLE)
    assert people.index.name == "person_id"
    assert people["role"].value_counts().to_dict() == {"cadre": 18, "leader": 7}
    assert people.loc["C01", "skills"] == "water;park_green"
    assert people.loc["C03", "skills"] == "problem_estate;supplied_unbuilt"
    assert people.loc["L07", "present_grid"] == "410122106201002"
    assert people.loc["L07", "home_code"] == "410122106201"


def test_english_headers_and_keys_mean_the_same(tmp_path):
    path = write(
        tmp_path / "r.csv", person_id=["007"], name=["Wang"], role=["Leader"],
        skills=["Water, park_green；耕地"],
    )  # fmt: skip
    person = read_roster(path).loc["007"]
    assert person["role"] == "leader"
    assert person["skills"] == "water;park_green;farmland"
    assert person["phone"] == ""


def test_an_empty_role_is_a_cadre(tmp_path):
    people = read_roster(write(tmp_path / "r.xlsx", 编号=["1"], 姓名=["甲"], 身份=[""]))
    assert people["role"].tolist() == ["cadre"]


def told(issues):
    return [one.message for one in issues if one.rule == "READ-22"]


def test_two_people_with_one_id_are_left_out_and_named_and_the_rest_goes_on(tmp_path):
    path = write(
        tmp_path / "r.xlsx", 编号=["1", "2", "1", "3"], 姓名=["甲", "乙", "丙", "丁"]
    )  # fmt: skip
    people, issues = read_roster_and_issues(path)
    assert people.index.tolist() == ["2", "3"]
    (one,) = [issue for issue in issues if issue.rule == "READ-22"]
    assert one.severity == "error"
    assert one.message == (
        "'r.xlsx', id '1' stands in rows 2 and 4 (甲, 丙): give each person an id of their own, or "
        "take the doubled row out. Left out until it is corrected."
    )


def test_two_rows_of_one_person_are_one_person_with_both_roles_and_grids(tmp_path):
    path = write(
        tmp_path / "r.xlsx", 编号=["1", "1", "2"], 姓名=["甲", "甲", "乙"],
        身份=["网格长", "包企干部", ""], 现任网格=["A", "B", ""],
    )  # fmt: skip
    people, issues = read_roster_and_issues(path, roles={"包企干部": "enterprise_cadre"})
    assert people.index.tolist() == ["1", "2"]
    assert people.loc["1", ["role", "roles", "present_grid"]].tolist() == [
        "leader", "enterprise_cadre", "A;B",
    ]  # fmt: skip
    assert "taken as one person" in told(issues)[0]


def test_faults_are_listed_row_by_row_and_the_rest_goes_on(tmp_path):
    path = write(
        tmp_path / "r.xlsx", 编号=["", "2", "3", "4"], 姓名=["甲", "", "丙", "丁"],
        身份=["干部", "书记", "书记", "干部"], 技能=["", "", "打字;水域", ""],
        每周工时=["", "", "八", "16"], 用工=["", "", "临时", "兼职"],
    )  # fmt: skip
    people, issues = read_roster_and_issues(path)
    assert people.index.tolist() == ["3", "4"]
    assert people.loc["3", ["role", "skills", "hours", "employment"]].tolist() == [
        "书记", "water", 0.0, "",
    ]  # fmt: skip
    assert people.loc["4", ["role", "hours", "employment"]].tolist() == ["cadre", 16.0, "part"]
    words = "\n".join(told(issues))
    assert "row 2: the id (编号) is empty. Left out until it is corrected." in words
    assert "row 3: the name is empty. Left out until it is corrected." in words
    assert "rows 3, 4: role 身份 '书记' is not known. Allowed: 干部 cadre, 网格长 leader." in words
    assert "row 4: skill 技能 '打字' is not known. Allowed: 问题楼盘 problem_estate" in words
    assert "row 4: hours 每周工时 '八' is no number of hours a week (0 to 168)." in words
    assert "row 4: employment 用工 '临时' is not known. Allowed: 专职 full" in words
    assert [one.severity for one in issues if "is empty" in one.message] == ["error", "error"]


def test_a_roster_without_a_row_that_can_be_used_is_refused_with_all_faults(tmp_path):
    path = write(tmp_path / "r.xlsx", 编号=["", "2"], 姓名=["甲", ""])
    with pytest.raises(LayerSchemaError) as caught:
        read_roster(path)
    assert "has 2 faults and no row that can be used:" in str(caught.value)
    assert caught.value.zh.split("\n") == [
        "花名册“r.xlsx”有 2 处错误，没有可用的行：",
        "- 第 2 行：编号为空。",
        "- 第 3 行：姓名为空。",
    ]


def test_a_title_above_the_header_is_no_fault(tmp_path):
    """Row 1 a title over all columns, row 2 empty, row 3 the header, rows 4 and 6 people."""
    cells = [["郑庵镇花名册", "", ""], ["", "", ""], ["编号", "姓名", "身份"], ["01", "甲", "干部"],
             ["", "", ""], ["02", "乙", "书记"]]  # fmt: skip
    pd.DataFrame(cells).to_excel(tmp_path / "r.xlsx", index=False, header=False)
    people, issues = read_roster_and_issues(tmp_path / "r.xlsx")
    assert people.index.tolist() == ["01", "02"]
    assert "row 6: role 身份 '书记' is not known" in told(issues)[0]


def test_a_code_that_became_a_number_is_told_and_empty(tmp_path):
    path = write(
        tmp_path / "r.csv",
        编号=["1", "4.10122E+14"],
        姓名=["甲", "乙"],
        现任网格=["4.10122E+14", ""],
    )
    people, issues = read_roster_and_issues(path)
    assert people.index.tolist() == ["1"]
    assert people["present_grid"].tolist() == [""]
    words = "\n".join(told(issues))
    assert "row 2: 现任网格 '4.10122E+14' was turned into a number" in words
    assert "row 3: 编号 '4.10122E+14' was turned into a number" in words
    assert "format the column as text" in words


def test_several_roles_stand_in_one_cell_or_in_a_column_of_their_own(tmp_path):
    roles = {"police": "police", "民警": "police", "医生": "doctor"}
    path = write(
        tmp_path / "r.xlsx", 编号=["1", "2"], 姓名=["甲", "乙"],
        身份=["民警、干部", "医生"], 兼任=["", "民警；厨师"],
    )  # fmt: skip
    people, issues = read_roster_and_issues(path, roles=roles)
    assert people[["role", "roles"]].to_numpy().tolist() == [
        ["police", "cadre"], ["doctor", "police"],
    ]  # fmt: skip
    assert told(issues) == [
        "'r.xlsx', row 3: role 兼任 '厨师' is not known. Allowed: 干部 cadre, 网格长 leader, 民警 "
        "police, 医生 doctor."
    ]


def test_a_phone_in_another_column_is_taken_there_and_shown_to_nobody(tmp_path):
    path = write(
        tmp_path / "r.xlsx", 编号=["1", "2", "3"], 姓名=["甲13800000001", "乙", "丙"],
        单位职务=["党政办", "所长（13900000002）", ""], 电话=["", "0371-1234567", "没有"],
    )  # fmt: skip
    people, issues = read_roster_and_issues(path)
    assert people["name"].tolist() == ["甲", "乙", "丙"]
    assert people["office"].tolist() == ["党政办", "所长", ""]
    assert people["phone"].tolist() == ["13800000001", "0371-1234567", ""]
    words = told(issues)
    assert [word.split(":")[0] for word in words] == [
        "'r.xlsx', row 2", "'r.xlsx', row 3", "'r.xlsx', row 4",
    ]  # fmt: skip
    assert "in 姓名 (name) a phone number stands there" in words[0]
    assert "phone 电话 '没有' has no number in it" in words[2]
    assert "1380" not in "".join(words)


def test_people_of_other_towns_are_left_out_and_whoever_is_on_both_is_named(tmp_path):
    path = write(
        tmp_path / "r.xlsx", 编号=["1", "2", "1"], 姓名=["甲", "乙", "甲"],
        所属镇=["郑庵镇", "刘集镇", "刘集镇"],
    )  # fmt: skip
    people, issues = read_roster_and_issues(path, towns=("郑庵镇", "410122106"))
    assert people.index.tolist() == ["1"]
    words = "\n".join(told(issues))
    assert "rows 3, 4: belongs to the town '刘集镇', not to this one" in words
    assert "row 2: '1' (甲) is on the roster of this town and of 刘集镇" in words
    everybody, _ = read_roster_and_issues(path, towns=())
    assert sorted(everybody.index) == ["1", "2"]


def test_one_name_and_phone_under_two_ids_is_asked_about(tmp_path):
    path = write(
        tmp_path / "r.xlsx", 编号=["1", "2", "3"], 姓名=["甲", "甲", "甲"],
        电话=["13800000001", "13800000001", "13800000003"],
    )  # fmt: skip
    people, issues = read_roster_and_issues(path)
    assert len(people) == 3
    assert told(issues) == [
        "'r.xlsx', rows 2, 3: ids 1, 2 have one name (甲) and phone: if it is one person, keep one "
        "id."
    ]


def test_a_missing_column_names_those_found(tmp_path):
    path = write(tmp_path / "r.xlsx", 序号=["1"], 姓名=["甲"])
    with pytest.raises(
        LayerSchemaError, match=r"has no column '编号' \(person_id\). Found: '序号'"
    ):
        read_roster(path)


def test_a_missing_or_empty_roster_is_named(tmp_path):
    with pytest.raises(LayerFileError, match=r"There is no file 'r.xlsx'"):
        read_roster(tmp_path / "r.xlsx")
    with pytest.raises(LayerFileError, match=r"holds no rows"):
        read_roster(write(tmp_path / "e.xlsx", 编号=[], 姓名=[]))
