"""Grid codes: text, the parent's code plus a number, west to east in bands from north to south.

The order follows DB11/T 2157-2023 and DB6101/T 3185-2024 as far as their public summaries tell;
the height of a band, 1/sqrt(n) of the parent's box, is an assumption of this project.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.overlay.lattice import Origin, origin_of
from layers.contract.errors import BoundaryError, quoted

__all__ = ["Issued", "child_codes", "inner_points", "reading_order"]

MOST = 0.5  # of the ground of both: whoever shares more is the same grid


@dataclass(frozen=True)
class Issued:
    """Codes that were published: a new division never gives one to other ground.

    Attributes
    ----------
    codes
        All that were ever given, those given up too.
    shapes
        Outlines of the grids in force, by code.
    """

    codes: frozenset[str]
    shapes: gpd.GeoSeries


def reading_order(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Order points west to east inside bands that follow each other from north to south.

    Returns
    -------
    Positions in reading order. Ties go west first, then north, then by position.
    """
    if len(x) == 0:
        return np.empty(0, dtype=np.int64)
    height = y.max() - y.min()
    bands = max(round(np.sqrt(len(x))), 1)
    band = np.zeros(len(x), dtype=np.int64)
    if height > 0:
        band = np.minimum(((y.max() - y) / height * bands).astype(np.int64), bands - 1)
    return np.lexsort((np.arange(len(x)), -y, x, band))


def inner_points(
    geometry: gpd.GeoSeries, origin: Origin | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Find a point inside each polygon, x and y in m from the corner of them all, or from `origin`.

    Seen from there the points, and with them the order of codes, are the same wherever the town
    lies.
    """
    shapes = geometry.to_numpy()
    origin = origin_of(shapes) if origin is None else origin
    points = shapely.point_on_surface(shapely.transform(shapes, lambda places: places - origin))
    return shapely.get_x(points), shapely.get_y(points)


def child_codes(
    geometry: gpd.GeoSeries, parents: pd.Series, *, digits: int, issued: Issued | None = None
) -> pd.Series:
    """Give the children of every parent their codes, in reading order of their inner points.

    A child that shares most of its ground, and most of that one's, with a grid that was published
    keeps its code; the others get numbers after all that were ever given.

    Parameters
    ----------
    geometry
        Polygons of the children, in a metric CRS.
    parents
        Code of the parent of each child, on the same index.
    digits
        How many digits the number has; 2 allows 99 children.
    issued
        Codes that were published before; None for the first division.

    Returns
    -------
    Codes as text on the index of `geometry`.

    Raises
    ------
    BoundaryError
        If a parent has more children than the digits can number.
    """
    x, y = inner_points(geometry)
    codes = pd.Series("", index=geometry.index, dtype="str")
    values = codes.to_numpy(dtype=object).copy()
    for parent, where in sorted(
        parents.reset_index(drop=True).groupby(parents.to_numpy()).groups.items()
    ):
        rows = np.asarray(where)
        start, same = _given(str(parent), geometry.iloc[rows], digits, issued)
        new = rows[np.isin(rows, [rows[one] for one in same], invert=True)]
        if start + len(new) >= 10**digits:
            raise _too_many(str(parent), start + len(new), digits)
        order = reading_order(x[new], y[new])
        for number, row in enumerate(new[order], start=start + 1):
            values[row] = f"{parent}{number:0{digits}d}"
        for one, code in same.items():
            values[rows[one]] = code
    return pd.Series(values, index=geometry.index, dtype="str")


def _given(
    parent: str, shapes: gpd.GeoSeries, digits: int, issued: Issued | None
) -> tuple[int, dict[int, str]]:
    """Give the last number under a parent, and the codes of children that are as before."""
    if issued is None:
        return 0, {}
    tails = {code: code[len(parent) :] for code in issued.codes if code.startswith(parent)}
    used = {code: int(tail) for code, tail in tails.items() if len(tail) == digits
            and tail.isdecimal()}  # fmt: skip
    before = issued.shapes[issued.shapes.index.isin(list(used))]
    one, two = shapely.STRtree(before.to_numpy()).query(shapes.to_numpy())
    now, then = shapes.to_numpy()[one], before.to_numpy()[two]
    area = shapely.area(shapely.intersection(now, then))
    most = area > MOST * np.maximum(shapely.area(now), shapely.area(then))
    codes = before.index.to_numpy()[two[most]]
    return max(used.values(), default=0), dict(zip(one[most].tolist(), codes, strict=True))


def _too_many(parent: str, count: int, digits: int) -> BoundaryError:
    return BoundaryError(
        f"Grid {parent!r} has {count} micro-grids, but {digits} digits number only "
        f"{10**digits - 1}; codes that were published before count too. Raise "
        "numbering.micro_digits or ask for fewer micro-grids.",
        f"网格{quoted(parent)}有 {count} 个微网格（含曾用编码），而 {digits} 位顺序码只够 "
        f"{10**digits - 1} 个。请调大 numbering.micro_digits，或减少微网格。",
    )
