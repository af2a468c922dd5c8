"""Locate: the grids of a point, its people, borders, vacancies, and points outside."""

import json
import time

import numpy as np
import pytest
from plan_fixtures import (
    BOTTOM,
    CRS,
    E1,
    E1A,
    E1B,
    LEFT,
    TOWN,
    W1,
    W1A,
    W1B,
    W2A,
    E,
    W,
    small_assignments,
    small_grids,
    small_patches,
    small_people,
    small_plan,
    vacate,
)
from pyproj import Transformer

from gridmap.lookup.locate import locate
from layers.contract.errors import PlanError, UsageError
from layers.location.datum import wgs_to_bd, wgs_to_gcj

BACK = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)


def at(x, y, **tables):
    """Look up a point given in metres from the lower left corner of the small town."""
    return locate(small_plan(**tables), *BACK.transform(LEFT + x, BOTTOM + y))


def test_a_point_has_one_grid_of_each_level_with_its_people():
    (answer,) = at(200, 700)
    assert [grid["code"] for grid in answer["grids"]] == [W1A, W1, W, TOWN]
    assert [grid["level"] for grid in answer["grids"]] == [4, 3, 2, 1]
    assert [grid["people"][0]["person_id"] for grid in answer["grids"]] == ["C1", "L4", "L2", "L1"]
    assert answer["grids"][0]["category"] == "water"
    assert (answer["chosen"], answer["chosen_by"], answer["inside"]) == (True, "only", True)
    assert answer["border_m"] == pytest.approx(200, abs=0.02)
    assert answer["in_charge"]["person"] == {
        "person_id": "C1",
        "name": "某C1",
        "office": "党政办",
        "role": "leader",
        "role_en": "Leader",
        "role_zh": "网格长",
    }
    assert all(grid["next_up"] is None for grid in answer["grids"])


def test_the_answer_is_plain_json_without_phones():
    text = json.dumps(at(500, 500), ensure_ascii=False, allow_nan=False)
    assert "phone" not in text
    assert "00000000000" not in text


def test_near_a_border_both_are_named_and_the_one_it_lies_in_is_chosen():
    answers = at(498, 700)
    assert [answer["grids"][0]["code"] for answer in answers] == [W1A, W1B]
    assert [answer["chosen"] for answer in answers] == [True, False]
    assert answers[0]["chosen_by"] == "inside"
    assert "lies in this grid" in answers[0]["rule"]
    assert answers[1]["rule"] == "Another grid was chosen."
    assert answers[1]["border_m"] == pytest.approx(2, abs=0.02)
    assert len(at(494, 700)) == 1


def test_on_a_border_less_load_each_decides_then_the_code():
    grids = small_grids()
    grids.loc[W1A, "load_h"] = 11.0
    first, second = at(500, 700, grids=grids)
    assert (first["grids"][0]["code"], first["chosen_by"]) == (W1B, "load")
    assert second["grids"][0]["code"] == W1A
    first, _ = at(500, 700)
    assert (first["grids"][0]["code"], first["chosen_by"]) == (W1A, "code")


def test_on_a_border_somebody_on_post_comes_before_nobody():
    first, second = at(500, 700, assignments=vacate(small_assignments(), f"{W1A}-01"))
    assert (first["grids"][0]["code"], first["chosen_by"]) == (W1B, "staffed")
    assert second["grids"][0]["next_up"]["code"] == W1


def test_where_three_grids_meet_all_are_named():
    codes = {answer["grids"][0]["code"] for answer in at(1000, 500)}
    assert codes == {W1B, f"{W}00202", E1A, E1B}
    assert W2A not in codes


def test_just_outside_the_town_the_nearest_grid_answers():
    (answer,) = at(200, 1003)
    assert (answer["chosen_by"], answer["inside"]) == ("nearest", False)
    first, second = at(499, 1003)
    assert first["chosen_by"] == "nearest"
    assert first["grids"][0]["code"] == W1A
    assert second["grids"][0]["code"] == W1B


def test_a_point_up_to_200_m_outside_goes_to_the_nearest_grid():
    (answer,) = at(200, 1199)
    assert (answer["grids"][0]["code"], answer["chosen_by"]) == (W1A, "nearest")
    assert answer["border_m"] == pytest.approx(199, abs=0.02)
    with pytest.raises(PlanError, match="201 m from its border"):
        at(200, 1201)


def test_coordinates_of_web_maps_and_of_the_work_crs_are_told_by_name():
    lon, lat = BACK.transform(LEFT + 200, BOTTOM + 700)
    there = {
        "gcj02": [float(one) for one in wgs_to_gcj(np.array(lon), np.array(lat))],
        "bd09": [float(one) for one in wgs_to_bd(np.array(lon), np.array(lat))],
        "work": [LEFT + 200, BOTTOM + 700],
    }
    for name, (x, y) in there.items():
        (answer,) = locate(small_plan(), x, y, coordinates=name)
        assert answer["grids"][0]["code"] == W1A
        assert answer["border_m"] == pytest.approx(200, abs=0.02)


def test_a_vacant_micro_grid_goes_up_to_the_next_leader_with_the_reason():
    gone = vacate(small_assignments(), f"{W1A}-01", f"{W1}-01")
    (answer,) = at(200, 700, assignments=gone)
    grid = answer["grids"][0]
    assert (grid["people"], grid["posts"], grid["vacant"]) == ([], 1, 1)
    assert grid["vacant_reason"] == "No cadre is left."
    assert grid["vacant_reason_zh"] == "无人可派。"
    assert grid["next_up"]["code"] == W
    assert grid["next_up"]["text"] == (
        f"{W1A} has nobody on post: next is the leader of the level-2 grid {W} (刘巧村)."
    )
    assert grid["next_up"]["text_zh"] == f"{W1A} 无人在岗，由二级网格 {W}（刘巧村）的网格长负责。"
    assert [(step["by"], step["person"]["person_id"]) for step in answer["line"]] == [
        ("nearest", "C3"),  # of W2A, 200 m away; W1B is 300 m away
        ("above", "L2"),
        ("above", "L1"),
    ]
    assert answer["in_charge"] == answer["line"][0]
    assert answer["in_charge"]["distance_m"] == 200.0
    assert answer["in_charge"]["text"] == (
        f"{W1A} has nobody on post; nearest in the village, 200 m away: Leader of {W2A}."
    )
    assert answer["grids"][1]["next_up"]["code"] == W


def test_nobody_of_another_village_is_the_nearest():
    # Of the village E only E1A is left; the micro-grids of W are nearer.
    gone = vacate(small_assignments(), f"{E1A}-01", f"{E1A}-02")
    (answer,) = at(1100, 800, assignments=gone)
    assert [(step["by"], step["code"]) for step in answer["line"][:2]] == [
        ("nearest", E1B),
        ("above", E1),
    ]
    gone = vacate(gone, f"{E1B}-01", f"{E1B}-02")
    (answer,) = at(1100, 800, assignments=gone)
    assert [step["by"] for step in answer["line"]] == ["above", "above", "above"]
    assert answer["in_charge"]["text"].startswith(f"{E1A} has nobody on post: next is the leader")


def test_a_member_stands_in_for_a_vacant_leader():
    (answer,) = at(1500, 750, assignments=vacate(small_assignments(), f"{E1A}-01"))
    assert answer["in_charge"]["person"]["person_id"] == "C6"
    assert answer["in_charge"]["text"] == f"Member of {E1A}."
    assert answer["grids"][0]["next_up"]["code"] == E1
    assert "has no leader on post" in answer["grids"][0]["next_up"]["text"]


def test_a_vacant_member_post_names_the_next_one_up():
    (answer,) = at(1500, 750, assignments=vacate(small_assignments(), f"{E1A}-02"))
    assert answer["in_charge"]["person"]["person_id"] == "C5"
    assert "1 of 2 posts" in answer["grids"][0]["next_up"]["text"]


def test_nobody_at_all_is_said():
    nobody = vacate(small_assignments(), *small_assignments()["post_id"])
    (answer,) = at(200, 700, assignments=nobody)
    assert answer["in_charge"] is None
    assert answer["grids"][0]["next_up"]["code"] == ""
    assert "no leader is on post above it" in answer["grids"][0]["next_up"]["text"]
    assert answer["grids"][-1]["next_up"]["people"] == []


def test_ground_left_with_its_parent_is_answered_by_the_parent():
    patches = small_patches()
    patches.loc[patches["grid_code"] == W1A, "grid_code"] = ""
    (answer,) = at(200, 700, patches=patches, grids=small_grids().drop(index=W1A))
    assert [grid["code"] for grid in answer["grids"]] == [W1, W, TOWN]
    assert answer["in_charge"]["person"]["person_id"] == "L4"


def test_ground_left_in_two_patches_is_one_answer():
    patches = small_patches()
    patches.loc[patches["grid_code"] == W1A, "grid_code"] = ""
    answers = at(250, 700, patches=patches, grids=small_grids().drop(index=W1A))
    assert [answer["grids"][0]["code"] for answer in answers] == [W1]


def test_the_leader_is_named_first_whatever_the_order_of_rows():
    assignments = small_assignments().iloc[::-1]
    on_e1a = assignments["grid_code"] == E1A
    assignments.loc[on_e1a, "role"] = ["leader", "member"]  # C6 leads from post 02
    (answer,) = at(1500, 750, assignments=assignments)
    people = answer["grids"][0]["people"]
    assert [person["person_id"] for person in people] == ["C6", "C5"]


def test_an_unknown_person_on_a_post_is_not_a_crash():
    people = small_people().drop(index="C1")
    (answer,) = at(200, 700, people=people)
    assert answer["grids"][0]["people"][0] == {
        "person_id": "C1",
        "name": "",
        "office": "",
        "role": "leader",
        "role_en": "Leader",
        "role_zh": "网格长",
    }


def test_a_point_outside_is_told_with_its_distance():
    with pytest.raises(PlanError, match="320 m from its border") as caught:
        at(200, 1320)
    assert "lies outside 郑庵镇" in str(caught.value)
    assert "say so (gcj02 or bd09)" in str(caught.value)
    with pytest.raises(PlanError, match=r"5,000 m from its border\. Check the coordinates"):
        at(200, 6000)


def test_swapped_coordinates_are_recognised_when_they_fit():
    lon, lat = BACK.transform(LEFT + 200, BOTTOM + 700)
    # A latitude of 113 is no latitude.
    with pytest.raises(UsageError, match="Give longitude from -180 to 180 first"):
        locate(small_plan(), lat, lon)
    # Move the town to where both readings are degrees.
    plan = small_plan()
    moved = {
        name: getattr(plan, name).set_crs("EPSG:32631", allow_override=True)
        for name in ("grids", "patches")
    }
    back = Transformer.from_crs("EPSG:32631", "EPSG:4326", always_xy=True)
    lon, lat = back.transform(LEFT + 200, BOTTOM + 700)
    with pytest.raises(PlanError, match="Swapped it lies inside: give"):
        locate(plan.with_tables(**moved), lat, lon)


@pytest.mark.parametrize(("lon", "lat"), [(181, 0), (0, 91), (float("nan"), 0), (0, float("inf"))])
def test_values_that_are_no_degrees_are_refused(lon, lat):
    with pytest.raises(UsageError, match="are not degrees"):
        locate(small_plan(), lon, lat)


def test_the_far_side_of_the_world_is_outside_too():
    with pytest.raises(PlanError, match="lies outside"):
        locate(small_plan(), -66.0, -34.7)


def test_a_plan_without_grids_is_told():
    plan = small_plan(grids=small_grids().iloc[:0], patches=small_patches().iloc[:0])
    with pytest.raises(PlanError, match="the plan has no grids"):
        locate(plan, 113.9, 34.7)


def test_an_answer_takes_less_than_a_second():
    plan = small_plan()
    lon, lat = BACK.transform(LEFT + 500, BOTTOM + 500)
    start = time.perf_counter()
    locate(plan, lon, lat)
    assert time.perf_counter() - start < 1
    assert E in plan.grids.index
