"""What a store of plans can do, whatever stands behind it, and what it refuses.

A revision is a text that is another one as soon as anything in the plan is another. Whoever keeps
it between looking and changing is told when somebody else was faster, and loses nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from gridmap.plan.plan import Plan
from layers.contract.errors import PlanError

__all__ = ["Changes", "Entry", "PlanConflictError", "PlanStore", "UnknownPlanError"]


class UnknownPlanError(PlanError):
    """There is no plan of this id, or it is not for whoever asks."""


class PlanConflictError(PlanError):
    """Somebody else has changed the plan since it was looked at; nothing was written."""


@dataclass(frozen=True)
class Entry:
    """A plan in the list of a store.

    Attributes
    ----------
    id
        Of the plan in this store, for its whole life; it says nothing of where the plan lies.
    plan_id
        Who the plan says it is (`gridmap.plan.identity`); copies that a file manager made share
        it. "" where the plan cannot be read.
    title
        What a planner called it; "" for none.
    town
        Code of its town; "" where it cannot be read.
    folder
        Name of the town's folder; "" for a plan that belongs to none.
    revision
        As `PlanStore.revision` gives it.
    """

    id: str
    plan_id: str
    title: str
    town: str
    folder: str
    revision: str


@dataclass(frozen=True)
class Changes:
    """Which plans are others than at an earlier look.

    Attributes
    ----------
    new, changed, gone
        Ids.
    seen
        Revisions by id as they are now, to be given at the next look.
    """

    new: tuple[str, ...]
    changed: tuple[str, ...]
    gone: tuple[str, ...]
    seen: Mapping[str, str]

    def __bool__(self) -> bool:
        """Whether anything has changed."""
        return bool(self.new or self.changed or self.gone)


class PlanStore(Protocol):
    """Plans by their ids.

    Every method but `list` and `watch` raises `UnknownPlanError` for an id that is not there, and
    `GridmapError` for a plan that cannot be read.
    """

    def list(self) -> tuple[Entry, ...]:
        """Give the plans there are, those changed last first."""
        ...

    def open(self, id: str) -> Plan:
        """Read a plan. Ask for its revision before: then no change between the two is lost."""
        ...

    def revision(self, id: str) -> str:
        """Give what the plan is known by as it is now."""
        ...

    def change(
        self,
        id: str,
        fn: Callable[[Plan], Plan],
        expected: str | None = None,
        *,
        frozen_too: bool = False,
    ) -> Plan:
        """Change a plan; nobody else can write it between reading and saving.

        Parameters
        ----------
        id
            The plan.
        fn
            Gives the new plan from the one that is there. When it raises, or gives back the plan it
            got, nothing is written.
        expected
            The revision that `fn` is meant for. None where `fn` itself looks at what others have
            changed, as edits do that may be applied again beside those of others.
        frozen_too
            Whether a frozen plan may be changed: only to thaw it.

        Raises
        ------
        PlanConflictError
            If the plan is not of that revision any more; nothing is changed then.
        """
        ...

    def watch(self, seen: Mapping[str, str]) -> Changes:
        """Tell which plans have changed since an earlier look; an empty one for the first."""
        ...
