"""Tables reduced to the columns that may go out: what is not named is emptied."""

from collections.abc import Collection, Mapping
from typing import TypeVar

import geopandas as gpd
import pandas as pd

__all__ = ["only", "renumbered"]

Frame = TypeVar("Frame", bound=pd.DataFrame)


def only(frame: Frame, columns: Collection[str]) -> Frame:
    """Empty all columns but some, so that a column added later never goes out by itself.

    Parameters
    ----------
    frame
        A table of a plan; its geometry stays.
    columns
        The columns that stay.
    """
    result = frame.copy()
    shape = frame.active_geometry_name if isinstance(frame, gpd.GeoDataFrame) else None
    for name, values in frame.items():
        if name in columns or name == shape:
            continue
        empty: object = "" if str(values.dtype) in ("str", "object") else 0
        result[name] = pd.Series(empty, index=frame.index).astype(values.dtype)
    return result


def renumbered(values: pd.Series, ids: Mapping[str, str]) -> pd.Series:
    """Put new ids in the place of old ones; "" for what has none."""
    return pd.Series([ids.get(str(one), "") for one in values], index=values.index, dtype="str")
