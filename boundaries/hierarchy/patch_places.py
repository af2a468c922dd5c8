"""Naming a patch as a place: whose ground, of which kind, how large; its id is an aside only.

Somebody in a town office knows "大庄村第一网格内耕地 0.65 公顷", and nobody knows P00012.
"""

from collections.abc import Sequence

import pandas as pd

from layers.contract.categories import KINDS, Kind
from layers.contract.errors import Named
from layers.contract.phrases import few_texts

__all__ = ["place_of_patch", "places_of_patches"]

_SHOWN = 5  # names in one sentence
_M2_A_HECTARE = 10_000
_SMALL_M2 = 100  # below it hectares say nothing


def place_of_patch(patches: pd.DataFrame, patch: str, grids: pd.DataFrame) -> Named:
    """Say where a patch lies and what it is.

    Parameters
    ----------
    patches
        With the columns of `layers.contract.columns.PATCHES`, indexed by patch id.
    patch
        Id of one of them.
    grids
        The given grids by code, with `name`, `name_en`, `level` and `parent_code`.

    Returns
    -------
    Grid, kind, the site's own name where it has one, area, and the id in brackets; in English to be
    put behind "the patch in".
    """
    row = patches.loc[[patch]].iloc[0]  # damaged tables may hold an id twice
    key = str(row["category"] if row["category"] != "residual" else row["subclass"])
    kind = KINDS.get(key, Kind(key, key, key))
    site = str(row["name"])
    area_m2 = float(row["area_m2"])
    size, unit, unit_zh = (
        (f"{area_m2:,.0f}", "m2", "平方米")
        if area_m2 < _SMALL_M2
        else (f"{area_m2 / _M2_A_HECTARE:,.2f}", "ha", "公顷")
    )
    where = _grid_named(str(row["parent_code"]), grids)
    return Named(
        f"{where.en} ({kind.en.lower()}{f' {site!r}' if site else ''}, {size} {unit}, {patch})",
        f"{where.zh}内{kind.zh}{f'“{site}”' if site else ''} {size} {unit_zh}（{patch}）",
    )


def places_of_patches(
    patches: pd.DataFrame, ids: Sequence[str], grids: pd.DataFrame, *, most: int = _SHOWN
) -> Named:
    """Name the places of a few patches, and say how many more there are."""
    named = [place_of_patch(patches, one, grids) for one in ids[:most]]
    # Those that are only counted need no place.
    return few_texts([*named, *(Named(one, one) for one in ids[most:])], most)


def _grid_named(code: str, grids: pd.DataFrame) -> Named:
    """Name a given grid, with its village where the name does not say it."""
    if code not in grids.index:
        return Named(f"grid {code!r}", f"网格 {code}")
    own, own_zh = _names(code, grids)
    above = str(grids.at[code, "parent_code"])
    if above not in grids.index or int(grids.at[above, "level"]) == 1:  # the town goes without
        return Named(own, own_zh)
    village, village_zh = _names(above, grids)
    return Named(
        own if village in own else f"{village}, {own}",
        own_zh if village_zh in own_zh else f"{village_zh}{own_zh}",
    )


def _names(code: str, grids: pd.DataFrame) -> tuple[str, str]:
    name, name_en = (str(grids.at[code, column]) for column in ("name", "name_en"))
    return name_en or name or code, name or name_en or code
