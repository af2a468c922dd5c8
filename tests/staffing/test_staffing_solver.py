"""The solver of staffing, against every way there is on small requests."""

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from gridmap.staffing.solver.request import FORBIDDEN, Request
from gridmap.staffing.solver.solve import solve_staffing


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
