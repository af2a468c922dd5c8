"""Grid codes: text, the parent's code plus a number, west to east in bands from north to south.

The order follows DB11/T 2157-2023 and DB6101/T 3185-2024 as far as their public summaries tell;
the height of a band, 1/sqrt(n) of the parent's box, is an assumption of this project.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.overlay.lattice import origin_of
from layers.contract.errors import BoundaryError, quoted

__all__ = ["child_codes", "inner_points", "reading_order"]


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


def inner_points(geometry: gpd.GeoSeries) -> tuple[np.ndarray, np.ndarray]:
    """Find a point inside each polygon, x and y in m from the corner of them all.

    Seen from there the points, and with them the order of codes, are the same wherever the town
    lies.
    """
    shapes = geometry.to_numpy()
    origin = origin_of(shapes)
    points = shapely.point_on_surface(shapely.transform(shapes, lambda places: places - origin))
    return shapely.get_x(points), shapely.get_y(points)


def child_codes(geometry: gpd.GeoSeries, parents: pd.Series, *, digits: int) -> pd.Series:
    """Give the children of every parent their codes, in reading order of their inner points.

    Parameters
    ----------
    geometry
        Polygons of the children, in a metric CRS.
    parents
        Code of the parent of each child, on the same index.
    digits
        How many digits the number has; 2 allows 99 children.

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
        if len(rows) >= 10**digits:
            raise BoundaryError(
                f"Grid {parent!r} has {len(rows)} micro-grids, but {digits} digits number only "
                f"{10**digits - 1}. Raise numbering.micro_digits or ask for fewer micro-grids.",
                f"网格{quoted(parent)}有 {len(rows)} 个微网格，而 {digits} 位顺序码只够 "
                f"{10**digits - 1} 个。请调大 numbering.micro_digits，或减少微网格。",
            )
        order = reading_order(x[rows], y[rows])
        for number, row in enumerate(rows[order], start=1):
            values[row] = f"{parent}{number:0{digits}d}"
    return pd.Series(values, index=geometry.index, dtype="str")
