"""Groups: what a table of members says, row by row, and what is wrong in it."""

import pandas as pd
import pytest

from layers.contract.columns import GROUPS, MEMBERS
from layers.contract.errors import LayerSchemaError
from layers.registers.groups import read_groups


def write(path, **columns):
    frame = pd.DataFrame(columns)
    frame.to_csv(path, index=False)
    return path


def told(issues):
    return [one.message for one in issues if one.rule == "READ-21"]


def test_one_row_a_member_makes_groups_in_the_order_of_the_file(tmp_path):
    path = write(
        tmp_path / "g.csv",
        组合编号=["L2", "L1", "L1", "T1"],
        组合名称=["", "江山路联盟", "", "服务队"],
        类型=["社区大网格", "专属网格联盟", "", "服务队"],
        成员类型=["网格", "专属网格", "企业", ""],
        成员=["410122106201", "410108003901", "firms:Q1", ""],
    )
    groups, members, issues = read_groups(path)
    assert {name: str(kind) for name, kind in groups.dtypes.items()} == dict(GROUPS)
    assert {name: str(kind) for name, kind in members.dtypes.items()} == dict(MEMBERS)
    assert groups["type"].to_dict() == {"L2": "big_grid", "L1": "alliance", "T1": "team"}
    assert groups["name"].tolist() == ["", "江山路联盟", "服务队"]
    assert members.to_numpy().tolist() == [
        ["L2", "grid", "410122106201"],
        ["L1", "grid", "410108003901"],
        ["L1", "object", "firms:Q1"],
    ]
    assert told(issues) == []


def test_what_is_wrong_is_told_row_by_row_and_the_rest_goes_on(tmp_path):
    path = write(
        tmp_path / "g.csv",
        编号=["", "A", "A", "A", "A"],
        名称=["", "甲", "甲", "乙", "甲"],
        类型=["team", "帮会", "team", "team", "team"],
        成员类型=["grid", "grid", "grid", "grid", "星星"],
        成员=["1", "2", "2", "3", "4"],
    )
    groups, members, issues = read_groups(path)
    assert groups["name"].to_dict() == {"A": "甲"}
    assert members["member_id"].tolist() == ["2", "3"]
    assert [message.split(",")[1][:6] for message in told(issues)] == [
        " row 2", " row 3", " row 6", " row 4", " rows ",
    ]  # fmt: skip
    words = " ".join(told(issues))
    assert "the group (组合编号) is empty" in words
    assert "the type (类型) is not known; it counts as 'other'" in words
    assert "neither grid, object nor post" in words
    assert "the member stands in its group already" in words
    assert "one group has several names" in words


def test_columns_can_be_named_and_a_table_without_ids_is_refused(tmp_path):
    path = write(tmp_path / "g.csv", 盟号=["A"], 网格码=["1"])
    _, members, _ = read_groups(path, columns={"group_id": "盟号", "member_id": "网格码"})
    assert members.to_numpy().tolist() == [["A", "grid", "1"]]
    with pytest.raises(LayerSchemaError, match=r"has no column '组合编号' \(group_id\)"):
        read_groups(path)


def test_the_column_that_the_town_names_counts_beside_one_of_nearly_the_same_header(tmp_path):
    path = write(
        tmp_path / "g.csv", **{"编号": ["1", "2"], "编号（新）": ["L1", "L1"], "成员": ["a", "b"]}
    )
    groups, members, _ = read_groups(path, columns={"group_id": "编号（新）"})
    assert groups.index.tolist() == ["L1"]
    assert members["group_id"].tolist() == ["L1", "L1"]
