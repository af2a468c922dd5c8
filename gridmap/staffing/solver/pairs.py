"""Matching of many people on many posts by the few pairs that matter.

Of the pairs of a county most are never worth a look. The matching starts with the cheapest of each
post; with its prices all other pairs are looked at, block by block, and those that could make it
better join. When none is left, the matching is the least of all pairs, though few were kept.
"""

from dataclasses import dataclass

import numpy as np

from gridmap.staffing.solver.costs import FORBIDDEN, Costs, blocks
from gridmap.staffing.solver.matching import match_in_order
from layers.contract.errors import PlanError
from layers.contract.kernel import kernel

__all__ = ["Columns", "Matching", "cheap_pairs", "match_all"]

_FIRST = 24  # pairs of each post at the start
_MORE = 12  # pairs of each post that join in a round
_LARGEST = 2**60


@dataclass(frozen=True)
class Matching:
    """People on posts, several where their capacity allows, and the prices that prove it.

    `person` of each post is -1 where it is vacant. `post_price` and `person_price` are such that
    no pair costs less than their sum, except by a person's `leaving`, which the first post saves.
    """

    person: np.ndarray
    post_price: np.ndarray
    columns: "Columns"
    column_price: np.ndarray
    pairs: int  # looked at in the last round


@dataclass(frozen=True)
class Columns:
    """Kinds of people with room for posts: whom they stand for, what they save, how many posts."""

    first: np.ndarray  # a person of the kind
    saves: np.ndarray  # cost saved by each post: the leaving of those who would have none
    room: np.ndarray
    kind: np.ndarray  # of each person, the row of the kind in `members`
    extra: np.ndarray  # whether a column is for posts beyond the first of a person


def make_columns(costs: Costs, leaving: np.ndarray, room: np.ndarray) -> Columns:
    """Put equal people together; those with room for several posts get a second column."""
    table = np.column_stack([costs.kind, leaving, room])
    _, first, kind = np.unique(table, axis=0, return_index=True, return_inverse=True)
    kind = kind.reshape(-1)
    count = np.bincount(kind, minlength=len(first))
    more = np.flatnonzero(room[first] > 1)
    some = np.flatnonzero(room[first] > 0)
    return Columns(
        first=np.concatenate([first[some], first[more]]),
        saves=np.concatenate([leaving[first[some]], np.zeros(len(more), dtype=np.int64)]),
        room=np.concatenate([count[some], count[more] * (room[first[more]] - 1)]),
        kind=kind,
        extra=np.repeat([False, True], [len(some), len(more)]),
    )


def match_all(costs: Costs, leaving: np.ndarray, *, rank: np.ndarray, room: np.ndarray) -> Matching:
    """Match people to posts: as many posts as possible in order, then at the least total cost.

    Parameters
    ----------
    costs
        Costs of the pairs.
    leaving
        What each person costs who has no post.
    rank
        Place of each post in the order of filling.
    room
        How many posts each person takes at most.

    Returns
    -------
    The matching; proven for all pairs by its prices.

    Raises
    ------
    PlanError
        If the costs are so large that sums of them would not be exact.
    """
    columns = make_columns(costs, leaving, room)
    order = np.argsort(rank)
    pairs, low, high = _cheapest(costs, columns, _FIRST)
    vacancy = _vacancy(costs, columns, low, high)
    while True:
        start, column, cost = _rows(pairs, order, costs.shape[1])
        column_of, row_price, column_price = match_in_order(
            start, column, cost, columns.room, vacancy
        )
        price = np.empty(costs.shape[1], dtype=np.int64)
        price[order] = row_price
        more = _worth_more(costs, columns, price, column_price)
        if not len(more):
            break
        pairs = np.concatenate([pairs, more])
    matched = np.full(costs.shape[1], -1, dtype=np.int64)
    matched[order] = column_of
    return Matching(
        person=_people_of(matched, columns),
        post_price=price,
        columns=columns,
        column_price=column_price,
        pairs=len(pairs),
    )


def _cheapest(costs: Costs, columns: Columns, most: int) -> tuple[np.ndarray, int, int]:
    """List the cheapest pairs of each post as (post, column, cost); and the range of costs."""
    posts = costs.shape[1]
    kept = np.empty((0, posts), dtype=np.int64)
    who = np.empty((0, posts), dtype=np.int64)
    low, high = 0, 0
    for part, block in blocks(costs, columns.first):
        free = block != FORBIDDEN
        value = np.where(free, block - columns.saves[part, None], FORBIDDEN)
        if free.any():
            low = min(low, int(value.min()))
            high = max(high, int(value.max(where=free, initial=0)))
        kept = np.concatenate([kept, value])
        numbers = np.arange(part.start, part.stop)
        who = np.concatenate([who, np.broadcast_to(numbers[:, None], value.shape)])
        if len(kept) > most:
            best = np.argpartition(kept, most - 1, axis=0)[:most]
            kept = np.take_along_axis(kept, best, axis=0)
            who = np.take_along_axis(who, best, axis=0)
    post = np.broadcast_to(np.arange(posts), kept.shape)
    free = kept != FORBIDDEN
    return np.column_stack([post[free], who[free], kept[free]]), low, high


def _vacancy(costs: Costs, columns: Columns, low: int, high: int) -> np.ndarray:
    """Costs of leaving posts vacant, falling so much that the order is precedence."""
    posts = costs.shape[1]
    step = (min(posts, int(columns.room.sum())) + 1) * (high - low + 1)
    if step * (posts + 1) > _LARGEST:
        raise PlanError(
            f"The costs of staffing are too large to be added up exactly: up to {high} "
            f"thousandths of a point on {posts} posts. Divide all points under [assignment] by "
            "the same number.",
            f"定岗代价过大，无法精确求和：{posts} 个岗位，最高 {high}（千分之一分）。"
            "请将 [assignment] 下的分值全部除以同一个数。",
        )
    return high + step * np.arange(posts, 0, -1, dtype=np.int64)


def _rows(
    pairs: np.ndarray, order: np.ndarray, posts: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sort pairs by post in order of filling, then by column; each once."""
    place = np.empty(posts, dtype=np.int64)
    place[order] = np.arange(posts)
    row = place[pairs[:, 0]]
    by_row = np.lexsort((pairs[:, 1], row))
    start = np.searchsorted(row[by_row], np.arange(posts + 1))
    return start, pairs[by_row, 1], pairs[by_row, 2]


def _worth_more(
    costs: Costs, columns: Columns, post_price: np.ndarray, column_price: np.ndarray
) -> np.ndarray:
    """List pairs that would make the matching better, at most so many of a post."""
    found = []
    for part, block in blocks(costs, columns.first):
        saves = (columns.saves + column_price)[part]
        column, post, worth = _gaining(np.ascontiguousarray(block), saves, post_price)
        if not len(post):
            continue
        by_worth = np.lexsort((column, worth, post))
        column, post = column[by_worth], post[by_worth]
        nth = np.arange(len(post)) - np.searchsorted(post, post)
        first = nth < _MORE
        column, post = column[first], post[first]
        cost = block[column, post] - columns.saves[part][column]
        found.append(np.column_stack([post, column + part.start, cost]))
    return np.concatenate(found) if found else np.empty((0, 3), dtype=np.int64)


@kernel()
def _gaining(block, saves, price):
    """List the allowed pairs of a block that cost less than they save: column, post and gain."""
    count = 0
    for column in range(block.shape[0]):
        for post in range(block.shape[1]):
            cost = block[column, post]
            if cost != FORBIDDEN and cost - saves[column] < price[post]:
                count += 1
    columns, posts = np.empty(count, np.int64), np.empty(count, np.int64)
    gain = np.empty(count, np.int64)
    count = 0
    for column in range(block.shape[0]):
        for post in range(block.shape[1]):
            cost = block[column, post]
            if cost != FORBIDDEN and cost - saves[column] < price[post]:
                columns[count], posts[count] = column, post
                gain[count] = cost - saves[column] - price[post]
                count += 1
    return columns, posts, gain


def _people_of(matched: np.ndarray, columns: Columns) -> np.ndarray:
    """Give the posts of each kind to its people: everybody's first post before any second."""
    person = np.full(len(matched), -1, dtype=np.int64)
    filled = np.flatnonzero(matched >= 0)
    kind = columns.kind[columns.first[matched[filled]]]
    members = np.argsort(columns.kind, kind="stable")
    begin = np.searchsorted(columns.kind[members], np.arange(columns.kind.max(initial=0) + 2))
    size = np.diff(begin)[kind]
    by_kind = np.lexsort((filled, columns.extra[matched[filled]], kind))
    kind, filled, size = kind[by_kind], filled[by_kind], size[by_kind]
    nth = np.arange(len(kind)) - np.searchsorted(kind, kind)
    person[filled] = members[begin[kind] + nth % np.maximum(size, 1)]
    return person


def cheap_pairs(
    costs: Costs, matching: Matching | None, most: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """List allowed pairs: all, or where they are too many the least costly and one of each post.

    Parameters
    ----------
    costs
        Costs of the pairs.
    matching
        A matching whose prices say what a pair costs beyond the best; None: all pairs are listed.
    most
        How many pairs are too many.

    Returns
    -------
    Person, post and cost of each pair, in order of person and post; and what a pair that was left
    out costs at least beyond the best, -1 when none was left out.
    """
    found, beyond = [], []
    price = None if matching is None else _person_price(matching)
    for part, block in blocks(costs, np.arange(costs.shape[0])):
        person, post = np.nonzero(block != FORBIDDEN)
        cost = block[person, post]
        found.append(np.column_stack([person + part.start, post, cost]))
        if price is not None and matching is not None:
            beyond.append(cost - matching.post_price[post] - price[person + part.start])
    pairs = np.concatenate(found) if found else np.empty((0, 3), dtype=np.int64)
    limit = -1
    if len(pairs) > most and beyond:
        over = np.concatenate(beyond)
        by_over = np.argsort(over, kind="stable")
        kept = np.zeros(len(pairs), dtype=bool)
        kept[by_over[:most]] = True
        kept[by_over[np.unique(pairs[by_over, 1], return_index=True)[1]]] = True  # every post once
        limit = max(0, int(over[~kept].min(initial=_LARGEST)))
        pairs = pairs[kept]
    return pairs[:, 0], pairs[:, 1], pairs[:, 2], limit


def _person_price(matching: Matching) -> np.ndarray:
    """The most that a post may save with each person: by the first post, or by a further one."""
    columns = matching.columns
    saves = columns.saves + matching.column_price
    price = np.full(len(columns.kind), -_LARGEST)
    np.maximum.at(price, columns.kind[columns.first], saves)
    return price[columns.kind]
