"""Codes that are no longer: which grid had them, until when, why, and who has its ground.

Read from the log of edits in force; an edit that was undone retires nothing.
"""

from typing import Any

from gridmap.edits.moves.log import VERBS, edit_log, read_history, words_of
from gridmap.plan.plan import Plan

__all__ = ["retired_codes"]


def retired_codes(plan: Plan) -> list[dict[str, Any]]:
    """List the codes that edits have retired, in order of code.

    Returns
    -------
    `grid_code`, `retired_on` (ISO date), `reason` (kind of the edit) and `successors`, the codes
    that took its ground in that edit; these may be retired by now themselves.
    """
    log = edit_log(plan)
    found: dict[str, dict[str, Any]] = {}
    for edit_id in read_history(log).done:
        entry = log.loc[edit_id]
        moves = list(zip(words_of(entry["from_codes"]), words_of(entry["to_codes"]), strict=False))
        for code in words_of(entry["retired"]):
            found[code] = {
                "grid_code": code,
                "retired_on": entry["time"][:10] or None,
                "reason": VERBS[entry["kind"]][0],
                "successors": sorted({new for old, new in moves if old == code and new}),
            }
    return [found[code] for code in sorted(found) if code not in plan.grids.index]
