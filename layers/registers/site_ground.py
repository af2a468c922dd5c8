"""The ground of sites that name it instead of drawing it: parcels, buildings, objects."""

from collections.abc import Iterator, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from layers.contract.issues import Issue, make_issues
from layers.contract.phrases import few

__all__ = ["place_sites"]

_AREAS = (3, 6)


def place_sites(
    sites: gpd.GeoDataFrame,
    *,
    ground: gpd.GeoDataFrame,
    units: gpd.GeoDataFrame,
    objects: gpd.GeoDataFrame,
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Give every site that has no polygon the ground that it names.

    Parameters
    ----------
    sites
        SITES frame in the work CRS.
    ground
        GROUND of all layers; a record may be written `<layer>:<record>` where two layers number
        alike.
    units
        UNITS frame; a building may be written with its kind (`building/12`) or without.
    objects
        OBJECTS of all registers; an object may be written `<register>:<id>` or by its id alone.

    Returns
    -------
    The sites, in m and with `object` as the id of OBJECTS, "" where there is none; a polygon drawn
    is never changed. And ISSUES: SITE-6 for every record, building or object that is not there.
    """
    shapes = sites.geometry.to_numpy().copy()
    host = sites["object"].to_numpy(dtype=object).copy()
    by_object = _by_tail(objects.index, ":")
    by_unit = _by_tail(units.index, "/")
    notes: list[Issue] = []
    rows = sites[["name", "records", "units", "object", "layer"]].itertuples()
    for at, (site, name, records, buildings, named, layer) in enumerate(rows):
        asked = named
        host[at] = by_object.get(named, "") if named else ""
        parts: list[shapely.Geometry] = []
        lost: list[tuple[str, str, str]] = []
        if named and not host[at]:
            lost.append(("object", "对象", asked))
        if shapely.is_missing(shapes[at]):
            for record in filter(None, records.split(";")):
                found = _of_record(record, ground)
                parts += found
                lost += [] if found else [("parcel", "地块", record)]
            for building in filter(None, buildings.split(";")):
                unit = by_unit.get(building)
                parts += [] if unit is None else [units.geometry[unit]]
                lost += [("building", "楼栋", building)] if unit is None else []
            if host[at] and not records and not buildings:
                parts += _of_object(host[at], objects, ground)
            if parts:
                shapes[at] = shapely.union_all(np.array(parts, dtype=object))
        notes += _not_there(site, name, layer, lost)
    placed = sites.assign(object=pd.array(host, dtype="str"))
    placed = placed.set_geometry(gpd.GeoSeries(shapes, index=sites.index, crs=sites.crs))
    return placed, make_issues(notes, sites.crs)


def _by_tail(index: pd.Index, sign: str) -> dict[str, str]:
    """Look things up by their whole id, or by what stands behind the sign where that is one."""
    tails = pd.Series(index.astype("str"), dtype="str").str.rsplit(sign, n=1).str[-1]
    once = ~tails.duplicated(keep=False).to_numpy()
    known = dict(zip(tails[once], index[once], strict=True))
    return known | {str(one): str(one) for one in index}


def _of_record(record: str, ground: gpd.GeoDataFrame) -> list[shapely.Geometry]:
    """Ground of a record; of several layers that have it, of the one that has most."""
    rows = ground[(ground["record"] == record).to_numpy()]
    layer, sign, alone = record.partition(":")
    if rows.empty and sign:
        rows = ground[((ground["layer"] == layer) & (ground["record"] == alone)).to_numpy()]
    if rows.empty:
        return []
    largest = rows.area.groupby(rows["layer"].to_numpy()).sum().idxmax()
    return list(rows.geometry[(rows["layer"] == largest).to_numpy()])


def _of_object(
    key: str, objects: gpd.GeoDataFrame, ground: gpd.GeoDataFrame
) -> list[shapely.Geometry]:
    shape = objects.geometry[key]
    if not shapely.is_missing(shape) and shapely.get_type_id(shape) in _AREAS:
        return [shape]
    record = str(objects.at[key, "record"])
    return _of_record(record, ground) if record else []


def _not_there(
    site: str, name: str, layer: str, lost: Sequence[tuple[str, str, str]]
) -> Iterator[Issue]:
    for kind, kind_zh in dict.fromkeys((one, zh) for one, zh, _ in lost):
        named = few([value for one, _, value in lost if one == kind])
        yield Issue(
            "SITE-6",
            "warning",
            f"{layer!r}: site {site!r} ({name}) names the {kind} {named.en}, which is in no file "
            "of the rules. It goes without; correct the number.",
            f"“{layer}”：场所 {site}（{name}）所填{kind_zh}{named.zh}在各文件中均不存在，"
            "按没有处理。请更正编号。",
            code=site,
            other_code=layer,
        )
