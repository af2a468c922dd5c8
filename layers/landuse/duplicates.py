"""Features that come twice: the same ground under two rows of a layer."""

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from layers.contract.issues import Issue

__all__ = ["find_doubled"]


def find_doubled(gdf: gpd.GeoDataFrame, records: pd.Series, *, layer: str) -> Iterator[Issue]:
    """List the features that are the same ground as an earlier one, to the millimetre.

    Parameters
    ----------
    gdf
        Polygons in a metric CRS, indexed by row as a user counts it.
    records
        Id of each feature, on an index that holds that of `gdf`.
    layer
        File name, to name the layer in the issues.

    Yields
    ------
    A READ-13 issue for each of them; the ground counts once all the same.
    """
    shapes = gdf.geometry.to_numpy()
    if len(shapes) < 2:
        return
    bounds = pd.DataFrame(np.round(shapely.bounds(shapes), 3))
    alike = bounds.groupby(list(bounds.columns), sort=False).ngroup()
    several = np.flatnonzero(alike.duplicated(keep=False))
    if not len(several):
        return
    # Only what has the same box is looked at closer.
    normal = shapely.normalize(shapely.set_precision(shapes[several], 0.001))
    texts = pd.Series(shapely.to_wkb(normal), index=several)
    first = texts.groupby(texts, sort=False).transform(lambda same: same.index[0])
    for at in several[first.to_numpy() != several]:
        # A file written anew may have its rows in another order: both are named in their own.
        pair = gdf.index[[at, first[at]]]
        rows, ids = sorted(pair), sorted(str(records[row]) for row in pair)
        known = set(ids) != {str(row) for row in rows}
        named, named_zh = (
            (f" (ids {ids[0]!r} and {ids[1]!r})", f"（编号 {ids[0]} 与 {ids[1]}）")
            if known
            else ("", "")
        )
        yield Issue(
            "READ-13",
            "warning",
            f"{layer!r}: rows {rows[0]} and {rows[1]}{named} are the same ground. It counts once; "
            "take one of them out.",
            f"“{layer}”第 {rows[0]} 行与第 {rows[1]} 行{named_zh}图形完全相同，只计一次。"
            "请删去其一。",
            code=layer,
            other_code=ids[1],
            size=round(float(shapes[at].area), 2),  # beyond that it is of the place on earth
            unit="m2",
            geometry=shapes[at],
        )
