"""What a leader sees of the grids below the own: people, vacancies, objects, receipts.

A village secretary sees the village, the head of a firm the sub-grids of the firm, with ground or
without. Asked for any other grid it gives nothing: a link shows its own subtree only. Phones are
never in it, nor objects that are marked as sensitive; vacancies and problem estates are, for they
are the leader's to know.
"""

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd

from gridmap.access.answers import responses
from gridmap.coverage.duty import Duties
from gridmap.coverage.service import Service
from gridmap.lookup.charge import Charges
from gridmap.plan.plan import Plan

__all__ = ["Branch", "Child", "OwnObject", "Subordinate", "Totals", "Vacancy", "branch_of",
           "led_grids", "own_objects"]  # fmt: skip

MOST_OBJECTS = 300  # of one grid that are listed; all are counted


@dataclass(frozen=True)
class Subordinate:
    """Somebody on a post of a grid, and the receipt for it."""

    name: str
    office: str
    role_name: str
    role_name_en: str
    state: str  # confirmed | unconfirmed | disputed
    confirmed_on: str  # ISO date; "" where not confirmed


@dataclass(frozen=True)
class Vacancy:
    """Vacant posts of a grid, and why."""

    count: int
    reason: str
    reason_zh: str


@dataclass(frozen=True)
class Totals:
    """Counts of a grid and all below it."""

    grids: int  # below it
    filled: int
    vacant: int
    objects: int
    confirmed: int
    unconfirmed: int
    disputed: int


@dataclass(frozen=True)
class OwnObject:
    """An object with who is in charge of it."""

    name: str
    kind: str  # class of OBJECTS
    person: str
    reason: str
    reason_zh: str


@dataclass(frozen=True)
class Child:
    """A grid one level down."""

    code: str
    name: str
    name_en: str
    level: int
    kind: str
    spatial: bool
    headcount: int
    has_children: bool
    people: tuple[Subordinate, ...]
    vacancy: Vacancy | None
    totals: Totals


@dataclass(frozen=True)
class Branch:
    """A grid of the leader, or one below it, with what lies directly below."""

    path: tuple[tuple[str, str, str], ...]  # code, name, name_en: from the leader's own grid down
    here: Child
    children: tuple[Child, ...]
    objects: tuple[OwnObject, ...]  # in this grid and all below, in order of name
    objects_left_out: int


def led_grids(plan: Plan, person_id: str) -> list[str]:
    """Give the grids that a person leads and that have grids below them, in order of code.

    One that lies below another of them is left out: it is reached from there.
    """
    duties, rows = Duties(plan), plan.assignments
    own = rows[(rows["status"] == "filled") & (rows["person_id"] == person_id)]
    codes = {
        str(code)
        for code, role in zip(own["grid_code"], own["role"], strict=True)
        if code in plan.grids.index and duties.leads(str(role))
    }
    parents = set(plan.grids["parent_code"])
    return sorted(
        code for code in codes & parents if not codes.intersection(duties.upwards(code)[1:])
    )


def own_objects(plan: Plan, person_id: str) -> tuple[OwnObject, ...]:
    """Give the objects that a person is on a post of, such as the firms of an enterprise cadre."""
    rows = plan.assignments
    own = rows[(rows["status"] == "filled") & (rows["person_id"] == person_id)]
    posts = plan.posts[plan.posts.index.isin(own["post_id"]) & (plan.posts["object_id"] != "")]
    ids = sorted({one for one in posts["object_id"] if one in plan.objects.index})
    return _objects(Charges(plan), plan.objects.loc[ids]) if ids else ()


def branch_of(plan: Plan, plan_path: Path, person_id: str, code: str) -> Branch | None:
    """Show a grid that a person leads, or one below it.

    Parameters
    ----------
    plan, plan_path
        The plan, and its file: the receipts lie beside it.
    person_id
        Who looks.
    code
        The grid.

    Returns
    -------
    The grid with what lies directly below it; None when it is not the person's to see.

    Raises
    ------
    LayerFileError
        If the receipts cannot be read.
    """
    roots, charges = led_grids(plan, person_id), Charges(plan)
    upwards = charges.duties.upwards(code)
    root = next((one for one in roots if one in upwards), None)
    if root is None:
        return None
    lines = Service(plan).lines
    below = plan.grids[(lines == code).any(axis=1).to_numpy()]
    sight = _Sight(plan, plan_path, charges, below)
    children = below[below["parent_code"] == code].sort_index()
    shown = plan.objects[
        plan.objects["grid_code"].isin(below.index) & ~plan.objects["sensitive"].astype(bool)
    ].sort_values(["name"], kind="stable")
    path = reversed(upwards[: upwards.index(root) + 1])
    return Branch(
        path=tuple((one, *sight.named(one)) for one in path),
        here=sight.child(code),
        children=tuple(sight.child(str(child)) for child in children.index),
        objects=_objects(charges, shown.iloc[:MOST_OBJECTS]),
        objects_left_out=max(0, len(shown) - MOST_OBJECTS),
    )


class _Sight:
    """A subtree with the people on it and their receipts; it knows nothing of other grids."""

    def __init__(self, plan: Plan, plan_path: Path, charges: Charges, below: pd.DataFrame) -> None:
        self._plan, self._duties, self._below = plan, charges.duties, below
        rows = plan.assignments
        self._rows = rows[rows["grid_code"].isin(below.index)]
        found = responses(plan.with_tables(assignments=self._rows), plan_path)
        self._found = found
        self._states = {
            (code, person): (state, day)
            for code, person, state, day in zip(
                found["grid_code"], found["person_id"], found["state"], found["confirmed_on"],
                strict=True,
            )
        }  # fmt: skip
        self._lines = Service(plan.with_tables(grids=plan.grids.loc[below.index])).lines
        self._objects = plan.objects.loc[~plan.objects["sensitive"].astype(bool), "grid_code"]

    def named(self, code: str) -> tuple[str, str]:
        row = self._plan.grids.loc[code]
        name = str(row["label"] or row["name"])
        return name, str(row["label"] or row["name_en"]) or name

    def child(self, code: str) -> Child:
        row, duty = self._below.loc[code], self._duties.of_grid(code)
        name, name_en = self.named(code)
        unknown = ("unconfirmed", "")
        people = tuple(
            Subordinate(
                person["name"], person["office"], person["role_zh"], person["role_en"],
                *self._states.get((code, person["person_id"]), unknown),
            )
            for person in duty["people"]
        )  # fmt: skip
        vacancy = None
        if duty["vacant"]:
            vacancy = Vacancy(duty["vacant"], duty["vacant_reason"], duty["vacant_reason_zh"])
        return Child(
            code=code,
            name=name,
            name_en=name_en,
            level=int(row["level"]),
            kind=str(row["kind"]),
            spatial=bool(row["spatial"]),
            headcount=int(row["headcount"]),
            has_children=bool((self._below["parent_code"] == code).any()),
            people=people,
            vacancy=vacancy,
            totals=self._totals(code),
        )

    def _totals(self, code: str) -> Totals:
        inside = self._lines.index[(self._lines == code).any(axis=1).to_numpy()]
        status = self._rows.loc[self._rows["grid_code"].isin(inside), "status"]
        states = self._found.loc[self._found["grid_code"].isin(inside), "state"]
        return Totals(
            grids=len(inside) - 1,
            filled=int((status == "filled").sum()),
            vacant=int((status == "vacant").sum()),
            objects=int(self._objects.isin(inside).sum()),
            confirmed=int((states == "confirmed").sum()),
            unconfirmed=int((states == "unconfirmed").sum()),
            disputed=int((states == "disputed").sum()),
        )


def _objects(charges: Charges, rows: gpd.GeoDataFrame) -> tuple[OwnObject, ...]:
    return tuple(
        OwnObject(
            name=str(name) or str(key),
            kind=str(kind),
            person=first["person"]["name"] if first else "",
            reason=first["text"] if first else "",
            reason_zh=first["text_zh"] if first else "",
        )
        for key, name, kind, first in zip(
            rows.index, rows["name"], rows["class"], charges.of_objects(rows), strict=True
        )
    )
