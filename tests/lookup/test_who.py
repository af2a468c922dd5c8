"""Who is in charge of what is named: firms, grids, people, groups, boards, and two who meet."""

import json

import pandas as pd
import pytest
from firm_plan import E1, E1B, FIRM, FLAG, LAKE, W1, X1, X2, X, Y, firm_plan
from plan_fixtures import E1A, TOWN, W1A, W1B, W2B, W, small_assignments, small_plan, vacate

from gridmap.lookup.charge import Charges
from gridmap.lookup.names import find_names
from gridmap.lookup.object_list import object_list
from gridmap.lookup.readings import reads_as, table_of
from gridmap.lookup.who import meet, who
from gridmap.maps.objects import map_objects
from gridmap.staffing.rows import on_day
from layers.contract.errors import PlanError


def line_of(answer):
    return [(step["by"], step["code"], step["person"]["person_id"]) for step in answer["line"]]


@pytest.mark.parametrize(
    ("name", "typed", "fit"),
    [
        ("郑庵一厂", "zhenganyichang", 0),
        ("郑庵一厂", "zayc", 0),
        ("郑庵一厂", "zhenganyc", 0),
        ("郑庵一厂", "za", 1),
        ("郑庵一厂", "yc", 2),
        ("郑庵一厂", "郑an一c", 0),
        ("郑庵一厂", "zc", -1),
        ("重庆路", "chongqinglu", 0),  # 重 is read zhong, too
        ("重阳湖", "cyh", 0),
        ("绿地B2", "lvdib2", 0),
        ("长江", "zj", 0),
    ],
)
def test_letters_fit_a_name_by_any_reading_of_its_characters(name, typed, fit):
    assert reads_as(name, typed) == fit


def test_the_table_of_readings_holds_what_a_text_needs_and_no_more():
    assert table_of(["重庆", "A庆"]) == {"庆": ["qing"], "重": ["zhong", "chong", "tong"]}


@pytest.mark.parametrize(
    "asked",
    ["郑庵一厂", "91410122MA00000001", "91410122ma00000001", "firms:F1", "F1", "庵一厂",
     "zhenganyichang ", "00000001"],
)  # fmt: skip
def test_a_firm_is_found_by_name_code_id_part_and_pinyin(asked):
    first = find_names(firm_plan(), asked)[0]
    assert (first.kind, first.id) == ("object", FIRM)


def test_hits_come_whole_names_first_then_parts_then_pinyin():
    kinds = [(hit.kind, hit.id) for hit in find_names(firm_plan(), "郑庵一厂")]
    assert kinds == [("object", FIRM), ("grid", X)]
    # 一厂东门 begins with it, in the others it stands within.
    assert [hit.id for hit in find_names(firm_plan(), "yc")] == ["G1", FIRM, X]
    assert find_names(firm_plan(), "  ") == []
    assert find_names(firm_plan(), "y") == []  # one letter is no pinyin


def test_the_post_on_the_firm_itself_comes_first_then_its_grid_then_up():
    answer = who(firm_plan(), "F1")
    assert line_of(answer) == [
        ("object", FIRM, "B1"),
        ("grid", X, "B2"),
        ("above", W1, "L4"),
        ("above", W, "L2"),
        ("above", TOWN, "L1"),
    ]
    assert answer["in_charge"]["text"] == "Enterprise cadre of 郑庵一厂 (firms:F1)."
    assert answer["in_charge"]["text_zh"] == "“郑庵一厂”的包企干部。"
    assert answer["place"] == pytest.approx((113.9152, 34.6706), abs=0.01)
    assert [grid["code"] for grid in answer["grids"]] == [X, W1, W, TOWN]


def test_a_vacant_post_on_a_firm_and_a_vacant_grid_go_to_the_nearest_in_the_village():
    answer = who(firm_plan(), "F2")
    # The firm stands 250 m from E1A and 125 m from E1B.
    assert line_of(answer)[0] == ("nearest", E1B, "C7")
    assert answer["in_charge"]["distance_m"] == 125.0
    assert answer["in_charge"]["text_zh"] == (
        f"{Y} 无人在岗；本村内最近者（相距 125 米）：{E1B} 的网格长。"
    )
    assert answer["grids"][0]["vacant_reason_zh"] == "无人可派。"
    everybody = [f"{code}-0{number}" for code in (E1A, E1B) for number in (1, 2)]
    plan = firm_plan()
    gone = vacate(plan.assignments, *everybody, f"{E1B}-police-01")
    answer = who(plan.with_tables(assignments=gone), "F2")
    assert line_of(answer)[0] == ("above", E1, "L6")


def test_of_several_equally_near_the_one_with_less_load_then_the_lower_code_is_taken():
    plan = small_plan(assignments=vacate(small_assignments(), f"{W1A}-01"))
    # W1B and W2A border it, W2B meets it in a corner; all have 10 h on one person.
    assert line_of(who(plan, W1A))[0] == ("nearest", W1B, "C2")
    grids = plan.grids.copy()
    grids.loc[W2B, "load_h"] = 9.0
    assert line_of(who(plan.with_tables(grids=grids), W1A))[0] == ("nearest", W2B, "C4")


def test_a_workshop_without_ground_answers_itself_or_through_its_firm():
    assert line_of(who(firm_plan(), "总装车间"))[:2] == [("grid", X1, "B3"), ("around", X, "B2")]
    assert line_of(who(firm_plan(), X2))[:2] == [("around", X, "B2"), ("above", W1, "L4")]


def test_who_leads_is_named_before_others_on_the_same_grid():
    answer = who(firm_plan(), E1B)
    assert [one["role"] for one in answer["grids"][0]["people"]] == ["leader", "member", "police"]
    assert answer["grids"][0]["people"][2]["role_zh"] == "社区民警"


def test_a_person_is_told_with_all_posts():
    answer = who(firm_plan(), "某B1")
    assert [post["code"] for post in answer["posts"]] == [FIRM]
    assert answer["posts"][0]["text_zh"] == f"{FIRM}（郑庵一厂）的包企干部。"
    assert who(firm_plan(), "C5")["posts"][0]["code"] == E1A


def test_a_group_and_a_board_are_found_too():
    assert line_of(who(firm_plan(), "zswglm")) == [("group", "A1", "B4")]
    assert line_of(who(firm_plan(), "一厂东门"))[0] == ("grid", X, "B2")


def test_an_object_in_no_grid_is_told_so():
    answer = who(firm_plan(), "失联商行")
    assert (answer["in_charge"], answer["grids"], answer["place"]) == (None, [], None)
    assert "could not be placed" in answer["text"]


@pytest.mark.parametrize(
    "gone",
    [(), (f"{FIRM}-enterprise_cadre-01",), (f"{X}-01", f"{FIRM}-enterprise_cadre-01"),
     (f"{W1A}-01",), (f"{E1A}-01", f"{E1A}-02", f"{E1B}-01", f"{E1B}-02", f"{E1B}-police-01"),
     (f"{W1}-01", f"{W1A}-01", f"{W1B}-01", f"{W}-01")],
)  # fmt: skip
def test_lists_maps_and_questions_name_the_same_person_for_every_object(gone):
    plan = firm_plan()
    plan = plan.with_tables(assignments=vacate(plan.assignments, *gone))
    charges = Charges(plan)
    first = [next(iter(charges.of_object(one)), None) for one in plan.objects.index]
    assert charges.of_objects(plan.objects) == first
    listed = object_list(plan, with_contacts=True, with_hidden=True)
    assert listed["charge_code"].tolist() == [one["code"] if one else "" for one in first]
    names = [one["person"]["name"] if one else "" for one in first]
    assert listed["charge_person"].tolist() == names
    called = dict(zip(plan.objects["name"], first, strict=True))
    drawn = map_objects(plan, plan.grids.index)
    assert len(drawn["zh"]) > 1
    told = [called[name]["text"] for name in drawn["zh"]]
    assert drawn["charge"]["en"] == told


def test_a_role_whose_name_is_small_in_the_rules_begins_a_sentence_with_a_capital():
    rules = firm_plan().rules
    small = rules.roles["enterprise_cadre"].model_copy(update={"name_en": "enterprise cadre"})
    plan = firm_plan(rules=rules.model_copy(update={"roles": {"enterprise_cadre": small}}))
    assert who(plan, "F1")["line"][0]["text"].startswith("Enterprise cadre of ")
    assert who(plan, "某B1")["posts"][0]["text"].startswith("Enterprise cadre of ")


@pytest.mark.parametrize(
    ("term", "day", "by", "reason"),
    [
        (("", "2026-06-30"), "", "object", ""),
        (("", "2026-06-30"), "2026-06-30", "object", ""),
        (("", "2026-06-30"), "2026-07-01", "grid", "The term ended on 2026-06-30."),
        (("2026-07-01", ""), "2026-07-01", "object", ""),
        (("2026-07-01", ""), "2026-06-30", "grid", "The term begins on 2026-07-01."),
    ],
)
def test_whoever_is_in_charge_on_a_day_has_a_term_that_holds(term, day, by, reason):
    plan = firm_plan()
    rows = plan.assignments.copy()
    own = rows["post_id"] == f"{FIRM}-enterprise_cadre-01"
    rows.loc[own, ["valid_from", "valid_to"]] = term
    then = on_day(plan.with_tables(assignments=rows), day)
    assert who(then, "F1")["line"][0]["by"] == by
    assert bool(who(then, "某B1")["posts"]) == (by == "object")
    row = then.assignments[own].iloc[0]
    assert (row["reason"] if row["status"] == "vacant" else "") == reason
    others = then.assignments[~own]
    pd.testing.assert_frame_equal(others, rows[~own])


def test_nothing_and_several_are_told_with_what_may_be_meant():
    with pytest.raises(PlanError, match="Nothing in the plan is called '没有'"):
        who(firm_plan(), "没有")
    with pytest.raises(PlanError, match="may be one of several") as caught:
        who(firm_plan(), "专属网格")
    assert f"红旗公司专属网格（{Y}）" in caught.value.zh


def test_a_firm_whose_grid_bears_its_name_is_meant_itself():
    plan = firm_plan()
    grids = plan.grids.copy()
    grids.loc[X, "name"] = "郑庵一厂"
    grids.loc[W1B, "name"] = "郑庵一厂宿舍"
    plan = plan.with_tables(grids=grids)
    assert who(plan, "郑庵一厂")["id"] == FIRM
    assert who(plan, X)["id"] == X
    with pytest.raises(PlanError, match="may be one of several"):
        who(plan, "郑庵一")


def test_two_firms_that_want_to_meet_get_both_people_and_the_nearest_common_leader():
    found = meet(firm_plan(), "F1", "F2")
    assert [side["in_charge"]["person"]["person_id"] for side in found["sides"]] == ["B1", "C7"]
    assert (found["common"]["code"], found["common"]["level"]) == (TOWN, 1)
    assert found["common"]["in_charge"]["person"]["person_id"] == "L1"
    assert found["groups"] == ["A1"]
    near = meet(firm_plan(), "F1", "重阳湖")
    assert (near["common"]["code"], near["groups"]) == (W1, [])
    plan = firm_plan()
    gone = plan.with_tables(assignments=vacate(plan.assignments, f"{W1}-01"))
    assert meet(gone, "F1", "重阳湖")["common"]["code"] == W
    assert meet(plan, "F1", "失联商行")["common"] is None


def test_answers_are_plain_json_and_hold_no_phone():
    plan = firm_plan()
    for asked in ("F1", "某B1", "A1", LAKE, W1B, W1A, FLAG):
        text = json.dumps(who(plan, asked), ensure_ascii=False, allow_nan=False)
        assert "00000000000" not in text
        assert "phone" not in text
