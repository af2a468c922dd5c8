"""Leaders and home villages of a roster, told from the words of office and post.

西村党支部书记、网格长 leads the grid 西村; 西村村委会 is where somebody is at home. A grid has one
leader: of several who may be it, the one whose words say it most clearly.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import pandas as pd

from layers.contract.errors import Named
from layers.contract.text import narrow
from layers.registers.roster_words import ROLE_WORDS, plain_word, words_of

__all__ = ["GridNames", "homes_from", "leaders_from"]

# The clearer word comes first. A deputy leads nothing.
_LEADS = (
    re.compile(r"(?<!副)网格长"),
    re.compile(r"(?<!副)(?:党支部书记|支部书记|党总支书记|村书记|支书|书记)"),
    re.compile(r"(?<!副)(?:村主任|村委会主任|居委会主任|社区主任|村长|主任)"),
)
_OF_TOWN = re.compile(r"(?<!副)(?:党委|党工委)书记")
_DEPUTY = re.compile(r"副(?:网格长|书记|主任|村长|支书)")
_ENDINGS = re.compile(r"(?:行政村|村民委员会|居民委员会|村委会|居委会|社区|村|街道|镇|乡)$")
_VILLAGES = 2  # level of homes


@dataclass(frozen=True)
class GridNames:
    """The grids of a town by name."""

    rows: tuple[tuple[str, str, int], ...]  # code, name, level

    @classmethod
    def of(cls, grids: gpd.GeoDataFrame) -> "GridNames":
        """Take them from a frame with `code` (or as index), `name` and `level`."""
        codes = grids.get("code", grids.index)
        texts: Iterable[tuple[str, str, int]] = zip(
            map(str, codes), map(narrow, grids["name"]), map(int, grids["level"]), strict=True
        )
        return cls(tuple(row for row in texts if row[1]))

    @cached_property
    def _words(self) -> list[tuple[str, str, str, int]]:
        """Whole names, and names without 村 and the like; the longest first."""
        found: dict[str, tuple[str, str, int]] = {}
        doubled = set()
        for code, name, level in self.rows:
            stem = _ENDINGS.sub("", name)
            for word in {name, stem} if len(stem) > 1 else {name}:
                known = found.get(word)
                if known is not None and known[2] == level:
                    doubled.add(word)
                if known is None or level < known[2]:
                    found[word] = (code, name, level)
        rows = [(word, *row) for word, row in found.items() if word not in doubled]
        return sorted(rows, key=lambda row: (-len(row[0]), row[0]))

    def named_in(self, text: str, *, level: int | None = None) -> tuple[str, str, int] | None:
        """Give code, name and level of the grid whose name a text holds, the longest name first.

        Parameters
        ----------
        text
            Such as an office.
        level
            Only grids of this level.
        """
        plain = plain_word(text)
        for word, code, name, of in self._words:
            if (level is None or of == level) and plain_word(word) in plain:
                return code, name, of
        return None

    def village_of(self, code: str) -> tuple[str, str] | None:
        """Give code and name of the village that a grid is in, by its code."""
        return next(
            (
                (one, name)
                for one, name, level in self.rows
                if level == _VILLAGES and code.startswith(one)
            ),
            None,
        )


def leaders_from(people: pd.DataFrame, grids: GridNames) -> dict[object, tuple[str, str, Named]]:
    """Find the standing leaders whom a roster names by their post alone.

    Parameters
    ----------
    people
        Rows under our names of columns.
    grids
        The grids of the town.

    Returns
    -------
    Code, name of the grid and the reason by row. Whoever has a role or a grid already keeps it,
    and a grid that has its leader gets no other.
    """
    led = set()
    claims: list[tuple[int, int, object, tuple[str, str], Named]] = []
    for place, row in enumerate(people.index):
        one = people.loc[row]
        role = words_of(str(one["role"]))
        text = f"{one['office']} {one['role']}"
        at = None
        if one["present_grid"]:
            at = grids.named_in(str(one["present_grid"])) or (one["present_grid"], "", 0)
        if "网格长" in role and at is not None:
            led.add(at[0])
            continue
        if any(word in ROLE_WORDS for word in role) and "网格长" not in role:
            continue
        if _DEPUTY.search(text):
            continue
        rank = next((at for at, word in enumerate(_LEADS) if word.search(text)), None)
        there = grids.named_in(text) or (at if at and at[1] else None)
        if rank is None or there is None:
            continue
        # A secretary of the town's own offices leads no grid by that alone.
        if there[2] == 1 and rank > 0 and not _OF_TOWN.search(text):
            continue
        why = Named(f"the post names {there[1]}", f"职务中写有“{there[1]}”")
        claims.append((rank, place, row, (there[0], there[1]), why))
    found: dict[object, tuple[str, str, Named]] = {}
    for _, _, row, (code, name), why in sorted(claims, key=lambda claim: claim[:2]):
        if code not in led:
            led.add(code)
            found[row] = (code, name, why)
    return {row: found[row] for row in people.index if row in found}


def homes_from(people: pd.DataFrame, grids: GridNames) -> dict[object, tuple[str, Named]]:
    """Find home villages that are missing: the village that the office or present grid names.

    Returns
    -------
    Name of the village and the reason, by row.
    """
    found: dict[object, tuple[str, Named]] = {}
    for row in people.index[people["home_code"] == ""]:
        one = people.loc[row]
        there = grids.named_in(str(one["office"]), level=_VILLAGES)
        why = Named("the office names the village", "单位职务中写有该村")
        if there is None and one["present_grid"]:
            at = grids.named_in(str(one["present_grid"]))
            village = grids.village_of(at[0] if at else str(one["present_grid"]))
            there = (*village, _VILLAGES) if village else None
            why = Named("the present grid lies in it", "现任网格在该村")
        if there is not None:
            found[row] = (there[1], why)
    return found
