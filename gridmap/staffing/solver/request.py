"""What is asked of the solver, and what it answers: arrays of people, posts and their costs.

Costs are whole thousandths of a point and hours whole minutes, so that sums are exact whatever
their order.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gridmap.staffing.solver.costs import FORBIDDEN, Costs, TableOfCosts, pair_costs, with_bans
from layers.contract.errors import PlanError

__all__ = ["FORBIDDEN", "MINUTES", "Part", "Request", "Staffing"]

MINUTES = 60
_NOISE = 1e-6  # hours; less is rounding noise


@dataclass(frozen=True)
class Request:
    """People, posts, and what every pair costs.

    Attributes
    ----------
    cost
        Whole thousandths of a point, (people, posts); `FORBIDDEN` where a pair is not allowed. Or
        an object that gives such costs block by block (`Costs`).
    leaving
        What each person costs who ends without any post.
    order
        Positions of the posts in the order in which they are filled, by need; as given when None.
    tier
        Tier of each post: of tier 0 as many posts as possible are filled, whatever that means for
        tier 1, and so on; within a tier the earlier of the order. All 0 when None.
    hours_of_person, hours_of_post
        Hours a week. A post of 0 hours takes a person whole. None: one post a person at most.
    target
        What each post is on (a grid, a group, an object), -1 for nothing of interest: a person
        holds one post at most on one target.
    leads
        Which posts lead their target: a person leads one target at most in a line upwards.
    parent
        The target above each target, -1 for none.
    pins
        Pairs (person, post) that hold whatever they cost; hours and lines give way to them.
    bans
        Pairs (person, post) that are not allowed; their cost is known, so that lifting one can be
        tried.
    """

    cost: np.ndarray | Costs
    leaving: np.ndarray
    order: np.ndarray | None = None
    tier: np.ndarray | None = None
    hours_of_person: np.ndarray | None = None
    hours_of_post: np.ndarray | None = None
    target: np.ndarray | None = None
    leads: np.ndarray | None = None
    parent: np.ndarray | None = None
    pins: Sequence[tuple[int, int]] = ()
    bans: Sequence[tuple[int, int]] = ()

    @cached_property
    def costs(self) -> Costs:
        """The costs, block by block."""
        return TableOfCosts(self.cost) if isinstance(self.cost, np.ndarray) else self.cost

    @cached_property
    def allowed(self) -> Costs:
        """The costs, with those of bans forbidden."""
        return with_bans(self.costs, self.bans)

    @property
    def people(self) -> int:
        """Number of people."""
        return self.costs.shape[0]

    @property
    def posts(self) -> int:
        """Number of posts."""
        return self.costs.shape[1]

    @cached_property
    def tiers(self) -> np.ndarray:
        """Tier of each post."""
        given = np.zeros(self.posts) if self.tier is None else self.tier
        return np.asarray(given, dtype=np.int64)

    @cached_property
    def rank(self) -> np.ndarray:
        """Place of each post in the order of filling, tier by tier."""
        order = np.arange(self.posts) if self.order is None else np.asarray(self.order)
        order = order[np.argsort(self.tiers[order], kind="stable")]
        rank = np.empty(self.posts, dtype=np.int64)
        rank[order] = np.arange(self.posts)
        return rank

    @cached_property
    def targets(self) -> np.ndarray:
        """Target of each post, -1 for none."""
        given = np.full(self.posts, -1) if self.target is None else self.target
        return np.asarray(given, dtype=np.int64)

    @cached_property
    def minutes_of_person(self) -> np.ndarray:
        """Whole minutes a week of each person; 1 where everybody holds one post at most."""
        if self.hours_of_person is None:
            return np.ones(self.people, dtype=np.int64)
        hours = np.asarray(self.hours_of_person, dtype=float)
        return np.floor((hours + _NOISE) * MINUTES).astype(np.int64)

    @cached_property
    def minutes_of_post(self) -> np.ndarray:
        """Whole minutes a week of each post; 0 takes a person whole."""
        if self.hours_of_person is None or self.hours_of_post is None:
            return np.zeros(self.posts, dtype=np.int64)
        hours = np.asarray(self.hours_of_post, dtype=float)
        return np.ceil((hours - _NOISE) * MINUTES).clip(0).astype(np.int64)

    def minutes(self, people: np.ndarray, posts: np.ndarray) -> np.ndarray:
        """Minutes that some posts take of some people, pair by pair."""
        taken, own = self.minutes_of_post[posts], self.minutes_of_person[people]
        # One minute at least, so that somebody of no hours at all holds nothing.
        return np.where(taken > 0, taken, np.maximum(own, 1))

    def check(self) -> None:
        """Refuse what cannot be added up exactly, or does not fit together.

        Raises
        ------
        PlanError
            If a pin names a pair that is not there, or a post or pair is pinned twice.
        """
        posts = [post for _, post in self.pins]
        for person, post in (*self.pins, *self.bans):
            if not (0 <= person < self.people and 0 <= post < self.posts):
                raise PlanError(
                    f"Person {person} and post {post} are not both in this request of "
                    f"{self.people} people and {self.posts} posts. Correct the pair.",
                    f"第 {person} 人与第 {post} 岗不都在本次请求中（{self.people} 人、"
                    f"{self.posts} 个岗位）。请更正。",
                )
        twice = sorted({post for post in posts if posts.count(post) > 1})
        if twice:
            raise PlanError(
                f"Post {twice[0]} is given to more than one person at once. Keep one.",
                f"第 {twice[0]} 岗被同时指定给多人。请只保留一人。",
            )


@dataclass(frozen=True)
class Part:
    """People and posts of a request that nobody and nothing outside takes part in."""

    request: Request
    people: np.ndarray
    posts: np.ndarray
    costs: Costs  # of these people on these posts
    leaving: np.ndarray  # of these people
    left: np.ndarray  # minutes left beside pins, of these people

    @property
    def tiers(self) -> np.ndarray:
        """Tier of each post."""
        return self.request.tiers[self.posts]

    @property
    def rank(self) -> np.ndarray:
        """Place of each post in the order of filling."""
        return self.request.rank[self.posts]

    def minutes(self, people: np.ndarray, posts: np.ndarray) -> np.ndarray:
        """Minutes that some posts of the part take of some of its people, pair by pair."""
        return self.request.minutes(self.people[people], self.posts[posts])

    def cost_of(self, person_of_post: np.ndarray) -> int:
        """Sum of the costs of pairs and of leaving those without a post."""
        filled = np.flatnonzero(person_of_post >= 0)
        idle = np.ones(len(self.people), dtype=bool)
        idle[person_of_post[filled]] = False
        pairs = pair_costs(self.costs, person_of_post[filled], filled)
        return int(pairs.sum()) + int(self.leaving[idle].sum())


@dataclass(frozen=True)
class Staffing:
    """Who takes which post.

    Attributes
    ----------
    person_of_post
        Position of the person on each post, -1 where it is vacant.
    cost
        Sum of the costs of all pairs and of leaving those without a post, in whole thousandths.
    lower_bound
        No staffing that fills as many posts, tier by tier and by need, costs less than this. Where
        hours leave posts of a large request vacant (``gap``): none that fills the same posts.
    filled, most_filled
        Posts filled of each tier, and how many could be at most.
    status
        ``proven``: nothing fills more, and nothing that fills as much costs less. ``gap``: the
        bounds say how far off it may be.
    reason
        Why each post is vacant: ``nobody_allowed`` (nobody may take it), ``hours`` (some of those
        who may have hours left, but too few), ``line`` (they hold a post on the same target or
        lead in the same line), ``nobody_left`` (all who may are on other posts); "" where filled.
    """

    person_of_post: np.ndarray
    cost: int
    lower_bound: int
    filled: tuple[int, ...]
    most_filled: tuple[int, ...]
    status: str
    reason: np.ndarray

    def posts_of(self, person: int) -> np.ndarray:
        """Positions of the posts that a person holds, ascending."""
        return np.flatnonzero(self.person_of_post == person)

    @property
    def placed(self) -> np.ndarray:
        """Positions of the people who have a post."""
        return np.unique(self.person_of_post[self.person_of_post >= 0])
