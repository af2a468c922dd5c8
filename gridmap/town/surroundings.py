"""What the rules of a town name beside its ground: context that is drawn, units that stay whole."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
from pyproj import CRS

from gridmap.rules.files import Context, Units
from gridmap.rules.schema import Rules
from layers.contract.columns import CONTEXT, UNITS, empty_frame
from layers.landuse.context import read_context, read_units
from layers.reading.features import Declared

__all__ = ["empty_context", "empty_units", "read_surroundings", "town_context", "town_units"]

Read = tuple[gpd.GeoDataFrame, list[gpd.GeoDataFrame]]


def read_surroundings(
    folder: Path, entry: Context | Units, crs: CRS, *, by_headers: bool = False
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Read one layer of `[[context]]` or `[[units]]`, with its ISSUES.

    With `by_headers` columns of households and stairwells need no naming.
    """
    path = folder / entry.file
    declared = Declared(crs=entry.crs, datum=entry.datum, encoding=entry.encoding)
    if isinstance(entry, Context):
        return read_context(
            path,
            kind=entry.kind,
            crs=crs,
            layer=entry.layer,
            class_column=entry.class_column,
            name_column=entry.name_column,
            declared=declared,
        )
    return read_units(
        path,
        kind=entry.kind,
        crs=crs,
        layer=entry.layer,
        id_column=entry.id_column,
        name_column=entry.name_column,
        households_column=entry.households_column,
        stairwells_column=entry.stairwells_column,
        by_headers=by_headers,
        declared=declared,
    )


def town_context(folder: Path, rules: Rules, crs: CRS) -> Read:
    """Read all layers of `[[context]]` as one CONTEXT frame, with the ISSUES of each."""
    read = [read_surroundings(folder, entry, crs) for entry in rules.context]
    if not read:
        return empty_context(crs), []
    frame = pd.concat([one for one, _ in read], ignore_index=True)
    frame.index.name = "row"
    return gpd.GeoDataFrame(frame), [issues for _, issues in read]


def town_units(folder: Path, rules: Rules, crs: CRS) -> Read:
    """Read all layers of `[[units]]` as one UNITS frame, with the ISSUES of each.

    Ids that two layers of one kind share are told apart by the name of the second file.
    """
    # A town without household grids shares households out as it always did.
    counts = bool(rules.household_grids.on)
    read = [read_surroundings(folder, entry, crs, by_headers=counts) for entry in rules.units]
    if not read:
        return empty_units(crs), []
    frame = gpd.GeoDataFrame(pd.concat([one for one, _ in read]))
    twice = frame.index.duplicated()
    ids = frame.index.to_series().where(~twice, frame.index + "@" + frame["layer"])
    frame.index = pd.Index(ids, name="unit_id", dtype="str")
    return frame, [issues for _, issues in read]


def empty_context(crs: CRS | None) -> gpd.GeoDataFrame:
    """Make the frame of a town that names no context."""
    frame = empty_frame(CONTEXT, index="row")
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries([], index=frame.index, crs=crs))


def empty_units(crs: CRS | None) -> gpd.GeoDataFrame:
    """Make the frame of a town that names no units."""
    return gpd.GeoDataFrame(empty_frame(UNITS, index="unit_id", crs=crs))
