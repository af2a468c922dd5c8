"""A plan, or all towns of a city, written to a database town by town; each is a row in the end."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal, TypedDict

from boundaries.export.postgis import (
    Connection,
    connected,
    has_town,
    remove_town,
    require_tables,
    write_town,
)
from gridmap.access.scope import copied_from, town_at, towns_known
from gridmap.city import open_city
from gridmap.city.settings import FILE as CITY_FILE
from gridmap.city.settings import Settings, read_settings
from gridmap.postgis.content import content_of
from gridmap.postgis.remembered import FILE, Known, Remembered, made_of
from gridmap.publications import town_codes_of, versions_of
from gridmap.publications.refusals import day_of
from gridmap.store.glance import rules_in
from layers.contract.errors import GridmapError, LayerFileError, Named, quoted

__all__ = ["Outcome", "TownPlan", "publish_to", "town_plans", "withdraw_from"]

CATALOGUE = "catalogue"
State = Literal["new", "changed", "same", "unpublished", "failed", "withdrawn", "absent"]


@dataclass(frozen=True)
class Outcome:
    """What became of a town.

    Attributes
    ----------
    town
        Its folder in a city, or the name of the plan.
    state
        ``new``, ``changed`` or ``same`` in the database; ``unpublished``: no version was ever
        published; ``failed`` with a fault; ``withdrawn`` from the database, or ``absent`` from it.
    code, version, grids, objects
        Of what is in the database; "" and 0 where nothing was written.
    fault
        Why it failed.
    """

    town: str
    state: State
    code: str = ""
    version: str = ""
    grids: int = 0
    objects: int = 0
    fault: Named | None = None


class Asked(TypedDict):
    """What `content_of` is asked for, besides day and area."""

    number: str
    public: bool
    licence: str


@dataclass(frozen=True)
class TownPlan:
    """A plan with the area of its town."""

    town: str
    plan: Path
    code: str = ""
    area: tuple[str, str] = ("", "")
    codes_of_others: frozenset[str] = frozenset()  # towns of the same city, today
    fault: Named | None = None  # why the plan is not to be taken for that of the town


def publish_to(
    place: Path,
    database: str,
    *,
    schema: str,
    day: str,
    number: str = "",
    public: bool = False,
    licence: str = "",
    only: Collection[str] = (),
    tell: Callable[[str, float], None] | None = None,
) -> list[Outcome]:
    """Write published versions to a PostGIS: grids and objects, each town in one transaction.

    Parameters
    ----------
    place
        A plan, or the folder of a city.
    database, schema
        As `boundaries.export.postgis.connected` and `require_tables` have them.
    day, number, public, licence
        As `content_of` has them; a number is of a single plan.
    only
        Towns of a city by folder or code; none for all.
    tell
        Called before each town with its name and the share that is done.

    Returns
    -------
    A row for each town. One that fails is a row, and the others go on.

    Raises
    ------
    GridmapError
        If the database cannot be reached or does not fit; of a single plan every fault.
    """
    places = list(town_plans(place, only))
    is_city = place.is_dir()
    found: list[Outcome] = []
    run = _Run(
        schema,
        day_of(day).isoformat(),
        {"number": number, "public": public, "licence": licence},
        Remembered(place / CATALOGUE / FILE, (number, public, licence)) if is_city else None,
    )
    try:
        with connected(database) as connection:
            require_tables(connection, schema, "public" if public else "internal")
            for at, one in enumerate(places):
                if tell is not None:
                    tell(one.town, at / len(places))
                found.append(run.row_of(connection, one, is_city=is_city))
    finally:
        if run.remembered is not None:
            run.remembered.keep()
    return found


@dataclass(frozen=True)
class _Run:
    """What is asked for all towns, and what is remembered of earlier runs of a city."""

    schema: str
    day: str
    asked: Asked
    remembered: Remembered | None

    def row_of(self, connection: Connection, one: TownPlan, *, is_city: bool) -> Outcome:
        """Write a town; of a city a fault is a row, unless the connection has broken."""
        try:
            return self._through(connection, one)
        except GridmapError as error:
            if not is_city or connection.closed:
                raise
            return Outcome(one.town, "failed", one.code, fault=Named(str(error), error.zh))

    def _through(self, connection: Connection, one: TownPlan) -> Outcome:
        """Write a town, unless it is there as it would be written."""
        if one.fault is not None:
            return Outcome(one.town, "failed", one.code, fault=one.fault)
        if self.remembered is None:
            return self._written(connection, one)
        # The public is told of who is on post on the day.
        more = (one.area, self.day if self.asked["public"] else "")
        known = self.remembered.find(one.town, one.plan, self.day, more)
        if known is not None:
            rows = {name: getattr(known, name) for name in ("content", "grids", "objects")}
            if has_town(connection, self.schema, known.code, **rows):
                numbers = (known.code, known.version, known.grids, known.objects)
                return Outcome(one.town, "same", *numbers)
        if not versions_of(one.plan):
            return Outcome(one.town, "unpublished", one.code)
        return self._written(connection, one, made_of(one.plan, more))

    def _written(self, connection: Connection, one: TownPlan, files: str = "") -> Outcome:
        content = content_of(one.plan, day=self.day, area=one.area, **self.asked)
        head = content.head
        state, digest = write_town(connection, self.schema, head, content.layers)
        rows = {layer.name: len(layer.frame) for layer in content.layers}
        objects = rows.pop("objects", 0)
        grids = sum(rows.values())
        if self.remembered is not None:
            known = Known(
                made_of=files,
                first_day=head.valid_from,
                last_day=content.last_day,
                code=head.town_code,
                version=head.version,
                grids=grids,
                objects=objects,
                content=digest,
            )
            self.remembered.note(one.town, known)
        return Outcome(one.town, state, head.town_code, head.version, grids, objects)


def withdraw_from(
    place: Path, database: str, *, schema: str, public: bool = False, only: Collection[str] = ()
) -> list[Outcome]:
    """Take towns out of a PostGIS again, also where they are under a code that they had before.

    Arguments and errors are as `publish_to` has them; one that fails is a row here too.
    """
    found = []
    with connected(database) as connection:
        require_tables(connection, schema, "public" if public else "internal")
        remove = partial(remove_town, connection, schema)
        for one in town_plans(place, only):
            try:
                found.append(_withdrawn(one, remove))
            except GridmapError as error:
                if not place.is_dir() or connection.closed:
                    raise
                fault = Named(str(error), error.zh)
                found.append(Outcome(one.town, "failed", one.code, fault=fault))
    return found


def _withdrawn(one: TownPlan, remove: Callable[[str], bool]) -> Outcome:
    """Take a town out under its code of today first, which works whatever its record is."""
    if one.fault is not None:
        return Outcome(one.town, "failed", one.code, fault=one.fault)
    code = one.code or rules_in(one.plan).town.code
    gone = [code] if remove(code) else []
    # What another town is called today is not this one's any more.
    former = set(town_codes_of(one.plan)) - {code, *one.codes_of_others}
    gone += [each for each in sorted(former) if remove(each)]
    return Outcome(one.town, "withdrawn" if gone else "absent", gone[0] if gone else code)


def town_plans(place: Path, only: Collection[str] = ()) -> Iterator[TownPlan]:
    """Give the plans of a place with the areas of their towns."""
    if not place.exists():
        raise LayerFileError(
            f"There is no plan and no city at {str(place)!r}. Give the path of a plan file, or of "
            "the folder of a city.",
            f"{quoted(place)}处没有方案或城市文件夹。请给出方案文件或城市文件夹的路径。",
        )
    if not place.is_dir():
        yield _single(place)
        return
    city = open_city(place)
    names = _names_of_areas(city.settings)
    asked = {city.town(one).name for one in only}
    codes = frozenset(one.code for one in city.towns)
    for town in city.towns:
        if not asked or town.name in asked:
            area, plan = (town.area, names.get(town.area, "")), city.plan_of(town.name)
            fault = town.fault if town.fault and copied_from(plan) else None
            yield TownPlan(town.name, plan, town.code, area, codes - {town.code}, fault)


def _single(plan: Path) -> TownPlan:
    """Give a plan; one of a town of a city has the area that a run for the city gives it."""
    folder = plan.resolve().parent
    town = town_at(plan, folder)
    if town is None or not (folder.parent / CITY_FILE).is_file():
        return TownPlan(plan.name, plan)
    settings = read_settings(folder.parent)
    area = town.areas[0] if town.areas else settings.city.code
    others = frozenset(one.code for one in towns_known(folder) if one.folder != town.folder)
    return TownPlan(
        plan.name, plan, area=(area, _names_of_areas(settings)[area]), codes_of_others=others
    )


def _names_of_areas(settings: Settings) -> dict[str, str]:
    names = {one.code: one.name for one in settings.areas}
    return {**names, settings.city.code: settings.city.name}
