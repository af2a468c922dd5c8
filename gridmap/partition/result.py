"""What the engine answers: a plan as labels, and the reasons when a wish cannot be met."""

from __future__ import annotations

from dataclasses import dataclass, field

from gridmap.partition.types import Array


@dataclass(frozen=True)
class Reason:
    """Why a request cannot be met, or only in part.

    Parameters
    ----------
    rule
        The rule that fails: ``"capacity"``, ``"zones"``, ``"min_load"`` or ``"fixed"``.
    component
        Number of the connected component concerned, -1 for the whole request.
    patches
        Indices of the patches concerned (at most the first hundred of them).
    numbers
        The figures of the sentence, by name, in the units of the request.
    ways_out
        What would help, cheapest first, one clause each.
    text
        The sentence itself, without the ways out.
    """

    rule: str
    component: int
    patches: tuple[int, ...]
    numbers: tuple[tuple[str, float], ...]
    ways_out: tuple[str, ...]
    text: str

    def __str__(self) -> str:
        """One sentence: what fails, and what would help."""
        if not self.ways_out:
            return self.text + "."
        return f"{self.text}; ways out: {', or '.join(self.ways_out)}."


@dataclass(frozen=True)
class Partition:
    """A plan: which zone every patch belongs to, and how good that is.

    Parameters
    ----------
    labels
        (n,) int32, the zone of every patch.
    zones
        Number of zones that have patches.
    cut_m
        Total border between patches of different zones of one category, in metres.
    lower_bound
        The fewest zones any plan could have under the given capacity.
    over_capacity
        Zones above capacity. Each is a single patch that alone exceeds it.
    status
        ``"optimal"``: proven that no plan has fewer zones (`zones` not given), or the wished number
        is met with the fullest zone as light as proven possible (`zones` given). ``"feasible"``:
        every hard rule holds. ``"infeasible"``: the request as a whole cannot be met or no way was
        found; `reasons` say which; `labels` keep contiguity and capacity with another number of
        zones.
    reasons
        Why a request is not met; empty when all is well.
    """

    labels: Array
    zones: int
    cut_m: float
    lower_bound: int
    over_capacity: tuple[int, ...] = ()
    status: str = "feasible"
    reasons: tuple[Reason, ...] = field(default=())
