"""The rules of a town of a city, and those that all its towns share, as files that are changed.

What a town says takes the place of what all say, so the file of a town is checked and shown with
the shared one below it. A change of the shared file is looked at in every town before it is made:
none may become wrong by it, and whoever makes it is told whose plans it makes out of date.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from gridmap.access.behalf import require_all_towns
from gridmap.city.borders.record import read_agreed
from gridmap.city.folder import City, open_city
from gridmap.city.settings import read_settings
from gridmap.city.shared.town_rules import (
    RULES,
    Texts,
    common_rules,
    rules_of,
    text_in_force,
)
from gridmap.rules.history import RulesFile, next_text, redo_save, save_rules, undo_save
from gridmap.rules.tables import read_tables
from gridmap.rules.text import get_value, set_tables
from layers.contract.errors import GridmapError, Named, PlanError, quoted

__all__ = [
    "Effect",
    "effect_of_shared",
    "own_with_list",
    "redo_shared",
    "save_shared",
    "shared_file",
    "town_file",
    "undo_shared",
]

_NAMED = 5  # towns that an error names


@dataclass(frozen=True)
class Effect:
    """What a change of the shared rules does.

    Attributes
    ----------
    changed
        Names of towns whose rules in force become others.
    stale
        Those of them that have a plan, which is then out of date.
    faulty
        What would be wrong with the rules of towns that were right, by name.
    """

    changed: tuple[str, ...]
    stale: tuple[str, ...]
    faulty: dict[str, Named]


def town_file(city: Path, town: Path) -> RulesFile:
    """Give the rules file of a town, with what its city says below it.

    Parameters
    ----------
    city
        Folder of the city.
    town
        Folder with the data of the town.

    Raises
    ------
    GridmapError
        If the settings, the shared rules or the record of agreed borders cannot be read.
    """
    settings = read_settings(city)
    shared = settings.roster
    roster = shared.name if shared is not None and (town / shared.name).exists() else ""
    texts = Texts(common_rules(city, settings), "", roster, read_agreed(city).get(town.name, ""))

    def whole(own: str) -> str:
        try:
            read_tables(own)
        except ValueError:
            return own  # no TOML: what is wrong with it is told of it alone
        return text_in_force(replace(texts, own=own))

    return RulesFile(town / RULES, texts.common, whole)


def own_with_list(file: RulesFile, own: str, name: str) -> str:
    """Give a town's rules with a list of tables that is so far as all towns have it.

    A list of the town takes the place of the shared one as a whole, so whoever adds to it in one
    town begins with what all have.
    """
    shared = get_value(file.common, (name,), []) if file.common else []
    if not shared or get_value(own, (name,)) is not None:
        return own
    return set_tables(own, name, shared)


def shared_file(city: Path) -> RulesFile | None:
    """Give the rules file that all towns of a city share; None where there is none.

    Raises
    ------
    GridmapError
        If the settings cannot be read.
    """
    name = read_settings(city).city.rules
    return RulesFile(city / name, is_shared=True) if name else None


def effect_of_shared(city: Path | City, text: str) -> Effect:
    """Say what another text of the shared rules would do; nothing is changed.

    Parameters
    ----------
    city
        The city, or its folder.
    text
        Of the shared rules, valid TOML.
    """
    if isinstance(city, Path):
        city = open_city(city)
    changed, stale, faulty = [], [], {}
    for town in city.towns:
        if town.texts is None:
            continue
        texts = replace(town.texts, common=text)
        try:
            rules_of(texts, town.folder / RULES, f"{town.name}/{RULES}")
        except GridmapError as error:
            faulty[town.name] = Named(str(error), error.zh)
            continue
        # A plan keeps the text, and is out of date when that is another.
        if text_in_force(texts) != town.rules_text:
            changed.append(town.name)
            if city.plan_of(town.name).exists():
                stale.append(town.name)
    return Effect(tuple(changed), tuple(stale), faulty)


def save_shared(city: Path, change: Callable[[str], str], *, seen: str) -> str:
    """Change the rules that all towns share, for whoever is for all of them.

    Parameters
    ----------
    city
        Folder of the city.
    change
        Gives the new text from the one in force.
    seen
        The text that the change was made on.

    Raises
    ------
    AccessEndedError
        If who this is done for is not for all towns.
    PlanError
        If a town whose rules were right would have wrong ones; nothing is changed then.
    GridmapError
        As of `gridmap.rules.history.save_rules`.
    """
    require_all_towns()

    def checked(before: str) -> str:
        after = change(before)
        if after != before:
            _require_none_wrong(city, after)
        return after

    return save_rules(_require_shared(city).path, checked, seen=seen)


def undo_shared(city: Path, *, seen: str) -> str:
    """Take the last save of the shared rules back, as `save_shared` makes one.

    `seen` is the text whose save is meant: one that somebody else has made since stays.
    """
    require_all_towns()
    path = _require_shared(city).path
    _require_none_wrong(city, next_text(path))
    return undo_save(path, seen=seen)


def redo_shared(city: Path, *, seen: str) -> str:
    """Bring back the save of the shared rules that was taken back last; see `undo_shared`."""
    require_all_towns()
    path = _require_shared(city).path
    _require_none_wrong(city, next_text(path, redo=True))
    return redo_save(path, seen=seen)


def _require_shared(city: Path) -> RulesFile:
    file = shared_file(city)
    if file is None:
        raise PlanError("The towns share no rules.", "各镇没有共用的规则。")
    return file


def _require_none_wrong(city: Path, text: str) -> None:
    wrong = effect_of_shared(city, text).faulty
    if not wrong:
        return
    count, names = len(wrong), list(wrong)[:_NAMED]
    first, first_zh = wrong[names[0]].en, wrong[names[0]].zh
    raise PlanError(
        f"The rules of {count} of the towns would be wrong with it, such as "
        f"{', '.join(map(repr, names))}: {first} Nothing was changed; mend these towns first.",
        f"改后有 {count} 个镇的规则会出错，如{quoted(*names)}：{first_zh}"
        "未作任何更改，请先改正这些镇的规则。",
    )
