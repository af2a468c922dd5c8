"""Changes of rules by key: written into the text of the file, checked, and told apart.

A key is dotted as in the sentences about faults: `capacity.officer_hours`. Nothing is written to a
file here.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from gridmap.rules import Rules, parse_rules
from gridmap.rules.faults import placed_faults
from gridmap.rules.text import drop_value, get_value, read_values, set_tables, set_value
from layers.contract.errors import GridmapError, Named

__all__ = [
    "Difference",
    "apply_changes",
    "differences",
    "differing",
    "find_faults",
    "new_faults",
    "rules_with",
    "value_in",
]


@dataclass(frozen=True)
class Difference:
    """A value that two rules files do not have in common; None where it is not set."""

    key: str
    old: Any
    new: Any


def apply_changes(text: str, changes: Mapping[str, Any]) -> str:
    """Write values into the text of a rules file by dotted key; None takes a key out.

    Raises
    ------
    GridmapError
        If the text is not TOML, or a key leads through something that is no table.
    """
    for key, value in changes.items():
        path = key.split(".")
        if value is None:
            text = drop_value(text, path)
        elif len(path) == 1 and _is_tables(value):
            text = set_tables(text, key, value)
        else:
            text = set_value(text, path, list(value) if isinstance(value, tuple) else value)
    return text


def rules_with(text: str, changes: Mapping[str, Any]) -> Rules | None:
    """Give the rules that `apply_changes` would write, to be tried: no text is made.

    Returns
    -------
    None where the changed values are no rules.
    """
    given = read_values(text)
    for key, value in changes.items():
        *path, name = key.split(".")
        table = given
        for one in path:
            table = table.setdefault(one, {})
        if value is None:
            table.pop(name, None)
        else:
            table[name] = list(value) if isinstance(value, tuple) else value
    try:
        return Rules.model_validate(given)
    except ValidationError:
        return None


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def value_in(text: str, key: str) -> Any:
    """Give the value of a dotted key as the file has it; None when it is not set."""
    return get_value(text, key.split("."))


def find_faults(text: str) -> list[tuple[str, Named]]:
    """Check the text of a rules file.

    Returns
    -------
    Every fault with its dotted key, the key of its section, or "" for the file as a whole; the
    sentences do not say the key again.
    """
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        try:
            parse_rules(text)
        except GridmapError as error:
            return [("", Named(str(error), error.zh))]
        raise
    try:
        Rules.model_validate(given)
    except ValidationError as error:
        return placed_faults(error, given, Rules)
    return []


def new_faults(before: str, after: str) -> list[tuple[str, Named]]:
    """List the faults of a text that another one does not have.

    The rules of a new town lack much at first; a change may be saved as long as it makes nothing
    worse. A text that is no TOML at all is always worse.
    """
    known = find_faults(before)
    return [fault for fault in find_faults(after) if not fault[0] or fault not in known]


def differences(old: str, new: str) -> list[Difference]:
    """List the values of two sound rules files that differ, in the order of the sections.

    A value that is not set counts as its default. Lists of files are compared as a whole.
    """
    return differing(parse_rules(old), parse_rules(new))


def differing(old: Rules, new: Rules) -> list[Difference]:
    """List the values of two sets of rules that differ, in the order of the sections."""
    before, after = (_flat(rules.model_dump(mode="json")) for rules in (old, new))
    keys = list(dict.fromkeys([*before, *after]))
    return [
        Difference(key, before.get(key), after.get(key))
        for key in keys
        if before.get(key) != after.get(key)
    ]


def _flat(tree: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    rows: dict[str, Any] = {}
    for name, value in tree.items():
        key = f"{prefix}{name}"
        if isinstance(value, Mapping):
            rows |= _flat(value, f"{key}.")
        else:
            rows[key] = value
    return rows
