"""Two people at once: an edit meant for another state of the plan is refused, with what changed.

Nobody's work is overwritten. What does not touch the same ground can be applied again on the new
state.
"""

from dataclasses import replace

import pandas as pd

from boundaries.hierarchy.patch_places import place_of_patch
from gridmap.edits.moves.change import resolve
from gridmap.edits.moves.edit import Edit
from gridmap.edits.moves.log import STAFF_KINDS, VERBS, edit_log, state_id, words_of
from gridmap.plan.plan import Plan
from layers.contract.errors import Named, PlanError
from layers.contract.phrases import few_texts

__all__ = ["edits_since", "reapply", "require_fresh", "require_state"]

_TOLD = 5  # conflicts told in one sentence


def edits_since(plan: Plan, state: str) -> pd.DataFrame:
    """Rows of the log added since a state of the plan."""
    length = state.partition(":")[0]
    return edit_log(plan).iloc[int(length) if length.isdecimal() else 0 :]


def require_fresh(plan: Plan, edit: Edit) -> None:
    """Refuse an edit meant for another state of the plan.

    Raises
    ------
    PlanError
        Naming the edits since, by whom, and which micro-grids they touched.
    """
    require_state(plan, edit.state)


def require_state(plan: Plan, state: str) -> None:
    """Refuse work on another state of the plan than the one named."""
    if state.partition(":")[2] == state_id(plan).partition(":")[2]:
        return
    since = edits_since(plan, state)
    told, told_zh = _told(since)
    raise PlanError(
        f"The plan has changed since this edit was prepared{told}. Look at the plan as it is now, "
        "then apply the edit again or drop it.",
        f"本次调整准备期间方案已变化{told_zh}。请查看最新方案，再重新应用或放弃本次调整。",
    )


def reapply(plan: Plan, edit: Edit, *, since: pd.DataFrame | None = None) -> Edit:
    """Return an edit made on an earlier state as an edit on this one.

    Parameters
    ----------
    plan
        The plan as it is now.
    edit
        Made on an earlier state.
    since
        Entries of the log that others have added; by default all since the edit's state.

    Raises
    ------
    PlanError
        If an edit since has touched the same patches or micro-grids, or the edit is no longer
        possible.
    """
    since = edits_since(plan, edit.state) if since is None else since
    since = since[~since["kind"].isin(STAFF_KINDS)]  # people changed, the ground did not
    fresh = replace(edit, state=state_id(plan))
    taken = {code for text in since["grids"] for code in words_of(text)}
    taken_patches = {patch for text in since["patches"] for patch in words_of(text)}
    named = {*edit.grids, *edit.targets, *(to for _, to in edit.also), edit.into}
    patches = {*edit.patches, *(patch for patch, _ in edit.also)}
    codes, ground = sorted(named & taken), sorted(patches & taken_patches)
    if not codes and not ground:
        codes = sorted(set(resolve(plan, fresh).touched) & taken)
    if codes or ground:
        told, told_zh = _told(since)
        where = _where(plan, codes, ground)
        raise PlanError(
            f"The same ground was changed meanwhile{where.en}{told}. Look at the plan as it is now "
            "and make the edit anew.",
            f"同一范围已被他人调整{where.zh}{told_zh}。请查看最新方案后重新调整。",
        )
    return fresh


def _where(plan: Plan, codes: list[str], patches: list[str]) -> Named:
    """Name micro-grids by code and patches by place; a patch that was cut is no place any more."""
    there = [patch for patch in patches if patch in plan.patches.index]
    grids = [Named(code, code) for code in codes]
    places = [place_of_patch(plan.patches, patch, plan.grids) for patch in there[:_TOLD]]
    listed = few_texts([*grids, *places, *(Named(one, one) for one in there[_TOLD:])], _TOLD)
    return Named(f": {listed.en}", f"：{listed.zh}") if grids or places else Named("", "")


def _told(since: pd.DataFrame) -> tuple[str, str]:
    """Name edits: which, by whom, when, which micro-grids."""
    if since.empty:
        return ": it was made anew or is another one", "：方案已重新生成或为另一方案"
    rows = [
        (edit_id, row["who"], row["time"], row["kind"], words_of(row["grids"])[:_TOLD])
        for edit_id, row in since.tail(_TOLD).iterrows()
    ]
    english = "; ".join(
        f"{edit_id} ({kind}) by {who} at {time} on {', '.join(grids)}"
        for edit_id, who, time, kind, grids in rows
    )
    chinese = "；".join(
        f"{edit_id}（{VERBS[kind][1]}），{who}，{time}，涉及 {'、'.join(grids)}"
        for edit_id, who, time, kind, grids in rows
    )
    return f": {english}", f"：{chinese}"
