"""What other systems and departments give a town: case counts, and divisions of their own."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
from pyproj import CRS

from gridmap.rules.governance import Business, Cases
from gridmap.rules.schema import Rules
from gridmap.town.registered import empty_business
from layers.contract.columns import CASES, empty_frame
from layers.contract.errors import LayerSchemaError, quoted
from layers.contract.issues import make_issues
from layers.departments.business import read_business
from layers.departments.cases import count_shown, read_cases
from layers.reading.features import Declared

__all__ = [
    "business_of",
    "cases_of",
    "empty_cases",
    "town_business",
    "town_cases",
    "weekly_cases",
]

Read = tuple[gpd.GeoDataFrame, list[gpd.GeoDataFrame]]


def town_cases(folder: Path, rules: Rules, crs: CRS) -> Read:
    """Read all tables of `[[cases]]` as one CASES frame with points, and the ISSUES of each."""
    read = [cases_of(folder / entry.file, entry, crs) for entry in rules.cases]
    if not read:
        return empty_cases(crs), []
    frame = pd.concat([one for one, _ in read])
    return gpd.GeoDataFrame(frame, crs=crs), [issues for _, issues in read]


def empty_cases(crs: CRS | None) -> gpd.GeoDataFrame:
    """Make the CASES of a town that names none, with a place for points."""
    empty = empty_frame(CASES, index="row")
    return gpd.GeoDataFrame(empty, geometry=gpd.GeoSeries([], index=empty.index, crs=crs))


def weekly_cases(cases: gpd.GeoDataFrame, rules: Rules) -> gpd.GeoDataFrame:
    """Give the cases a week that ask for hours, by grid or point.

    One kind of count of one base is taken (`count_shown`), so that no case is counted twice.

    Returns
    -------
    `grid_code` as written, `a_week`, and the points; nothing while no weight of a case is set.
    """
    key, base = count_shown(cases)
    asked = any(weights.case > 0 for weights in rules.load.values())
    rows = cases[(cases["base"] == base) & cases[key].notna()] if key and asked else cases.head(0)
    weeks = {Path(entry.file).name: entry.weeks for entry in rules.cases}
    span = rows["source"].map(weeks).fillna(52.0).astype(float)
    a_week = (rows[key] / span) if len(rows) else pd.Series(dtype="float64")
    return gpd.GeoDataFrame(
        {"grid_code": rows["grid_code"], "a_week": a_week}, geometry=rows.geometry, crs=cases.crs
    )


def cases_of(
    path: Path, entry: Cases | None, crs: CRS
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Read one table of case counts as the rules say, or by its headers, with its ISSUES."""
    if entry is None:
        cases, issues = read_cases(path, crs=crs)
        return cases, make_issues(issues, crs)
    cases, issues = read_cases(
        path,
        crs=crs,
        layer=entry.layer,
        columns=entry.columns(),
        position=entry.position(),
        declared=Declared(crs=entry.crs, datum=entry.datum, encoding=entry.encoding),
    )
    if entry.base:
        cases = cases.assign(base=cases["base"].where(cases["base"] != "", entry.base))
    return cases, make_issues(issues, crs)


def town_business(folder: Path, rules: Rules, crs: CRS) -> Read:
    """Read all layers of `[[business]]` as one BUSINESS frame, and the ISSUES of each.

    Raises
    ------
    LayerSchemaError
        If two layers have areas of one id: nobody could say which is meant.
    """
    read = [business_of(folder / entry.file, entry, crs) for entry in rules.business]
    if not read:
        return empty_business(crs), []
    frame = gpd.GeoDataFrame(pd.concat([one for one, _ in read]))
    twice = frame.index[frame.index.duplicated()]
    if len(twice):
        files = [entry.file for entry in rules.business]
        raise LayerSchemaError(
            f"The id {twice[0]!r} of a business area stands in two of the files "
            f"{', '.join(repr(name) for name in files)}. Give every area an id of its own.",
            f"业务网格编号{quoted(twice[0])}在{quoted(*files)}中重复。请给每个业务网格不同的编号。",
        )
    return frame, [issues for _, issues in read]


def business_of(path: Path, entry: Business, crs: CRS) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Read one layer of business areas as the rules say, with its ISSUES."""
    return read_business(
        path,
        crs=crs,
        layer=entry.layer,
        columns=entry.columns(),
        declared=Declared(crs=entry.crs, datum=entry.datum, encoding=entry.encoding),
    )
