"""Rows for faults found in data: the one way to build an ISSUES frame.

Faults that are alike are told in one row, with a count, a few of them, and all of their places: a
hundred rows that say the same of a hundred records hide the one that says something else.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from layers.contract.columns import ISSUES, empty_frame, with_dtypes
from layers.contract.errors import printable, shortened

__all__ = ["Issue", "join_issues", "make_issues", "once_for_files", "together"]

# As many stay rows of their own.
_FEW = 5
_SHOWN = 8  # names in one sentence; more than a line of them nobody reads
_LONGEST = 1_000  # signs in one sentence: what a screen can show
# What differs between sentences that are alike: names in quotes or brackets, and numbers.
_OWN = re.compile(r"'[^']*'|\"[^\"]*\"|\([^()]*\)|[-+]?\d[\d,.]*")
_FILE = re.compile(r"^(?:In )?'([^']*)'")
# Rules that tell of the place of a whole file; what is in brackets there is of that file alone.
_OF_PLACE = ("READ-5", "READ-7")
_OF_ONE_FILE = re.compile(r"^'[^']*'|\([^()]*\)")


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
    """Lay issues out as an ISSUES frame, in the order given; empty with the columns when none.

    Those that are alike become one row (see `together`), and no sentence is longer than a screen.
    """
    rows = together(list(issues))
    if not rows:
        return _no_issues(crs).copy()
    data = [{key: value for key, value in vars(row).items() if key != "geometry"} for row in rows]
    for texts in data:
        texts["message"], texts["message_zh"] = (
            shortened(printable(str(texts[key])), _LONGEST) for key in ("message", "message_zh")
        )
    frame = gpd.GeoDataFrame(
        pd.DataFrame(data), geometry=gpd.GeoSeries([row.geometry for row in rows]), crs=crs
    )
    frame.index = pd.RangeIndex(len(frame), name="issue")
    return gpd.GeoDataFrame(with_dtypes(frame, ISSUES))


@lru_cache(maxsize=16)
def _no_issues(crs: Any) -> gpd.GeoDataFrame:
    """Most checks find nothing: the frame that says so is made once."""
    empty = empty_frame(ISSUES, index="issue")
    shapes = gpd.GeoSeries([], index=empty.index, crs=crs)
    return gpd.GeoDataFrame(empty, geometry=shapes)


def join_issues(frames: Iterable[gpd.GeoDataFrame], crs: Any) -> gpd.GeoDataFrame:
    """Put several ISSUES frames of one CRS under each other."""
    filled = [frame for frame in frames if len(frame)]
    if not filled:
        return make_issues([], crs)
    joined = pd.concat(filled, ignore_index=True)
    joined.index.name = "issue"
    return gpd.GeoDataFrame(joined, geometry="geometry", crs=crs)


def together(issues: Sequence[Issue]) -> list[Issue]:
    """Put faults that are alike together.

    Alike are those of one rule, severity and file whose sentences differ in names and numbers
    alone. Faults of a grid stay apart: each has a place where somebody is in charge.

    Parameters
    ----------
    issues
        Faults, in order.

    Returns
    -------
    Faults in the order of the first of each kind. The size of several is their sum; their geometry
    holds all places.
    """
    groups: dict[tuple[str, ...], list[Issue]] = {}
    for number, one in enumerate(issues):
        groups.setdefault(_kind(one) or (str(number),), []).append(one)
    found: list[Issue] = []
    for alike in groups.values():
        found += alike if len(alike) <= _FEW else [_joined(alike)]
    return found


def once_for_files(issues: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Tell in one row what of the place of several files is the same, such as a zone number.

    The files of a town mostly come from one hand: a row for each would count one matter many times.

    Parameters
    ----------
    issues
        ISSUES of reading all files of a town.

    Returns
    -------
    ISSUES, in the order of the first file of each kind; the size of several is their number.
    """
    told = issues[issues["rule"].isin(_OF_PLACE) & (issues["code"] != "")]
    said = told["message"].str.replace(_OF_ONE_FILE, "", regex=True)
    first: dict[str, list[object]] = {
        name: [] for name in ("message", "message_zh", "size", "unit")
    }
    at, gone = [], []
    for _, alike in told.groupby([told["rule"], told["severity"], said], sort=False):
        files = list(alike["code"].unique())
        if len(files) < 2:
            continue
        others, others_zh = _listed(files[1:])
        row, count = alike.iloc[0], len(files)
        first["message"].append(
            f"{count:,} files alike, such as {row['message']} The others: {others}."
        )
        first["message_zh"].append(
            f"共 {count:,} 个文件情况相同，例如：{row['message_zh']}其余：{others_zh}。"
        )
        first["size"].append(float(count))
        first["unit"].append("files")
        at.append(alike.index[0])
        gone += list(alike.index[1:])
    found = issues.copy()
    for name, values in first.items():
        found.loc[at, name] = values
    return gpd.GeoDataFrame(found.drop(index=gone).reset_index(drop=True).rename_axis("issue"))


def _kind(one: Issue) -> tuple[str, ...] | None:
    """Give what faults that are alike have in common; None for a fault of a grid."""
    if one.level or not (one.rule.startswith("READ") or one.code == ""):
        return None
    file = _FILE.match(one.message)
    rest = one.message[file.end() :] if file else one.message
    return one.rule, one.severity, one.unit, file[1] if file else "", _OWN.sub("…", rest)


def _joined(alike: list[Issue]) -> Issue:
    first, others = alike[0], alike[1:]
    names = [one.other_code or one.code for one in others]
    names = [name for name in dict.fromkeys(names) if name]
    shown, shown_zh = _listed(names)
    listed = f": {shown}" if names else ""
    listed_zh = f"：{shown_zh}" if names else ""
    places = [one.geometry for one in alike if one.geometry is not None]
    size = float(sum(one.size for one in alike))
    return replace(
        first,
        message=f"{len(alike):,} faults alike, such as: {first.message} The others{listed}.",
        message_zh=f"共 {len(alike):,} 处同类问题，例如：{first.message_zh}其余{listed_zh}。",
        size=size or float(len(alike)),
        unit=first.unit if size else "faults",
        geometry=_places(places),
    )


def _listed(names: list[str]) -> tuple[str, str]:
    """List a few names in both languages, and how many more there are."""
    left = len(names) - _SHOWN
    more, more_zh = (f" … and {left:,} more", "……") if left > 0 else ("", "")
    return ", ".join(names[:_SHOWN]) + more, "、".join(names[:_SHOWN]) + more_zh


def _places(shapes: list[shapely.Geometry]) -> shapely.Geometry | None:
    """Give all places as one shape: their areas, or a point of each when they are of many kinds."""
    if not shapes:
        return None
    given = np.array(shapes, dtype=object)
    kinds = set(shapely.get_type_id(given).tolist())
    if kinds <= {3, 6}:
        return shapely.MultiPolygon(list(shapely.get_parts(given)))
    return shapely.MultiPoint(list(shapely.point_on_surface(given)))
