"""An order carried out: the plan as it may go out, then each file, with progress."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from boundaries.export.manifest import MANIFEST, Handed, hand
from gridmap.handover.catalogue import kind_of
from gridmap.handover.kinds import File, Job, Kind
from gridmap.handover.manifest import manifest_file
from gridmap.handover.names import free_name
from gridmap.handover.order import Order, check_order
from gridmap.handover.targets import targets_of
from gridmap.plan.plan import Plan
from gridmap.publish import release
from gridmap.publish.contacts import contacts_of
from gridmap.store import SUFFIX
from layers.contract.errors import UsageError

__all__ = ["Progress", "Tell", "carry_out", "job_of", "stem_of"]


@dataclass(frozen=True)
class Progress:
    """How far an order is: the share of it, and of which kind how many of how many are made."""

    share: float
    kind: str
    done: int
    all: int


Tell = Callable[[Progress], None]


def carry_out(
    order: Order,
    plan: Plan,
    *,
    source: Path,
    printed: date,
    tell: Tell = lambda progress: None,
    manifest: Path | None = None,
) -> Iterator[File]:
    """Make the files of an order, one after the other.

    Parameters
    ----------
    order
        What is ordered.
    plan
        The plan as it is in its file.
    source
        File of the plan: files are called after it, and one kind gives it as it is.
    printed
        Day that is written on what is made.
    tell
        Called on the way; it may raise to cancel.
    manifest
        Folder or zip file that they are for: their manifest comes last, with what one that lies in
        the folder says of files that stay. None for no manifest.

    Yields
    ------
    The files, with names that every system takes, no two alike. The same arguments give the same
    bytes.

    Raises
    ------
    UsageError
        If the order cannot be carried out.
    PlanError
        If nothing may go out.
    """
    if plan.is_redacted:  # what was made for the public is for nobody else
        order = replace(order, audience="public")
    check_order(order, plan)
    released = release(plan, public=order.is_public, day=printed.isoformat())
    kinds = [kind_of(key) for key in dict.fromkeys(order.kinds)]
    jobs = [job_of(order, one, plan, released, source=source, printed=printed) for one in kinds]
    whole = sum(_cost(job) for job in jobs)
    stem, taken, before = stem_of(source, order), {MANIFEST}, 0.0
    handed: list[Handed] = []
    for job in jobs:
        kind, cost, start = job.kind, _cost(job), before

        def told(
            done: int, count: int, kind: Kind = kind, start: float = start, cost: float = cost
        ) -> None:
            share = (start + cost * done / max(count, 1)) / whole
            tell(Progress(min(share, 1.0), kind.key, done, count))

        told(0, max(len(job.codes), 1))
        for file in kind.make(replace(job, tell=told)):
            text, _, _ = file.name.partition(".")
            suffix = file.name.removeprefix(text)
            name = free_name(stem + text, suffix, taken)
            taken.add(name.lower())
            if manifest is not None:
                handed.append(hand(name, kind.key, file.data))
            yield replace(file, name=name, kind=kind.key)
        before += cost
        told(1, 1)
    if manifest is not None:
        yield manifest_file(handed, released, beside=source, licence=order.licence, place=manifest)


def stem_of(source: Path, order: Order) -> str:
    """Name of the files that are made, in which those for the public can be told."""
    return source.name.removesuffix(SUFFIX) + ("-public" if order.is_public else "")


def job_of(
    order: Order, kind: Kind, plan: Plan, released: Plan, *, source: Path, printed: date
) -> Job:
    """Find what a kind is made of, and refuse to make it of nothing.

    Parameters
    ----------
    order, kind
        What is ordered, and the kind.
    plan, released
        The plan as it is in its file, and as it may go out.
    source, printed
        As `carry_out` gets them.

    Raises
    ------
    UsageError
        If there is nothing to make.
    """
    codes = targets_of(order, kind, released)
    if (kind.of == "town" or codes) and kind.needs(released):
        phones: Mapping[str, str] = {}
        if kind.contacts:
            phones = contacts_of(
                plan, order.contacts, roles=order.roles or None, day=printed.isoformat(),
                released=released,
            )  # fmt: skip
        return Job(kind, released, plan, source, codes, order, printed, phones)
    title, title_zh = kind.title("en"), kind.title("zh")
    allowed, allowed_zh = ("public", "可公开的") if order.is_public else ("there", "可生成的")
    raise UsageError(
        f"{title}: nothing of what is chosen is {allowed}. Choose other grids or people, or "
        "leave it out.",
        f"{title_zh}：所选范围内没有{allowed_zh}内容。请另选网格或人员，或去掉这一项。",
    )


def _cost(job: Job) -> float:
    return job.kind.cost * max(len(job.codes), 1)
