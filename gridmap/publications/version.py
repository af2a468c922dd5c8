"""A published version of a plan, and why one is refused."""

from dataclasses import dataclass

from layers.contract.errors import Named, PlanError

__all__ = ["PublishRefusedError", "Version"]

MOST_TOLD = 10  # reasons in a message; all are in `reasons`


@dataclass(frozen=True)
class Version:
    """One published version; nothing of it but its last day and names of people changes.

    Attributes
    ----------
    serial
        1 for the first that was published.
    number
        As people call it: `[town] version` of the rules, on maps and boards; never given twice.
    first_day, last_day
        ISO dates; `last_day` is "" until the next version closes it.
    time, who, why
        When it was published, by whom, and the reason.
    state
        State of the plan (`gridmap.edits.state_id`) that was published.
    predecessor
        Number of the version before; "" for the first.
    plan_id
        Id of the plan that was published: that of a draft when a draft was.
    ground, people
        Digests of its content: of everything but people, and of people and posts.
    chain
        Digest of all of the above but the last day and people, and of the chain before.
    """

    serial: int
    number: str
    first_day: str
    last_day: str
    time: str
    who: str
    why: str
    state: str
    predecessor: str
    plan_id: str
    ground: str
    people: str
    chain: str

    def holds_on(self, day: str) -> bool:
        """Whether it is in force on a day (ISO)."""
        return self.first_day <= day and (not self.last_day or day <= self.last_day)


class PublishRefusedError(PlanError):
    """A plan is not published; `reasons` lists all that stands in the way."""

    def __init__(self, reasons: list[Named]) -> None:
        more = len(reasons) - MOST_TOLD
        told = reasons[:MOST_TOLD]
        en = " ".join(f"({i}) {one.en}" for i, one in enumerate(told, 1))
        zh = "".join(f"（{i}）{one.zh}" for i, one in enumerate(told, 1))
        super().__init__(
            f"The plan was not published; nothing was changed. {en}"
            + (f" And {more} more." if more > 0 else ""),
            f"方案未发布，没有改动任何内容。{zh}" + (f"另有 {more} 项。" if more > 0 else ""),
        )
        self.reasons = reasons

    def __reduce__(self) -> tuple[type["PublishRefusedError"], tuple[list[Named]]]:
        return type(self), (self.reasons,)
