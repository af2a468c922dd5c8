"""Rules ASSIGN and PEOPLE: leaders, vacancies, fall-back, the roster."""

from dataclasses import replace

import pytest
from faulty_tables import LIMITS, check, loaded, with_value
from plan_fixtures import (
    CADRES,
    E1A,
    LEADERS,
    TOWN,
    W1,
    W1A,
    W1B,
    W2A,
    W,
    people_frame,
    small_assignments,
    small_people,
    small_posts,
    vacate,
)


def test_two_leaders_are_named():
    assignments = small_assignments()
    assignments.loc[assignments["post_id"] == f"{E1A}-02", "role"] = "leader"
    issues = check(assignments=assignments)
    assert issues["rule"].tolist() == ["ASSIGN-1"]
    assert "has 2 leaders: 'C5', 'C6'" in issues["message"].item()


def test_members_without_a_leader_are_told():
    issues = check(assignments=vacate(small_assignments(), f"{E1A}-01"))
    assert issues["rule"].tolist() == ["ASSIGN-1", "ASSIGN-2"]
    assert "Make one of its members the leader" in issues["message"].iloc[0]


def test_nobody_up_the_line_is_an_error():
    everybody = list(small_assignments()["post_id"])
    issues = check(assignments=vacate(small_assignments(), *everybody))
    nobody = issues[issues["rule"] == "ASSIGN-5"]
    assert nobody["severity"].eq("error").all()
    assert f"({W1}, {W}, {TOWN})" in nobody["message"].iloc[0]
    unstaffed = issues[(issues["rule"] == "ASSIGN-2")]
    assert unstaffed["severity"].eq("error").all()
    assert len(unstaffed) == 6


def test_a_plan_without_a_roster_says_so_once():
    nobody = vacate(small_assignments(), *small_assignments()["post_id"])
    issues = check(assignments=nobody, people=small_people().iloc[:0])
    assert issues[["rule", "severity"]].to_numpy().tolist() == [["ASSIGN-2", "warning"]]
    assert "none of its 14 posts is filled" in issues["message"].item()


def test_uneven_load_is_a_warning_only_when_somebody_has_more_than_the_hours_given():
    uneven = check(grids=loaded(**{W1A: 18.0})).query("rule == 'ASSIGN-7'")
    assert uneven["severity"].tolist() == ["warning"]
    uneven = check(replace(LIMITS, officer_hours=18.0), grids=loaded(**{W1A: 18.0}))
    assert uneven[["rule", "severity"]].to_numpy().tolist() == [["ASSIGN-7", "info"]]


def test_leading_four_micro_grids_is_an_error():
    assignments = small_assignments()
    posts = [f"{code}-01" for code in (W1A, W1B, W2A, E1A)]
    assignments.loc[assignments["post_id"].isin(posts), "person_id"] = "C1"
    issues = check(assignments=assignments).query("rule == 'ASSIGN-3'")
    assert issues["severity"].tolist() == ["error"]


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("post_id", "nowhere-01", "is not among the posts of the plan"),
        ("post_id", f"{W1B}-01", "is filled by two people"),
        ("grid_code", W1B, "belongs to another grid than the assignment says"),
    ],
)
def test_assignments_that_contradict_the_posts_are_told(column, value, words):
    assignments = small_assignments()
    assignments.loc[assignments["post_id"] == f"{W1A}-01", column] = value
    found = check(assignments=assignments).query("rule == 'ASSIGN-8'")
    assert found["message"].str.contains(words).any()


def test_a_post_on_a_grid_that_is_gone_is_told():
    posts = with_value(small_posts(), f"{W1A}-01", "grid_code", "gone")
    found = check(posts=posts).query("rule == 'ASSIGN-8'")
    assert found["message"].str.contains("is on grid 'gone', which is not in the plan").any()


def test_a_post_without_a_row_is_told():
    assignments = small_assignments()
    lost = assignments[assignments["post_id"] != f"{E1A}-02"]
    found = check(assignments=lost).query("rule == 'ASSIGN-8'")
    assert found["other_code"].tolist() == [f"{E1A}-02"]
    assert "has no row in the assignments" in found["message"].item()


def test_a_dirty_roster_has_one_row_a_person():
    people = people_frame(
        *LEADERS,
        *CADRES,
        ("X1", "leader", "", "", TOWN),
        ("X2", "leader", "", "", W1A),
        ("X3", "boss", "", "", ""),
        ("X4", "cadre", "", "nowhere", ""),
        ("X5", "cadre", "", "", ""),  # an empty home village is no fault
    )
    found = check(people=people).set_index("other_code")["message"]
    assert list(found.index) == ["X1", "X2", "X3", "X4"]
    assert f"grid {TOWN!r} already has a leader" in found["X1"]
    assert "is no given grid" in found["X2"]
    assert "role 'boss' is neither 'cadre' nor 'leader'" in found["X3"]
    assert "home village 'nowhere' is not in this plan" in found["X4"]


def test_a_hundred_people_with_the_same_fault_are_one_row():
    others = [(f"X{at}", "cadre", "", f"V{at}", "") for at in range(100)]
    issues = check(people=people_frame(*LEADERS, *CADRES, *others))
    people = issues[issues["rule"] == "PEOPLE-1"]
    assert len(people) == 1
    assert people["size"].item() == 100
    assert people["message"].item().startswith("100 faults alike, such as: Person 'X0': home")
