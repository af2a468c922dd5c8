"""Why posts are vacant and what fills them, who would move for a pin: worked out by hand."""

import numpy as np

from gridmap.staffing.explanations import (
    alternative_sentence,
    remedy_sentence,
    vacancy_sentence,
)
from gridmap.staffing.solver.alternatives import Move, with_pin
from gridmap.staffing.solver.request import FORBIDDEN, Request
from gridmap.staffing.solver.solve import solve_staffing
from gridmap.staffing.solver.vacancies import explain_vacancies

NO = FORBIDDEN


def request(cost, **given):
    cost = np.array(cost, dtype=np.int64)
    given.setdefault("leaving", np.zeros(len(cost), dtype=np.int64))
    return Request(cost, **given)


def vacancies(asked):
    return explain_vacancies(asked, solve_staffing(asked))


def ways(vacancy):
    return [(one.kind, one.person, one.post, one.hours, one.cost) for one in vacancy.remedies]


def test_nobody_may_take_it_and_one_more_person_helps():
    asked = request([[5, NO], [6, NO]])
    assert solve_staffing(asked).person_of_post.tolist() == [0, -1]
    [one] = vacancies(asked)
    assert (one.post, one.reason, one.allowed.tolist()) == (1, "nobody_allowed", [])
    assert ways(one) == [("person", -1, 1, 0.0, 0)]
    assert "0 people" in vacancy_sentence(one)[0]
    assert "0 人" in vacancy_sentence(one)[1]


def test_a_lifted_ban_moves_the_one_whom_it_frees():
    # Only 0 may take post 1; 0 is on post 0, which 1 could take but for a ban.
    asked = request([[1, 4], [2, NO]], bans=[(1, 0)])
    assert solve_staffing(asked).person_of_post.tolist() == [0, -1]
    [one] = vacancies(asked)
    assert (one.reason, one.rivals.tolist()) == ("nobody_left", [0])
    # Then 0 costs 4 on post 1 and 1 costs 2 on post 0: 6 for 1.
    assert ways(one) == [("ban", 1, 0, 0.0, 5), ("person", -1, 1, 0.0, 0)]
    assert remedy_sentence(one.remedies[0], person="乙", post="P0") == (
        "Lift the ban of 乙 on P0: +0.005 points in all.",
        "取消乙对P0的禁任：总代价 +0.005 分。",
    )


def test_hours_that_are_missing_are_told_for_whoever_lacks_least():
    asked = request(
        [[0, 0], [3, 7]],
        hours_of_person=np.array([10.0, 5.0]),
        hours_of_post=np.array([6.0, 6.5]),
    )
    assert solve_staffing(asked).person_of_post.tolist() == [0, -1]
    [one] = vacancies(asked)
    assert (one.reason, one.hours_left) == ("hours", 5.0)
    # 1 lacks 1.5 hours for it, at a cost of 7; 0 lacks 2.5 and costs nothing.
    assert ways(one) == [
        ("hours", 1, 1, 1.5, 3),
        ("hours", 0, 1, 2.5, 0),
        ("person", -1, 1, 0.0, 0),
    ]
    assert "6.5 hours a week" in vacancy_sentence(one, hours=6.5)[0]


def test_who_leads_above_does_not_lead_below():
    asked = request(
        [[0, 0]],
        hours_of_person=np.array([10.0]),
        hours_of_post=np.array([3.0, 3.0]),
        target=np.array([0, 1]),
        leads=np.array([True, True]),
        parent=np.array([-1, 0]),
    )
    assert solve_staffing(asked).filled == (1,)
    assert [one.reason for one in vacancies(asked)] == ["line"]


def test_why_here_and_not_there_is_what_the_best_with_that_costs_and_who_moves():
    asked = request([[0, 3, 9], [2, 0, 9], [9, 9, 0]])
    now = solve_staffing(asked)
    other = with_pin(asked, now, 0, 1)
    assert (other.barrier, other.cost, other.filled) == ("", 5, (0,))
    assert other.moves == (Move(0, (0,), (1,)), Move(1, (1,), (0,)))
    english, chinese = alternative_sentence(
        other, person="甲", post="P1", moves=[("甲", "P0", "P1"), ("乙", "P1", "P0")]
    )
    assert english == (
        "With 甲 on P1 the best staffing would cost 0.005 points more. 2 would move: "
        "甲: P0 → P1; 乙: P1 → P0."
    )
    assert "增加 0.005 分" in chinese
    assert with_pin(asked, now, 0, 0).moves == ()


def test_what_stands_in_the_way_is_said_before_anything_is_counted():
    asked = request([[0, NO], [0, 1]], bans=[(0, 0)], pins=[(1, 1)])
    now = solve_staffing(asked)
    assert with_pin(asked, now, 0, 1).barrier == "pin"
    assert with_pin(asked, now, 1, 1).moves == ()  # pinned there already
    asked = request([[0, NO], [0, 1]], bans=[(0, 0)])
    now = solve_staffing(asked)
    assert with_pin(asked, now, 0, 1).barrier == "role"
    lifted = with_pin(asked, now, 0, 0)
    assert (lifted.barrier, lifted.filled) == ("ban", (1,))
    asked = request([[0, 1]], hours_of_person=np.ones(1), hours_of_post=np.array([1.0, 2.0]))
    assert with_pin(asked, solve_staffing(asked), 0, 1).barrier == "hours"
