"""Publishing: the plan as it is now becomes a version that nobody changes any more.

The record beside the plan gets the version first, then the plan itself the number, first day and
codes given up. Killed in between, publishing again with the same words makes the plan good and adds
nothing. One plan of a folder is published at a time: each looks at the versions of the others.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from gridmap.edits.moves.log import require_author, state_id
from gridmap.plan.identity import identity_of
from gridmap.plan.plan import Plan
from gridmap.plan_store import change_file
from gridmap.publications import record
from gridmap.publications.adding import Before, add_codes, add_lineage, add_table, before_of
from gridmap.publications.checking import chain_of
from gridmap.publications.elsewhere import newest_elsewhere, reason_of
from gridmap.publications.form import (
    GROUND,
    LINEAGE,
    PEOPLE,
    TABLES,
    VERSIONS,
    row_digest,
    rows_of,
    values_digest,
)
from gridmap.publications.lineage import lineage_between
from gridmap.publications.refusals import code_reasons, day_of, plan_reasons, version_reasons
from gridmap.publications.stamping import kept_of, stamped, with_retired
from gridmap.publications.version import PublishRefusedError, Version
from gridmap.store.plan_lock import PlanBusyError
from layers.contract.errors import Named, quoted
from layers.contract.phones import phones_of, without_phones
from layers.disks.local_only import require_local
from layers.files.atomic import cannot_write
from layers.files.locks import LockTimeout, take_lock

__all__ = ["next_number", "publish_plan"]

WAIT_S = 60.0  # a large plan is published in less
_LOCK = ".publishing.lock"  # in the folder


def publish_plan(
    path: Path | str,
    *,
    why: str,
    first_day: str,
    who: str,
    when: str,
    number: str = "",
    onto: str = "",
    expected: str | None = None,
) -> Version:
    """Make an immutable version of a plan, in the record beside it; the version before is closed.

    Parameters
    ----------
    path
        The plan. It gets number and first day of the version, and of its grids those whose ground
        has changed.
    why
        The reason, for the record.
    first_day
        ISO date from which it is in force; the version before ends on the day before.
    who, when
        Who publishes: a name, an ISO date and time.
    number
        Number of the version, as it stands on maps and boards; "" for that of the rules.
    onto
        The `chain` of a newer version that was published from another plan in the folder, such as
        a draft of the same version (`newer_of_another`): publish on top of that one, and of no
        other, though this plan does not come from it. "" for on top of none.
    expected
        Revision of the plan as whoever publishes has seen it (`gridmap.plan_store`); None for any.

    Returns
    -------
    The version; that of before when the same content was published under this number.

    Raises
    ------
    PlanConflictError
        If somebody else has changed the plan since; nothing was published.
    NetworkDiskError
        If the plan lies on another machine's disk.
    PublishRefusedError
        With all reasons: errors of the plan, a number that stands for other content, a first day
        that is not after the last one's, codes that were given up or stand for other ground, a
        newer version that this plan does not come from.
    FrozenPlanError
        If the plan is frozen.
    PlanBusyError
        If another plan of the folder is being published, and that did not end in time.
    GridmapError
        If a file cannot be read or written, or the layers are state secrets.
    """
    require_author(who, when)
    require_author(why, when)
    day, place, reason = day_of(first_day), Path(path), why
    made: list[Version] = []

    def published(plan: Plan) -> Plan:
        why = str(without_phones(pd.Series([reason], dtype="str"), phones_of(plan.people)).iloc[0])
        before = before_of(place)
        other = newest_elsewhere(place, before.versions, identity_of(plan))
        base = place
        if other is not None and other.follows and onto == other.last.chain:
            base = other.plan
        before = before if base == place else before_of(base)
        wanted = number.strip() or plan.rules.town.version
        now = stamped(plan, before, wanted, day, why)
        kept = kept_of(now)
        known = next((one for one in before.versions if one.number == wanted), None)
        if known is None or not _same(kept, known):
            apart = [reason_of(other, before.versions)] if other and base == place else []
            told = {"number": wanted, "why": why, "who": who, "when": when}
            made.append(_added(place, kept, before, day, told, apart=apart, base=base))
        else:
            made.append(known)
        return with_retired(now, before_of(place).retired)

    with _alone_in(place):
        change_file(place, published, expected=expected)
    return made[0]


@contextmanager
def _alone_in(place: Path) -> Iterator[None]:
    """Let no other plan of the folder be published in the block."""
    target = Path(os.path.realpath(place))
    if not target.exists():  # said by whoever reads it
        yield
        return
    require_local(place)
    try:
        held = take_lock(target.with_name(_LOCK), wait_s=WAIT_S)
    except LockTimeout:
        raise PlanBusyError(
            f"Another plan beside {place.name!r} is being published, and that did not end within "
            f"{WAIT_S:g} s. Nothing was published; try again.",
            f"{quoted(place.name)}旁的另一方案正在发布，{WAIT_S:g} 秒内未结束。没有发布任何内容，"
            "请稍后重试。",
        ) from None
    except OSError as error:
        raise cannot_write(place, error) from None
    with held:
        yield


def next_number(versions: list[Version], rules_number: str) -> str:
    """Suggest the number of the next version: that of the rules until it was given."""
    given = {one.number for one in versions}
    number = rules_number
    while number in given:
        head = number.rstrip("0123456789")
        tail = number[len(head) :]
        number = f"{head}{int(tail) + 1:0{len(tail)}d}" if tail else f"{number}.2"
    return number


def _digests(plan: Plan) -> tuple[str, str]:
    """Give the digests of the content: of all but people, and of people and posts."""
    return tuple(
        values_digest([(table, sorted(row_digest(table, row) for row in rows_of(plan, table)))
                       for table in tables])
        for tables in (GROUND, PEOPLE)
    )  # type: ignore[return-value]  # fmt: skip


def _same(plan: Plan, version: Version) -> bool:
    return _digests(plan) == (version.ground, version.people)


def _added(
    path: Path, plan: Plan, before: Before, day: date, said: dict[str, str], *,
    apart: list[Named], base: Path,
) -> Version:  # fmt: skip
    """Add a version to the record, or say all that stands in the way."""
    lineage = pd.DataFrame(columns=[*LINEAGE])
    number = said["number"]
    reasons = [*apart, *plan_reasons(plan)]
    reasons += version_reasons(before.versions, number=number, first_day=day)
    if before.grids is not None:
        lineage = lineage_between(before.patches, plan.patches, before.grids, plan.grids)
        reasons += code_reasons(plan, before.grids, lineage, before.retired)
    if reasons:
        raise PublishRefusedError(reasons)
    last = before.versions[-1] if before.versions else None
    ground, people = _digests(plan)
    told: dict[str, Any] = {
        "serial": last.serial + 1 if last else 1, "number": number, "first_day": day.isoformat(),
        "time": said["when"], "who": said["who"], "why": said["why"], "state": state_id(plan),
        "predecessor": last.number if last else "", "plan_id": identity_of(plan).plan_id,
        "ground": ground,
    }  # fmt: skip
    version = Version(**told, last_day="", people=people, chain="")
    version = replace(version, chain=chain_of(version, last.chain if last else ""))
    with record.changing(path, plan.crs, base=base) as rows:
        if last:
            end = (day - timedelta(days=1)).isoformat()
            rows.execute("UPDATE versions SET last_day = ? WHERE serial = ?", (end, last.serial))
        row = [version.serial, *(getattr(version, name) for name in VERSIONS)]
        rows.execute(f"INSERT INTO versions VALUES ({', '.join('?' * len(row))})", row)
        for table in TABLES:
            add_table(rows, plan, table, version.serial)
        add_lineage(rows, lineage, version)
        add_codes(rows, plan, before, lineage, version)
    return version
