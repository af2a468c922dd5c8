"""What a change of rules would do to an open plan: an estimate in a moment, nothing saved.

The ground of the plan is divided again under the changed rules by what divides a town, with the
engine's least effort. Its patches stay as they are. A full division reads the files anew, cuts
ground for other hours anew, and looks longer for a short border; so an estimate says how many
patches would be cut, and which rules it cannot judge at all.
"""

from dataclasses import dataclass

import numpy as np

from gridmap.partition.model.matching import match_labels
from gridmap.rules import Rules
from gridmap.split.cut import settled_cut
from gridmap.split.micro_category import decide_categories, decide_subclasses
from gridmap.what_if.figures import Figures, figures_of, loads_under, would_be_cut
from gridmap.what_if.ground import PlanGround
from gridmap.what_if.judging import judged_rules, needs_full_split

__all__ = ["Estimate", "estimate"]


@dataclass(frozen=True)
class Estimate:
    """What the plan would be under other rules.

    Attributes
    ----------
    rules
        The rules it was made under: those asked for, as far as they can be judged.
    zone
        (n,) micro-grid of each patch: its position in `PlanGround.codes` where it carries on one of
        the plan, higher numbers for new ones, -1 for ground in none.
    kinds
        Kind of ground of each micro-grid, by number: a category, or a sub-class of residual ground.
    load_h
        (n,) load of each patch in officer-hours a week.
    figures
        Its figures, as `gridmap.what_if.figures.figures_of` has them.
    moved_share
        Share of the ground of micro-grids that would change its micro-grid.
    to_cut
        Patches that a full division would cut for the hours asked for.
    missed
        Whether the number of micro-grids asked for cannot be met on this ground.
    unjudged
        Dotted keys of rules that differ and were left as they are in the plan.
    """

    rules: Rules
    zone: np.ndarray
    kinds: dict[int, str]
    load_h: np.ndarray
    figures: Figures
    moved_share: float
    to_cut: int
    missed: bool
    unjudged: tuple[str, ...]


def estimate(ground: PlanGround, rules: Rules, *, seed: int) -> Estimate:
    """Divide the ground of a plan again under other rules.

    Parameters
    ----------
    ground
        Of the plan (`gridmap.what_if.ground.prepare`).
    rules
        The rules of the plan with some values changed.
    seed
        Chooses among equally good divisions. Same ground, rules and seed, same estimate.
    """
    plan = ground.plan
    judged = judged_rules(plan.rules, rules)
    quick = judged.split.model_copy(update={"effort": "fast", "seed": seed})
    judged = judged.model_copy(update={"split": quick})
    load = loads_under(ground, judged)
    patches = ground.patches.assign(load_h=load)
    cut, _ = settled_cut(patches, ground.graph, judged, ground.wishes(judged))
    made = np.full(len(patches), -1, dtype=np.int64)
    made[cut.kept] = cut.answer.labels[cut.number]
    zone = made.copy()
    inside = made >= 0
    if inside.any():
        zone[inside] = match_labels(ground.zone[inside], made[inside], load[inside])
    area = patches["area_m2"].to_numpy()
    moved = inside & (zone != ground.zone)
    total = float(area[inside].sum())
    hours, officers = judged.capacity.officer_hours, judged.capacity.officers_max
    heavy = would_be_cut(ground, load, judged, above_h=hours * officers)
    pieces = np.where(heavy, np.ceil(load / (hours * officers) - 1e-9), 1).astype(np.int64)
    target = judged.split.target
    block = cut.blocks["block"].to_numpy()
    asked = pieces if target is None else None  # a number that is given does not grow by cuts
    figures = figures_of(ground, zone, block, load, judged, pieces=asked)
    return Estimate(
        judged,
        zone,
        _kinds(ground, zone, judged),
        load,
        figures,
        float(area[moved].sum()) / total if total else 0.0,
        int(would_be_cut(ground, load, judged, above_h=hours).sum()),
        target is not None and figures.grids != target,
        needs_full_split(plan.rules, rules),
    )


def _kinds(ground: PlanGround, zone: np.ndarray, rules: Rules) -> dict[int, str]:
    """Kind of each micro-grid by the one rule that decides it everywhere."""
    inside = zone >= 0
    numbers, place = np.unique(zone[inside], return_inverse=True)
    grid = np.full(len(zone), -1, dtype=np.int64)
    grid[inside] = place
    area = ground.patches["area_m2"].to_numpy()
    args = (grid, ground.kind, area)
    categories = decide_categories(
        *args, ground.touches, ground.home, count=len(numbers), rules=rules
    )
    subclasses = decide_subclasses(*args, ground.home, categories)
    kinds = [sub or category for category, sub in zip(categories, subclasses, strict=True)]
    return dict(zip(numbers.tolist(), kinds, strict=True))
