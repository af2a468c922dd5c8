"""A town of a city before it is planned: its folder, and common rules merged with its own.

Values are merged at once, which costs little; the text, which a plan keeps, when it is asked for.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from gridmap.city.settings import FILE, Settings, text_of, toml_of
from gridmap.city.shared.merging import merged_rules, merged_values
from gridmap.rules import Rules, check_rules
from gridmap.rules.tables import read_tables
from layers.contract.errors import GridmapError, Named, quoted

__all__ = ["RULES", "Texts", "TownPlace", "common_rules", "read_town", "rules_of", "text_in_force"]

RULES = "rules.toml"
_KEPT = 5_000  # towns


@dataclass(frozen=True)
class Texts:
    """What the rules of a town are made of.

    Attributes
    ----------
    common, own
        Texts of rules files, both valid TOML; "" for none.
    roster
        File with the people that the town was given, if its rules name none; "" for none.
    agreed
        Layer of agreed borders; "" for none.
    """

    common: str
    own: str
    roster: str = ""
    agreed: str = ""


@dataclass(frozen=True)
class TownPlace:
    """A town of a city before it is planned.

    Attributes
    ----------
    name
        Of its folder; unique in the city.
    folder
        With rules and layers.
    rules
        Common rules with what the town says otherwise; None where they are no rules.
    fault
        Why there are no rules, or why they are not to be followed.
    area
        Code of the area that it lies in.
    texts
        What the rules are made of; None where they are no rules.
    """

    name: str
    folder: Path
    rules: Rules | None
    fault: Named | None
    area: str
    texts: Texts | None = None

    @property
    def code(self) -> str:
        """Code of the town; "" where its rules cannot be read."""
        return self.rules.town.code if self.rules is not None else ""

    @property
    def rules_text(self) -> str:
        """The text of the merged rules; "" where they are no rules."""
        return text_in_force(self.texts) if self.texts is not None else ""


def common_rules(folder: Path, settings: Settings) -> str:
    """Read the rules that all towns of a city share; "" where there are none.

    Raises
    ------
    LayerFileError
        If they cannot be read.
    """
    if not settings.city.rules:
        return ""
    path = folder / settings.city.rules
    text = text_of(path, _missing(path))
    toml_of(text, path)
    return text


def read_town(
    folder: Path, settings: Settings, *, common: str, area: str, agreed: str
) -> TownPlace:
    """Read the rules of a town; where they are wrong it is told with its fault.

    Parameters
    ----------
    folder
        Of the town.
    settings
        Of the city.
    common
        Rules that all towns share.
    area
        Code of the area that it lies in; "" for that of its code.
    agreed
        Layer of agreed borders that counts; "" for none.
    """
    path, shared = folder / RULES, settings.roster
    try:
        own = text_of(path, _missing(path))
        roster = shared.name if shared is not None and (folder / shared.name).exists() else ""
        texts = Texts(common, own, roster, agreed)
        rules = rules_of(texts, path, f"{folder.name}/{RULES}")
    except GridmapError as error:
        fault = Named(str(error), error.zh)
        return TownPlace(folder.name, folder, None, fault, area or settings.city.code)
    area = area or settings.area_of_code(rules.town.code)
    return TownPlace(folder.name, folder, rules, None, area, texts)


# The same texts are not read again: a page opens thousands of towns anew when one has changed.
@lru_cache(_KEPT)
def rules_of(texts: Texts, path: Path, source: str) -> Rules:
    """Give the rules in force.

    Parameters
    ----------
    texts
        What they are made of.
    path, source
        Of the town's own rules: the file, and what it is called where something is wrong.

    Raises
    ------
    GridmapError
        If they are no rules.
    """
    values = merged_values(read_tables(texts.common), toml_of(texts.own, path))
    return check_rules(merged_values(values, _given(texts, values)), source=source)


@lru_cache(_KEPT)
def text_in_force(texts: Texts) -> str:
    """Give the text of the rules in force, which a plan keeps."""
    text = merged_rules(texts.common, texts.own)
    for key, table in _given(texts, read_tables(text)).items():
        text = merged_rules(text, f"[{key}]\nfile = {json.dumps(table['file'])}\n")
    return text


def _given(texts: Texts, values: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Give the tables that name what the town was given by the city."""
    given = {}
    if texts.roster and "roster" not in values:
        given["roster"] = {"file": texts.roster}
    if texts.agreed:
        given["agreed_borders"] = {"file": texts.agreed}
    return given


def _missing(path: Path) -> Named:
    return Named(
        f"There is no file {str(path)!r}. Put it there, or correct its name in {FILE}.",
        f"没有文件{quoted(path)}。请放入该文件，或在 {FILE} 中更正其名称。",
    )
