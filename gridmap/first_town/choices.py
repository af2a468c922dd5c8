"""What a person has decided about the files of a first town; kept beside them as JSON.

Everything else is found anew from the files, so that a page that is loaded again is where it was.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from layers.files.atomic import write_atomically

__all__ = ["Choices", "read_choices", "write_choices"]

_FILE = ".choices.json"
_OF_PLACE: tuple[str, ...] = ("crs", "datum")
_MAPPINGS = ("roles", "places", "targets", "answers")


@dataclass(frozen=True)
class Choices:
    """Answers so far; whatever is empty goes by what was found."""

    # By layer: {"role": …, "values": {…}}, {"crs": …, "datum": …}.
    roles: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    places: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    # Category or sub-class by the code or name of a class.
    targets: Mapping[str, str] = field(default_factory=dict)
    # By question: which map wins, the name and code of the town, hours, how many micro-grids.
    answers: Mapping[str, str] = field(default_factory=dict)
    refused: tuple[str, ...] = ()  # keys of repairs of the roster that are not wanted

    def with_role(self, key: str, role: str, values: Mapping[str, Any]) -> "Choices":
        """Say what a layer is; what was said of its place before goes."""
        kept = {name: value for name, value in values.items() if value not in (None, "")}
        places = {name: value for name, value in self.places.items() if name != key}
        told = {one: str(kept.pop(one)) for one in _OF_PLACE if one in kept}
        if told:
            places[key] = told
        return replace(
            self, roles={**self.roles, key: {"role": role, "values": kept}}, places=places
        )

    def with_answer(self, question: str, answer: str) -> "Choices":
        """Answer a question."""
        return replace(self, answers={**self.answers, question: answer})

    @property
    def mark(self) -> str:
        """Give a text that changes with any of them."""
        return json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)


def read_choices(folder: Path) -> Choices:
    """Read what was decided in a folder; a damaged file counts as none."""
    try:
        given = json.loads((folder / _FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Choices()
    if not isinstance(given, dict):
        return Choices()
    maps = {name: dict(given[name]) for name in _MAPPINGS if isinstance(given.get(name), dict)}
    refused = given.get("refused")
    told = tuple(map(str, refused)) if isinstance(refused, list) else ()
    return Choices(**maps, refused=told)


def write_choices(folder: Path, choices: Choices) -> None:
    """Keep what was decided beside the files."""
    write_atomically(folder / _FILE, choices.mark.encode(), overwrite=True, private=True)
