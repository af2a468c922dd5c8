"""Rules that towns share, with what a town says otherwise: one text, kept in the plan of the town.

Tables are merged key by key; a value or a list of the town takes the place of the common one.
"""

import tomllib
from collections.abc import Mapping
from typing import Any

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.exceptions import TOMLKitError

from gridmap.rules.tables import cut_tables, read_tables

__all__ = ["merged_rules", "merged_values"]


def merged_rules(common: str, own: str) -> str:
    """Merge the rules of a town into the common ones.

    Parameters
    ----------
    common, own
        Texts of rules files, both valid TOML; "" for none.

    Returns
    -------
    One text with the comments of both where they can be kept. Without common rules it is the own
    text, letter by letter.
    """
    if not common.strip():
        return own
    wanted = merged_values(read_tables(common), read_tables(own))
    # Tables in an unusual order may come out otherwise: what is said counts more than comments.
    for way in (_merged_tables, _merged_whole):
        try:
            text = way(common, own)
        except (
            TOMLKitError,
            ValueError,
            AttributeError,
        ):  # a table below an inline one, a table begun twice
            continue
        if _says(text, wanted):
            return text
    return tomlkit.dumps(wanted)


def merged_values(common: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Merge rules as read; neither is changed, and what is inside may be shared with them."""
    result = dict(common)
    for key, value in own.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = merged_values(result[key], value) if both else value
    return result


def _says(text: str, wanted: Mapping[str, Any]) -> bool:
    try:
        return read_tables(text) == wanted
    except tomllib.TOMLDecodeError:
        return False


def _merged_tables(common: str, own: str) -> str:
    """Merge only what both speak of; what one of them says alone stays as it is written."""
    shared, mine = _by_first_key(common), _by_first_key(own)
    text = "".join(
        _merged_whole(part, mine.pop(key)) if key and key in mine else part
        for key, part in shared.items()
    )
    added = [part.strip("\n") for part in mine.values() if part.strip()]
    return "\n\n".join([text.strip("\n"), *added]) + "\n"


def _by_first_key(text: str) -> dict[str, str]:
    """Give the tables of a text by the first key of their headers; "" for what stands before."""
    parts: dict[str, str] = {}
    for path, _, part in cut_tables(text):
        key = path[0] if path else ""
        parts[key] = parts.get(key, "") + part
    return parts


def _merged_whole(common: str, own: str) -> str:
    document = tomlkit.parse(common)
    _merge_into(document, tomlkit.parse(own))
    return tomlkit.dumps(document)


def _merge_into(common: TOMLDocument | Any, own: Mapping[str, Any]) -> None:
    for key, value in own.items():
        if isinstance(value, Mapping) and isinstance(common.get(key), Mapping):
            _merge_into(common[key], value)
        elif key in common:
            common[key] = value
        else:
            common.add(key, value)
