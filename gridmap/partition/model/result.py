"""What the engine answers: a plan as labels."""

from __future__ import annotations

from dataclasses import dataclass

from gridmap.partition.model.reasons import Reason, WayOut
from gridmap.partition.model.types import Array

__all__ = ["Partition"]


@dataclass(frozen=True)
class Partition:
    """A plan: which zone every patch belongs to, and how good that is.

    Parameters
    ----------
    labels
        (n,) int32, the zone of every patch. With one capacity per zone, the number of its
        capacity; with `start`, the old numbers where zones live on.
    zones
        Number of zones that have patches.
    cut_m
        Total border between patches of different zones of one category, in metres.
    lower_bound
        The fewest zones any plan could have under the given capacity.
    over_capacity
        Zones above capacity: single patches that alone exceed it, and zones that were locked so.
    status
        ``"optimal"``: proven that nothing better exists, that is no plan with fewer zones
        (`zones` not given), or none with a shorter border within the limits kept (`zones` given).
        ``"feasible"``: every rule holds. ``"infeasible"``: proven that no plan meets the request.
        ``"unsolved"``: none was found, and none was proven impossible. In the last two cases
        `reasons` say why, and `labels` are a plan all the same: contiguous, pure in category and
        under capacity, but with another number of zones or with zones under the least load.
    reasons
        Why a request is not met; empty when it is.
    notes
        What the plan had to bear with all the same: patches that alone exceed capacity.
    """

    labels: Array
    zones: int
    cut_m: float
    lower_bound: int
    over_capacity: tuple[int, ...] = ()
    status: str = "feasible"
    reasons: tuple[Reason, ...] = ()
    notes: tuple[Reason, ...] = ()

    @property
    def ways_out(self) -> tuple[WayOut, ...]:
        """Changes that repair the request, the cheapest first; each was tried."""
        return self.reasons[-1].ways_out if self.reasons else ()
