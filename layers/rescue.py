"""Faulty files read record by record, so that one bad feature costs one feature and is named."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fiona
import geopandas as gpd
import pandas as pd
import shapely
from fiona.errors import FionaError
from shapely.errors import ShapelyError

from layers.issues import Issue
from layers.ogr import json_features

__all__ = ["RESCUE_FAULTS", "lost_features", "read_records"]

# What fiona raises for a file or a record that it cannot read.
RESCUE_FAULTS = (FionaError, ShapelyError, ValueError, TypeError, OSError, KeyError, IndexError,
                 OverflowError, RuntimeError, AttributeError)  # fmt: skip
# Reading one by one is slow: a faulty file of more records than this is refused.
MAX_RECORDS = 300_000
# Beyond this size a GeoJSON file is not looked through a second time.
MAX_JSON_BYTES = 100_000_000


def read_records(
    path: Path, *, layer: str | None, encoding: str | None
) -> tuple[gpd.GeoDataFrame, list[Issue]]:
    """Read a layer record by record through fiona.

    Returns
    -------
    The features that can be read, and a READ-6 issue for each that cannot, by row.

    Raises
    ------
    RESCUE_FAULTS
        If the file cannot be opened at all.
    """
    rows: list[dict[str, Any]] = []
    shapes: list[shapely.Geometry | None] = []
    kept: list[int] = []
    issues: list[Issue] = []
    with fiona.open(path, layer=layer, encoding=encoding) as source:
        count = len(source)
        if count > MAX_RECORDS:
            raise ValueError(f"faulty, and too long to read record by record ({count:,} records)")
        for at in range(count):
            try:
                record = source[at]
                if record is None:
                    raise ValueError("the record is damaged")
                shape = shapely.geometry.shape(record.geometry) if record.geometry else None
            except RESCUE_FAULTS as error:
                issues.append(_lost(path.name, at, str(error) or type(error).__name__))
                continue
            kept.append(at + 1)
            rows.append(dict(record.properties))
            shapes.append(shape)
        crs = source.crs_wkt or None
    table = pd.DataFrame(rows, index=kept)
    blank = table.isna().all(axis=1)
    if not blank.all():
        issues += [_blank(path.name, row) for row in table.index[blank]]
    frame = gpd.GeoDataFrame(table, geometry=shapes, crs=crs)
    return frame, issues


def lost_features(path: Path) -> Iterator[Issue]:
    """Name the features of a GeoJSON file that the bulk reader drops or empties, by row and id."""
    if path.stat().st_size > MAX_JSON_BYTES:
        return
    try:
        features = json_features(path)
    except ValueError:
        return
    for at, feature in enumerate(features or []):
        fault = _fault(feature)
        if fault:
            name = _name(feature)
            yield _lost(path.name, at, f"{name}{fault}")


def _fault(feature: object) -> str:
    """Say why a GeoJSON feature has no usable geometry; "" when it has, or has none on purpose."""
    if not isinstance(feature, dict):
        return f"is {json.dumps(feature)[:40]}, not a feature"
    geometry = feature.get("geometry")
    if geometry is None:
        return "" if "geometry" in feature else "has no member 'geometry'"
    return _attempt(lambda: shapely.from_geojson(json.dumps(geometry)))


def _attempt(read: Callable[[], object]) -> str:
    try:
        read()
    except (ShapelyError, ValueError, TypeError) as error:
        return (str(error).splitlines() or ["cannot be read"])[0]
    return ""


def _name(feature: object) -> str:
    identity = feature.get("id") if isinstance(feature, dict) else None
    return f"(id {identity!r}) " if identity is not None else ""


def _blank(file: str, row: int) -> Issue:
    return Issue(
        "READ-6",
        "warning",
        f"{file!r} row {row}: its attributes cannot be read, only its shape is kept. Export the "
        "file again.",
        f"“{file}”第 {row} 行：属性无法读取，仅保留图形。请重新导出。",
        code=file,
        other_code=str(row),
    )


def _lost(file: str, at: int, reason: str) -> Issue:
    reason = reason.splitlines()[0][:200].rstrip(".") if reason else "unknown"
    return Issue(
        "READ-6",
        "warning",
        f"{file!r} row {at + 1} cannot be read: {reason}. It is left out; mend it and read again.",
        f"“{file}”第 {at + 1} 行无法读取（{reason}），已略去。请修正后重新读入。",
        code=file,
        other_code=str(at + 1),
    )
