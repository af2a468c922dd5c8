"""Ways out that were tried: the town is divided anew under the changed rules before one is named.

Whoever follows a way out gets what it says, and is told beforehand what it costs: how many
micro-grids there will be, how many hours fall to an officer, which categories lose their own
micro-grids. What does not work is not named. Only cutting and splitting are done again, not reading
and tiling; that takes seconds for a town. So a way is not tried where the number of given grids and
their load speak against it, and of ways of one kind, each stronger than the one before, at most
four are tried: the least, the strongest, and if that works two between.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gridmap.rules.changes import apply_changes, rules_with
from gridmap.split.dividing import Division, divide, fewest_by_parent
from gridmap.split.infeasibility import (
    Remedy,
    Value,
    fewer_pieces,
    for_capacity,
    joined,
    more_hours,
    more_officers,
    no_target,
    target_of,
    ways_of_engine,
)
from gridmap.staffing.posts import HOURS_TOLERANCE
from gridmap.town.town import Town
from layers.contract.categories import CATEGORY_KEYS, KINDS
from layers.contract.errors import GridmapError, Named

__all__ = ["Outcome", "Trials", "outcome_of", "ways_for_cadres", "ways_to_target"]

MOST_HOURS = 40.0  # a week: nobody is advised to work more
_HALVINGS = 2  # between a way that fails and a stronger one that works
# Times the hours of now: even steps to a reader, and few to try.
_STEPS = (1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0)


@dataclass(frozen=True)
class Outcome:
    """What a division leads to.

    `officers` is how many the load asks for in all, `each_h` the most hours a week that fall to one
    of them, `kinds` the number of micro-grids by category, `over` how many exceed what their
    officers can carry.
    """

    micro_grids: int
    officers: int
    each_h: float
    kinds: Mapping[str, int]
    over: int


class Trials:
    """Divisions of one town under changed rules, each made once.

    Parameters
    ----------
    town, division
        The town, and how it is divided under its rules as they are.
    """

    def __init__(self, town: Town, division: Division) -> None:
        self.town, self.division = town, division
        self.now = outcome_of(division)
        self._known: dict[tuple[tuple[str, Value], ...], Outcome | None] = {}

    def outcome(self, changes: Mapping[str, Value]) -> Outcome | None:
        """Divide the town under changed rules; None where the rules do not allow the values."""
        key = tuple(sorted(changes.items()))
        if key not in self._known:
            self._known[key] = self._made(changes)
        return self._known[key]

    def tried(
        self,
        way: Remedy,
        works: Callable[[Outcome, Mapping[str, Value]], bool],
        most: int | None = None,
    ) -> Remedy | None:
        """Give a way out with what it costs, or None if it does not work.

        Nothing is divided for a way that cannot lead to at most so many micro-grids.
        """
        if not way.changes:  # nothing that rules can do; the engine has tried it on the ground
            return way
        if most is not None and self._fewest(way.changes) > most:
            return None
        found = self.outcome(way.changes)
        if found is None or not works(found, way.changes) or not self._can_be_written(way.changes):
            return None
        return replace(way, cost=_cost(self.now, found))

    def _fewest(self, changes: Mapping[str, Value]) -> float:
        rules = rules_with(self.town.rules_text, changes)
        return math.inf if rules is None else fewest_by_parent(self.division, rules)

    def _made(self, changes: Mapping[str, Value]) -> Outcome | None:
        rules = rules_with(self.town.rules_text, changes)
        if rules is None:
            return None
        try:
            town = replace(self.town, rules=rules)
            return outcome_of(divide(town, self.division.ground, like=self.division))
        except GridmapError:
            return None

    def _can_be_written(self, changes: Mapping[str, Value]) -> bool:
        """Whether the file of rules takes the changes: layouts are many."""
        try:
            apply_changes(self.town.rules_text, changes)
        except GridmapError:
            return False
        return True


def outcome_of(division: Division) -> Outcome:
    """Count what a division leads to."""
    answer, capacity = division.answer, division.rules.capacity
    code = answer.grid_code.where(answer.block >= 0, "")  # that of an exclusive grid is no answer
    load = division.tiling.patches["load_h"].groupby(code).sum().drop("", errors="ignore")
    category = answer.category.groupby(code).first().drop("", errors="ignore")
    needed = np.ceil((load - HOURS_TOLERANCE) / capacity.officer_hours).clip(lower=1)
    most = needed.clip(capacity.officers_min, capacity.officers_max)
    return Outcome(
        micro_grids=len(load),
        officers=int(needed.clip(lower=capacity.officers_min).sum()),
        each_h=float((load / most).max()) if len(load) else 0.0,
        kinds={str(kind): int(count) for kind, count in category.value_counts().items()},
        over=int((needed > capacity.officers_max).sum()),
    )


def ways_to_target(town: Town, division: Division) -> tuple[Remedy, ...]:
    """Find what would let a number of micro-grids be met, and heavy patches be carried.

    Parameters
    ----------
    town
        The town.
    division
        How it is divided; nothing is tried when that is what its rules ask for.

    Returns
    -------
    Ways that were tried, the least change of each kind; none when nothing was found.
    """
    answer, rules, patches = division.answer, division.rules, division.tiling.patches
    trials = Trials(town, division)
    target, ways = rules.split.target, []
    if target is not None and answer.partition.zones != target:

        def met(found: Outcome, changes: Mapping[str, Value]) -> bool:
            return found.micro_grids == changes.get("split.target", target) or (
                "split.target" in changes and changes["split.target"] is None
            )

        found = ways_of_engine(answer, patches, rules=rules, grids=town.hierarchy)
        for family in found:
            asks = any("split.target" in way.changes for way in family)  # for another number
            ways += _least_of_each(trials, [family], met, None if asks else target)
    if trials.now.over:
        heaviest = float(patches["load_h"].max())
        families = for_capacity(heaviest, rules)
        ways += _least_of_each(trials, families, lambda found, _: found.over == 0)
    return tuple({way.text: way for way in ways}.values())


def ways_for_cadres(town: Town, division: Division, cadres: int) -> tuple[Remedy, ...]:
    """Find what would leave no micro-grid without one of so many cadres.

    Parameters
    ----------
    town
        The town.
    division
        How it is divided, into more micro-grids than there are cadres.
    cadres
        Cadres of the roster.

    Returns
    -------
    Ways that were tried, the least change of each kind; none when nothing was found.
    """
    trials, rules = Trials(town, division), division.rules
    target = rules.split.target

    def enough(found: Outcome, _changes: Mapping[str, Value]) -> bool:
        return found.micro_grids <= cadres

    free: dict[str, Value] = {}
    if target is None or target > cadres:
        fewer = [[target_of(cadres)], [no_target()] if target else []]
        ways = _least_of_each(trials, fewer, enough, cadres)
        if ways:
            return tuple(ways)
        free = {"split.target": None} if target else {}  # or it would be too many again
    hours = rules.capacity.officer_hours
    each = [step * hours for step in _STEPS if step * hours < MOST_HOURS] + [MOST_HOURS]
    stronger = [
        more_officers(rules),
        [way for one in each for way in more_hours(one, rules)],
    ]
    families = [
        [replace(way, changes=free | dict(way.changes)) for way in family]
        for family in (fewer_pieces(division.answer, cadres, rules=rules), *stronger)
    ]
    ways = _least_of_each(trials, families, enough, cadres)
    if not ways:
        small = fewer_pieces(division.answer, cadres, rules=rules)[:1]
        both = [[joined(one, other) for one in small for other in some] for some in families[1:]]
        ways = _least_of_each(trials, both, enough, cadres)
    return tuple({way.text: way for way in ways}.values())


def _least_of_each(
    trials: Trials,
    families: Sequence[Sequence[Remedy]],
    works: Callable[[Outcome, Mapping[str, Value]], bool],
    most: int | None = None,
) -> list[Remedy]:
    """Take of each family the least change that works; they are given with the least first."""
    found = []
    for family in families:
        way = _least(family, lambda one: trials.tried(one, works, most))
        if way is not None:
            found.append(way)
    return found


def _least(family: Sequence[Remedy], tried: Callable[[Remedy], Remedy | None]) -> Remedy | None:
    """Give the least way, else one between that which fails and the strongest, which works.

    What is given was tried itself; a smaller change that works as well may be passed over.
    """
    if not family:
        return None
    best = tried(family[0])
    if best is not None:
        return best
    low, high = 0, len(family) - 1
    best = tried(family[high]) if high else None
    for _ in range(_HALVINGS):
        if best is None or high - low < 2:
            break
        middle = (low + high) // 2
        way = tried(family[middle])
        low, high = (middle, high) if way is None else (low, middle)
        best = way or best
    return best


def _cost(now: Outcome, then: Outcome) -> Named:
    """Say what following a way out changes, beside the rule."""
    same = now.micro_grids == then.micro_grids
    count = str(then.micro_grids) if same else f"{now.micro_grids} → {then.micro_grids}"
    english, chinese = [f"{count} micro-grids"], [f"微网格 {count} 个"]
    if then.officers != now.officers:
        english.append(f"{now.officers} → {then.officers} officers needed")
        chinese.append(f"所需干部 {now.officers} → {then.officers} 人")
    if abs(then.each_h - now.each_h) > 0.05:
        english.append(f"up to {now.each_h:.1f} → {then.each_h:.1f} h a week an officer")
        chinese.append(f"每人每周最多 {now.each_h:.1f} → {then.each_h:.1f} 小时")
    lost = [kind for kind in CATEGORY_KEYS if now.kinds.get(kind) and not then.kinds.get(kind)]
    if lost:
        names = ", ".join(KINDS[kind].en.lower() for kind in lost)
        english.append(f"no micro-grids of their own any more: {names}")
        chinese.append(f"不再单独成格：{'、'.join(KINDS[kind].zh for kind in lost)}")
    return Named(f"({'; '.join(english)})", f"（{'；'.join(chinese)}）")
