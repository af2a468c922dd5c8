"""What the coverage certificate says, recounted from the tables of a plan without trust in it."""

from dataclasses import dataclass, fields
from functools import cached_property

import pandas as pd

from boundaries.hierarchy.patch_places import place_of_patch
from boundaries.validate.catalogue import rule_results
from boundaries.validate.topology_checks import Fit
from gridmap.coverage.three_rates import Rate, three_rates
from gridmap.plan.plan import Plan
from gridmap.split.certificate import Proof, prove
from gridmap.town.limits import limits_from
from gridmap.workflow.workflow import recheck

__all__ = ["CertificateFacts", "Left", "ParentRow"]

HOURS_NOISE = 1e-6


@dataclass(frozen=True)
class ParentRow:
    """A given grid that holds micro-grids, recounted.

    Attributes
    ----------
    code, level
        Of the grid.
    area_m2
        Of its polygon.
    patches, once
        How many patches lie in it, and how many of them are in exactly one grid, or listed as left.
    left_m2
        Ground left with it.
    gap_m2, overlap_m2
        Of its ground in no grid below, and in more than one.
    rest_m2
        Its area less that of its patches: 0 but for rounding where nothing is missing or twice.
    grids
        How many grids lie right below it.
    load_h, most_h
        Load, and the largest of one micro-grid.
    over
        Micro-grids with more load than their officers carry.
    filled, vacant
        Posts on it and on all in it.
    """

    code: str
    level: int
    area_m2: float
    patches: int
    once: int
    left_m2: float
    gap_m2: float
    overlap_m2: float
    rest_m2: float
    grids: int
    load_h: float
    most_h: float
    over: int
    filled: int
    vacant: int


@dataclass(frozen=True)
class Left:
    """A patch left with its parent: where it is, in both languages, and how large."""

    place_zh: str
    place_en: str
    area_m2: float


class CertificateFacts:
    """What can be certified of a plan.

    Parameters
    ----------
    plan
        The plan, as `gridmap.publish.release` gives it for the house.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.limits = limits_from(plan.rules)
        self._fit = Fit(plan.grids, plan.patches, self.limits)

    @cached_property
    def checks(self) -> pd.DataFrame:
        """Every rule with its result, checked anew."""
        return rule_results(recheck(self.plan).issues)

    @property
    def errors(self) -> int:
        """How many errors the checks found."""
        return int(self.checks["errors"].sum())

    @property
    def passed(self) -> bool:
        """Whether no check found an error, and every patch is in one grid or left with one."""
        once = sum(row.once for row in self.parents)
        return not self.errors and once == len(self.plan.patches)

    @cached_property
    def rates(self) -> tuple[Rate, ...]:
        """The three 100 %."""
        return three_rates(self.plan)

    @cached_property
    def proof(self) -> Proof:
        """How few micro-grids there could be."""
        plan = self.plan
        return prove(
            plan.patches, rules=plan.rules, grids=plan.grids, barriers=plan.barriers.geometry
        )

    @property
    def capacity_h(self) -> float:
        """Officer-hours a week that a micro-grid may take at most."""
        capacity = self.plan.rules.capacity
        return float(capacity.officer_hours * capacity.officers_max)

    @cached_property
    def parents(self) -> tuple[ParentRow, ...]:
        """The given grids that hold micro-grids or patches themselves, by code."""
        grids, patches = self.plan.grids, self.plan.patches
        twice = patches.index.duplicated(keep=False)
        known = patches["grid_code"].isin(grids.index) | (patches["grid_code"] == "")
        parent = self._given_above(patches["parent_code"])
        gaps = pd.Series(
            [shape.area for *_, shape in self._fit.uncovered],
            index=[code for code, *_ in self._fit.uncovered],
            dtype=float,
        )
        above = self._given_above(pd.Series(grids.index, index=grids.index))
        gaps = gaps.groupby(above.reindex(gaps.index).to_numpy()).sum()
        shared: dict[str, float] = {}
        for one, two, shape in self._fit.overlaps:
            for code in {above[one], above[two]}:
                shared[code] = shared.get(code, 0.0) + float(shape.area)
        rows = []
        for code in sorted(set(parent) & set(grids.index)):
            own = (parent == code).to_numpy()
            inside = grids[(above == code).to_numpy() & (grids.index != code)]
            micro = inside[inside["kind"] == "micro"]
            posts = self.plan.assignments["grid_code"].isin([code, *inside.index])
            status = self.plan.assignments.loc[posts, "status"]
            left = own & (patches["grid_code"] == "").to_numpy()
            rows.append(ParentRow(
                code=code,
                level=int(grids.at[code, "level"]),
                area_m2=float(grids.geometry[code].area),
                patches=int(own.sum()),
                once=int((own & known.to_numpy() & ~twice).sum()),
                left_m2=float(patches["area_m2"][left].sum()),
                gap_m2=float(gaps.get(code, 0.0)),
                overlap_m2=shared.get(code, 0.0),
                rest_m2=float(grids.geometry[code].area - patches.geometry[own].area.sum()),
                grids=len(inside),
                load_h=float(patches["load_h"][own].sum()),
                most_h=float(micro["load_h"].max()) if len(micro) else 0.0,
                over=int((micro["load_h"] > micro["capacity_h"] + HOURS_NOISE).sum()),
                filled=int((status == "filled").sum()),
                vacant=int((status == "vacant").sum()),
            ))  # fmt: skip
        return tuple(rows)

    def whole(self) -> ParentRow:
        """Give the sums of all parents; of the largest load the largest."""
        rows = self.parents
        names = [field.name for field in fields(ParentRow) if field.name not in ("code", "level")]
        sums = {name: sum(getattr(row, name) for row in rows) for name in names}
        sums["most_h"] = max((row.most_h for row in rows), default=0.0)
        return ParentRow(code="", level=0, **sums)

    def _given_above(self, codes: pd.Series) -> pd.Series:
        """Give the nearest given grid at or above each code; "" for none."""
        grids = self.plan.grids
        kind, parent = grids["kind"].to_dict(), grids["parent_code"].to_dict()

        def up(code: str) -> str:
            seen = set()
            while code in kind and kind[code] != "base" and code not in seen:
                seen.add(code)
                code = parent[code]
            return code if kind.get(code) == "base" else ""

        found = {code: up(code) for code in set(codes)}
        return codes.map(found)

    @property
    def vacancies(self) -> pd.DataFrame:
        """Vacant posts: rows of the assignments, by grid."""
        rows = self.plan.assignments
        return rows[rows["status"] == "vacant"].sort_values(["grid_code", "post_id"])

    @cached_property
    def left(self) -> tuple[Left, ...]:
        """Patches left with their parents, the largest first."""
        patches = self.plan.patches
        rows = patches[patches["grid_code"] == ""].sort_values("area_m2", ascending=False)
        found = []
        for patch, area in rows["area_m2"].items():
            place = place_of_patch(patches, str(patch), self.plan.grids)
            found.append(Left(place.zh, place.en, float(area)))
        return tuple(found)

    def outside_m2(self) -> float:
        """Ground of grids outside the grid above them, in m²."""
        return float(sum(shape.area for *_, shape in self._fit.outside))

    def hashes(self) -> list[tuple[str, str]]:
        """Digests of rules, code and data, and the seed, by name: rules and code first."""
        receipt = self.plan.receipt
        first = [key for key in ("rules", "code", "seed") if key in receipt]
        data = sorted(key for key in receipt if key.startswith("data:"))
        return [(key.removeprefix("data:"), receipt[key]) for key in (*first, *data)]
