"""Codes of grids: kept where they are good, made of the parent's where they are missing."""

import geopandas as gpd
import numpy as np
import pandas as pd

from gridmap.first_town.trees.changes import Change
from layers.contract.errors import Named

__all__ = ["PLACEHOLDER", "coded"]

PLACEHOLDER = "900000000"  # an invented code of a town, for one whose files and people say none
_DIGITS = 3


def coded(grids: gpd.GeoDataFrame, town_code: str, changes: list[Change]) -> gpd.GeoDataFrame:
    """Give every grid a code and the code of its parent.

    Parameters
    ----------
    grids
        `code` as given ("" for none), `level`, and `parent`: the place of the parent, -1 for none.
    town_code
        Of the town, where a person has said it.
    changes
        Grows by what was made.
    """
    given = grids["code"].astype("str")
    good = (given != "") & ~given.duplicated(keep=False) & given.str.fullmatch(r"[0-9A-Za-z]{1,20}")
    codes = given.where(good, "").tolist()
    parents = grids["parent"].to_numpy()
    order = np.argsort(grids["level"].to_numpy(), kind="stable")
    taken = {code for code in codes if code}
    for at in order:
        if codes[at]:
            continue
        over = parents[at]
        if over < 0:
            codes[at] = _town_code(town_code, codes, parents, at, taken)
            why = Named("given, or from the codes of the villages", "按填写的编码或各村编码得出")
            if codes[at] == PLACEHOLDER:
                why = Named("an invented code for the time being", "暂用虚构编码，可在规则中更正")
        else:
            codes[at] = _next(codes[over], taken)
            why = Named("the parent's code and a number", "上级编码加顺序号")
        taken.add(codes[at])
        name = str(grids["name"].iloc[at])
        changes.append(Change("code", name, str(given.iloc[at]), codes[at], why))
    above = ["" if over < 0 else codes[over] for over in parents]
    return gpd.GeoDataFrame(
        grids.assign(code=pd.Series(codes, grids.index), parent_code=pd.Series(above, grids.index))
    )


def _town_code(
    town_code: str, codes: list[str], parents: np.ndarray, at: int, taken: set[str]
) -> str:
    if town_code and town_code not in taken:
        return town_code
    below = [codes[one] for one in np.flatnonzero(parents == at) if codes[one]]
    stems = {code[:-_DIGITS] for code in below if len(code) > _DIGITS + 2}
    if len(stems) == 1 and (stem := stems.pop()) not in taken:
        return stem
    return PLACEHOLDER


def _next(parent: str, taken: set[str]) -> str:
    """Give the first code below a parent that is free."""
    number = 1
    while (code := f"{parent}{number:0{_DIGITS}d}") in taken:
        number += 1
    return code
