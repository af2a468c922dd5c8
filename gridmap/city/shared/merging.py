"""Rules that towns share, with what a town says otherwise: one text, kept in the plan of the town.

Tables are merged key by key; a value or a list of the town takes the place of the common one.
"""

import tomllib
from collections.abc import Mapping
from typing import Any

import tomlkit
from tomlkit import TOMLDocument

__all__ = ["merged_rules"]


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
    wanted = _merged(tomllib.loads(common), tomllib.loads(own))
    document = tomlkit.parse(common)
    _merge_into(document, tomlkit.parse(own))
    text = tomlkit.dumps(document)
    # Tables in an unusual order may come out otherwise: what is said counts more than comments.
    return text if tomllib.loads(text) == wanted else tomlkit.dumps(wanted)


def _merged(common: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    result = dict(common)
    for key, value in own.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = _merged(result[key], value) if both else value
    return result


def _merge_into(common: TOMLDocument | Any, own: Mapping[str, Any]) -> None:
    for key, value in own.items():
        if isinstance(value, Mapping) and isinstance(common.get(key), Mapping):
            _merge_into(common[key], value)
        elif key in common:
            common[key] = value
        else:
            common.add(key, value)
