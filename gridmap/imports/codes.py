"""Codes of imported grids: those of the source where they fit the town, else by its numbering.

A code of the town is that of the given grid above and a number, and is never used for other ground.
A code of another system that does not fit stays with the grid as `source_code`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.hierarchy.codes import Issued, child_codes
from layers.contract.errors import Named

__all__ = ["Coded", "code_grids"]

_SAME = 0.5  # of the smaller ground: whoever shares less is another grid


@dataclass(frozen=True)
class Coded:
    """Codes of imported grids, by key, and why a code of the source was not kept."""

    codes: Mapping[str, str]
    refused: Mapping[str, Named]


def code_grids(
    ground: gpd.GeoSeries,
    parents: pd.Series,
    wanted: Mapping[str, str],
    *,
    digits: int,
    issued: Issued,
    back: bool,
) -> Coded:
    """Give imported grids their codes.

    Parameters
    ----------
    ground
        Ground of each grid, by key, in a metric CRS.
    parents
        The given grid that it lies in, by key.
    wanted
        Code in the source, by key; a key without one gets a new code.
    digits
        Digits of the number of a micro-grid.
    issued
        Codes that were ever given in the town, and the ground of those in force.
    back
        Whether a code that is no longer in force may come back: the source is a file of this town.
    """
    keep: dict[str, str] = {}
    refused: dict[str, Named] = {}
    for key in sorted(wanted, key=lambda one: (wanted[one], one)):
        code = wanted[key]
        why = _unfit(code, parents[key], digits)
        if why is None and code in keep.values():
            why = Named("another grid has it", "已被另一网格使用")
        if why is None:
            why = _others(code, ground[key], issued, back)
        if why is None:
            keep[key] = code
        else:
            refused[key] = why
    new = ground.index[~ground.index.isin(list(keep))]
    taken = Issued(issued.codes | set(keep.values()), issued.shapes.iloc[:0])
    made = child_codes(ground.loc[new], parents.loc[new], digits=digits, issued=taken)
    return Coded(keep | made.to_dict(), refused)


def _unfit(code: str, parent: str, digits: int) -> Named | None:
    """Say why a code is none of the town's numbering under a given grid."""
    tail = code[len(parent) :]
    if not code.startswith(parent):
        return Named(
            f"it does not begin with that of the given grid {parent}",
            f"不以所在上级网格 {parent} 的编码开头",
        )
    if len(tail) != digits or not (tail.isascii() and tail.isdecimal()) or int(tail) == 0:
        return Named(
            f"behind {parent} it has no number of {digits} digits",
            f"{parent} 之后不是 {digits} 位顺序码",
        )
    return None


def _others(code: str, ground: shapely.Geometry, issued: Issued, back: bool) -> Named | None:
    """Say that a code stands for other ground."""
    if code not in issued.codes:
        return None
    if code not in issued.shapes.index:
        if back:
            return None
        return Named("it was given up and is not used again", "该编码已停用，不得重复使用")
    then = issued.shapes[code]
    common = shapely.area(shapely.intersection(then, ground))
    if common >= _SAME * min(then.area, ground.area) or np.isclose(ground.area, 0):
        return None
    return Named("in this plan it stands for other ground", "本方案中该编码对应另一范围")
