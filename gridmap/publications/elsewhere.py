"""Versions of the same town that were published from another plan: a draft, a copy, its origin.

A draft takes the record along when it is made, and goes on with its own. Who publishes looks at the
records in the folder: one that goes on from ours has a version that this plan does not come from.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gridmap.plan.identity import Identity
from gridmap.publications import record
from gridmap.publications.asking import changes_between, versions_of
from gridmap.publications.form import KIND
from gridmap.publications.version import Version
from gridmap.store.glance import identity_in
from layers.contract.errors import GridmapError, LayerFileError, Named, quoted

__all__ = ["Elsewhere", "newer_of_another", "newest_elsewhere", "reason_of"]

_NAMED = 5  # codes that are named


@dataclass(frozen=True)
class Elsewhere:
    """A record beside another plan that has a version which ours has not.

    Attributes
    ----------
    plan
        The plan that it lies beside.
    versions
        All of its versions.
    common
        How many of them ours has too; they are the first ones.
    follows
        Whether it has all of ours, so that this plan can be published on top of it.
    """

    plan: Path
    versions: list[Version]
    common: int
    follows: bool

    @property
    def last(self) -> Version:
        """Its newest version."""
        return self.versions[-1]


def newest_elsewhere(path: Path, own: list[Version], who: Identity) -> Elsewhere | None:
    """Find the newest version of this town's history that this plan does not come from.

    Parameters
    ----------
    path
        The plan that is to be published.
    own
        Its versions.
    who
        Who it is: without versions of its own it belongs to the plan that it was made from.
    """
    found = sorted(_others(path, own, who), key=lambda one: (one.last.first_day, one.plan.name))
    return found[-1] if found else None


def newer_of_another(path: Path) -> Version | None:
    """Give the newer version of another plan on top of which this one can be published.

    Parameters
    ----------
    path
        The plan that is to be published.

    Returns
    -------
    That version; None where there is none, and where each has versions that the other has not.

    Raises
    ------
    LayerFileError
        If the record or the plan cannot be read.
    """
    other = newest_elsewhere(path, versions_of(path), identity_in(path))
    return other.last if other is not None and other.follows else None


def reason_of(other: Elsewhere, own: list[Version]) -> Named:
    """Say why a plan is not published after a version that it does not come from."""
    last, name = other.last, other.plan.name
    if not other.follows:
        return Named(
            f"{name!r} has version {last.number!r}, of {last.first_day}, and this plan has "
            f"{own[-1].number!r}: both were published after "
            f"{own[other.common - 1].number if other.common else 'none'!r} without the other. "
            "Decide which of them is in force, go on with that plan, and move the other one with "
            "its record into another folder.",
            f"{quoted(name)}有 {last.first_day} 起生效的版本{quoted(last.number)}，本方案有版本"
            f"{quoted(own[-1].number)}，两者互不知情、各自发布。请确定以哪个为准，"
            "只用该方案继续，并将另一个连同其发布记录移到别的文件夹。",
        )
    first = own[-1].number if own else ""
    codes = list(changes_between(other.plan, first, last.number).index) if first else []
    told = ", ".join(codes[:_NAMED]) + (" …" if len(codes) > _NAMED else "")
    told_zh = "、".join(codes[:_NAMED]) + ("等" if len(codes) > _NAMED else "")
    changed = f"; {len(codes)} grids changed there: {told}" if codes else ""
    changed_zh = f"，其中 {len(codes)} 个网格有变化：{told_zh}" if codes else ""
    return Named(
        f"Version {last.number!r}, in force from {last.first_day}, was published from {name!r} by "
        f"{last.who}, and this plan does not come from it{changed}. Make a draft of that version "
        "and do the edits of this plan there; or publish this plan on top of it (--rebase, on the "
        "page the box that says so): what it does not have of those changes is then undone.",
        f"版本{quoted(last.number)}（{last.first_day} 起生效）已由{quoted(last.who)}从"
        f"{quoted(name)}发布，本方案并非由它而来{changed_zh}。请以该版本另建草稿，"
        "在其上重做本方案的调整；或接在该版本之后发布本方案（页面上勾选该项，"
        "命令加 --rebase）：本方案中没有的那些变化即告撤销。",
    )


def _others(path: Path, own: list[Version], who: Identity) -> Iterator[Elsewhere]:
    """Go through the records beside other plans of the folder."""
    mine, ending = record.record_of(path), f".gridmap.{KIND}"
    for file in sorted(path.absolute().parent.glob(f"*{ending}")):
        if file.name == mine.name:
            continue
        plan = file.with_name(file.name.removesuffix(ending) + ".gridmap.gpkg")
        with suppress(LayerFileError):  # one that cannot be read is told when it is asked itself
            theirs = versions_of(plan)
            common = 0
            for one, other in zip(own, theirs, strict=False):
                common += one.chain == other.chain
            if len(theirs) > common and (common or (not own and _is_kin(plan, theirs, who))):
                yield Elsewhere(plan, theirs, common, follows=common == len(own))


def _is_kin(plan: Path, versions: list[Version], who: Identity) -> bool:
    """Whether a plan was made from another, or both from a third, before anything was published."""
    with suppress(OSError, sqlite3.Error, GridmapError):
        parent = identity_in(plan).parent_id
        if parent and parent in (who.plan_id, who.parent_id):
            return True
    return who.parent_id in {one.plan_id for one in versions}
