"""Divisions made elsewhere for tests of imports, drawn over the squares of `redraw_plan`."""

from dataclasses import replace

import geopandas as gpd
import shapely
from redraw_plan import CRS, at

from gridmap.imports import read_source, take_in
from gridmap.imports.town import outline_of
from gridmap.workflow.workflow import recheck

BY = {"who": "王五", "when": "2026-11-30T10:00:00"}


def box(west, south, east, north):
    """Draw a rectangle, in hundreds of metres from the south-west corner of the town."""
    return shapely.box(*at(west, south), *at(east, north))


def written(path, *rows, crs=CRS, layer=None, **columns):
    """Write grids given as (code, name, polygon) to a file, with Chinese headers."""
    frame = gpd.GeoDataFrame(
        {"网格编码": [row[0] for row in rows], "网格名称": [row[1] for row in rows], **columns},
        geometry=[row[2] for row in rows],
        crs=CRS,
    )
    driver = {".kml": "LIBKML"}.get(path.suffix)
    frame.to_crs(crs).to_file(path, driver=driver, layer=layer)
    return path


def source_of(plan, path, **how):
    return read_source(path, crs=plan.crs, outline=outline_of(plan), **how)


def taken(plan, path, straddle="cut", **how):
    """Import a file into a plan, checked."""
    got = take_in(plan, source_of(plan, path, **how), straddle=straddle, **BY)
    return replace(got, plan=recheck(got.plan))


def rules_of(got):
    return sorted(set(got.issues["rule"]))


def one(got, rule):
    """Give the only issue of a rule."""
    rows = got.issues[got.issues["rule"] == rule]
    assert len(rows) == 1, rows["message"].tolist()
    return rows.iloc[0]
