"""Trials: plans of changed requests, so that no way out is named that leads nowhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from gridmap.partition.model.request import Effort, Request, named_effort
from gridmap.partition.model.types import Array
from gridmap.partition.search.plan import Outcome

__all__ = ["Plan", "Trials", "moderate"]

Plan = Callable[[Request], Outcome]
"""How a request is planned."""


def moderate(effort: Effort, patches: int) -> Effort:
    """Bring an effort down to the default one."""
    most = named_effort("default", patches)
    return Effort(
        min(effort.sweeps, most.sweeps),
        min(effort.budget, most.budget),
        min(effort.branches, most.branches),
    )


class Trials:
    """Plans of changed requests, at most so many."""

    def __init__(self, request: Request, plan: Plan, left: int) -> None:
        self.effort = moderate(request.effort, request.units.size)
        self.plan, self.left = plan, left

    def labels(self, request: Request) -> Array | None:
        """Plan a changed request; None if that fails, or no trial is left."""
        if self.left <= 0 or request.low > request.cap:
            return None
        self.left -= 1
        label, _, _, reasons = self.plan(replace(request, effort=self.effort))
        return None if reasons else label

    def works(self, request: Request) -> bool:
        """Tell whether a changed request can be met."""
        return self.labels(request) is not None
