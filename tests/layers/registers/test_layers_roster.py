"""The roster: Chinese or English headers, known roles and skills, an id for everybody."""

import drawn_town
import pandas as pd
import pytest

from layers.contract.columns import PEOPLE
from layers.contract.errors import LayerFileError, LayerSchemaError
from layers.registers.roster import read_roster


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


def test_a_doubled_id_names_both_rows_and_people(tmp_path):
    path = write(tmp_path / "r.xlsx", 编号=["1", "2", "1"], 姓名=["甲", "乙", "丙"])
    with pytest.raises(LayerSchemaError) as caught:
        read_roster(path)
    assert "Roster 'r.xlsx' has 1 fault:" in str(caught.value)
    assert "id '1' stands in rows 2 and 4 (甲, 丙)" in str(caught.value)
    assert "take the doubled row out" in str(caught.value)


def test_all_faults_are_listed_at_once(tmp_path):
    path = write(
        tmp_path / "r.xlsx", 编号=["", "2", "3"], 姓名=["甲", "", "丙"],
        身份=["干部", "书记", "干部"], 技能=["", "", "打字"],
    )  # fmt: skip
    with pytest.raises(LayerSchemaError) as caught:
        read_roster(path)
    words = str(caught.value)
    assert "has 4 faults" in words
    assert "row 2: the id (编号) is empty" in words
    assert "row 3: the name is empty" in words
    assert "row 3: role 身份 '书记' is not known. Allowed: 干部 cadre, 网格长 leader" in words
    assert "row 4: skill 技能 '打字' is not known. Allowed: 问题楼盘 problem_estate" in words
    assert caught.value.zh.split("\n") == [
        "花名册“r.xlsx”有 4 处错误：",
        "- 第 2 行：编号为空。",
        "- 第 3 行：姓名为空。",
        "- 第 3 行：身份“书记”无法识别。可填：干部、网格长。",
        "- 第 4 行：技能“打字”无法识别。可填：问题楼盘、重点企业、已供未建用地、可开发用地、水域、"
        "公园绿地、耕地，或其他用地的子类。",
    ]


def test_a_title_above_the_header_is_no_fault(tmp_path):
    """Row 1 a title over all columns, row 2 empty, row 3 the header, rows 4 and 6 people."""
    cells = [["郑庵镇花名册", "", ""], ["", "", ""], ["编号", "姓名", "身份"], ["01", "甲", "干部"],
             ["", "", ""], ["01", "乙", "书记"]]  # fmt: skip
    pd.DataFrame(cells).to_excel(tmp_path / "r.xlsx", index=False, header=False)
    with pytest.raises(LayerSchemaError) as caught:
        read_roster(tmp_path / "r.xlsx")
    assert "id '01' stands in rows 4 and 6 (甲, 乙)" in str(caught.value)
    assert "row 6: role 身份 '书记' is not known" in str(caught.value)


def test_a_code_that_became_a_number_is_refused(tmp_path):
    path = write(tmp_path / "r.csv", 编号=["1"], 姓名=["甲"], 现任网格=["4.10122E+14"])
    with pytest.raises(LayerSchemaError) as caught:
        read_roster(path)
    assert "row 2: 现任网格 '4.10122E+14' was turned into a number" in str(caught.value)
    assert "format the column as text" in str(caught.value)


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
