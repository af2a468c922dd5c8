"""Preview: what an edit would lead to, before anything is accepted.

Only the given grids concerned are looked at, and only sums are made; no polygon is dissolved.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from boundaries.hierarchy.patch_places import place_of_patch
from gridmap.edits.moves.change import Change, resolve
from gridmap.edits.moves.conflicts import require_fresh
from gridmap.edits.moves.cut_units import find_cut_units
from gridmap.edits.moves.edit import Edit
from gridmap.edits.moves.ground import TOTALS, GroundArrays, survey, totals
from gridmap.edits.moves.log import locked_grids
from gridmap.edits.moves.offers import Offer, find_offers
from gridmap.edits.moves.repairs import Situation
from gridmap.edits.moves.violations import Violation, find_violations
from gridmap.edits.outcome.new_kinds import NewKind, find_new_kinds
from gridmap.plan.plan import Plan
from gridmap.town.dwellings import divided_buildings
from layers.contract.errors import Named

__all__ = ["Preview", "preview"]


@dataclass(frozen=True)
class Preview:
    """What would be: totals of the touched micro-grids, what breaks, and how to repair it.

    `before` lacks the micro-grids to be made, `after` those left without ground. `moved` holds the
    new code by patch id, with the ids that pieces of cut patches will have. Categories before are
    those of the plan; those after follow from the ground, and `new_kinds` says which changed.
    """

    edit: Edit
    before: pd.DataFrame  # columns of `gridmap.edits.moves.ground.TOTALS`, by code
    after: pd.DataFrame
    violations: tuple[Violation, ...]
    offers: tuple[Offer, ...]
    created: tuple[str, ...]
    retired: tuple[str, ...]
    moved: pd.Series
    cut: tuple[str, ...]  # patches that would be cut
    new_kinds: tuple[NewKind, ...] = ()
    cut_places: tuple[Named, ...] = ()  # of the patches that cutting is all about, before it

    @property
    def is_sound(self) -> bool:
        """Whether the edit breaks nothing that was whole before."""
        return not any(found.new and found.severity == "error" for found in self.violations)


def preview(plan: Plan, edit: Edit, *, offers: bool = True) -> Preview:
    """Say what an edit would lead to.

    Parameters
    ----------
    plan
        Plan on the screen.
    edit
        Made by the functions of `gridmap.edits` on this state of the plan.
    offers
        False leaves out the search for ways to repair it, while the hand still moves.

    Raises
    ------
    PlanError
        If a hard rule forbids the edit, or the plan has changed since.
    """
    require_fresh(plan, edit)
    change = resolve(plan, edit)
    known, people = plan.micro_grids["category"].to_dict(), _people(plan)
    touched = set(change.touched)
    if edit.kind in ("lock", "unlock"):
        own = plan.patches[plan.patches["grid_code"].isin(touched)]
        ground = survey(own, rules=plan.rules, barriers=plan.barriers)
        label = plan.patches["grid_code"].reindex(ground.ids).to_numpy(dtype=object)
        table = totals(ground, label, touched, rules=plan.rules, categories=known, people=people)
        return Preview(edit, table, table, (), (), (), (), change.moved, ())
    rows = change.patches["parent_code"].isin(_parents(plan, change)).to_numpy()
    ground = survey(change.patches[rows], rules=plan.rules, barriers=plan.barriers)
    label = change.after.to_numpy(dtype=object)[rows]
    old = change.before.to_numpy(dtype=object)[rows]

    def count(labels: np.ndarray, codes: set[str]) -> pd.DataFrame:
        moved = labels != old
        other = set(old[moved]) | set(labels[moved])
        keep = {code: kind for code, kind in known.items() if code not in other}
        return totals(ground, labels, codes, rules=plan.rules, categories=keep, people=people)

    before = count(old, touched)
    if change.cuts:
        before = _before(plan, touched, categories=known, people=people)
    after = count(label, touched)
    return Preview(
        edit,
        before,
        after,
        (
            *find_violations(
                ground, label, before, after, band=plan.rules.household_grids.households
            ),
            *find_cut_units(change.patches[rows], ground, old, label, units=_whole_units(plan)),
        ),
        find_offers(edit, _situation(plan, change, ground, old, label, count)) if offers else (),
        change.created,
        change.retired,
        change.moved,
        tuple(change.cuts.divided) if change.cuts else (),
        find_new_kinds(plan, before, after, _parents_of(change, after.index)),
        _cut_places(plan, change),
    )


def _whole_units(plan: Plan) -> gpd.GeoDataFrame:
    """Leave out the buildings that are parted by their stairwells."""
    return plan.units[~divided_buildings(plan.units, plan.rules)]


def _cut_places(plan: Plan, change: Change) -> tuple[Named, ...]:
    if change.edit.kind != "cut" or not change.cuts:
        return ()
    return tuple(place_of_patch(plan.patches, patch, plan.grids) for patch in change.cuts.divided)


def _parents(plan: Plan, change: Change) -> set[str]:
    rows = change.before.isin(change.touched) | change.after.isin(change.touched)
    return set(change.patches.loc[rows, "parent_code"])


def _parents_of(change: Change, codes: pd.Index) -> dict[str, str]:
    """Find the grid above each micro-grid after the change."""
    own = change.after[change.after.isin(codes)]
    return change.patches["parent_code"][own.index].groupby(own).first().to_dict()


def _people(plan: Plan) -> dict[str, int]:
    """Count the cadres on the posts of each micro-grid."""
    rows = plan.assignments
    filled = rows.loc[rows["status"] == "filled", "grid_code"]
    return {str(code): int(count) for code, count in filled.value_counts().items()}


def _before(
    plan: Plan, touched: set[str], *, categories: Mapping[str, str], people: Mapping[str, int]
) -> pd.DataFrame:
    """Totals of the ground as it is, uncut."""
    patches = plan.patches[plan.patches["grid_code"].isin(touched)]
    if patches.empty:
        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in TOTALS.items()})
    label = patches["grid_code"].to_numpy(dtype=object)
    ground = survey(patches, rules=plan.rules, barriers=plan.barriers)
    return totals(ground, label, touched, rules=plan.rules, categories=categories, people=people)


def _situation(
    plan: Plan, change: Change, ground: GroundArrays, old: np.ndarray, label: np.ndarray, count
) -> Situation:
    """Lay out what the search for offers needs; one new code is kept ready for it."""
    tokens = {code: token for token, code in change.codes}
    fresh, fresh_tokens = _fresh(change, len(tokens))
    capacity = plan.rules.capacity
    return Situation(
        ground=ground,
        before=old,
        after=label,
        moved=np.flatnonzero(old != label),
        frozen=locked_grids(plan) | {""},
        most_h=capacity.officer_hours * capacity.officers_max,
        count=count,
        tokens=tokens,
        fresh=fresh,
        fresh_tokens=fresh_tokens,
    )


def _fresh(change: Change, used: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """One more micro-grid that an offer may make, called by its token until it has a code."""
    token = f"+{used + 1}"
    return (token,), (token,)
