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
from layers.departments.cases import read_cases
from layers.reading.features import Declared

__all__ = ["business_of", "cases_of", "town_business", "town_cases"]

Read = tuple[gpd.GeoDataFrame, list[gpd.GeoDataFrame]]


def town_cases(folder: Path, rules: Rules, crs: CRS) -> Read:
    """Read all tables of `[[cases]]` as one CASES frame with points, and the ISSUES of each."""
    read = [cases_of(folder / entry.file, entry, crs) for entry in rules.cases]
    if not read:
        empty = empty_frame(CASES, index="row")
        shapes = gpd.GeoSeries([], index=empty.index, crs=crs)
        return gpd.GeoDataFrame(empty, geometry=shapes), []
    frame = pd.concat([one for one, _ in read])
    return gpd.GeoDataFrame(frame, crs=crs), [issues for _, issues in read]


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
