"""Figures of a division, of the plan and of an estimate alike: what a change of rules is judged by.

Posts are counted as the loads ask for them; people beyond the need, who relieve the fullest
micro-grids of a plan, are not counted. So a plan and an estimate are measured by one rule.
"""

from dataclasses import dataclass

import numpy as np

from gridmap.rules import Rules
from gridmap.staffing.posts import HOURS_TOLERANCE, officers_allowed
from gridmap.town.load import weigh
from gridmap.town.patches import LEAST_DIVISIBLE, indivisible_h
from gridmap.what_if.ground import PlanGround

__all__ = ["Figures", "figures_of", "figures_of_plan", "loads_under", "would_be_cut"]


@dataclass(frozen=True)
class Figures:
    """What a division costs.

    Attributes
    ----------
    grids
        Micro-grids.
    posts
        Officers that their loads ask for, within the rules' least and most.
    vacancies
        Posts without a cadre of the roster; None where the plan has no roster.
    spare
        Cadres beyond the posts; None without a roster.
    border_km
        Border drawn through connected ground, in km.
    border_cost
        The same in metres, each times the price of what it runs along.
    idle_h
        Officer-hours a week that the posts give and no load asks for.
    load_max_h
        The largest load of a micro-grid, in officer-hours a week.
    over
        Micro-grids above what the most officers carry.
    """

    grids: int
    posts: int
    vacancies: int | None
    spare: int | None
    border_km: float
    border_cost: float
    idle_h: float
    load_max_h: float
    over: int


def loads_under(ground: PlanGround, rules: Rules) -> np.ndarray:
    """(n,) load of each patch under the weights of some rules, in officer-hours a week."""
    return weigh(ground.patches, rules=rules).to_numpy(dtype=float)


def would_be_cut(
    ground: PlanGround, load: np.ndarray, rules: Rules, *, above_h: float
) -> np.ndarray:
    """Mark the patches above some load that a full division would cut: enough of it is ground."""
    fixed = indivisible_h(ground.patches, rules)
    return (load > above_h + HOURS_TOLERANCE) & (load - fixed >= LEAST_DIVISIBLE * load)


def figures_of_plan(ground: PlanGround) -> Figures:
    """Measure the plan as it is, by its own rules."""
    rules = ground.plan.rules
    load = ground.patches["load_h"].to_numpy(dtype=float)
    return figures_of(ground, ground.zone, ground.block, load, rules)


def figures_of(
    ground: PlanGround,
    zone: np.ndarray,
    block: np.ndarray,
    load: np.ndarray,
    rules: Rules,
    *,
    pieces: np.ndarray | None = None,
) -> Figures:
    """Measure a division.

    Parameters
    ----------
    ground
        The ground of a plan.
    zone
        (n,) number of the micro-grid of each patch, -1 for none.
    block
        (n,) connected ground that each was cut from, -1 for none.
    load
        (n,) officer-hours a week.
    rules
        Capacity and prices.
    pieces
        (n,) into how many micro-grids each patch would be cut that is too much for one; None: none.
    """
    each = _grid_loads(zone, load, pieces)
    posts = sum(officers_allowed(one, rules=rules) for one in each.tolist())
    drawn = ground.drawn(zone, block)
    most = rules.capacity.officer_hours * rules.capacity.officers_max
    cadres = ground.cadres
    return Figures(
        grids=len(each),
        posts=posts,
        vacancies=None if cadres is None else max(posts - cadres, 0),
        spare=None if cadres is None else max(cadres - posts, 0),
        border_km=float(ground.graph.border_m[drawn].sum()) / 1_000,
        border_cost=float(ground.cost_m(rules)[drawn].sum()),
        idle_h=max(posts * rules.capacity.officer_hours - float(each.sum()), 0.0),
        load_max_h=float(each.max(initial=0.0)),
        over=int((each > most + HOURS_TOLERANCE).sum()),
    )


def _grid_loads(zone: np.ndarray, load: np.ndarray, pieces: np.ndarray | None) -> np.ndarray:
    """Load of each micro-grid; one that would be cut counts as so many equal ones."""
    inside = zone >= 0
    numbers, place = np.unique(zone[inside], return_inverse=True)
    total = np.bincount(place, weights=load[inside], minlength=len(numbers))
    if pieces is None:
        return total
    parts = np.ones(len(numbers), dtype=np.int64)
    np.maximum.at(parts, place, pieces[inside])
    return np.repeat(total / parts, parts)
