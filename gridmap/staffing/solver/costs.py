"""Costs of people on posts, given block by block: as one table, with bans, or of some of them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

__all__ = [
    "FORBIDDEN",
    "Costs",
    "PartOfCosts",
    "TableOfCosts",
    "WithOneMore",
    "blocks",
    "fitting",
    "pair_costs",
    "with_bans",
]

FORBIDDEN = int(np.iinfo(np.int64).max)
"""The cost of a pair that is not allowed, whatever else is free."""

_BLOCK = 4_000_000  # pairs looked at together: 32 MB
_TOGETHER = 500  # pairs whose costs are looked up together


class Costs(Protocol):
    """Costs of every person on every post, in whole thousandths of a point."""

    @property
    def shape(self) -> tuple[int, int]:
        """People, posts."""

    @property
    def kind(self) -> np.ndarray:
        """Number of each person's kind: people of one kind cost the same on every post."""

    def block(self, people: np.ndarray, posts: np.ndarray) -> np.ndarray:
        """Costs of some people on some posts, `FORBIDDEN` where a pair is not allowed."""


@dataclass(frozen=True)
class TableOfCosts:
    """Costs that are given as one table."""

    table: np.ndarray

    @property
    def shape(self) -> tuple[int, int]:
        """People, posts."""
        return self.table.shape[0], self.table.shape[1]

    @cached_property
    def kind(self) -> np.ndarray:
        """People with equal rows are of one kind."""
        if not self.table.size:
            return np.zeros(len(self.table), dtype=np.int64)
        return np.unique(self.table, axis=0, return_inverse=True)[1].reshape(-1)

    def block(self, people: np.ndarray, posts: np.ndarray) -> np.ndarray:
        """Costs of some people on some posts."""
        return self.table[np.ix_(people, posts)]


@dataclass(frozen=True)
class PartOfCosts:
    """Costs of some people on some posts of a larger request."""

    whole: Costs
    people: np.ndarray
    posts: np.ndarray

    @property
    def shape(self) -> tuple[int, int]:
        """People, posts."""
        return len(self.people), len(self.posts)

    @cached_property
    def kind(self) -> np.ndarray:
        """Kinds as in the larger request, numbered from 0."""
        return np.unique(self.whole.kind[self.people], return_inverse=True)[1].reshape(-1)

    def block(self, people: np.ndarray, posts: np.ndarray) -> np.ndarray:
        """Costs of some people on some posts."""
        return self.whole.block(self.people[people], self.posts[posts])


@dataclass(frozen=True)
class _Barred:
    """Costs with some pairs forbidden; the pairs stand in order of the person."""

    costs: Costs
    person: np.ndarray
    post: np.ndarray

    @property
    def shape(self) -> tuple[int, int]:
        return self.costs.shape

    @cached_property
    def kind(self) -> np.ndarray:
        """Whoever is barred from something is a kind of their own."""
        kind = np.array(self.costs.kind, dtype=np.int64)
        barred = np.unique(self.person)
        kind[barred] = len(kind) + np.arange(len(barred))
        return np.unique(kind, return_inverse=True)[1].reshape(-1)

    def block(self, people: np.ndarray, posts: np.ndarray) -> np.ndarray:
        found = np.array(self.costs.block(people, posts))
        low = np.searchsorted(self.person, people)
        high = np.searchsorted(self.person, people, side="right")
        for row in np.flatnonzero(high > low):
            found[row, np.isin(posts, self.post[low[row] : high[row]])] = FORBIDDEN
        return found


def with_bans(costs: Costs, bans: Sequence[tuple[int, int]]) -> Costs:
    """Forbid some pairs."""
    if not len(bans):
        return costs
    pairs = np.array(sorted(bans), dtype=np.int64).reshape(-1, 2)
    if isinstance(costs, TableOfCosts):
        table = costs.table.copy()
        table[pairs[:, 0], pairs[:, 1]] = FORBIDDEN
        return TableOfCosts(table)
    return _Barred(costs, pairs[:, 0], pairs[:, 1])


@dataclass(frozen=True)
class _Fitting:
    """Costs with those pairs forbidden whose post takes more minutes than the person has left."""

    costs: Costs
    left: np.ndarray
    takes: Callable[[np.ndarray, np.ndarray], np.ndarray]

    @property
    def shape(self) -> tuple[int, int]:
        return self.costs.shape

    @cached_property
    def kind(self) -> np.ndarray:
        """Whoever has other minutes left is of another kind."""
        table = np.column_stack([self.costs.kind, self.left])
        return np.unique(table, axis=0, return_inverse=True)[1].reshape(-1)

    def block(self, people: np.ndarray, posts: np.ndarray) -> np.ndarray:
        minutes = self.takes(people[:, None], posts[None, :])
        found = self.costs.block(people, posts)
        return np.where(minutes > self.left[people, None], FORBIDDEN, found)


@dataclass(frozen=True)
class WithOneMore:
    """Costs with one more person, the last, who may take a single post and costs nothing there."""

    costs: Costs
    post: int

    @property
    def shape(self) -> tuple[int, int]:
        """People, posts."""
        return self.costs.shape[0] + 1, self.costs.shape[1]

    @cached_property
    def kind(self) -> np.ndarray:
        """The one more is of a kind of their own."""
        return np.append(self.costs.kind, self.costs.kind.max(initial=-1) + 1)

    def block(self, people: np.ndarray, posts: np.ndarray) -> np.ndarray:
        """Costs of some people on some posts."""
        old = people < self.costs.shape[0]
        found = np.full((len(people), len(posts)), FORBIDDEN)
        found[old] = self.costs.block(people[old], posts)
        found[np.ix_(~old, posts == self.post)] = 0
        return found


def fitting(
    costs: Costs, left: np.ndarray, takes: Callable[[np.ndarray, np.ndarray], np.ndarray]
) -> Costs:
    """Forbid pairs whose post takes more minutes than the person has left."""
    found = _Fitting(costs, left, takes)
    if isinstance(costs, TableOfCosts):
        return TableOfCosts(found.block(*(np.arange(size) for size in costs.shape)))
    return found


def blocks(costs: Costs, people: np.ndarray) -> Iterator[tuple[slice, np.ndarray]]:
    """Go through the costs of people on all posts, so many at a time that memory stays small."""
    posts = np.arange(costs.shape[1])
    step = max(1, _BLOCK // max(len(posts), 1))
    for begin in range(0, len(people), step):
        part = slice(begin, min(begin + step, len(people)))
        yield part, costs.block(people[part], posts)


def pair_costs(costs: Costs, person: np.ndarray, post: np.ndarray) -> np.ndarray:
    """Costs of pairs, each of one person and one post."""
    found = np.empty(len(person), dtype=np.int64)
    for begin in range(0, len(person), _TOGETHER):
        part = slice(begin, begin + _TOGETHER)
        found[part] = costs.block(person[part], post[part]).diagonal()
    return found
