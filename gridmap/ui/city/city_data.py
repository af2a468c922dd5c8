"""What the catalogue tells of a city, for its page; read once, and again when a file has changed.

Nothing of a plan is opened for it, and of towns that were there at the last run no rules are read,
so that a city of thousands of towns is there at once. Who sees which of them is decided by their
rules as they are now (`as_today`).
"""

import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import streamlit as st

from gridmap.access.scope import TownAt, files_of_city, towns_of_city
from gridmap.city import City, areas_of, open_city
from gridmap.city.borders.record import AGREED
from gridmap.city.catalogue import CATALOGUE, written_catalogue
from gridmap.city.overview.outlines import area_outlines, town_outlines
from gridmap.city.settings import Settings, read_settings
from gridmap.coverage import METRICS
from gridmap.words import LANGUAGES, Language

__all__ = ["CityData", "Stamp", "as_today", "city_data", "name_in", "names_apart", "names_in",
           "parts_of"]  # fmt: skip

KEPT = 4
ROW = ("town", "code", "name", "name_en", "area", "state", "fault", "fault_zh", "inputs", "plan")
FIGURES = tuple(metric.key for metric in METRICS)
Stamp = tuple[str, str]  # folder, digest of names, times and sizes of what is read


@dataclass(frozen=True)
class CityData:
    """A city as its page shows it.

    Attributes
    ----------
    city
        Its settings and where things lie; its towns are read by `whole` alone.
    towns
        As `read_catalogue` gives them, by name of the folder; towns that came since are waiting.
        `area` is where the settings of today have the code of the last run.
    areas
        As `areas_of` gives them.
    outlines, borders
        Outlines of towns by `town`, and of areas by `code`, in degrees.
    above
        The area that each area lies in, by code.
    stamp
        By what the catalogue that it was read of is known.
    """

    city: City
    towns: pd.DataFrame
    areas: pd.DataFrame
    outlines: gpd.GeoDataFrame
    borders: gpd.GeoDataFrame
    above: dict[str, str]
    stamp: Stamp = ("", "")

    @property
    def whole(self) -> City:
        """The city with its towns and their rules: of 180 towns half a second, so it is kept."""
        return _whole(self.stamp)

    @property
    def top(self) -> str:
        """Code of the city itself."""
        return self.city.settings.city.code

    def towns_in(self, area: str) -> pd.DataFrame:
        """Give the towns of an area, at any depth."""
        inside = [self._lies_in(one, area) for one in self.towns["area"]]
        return self.towns.loc[np.array(inside, dtype=bool)]

    def areas_of_town(self, town: str) -> list[str]:
        """Give the areas that a town lies in, the lowest first, without the city."""
        found, area = [], str(self.towns.loc[town, "area"])
        while area and area != self.top:
            found.append(area)
            area = self.above.get(area, "")
        return found

    def _lies_in(self, area: str, wanted: str) -> bool:
        while area and area != wanted:
            area = self.above.get(area, "")
        return area == wanted


def city_data(folder: Path) -> CityData:
    """Read what is known of a city.

    Raises
    ------
    GridmapError
        If its settings cannot be read.
    """
    return _read(_stamp(folder))


def as_today(data: CityData) -> CityData:
    """Put towns where their rules have them now, by which it is decided who sees them.

    The rules of all towns are read for it, once and again where they have changed: of 2,450 towns
    this takes seconds.
    """
    return _today(data.stamp, data)


def name_in(row: pd.Series, language: Language) -> str:
    """Give the name of a town or an area in a language."""
    names = (str(row["name"]), str(row["name_en"]) or str(row["name"]))
    return names[LANGUAGES.index(language)]


def names_in(rows: pd.DataFrame, language: Language) -> dict[str, str]:
    """Give the names of all towns or areas in a language, by what the rows are known by.

    Of thousands at once: to take out a row after the other would take a third of a second.
    """
    both = zip(rows["name"].astype(str), rows["name_en"].astype(str), strict=True)
    at = LANGUAGES.index(language)
    return {
        str(key): (name, name_en or name)[at]
        for key, (name, name_en) in zip(rows.index, both, strict=True)
    }


def names_apart(towns: pd.DataFrame, language: Language) -> dict[str, str]:
    """Name towns by folder; where several have one name the code stands beside, or the folder.

    `towns` are rows of `CityData.towns`. A list tells its choices by their words.
    """
    names = names_in(towns, language)
    often, codes = Counter(names.values()), towns["code"].fillna("").to_dict()
    return {
        town: name if often[name] == 1 else f"{name} {codes[town] or town}"
        for town, name in names.items()
    }


def parts_of(data: CityData, area: str) -> list[str]:
    """Give the areas right below an area, by code."""
    return [code for code, above in data.above.items() if above == area]


def _stamp(folder: Path) -> Stamp:
    files = [folder / "catalogue" / CATALOGUE, folder / AGREED, *files_of_city(folder)]
    found = [(str(path), path.stat()) for path in sorted(set(files)) if path.exists()]
    # The latest time would not do: a file that is put back has an older one.
    told = repr([(name, one.st_mtime_ns, one.st_size) for name, one in found])
    return str(folder), hashlib.sha256(told.encode()).hexdigest()


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _read(stamp: Stamp) -> CityData:
    folder = Path(stamp[0])
    settings = read_settings(folder)
    light = City(folder, settings, ())
    listed = {Path(one.folder).name: one.area for one in settings.towns}
    named = set(listed) or {path.parent.name for path in folder.glob("towns/*/rules.toml")}
    # Who only looks may be the first to come: a catalogue is not made for the sake of this page.
    found = written_catalogue(folder)
    towns = found if found is not None else pd.DataFrame(columns=[*ROW, *FIGURES])
    towns = towns.set_index("town")
    if named != set(towns.index):
        towns = _all_towns(_whole(stamp), towns)
    areas = [
        listed.get(str(name), "") or settings.area_of_code(code)
        for name, code in towns["code"].items()
    ]
    return _put_together(light, towns.assign(area=areas), stamp)


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _whole(stamp: Stamp) -> City:
    return open_city(stamp[0])


@st.cache_resource(max_entries=KEPT, show_spinner=False)
def _today(stamp: Stamp, _data: CityData) -> CityData:
    known = towns_of_city(_data.city.folder)
    now = [known.get(str(name), TownAt(str(name))) for name in _data.towns.index]
    areas = [one.areas[0] if one.areas else _data.top for one in now]
    towns = _data.towns.assign(code=[one.code for one in now], area=areas)
    if areas == list(_data.towns["area"]):
        return replace(_data, towns=towns)
    return _put_together(_data.city, towns, (stamp[0], f"{stamp[1]} today"))


def _put_together(light: City, towns: pd.DataFrame, stamp: Stamp) -> CityData:
    """Add up areas, and draw outlines, of towns that lie where their rows say."""
    is_planned = (light.catalogue / CATALOGUE).exists()
    outlines = town_outlines(light).set_index("town")
    outlines = outlines[outlines.index.isin(towns.index)]
    outlines["area"] = towns["area"].reindex(outlines.index)
    areas = areas_of(light, towns.reset_index()) if is_planned else _areas(light.settings, towns)
    above = dict(areas["parent"].astype(str))
    borders = area_outlines(light, outlines.reset_index())
    return CityData(light, towns, areas, outlines, borders, above, stamp)


def _areas(settings: Settings, towns: pd.DataFrame) -> pd.DataFrame:
    """Give the areas as `areas_of` does, of a city of which nothing is planned."""
    city = settings.city
    first = (city.code, city.name, city.name_en, settings.levels[0].key, "")
    rows = [first] + [
        (one.code, one.name, one.name_en, one.level, one.parent or city.code)
        for one in settings.areas
    ]
    areas = pd.DataFrame(rows, columns=["code", "name", "name_en", "level", "parent"])
    above = [settings.areas_above(str(area)) for area in towns["area"]]
    areas["towns"] = [sum(code in over for over in above) for code in areas["code"]]
    areas["planned"] = 0
    return areas.set_index("code").reindex(
        columns=["name", "name_en", "level", "parent", "towns", "planned", *FIGURES]
    )


def _all_towns(city: City, towns: pd.DataFrame) -> pd.DataFrame:
    """Give the rows of a catalogue with the towns that came since, without those that are gone."""
    new = [one for one in city.towns if one.name not in towns.index]
    here = [one.name for one in city.towns if one.name in towns.index]
    more = pd.DataFrame(
        [
            {
                "town": one.name,
                "code": one.code,
                "name": one.rules.town.name if one.rules is not None else one.name,
                "name_en": one.rules.town.name_en if one.rules is not None else "",
                "area": one.area,
                "state": "waiting" if one.rules is not None else "failed",
                "fault": str(one.fault) if one.fault else "",
                "fault_zh": one.fault.zh if one.fault else "",
            }
            for one in new
        ]
    )
    if not new:
        return towns.loc[here]
    more = more.set_index("town").reindex(columns=towns.columns)
    return pd.concat([towns.loc[here], more]).sort_index() if here else more
