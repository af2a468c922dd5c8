"""Groups, boards and exclusive grids in what the public gets."""

import re

import firm_plan
import pytest
from secret_plan import secret_plan

from gridmap.publish import release
from gridmap.store import load_plan, save_plan


def public(plan):
    return release(plan, public=True)


def test_groups_go_out_with_members_that_may_and_boards_that_hang(tmp_path):
    path = tmp_path / "public.gridmap.gpkg"
    save_plan(public(secret_plan()), path)
    plan = load_plan(path)
    assert plan.groups["name"].to_dict() == {"G00001": "大孟产业联盟 …"}
    assert plan.members.to_dict("records") == [
        {"group_id": "G00001", "kind": "grid", "member_id": "E01"},
        {"group_id": "G00001", "kind": "object", "member_id": "O00001"},
    ]
    boards = plan.boards[["grid_code", "object_id", "place"]].to_dict("index")
    assert boards == {
        "B00001": {"grid_code": "E01", "object_id": "", "place": "村委会门口"},
        "B00002": {"grid_code": "", "object_id": "O00001", "place": "厂门口 …"},
    }
    assert len(plan.people) == 0


def with_people_on_posts(names_public):
    plan = firm_plan.firm_plan()
    rules = plan.rules.model_copy(
        update={"publish": plan.rules.publish.model_copy(update={"names_public": names_public})}
    )
    posts = plan.posts
    of_all = posts.index[(posts["object_id"] == firm_plan.FIRM) | (posts["group_id"] != "")]
    rows = plan.assignments.copy()
    for at, post in zip(rows.index[rows["post_id"].isin(of_all)], of_all, strict=True):
        rows.loc[at, ["status", "person_id"]] = ["filled", plan.people.index[0]]
        assert rows.at[at, "post_id"] == post
    return plan.with_tables(rules=rules, assignments=rows)


@pytest.mark.parametrize("names_public", [False, True])
def test_people_on_groups_and_objects_are_named_as_the_rules_allow(names_public, tmp_path):
    plan = public(with_people_on_posts(names_public))
    assert len(plan.groups) == 1
    on = plan.posts[plan.posts["grid_code"] == ""]
    if not names_public:
        assert len(plan.posts) == len(plan.people) == 0
        return
    assert set(on["group_id"] + on["object_id"]) == {"G00001", "O00001"}
    assert all(re.fullmatch(r"[GO]0000[12]-[a-z_]+-\d\d", post) for post in on.index)
    held = plan.assignments.set_index("post_id").loc[on.index, "person_id"]
    assert set(plan.people["name"][held]) == {firm_plan.firm_plan().people["name"].iloc[0]}
    assert {plan.rules.roles[role].name for role in on["role"]} == {"包企干部", "首席服务官"}
    save_plan(plan, tmp_path / "p.gridmap.gpkg")
    assert list(load_plan(tmp_path / "p.gridmap.gpkg").posts.index) == list(plan.posts.index)
