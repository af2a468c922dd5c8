"""What a planner does with whole plans, by their ids: what pages call, who know no paths.

Each is meant for the plan as somebody has seen it where a revision is given: once it is another
one, nothing is done, and who changed it is told (`gridmap.plan_store.PlanConflictError`).
"""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from gridmap.plan.plan import Plan
from gridmap.plan_store import FilePlans, UnknownPlanError
from gridmap.publications import Version, publish_plan
from gridmap.versions import actions
from layers.contract.errors import quoted

__all__ = ["FileVersions", "PlanVersions"]


class PlanVersions(Protocol):
    """Whole plans of a store (`gridmap.plan_store.PlanStore`), each by its id.

    Every method raises `UnknownPlanError` for an id that is not there or not for whoever asks.
    """

    def name(self, id: str, title: str, *, who: str, expected: str | None = None) -> None:
        """Give a plan a title; "" takes it away."""
        ...

    def duplicate(
        self, id: str, *, who: str, when: str, title: str = "", expected: str | None = None
    ) -> str:
        """Make a second plan as the first is now; give its id."""
        ...

    def branch(
        self, id: str, *, who: str, when: str, title: str = "", step: int | None = None,
        number: str = "", expected: str | None = None,
        change: Callable[[Plan], Plan] | None = None,
    ) -> str:  # fmt: skip
        """Make a draft of a plan, of a step of its log or of a version; give its id.

        `change` gives what it holds: the draft is there with that change, or not at all.
        """
        ...

    def freeze(
        self, id: str, *, who: str, when: str, why: str = "", expected: str | None = None
    ) -> None:
        """Freeze a plan: nobody changes it until it is thawed."""
        ...

    def thaw(self, id: str, *, who: str, expected: str | None = None) -> None:
        """Let a frozen plan be changed again."""
        ...

    def publish(
        self, id: str, *, why: str, first_day: str, who: str, when: str, number: str = "",
        onto: str = "", expected: str | None = None,
    ) -> Version:  # fmt: skip
        """Make a version of a plan that nobody changes any more."""
        ...

    def delete(self, id: str, *, who: str, when: str, expected: str | None = None) -> str:
        """Put a plan into the wastebasket; give the key by which it comes back."""
        ...

    def restore(self, key: str, *, who: str) -> str:
        """Bring a deleted plan back; give its id."""
        ...


class FileVersions:
    """Whole plans of a folder; see `PlanVersions`, and `gridmap.versions.actions` for errors.

    Parameters
    ----------
    store
        The plans, as whoever asks may see them.
    folder
        Of plans and accounts, whose audit notes what is done.
    """

    def __init__(self, store: FilePlans, folder: Path) -> None:
        self._store = store
        self._folder = folder

    def name(self, id: str, title: str, *, who: str, expected: str | None = None) -> None:
        """Give a plan a title; see `PlanVersions`."""
        path = self._store.path_of(id)
        actions.name_plan(path, title, folder=self._folder, who=who, expected=expected)

    def duplicate(
        self, id: str, *, who: str, when: str, title: str = "", expected: str | None = None
    ) -> str:
        """Make a second plan; see `PlanVersions`."""
        by = {"who": who, "when": when, "title": title}
        path = self._store.path_of(id)
        made = actions.duplicate_plan(path, folder=self._folder, expected=expected, **by)
        return self._id_of(made)

    def branch(
        self, id: str, *, who: str, when: str, title: str = "", step: int | None = None,
        number: str = "", expected: str | None = None,
        change: Callable[[Plan], Plan] | None = None,
    ) -> str:  # fmt: skip
        """Make a draft; see `PlanVersions`."""
        made = actions.branch_plan(
            self._store.path_of(id), folder=self._folder, who=who, when=when, title=title,
            step=step, number=number, expected=expected, change=change,
        )  # fmt: skip
        return self._id_of(made)

    def freeze(
        self, id: str, *, who: str, when: str, why: str = "", expected: str | None = None
    ) -> None:
        """Freeze a plan; see `PlanVersions`."""
        by = {"who": who, "when": when, "why": why}
        path = self._store.path_of(id)
        actions.freeze_plan(path, folder=self._folder, expected=expected, **by)

    def thaw(self, id: str, *, who: str, expected: str | None = None) -> None:
        """Thaw a plan; see `PlanVersions`."""
        path = self._store.path_of(id)
        actions.thaw_plan(path, folder=self._folder, who=who, expected=expected)

    def publish(
        self, id: str, *, why: str, first_day: str, who: str, when: str, number: str = "",
        onto: str = "", expected: str | None = None,
    ) -> Version:  # fmt: skip
        """Publish a plan; see `PlanVersions`."""
        return publish_plan(
            self._store.path_of(id), why=why, first_day=first_day, who=who, when=when,
            number=number, onto=onto, expected=expected,
        )  # fmt: skip

    def delete(self, id: str, *, who: str, when: str, expected: str | None = None) -> str:
        """Delete a plan; see `PlanVersions`."""
        by = {"who": who, "when": when}
        path = self._store.path_of(id)
        return actions.delete_plan(path, folder=self._folder, expected=expected, **by).key

    def restore(self, key: str, *, who: str) -> str:
        """Bring a plan back; see `PlanVersions`."""
        return self._id_of(actions.restore_plan(key, folder=self._folder, who=who))

    def _id_of(self, path: Path) -> str:
        id = self._store.id_of(path)
        if not id:
            raise UnknownPlanError(
                f"The plan {path.name!r} was made and is not for you to see.",
                f"方案{quoted(path.name)}已生成，但您无权查看。",
            )
        return id
