"""Changing a plan that exists: one writer at a time, from reading to saving.

Two processes that each load, change and save would lose one of the changes. The lock is held by the
system and ends with its process, so that a crash never leaves a plan that nobody may change. Other
programs know nothing of it: what they left beside the plan is brought into it first, and what they
change meanwhile is never run over.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from gridmap.access.sidecar import beside
from gridmap.plan.identity import identity_of, require_thawed, with_identity
from gridmap.plan.plan import Plan
from gridmap.store import check_place, load_plan, save_plan
from layers.contract.errors import LayerFileError, PlanError, quoted
from layers.files.database_files import leftovers_of, mark_of, require_unchanged, settle
from layers.files.drafts import sweep_drafts
from layers.files.locks import LockTimeout, take_lock
from layers.files.reader_faults import reason_zh

__all__ = ["LOCK", "PlanBusyError", "change_plan", "holding_plan", "saver_at"]

LOCK = "lock"
WAIT_S = 30.0  # enough for a save that waits for another program itself


class PlanBusyError(PlanError):
    """Somebody else is writing the plan and did not end in time."""


def change_plan(
    path: Path | str,
    change: Callable[[Plan], Plan],
    *,
    read: Callable[[Path], Plan] = load_plan,
    wait_s: float = WAIT_S,
    frozen_too: bool = False,
    after: Callable[[Path], object] | None = None,
) -> Plan:
    """Change the plan in a file; nobody else can write it between reading and saving.

    Parameters
    ----------
    path
        The plan, which exists.
    change
        Gives the new plan from the one that is in the file now. When it raises, or gives back the
        plan it got, nothing is written.
    read
        Reads the plan: a reader that keeps plans in memory must look whether the file has changed.
    wait_s
        Seconds to wait for another writer.
    frozen_too
        Whether a frozen plan may be changed: only to thaw it.
    after
        Looks at the file as it is now, before anybody else can write it.

    Raises
    ------
    FrozenPlanError
        If the plan is frozen.
    PlanBusyError
        If another writer did not end in time.
    InUseError
        If another program has the plan open.
    GridmapError
        If the file cannot be read or written, or what `change` raises.
    """
    target = Path(path)
    if not os.path.exists(target):  # nor where nobody may look
        read(target)  # says what is missing; a lock would make its folder
    with holding_plan(target, wait_s=wait_s):
        sweep_drafts(target.parent)
        if leftovers_of(target):
            read(target)  # nothing is brought in that would make another plan of it
        settle(target)
        mark = mark_of(target)
        plan = read(target)
        before = identity_of(plan)
        if not frozen_too:
            require_thawed(before, target.name)
        changed = change(plan)
        if changed is not plan:
            save_plan(_same_plan(changed, before.plan_id), target, overwrite=True, unchanged=mark)
        if after is not None:
            after(target)
        return changed


@contextmanager
def holding_plan(path: Path | str, *, wait_s: float = WAIT_S) -> Iterator[None]:
    """Keep other writers of a plan out while the block lasts.

    Raises
    ------
    PlanBusyError
        If another writer did not end in time.
    LayerFileError
        If nothing can be written beside the plan.
    """
    target = Path(path)
    try:
        # Whoever comes by a link to the file is kept out too.
        held = take_lock(beside(os.path.realpath(target), LOCK), wait_s=wait_s)
    except LockTimeout:
        raise PlanBusyError(
            f"{target.name!r} is being changed by somebody else, and that did not end within "
            f"{wait_s:g} s. Nothing was saved; try again.",
            f"{quoted(target.name)}正被他人修改，{wait_s:g} 秒内未结束。内容未保存，请稍后重试。",
        ) from None
    except OSError as error:
        why, why_zh = error.strerror, reason_zh(error)
        raise LayerFileError(
            f"Cannot write beside {str(target)!r}: {why}. Nothing was saved; allow "
            "writing in that folder.",
            f"无法在{quoted(target)}旁写入：{why_zh}。内容未保存，请开放该文件夹的写入权限。",
        ) from None
    with held:
        yield


def saver_at(path: Path | str, *, overwrite: bool) -> Callable[[Plan], None]:
    """Give what saves a plan at a place as it is now; ask before the plan is made, which may last.

    What somebody makes of the place meanwhile is not run over, also where overwriting was allowed:
    that was said of the plan which was there.

    Parameters
    ----------
    path, overwrite
        As in `gridmap.store.save_plan`, which may raise the same, now or when the plan is saved.

    Raises
    ------
    LayerFileError
        When the plan is saved: if another one lies there by then.
    PlanBusyError
        When the plan is saved: if another writer did not end in time.
    """
    check_place(path, overwrite=overwrite)
    seen = mark_of(path)

    def save(plan: Plan) -> None:
        if seen is None:
            save_plan(plan, path)
            return
        with holding_plan(path):
            require_unchanged(path, seen)
            save_plan(plan, path, overwrite=overwrite)

    return save


def _same_plan(changed: Plan, plan_id: str) -> Plan:
    """Keep the id of a plan that derives it from what has changed, such as its rules."""
    now = identity_of(changed)
    if now.plan_id == plan_id:
        return changed
    return with_identity(changed, replace(now, plan_id=plan_id))
