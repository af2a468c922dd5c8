"""People whose last assignment ended long ago: their names go, what they did stays.

The log of edits holds whole rosters, so that an edit can be undone. There people are replaced by a
number as well; undo works on. Nothing is removed unless it is asked for.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from boundaries.validate.rules_roster import FORMER
from gridmap.plan.plan import Plan
from layers.contract.terms import has_ended

__all__ = ["FORMER", "Retention", "cutoff", "retain"]

_NUMBERED = "left-{:05d}"
_WHO = ("name", "office", "skills", "home_code", "present_grid", "phone", "roles")
_TERM_ENDED = ("The term ended.", "任期已满。")


@dataclass(frozen=True)
class Retention:
    """What was removed, in numbers.

    Attributes
    ----------
    plan
        The plan without it.
    before
        Day before which terms had to end.
    assignments
        How many assignments are gone.
    numbers
        Who is no longer named, by id, with the number in its place: for the records beside the
        plan, and never to be kept.
    """

    plan: Plan
    before: date
    assignments: int
    numbers: Mapping[str, str]

    @property
    def people(self) -> int:
        """How many people are no longer named."""
        return len(self.numbers)


def cutoff(today: date, months: int) -> date:
    """Give the day that lies so many months back."""
    earlier: date = (pd.Timestamp(today) - pd.DateOffset(months=months)).date()
    return earlier


def retain(plan: Plan, *, today: date, months: int) -> Retention:
    """Remove the names of people whose terms all ended before some months.

    Parameters
    ----------
    plan
        The plan; it stays as it is.
    today
        The day to count from.
    months
        How long people are kept after their last term ended.

    Returns
    -------
    The plan in which assignments that ended earlier are gone (their posts are vacant), people who
    had no later one are a number without name, phone and office, in the roster, the log and in
    sentences. The receipt says how many, never who.
    """
    before = cutoff(today, months)
    rows = plan.assignments
    filled = rows["status"] == "filled"
    ended = filled & has_ended(rows, before.isoformat())
    gone = sorted(set(rows["person_id"][ended]) - set(rows["person_id"][filled & ~ended]))
    if not ended.any():
        return Retention(plan, before, 0, {})
    numbers = _numbers(plan, gone)
    names = {
        name: numbers[person]
        for person, name in plan.people["name"].reindex(gone).fillna("").items()
        if name and not (plan.people["name"].drop(gone, errors="ignore") == name).any()
    }
    edits = plan.edits.copy()
    for column in ("why", "rows"):
        if column in edits:
            write = _in_rows if column == "rows" else _in_text
            edits[column] = [write(text, numbers, names) for text in edits[column]]
    assignments = _without(rows, ended)
    issues = plan.issues.copy()
    for column in ("message", "message_zh"):
        issues[column] = [_in_text(text, numbers, names) for text in issues[column]]
    told = f"{len(gone)} people, {int(ended.sum())} assignments that ended before {before}"
    made = plan.with_tables(
        people=_roster(plan.people, numbers, edits),
        assignments=assignments,
        edits=edits,
        issues=issues,
        receipt={**plan.receipt, f"retention:{today.isoformat()}": told},
    )
    return Retention(made, before, int(ended.sum()), numbers)


def _numbers(plan: Plan, people: list[str]) -> dict[str, str]:
    """Give each person a number that nobody has."""
    taken = sum(str(person).startswith("left-") for person in plan.people.index)
    return {person: _NUMBERED.format(taken + at) for at, person in enumerate(people, 1)}


def _without(rows: pd.DataFrame, ended: pd.Series) -> pd.DataFrame:
    """Take ended rows out; a post that has no other row is vacant."""
    result = rows.copy()
    rest = set(rows["post_id"][~ended])
    vacant = ended & ~rows["post_id"].isin(rest) & ~rows["post_id"].where(ended).duplicated()
    # Of what told who, from when and how much, nothing stays.
    for column, values in rows.items():
        if column in ("status", "post_id", "grid_code", "role"):
            continue
        empty: object = "" if str(values.dtype) in ("str", "object") else 0
        result.loc[vacant, column] = empty
    result.loc[vacant, "status"] = "vacant"
    result.loc[vacant, "reason"], result.loc[vacant, "reason_zh"] = _TERM_ENDED
    kept = result[~ended | vacant].reset_index(drop=True)
    kept.index.name = rows.index.name
    return kept


def _roster(people: pd.DataFrame, numbers: Mapping[str, str], edits: pd.DataFrame) -> pd.DataFrame:
    """Keep a row without a name for everybody whom the log still counts; drop the others."""
    result = people.copy()
    gone = result.index.isin(list(numbers))
    for column in set(_WHO) & set(result.columns):
        result.loc[gone, column] = ""
    result.loc[gone, "role"] = FORMER
    log = "\n".join(edits["rows"]) if "rows" in edits else ""
    unused = {person for person, number in numbers.items() if f'"{number}"' not in log}
    result = result[~result.index.isin(list(unused))]
    index = [numbers.get(str(person), str(person)) for person in result.index]
    return result.set_axis(pd.Index(index, dtype="str", name=people.index.name))


def _in_rows(text: str, numbers: Mapping[str, str], names: Mapping[str, str]) -> str:
    """Replace people in the rows that an edit keeps for its undoing."""
    if not text:
        return text
    content = _replaced(json.loads(text), numbers, names)
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _replaced(value: Any, numbers: Mapping[str, str], names: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_replaced(one, numbers, names) for one in value]
    if isinstance(value, str):
        return _in_text(value, numbers, names)
    if not isinstance(value, dict):
        return value
    made = {key: _replaced(one, numbers, names) for key, one in value.items()}
    if value.get("person_id") in numbers:
        made["person_id"] = numbers[value["person_id"]]
        if "phone" in value:
            made |= {key: "" for key in _WHO if key in value} | {"role": FORMER}
    return made


def _in_text(text: str, numbers: Mapping[str, str], names: Mapping[str, str]) -> str:
    """Replace ids and names in a sentence."""
    for word, number in (*numbers.items(), *names.items()):
        if word in text:
            text = text.replace(word, number)
    return text
