"""The code system of a column of land-use codes, guessed and said, and the classes found in it.

The same digits mean different things in different systems; names beside the codes decide, else the
share of codes that a system knows. A guess is shown to a person before anything is made of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from gridmap.first_town.land_names import target_of_name
from layers.contract.errors import GridmapError, Named
from layers.landuse.code_tables import CODE_SYSTEMS
from layers.landuse.codes import classify

__all__ = ["CodeGuess", "classes_of", "guess_system", "table_for"]

_SURE_BY, _KNOWN = 0.2, 0.9
_BY_DIGITS = tuple(system for system in CODE_SYSTEMS if system != "osm")
_OLD = "gbt21010_2007"
_NEWEST = {"gbt21010": 3, "yongdi_yonghai_2023": 2, "gbt21010_2007": 1}


@dataclass(frozen=True)
class CodeGuess:
    """Which system codes are of."""

    system: str  # "" when none knows them
    sure: bool  # False: another one fits nearly as well, so a person is asked
    others: tuple[str, ...]  # that fit as well, best first
    why: Named


def guess_system(codes: pd.Series, names: pd.Series | None = None) -> CodeGuess:
    """Guess the system of land-use codes.

    Parameters
    ----------
    codes
        As texts.
    names
        Chinese names of the classes beside them, on the same index.
    """
    filled = codes[codes.str.strip() != ""]
    scores: dict[str, float] = {}
    is_old = False
    agrees: dict[str, float] = {}
    said = None if names is None else names.reindex(filled.index).map(target_of_name)
    said = None if said is None else said[said != ""]
    for system in _BY_DIGITS:
        try:
            found = classify(filled, system)
        except GridmapError:  # codes that only the older edition has
            is_old = True
            continue
        scores[system] = float((found["matched"] != "").mean()) if len(filled) else 0.0
        if said is not None and len(said):
            targets = _targets(found).reindex(said.index)
            agrees[system] = float((targets == said.str.rstrip("?")).mean())
    ranked = sorted(
        scores,
        key=lambda one: (
            -agrees.get(one, 0.0),
            -(is_old and one == _OLD),
            -scores[one],
            -_NEWEST.get(one, 0),
        ),
    )
    if not ranked or scores[ranked[0]] < 0.5:
        why = Named("no known system has these codes", "没有已知的编码体系含有这些编码")
        return CodeGuess("", False, tuple(ranked), why)
    best, others = ranked[0], ranked[1:]
    share = f"{scores[best]:.0%}"
    if agrees:
        close = [one for one in others if agrees[best] - agrees.get(one, 0) < _SURE_BY]
        match = f"{agrees[best]:.0%}"
        why = Named(
            f"{share} of the codes are in it, and {match} of the names beside them agree",
            f"{share} 的编码属于该体系，旁边的地类名称有 {match} 与之一致",
        )
        return CodeGuess(best, not close and agrees[best] > 0.5, tuple(others), why)
    close = [one for one in others if scores[best] - scores[one] < _SURE_BY]
    why = Named(
        f"{share} of the codes are in it" + ("; others fit as well" if close else ""),
        f"{share} 的编码属于该体系" + ("；其他体系也说得通" if close else ""),
    )
    return CodeGuess(best, not close and scores[best] >= _KNOWN, tuple(others), why)


def classes_of(
    codes: pd.Series, area_m2: pd.Series, system: str | Path, names: pd.Series | None = None
) -> pd.DataFrame:
    """List the classes of a column of codes.

    Parameters
    ----------
    codes, area_m2
        Code and area of each feature.
    system
        Code system, or the table of a town.
    names
        Names of the classes, where the file has them.

    Returns
    -------
    One row a code, index 0, 1, …, the largest first: `code`, `name`, `target` (category or
    sub-class), `known` (False: the system does not have it), `features`, `area_ha`.

    Raises
    ------
    GridmapError
        If the codes are of another edition.
    """
    found = classify(codes, system)
    table = pd.DataFrame(
        {
            "code": codes,
            "name": "" if names is None else names.reindex(codes.index).fillna(""),
            "target": _targets(found),
            "known": found["matched"] != "",
            "area_ha": area_m2.reindex(codes.index).fillna(0.0) / 10_000,
        }
    )
    grouped = table.groupby("code", sort=True).agg(
        name=("name", "first"),
        target=("target", "first"),
        known=("known", "first"),
        features=("code", "size"),
        area_ha=("area_ha", "sum"),
    )
    ordered = grouped.reset_index().sort_values(["area_ha", "code"], ascending=[False, True])
    return ordered.reset_index(drop=True)


def table_for(
    classes: pd.DataFrame, chosen: Sequence[tuple[str, str]] = ()
) -> list[tuple[str, str]]:
    """Make a town's own table of codes: prefix and target.

    Parameters
    ----------
    classes
        From `classes_of`, or of names alone (`code` is the name then).
    chosen
        Target by code as a person chose them; they come before what was found.
    """
    rows = dict(zip(classes["code"], classes["target"], strict=True)) | dict(chosen)
    return sorted((str(code), str(target)) for code, target in rows.items() if str(code).strip())


def _targets(found: pd.DataFrame) -> pd.Series:
    """One word for each row of `classify`: its category, or the sub-class of residual ground."""
    residual = found["category"] == "residual"
    target = found["category"].where(~residual, found["subclass"])
    candidate = found["candidate"] != ""
    return target.where(~candidate, found["candidate"])
