"""Few patches within tight limits: the shortest border by column generation, and its proof.

A plan is a set of zones that cover every patch once. Where limits are tight and patches few, the
zones within limits with a short border can be listed; a linear program over the list gives a bound
that lies very near the shortest border there is (set partitioning by column generation:
A. Mehrotra, E. Johnson, G. Nemhauser, "An optimization based heuristic for political districting",
Management Science 44, 1998). The list begins with the zones that a search has passed and grows by
`pricing` until no zone is missing that could lower the bound. What a better plan may cost above
the bound is little, and so the zones it could be made of are few: they are listed, and `cover`
puts them together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gridmap.partition.exact.cover import choose_zones, members_of
from gridmap.partition.exact.listing import list_cheap
from gridmap.partition.exact.mincut import Network, lay_network
from gridmap.partition.exact.pool import Pool
from gridmap.partition.exact.pricing import Found
from gridmap.partition.exact.rest import possible_zones
from gridmap.partition.exact.roots import Asked
from gridmap.partition.model.graph import Graph
from gridmap.partition.model.types import Array

__all__ = ["MOST_PATCHES", "Shortest", "shorten"]

MOST_PATCHES = 128
"""Components of more patches have too many zones within limits to be listed."""

_BATCH = 60_000  # zones that one listing may add
_CHOICES = 60_000_000  # zones looked at in one search for a plan of listed ones
_SLACK = 1e-6  # mean borders; no zone listed may cost less than minus this
_DEAREST = 1e6  # mean borders that a patch without a zone may cost
_WORK = 140  # branches of listing for a proposal a patch of the effort; fewer on larger ground
_ACTIVE = 400  # zones that one round adds to the linear program


@dataclass(frozen=True)
class Shortest:
    """A plan (None if none was found), its cut, and whether nothing shorter exists."""

    label: Array | None
    cut: float
    proven: bool


@dataclass(frozen=True)
class _Bound:
    """Prices of the patches and of each zone, and the border that no plan is shorter than.

    The bound holds for plans of listed zones; for all plans once no zone is missing in the list.
    """

    value: float
    prices: Array
    each: float
    filled: float  # what stands in for zones that are not in the list


class _List:
    """The zones listed so far."""

    def __init__(self, net: Network, zones: int, low: int, high: int) -> None:
        self.net = net
        # Without prices: they change with every bound.
        self.asked = Asked(np.zeros(net.load.size), 0.0, zones, low, high, 0.0)
        self.member = np.empty((0, net.load.size), np.bool_)
        self.half = np.empty(0)
        self.active = np.empty(0, np.bool_)
        self.known: set[bytes] = set()

    def add(self, sets: Array, half: Array) -> int:
        """Add zones that are not listed and can be in a plan; returns how many."""
        fresh = []
        for row, one in enumerate(sets):
            name = one.tobytes()
            if name not in self.known:
                self.known.add(name)
                fresh.append(row)
        member = members_of(sets[fresh], self.net.load.size)
        possible = possible_zones(self.net, member, self.asked)
        self.member = np.concatenate([self.member, member[possible]])
        self.half = np.concatenate([self.half, half[fresh][possible]])
        self.active = np.concatenate([self.active, np.zeros(int(possible.sum()), np.bool_)])
        return int(possible.sum())

    def asked_for(self, bound: _Bound, most: float) -> Asked:
        """Say which zones are asked for: those that cost at most so much above a bound."""
        return self.asked._replace(prices=bound.prices, each=bound.each, most=float(most))

    def costs(self, bound: _Bound) -> Array:
        """Say what every zone costs above the prices of its patches."""
        return self.half - self.member @ bound.prices - bound.each

    def bound(self, stand_in: float) -> _Bound:
        """Solve the linear program over the list; a patch in no zone costs `stand_in`."""
        n = self.net.load.size
        if not self.active.any():
            self.active[np.argsort(self.half, kind="stable")[: 2 * n]] = True
        while True:
            bound = self._solve(stand_in)
            costs = self.costs(bound)
            costs[self.active] = 0.0
            cheap = np.argsort(costs, kind="stable")[:_ACTIVE]
            cheap = cheap[costs[cheap] < -1e-7 * stand_in]
            if cheap.size == 0:
                return bound
            self.active[cheap] = True

    def _solve(self, stand_in: float) -> _Bound:
        """Solve the linear program over the active zones."""
        from scipy.optimize import linprog
        from scipy.sparse import csc_array

        n = self.net.load.size
        use = np.flatnonzero(self.active)
        count = np.concatenate([np.ones(use.size), np.zeros(n), [1.0, -1.0]])
        cover = np.hstack([self.member[use].T, np.eye(n), np.zeros((n, 2))])
        cost = np.concatenate([self.half[use], np.full(n + 2, stand_in)])
        answer = linprog(
            cost,
            A_eq=csc_array(np.vstack([cover, count])),
            b_eq=np.append(np.ones(n), self.asked.zones),
            method="highs-ds",
        )
        price = answer.eqlin.marginals
        return _Bound(
            float(answer.fun), price[:n].copy(), float(price[n]), float(answer.x[use.size :].sum())
        )


def _least_step(wgt: Array) -> float:
    """Find how far apart different borders of plans are at least; 0 where that is not known."""
    whole = np.rint(wgt)
    if whole.max(initial=0.0) > 1e9 or np.abs(wgt - whole).max(initial=0.0) > 0.0:
        return 0.0
    return float(np.gcd.reduce(whole.astype(np.int64)))


def shorten(
    graph: Graph, zones: int, low: int, high: int, known: Shortest, pool: Pool, budget: int
) -> Shortest:
    """Find a plan with a shorter border than the known one, or prove that there is none.

    Parameters
    ----------
    graph
        A connected graph in compressed rows.
    zones, low, high
        Number of zones, and the limits of each.
    known
        The best plan so far.
    pool
        Zones to begin with.
    budget
        The effort, in proposals of a search.

    Returns
    -------
    The best plan known now. Proven means that none is shorter by a ten-thousandth of a mean border
    or more, and proven without a plan that there is none within the limits.
    """
    work = _WORK * budget // graph.size**2
    return _Shortening(graph, zones, low, high, known, work).run(pool)


class _Shortening:
    """The search for one component: the best plan so far, the list, and the work that is left."""

    def __init__(
        self,
        graph: Graph,
        zones: int,
        low: int,
        high: int,
        known: Shortest,
        work: int,
    ) -> None:
        # Borders are measured in mean borders: the tolerances of the solver are absolute.
        self.unit = max(float(graph.wgt.mean()), 1e-9)
        self.net = lay_network(graph._replace(wgt=graph.wgt / self.unit))
        self.zones = zones
        self.best = Shortest(known.label, known.cut / self.unit, False)
        self.left, self.looked = work, 0
        self.list = _List(self.net, zones, low, high)
        self.order = np.argsort(-self.net.load, kind="stable")
        self.step = max(_least_step(graph.wgt) / self.unit, 1e-4)
        self.margin = (zones + 2) * _SLACK

    def run(self, pool: Pool) -> Shortest:
        """Bound the border, then look at all that a better plan can be made of."""
        rows = int(pool.size[0])
        self.list.add(pool.sets[:rows], pool.half[:rows] / self.unit)
        proven = self._shorten()
        return Shortest(self.best.label, self.best.cut * self.unit, proven)

    def _shorten(self) -> bool:
        """Look for better plans; returns whether it is proven that no better one is left."""
        bound, exact = self._bound()
        self._choose_soon(bound)
        # All plans that cost less than this above the bound are known, or worse than the best.
        settled, half = 0.0, 0.5
        reach, looked = 0.0, max(self.looked, 1)
        rate = np.inf
        while exact:
            most = self._longest() - bound.value
            if most + self.margin < settled or most < -self.margin:
                return True
            goal = half * most + 2.0 * self.margin
            further = min(goal, 0.5)
            if reach > 0.0:
                # Branches grow exponentially with what zones may cost.
                rate = min(rate, max(np.log(self.looked / looked) / reach, 1e-3))
                able = reach + np.log(max(self.left, 1) / self.looked) / rate
                further = goal if goal <= able else min(2.0 * reach, able)
            if further <= reach or not self._list(bound, further, self.left):
                break
            reach = further
            if self.best.label is None:
                self._choose_soon(bound)
                most = self._longest() - bound.value
            if self._choose(bound, min(most + self.margin, reach), -1.0):
                settled = reach
            most = self._longest() - bound.value
            # Two zones that both cost more than is listed cost more than twice as much.
            if half < 1.0 and most + self.margin >= settled:
                within = min(most + self.margin, 2.0 * reach)
                if self._choose(bound, within, -1.0) and self._choose(bound, within, reach):
                    settled = 2.0 * reach
                else:
                    half = 1.0
        self._choose_soon(bound)
        return False

    def _choose_soon(self, bound: _Bound) -> None:
        """Look for a plan of the zones listed so far, the cheapest first."""
        within, before = 1.0, self.best
        while self.best is before and within < 2.0 * (self._longest() - bound.value):
            most = min(within, self._longest() - bound.value)
            if not self._choose(bound, most + self.margin, -1.0):
                break
            within *= 1.5

    def _longest(self) -> float:
        """Say how long the border of a better plan can be."""
        if self.best.label is None:
            return 0.5 * float(self.net.wgt.sum())
        return self.best.cut - self.step

    def _bound(self) -> tuple[_Bound, bool]:
        """Generate zones until none lowers the bound; tell whether none is missing."""
        stand_in = 0.5 * float(self.net.wgt.sum())
        share = 2_000
        while True:
            bound = self.list.bound(stand_in)
            before = self.list.half.size
            # So much less each zone may cost, and the bound still rules out a better plan.
            over = max(bound.value - self._longest() - 2.0 * self.margin, 0.0) / self.zones
            complete = self._list(bound, -_SLACK - over, share)
            if self.list.half.size > before:
                continue
            filled = bound.filled > 1e-9 and bound.value <= self._longest() + self.margin
            if complete and filled and stand_in < _DEAREST:
                stand_in *= 8.0
            elif complete or self.left <= 0:
                return bound, complete and not filled
            share *= 8

    def _list(self, bound: _Bound, most: float, share: int) -> bool:
        """List the zones that cost at most so much; returns whether the list is complete."""
        if self.left <= 0:
            return False
        words = (self.net.load.size + 63) // 64
        found = Found(np.zeros((_BATCH, words), np.uint64), np.zeros(_BATCH), np.zeros(1, np.int64))
        asked = self.list.asked_for(bound, most)
        looked, complete = list_cheap(self.net, asked, self.order, self.left, share, found)
        self.left, self.looked = self.left - looked, looked
        self.list.add(found.sets[: found.size[0]], found.half[: found.size[0]])
        return bool(complete)

    def _choose(self, bound: _Bound, within: float, spare: float) -> bool:
        """Look for a better plan that costs less than `within` above the bound.

        It is made of listed zones, but for one if `spare` is the least that others cost. Returns
        whether the search was completed.
        """
        costs = np.maximum(self.list.costs(bound), 0.0)
        rows = np.flatnonzero(costs < within - max(spare, 0.0))
        rows = rows[np.argsort(costs[rows], kind="stable")]
        label, _, complete = choose_zones(
            self.net, self.list.asked_for(bound, within), self.list.member[rows], costs[rows],
            spare, _CHOICES,
        )  # fmt: skip
        if label.size:
            self.best = Shortest(label, self._cut(label), False)
        return bool(complete)

    def _cut(self, label: Array) -> float:
        """Measure the border of a plan."""
        one = np.repeat(np.arange(label.size), np.diff(self.net.ptr))
        return 0.5 * float(self.net.wgt[label[one] != label[self.net.nbr]].sum())
