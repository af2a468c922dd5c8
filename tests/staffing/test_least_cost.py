"""The least total cost, proven against every way there is, and the order of filling posts."""

from itertools import permutations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.staffing.case import filling_order
from gridmap.staffing.solver.request import Request
from gridmap.staffing.solver.solve import solve_staffing


def least_cost(cost, leaving, *, grid_of_post, order):
    """Post of each person, -1 for none."""
    found = solve_staffing(Request(cost, leaving, order=order, target=grid_of_post))
    post_of = np.full(len(cost), -1)
    filled = np.flatnonzero(found.person_of_post >= 0)
    post_of[found.person_of_post[filled]] = filled
    return post_of


def brute_force(cost, leaving, open_posts):
    """Least total over every way to fill the open posts, tried one by one."""
    people = len(cost)
    places = [*open_posts, *([-1] * (people - len(open_posts)))]
    return min(
        sum(leaving[person] if post < 0 else cost[person, post] for person, post in enumerate(way))
        for way in set(permutations(places, people))
    )


@st.composite
def small_problems(draw):
    officers = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    people = draw(st.integers(1, 5))
    grid_of_post = np.repeat(np.arange(len(officers)), officers)
    order = np.array(draw(st.permutations(range(len(grid_of_post)))))
    row = st.lists(st.integers(0, 6), min_size=len(officers), max_size=len(officers))
    by_grid = draw(st.lists(row, min_size=people, max_size=people))
    leaving = draw(st.lists(st.integers(0, 4), min_size=people, max_size=people))
    return np.array(by_grid)[:, grid_of_post], np.array(leaving), grid_of_post, order


@settings(max_examples=150, deadline=None)
@given(small_problems())
def test_the_total_is_the_least_there_is(problem):
    cost, leaving, grid_of_post, order = problem
    post_of = least_cost(cost, leaving, grid_of_post=grid_of_post, order=order)
    placed = post_of[post_of >= 0]
    open_posts = order[: len(cost)].tolist()
    assert sorted(placed) == sorted(open_posts)
    total = sum(
        leaving[person] if post < 0 else cost[person, post] for person, post in enumerate(post_of)
    )
    assert total == brute_force(cost, leaving, open_posts)


@settings(max_examples=50, deadline=None)
@given(small_problems())
def test_equals_are_placed_in_order_of_id(problem):
    cost, leaving, grid_of_post, order = problem
    cost, leaving = np.vstack([cost, cost[:1]]), np.append(leaving, leaving[0])
    post_of = least_cost(cost, leaving, grid_of_post=grid_of_post, order=order)
    first, twin = post_of[0], post_of[-1]
    if twin >= 0:
        assert first >= 0
        assert first < twin


def test_leaders_come_first_then_the_posts_that_relieve_most():
    posts = pd.DataFrame({"grid_code": list("aaabbb"), "number": [1, 2, 3, 1, 2, 3]})
    # Officers of b carry 30 alone and 15 by two, of a 20 alone and 10 by two.
    order = filling_order(posts, pd.Series({"a": 20.0, "b": 30.0}))
    assert order.tolist() == [3, 0, 4, 1, 5, 2]
    # Equal loads: second officers before third ones, lower codes first.
    order = filling_order(posts, pd.Series({"a": 0.0, "b": 0.0}))
    assert order.tolist() == [0, 3, 1, 4, 2, 5]


def test_a_district_of_a_thousand_is_placed_in_seconds():
    rng = np.random.default_rng(0)
    grid_of_post = np.repeat(np.arange(500), 2)
    cost = rng.integers(0, 20_000, (1100, 500))[:, grid_of_post]
    post_of = least_cost(
        cost, np.zeros(1100, dtype=int), grid_of_post=grid_of_post, order=np.arange(1000)
    )
    assert (post_of >= 0).sum() == 1000
