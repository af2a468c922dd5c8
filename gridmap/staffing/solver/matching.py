"""Exact matching on sparse pairs: posts in order of need, each at the least cost for all so far.

Successive shortest augmenting paths (Crouse 2016 has them for a full matrix) with two differences:
only the pairs that are listed exist, and a column takes as many rows as its capacity. A row that
no path fills at all stays vacant for good, so that the rows before it are the most that can be
filled in that order (transversal matroid). SciPy has neither: its sparse matching wants every row
filled and gives no prices, with which pairs that were not listed are proven to be worth nothing.
"""

import heapq

import numpy as np

from layers.contract.kernel import kernel

__all__ = ["match_in_order"]

_NONE = -1
_FAR = np.int64(2**62)


@kernel()
def match_in_order(
    start: np.ndarray,
    column: np.ndarray,
    cost: np.ndarray,
    capacity: np.ndarray,
    vacancy: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Match rows to columns, one row after the other, at the least total cost.

    Parameters
    ----------
    start, column, cost
        The pairs of each row: those of row r are ``start[r]`` up to ``start[r + 1]``. Costs are
        whole numbers.
    capacity
        How many rows each column takes.
    vacancy
        What it costs to leave a row without a column. It must fall by so much from row to row that
        it never pays to displace an earlier row: the order of the rows is their precedence.

    Returns
    -------
    Column of each row (-1: none), price of each row, and price of each column (never above 0, and 0
    where it is not full). Of a listed pair, cost - row price - column price is never below 0, and 0
    where the pair is matched; so the matching is one of the least total cost.
    """
    rows, columns = len(start) - 1, len(capacity)
    column_of = np.full(rows, _NONE, np.int64)
    row_price = np.zeros(rows, np.int64)
    column_price = np.zeros(columns, np.int64)
    load = np.zeros(columns, np.int64)
    first = np.full(columns, _NONE, np.int64)  # of each column's rows, a chain
    next_row = np.full(rows, _NONE, np.int64)
    distance = np.full(columns, _FAR, np.int64)
    reached_from = np.full(columns, _NONE, np.int64)
    done = np.zeros(columns, np.bool_)
    for row in range(rows):
        touched = [np.int64(0)][:0]
        heap = [(np.int64(0), np.int64(0))][:0]
        scanned = [np.int64(0)][:0]
        # The least way to an end: a column with room, or the row stays vacant.
        best, end = vacancy[row], np.int64(_NONE)
        _relax(
            np.int64(row), np.int64(0), start, column, cost, np.int64(0), column_price,
            distance, reached_from, done, touched, heap, best,
        )  # fmt: skip
        while len(heap) > 0:
            far, here = heapq.heappop(heap)
            if done[here] or far > distance[here]:
                continue
            if far >= best:
                break
            if load[here] < capacity[here]:
                best, end = far, here
                break
            done[here] = True
            scanned.append(here)
            other = first[here]
            while other != _NONE:
                _relax(
                    other, far, start, column, cost, row_price[other], column_price,
                    distance, reached_from, done, touched, heap, best,
                )  # fmt: skip
                other = next_row[other]
        row_price[row] += best
        for here in scanned:
            gain = best - distance[here]
            if gain <= 0:
                continue
            other = first[here]
            while other != _NONE:
                row_price[other] += gain
                other = next_row[other]
            column_price[here] -= gain
        if end != _NONE:
            load[end] += 1
            _shift(np.int64(row), end, column_of, reached_from, first, next_row)
        for here in touched:
            distance[here] = _FAR
            reached_from[here] = _NONE
            done[here] = False
    return column_of, row_price, column_price


@kernel()
def _relax(
    row, base, start, column, cost, price, column_price, distance, reached_from, done, touched,
    heap, best,
):  # fmt: skip
    """Look at the pairs of a row: which columns are nearer by way of it."""
    for k in range(start[row], start[row + 1]):
        there = column[k]
        if done[there]:
            continue
        far = base + cost[k] - price - column_price[there]
        if far < distance[there] and far < best:
            if distance[there] == _FAR:
                touched.append(there)
            distance[there] = far
            reached_from[there] = row
            heapq.heappush(heap, (far, there))


@kernel()
def _shift(row, end, column_of, reached_from, first, next_row):
    """Change the matching along the way that was found, from its end to the row."""
    there = end
    while True:
        mover = reached_from[there]
        before = column_of[mover]
        if before != _NONE:
            _take_out(mover, before, first, next_row)
        column_of[mover] = there
        next_row[mover] = first[there]
        first[there] = mover
        if mover == row:
            return
        there = before


@kernel()
def _take_out(row, column, first, next_row):
    """Take a row out of the chain of its column."""
    if first[column] == row:
        first[column] = next_row[row]
        return
    here = first[column]
    while next_row[here] != row:
        here = next_row[here]
    next_row[here] = next_row[row]
