"""The solver of staffing, against every way there is on small requests."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, linear_sum_assignment, milp

from gridmap.staffing.solver import integer
from gridmap.staffing.solver.request import FORBIDDEN, Request
from gridmap.staffing.solver.solve import solve_staffing
from layers.contract.errors import PlanError


def keeps_the_rules(request: Request, who) -> bool:
    """Whether a staffing keeps bans, hours, targets and lines, counted pair by pair."""
    pins = set(request.pins)
    parent = request.parent if request.parent is not None else []
    held: dict[int, list[int]] = {}
    for post, person in enumerate(who):
        if person >= 0:
            held.setdefault(person, []).append(post)
            free = (person, post) in pins
            if not free and request.cost[person, post] == FORBIDDEN:
                return False
            if not free and (person, post) in set(request.bans):
                return False
    if any(who[post] != person for person, post in pins):
        return False
    for person, posts in held.items():
        chosen = [post for post in posts if (person, post) not in pins]
        if not chosen:
            continue
        own = request.hours_of_person[person] if request.hours_of_person is not None else 1
        hours = request.hours_of_post if request.hours_of_post is not None else np.zeros(len(who))
        if sum(hours[post] or max(own, 1) for post in posts) > own:
            return False
        for one in posts:
            for other in chosen:
                if one != other and clash(request, parent, one, other):
                    return False
    return True


def clash(request, parent, one, other) -> bool:
    if request.target is None or request.target[one] < 0 or request.target[other] < 0:
        return False
    if request.target[one] == request.target[other]:
        return True
    if request.leads is None or not (request.leads[one] and request.leads[other]):
        return False
    return any(
        top in line(parent, below)
        for top, below in [
            (request.target[one], request.target[other]),
            (request.target[other], request.target[one]),
        ]
    )


def line(parent, target):
    found = [target]
    while len(parent) and parent[found[-1]] >= 0:
        found.append(parent[found[-1]])
    return found


def worth(request: Request, who) -> tuple:
    """What is compared: posts filled and need met of each tier, then the cost."""
    tier = request.tier if request.tier is not None else np.zeros(len(who), dtype=int)
    order = request.order if request.order is not None else np.arange(len(who))
    place = np.argsort(order)
    parts = []
    for one in range(max(tier, default=0) + 1):
        mine = [post for post in range(len(who)) if tier[post] == one]
        ranked = sorted(mine, key=lambda post: place[post])
        filled = [len(mine) - k for k, post in enumerate(ranked) if who[post] >= 0]
        parts += [-len(filled), -sum(filled)]
    cost = sum(
        int(request.cost[person, post])
        for post, person in enumerate(who)
        if person >= 0 and request.cost[person, post] != FORBIDDEN
    )
    cost += sum(int(one) for k, one in enumerate(request.leaving) if k not in set(who))
    return (*parts, cost)


def every_way(request: Request):
    people, posts = request.cost.shape
    return min(
        (
            worth(request, who)
            for who in product(range(-1, people), repeat=posts)
            if keeps_the_rules(request, who)
        ),
        default=None,
    )


@st.composite
def requests(draw, hours=True):
    people, posts = draw(st.integers(1, 4)), draw(st.integers(1, 5))
    whole = st.integers(0, 9)
    cost = np.array(draw(st.lists(whole, min_size=people * posts, max_size=people * posts)))
    cost = cost.reshape(people, posts).astype(np.int64)
    shut = draw(st.lists(st.booleans(), min_size=people * posts, max_size=people * posts))
    if draw(st.booleans()):
        cost[np.array(shut).reshape(people, posts)] = FORBIDDEN

    def some(values, size):
        return np.array(draw(st.lists(values, min_size=size, max_size=size)))

    targets = draw(st.integers(1, 4))
    pair = st.tuples(st.integers(0, people - 1), st.integers(0, posts - 1))
    pins = {post: person for person, post in draw(st.lists(pair, max_size=2))}
    return Request(
        cost=cost,
        leaving=some(st.integers(0, 4), people),
        order=np.array(draw(st.permutations(range(posts)))),
        tier=some(st.integers(0, 1), posts),
        hours_of_person=some(st.sampled_from([4.0, 6.5, 10.0]), people) if hours else None,
        hours_of_post=some(st.sampled_from([0.0, 2.0, 3.5, 5.0]), posts) if hours else None,
        target=some(st.integers(-1, targets - 1), posts),
        leads=some(st.booleans(), posts) if draw(st.booleans()) else None,
        parent=np.array([draw(st.integers(-1, one - 1)) for one in range(targets)]),
        pins=[(person, post) for post, person in pins.items()],
        bans=sorted(draw(st.sets(pair, max_size=2)) - {(p, k) for k, p in pins.items()}),
    )


def assert_best(request: Request) -> None:
    found = solve_staffing(request)
    who = found.person_of_post.tolist()
    assert keeps_the_rules(request, who)
    assert worth(request, who) == every_way(request)
    assert found.status == "proven"
    assert found.cost == found.lower_bound == worth(request, who)[-1]
    assert found.filled == found.most_filled
    assert [reason == "" for reason in found.reason] == [person >= 0 for person in who]


@settings(max_examples=150, deadline=None)
@given(requests(hours=False))
def test_one_post_a_person_is_filled_as_the_best_of_all_ways(request):
    assert_best(request)


@settings(max_examples=120, deadline=None)
@given(requests())
def test_several_posts_a_person_within_hours_lines_and_targets_are_the_best_of_all_ways(request):
    assert_best(request)


class Blocks:
    """Costs that are only given block by block, as those of a county."""

    def __init__(self, table):
        self.table = table
        self.shape = table.shape
        self.kind = np.arange(len(table))

    def block(self, people, posts):
        return self.table[np.ix_(people, posts)]


@pytest.mark.parametrize("shut", [0.0, 0.9])
def test_the_pairs_that_matter_give_the_total_of_the_full_table(shut):
    rng = np.random.default_rng(7)
    # Some people are cheap everywhere: the first pairs of all posts are theirs and do not do.
    table = rng.integers(0, 40_000, (300, 1)) + rng.integers(0, 9_000, (300, 200))
    table[rng.random(table.shape) < shut] = FORBIDDEN
    leaving = 1_000 * rng.integers(0, 7, 300)
    found = solve_staffing(Request(Blocks(table), leaving))
    assert found.filled == (200,)
    far = 10**9  # what a pair costs for SciPy that is not allowed
    whole = np.where(table == FORBIDDEN, far, table) - leaving[:, None]
    rows, columns = linear_sum_assignment(whole)
    assert found.cost == whole[rows, columns].sum() + leaving.sum()
    assert found.cost < far


def test_hours_of_a_town_agree_with_a_programme_written_another_way():
    rng = np.random.default_rng(3)
    people, posts = 15, 40
    cost = rng.integers(0, 20_000, (people, posts))
    own, asked = rng.choice([20.0, 30.0], people), rng.choice([4.0, 7.5, 12.0], posts)
    found = solve_staffing(
        Request(cost, np.zeros(people), hours_of_person=own, hours_of_post=asked)
    )
    # Loads by person as one block of a Kronecker product, every post exactly once.
    one_each = np.tile(np.eye(posts), people)
    hours = np.kron(np.eye(people), asked)
    fewest = milp(
        cost.reshape(-1),
        integrality=np.ones(people * posts),
        bounds=Bounds(0, 1),
        constraints=[LinearConstraint(one_each, 1, 1), LinearConstraint(hours, 0, own)],
        options={"mip_rel_gap": 0},
    )
    assert found.status == "proven"
    assert found.filled == (posts,)
    assert found.cost == round(fewest.fun)


def test_what_is_not_proven_says_so_and_gives_a_bound():
    rng = np.random.default_rng(3)
    cost = rng.integers(0, 20_000, (12, 30))
    asked = Request(
        cost,
        np.zeros(12),
        hours_of_person=np.full(12, 20.0),
        hours_of_post=rng.choice([4.0, 7.5, 9.0], 30),
    )
    best = solve_staffing(asked)
    hasty = solve_staffing(asked, nodes=0)
    assert best.status == "proven"
    assert hasty.lower_bound <= best.cost
    sure = hasty.cost == hasty.lower_bound and hasty.filled == hasty.most_filled
    assert hasty.status == ("proven" if sure else "gap")
    assert hasty.most_filled >= best.filled


def test_of_posts_that_hours_cannot_all_fill_those_of_most_need_are():
    # Eight hours: two of the three posts, C and one of 5 hours; B is needed more, A is cheaper.
    found = solve_staffing(
        Request(
            np.array([[0, 9, 9]]),
            np.zeros(1),
            order=np.array([1, 0, 2]),
            hours_of_person=np.array([8.0]),
            hours_of_post=np.array([5.0, 5.0, 2.0]),
        )
    )
    assert found.person_of_post.tolist() == [-1, 0, 0]
    assert (found.status, found.cost, found.filled) == ("proven", 18, (2,))


def test_costs_too_large_to_add_and_pairs_that_are_not_there_are_refused():
    cost = np.array([[0, FORBIDDEN // 4], [1, FORBIDDEN]])
    with pytest.raises(PlanError, match="too large to be added up"):
        solve_staffing(Request(cost, np.zeros(2, dtype=np.int64)))
    small = np.zeros((1, 1), dtype=np.int64)
    with pytest.raises(PlanError, match="are not both in this request"):
        solve_staffing(Request(small, np.zeros(1), bans=[(0, 1)]))
    with pytest.raises(PlanError, match="more than one person at once"):
        solve_staffing(Request(np.zeros((2, 1), int), np.zeros(2), pins=[(0, 0), (1, 0)]))


@settings(max_examples=30, deadline=None)
@given(requests(), st.integers(1, 8))
def test_with_few_of_the_pairs_nothing_is_called_proven_that_is_not(request, pairs):
    """As in a large part: most pairs are left out, and one set of posts is kept."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(integer, "_MOST_PAIRS", pairs)
        patch.setattr(integer, "_EXACT_PAIRS", 0)
        found = solve_staffing(request)
    who, best = found.person_of_post.tolist(), every_way(request)
    assert keeps_the_rules(request, who)
    assert found.lower_bound <= found.cost
    assert found.most_filled[0] >= -best[0]
    if found.status == "proven":
        assert worth(request, who) == best
    if who == solve_staffing(request).person_of_post.tolist():
        assert found.lower_bound <= best[-1]


def test_of_a_large_part_few_pairs_are_enough_or_the_gap_is_told(monkeypatch):
    states = set()
    for seed in range(6):
        rng = np.random.default_rng(seed)
        asked = Request(
            rng.integers(0, 9_000, (6, 14)),
            np.zeros(6),
            hours_of_person=np.full(6, 20.0),
            hours_of_post=rng.choice([4.0, 7.0, 9.0], 14),
        )
        best = solve_staffing(asked)
        for pairs in (16, 40):
            with monkeypatch.context() as patch:
                patch.setattr(integer, "_MOST_PAIRS", pairs)
                found = solve_staffing(asked)
            assert found.filled <= best.filled <= found.most_filled
            if found.filled == best.filled:
                assert found.lower_bound <= best.cost <= found.cost
            proven = (found.filled, found.cost) == (best.filled, best.cost)
            assert proven or found.status == "gap"
            states.add(found.status)
    assert states == {"proven", "gap"}
