"""Towns and areas that an account is for, and whether one is among them.

A scope names areas by code and towns by code or by the name of their folder. What it does not know
it does not allow: a town without a code lies in no area.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from layers.contract.errors import UsageError, quoted

__all__ = ["EVERYTHING", "NOTHING", "Scope", "scope_of"]

MOST_NAMED = 3000  # more than a province has towns
LONGEST_NAME = 100  # characters: a folder of a town


@dataclass(frozen=True)
class Scope:
    """What somebody may see and, as a planner, change.

    Attributes
    ----------
    everything
        All towns, and what belongs to no town: accounts, the catalogue of a city, its settings.
    towns
        Codes or names of folders of towns.
    areas
        Codes of areas: all towns in them, however many levels below.
    """

    everything: bool = False
    towns: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()

    @classmethod
    def named(cls, *, towns: Iterable[str] = (), areas: Iterable[str] = ()) -> "Scope":
        """Make the scope of towns and areas as somebody typed them.

        Raises
        ------
        UsageError
            If none is named, or one cannot be the name or code of any.
        """
        scope = cls(False, _typed(towns), _typed(areas))
        if not scope.towns and not scope.areas:
            raise UsageError(
                "No town and no area is named, so the account would open nothing. Name one, or "
                "remove the account.",
                "未指定任何镇或区域，该账号将打不开任何内容。请至少指定一个，或删除该账号。",
            )
        return scope

    def allows(self, town: str | Iterable[str], area: str | Iterable[str] = ()) -> bool:
        """Whether a town is among them.

        Parameters
        ----------
        town
            Code of the town or name of its folder, or both.
        area
            Code of the area that it lies in, or of all areas that it lies in
            (`gridmap.city.settings.Settings.areas_above`); "" for none known.
        """
        if self.everything:
            return True
        return bool(self.towns & _given(town)) or bool(self.areas & _given(area))

    @property
    def codes(self) -> list[str]:
        """All that it names, areas first; [] for everything."""
        return [*sorted(self.areas), *sorted(self.towns)]

    def written(self) -> dict[str, list[str]]:
        """Give the scope as files keep it; {} for everything."""
        if self.everything:
            return {}
        return {"towns": sorted(self.towns), "areas": sorted(self.areas)}

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> "Scope | None":
        """Read what a file keeps; None for what no scope is, which allows nothing.

        Where neither towns nor areas are written there is no bound: accounts of before scopes.
        """
        kept = [row[key] for key in ("towns", "areas") if key in row]
        if not kept:
            return EVERYTHING
        if not all(isinstance(names, list) for names in kept):
            return None
        if not all(isinstance(name, str) and name for names in kept for name in names):
            return None
        return cls(False, frozenset(row.get("towns", ())), frozenset(row.get("areas", ())))


EVERYTHING = Scope(everything=True)
NOTHING = Scope()


class _HasScope(Protocol):
    @property
    def scope(self) -> Scope: ...


def scope_of(account: _HasScope | None) -> Scope:
    """Give what an account is for; nothing for nobody."""
    return account.scope if account is not None else NOTHING


def _given(names: str | Iterable[str]) -> frozenset[str]:
    return frozenset([names] if isinstance(names, str) else names) - {""}


def _typed(names: Iterable[str]) -> frozenset[str]:
    found = frozenset(name.strip() for name in names) - {""}
    wrong = sorted(
        name
        for name in found
        if len(name) > LONGEST_NAME or not name.isprintable() or set("/\\") & set(name)
    )
    if wrong or len(found) > MOST_NAMED:
        shown = wrong[0] if wrong else f"… ({len(found)})"
        raise UsageError(
            f"{shown!r} is neither the code nor the folder of a town or area. Give codes such as "
            f"410122, at most {MOST_NAMED}.",
            f"{quoted(shown)}不是镇或区域的编码，也不是镇的文件夹名。"
            f"请给出编码，如 410122，最多 {MOST_NAMED} 个。",
        )
    return found
