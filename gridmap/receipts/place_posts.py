"""Posts of a person on groups and objects, such as firms, with the receipts and disputes of them.

A receipt is for one state: when name, role, duties or the version change, it is asked for again.
It stands in the record of answers with the id of the group or object in the place of a grid.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import pandas as pd

from gridmap.access.answers import add_dispute, disputes
from gridmap.access.sidecar import Fields, add_event, beside, read_events
from gridmap.plan.names import place_names
from gridmap.plan.plan import Plan
from gridmap.rules.roles import role_title
from layers.contract.errors import PlanError, quoted
from layers.contract.sentence import said

__all__ = [
    "PlacePost",
    "confirm_place",
    "dispute_place",
    "place_posts",
    "place_receipts",
    "place_responses",
]

EVENTS: dict[str, Fields] = {
    "confirmed": {"time": "time", "person": "text", "grid": "text", "state": "text"}
}
COLUMNS = ("place", "kind", "name", "person_id", "role", "state", "confirmed_on")


@dataclass(frozen=True)
class PlacePost:
    """What a person does for one group or object."""

    place: str  # group_id or object_id
    kind: Literal["group", "object"]
    name: str
    name_en: str
    role: str  # the first of the own ones there, as a key of the rules
    role_name: str
    role_name_en: str
    duties: tuple[str, ...]
    state: str


def place_posts(plan: Plan, person_id: str) -> tuple[PlacePost, ...]:
    """Give the groups and objects that a person is on a post of, groups first, in order of id."""
    rows = _held(plan)
    return tuple(_posts_of(plan, rows[rows["person_id"] == person_id]))


def confirm_place(plan: Plan, plan_path: Path, person_id: str, place: str, when: datetime) -> None:
    """Note that a person has received a group or object as it is now.

    Raises
    ------
    PlanError
        If the person is on no post there.
    LayerFileError
        If it cannot be saved.
    """
    post = _own(plan, person_id, place)
    if (person_id, place, post.state) in place_receipts(plan_path):
        return
    event = {
        "event": "confirmed",
        "time": when.isoformat(timespec="seconds"),
        "person": person_id,
        "grid": place,
        "state": post.state,
        "version": plan.rules.town.version,
    }
    add_event(beside(plan_path, "answers"), event)


def dispute_place(
    plan: Plan, plan_path: Path, person_id: str, place: str, *, sentence: str, when: datetime,
    facts: Mapping[str, str | bool] | None = None,
) -> str:  # fmt: skip
    """Send the planner what is wrong with a post on a group or object; sent twice it is there once.

    Parameters
    ----------
    plan, plan_path, person_id, place
        The plan and its file, who is on the post, and the group or object.
    sentence
        What is wrong; up to 500 signs. Line breaks become spaces.
    when
        Time it is sent.
    facts
        What else the record keeps of it, such as the state that the person saw.

    Returns
    -------
    The id of the dispute. It is settled like one of a grid (`gridmap.access.answers.settle`).

    Raises
    ------
    PlanError
        If the person is on no post there.
    UsageError
        If the sentence is empty or too long, or too many disputes are open.
    LayerFileError
        If it cannot be saved.
    """
    post = _own(plan, person_id, place)
    event = {
        "event": "disputed_post",
        "person": person_id,
        "grid": place,
        "sentence": said(sentence),
        "state": post.state,
        **(facts or {}),
    }
    return add_dispute(plan_path, event, when=when)


def _own(plan: Plan, person_id: str, place: str) -> PlacePost:
    post = next((one for one in place_posts(plan, person_id) if one.place == place), None)
    if post is None:
        raise PlanError(
            f"{person_id!r} is on no post of {place!r}. Open the link again.",
            f"{quoted(person_id)}不在{quoted(place)}任岗。请重新打开链接。",
        )
    return post


def place_receipts(plan_path: Path) -> dict[tuple[str, str, str], str]:
    """Give the day of the first receipt by person, place and state."""
    days: dict[tuple[str, str, str], str] = {}
    for event in read_events(beside(plan_path, "answers"), EVENTS):
        days.setdefault((event["person"], event["grid"], event["state"]), event["time"][:10])
    return days


def place_responses(plan: Plan, plan_path: Path) -> pd.DataFrame:
    """Say of everybody on posts of groups and objects whether they have confirmed or dispute them.

    Returns
    -------
    Columns `place` (id), `kind`, `name`, `person_id`, `role`, `state` (disputed | unconfirmed
    | confirmed) and `confirmed_on` (ISO date or ""), in order of person and place.
    """
    days, rows = place_receipts(plan_path), _held(plan)
    known = disputes(plan_path)
    still = known[(known["settled"] == "") & known["lon"].isna()]
    disputed = set(zip(still["person_id"], still["grid_code"], strict=True))
    found = []
    for person, own in rows.groupby("person_id", sort=True):
        for post in _posts_of(plan, own):
            day = days.get((str(person), post.place, post.state), "")
            state = "confirmed" if day else "unconfirmed"
            if (str(person), post.place) in disputed:
                state = "disputed"
            found.append((post.place, post.kind, post.name, str(person), post.role, state, day))
    return pd.DataFrame(found, columns=list(COLUMNS)).astype("str")


def _held(plan: Plan) -> pd.DataFrame:
    """Give the filled posts on groups and objects with `place` and `kind`."""
    posts = plan.posts[plan.posts["grid_code"] == ""]
    rows = plan.assignments[plan.assignments["status"] == "filled"]
    rows = rows[rows["post_id"].isin(posts.index)][["post_id", "person_id", "role"]]
    on = posts.loc[rows["post_id"]]
    there = on["group_id"].where(on["group_id"] != "", on["object_id"]).to_numpy()
    kinds = ["group" if group else "object" for group in on["group_id"]]
    rows = rows.assign(place=there, kind=kinds, duties=on["duties"].to_numpy())
    known = rows["place"].isin(plan.groups.index) | rows["place"].isin(plan.objects.index)
    return rows[known].sort_values(["kind", "place", "role", "post_id"])


def _posts_of(plan: Plan, rows: pd.DataFrame) -> list[PlacePost]:
    if rows.empty:
        return []
    names = {one: place_names(plan, one) for one in ("zh", "en")}
    found = []
    for (kind, place), own in rows.groupby(["kind", "place"], sort=True):
        role = str(own["role"].iloc[0])
        tasks = own["duties"].str.split(";").explode().str.strip()
        duties = tuple(one for one in dict.fromkeys(tasks) if one)
        name = str(names["zh"].get(place, "")) or str(place)
        own_roles = sorted(set(own["role"]))
        marks = "\n".join([plan.rules.town.version, str(place), name, *own_roles, *duties])
        found.append(
            PlacePost(
                place=str(place),
                kind="group" if kind == "group" else "object",
                name=name,
                name_en=str(names["en"].get(place, "")) or name,
                role=role,
                role_name=role_title(plan.rules, role, "zh"),
                role_name_en=role_title(plan.rules, role, "en"),
                duties=duties,
                state=hashlib.sha256(marks.encode()).hexdigest()[:16],
            )
        )
    return found
