"""Comments and disputes as one list, the ready edit of each, and what the log means for them.

A remark is named by its kind and id, such as "comment:3f2a…" or "dispute:91bc…"; an edit that it
asked for carries that name (`Edit.about`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import numpy as np
import shapely
from pyproj import Transformer

from gridmap.access import answers
from gridmap.edits.moves.edit import Edit
from gridmap.edits.moves.log import edit_log, entry_name, read_history
from gridmap.plan.plan import Plan
from gridmap.remarks import comments, suggest
from gridmap.remarks.comments import Reply
from layers.contract.errors import UsageError, quoted, shortened

__all__ = ["Remark", "find", "finish", "follow_log", "ready_edit", "remarks_of", "to_degrees"]

WGS84 = "EPSG:4326"
LONGEST_CITE = 60  # signs of a remark in the reason of its edit


@dataclass(frozen=True)
class Remark:
    """A comment or a dispute as it is now. Texts are hostile until escaped."""

    name: str  # comment:ID or dispute:ID
    x: float  # in the work CRS
    y: float
    text: str
    by: str
    time: str  # ISO
    is_open: bool
    outcome: str = ""  # of a dispute: accepted, refused, done
    answers: tuple[Reply, ...] = ()  # for a dispute the reply that the cadre reads
    edit: str = ""  # id of the edit it led to, while it is done and the log of the plan has it
    grid: str = ""  # that is disputed

    @property
    def is_dispute(self) -> bool:
        """Whether a cadre waits for a reply."""
        return self.name.startswith("dispute:")


def remarks_of(plan: Plan, plan_path: Path) -> list[Remark]:
    """List all comments and disputes of a plan, the newest first.

    Raises
    ------
    LayerFileError
        If a record beside the plan cannot be read.
    """
    log = edit_log(plan)
    shown = {entry_name(log, edit_id): edit_id for edit_id in log.index}
    found = [_of_comment(one, shown) for one in comments.comments(plan_path)]
    names = plan.people["name"]
    for row in answers.disputes(plan_path).itertuples():
        settled = bool(row.settled)
        reply = (Reply(row.settled, row.settled_by, row.reply),) if row.reply else ()
        found.append(
            Remark(
                f"dispute:{row.id}", row.lon, row.lat, row.sentence,
                str(names.get(row.person_id, row.person_id)), row.time, not settled,
                outcome=row.outcome if settled else "", answers=reply,
                edit=shown.get(row.edit, "") if settled else "", grid=row.grid_code,
            )
        )  # fmt: skip
    if not found:
        return []
    degrees = np.array([(one.x, one.y) for one in found])
    x, y = Transformer.from_crs(WGS84, plan.crs, always_xy=True).transform(*degrees.T)
    placed = [replace(one, x=float(a), y=float(b)) for one, a, b in zip(found, x, y, strict=True)]
    # What is far from where the work CRS holds has no place on this map.
    placed = [one for one in placed if np.isfinite([one.x, one.y]).all()]
    return sorted(placed, key=lambda one: (one.time, one.name), reverse=True)


def to_degrees(plan: Plan, x: float, y: float) -> tuple[float, float]:
    """Bring a place of the work CRS to longitude and latitude, WGS84."""
    lon, lat = Transformer.from_crs(plan.crs, WGS84, always_xy=True).transform(x, y)
    return float(lon), float(lat)


def ready_edit(plan: Plan, remark: Remark) -> suggest.Suggestion:
    """Give the edit that a remark asks for, with a reason that cites it.

    Parameters
    ----------
    plan
        The plan, with pending changes.
    remark
        A comment or a dispute.
    """
    place = shapely.Point(remark.x, remark.y)
    if remark.is_dispute:
        found = suggest.for_dispute(plan, remark.grid, place)
    else:
        found = suggest.for_comment(plan, place)
    if found.edit is None:
        return found
    word = "异议" if remark.is_dispute else "批注"
    cite = f"{word}（{remark.by}）：{shortened(remark.text, LONGEST_CITE)}"
    return replace(found, edit=replace(found.edit, about=remark.name, why=cite))


def finish(
    plan: Plan,
    plan_path: Path,
    done: Iterable[tuple[Edit, str]],
    *,
    by: str,
    when: datetime,
    replies: Mapping[str, str] = {},
) -> None:
    """Close the remarks whose edits were accepted.

    Parameters
    ----------
    plan, plan_path
        The plan with the edits, and its file.
    done
        The edits, each with its id in the log.
    by, when
        Who accepted them, and the time.
    replies
        What cadres read, by the name of the remark.

    Raises
    ------
    GridmapError
        If it cannot be saved; remarks that are gone are passed over.
    """
    there = {f"comment:{one.id}" for one in comments.comments(plan_path)}
    there |= {f"dispute:{one}" for one in answers.disputes(plan_path)["id"]}
    log = edit_log(plan)
    for edit, edit_id in done:
        kind, _, number = edit.about.partition(":")
        if edit.about not in there:
            continue
        entry = entry_name(log, edit_id)
        if kind == "comment":
            comments.close(plan_path, number, by=by, when=when, edit=entry)
        else:
            reply = replies.get(edit.about, "")
            answers.settle(
                plan_path, number, when=when, outcome="accepted", reply=reply, by=by, edit=entry
            )


def follow_log(before: Plan, after: Plan, plan_path: Path, *, by: str, when: datetime) -> int:
    """Open remarks again whose edit was undone, and close those whose edit was done again.

    What people have closed or opened by hand since stays as it is.

    Parameters
    ----------
    before, after
        The plan before and after an undo or redo.
    plan_path, by, when
        Its file, who did it, and the time.

    Returns
    -------
    How many were changed.

    Raises
    ------
    GridmapError
        If a record beside the plan cannot be read or written.
    """
    was, now = (_in_force(plan) for plan in (before, after))
    undone, done_again = was - now, now - was
    count = 0
    for one in comments.comments(plan_path):
        if one.edit in undone and not one.is_open:
            comments.reopen(plan_path, one.id, by=by, when=when)
        elif one.edit in done_again and one.is_open:
            comments.close(plan_path, one.id, by=by, when=when, edit=one.edit)
        else:
            continue
        count += 1
    for row in answers.disputes(plan_path).itertuples():
        if row.edit in undone and row.settled:
            answers.reopen(plan_path, row.id, when=when)
        elif row.edit in done_again and not row.settled:
            answers.settle(
                plan_path, row.id, when=when, outcome="accepted", reply=row.reply,
                by=row.settled_by, edit=row.edit,
            )  # fmt: skip
        else:
            continue
        count += 1
    return count


def _in_force(plan: Plan) -> set[str]:
    """Name the entries of a plan's log that are in force."""
    log = edit_log(plan)
    return {entry_name(log, edit_id) for edit_id in read_history(log).done}


def find(remarks: Iterable[Remark], name: str) -> Remark:
    """Find a remark by its name.

    Raises
    ------
    UsageError
        If there is none.
    """
    for one in remarks:
        if one.name == name:
            return one
    raise UsageError(
        f"The comment or dispute {name!r} is not there any more. Load the page again.",
        f"批注或异议{quoted(name)}已不存在。请刷新页面。",
    )


def _of_comment(one: comments.Comment, shown: Mapping[str, str]) -> Remark:
    return Remark(
        f"comment:{one.id}", one.lon, one.lat, one.text, one.by, one.time, one.is_open,
        answers=one.answers, edit="" if one.is_open else shown.get(one.edit, ""),
    )  # fmt: skip
