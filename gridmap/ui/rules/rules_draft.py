"""What a planner has changed on the form of the rules and not saved yet.

The draft lives in the session by key, apart from the widgets: only those of one section are on the
page at a time, and Streamlit forgets the others. A value that is as in the file is no change, nor
is one of a town of a city that is as all its towns have it.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any
from zlib import crc32

import streamlit as st

from gridmap.rules.changes import apply_changes, find_faults, new_faults, value_in
from gridmap.rules.fields import RuleField
from gridmap.rules.history import RulesFile
from layers.contract.errors import Named

__all__ = ["Draft", "open_draft"]

STATE = "rules-draft"


@dataclass(frozen=True)
class Draft:
    """The rules file of a town and the changes to it."""

    file: RulesFile
    text: str  # the file as it is
    changes: Mapping[str, Any]  # by dotted key; None takes the key out
    round: int  # of the widgets: a new one shows the file anew

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return self.file.path

    @property
    def opened(self) -> str:
        """What the widgets of this town and this round have in their keys, and no others."""
        return f"{self.path.parent.name}-{self.round}"

    @cached_property
    def mark(self) -> str:
        """`opened`, until somebody else changes the file: then the widgets show it anew."""
        texts = self.text + self.file.common
        return f"{self.opened}-{crc32(texts.encode()):08x}"

    @cached_property
    def changed_text(self) -> str:
        """The file with the changes in it."""
        return apply_changes(self.text, self.changes)

    @cached_property
    def whole(self) -> str:
        """The rules in force as they are: the file, with what all towns of a city say below it."""
        return self.file.whole(self.text)

    @cached_property
    def changed_whole(self) -> str:
        """The rules that would be in force with the changes."""
        return self.file.whole(self.changed_text)

    @cached_property
    def faults(self) -> list[tuple[str, Named]]:
        """Faults of the rules with the changes; what a shared file leaves to towns is none."""
        return self.new_faults if self.file.is_shared else find_faults(self.changed_whole)

    @cached_property
    def new_faults(self) -> list[tuple[str, Named]]:
        """Faults that the changes bring; those of a new town's file are there already."""
        return new_faults(self.whole, self.changed_whole)

    @cached_property
    def _given(self) -> dict[str, Any]:
        return tomllib.loads(self.changed_whole)

    @cached_property
    def _own(self) -> dict[str, Any]:
        return tomllib.loads(self.changed_text)

    @cached_property
    def _common(self) -> dict[str, Any]:
        return tomllib.loads(self.file.common)

    def value(self, key: str) -> Any:
        """Value of a key as changed; None when it is not set."""
        return _at(self._given, key)

    def own(self, key: str) -> Any:
        """Value of a key as the file itself has it with the changes; None when it says none."""
        return _at(self._own, key)

    def common(self, key: str) -> Any:
        """Value of a key as all towns of the city have it; None when none is shared."""
        return _at(self._common, key)

    def said_by(self, key: str) -> str:
        """Say who says the value of a key in a town of a city.

        "own" for the town alone, "both" where it takes the place of what all say, "common" for what
        all say; "" for a default, and where nothing is shared.
        """
        if not self.file.common or self.value(key) is None:
            return ""
        if self.own(key) is None:
            return "common"
        return "own" if self.common(key) is None else "both"

    def shown(self, field: RuleField, key: str) -> Any:
        """Value of a key as the form shows it: the default where the file says nothing."""
        value = self.value(key)
        return field.default if value is None and not field.kinds else value

    def put(self, key: str, value: Any, *, anew: bool = False) -> None:
        """Note a value for the next run.

        Parameters
        ----------
        key
            Dotted key.
        value
            The value; None takes the key out.
        anew
            Whether the widgets take their values from the draft again.
        """
        changes = dict(self.changes)
        changes.pop(key, None)
        changes[key] = value
        # What all towns say comes back where the own value goes, and the widget has to show it.
        back = value is None and self.common(key) is not None
        _keep(self.path, changes, self.round + (anew or back))

    def put_all(self, changes: Mapping[str, Any]) -> None:
        """Note the changes of a named draft in the place of all that were noted before."""
        _keep(self.path, dict(changes), self.round + 1)

    def drop_table(self, key: str) -> None:
        """Note that a table goes, with all that was changed in it."""
        changes = {
            name: value for name, value in self.changes.items() if not name.startswith(f"{key}.")
        }
        if value_in(self.text, key) is not None:
            changes[key] = None
        _keep(self.path, changes, self.round + 1)

    def discard(self) -> None:
        """Forget all changes."""
        _keep(self.path, {}, self.round + 1)


def open_draft(file: RulesFile) -> Draft:
    """Open the rules file of a town with what was changed in this session.

    Raises
    ------
    OSError, UnicodeDecodeError
        If the file cannot be read.
    """
    kept = st.session_state.get(STATE, {}).get(file.path, {"changes": {}, "round": 0})
    text = file.read()
    # What somebody else saved meanwhile is in the file now and no change any more.
    try:
        changes = _real_changes(file, text, kept["changes"])
    except ValueError:  # the file is no TOML any more
        changes = {}
    return Draft(file, text, changes, kept["round"])


def _at(tree: Any, key: str) -> Any:
    for part in key.split("."):
        tree = tree.get(part) if isinstance(tree, dict) else None
    return tree


def _real_changes(file: RulesFile, text: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is in the file already; a value of a table that goes has to be put back."""
    gone = [key for key in changes if isinstance(value_in(text, key), dict)]
    rest = apply_changes(text, dict.fromkeys(gone))

    def there(key: str) -> Any:
        own = value_in(rest, key)
        return value_in(file.common, key) if own is None and file.common else own

    return {
        key: value
        for key, value in changes.items()
        if key in gone or not (_same(value, there(key)) or _same(value, value_in(rest, key)))
    }


def _keep(path: Path, changes: dict[str, Any], number: int) -> None:
    drafts = st.session_state.setdefault(STATE, {})  # by path: another town has another draft
    drafts[path] = {"changes": changes, "round": number}


def _same(one: Any, two: Any) -> bool:
    """Whether two values are written alike; 1 and true are not."""
    if isinstance(one, (list, tuple)) and isinstance(two, (list, tuple)):
        return list(one) == list(two)
    if isinstance(one, date) != isinstance(two, date) or isinstance(one, bool) != isinstance(
        two, bool
    ):
        return False
    return bool(one == two)
