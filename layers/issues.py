"""Rows for faults found in data: the one way to build the ISSUES frame of `layers.columns`."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import geopandas as gpd
import pandas as pd
from shapely.geometry.base import BaseGeometry

from layers.columns import ISSUES, empty_frame, with_dtypes
from layers.errors import printable

__all__ = ["Issue", "join_issues", "make_issues"]


@dataclass(frozen=True)
class Issue:
    """One fault: which rule, how bad, where, how large, and a sentence in both languages."""

    rule: str
    severity: Literal["error", "warning", "info"]
    message: str
    message_zh: str
    level: int = 0
    code: str = ""
    other_code: str = ""
    size: float = 0.0
    unit: str = ""
    geometry: BaseGeometry | None = None


def make_issues(issues: Iterable[Issue], crs: Any) -> gpd.GeoDataFrame:
    """Lay issues out as an ISSUES frame, in the order given; empty with the columns when none."""
    rows = list(issues)
    if not rows:
        empty = empty_frame(ISSUES, index="issue")
        shapes = gpd.GeoSeries([], index=empty.index, crs=crs)
        return gpd.GeoDataFrame(empty, geometry=shapes)
    data = [{key: value for key, value in vars(row).items() if key != "geometry"} for row in rows]
    for texts in data:
        texts["message"], texts["message_zh"] = (
            printable(str(texts[key])) for key in ("message", "message_zh")
        )
    frame = gpd.GeoDataFrame(
        pd.DataFrame(data), geometry=gpd.GeoSeries([row.geometry for row in rows]), crs=crs
    )
    frame.index = pd.RangeIndex(len(frame), name="issue")
    return gpd.GeoDataFrame(with_dtypes(frame, ISSUES))


def join_issues(frames: Iterable[gpd.GeoDataFrame], crs: Any) -> gpd.GeoDataFrame:
    """Put several ISSUES frames of one CRS under each other."""
    filled = [frame for frame in frames if len(frame)]
    if not filled:
        return make_issues([], crs)
    joined = pd.concat(filled, ignore_index=True)
    joined.index.name = "issue"
    return gpd.GeoDataFrame(joined, geometry="geometry", crs=crs)
