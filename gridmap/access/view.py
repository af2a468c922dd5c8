"""What one cadre may see: the own grids with all that belongs to them, and of others only names.

`cadre_view` is the one place where this is decided; pages show what it gives and nothing else.
Phones of people are never in it, only that of the office. Of neighbouring grids it has name,
outline and the name of who is in charge there, not their other people, duties or vacancies.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import shapely

from gridmap.coverage.duty import Duties, PersonOnPost
from gridmap.plan.context import context_near
from gridmap.plan.plan import Plan
from gridmap.rules.roles import MEMBER, OFFICERS, leading_roles, role_title

__all__ = ["CadreView", "Contact", "GridObject", "GridView", "Neighbour", "cadre_view",
           "grid_state"]  # fmt: skip

# How far around a grid the map of a phone can see when it opens: metres, and share of its size.
NEAR_M, NEAR_SHARE = 200.0, 0.6
LEAST_BORDER_M = 1.0  # grids that meet in a corner are no neighbours


@dataclass(frozen=True)
class Contact:
    """Somebody of the same grid, or a leader above it."""

    name: str
    office: str
    role: str  # leader | member, or a role of the rules
    role_name: str
    role_name_en: str
    own_grid: bool
    grid_name: str
    grid_name_en: str
    level: int
    is_self: bool


@dataclass(frozen=True)
class Neighbour:
    """A grid of the same level beyond the border."""

    name: str
    name_en: str
    outline: shapely.Geometry
    border_m: float
    in_charge: str = ""  # the name alone, of the first on post; "" while nobody is
    role_name: str = ""
    role_name_en: str = ""


@dataclass(frozen=True)
class GridObject:
    """A named piece of ground in the grid: an estate, a firm, a lake."""

    name: str
    category: str
    area_m2: float


@dataclass(frozen=True)
class GridView:
    """A grid of the cadre."""

    code: str
    name: str
    name_en: str
    level: int
    kind: str
    category: str
    family: str
    role: str  # of the cadre here
    role_name: str
    role_name_en: str
    duties: tuple[str, ...]
    area_m2: float
    load_h: float
    capacity_h: float
    officers: int
    households: float
    objects: int
    outline: shapely.Geometry
    state: str  # changes when outline, duties or version do: a receipt is for one state
    named_objects: tuple[GridObject, ...]
    neighbours: tuple[Neighbour, ...]
    contacts: tuple[Contact, ...]


@dataclass(frozen=True)
class CadreView:
    """All that a cadre's link opens. Outlines are in the work CRS."""

    person_id: str
    name: str
    office: str
    town: str
    town_en: str
    version: str
    valid_from: str
    office_phone: str  # of the town's office, as the rules give it; "" for none
    crs: Any
    grids: tuple[GridView, ...]
    context: gpd.GeoDataFrame  # CONTEXT in and near the own grids

    def grid(self, code: str) -> GridView | None:
        """Find a grid of the cadre; None for any other."""
        return next((grid for grid in self.grids if grid.code == code), None)


def cadre_view(plan: Plan, person_id: str) -> CadreView | None:
    """Gather what a person may see.

    Parameters
    ----------
    plan
        The plan.
    person_id
        Whose posts count; only filled posts do.

    Returns
    -------
    The view, with the grids in order of code; None for somebody who is not on the roster.
    """
    if person_id not in plan.people.index:
        return None
    person, town = plan.people.loc[person_id], plan.rules.town
    duties = Duties(plan)
    own = _own(plan, person_id)
    return CadreView(
        person_id=person_id,
        name=str(person["name"]),
        office=str(person["office"]),
        town=town.name,
        town_en=town.name_in("en"),
        version=town.version,
        valid_from=town.valid_from.isoformat(),
        office_phone=town.office_phone,
        crs=plan.crs,
        grids=tuple(_grid(plan, code, person_id, duties) for code in own),
        context=_context(plan, own),
    )


def grid_state(plan: Plan, code: str, person_id: str) -> str:
    """Give a mark that changes when the outline of a grid or what a person does there changes."""
    role, tasks = _posts(plan, code, person_id)
    # To the millimetre: a plan that is saved and read again is the same.
    shape = shapely.normalize(shapely.set_precision(plan.outline(code), 0.001))
    marks = "\n".join([plan.rules.town.version, code, role, *tasks]).encode()
    return hashlib.sha256(marks + b"\n" + shapely.to_wkb(shape)).hexdigest()[:16]


def _own(plan: Plan, person_id: str) -> list[str]:
    rows = plan.assignments
    filled = (rows["status"] == "filled") & (rows["person_id"] == person_id)
    return sorted(set(rows.loc[filled, "grid_code"]) & set(plan.grids.index))


def _context(plan: Plan, own: list[str]) -> gpd.GeoDataFrame:
    """Roads, houses and water that lie in the own grids, or so near that the map shows them."""
    if not own:
        return plan.context.iloc[:0]
    around = [
        shapely.box(*outline.bounds).buffer(max(NEAR_M, _size(outline) * NEAR_SHARE))
        for outline in map(plan.outline, own)
    ]
    return context_near(plan.context, shapely.union_all(around), metres=0)


def _size(outline: shapely.Geometry) -> float:
    west, south, east, north = outline.bounds
    return float(max(east - west, north - south))


def _grid(plan: Plan, code: str, person_id: str, duties: Duties) -> GridView:
    row = plan.grids.loc[code]
    outline = plan.outline(code)
    role, tasks = _posts(plan, code, person_id)
    return GridView(
        code=code,
        name=str(row["label"] or row["name"]),
        name_en=str(row["label"] or row["name_en"]) or str(row["name"]),
        level=int(row["level"]),
        kind=str(row["kind"]),
        category=str(row["subclass"] or row["category"]),
        family=str(row["family"]),
        role=role,
        role_name=role_title(plan.rules, role, "zh"),
        role_name_en=role_title(plan.rules, role, "en"),
        duties=tasks,
        area_m2=float(row["area_m2"]),
        load_h=float(row["load_h"]),
        capacity_h=float(row["capacity_h"]),
        officers=int(row["officers"]),
        households=float(row["households"]),
        objects=int(row["objects"]),
        outline=outline,
        state=grid_state(plan, code, person_id),
        named_objects=_objects(plan, code),
        neighbours=_neighbours(plan, code, duties),
        contacts=_contacts(plan, code, person_id, duties),
    )


def _posts(plan: Plan, code: str, person_id: str) -> tuple[str, tuple[str, ...]]:
    """Role and duties of a person on a grid: those of the own posts."""
    rows = plan.assignments
    own = rows[
        (rows["status"] == "filled")
        & (rows["person_id"] == person_id)
        & (rows["grid_code"] == code)
    ]
    posts = plan.posts.reindex(own["post_id"].sort_values())
    tasks = posts["duties"].dropna().str.split(";").explode().str.strip()
    leading = leading_roles(plan.rules)
    held = sorted(own["role"], key=lambda one: (one not in leading, one not in OFFICERS, one))
    role = held[0] if held else MEMBER
    return role, tuple(task for task in dict.fromkeys(tasks) if task)


def _objects(plan: Plan, code: str) -> tuple[GridObject, ...]:
    patches = plan.patches
    own = patches[(patches["grid_code"] == code) & (patches["name"].str.strip() != "")]
    area = own.groupby(["name", "category"])["area_m2"].sum()
    return tuple(
        GridObject(str(name), str(category), float(m2))
        for (name, category), m2 in area.sort_index().items()
    )


def _neighbours(plan: Plan, code: str, duties: Duties) -> tuple[Neighbour, ...]:
    """Grids of the same kind and level that share a border with one; none of one without ground."""
    grids = plan.grids
    if not grids.at[code, "spatial"]:
        return ()
    outline = grids.geometry[code]
    near = grids.iloc[grids.sindex.query(outline, predicate="intersects", sort=True)]
    near = near[
        (near["kind"] == grids.at[code, "kind"])
        & (near["level"] == grids.at[code, "level"])
        & (near.index != code)
    ].sort_index()
    border = shapely.length(shapely.intersection(near.geometry.to_numpy(), outline.boundary))
    return tuple(
        Neighbour(
            name, name_en or name, shape, round(float(metres), 1), *_in_charge(duties, str(beside))
        )
        for beside, name, name_en, shape, metres in zip(
            near.index, near["name"], near["name_en"], near.geometry, border, strict=True
        )
        if metres >= LEAST_BORDER_M
    )


def _in_charge(duties: Duties, code: str) -> tuple[str, str, str]:
    """Name who is in charge of a grid, with the role in both languages; "" while nobody is."""
    first = next(iter(duties.people(code)), None)
    return (first["name"], first["role_zh"], first["role_en"]) if first else ("", "", "")


def _contacts(plan: Plan, code: str, person_id: str, duties: Duties) -> tuple[Contact, ...]:
    """People of the grid, then the leaders above it, nearest first."""
    own, *above = duties.upwards(code)
    people = [(own, person) for person in duties.people(own)]
    people += [
        (up, person) for up in above for person in duties.people(up) if duties.leads(person["role"])
    ]
    return tuple(_contact(plan, up, person, code, person_id) for up, person in people)


def _contact(plan: Plan, up: str, person: PersonOnPost, code: str, person_id: str) -> Contact:
    row = plan.grids.loc[up]
    return Contact(
        name=person["name"],
        office=person["office"],
        role=person["role"],
        role_name=person["role_zh"],
        role_name_en=person["role_en"],
        own_grid=up == code,
        grid_name=str(row["label"] or row["name"]),
        grid_name_en=str(row["label"] or row["name_en"]) or str(row["name"]),
        level=int(row["level"]),
        is_self=person["person_id"] == person_id,
    )
