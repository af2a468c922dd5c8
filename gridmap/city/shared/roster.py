"""The shared roster of a city cut for its towns: each gets its own people as a table in its folder.

A town whose people are the same keeps its file, so that it is not planned again. Rows that belong
to no town are told with their number.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd

from gridmap.city.folder import City, TownPlace
from gridmap.city.settings import SharedRoster
from gridmap.city.shared.given import read_given, write_given
from gridmap.city.shared.sorting import source_stamp
from gridmap.city.worker import digest_of
from layers.contract.errors import LayerSchemaError, Named, UsageError, quoted
from layers.contract.phrases import few
from layers.contract.text import as_text, bare_header
from layers.files.atomic import write_atomically
from layers.files.paths import require_file
from layers.registers.roster_columns import HEADERS, NEEDED, common_names, roster_columns
from layers.sheets.reading import open_table

__all__ = ["Given", "Handed", "cut_roster"]

_SHOWN = 40  # columns named in the error
_SHORTEST = 2  # signs of a name that is looked for in a longer one
_OWN = Named("It has a roster of its own, which counts.", "该镇使用自己的花名册。")
_FOREIGN = Named(
    "The file there was not written by 'city cut', or was changed since; it is left as it is. "
    "Take it away, or name it in the rules of the town as a roster of its own.",
    "该文件不是由 city cut 写入的，或写入后改过，故保持不变。"
    "请移走，或在该镇规则中另行指定花名册。",
)
_NOBODY = Named("No row of the shared roster is of this town.", "共用花名册中没有该镇人员。")


@dataclass(frozen=True)
class Given:
    """What a town got of the shared roster.

    Attributes
    ----------
    town
        Name of its folder.
    people
        Rows of the roster that are of this town.
    state
        ``new``: its file was written; ``same``: it is as before; ``own``: the town has a roster of
        its own, which counts; ``none``: nobody is of this town; ``kept``: the file there was not
        written by us, and is left.
    why
        What there is to say of it.
    """

    town: str
    people: int
    state: str
    why: Named | None = None


@dataclass(frozen=True)
class Handed:
    """A shared roster after it was cut.

    Attributes
    ----------
    towns
        What each town got, by name.
    faults
        Rows that belong to no town: `row` as a spreadsheet shows it, `town` as it is written there,
        and why, `fault` and `fault_zh`.
    """

    towns: tuple[Given, ...]
    faults: pd.DataFrame


def cut_roster(city: City) -> Handed:
    """Give every town its people of the shared roster.

    Parameters
    ----------
    city
        A city whose settings name the file (`roster`). A column of it says of which town
        is each person: by code, by name (alone or behind those of the areas above it), by name of
        the folder, or by an alias of the settings. A town whose rules name another roster keeps
        that one.

    Returns
    -------
    What each town got, and the rows that are of no town. The file of a town has the rows in their
    order, the columns under the names that every roster knows, and the code of the town.

    Raises
    ------
    UsageError
        If the settings name no file.
    LayerFileError, LayerSchemaError
        If it cannot be read, has no column for id, name or town, or an alias is of no town.
    """
    entry = city.settings.roster
    if entry is None:
        raise UsageError(
            "city.toml names no shared roster. Write '[roster]' with 'file = \"…\"' into it.",
            'city.toml 未指定共用的花名册。请写入 [roster] 和 file = "…"。',
        )
    source = city.folder / entry.file
    require_file(source)
    stamp = source_stamp(source)  # before it is read: what changes meanwhile is seen the next time
    table, town_column = _table(source, entry)
    found = _towns_of(city, table[town_column], entry.aliases)
    faults = [
        (str(row), str(value), str(why), why.zh)
        for row, value, why in zip(table.index, table[town_column], found, strict=True)
        if isinstance(why, Named)
    ]
    before: Mapping[str, str] = read_given(city, "roster").get("towns", {})
    given, digests = [], dict(before)
    for town in city.towns:
        rows = table[[one == town.name for one in found]].assign(**{town_column: town.code})
        told = _give(town, rows, entry.name, before.get(town.name, ""))
        given.append(told)
        if told.state in ("new", "same"):
            digests[town.name] = digest_of(town.folder / entry.name)
        elif told.state == "none":
            digests.pop(town.name, None)
    frame = pd.DataFrame(faults, columns=["row", "town", "fault", "fault_zh"])
    is_whole = all(town.rules is not None for town in city.towns)
    told_of = {"source": stamp if is_whole else "", "towns": digests}
    write_given(city, "roster", told_of | {"faults": frame.to_dict("records")})
    return Handed(tuple(given), frame)


def _table(source: Path, entry: SharedRoster) -> tuple[pd.DataFrame, str]:
    """Read the roster as text, its columns under the names that every roster knows."""
    given = entry.columns()
    wanted = partial(common_names, given=given)
    frame = open_table(source, sheet=entry.layer, encoding=entry.encoding, wanted=wanted).frame
    columns = roster_columns(frame.columns, given)
    lacks = [column for column in (*NEEDED, "town") if column not in columns]
    if lacks:
        wanted_of = [HEADERS[column][0] for column in lacks]
        shown = few(list(map(str, frame.columns)), _SHOWN)
        key = "id_column" if lacks[0] == "person_id" else f"{lacks[0]}_column"
        raise LayerSchemaError(
            f"The shared roster {source.name!r} has no column "
            f"{', '.join(map(repr, wanted_of))}. Found: {shown.en}. Name the column so, or say "
            f'under [roster] in city.toml which it is, such as {key} = "…".',
            f"共用花名册{quoted(source.name)}没有"
            f"{quoted(*wanted_of)}列。现有列：{shown.zh}。"
            f'请在表头写上该列名，或在 city.toml 的 [roster] 中指明，如 {key} = "…"。',
        )
    names = {columns[column]: HEADERS[column][0] for column in columns}
    # A column that only bears the name of one that is named otherwise says something else.
    kept = [one for one in frame.columns if one in names or one not in names.values()]
    texts = frame[kept].rename(columns=names).apply(as_text)
    return texts.replace(r"\s*[\r\n]+\s*", " ", regex=True), HEADERS["town"][0]


def _towns_of(city: City, given: pd.Series, aliases: Mapping[str, str]) -> list[str | Named]:
    """Find the town of every row: its folder, or why it is not known."""
    exact: dict[str, set[str]] = {}
    for town in city.towns:
        for one in (town.name, town.code, *_full_names(city, town)):
            if one:
                exact.setdefault(bare_header(one), set()).add(town.name)
    for alias, one in aliases.items():
        if not any(one in (town.name, town.code, _name_of(town)) for town in city.towns):
            raise LayerSchemaError(
                f"{alias!r} under [roster.aliases] in city.toml stands for {one!r}, which is no "
                "town of the city. Write its name, code or folder.",
                f"city.toml 的 [roster.aliases] 中{quoted(alias)}对应的{quoted(one)}不是本市的镇。"
                "请写镇的名称、编码或文件夹名。",
            )
        exact[bare_header(alias)] = {
            town.name for town in city.towns if one in (town.name, town.code, _name_of(town))
        }
    called = {town.name: bare_header(_name_of(town)) for town in city.towns}
    values = {value: _town_of(value, exact, called) for value in given.unique()}
    return [values[value] for value in given]


def _name_of(town: TownPlace) -> str:
    return town.rules.town.name if town.rules is not None else town.name


def _full_names(city: City, town: TownPlace) -> list[str]:
    """Give the names of a town, and them behind those of the areas that it lies in."""
    if town.rules is None:
        return []
    names = {one.code: one.name for one in city.settings.areas}
    names[city.settings.city.code] = city.settings.city.name
    full = town.rules.town.name
    found = [full, town.rules.town.name_en]
    for area in city.settings.areas_above(town.area):
        found.append(names[area] + town.rules.town.name)
        full = names[area] + full
        found.append(full)
    return found


def _town_of(value: str, exact: Mapping[str, set[str]], called: Mapping[str, str]) -> str | Named:
    plain = bare_header(value)
    if not plain:
        return Named("says no town", "未填所属镇")
    found = sorted(exact.get(plain, ()))
    if len(found) == 1:
        return found[0]
    if found:
        return Named(
            f"{value!r} may be any of {', '.join(found[:_SHOWN])}: write the code of the town",
            f"{quoted(value)}可指{'、'.join(found[:_SHOWN])}，请改写镇的编码",
        )
    # Alike is not the same: 新庄 is no part of 新庄集镇. Whoever knows says so.
    like = [
        town for town, name in called.items()
        if min(len(plain), len(name)) >= _SHORTEST and (name in plain or plain in name)
    ]  # fmt: skip
    told = Named(f"no town is called {value!r}", f"没有名为{quoted(value)}的镇")
    if not like:
        return told
    shown = few(like)
    return Named(
        f"{told.en}; similar: {shown.en}. If that is it, write its code, or name {value!r} under "
        "[roster.aliases] in city.toml",
        f"{told.zh}；名称相近：{shown.zh}。如属该镇，请改写镇的编码，"
        f"或在 city.toml 的 [roster.aliases] 中写明{quoted(value)}",
    )


def _give(town: TownPlace, rows: pd.DataFrame, name: str, written: str) -> Given:
    """Write the people of a town, unless they are the same or the town has its own."""
    if town.rules is None:
        return Given(town.name, len(rows), "kept", town.fault)
    if town.rules.roster is not None and town.rules.roster.file != name:
        return Given(town.name, len(rows), "own", _OWN)
    place = town.folder / name
    there = digest_of(place)
    data = rows.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")
    if rows.empty and (not there or there == written):
        place.unlink(missing_ok=True)
        return Given(town.name, 0, "none", _NOBODY)
    if hashlib.sha256(data).hexdigest() == there:
        return Given(town.name, len(rows), "same")
    if there not in ("", written):
        return Given(town.name, len(rows), "kept", _FOREIGN)
    write_atomically(place, data, overwrite=True, private=True)
    return Given(town.name, len(rows), "new")
