"""One file of a town, read as dividing will read it: what would stop there is known here already.

The page of the data shows a file as settled only when it has been read like this. The readers are
those of `gridmap.town`; nothing is decided here.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import ValidationError
from pyproj import CRS

from boundaries.hierarchy import require_sound_hierarchy
from gridmap.rules.entries import Role, entries_of
from gridmap.rules.files import Hierarchy
from gridmap.rules.text import get_value, set_value
from layers.crs import WORK_CRS, parse_work_crs
from layers.errors import GridmapError
from layers.grids import read_hierarchy
from layers.ground import read_ground_and_issues
from layers.lines import read_lines
from layers.reading import Declared
from layers.registers import read_register
from layers.roster import read_roster

__all__ = ["check_entry", "with_code_of_hierarchy"]


def check_entry(folder: Path, role: Role, values: Mapping[str, Any], crs: CRS) -> None:
    """Read a file of a town as the rules name it.

    Parameters
    ----------
    folder
        Of the town.
    role
        What the file is.
    values
        Its table in the rules.
    crs
        Work CRS of the town, in metres.

    Raises
    ------
    GridmapError
        As dividing would be stopped.
    """
    path = folder / str(values["file"])
    text = _texts(values)
    layer, declared = text.get("layer"), _declared(text)
    if role == "roster":
        read_roster(path, layer=layer, encoding=text.get("encoding"))
    elif role == "hierarchy":
        require_sound_hierarchy(_hierarchy(path, text, crs))
    elif role == "register":
        read_register(
            path,
            category=text.get("category", ""),
            id_column=text.get("id_column", ""),
            crs=crs,
            layer=layer,
            name_column=text.get("name_column"),
            record_column=text.get("record_column"),
            declared=declared,
        )
    elif role in ("roads", "barriers"):
        read_lines(path, crs=crs, layer=layer, declared=declared)
    else:
        _read_ground(folder, path, role, text, crs)


def with_code_of_hierarchy(rules_text: str, folder: Path) -> str:
    """Take the code of a town from its hierarchy: it is there, and nobody types it twice.

    Parameters
    ----------
    rules_text
        The rules of the town; they need not be complete.
    folder
        Of the town.

    Returns
    -------
    The rules; the same where there is no hierarchy or work CRS yet, or it has not one top grid.
    """
    entry = next((one for one in entries_of(rules_text) if one.role == "hierarchy"), None)
    crs = str(get_value(rules_text, ("town", "crs"), ""))
    if entry is None or not crs:
        return rules_text
    try:
        work = parse_work_crs(crs, WORK_CRS)
        grids = _hierarchy(folder / entry.file, _texts(entry.values), work)
    except (GridmapError, ValueError):  # told at the file
        return rules_text
    tops = [str(code) for code in grids.index[grids["level"] == 1]]
    known = str(get_value(rules_text, ("town", "code"), ""))
    if len(tops) != 1 or tops[0] == known:
        return rules_text
    return set_value(rules_text, ("town", "code"), tops[0])


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items() if isinstance(value, str) and value}


def _hierarchy(path: Path, text: Mapping[str, str], crs: CRS) -> pd.DataFrame:
    try:
        columns = Hierarchy(**text).columns()
    except ValidationError:  # said where the rules are looked at
        columns = {}
    grids, _ = read_hierarchy(
        path, crs=crs, layer=text.get("layer"), declared=_declared(text), columns=columns
    )
    return grids


def _read_ground(folder: Path, path: Path, role: Role, text: Mapping[str, str], crs: CRS) -> None:
    codes: str | Path | None = text.get("codes")
    if codes and (folder / codes).is_file():
        codes = folder / codes
    read_ground_and_issues(
        path,
        crs=crs,
        layer=text.get("layer"),
        code_column=text.get("code_column"),
        codes=codes,
        record_column=text.get("record_column"),
        name_column=text.get("name_column"),
        category=text.get("category"),
        subclass="other_land" if role == "growth_boundary" else text.get("subclass"),
        declared=_declared(text),
    )


def _declared(text: Mapping[str, str]) -> Declared:
    return Declared(**{name: text.get(name) for name in ("crs", "datum", "encoding")})
