"""Proof without the engine by CP-SAT: no plan cuts fewer edges than the known one.

Every patch chooses a zone. A zone is connected if, for any two of its patches, every set of patches
that separates them has a patch of the zone; only the inequalities that a solution breaks are added,
until none is broken or no solution is left (the cut model of H. Validi and A. Buchanan, 2022). It
ends where zones are few or limits leave no plan, which is where counting sets out (`oracle`) fails.
"""

from __future__ import annotations

from ortools.sat.python import cp_model

from benchmarks.oracle import Proof
from benchmarks.worlds import Array, Instance

__all__ = ["prove_fewest"]

EFFORT = 60.0
"""What one search may take, in CP-SAT's own measure of time, the same on every machine."""


def _reached(near: list[set[int]], start: int, inside: set[int]) -> set[int]:
    """The patches of `inside` that are connected to `start`."""
    seen, rim = {start}, [start]
    while rim:
        new = near[rim.pop()] & inside - seen
        seen |= new
        rim += new
    return seen


class _Model:
    """Patches choose zones of a load within the limits; at most `most` edges are cut."""

    def __init__(self, one: Instance, most: int | None) -> None:
        self.one, self.patches = one, range(one.load.size)
        self.load: list[int] = one.load.tolist()
        self.near: list[set[int]] = [set() for _ in self.patches]
        for a, b in one.edges.tolist():
            self.near[a].add(b)
            self.near[b].add(a)
        self.model = cp_model.CpModel()
        zones = range(one.zones)
        self.own = [[self.model.new_bool_var("") for _ in zones] for _ in self.patches]
        for row in self.own:
            self.model.add_exactly_one(row)
        for z in zones:
            carried = sum(load * row[z] for load, row in zip(self.load, self.own, strict=True))
            self.model.add_linear_constraint(carried, one.low, one.high)
        self.order = sorted(self.patches, key=lambda v: -self.load[v])
        self._number_zones()
        self._count_cuts(most)

    def _number_zones(self) -> None:
        """Number zones by their heaviest patches; patches too light for a zone have company."""
        for place, v in enumerate(self.order):
            for z in range(self.one.zones):
                joins = self.own[v][z].negated()
                if z > 0:
                    before = [self.own[u][z - 1] for u in self.order[:place]]
                    self.model.add_bool_or([joins, *before])
                if self.load[v] < self.one.low:
                    self.model.add_bool_or([joins, *(self.own[u][z] for u in self.near[v])])

    def _count_cuts(self, most: int | None) -> None:
        """Count the edges between zones."""
        cuts = []
        for a, b in self.one.edges.tolist():
            cut = self.model.new_bool_var("")
            cuts.append(cut)
            for here, there in zip(self.own[a], self.own[b], strict=True):
                self.model.add(here - there <= cut)
                self.model.add(there - here <= cut)
        if most is not None:
            self.model.add(sum(cuts) <= most)

    def forbid_parts(self, members: set[int]) -> bool:
        """Forbid a zone in parts as `members` are, if they are; says whether they are."""
        parts = []
        left = set(members)
        while left:
            parts.append(_reached(self.near, min(left), left))
            left -= parts[-1]
        parts.sort(key=lambda part: sum(self.load[v] for v in part))
        for part in parts[:-1]:
            self._separate(part, max(parts[-1], key=self.load.__getitem__))
        return len(parts) > 1

    def _separate(self, part: set[int], far: int) -> None:
        """Ask every zone with a patch of `part` and the one `far` away for one between them."""
        heaviest = max(part, key=self.load.__getitem__)
        rim = set().union(*(self.near[v] for v in part)) - part
        beyond = _reached(self.near, far, set(self.patches) - rim)
        between = [v for v in rim if self.near[v] & beyond]
        alone = sum(self.load[v] for v in part) < self.one.low
        for z in range(self.one.zones):
            joins = sum(self.own[v][z] for v in between)
            self.model.add(self.own[far][z] + self.own[heaviest][z] - joins <= 1)
            if alone:
                leaves = [self.own[v][z].negated() for v in part]
                self.model.add_bool_or([*leaves, *(self.own[v][z] for v in rim)])

    def keep_to(self, labels: Array) -> None:
        """Take a plan as the only one to look at."""
        numbers: dict[int, int] = {}
        for v in self.order:
            mine = numbers.setdefault(int(labels[v]), len(numbers))
            for z, choice in enumerate(self.own[v]):
                self.model.add(choice == int(z == mine))

    def search(self) -> str:
        """Look for a plan: "a plan", "no plan", or "unknown" where the effort is spent."""
        spent = 0.0
        while True:
            solver = cp_model.CpSolver()
            solver.parameters.num_workers = 1
            solver.parameters.linearization_level = 2
            solver.parameters.symmetry_level = 2
            solver.parameters.max_deterministic_time = EFFORT - spent
            status = solver.solve(self.model)
            spent += solver.response_proto.deterministic_time
            if status == cp_model.INFEASIBLE:
                return "no plan"
            if status == cp_model.UNKNOWN or spent >= EFFORT:
                return "unknown"
            values = [[solver.value(choice) for choice in row] for row in self.own]
            sets = [{v for v in self.patches if values[v][z]} for z in range(self.one.zones)]
            if not any([self.forbid_parts(members) for members in sets]):
                return "a plan"


def prove_fewest(one: Instance, cut: int | None, labels: Array | None) -> Proof:
    """Prove that no plan cuts fewer edges than `cut`, or that there is none (`cut` None).

    `labels` is a plan with so many cut edges; that the model takes it for one is looked at first.
    """
    if cut is not None:
        witness = _Model(one, cut)
        witness.keep_to(labels)
        if witness.search() != "a plan":
            return Proof(None, "CP-SAT: what is known is no plan", ended=False)
    found = _Model(one, None if cut is None else cut - 1).search()
    if found == "unknown":
        return Proof(None, "CP-SAT gave up", ended=False)
    if found == "a plan":
        return Proof(None, "CP-SAT found a better plan than the known one", ended=False)
    return Proof(cut, "no plan: CP-SAT" if cut is None else "none better: CP-SAT", ended=True)
