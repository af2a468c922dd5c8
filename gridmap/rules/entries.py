"""What the rules of a town say about its files: which file is what, and what is still missing.

Read leniently from the text: a town that is being put together has no valid rules yet.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from gridmap.rules.text import add_table, drop_value, read_values, set_value

__all__ = [
    "PLACELESS",
    "ROLES",
    "SINGLE",
    "Entry",
    "Role",
    "declare",
    "entries_of",
    "missing_parts",
    "undeclare",
]

Role = Literal[
    "hierarchy", "layer", "roads", "context", "unit", "barriers", "growth_boundary",
    "register", "roster", "site", "group", "board", "cases", "business",
]  # fmt: skip
ROLES: tuple[Role, ...] = get_args(Role)
# Where the one file of a role stands; layers and registers are lists.
SINGLE: Mapping[Role, tuple[str, ...]] = {
    "hierarchy": ("hierarchy",),
    "roads": ("roads",),
    "barriers": ("contiguity", "barriers"),
    "growth_boundary": ("growth_boundary",),
    "roster": ("roster",),
}
LISTS: Mapping[Role, str] = {
    "layer": "layers",
    "register": "registers",
    "context": "context",
    "unit": "units",
    "site": "sites",
    "group": "groups",
    "board": "boards",
    "cases": "cases",
    "business": "business",
}
# Tables of people and things that lie nowhere themselves: no coordinate system is asked for.
PLACELESS: frozenset[Role] = frozenset({"roster", "group", "board"})


@dataclass(frozen=True)
class Entry:
    """One file as the rules name it."""

    role: Role
    path: tuple[str | int, ...]  # in the rules
    file: str
    layer: str  # in the file; "" for the only one
    values: Mapping[str, Any]  # all that the rules say of it


def entries_of(text: str) -> list[Entry]:
    """List the files that rules name, in the order of the roles.

    Raises
    ------
    LayerFileError
        If the text is not TOML.
    """
    given = read_values(text)
    found = []
    for role in ROLES:
        for path, table in _tables(given, role):
            if isinstance(table, dict) and isinstance(table.get("file"), str):
                layer = table.get("layer")
                name = layer if isinstance(layer, str) else ""
                found.append(Entry(role, path, table["file"], name, table))
    return found


def declare(text: str, role: Role, values: Mapping[str, Any], *, old: Entry | None = None) -> str:
    """Say what a file is; an entry that it had before is replaced.

    Parameters
    ----------
    text
        The rules.
    role
        What the file is for.
    values
        Keys of its table in the rules, `file` among them; those that are None are left out.
    old
        What the rules said of the same file before.

    Returns
    -------
    The rules with the entry. A role with one file only loses the file that it had.
    """
    kept = {key: value for key, value in values.items() if value not in (None, "")}
    if old is not None and old.role != role:
        text = undeclare(text, old)
        old = None
    if role in SINGLE:
        return set_value(text, SINGLE[role], kept)
    if old is not None:
        return set_value(text, old.path, kept)
    return add_table(text, LISTS[role], kept)


def undeclare(text: str, entry: Entry) -> str:
    """Take a file out of the rules."""
    return drop_value(text, entry.path)


def missing_parts(town: Path, text: str) -> list[str]:
    """Say what a plan of the town still needs: "crs", "hierarchy", "layer", "files", in that order.

    "files" stands for files that the rules name and that are not in the folder.
    """
    entries = entries_of(text)
    roles = {entry.role for entry in entries}
    town_table = read_values(text).get("town", {})
    has_crs = isinstance(town_table, dict) and bool(town_table.get("crs"))
    files = [entry.file for entry in entries if not (town / entry.file).exists()]
    needs = {
        "crs": not has_crs,
        "hierarchy": "hierarchy" not in roles,
        "layer": "layer" not in roles,
        "files": bool(files),
    }
    return [part for part, lacks in needs.items() if lacks]


def _tables(given: Mapping[str, Any], role: Role) -> list[tuple[tuple[str | int, ...], Any]]:
    if role in SINGLE:
        found: Any = given
        for key in SINGLE[role]:
            found = found.get(key) if isinstance(found, dict) else None
        return [(SINGLE[role], found)]
    listed = given.get(LISTS[role], [])
    listed = listed if isinstance(listed, list) else []
    return [((LISTS[role], number), table) for number, table in enumerate(listed)]
