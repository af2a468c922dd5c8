"""A plan, or all towns of a city, written to a database town by town; each is a row in the end."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from boundaries.export.postgis import (
    connected,
    remove_town,
    require_tables,
    write_town,
)
from gridmap.access.scope import town_at, towns_known
from gridmap.city import open_city
from gridmap.city.settings import FILE as CITY_FILE
from gridmap.city.settings import Settings, read_settings
from gridmap.postgis.content import content_of
from gridmap.publications import town_codes_of, versions_of
from gridmap.store.glance import rules_in
from layers.contract.errors import GridmapError, LayerFileError, Named, quoted

__all__ = ["Outcome", "publish_to", "withdraw_from"]

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


@dataclass(frozen=True)
class _Place:
    town: str
    plan: Path
    code: str = ""
    area: tuple[str, str] = ("", "")
    codes_of_others: frozenset[str] = frozenset()  # towns of the same city, today


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
    places = list(_places(place, only))
    is_city = place.is_dir()
    found: list[Outcome] = []
    with connected(database) as connection:
        require_tables(connection, schema, "public" if public else "internal")
        for at, one in enumerate(places):
            if tell is not None:
                tell(one.town, at / len(places))
            try:
                if is_city and not versions_of(one.plan):
                    found.append(Outcome(one.town, "unpublished", one.code))
                    continue
                content = content_of(
                    one.plan, day=day, number=number, public=public, licence=licence, area=one.area
                )
                state = write_town(connection, schema, content.head, content.layers)
            except GridmapError as error:
                # Where the connection has broken, no other town gets through either.
                if not is_city or connection.closed:
                    raise
                fault = Named(str(error), error.zh)
                found.append(Outcome(one.town, "failed", one.code, fault=fault))
                continue
            rows = {layer.name: len(layer.frame) for layer in content.layers}
            objects = rows.pop("objects", 0)
            head = content.head
            found.append(
                Outcome(one.town, state, head.town_code, head.version, sum(rows.values()), objects)
            )
    return found


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
        for one in _places(place, only):
            try:
                found.append(_withdrawn(one, remove))
            except GridmapError as error:
                if not place.is_dir() or connection.closed:
                    raise
                fault = Named(str(error), error.zh)
                found.append(Outcome(one.town, "failed", one.code, fault=fault))
    return found


def _withdrawn(one: _Place, remove: Callable[[str], bool]) -> Outcome:
    """Take a town out under its code of today first, which works whatever its record is."""
    code = one.code or rules_in(one.plan).town.code
    gone = [code] if remove(code) else []
    # What another town is called today is not this one's any more.
    former = set(town_codes_of(one.plan)) - {code, *one.codes_of_others}
    gone += [each for each in sorted(former) if remove(each)]
    return Outcome(one.town, "withdrawn" if gone else "absent", gone[0] if gone else code)


def _places(place: Path, only: Collection[str]) -> Iterator[_Place]:
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
    for town in city.towns:
        if not asked or town.name in asked:
            area = (town.area, names.get(town.area, ""))
            others = frozenset(one.code for one in city.towns if one is not town)
            yield _Place(town.name, city.plan_of(town.name), town.code, area, others)


def _single(plan: Path) -> _Place:
    """Give a plan; one of a town of a city has the area that a run for the city gives it."""
    folder = plan.resolve().parent
    town = town_at(plan, folder)
    if town is None or not (folder.parent / CITY_FILE).is_file():
        return _Place(plan.name, plan)
    settings = read_settings(folder.parent)
    area = town.areas[0] if town.areas else settings.city.code
    others = frozenset(one.code for one in towns_known(folder) if one.folder != town.folder)
    return _Place(
        plan.name, plan, area=(area, _names_of_areas(settings)[area]), codes_of_others=others
    )


def _names_of_areas(settings: Settings) -> dict[str, str]:
    names = {one.code: one.name for one in settings.areas}
    return {**names, settings.city.code: settings.city.name}
