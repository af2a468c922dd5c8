"""Which town a file belongs to, by where it lies, and the areas above it.

In a city the plan of a town is `plans/NAME.gridmap.gpkg`, its data `towns/NAME/`, what is derived
`catalogue/towns/NAME/`; beside a folder of plans without a city the plans of a town are
`NAME/….gridmap.gpkg`, its data `../towns/NAME/`. Further plans of a town in a city have a number
behind its name, copies of those another one, and a deleted one belongs where it lay. What lies
anywhere else belongs to no town, and so does what belongs to several: the catalogue, the settings,
the accounts. What a plan says of itself does not count, for whoever writes it could say anything;
but a copy stays that of its town when a town comes that is named as the file is (`copied_from`).
"""

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from gridmap.access.scope.copies import is_copy
from gridmap.access.scope.scopes import Scope
from gridmap.city.settings import FILE as CITY
from gridmap.city.settings import Settings, read_settings
from gridmap.rules.tables import read_tables
from layers.contract.errors import GridmapError

__all__ = [
    "BIN",
    "BIN_RECORD",
    "TownAt",
    "areas_known",
    "city_with",
    "copied_from",
    "data_at",
    "data_named",
    "files_of_city",
    "in_scope",
    "is_named_after_a_town",
    "town_at",
    "towns_known",
    "towns_of_city",
]

RULES = "rules.toml"
PLANS, TOWNS = "plans", "towns"
DERIVED = ("catalogue", "towns")
BIN, BIN_RECORD = ".deleted", "record.json"  # the wastebasket, and what it says of a plan
ENDING = ".gridmap.gpkg"
_FURTHER = re.compile(r"-\d+$")


@dataclass(frozen=True)
class TownAt:
    """A town that a file belongs to.

    Attributes
    ----------
    folder
        Name of its folder.
    code
        Of the town, as its rules say; "" where they cannot be read.
    name
        Of the town, as its rules say.
    areas
        Codes of the areas that it lies in, the lowest first. Without a city those that its code
        begins with at one of the places where codes of areas end.
    """

    folder: str
    code: str = ""
    areas: tuple[str, ...] = ()
    name: str = ""

    @property
    def names(self) -> tuple[str, str]:
        """By what a scope may name it."""
        return self.folder, self.code


def town_at(path: Path, folder: Path) -> TownAt | None:
    """Find the town that a file or folder belongs to; None for none, or for more than one.

    Parameters
    ----------
    path
        Where it lies; it need not exist.
    folder
        Of plans and accounts.
    """
    target, home = Path(os.path.realpath(path)), Path(os.path.realpath(folder))
    target = _before_deletion(target, home)
    city = next((one for one in _cities_above(target, home) if (one / CITY).is_file()), None)
    place = _in_city(target, city) if city is not None else _beside(target, home)
    if place is None or place.name.startswith("."):
        return None
    return _town(place, city)


def data_at(path: Path, folder: Path) -> Path | None:
    """Give the folder with the data of the town that a file in a city belongs to.

    Parameters
    ----------
    path
        Where it lies; it need not exist.
    folder
        Of plans and accounts of the city; None for a file of no town, and where there is no city.
    """
    target, home = Path(os.path.realpath(path)), Path(os.path.realpath(folder))
    target = _before_deletion(target, home)
    city = next((one for one in _cities_above(target, home) if (one / CITY).is_file()), None)
    return _in_city(target, city) if city is not None else None


def data_named(city: Path, name: str) -> Path | None:
    """Give the folder with the data of a town of a city by its name; None where it has none.

    A name comes from an address: a path is no name of a town.
    """
    if Path(name).name != name:
        return None
    return _data_named(Path(os.path.realpath(city)), name)


def city_with(town: Path) -> Path | None:
    """Give the city that a folder with data is a town of; None for a town on its own."""
    place = Path(os.path.realpath(town))
    cities = [one for one in place.parents if (one / CITY).is_file()]
    return next((one for one in reversed(cities) if _data_above(place, one) == place), None)


def is_named_after_a_town(plan: Path) -> bool:
    """Whether a plan file bears the name of a town of its city, so that it is that town's plan.

    Folders of towns that the settings do not list count as well: they may be listed some day.
    """
    plans = Path(os.path.realpath(plan.parent))
    name, city = plan.name.partition(".gridmap.")[0], plans.parent
    if plans.name != PLANS or not (city / CITY).is_file():
        return False
    return _data_named(city, name) is not None or os.path.isdir(city / TOWNS / name)


def copied_from(plan: Path) -> str:
    """Name the town that a plan in a city was copied from, though its file bears another's name.

    "" for the plan of the town whose name it bears, and for all that bear the name of no town.
    """
    place = Path(os.path.realpath(plan))
    name, city = place.name.removesuffix(ENDING), place.parent.parent
    if not _FURTHER.search(name) or not is_named_after_a_town(plan):
        return ""
    found = _town_of_plan(place, name, city)
    return found.name if found is not None and found.name != name else ""


def in_scope(scope: Scope, path: Path, folder: Path) -> bool:
    """Whether a file is of a town that a scope allows.

    Parameters
    ----------
    scope
        Of an account.
    path
        Where the file lies.
    folder
        Of plans and accounts.
    """
    if scope.everything:
        return True
    town = town_at(path, folder)
    return town is not None and scope.allows(town.names, town.areas)


def towns_known(folder: Path) -> list[TownAt]:
    """List the towns beside a folder of plans and in the cities of it, in order of name."""
    home = Path(os.path.realpath(folder))
    cities = [one for one in (home.parent, home, *_cities_in(home)) if (one / CITY).is_file()]
    found = {place: _town(place, city) for city in cities for place in _data_in(city)}
    if not cities or cities[0] not in (home.parent, home):
        # A plan from elsewhere has a folder of its own, but no data of a town.
        names = {*_folders(home.parent / TOWNS), *_folders(home)}
        names -= {city.name for city in cities}
        found |= {place: _town(place, None) for place in (home.parent / TOWNS / n for n in names)}
    return sorted(found.values(), key=lambda one: (one.folder, one.code))


def towns_of_city(city: Path) -> dict[str, TownAt]:
    """Describe the towns of a city as its settings and their rules have them now, by folder."""
    found = [_town(place, city) for place in _data_in(city)]
    return {one.folder: one for one in found}


def files_of_city(city: Path) -> list[Path]:
    """List the files that say what a city is and who sees which town, there or not."""
    settings = _listing_of(city).settings
    shared = [settings.city.rules] if settings is not None and settings.city.rules else []
    return [city / CITY, *(city / one for one in shared), *(p / RULES for p in _data_in(city))]


def areas_known(folder: Path) -> dict[str, str]:
    """Name the areas of the cities at or in a folder of plans, by code."""
    home = Path(os.path.realpath(folder))
    known: dict[str, str] = {}
    for place in (home.parent, home, *_cities_in(home)):
        settings = _listing_of(place).settings
        if settings is not None:
            known |= {settings.city.code: settings.city.name}
            known |= {area.code: area.name for area in settings.areas}
    return known


def _cities_above(target: Path, home: Path) -> Iterator[Path]:
    """Where a city may stand that a file lies in: the outermost first, which no town can write."""
    places = [one for one in (target, *target.parents) if one == home or home in one.parents]
    if home.parent == target or home.parent in target.parents:
        places.append(home.parent)
    yield from reversed(places)


def _cities_in(home: Path) -> list[Path]:
    return sorted(path.parent for path in home.glob(f"*/{CITY}"))


def _before_deletion(target: Path, home: Path) -> Path:
    """Give where a file of the wastebasket lay with its plan; any other as it is."""
    waste = home / BIN
    if waste not in target.parents:
        return target
    record = waste / target.relative_to(waste).parts[0] / BIN_RECORD
    try:
        place = json.loads(record.read_text(encoding="utf-8"))["place"]
        return Path(os.path.realpath(home / place))
    except (OSError, ValueError, LookupError, TypeError):
        return target


def _in_city(target: Path, city: Path) -> Path | None:
    """Find the folder with the data of the town that a file in a city belongs to."""
    own = _data_above(target, city)
    if own is not None:
        return own
    parts = target.relative_to(city).parts
    if parts[:1] == (PLANS,) and len(parts) > 1:
        name = parts[1].partition(".gridmap.")[0]
        return _town_of_plan(city / PLANS / f"{name}{ENDING}", name, city)
    return _data_named(city, parts[2]) if parts[:2] == DERIVED and len(parts) > 2 else None


def _town_of_plan(plan: Path, name: str, city: Path) -> Path | None:
    """Find it for a plan by its name, or by as much of that as a copy has of it."""
    own = _data_named(city, name)
    shorter = _FURTHER.sub("", name)
    if shorter == name:
        return own
    # A copy of a copy has two numbers behind its name.
    other = _town_of_plan(plan, shorter, city)
    if own is None or other is None:
        return own or other
    theirs, ours = (_named_in(one / RULES)[0] for one in (other, own))
    return other if is_copy(plan, of=theirs, own=ours) else own


def _beside(target: Path, home: Path) -> Path | None:
    """Find it for a file below the folder of plans, or below that of towns beside it."""
    towns = home.parent / TOWNS
    if towns in target.parents:
        return towns / target.relative_to(towns).parts[0]
    if home not in target.parents:
        return None
    parts = target.relative_to(home).parts
    return towns / parts[0] if len(parts) > 1 or target.is_dir() else None


def _data_in(city: Path) -> list[Path]:
    """List the folders of a city with the data of its towns, there or not."""
    listed = _listing_of(city).towns
    return list(listed) or [city / TOWNS / name for name in _folders(city / TOWNS)]


def _data_above(target: Path, city: Path) -> Path | None:
    """Find the folder of a town's data that a file is or lies in."""
    listed = _listing_of(city).towns
    if listed:
        return next((one for one in (*reversed(target.parents), target) if one in listed), None)
    parts = target.relative_to(city).parts
    return _data_named(city, parts[1]) if parts[:1] == (TOWNS,) and len(parts) > 1 else None


def _data_named(city: Path, name: str) -> Path | None:
    """Find it by name; the folders of a city are not gone through, for it has thousands."""
    listing = _listing_of(city)
    if listing.towns:
        return listing.names.get(name)
    place = city / TOWNS / name
    return place if name[:1] not in ("", ".") and os.path.isdir(place) else None


def _town(place: Path, city: Path | None) -> TownAt:
    """Describe the town whose data lie at a place."""
    code, name = _named_in(place / RULES)
    if city is None:
        return TownAt(place.name, code, _areas_by_code(code), name)
    listing = _listing_of(city)
    settings = listing.settings
    if settings is None:  # the town by its folder and code alone, until the settings are mended
        return TownAt(place.name, code, (), name)
    area = listing.towns.get(place, "") or (settings.area_of_code(code) if code else "")
    return TownAt(place.name, code, settings.areas_above(area), name)


def _areas_by_code(code: str) -> tuple[str, ...]:
    """Give the codes of areas that the code of a town may begin with, as people write them."""
    if not code.isdecimal():
        return ()
    begun = [code[:digits] for digits in (6, 4, 2) if digits < len(code)]
    lengths = sorted({6, len(code)})
    return tuple(one.ljust(length, "0") for one in begun for length in (len(one), *lengths))


def _folders(place: Path) -> list[str]:
    try:
        with os.scandir(place) as found:
            return sorted(one.name for one in found if one.is_dir() and one.name[0] != ".")
    except OSError:
        return []


def _named_in(path: Path) -> tuple[str, str]:
    """Read code and name of a town from its rules; "" where they say none."""
    try:
        found = path.stat()
        return _rules_read(path, found.st_mtime_ns, found.st_size)
    except OSError:
        return "", ""


@lru_cache(maxsize=4096)
def _rules_read(path: Path, _changed: int, _size: int) -> tuple[str, str]:
    try:
        # Thousands of towns say most tables word for word alike, and these are read once.
        told = read_tables(path.read_text(encoding="utf-8-sig"))["town"]
        code, name = told.get("code"), told.get("name")
    except (OSError, ValueError, LookupError, AttributeError):
        return "", ""
    return code if isinstance(code, str) else "", name if isinstance(name, str) else ""


@dataclass(frozen=True)
class _Listing:
    """What the settings of a city say; where they name no towns, those are folders of it."""

    settings: Settings | None = None  # None where there are none, or they cannot be read
    towns: Mapping[Path, str] = field(default_factory=dict)  # areas they give, by folder with data
    names: Mapping[str, Path] = field(default_factory=dict)


def _listing_of(city: Path) -> _Listing:
    try:
        found = (city / CITY).stat()
        return _listing_read(city, found.st_mtime_ns, found.st_size)
    except OSError:
        return _Listing()


@lru_cache(maxsize=32)
def _listing_read(city: Path, _changed: int, _size: int) -> _Listing:
    try:
        settings = read_settings(city)
    except GridmapError:
        return _Listing()
    towns = {city / one.folder: one.area for one in reversed(settings.towns)}
    return _Listing(settings, towns, {place.name: place for place in towns})
