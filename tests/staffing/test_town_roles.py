"""A town with roles, groups and a dirty roster, from its folder to the plan: nothing stops it."""

import drawn_town
import pandas as pd
import pytest

from gridmap.store import load_plan, save_plan
from gridmap.workflow.workflow import make_plan

WEST = f"{drawn_town.TOWN_CODE}200"
ROLES = """
[[groups]]
file = "groups.csv"

[roles.police]
name = "民警"
on = ["base:2"]
hours = 4.0

[roles.firm_cadre]
name = "包企干部"
on = ["object:enterprise"]
hours = 2.0

[roles.chief]
name = "首席服务官"
on = ["group:big_grid"]
leads = true
hours = 1.0

[[pins]]
person = "C99"
grid = "410122106200"
"""
GROUPS = """组合编号,组合名称,类型,成员类型,成员
D1,大网格,社区大网格,网格,西村
D1,大网格,社区大网格,网格,410122106999
D1,大网格,社区大网格,企业,绿源食品厂
D2,空组,帮会,,
"""


def dirty_roster():
    people = drawn_town.draw_roster().astype(object)
    more = pd.DataFrame(
        [
            {"编号": "P1", "姓名": "警官", "身份": "民警", "家庭村": "西村"},
            {"编号": "C01", "姓名": "另一人", "身份": "干部"},
            {"编号": "", "姓名": "无号", "身份": "干部"},
            {
                "编号": "B1",
                "姓名": "包企",
                "身份": "包企干部、首席服务官",
                "单位职务": "办13812345678",
            },
            {"编号": "X1", "姓名": "书记", "身份": "书记"},
            {"编号": "Y1", "姓名": "外镇", "身份": "干部", "所属镇": "刘集镇"},
        ]
    )
    both = pd.concat([people.assign(所属镇="测试镇", 每周工时=""), more], ignore_index=True)
    return both.fillna("")


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    folder = tmp_path_factory.mktemp("roles")
    drawn_town.write_town(folder, rules=drawn_town.rules_text() + ROLES, roster=dirty_roster())
    (folder / "groups.csv").write_text(GROUPS, encoding="utf-8")
    return make_plan(folder)


def test_roles_have_their_posts_and_people(plan):
    rows = plan.assignments.set_index("post_id")
    who = rows["person_id"]
    assert who[f"{WEST}-police-01"] == "P1"
    assert who["D1-chief-01"] == "B1"
    firms = who[who.index.str.contains("firm_cadre")]
    assert firms.index.tolist() == [f"{one}-firm_cadre-01" for one in plan.objects.index[
        plan.objects["class"] == "enterprise"]]  # fmt: skip
    assert (firms == "B1").all()
    assert (rows.loc[rows["status"] == "filled", "valid_from"] == "2026-01-01").all()


def test_what_is_wrong_in_the_roster_is_listed_and_the_rest_goes_on(plan):
    told = plan.issues[plan.issues["rule"] == "READ-22"]["message"].str.cat(sep="\n")
    assert "id 'C01' stands in rows" in told
    assert "the id (编号) is empty" in told
    assert "role 身份 '书记' is not known. Allowed: 干部 cadre, 网格长 leader, 民警 police" in told
    assert "in 单位职务 (office) a phone number stands there" in told
    assert "belongs to the town '刘集镇', not to this one" in told
    assert not {"C01", "Y1"} & set(plan.people.index)
    assert plan.people.loc["B1", "office"] == "办"
    assert "C99" in plan.issues.loc[plan.issues["rule"] == "STAFF-1", "message"].item()
    odd = plan.issues[plan.issues["rule"] == "PEOPLE-1"]
    assert odd["other_code"].tolist() == ["X1"]


def test_groups_keep_the_members_that_are_there_and_name_those_that_are_gone(plan):
    assert plan.groups["type"].to_dict() == {"D1": "big_grid", "D2": "other"}
    kept = plan.members.to_numpy().tolist()
    assert kept[:2] == [["D1", "grid", WEST], ["D1", "grid", "410122106999"]]
    assert kept[2][2] in plan.objects.index  # named by its name
    rules = plan.issues["rule"].value_counts()
    assert (rules["GROUP-1"], rules["GROUP-2"], rules["READ-21"]) == (1, 1, 1)


def test_the_plan_is_whole_on_disk(plan, tmp_path):
    save_plan(plan, tmp_path / "t.gridmap.gpkg")
    read = load_plan(tmp_path / "t.gridmap.gpkg")
    pd.testing.assert_frame_equal(read.posts, plan.posts)
    pd.testing.assert_frame_equal(read.members, plan.members)
