"""What if somebody had another post: the staffing with that pair held, and who would move."""

from dataclasses import dataclass, replace

import numpy as np

from gridmap.staffing.solver.costs import FORBIDDEN, pair_costs
from gridmap.staffing.solver.request import Request, Staffing
from gridmap.staffing.solver.solve import solve_staffing

__all__ = ["Alternative", "Move", "moves_between", "with_pin"]


@dataclass(frozen=True)
class Move:
    """A person who holds other posts in one staffing than in another."""

    person: int
    before: tuple[int, ...]
    after: tuple[int, ...]


@dataclass(frozen=True)
class Alternative:
    """The best staffing in which a person has a certain post.

    Attributes
    ----------
    barrier
        Why it is not possible: ``role`` (the pair is not allowed), ``pin`` (somebody else is
        pinned to the post), ``hours`` (the post takes more than the person gives); ``ban`` where
        it would need a ban to be lifted, which was tried. "" for nothing in the way.
    staffing
        The best staffing with the pair; None where it is not possible.
    cost
        By how much it costs more, in whole thousandths; may be below 0 where it fills fewer posts
        or lifts a ban.
    filled
        How many posts more of each tier are filled; below 0 is fewer.
    moves
        Everybody who would hold other posts, the person asked about first.
    """

    barrier: str
    staffing: Staffing | None
    cost: int
    filled: tuple[int, ...]
    moves: tuple[Move, ...]


def with_pin(
    request: Request, staffing: Staffing, person: int, post: int, *, nodes: int = 200
) -> Alternative:
    """Solve again with a person held on a post.

    Parameters
    ----------
    request, staffing
        A request, and what `solve_staffing` found for it.
    person, post
        The pair.
    nodes
        Most branches of the search.

    Returns
    -------
    What it would cost, what would be filled, and who would move; or what stands in the way.
    """
    pair = np.array([person]), np.array([post])
    pinned = {int(other): int(who) for who, other in request.pins}
    barrier = ""
    if pinned.get(post, person) != person:
        barrier = "pin"
    elif pair_costs(request.costs, *pair)[0] == FORBIDDEN:
        barrier = "role"
    elif request.minutes_of_post[post] > request.minutes_of_person[person]:
        barrier = "hours"
    if barrier:
        return Alternative(barrier, None, 0, (0,) * len(staffing.filled), ())
    bans = [(int(who), int(other)) for who, other in request.bans]
    lifted = [one for one in bans if one != (person, post)]
    pins = [*(one for one in request.pins if int(one[1]) != post), (person, post)]
    then = solve_staffing(replace(request, pins=pins, bans=lifted), nodes=nodes)
    moves = moves_between(staffing, then)
    return Alternative(
        barrier="ban" if len(lifted) < len(bans) else "",
        staffing=then,
        cost=then.cost - staffing.cost,
        filled=tuple((np.array(then.filled) - np.array(staffing.filled)).tolist()),
        moves=tuple(sorted(moves, key=lambda one: (one.person != person, one.person))),
    )


def moves_between(before: Staffing, after: Staffing) -> tuple[Move, ...]:
    """List everybody who holds other posts in one staffing than in another of the same posts.

    Parameters
    ----------
    before, after
        Two staffings.
    """
    differ = before.person_of_post != after.person_of_post
    people = np.unique(
        np.concatenate([before.person_of_post[differ], after.person_of_post[differ]])
    )
    return tuple(
        Move(
            int(person),
            tuple(before.posts_of(int(person)).tolist()),
            tuple(after.posts_of(int(person)).tolist()),
        )
        for person in people[people >= 0]
    )
