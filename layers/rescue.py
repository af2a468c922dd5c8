"""Faulty files read record by record, so that one bad feature costs one feature and is named."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.errors import ShapelyError

from layers.issues import Issue
from layers.ogr import json_features
from layers.reader_faults import record_reason_zh

__all__ = ["lost_features", "read_records"]

# A second for every MB, and for starting on a busy machine.
LEAST_TIMEOUT_S, MOST_TIMEOUT_S = 20.0, 120.0
# Beyond this size a GeoJSON file is not looked through a second time.
MAX_JSON_BYTES = 100_000_000


def read_records(
    path: Path, *, layer: str | None, encoding: str | None
) -> tuple[gpd.GeoDataFrame, list[Issue]]:
    """Read a layer record by record through fiona.

    A damaged file can bring the reader down with it, or keep it busy for ever, so that this happens
    in a process of its own.

    Returns
    -------
    The features that can be read, indexed by row from 1, and a READ-6 issue for each that cannot.

    Raises
    ------
    ValueError
        If the file cannot be read this way either.
    """
    package = Path(__file__).parents[1]
    search = os.pathsep.join(filter(None, [str(package), os.environ.get("PYTHONPATH", "")]))
    command = [sys.executable, "-m", "layers.records", str(path), layer or "", encoding or ""]
    try:
        done = subprocess.run(
            command,
            env={**os.environ, "PYTHONPATH": search, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            timeout=min(MOST_TIMEOUT_S, LEAST_TIMEOUT_S + path.stat().st_size / 2**20),
            check=True,
        )
    except subprocess.SubprocessError as error:
        raise ValueError("the file is damaged") from error
    crs, *records = [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]
    return _features(path.name, crs, records)


def _features(
    file: str, crs: str | None, records: list[dict[str, Any]]
) -> tuple[gpd.GeoDataFrame, list[Issue]]:
    """Put the records that came through together, and name the others."""
    good = [record for record in records if "fault" not in record]
    issues = [
        _lost(file, record["row"], record["fault"]) for record in records if "fault" in record
    ]
    index = [record["row"] for record in good]
    table = pd.DataFrame([record["columns"] for record in good], index=index)
    blank = table.isna().all(axis=1)
    if not blank.all():
        issues += [_blank(file, row) for row in table.index[blank]]
    with np.errstate(over="ignore", invalid="ignore"):  # numbers of a damaged file
        shapes = shapely.from_wkb([record["shape"] for record in good], on_invalid="ignore")
    return gpd.GeoDataFrame(table, geometry=shapes, crs=crs), issues


def lost_features(path: Path, read: gpd.GeoSeries) -> Iterator[Issue]:
    """Name the features of a GeoJSON file that the bulk reader drops or empties, by row and id.

    Parameters
    ----------
    path
        The file.
    read
        What came through; a feature with a shape there is none that was lost.
    """
    if path.stat().st_size > MAX_JSON_BYTES:
        return
    try:
        features = json_features(path) or []
    except ValueError:
        return
    came = ~shapely.is_missing(read.to_numpy())
    if len(read) != len(features):
        came = np.zeros(len(features), dtype=bool)
    for at, feature in enumerate(features):
        fault = "" if came[at] else _fault(feature)
        if fault:
            name = _name(feature)
            yield _lost(path.name, at + 1, f"{name}{fault}")


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


def _lost(file: str, row: int, reason: str) -> Issue:
    reason = reason.splitlines()[0][:200].rstrip(".") if reason else "unknown"
    return Issue(
        "READ-6",
        "warning",
        f"{file!r} row {row} cannot be read: {reason}. It is left out; mend it and read again.",
        f"“{file}”第 {row} 行无法读取（{record_reason_zh(reason)}），已略去。请修正后重新读入。",
        code=file,
        other_code=str(row),
        size=1.0,
        unit="rows",
    )
