"""People put on posts by hand, and people assigned anew: entries of the same log as redrawing.

Whoever is posted by hand stays there when people are assigned again, until the post is freed. Undo
brings people back only where nobody was assigned otherwise since.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pandas as pd

from gridmap.edits.moves.conflicts import require_state
from gridmap.edits.moves.log import (
    STAFF_KINDS,
    edit_log,
    joined,
    next_edit_id,
    read_history,
    require_author,
    with_entry,
)
from gridmap.edits.outcome.derive import facts_of
from gridmap.edits.outcome.remarks import remarks_apart, with_remarks
from gridmap.edits.outcome.rows import Rows, Side, read_rows, rows_text
from gridmap.edits.outcome.staffing import Staff, staff_rows, with_staff
from gridmap.plan.plan import Plan
from gridmap.staffing.hours import require_room, share_of_hours
from gridmap.staffing.posts import places_of
from gridmap.staffing.rows import assignment_frame, places_of_rows
from gridmap.workflow.rechecking import recheck_after
from gridmap.workflow.workflow import reassign_cadres, with_roster
from layers.contract.errors import PlanError, quoted

__all__ = [
    "assign_again",
    "exchange_staff",
    "free_post",
    "post_people",
    "post_person",
    "posted_by_hand",
]


def post_person(
    plan: Plan, person: str, post: str, *, who: str, when: str, why: str = "", state: str = "",
    swap: bool = False, also: bool = False, until: str = "", check: bool = True,
) -> Plan:  # fmt: skip
    """Put somebody on a post; whoever held it is free, and the person's own post becomes vacant.

    Parameters
    ----------
    plan
        The plan.
    person, post
        Ids in `plan.people` and `plan.posts`.
    who, when, why
        For the log.
    state
        State of the plan on the screen (`state_id`); "" does not ask.
    swap
        Whoever held the post takes the one that the person leaves, instead of being free.
    also
        The person keeps the posts held so far, as somebody with hours for several does.
    until
        Last day of the term, as an ISO date; "" for none.
    check
        False leaves the issues as they were.

    Raises
    ------
    PlanError
        If there is no such person or post, the person is on it already or on another one of the
        same place, the hours do not suffice, or the plan has changed.
    """
    _require(plan, person=person, post=post, who=who, when=when, state=state)
    rows = plan.assignments
    if _holder(plan, post) == person:
        raise PlanError(
            f"{person} is on post {post} already. Choose another post or person.",
            f"{quoted(person)}已在岗位{quoted(post)}上。请另选岗位或人员。",
        )
    _require_day(until, when)
    edit_id = next_edit_id(edit_log(plan))
    own = rows.loc[(rows["person_id"] == person) & (rows["status"] == "filled"), "post_id"]
    if also:
        require_room(plan, person, post)
        own = own.iloc[:0]
    changes = dict.fromkeys(own, _holder(plan, post) if swap else "") | {post: person}
    terms = {post: (when[:10], until)}
    return _logged(
        plan, _seated(plan, changes, edit_id, terms), "post", who=who, when=when, why=why,
        check=check,
    )  # fmt: skip


def post_people(
    plan: Plan, seats: Mapping[str, str], *, who: str, when: str, why: str = "", since: str = "",
    check: bool = True,
) -> Plan:  # fmt: skip
    """Put many people on posts at once, in one entry of the log, as a table says.

    Parameters
    ----------
    plan
        The plan.
    seats
        Who takes which post, by post; "" for nobody. Whoever held one of them is free, and whoever
        takes one leaves the posts held so far that are not among them.
    who, when, why, check
        As in `post_person`.
    since
        First day of the terms, as an ISO date; "" for the day of `when`.

    Returns
    -------
    The plan; itself where everybody is there already.
    """
    require_author(who, when)
    changes = {post: person for post, person in seats.items() if _holder(plan, post) != person}
    if not changes:
        return plan
    rows = plan.assignments
    moving = set(changes.values()) - {""}
    leaves = (rows["status"] == "filled") & rows["person_id"].isin(moving)
    left = rows.loc[leaves & ~rows["post_id"].isin(seats), "post_id"]
    terms = {post: (since or when[:10], "") for post, person in changes.items() if person}
    edit_id = next_edit_id(edit_log(plan))
    result = _seated(plan, dict.fromkeys(left, "") | changes, edit_id, terms)
    return _logged(plan, result, "post", who=who, when=when, why=why, check=check)


def free_post(
    plan: Plan, post: str, *, who: str, when: str, why: str = "", state: str = "",
    check: bool = True,
) -> Plan:  # fmt: skip
    """Take whoever holds a post off it; the post is vacant, the person free.

    The arguments are those of `post_person`.
    """
    _require(plan, person="", post=post, who=who, when=when, state=state)
    if not _holder(plan, post):
        raise PlanError(
            f"Post {post} is vacant already.", f"岗位{quoted(post)}目前已空缺，无需腾出。"
        )
    edit_id = next_edit_id(edit_log(plan))
    return _logged(
        plan, _seated(plan, {post: ""}, edit_id), "free", who=who, when=when, why=why, check=check
    )


def assign_again(
    plan: Plan, *, roster: Path | None = None, who: str, when: str, why: str = "", state: str = ""
) -> Plan:
    """Assign everybody again, except who was posted by hand; present posts are kept if free.

    Parameters
    ----------
    plan
        The plan.
    roster
        File with another roster; None keeps the people of the plan.
    who, when, why, state
        As in `post_person`.

    Raises
    ------
    PlanError
        If there are too few people for the micro-grids, or the plan has changed.
    GridmapError
        If the roster cannot be read.
    """
    _require(plan, person="", post="", who=who, when=when, state=state)
    staged = plan if roster is None else with_roster(plan, roster)
    result = reassign_cadres(staged, keep=posted_by_hand(plan))
    return _logged(plan, result, "assign", who=who, when=when, why=why, check=False)


def posted_by_hand(plan: Plan) -> pd.DataFrame:
    """Rows of the assignments that a planner has made by hand and that still stand."""
    log = edit_log(plan)
    seats: dict[str, str] = {}
    for edit_id in read_history(log).done:
        kind = log.at[edit_id, "kind"]
        if kind in ("post", "free"):
            entry = _rows_of(plan, log.at[edit_id, "rows"])
            was, now = (set(_seats(side)) for side in (entry.before, entry.after))
            for post, person in sorted(now - was):
                seats[post] = person if kind == "post" else ""
    rows = plan.assignments
    stands = [
        bool(person) and seats.get(post) == person
        for post, person in zip(rows["post_id"], rows["person_id"], strict=True)
    ]
    return rows[stands]


def exchange_staff(plan: Plan, rows: Rows) -> Plan:
    """Put the people after an entry in the place of those before it, for undo and redo.

    Where somebody was assigned otherwise in between, people stay where they are.
    """
    before, after = rows.before, rows.after
    free = pd.concat([before.staff.assignments, after.staff.assignments])
    people = set(free["person_id"]) - {""}
    places = {*before.facts.index, *places_of(before.staff.posts), *places_of(after.staff.posts)}
    now = staff_rows(plan, places, people)
    if not now.same_as(before.staff):
        return plan
    grids = plan.grids.copy()
    officers = after.facts["officers"]
    grids.loc[officers.index, "officers"] = officers
    micro = grids["kind"] == "micro"
    capacity = grids["officers"] * plan.rules.capacity.officer_hours
    grids["capacity_h"] = grids["capacity_h"].where(~micro, capacity)
    roster = rows.people[1] if rows.people else plan.people
    told = with_remarks(plan.with_tables(grids=grids, people=roster), rows.remarks)
    return with_staff(told, now, after.staff)


def _seats(side: Side) -> list[tuple[str, str]]:
    rows = side.staff.assignments
    return [pair for pair in zip(rows["post_id"], rows["person_id"], strict=True) if pair[0]]


def _rows_of(plan: Plan, text: str) -> Rows:
    names = {name: getattr(plan, name).index.name for name in ("patches", "posts", "assignments")}
    return read_rows(text, plan_index=names, crs=plan.crs)


def _require(plan: Plan, *, person: str, post: str, who: str, when: str, state: str) -> None:
    require_author(who, when)
    if state:
        require_state(plan, state)
    if person and person not in plan.people.index:
        raise PlanError(
            f"Nobody on the roster has the id {person!r}. Choose a person of the list.",
            f"花名册中没有编号{quoted(person)}。请从名单中选择。",
        )
    if post and post not in plan.posts.index:
        raise PlanError(
            f"There is no post {post!r} in this plan. Choose a post of the list.",
            f"本方案没有岗位{quoted(post)}。请从列表中选择。",
        )


def _holder(plan: Plan, post: str) -> str:
    rows = plan.assignments
    held = rows.loc[(rows["post_id"] == post) & (rows["status"] == "filled"), "person_id"]
    return str(held.iloc[0]) if len(held) else ""


def _require_day(day: str, when: str) -> None:
    if not day:
        return
    try:
        ends = date.fromisoformat(day)
    except ValueError:
        raise PlanError(
            f"{day!r} is no date. Write the last day of the term such as 2026-12-31.",
            f"{quoted(day)}不是日期。请按 2026-12-31 的格式填写任期截止日。",
        ) from None
    if ends.isoformat() < when[:10]:
        raise PlanError(
            f"The term would end on {day}, before it begins on {when[:10]}. Choose a later day.",
            f"任期截止日 {day} 早于起始日 {when[:10]}。请选择更晚的日期。",
        )


def _seated(
    plan: Plan,
    seats: dict[str, str],
    edit_id: str,
    terms: dict[str, tuple[str, str]] | None = None,
) -> Plan:
    """Give posts to people, "" for nobody; people who lose their last one are free."""
    rows = plan.assignments
    others = rows[(rows["status"] == "filled") & ~rows["post_id"].isin(seats)]
    busy = set(others["person_id"])
    seated = set(seats.values()) - {""}
    concerned = rows["post_id"].isin(seats) | (
        rows["person_id"].isin(seated) & (rows["status"] == "surplus")
    )
    losing = dict.fromkeys(
        person
        for person in rows.loc[rows["post_id"].isin(seats), "person_id"]
        if person and person not in seated and person not in busy
    )
    made = [
        _post_row(plan, post, person, edit_id, *(terms or {}).get(post, ("", "")))
        for post, person in seats.items()
    ]
    made += [_free_row(plan, person, edit_id) for person in losing]
    new = assignment_frame(made)
    none = plan.posts.iloc[:0]
    return with_staff(plan, Staff(none, rows[concerned]), Staff(none, new))


def _post_row(
    plan: Plan, post: str, person: str, edit_id: str, valid_from: str, valid_to: str
) -> dict[str, object]:
    row = plan.posts.loc[post]
    known = person in plan.people.index
    base = {"post_id": post, "person_id": person, "grid_code": row["grid_code"],
            "role": row["role"], "cost": 0.0,
            "employment": plan.people.at[person, "employment"] if known else "",
            "share": share_of_hours(plan, person, post) if known else 1.0,
            "valid_from": valid_from, "valid_to": valid_to, "confirmed_on": ""}  # fmt: skip
    if person:
        return base | {
            "status": "filled",
            "reason": f"Posted by hand in edit {edit_id}.",
            "reason_zh": f"调整 {edit_id} 中人工定岗。",
        }
    return base | {
        "status": "vacant",
        "reason": f"Freed by hand in edit {edit_id}. Post somebody, or assign people again.",
        "reason_zh": f"调整 {edit_id} 中人工腾岗，待重新定人。",
    }


def _free_row(plan: Plan, person: str, edit_id: str) -> dict[str, object]:
    known = person in plan.people.index
    return {
        "status": "surplus",
        "post_id": "",
        "person_id": person,
        "grid_code": "",
        "role": plan.people.at[person, "role"] if known else "cadre",
        "cost": 0.0,
        "reason": f"Taken off the post in edit {edit_id}.",
        "reason_zh": f"调整 {edit_id} 中离岗，待重新定岗。",
    }


def _logged(
    plan: Plan, result: Plan, kind: str, *, who: str, when: str, why: str, check: bool
) -> Plan:
    """Add the entry, with the rows that differ before and after."""
    assert kind in STAFF_KINDS
    concerned = sorted(_differing(plan, result))  # grids, groups and objects
    people = _people_of(plan, result, concerned)
    before, after = (
        Side(facts_of(one, concerned), staff_rows(one, concerned, people)) for one in (plan, result)
    )
    same_roster = plan.people.equals(result.people)
    rosters = None if same_roster else (plan.people, result.people)
    log = with_entry(
        edit_log(plan),
        time=when,
        who=who,
        why=why,
        kind=kind,
        grids=joined(concerned),
        rows=rows_text(Rows(None, before, after, rosters, remarks_apart(plan, result))),
    )
    result = result.with_tables(edits=log)
    return recheck_after(plan, result) if check else result


def _differing(one: Plan, two: Plan) -> set[str]:
    """Grids, groups and objects whose posts, people or officers differ between two states."""
    posts = pd.concat([one.posts.reset_index(), two.posts.reset_index()])
    rows = pd.concat([one.assignments, two.assignments])
    concerned = {
        *places_of(posts[~posts.duplicated(keep=False)]),
        *places_of_rows(rows[~rows.duplicated(keep=False)]),
    }
    changed = one.grids["officers"] != two.grids["officers"].reindex(one.grids.index)
    return (concerned | set(one.grids.index[changed])) - {""}


def _people_of(one: Plan, two: Plan, codes: list[str]) -> set[str]:
    """People who were, or are, on posts of some grids, and those whose free rows differ."""
    found: set[str] = set()
    for plan in (one, two):
        rows = plan.assignments
        found |= set(rows.loc[places_of_rows(rows).isin(codes), "person_id"])
    free = pd.concat(
        [plan.assignments[plan.assignments["status"] == "surplus"] for plan in (one, two)]
    )
    found |= set(free.loc[~free.duplicated(keep=False), "person_id"])
    return found - {""}
