"""Why somebody is here and not there, why a post is vacant and what helps, staffings compared."""

import pandas as pd
import pytest
from plan_fixtures import (
    E1A,
    TOWN,
    W1A,
    W2A,
    E,
    people_frame,
    small_people,
    small_plan,
    small_rules,
)

from gridmap.staffing.comparison import compare_staffing
from gridmap.staffing.why import vacancies_of, why_not, why_post
from gridmap.workflow.workflow import reassign_cadres
from layers.contract.errors import PlanError


def fewer_people(*gone, rules=None):
    people = small_people().drop(index=list(gone))
    return reassign_cadres(small_plan(people=people, rules=rules or small_rules()))


def test_a_filled_post_says_who_and_why():
    plan = reassign_cadres(small_plan())
    answer = why_post(plan, f"{W1A}-01")
    assert answer.sentence == f"某C1 is on {W1A}-01. Keeps the present post."
    assert "留任现岗" in answer.sentence_zh
    assert why_not(plan, "C1", W1A).sentence == answer.sentence


def test_why_not_tells_what_the_other_way_would_cost_and_who_would_move():
    plan = reassign_cadres(small_plan())
    answer = why_not(plan, "C1", W2A)
    # C1 leaves W1A (6) without the skill (10), C3 the same the other way round.
    assert answer.cost == 32.0
    assert answer.sentence.startswith(
        f"With 某C1 on {W2A}-01 the best staffing would cost 32 points more. 2 would move: "
    )
    assert answer.moves == (
        ("某C1", f"{W1A}-01", f"{W2A}-01"),
        ("某C3", f"{W2A}-01", f"{W1A}-01"),
    )


def test_a_role_that_is_missing_and_a_post_of_a_standing_leader_are_said():
    plan = reassign_cadres(small_plan())
    assert why_not(plan, "L1", W1A).sentence.startswith(f"某L1 may not take {W1A}-01")
    assert "whom the roster names there: 某C1 is not the one" in why_not(plan, "C1", TOWN).sentence
    with pytest.raises(PlanError, match="Nobody on the roster has the id 'C99'"):
        why_not(plan, "C99", W1A)
    with pytest.raises(PlanError, match="no place with posts, 'nowhere'"):
        why_not(plan, "C1", "nowhere")


def test_a_vacant_post_names_the_reason_and_the_ways_that_were_tried():
    plan = fewer_people("C8")
    vacant = plan.assignments.loc[plan.assignments["status"] == "vacant", "post_id"].item()
    answer = why_post(plan, vacant)
    assert answer.post == vacant
    assert answer.sentence.startswith(f"{vacant} is vacant. 7 may take it, and all are on other")
    (way,) = answer.ways
    assert (way.kind, way.text) == (
        "person",
        f"One more person who may take {vacant}, with the skill 'Farmland': +0 points in all."
        if vacant.startswith(E1A)
        else f"One more person who may take {vacant}, with the skill 'Problem estate': +0 points "
        "in all.",
    )
    assert [one.post for one in vacancies_of(plan)] == [vacant]


def test_lifting_a_ban_is_offered_before_one_more_person():
    bans = f'[[pins]]\nperson = "C1"\ngrid = "{W1A}"\nban = true\n'
    people = people_frame(("C1", "cadre", "water", E, ""))
    plan = reassign_cadres(small_plan(people=people, rules=small_rules(bans)))
    answer = why_post(plan, f"{W1A}-01")
    assert answer.sentence.startswith(f"{W1A}-01 is vacant.")
    assert "person" in [way.kind for way in answer.ways]


def test_two_staffings_differ_in_the_people_who_moved():
    before = reassign_cadres(small_plan())
    after = fewer_people("C8")
    table = compare_staffing(before, after)
    assert table.loc["C8", ["state", "after"]].tolist() == ["left", ""]
    assert compare_staffing(before, before).empty
    joined = compare_staffing(after, before)
    assert joined.loc["C8", "state"] == "joined"
    swapped = before.assignments.copy()
    one, two = (swapped["post_id"] == f"{W1A}-01"), (swapped["post_id"] == f"{W2A}-01")
    swapped.loc[one, "person_id"], swapped.loc[two, "person_id"] = "C3", "C1"
    table = compare_staffing(before, before.with_tables(assignments=swapped))
    assert table[["state", "before", "after"]].to_numpy().tolist() == [
        ["moved", f"{W1A}-01", f"{W2A}-01"],
        ["moved", f"{W2A}-01", f"{W1A}-01"],
    ]
    assert isinstance(table, pd.DataFrame)
