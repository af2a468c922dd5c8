"""What a register tells of its objects: credit codes, staff, size, files that are complete."""

import pandas as pd
import pytest
from shapely import Point

from layers.contract.errors import LayerSchemaError
from layers.registers.credit_codes import check_sign, is_credit_code
from layers.registers.object_ids import find_objects
from layers.registers.register import read_register

CRS = "EPSG:4547"
# Two codes that GB 32100-2015 and python-stdnum give as examples, and invented ones of a region
# that does not exist.
PUBLISHED = ("91350100M000100Y43", "91110000600037341L")


def register(tmp_path, rows, **options):
    path = tmp_path / "firms.csv"
    pd.DataFrame(rows).to_csv(path, index=False, encoding="utf-8-sig")
    given = {"category": "key_enterprise", "id_column": "编号", "record_column": "地块"}
    return read_register(path, crs=CRS, **(given | options))


def firm(number, **columns):
    return {"编号": f"Q{number}", "地块": "E1"} | columns


@pytest.mark.parametrize("code", PUBLISHED)
def test_the_check_sign_of_published_credit_codes_fits_and_that_of_a_slip_does_not(code):
    assert check_sign(code[:-1]) == code[-1]
    assert is_credit_code(code)
    digit = code[5]
    assert not is_credit_code(code[:5] + str((int(digit) + 1) % 10) + code[6:])


def test_a_code_with_a_letter_that_is_not_allowed_or_too_short_is_no_credit_code():
    assert not is_credit_code("9135010OM000100Y43")  # a letter O for the digit 0
    assert not is_credit_code("9135010")
    assert not is_credit_code("")


def test_the_facts_of_an_object_are_known_by_their_headers(tmp_path):
    objects, issues = register(
        tmp_path,
        [firm(1, 统一社会信用代码=PUBLISHED[0], 员工人数="1,320人", 规模="规上、链主",
              核实日期="2025年11月3日", 是否涉密="否")],
    )  # fmt: skip
    row = objects.iloc[0]
    assert (row["class"], row["credit_code"], row["staff"]) == ("enterprise", PUBLISHED[0], 1320)
    assert (row["size"], row["seen_on"], row["sensitive"]) == ("规上;链主", "2025-11-03", False)
    assert (row["grid_code"], row["patch_id"]) == ("", "")
    assert issues.empty


def test_a_column_that_the_town_names_counts_and_a_missing_one_is_told(tmp_path):
    objects, _ = register(tmp_path, [firm(1, 人="45")], facts={"staff": "人"})
    assert objects["staff"].tolist() == [45]
    with pytest.raises(LayerSchemaError, match="has no column '人数'"):
        register(tmp_path, [firm(1)], facts={"staff": "人数"})


def test_wrong_and_doubled_credit_codes_are_rows_and_nothing_is_left_out(tmp_path):
    wrong = PUBLISHED[0][:-1] + "4"
    objects, issues = register(
        tmp_path,
        [firm(1, 信用代码=wrong), firm(2, 信用代码=PUBLISHED[1].lower()),
         firm(3, 信用代码=PUBLISHED[1]), firm(4, 信用代码="—")],
    )  # fmt: skip
    assert objects["credit_code"].tolist() == [wrong, PUBLISHED[1], PUBLISHED[1], ""]
    assert issues["rule"].tolist() == ["READ-20", "READ-20"]
    assert set(issues["severity"]) == {"warning"}
    assert "1 credit code whose check digit does not fit (row 2" in issues["message"][0]
    assert "校验位不符（第 2 行" in issues["message_zh"][0]
    assert "2 objects with a credit code that another one has (rows 3, 4" in issues["message"][1]


def test_numbers_days_and_marks_that_cannot_be_read_are_rows(tmp_path):
    objects, issues = register(
        tmp_path,
        [
            firm(1, 员工人数="好多", 核实日期="上周", 涉密="也许"),
            firm(2, 员工人数="约300", 涉密="是"),
        ],
    )
    assert objects["staff"].tolist() == [0, 300]
    assert objects["seen_on"].tolist() == ["", ""]
    assert objects["sensitive"].tolist() == [True, True]
    assert issues["rule"].tolist() == ["READ-20"] * 3
    assert [text.split("column ")[1][:6] for text in issues["message"]] == [
        "'员工人数'", "'核实日期'", "'涉密': ",
    ]  # fmt: skip


def test_a_file_is_complete_when_all_fields_are_filled_and_unknown_without_a_list(tmp_path):
    rows = [
        firm(1, 负责人="甲", 行业="商贸"),
        firm(2, 负责人="不详", 行业=""),
        firm(3, 负责人="乙", 行业="无"),
    ]
    objects, _ = register(tmp_path, rows, fields=["负责人", "行业"])
    assert objects["file_complete"].tolist() == [True, False, True]
    assert objects["missing"].tolist() == ["", "负责人;行业", ""]
    objects, _ = register(tmp_path, rows)
    assert objects["file_complete"].tolist() == [False] * 3
    assert objects["missing"].tolist() == [""] * 3
    with pytest.raises(LayerSchemaError, match="has no column '法人'"):
        register(tmp_path, rows, fields=["法人"])


def test_a_class_may_stand_without_a_category_of_ground(tmp_path):
    objects, _ = register(tmp_path, [firm(1)], category="", kind="unit")
    assert objects[["class", "category"]].to_numpy().tolist() == [["unit", ""]]


def test_an_object_is_found_by_id_code_or_name_and_never_when_two_are_meant(tmp_path):
    rows = [firm(1, 名称="甲厂", 信用代码=PUBLISHED[0]), firm(2, 名称="乙厂"), firm(3, 名称="乙厂")]
    objects, _ = register(tmp_path, rows, name_column="名称")
    asked = pd.Series(["firms:Q2", "Q3", PUBLISHED[0], "甲厂", "乙厂", "Q9", ""])
    assert find_objects(asked, objects).tolist() == [
        "firms:Q2", "firms:Q3", "firms:Q1", "firms:Q1", "", "", "",
    ]  # fmt: skip


def test_an_id_that_two_registers_give_is_nobodys_even_if_somebody_is_called_so():
    objects = pd.DataFrame(
        {"credit_code": "", "name": ["甲", "乙", "7"]}, index=["firms:7", "units:7", "units:8"]
    )
    assert find_objects(pd.Series(["7", "units:7", "8"]), objects).tolist() == [
        "", "units:7", "units:8",
    ]  # fmt: skip


def test_a_register_with_positions_tells_the_same_facts(tmp_path):
    place = Point(113.93, 34.68)
    rows = [{"编号": "Q1", "经度": place.x, "纬度": place.y, "职工人数": "12"}]
    objects, _ = register(tmp_path, rows, record_column=None)
    assert objects["staff"].tolist() == [12]
    assert objects.geometry.iloc[0].geom_type == "Point"
