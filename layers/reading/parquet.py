"""Parquet layers: GeoParquet, GeoParquet with broken shapes, and tables with plain positions."""

import json
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pyproj.exceptions import CRSError
from shapely.errors import ShapelyError

from layers.contract.errors import LayerFileError, Named, quoted
from layers.contract.issues import Issue
from layers.contract.text import as_text
from layers.files.broken_shapes import Repaired, from_wkb
from layers.files.reader_faults import reader_fault
from layers.files.rescue import repaired_shapes
from layers.sheets.coordinates import has_positions, table_features

__all__ = ["parquet_columns", "read_parquet"]

_FAULTS = (ValueError, OSError, TypeError, KeyError, pa.ArrowException, CRSError, ShapelyError)
_WHOLE = {pa.int64(): pd.Int64Dtype(), pa.uint64(): pd.UInt64Dtype()}
Read = tuple[gpd.GeoDataFrame, str, Named | None, list[Issue]]


def read_parquet(path: Path) -> Read:
    """Read a Parquet layer.

    Returns
    -------
    The features by row from 1, the name of the format, how the CRS is known when that is not by the
    file itself, and issues.

    Raises
    ------
    LayerFileError
        If it is damaged, or a table without positions.
    """
    try:
        # Whole numbers beside an empty cell stay whole.
        frame = gpd.read_parquet(path, to_pandas_kwargs={"types_mapper": _WHOLE.get})
        _require_texts(frame)
    except _FAULTS as error:
        read = _attempt(_repaired, path) or _attempt(_plain, path)
        if read is not None:
            return read
        reason, reason_zh = reader_fault(error, path)
        raise LayerFileError(
            f"{path.name!r} cannot be read as a map layer: {reason}. Write it again as GeoParquet "
            "or GeoPackage.",
            f"{quoted(path.name)}无法作为图层读取：{reason_zh}。"
            "请另存为 GeoParquet 或 GeoPackage。",
        ) from None
    return frame.set_index(pd.RangeIndex(1, len(frame) + 1)), "GeoParquet", None, []


def parquet_columns(path: Path) -> list[str]:
    """List the columns of a Parquet file without reading its rows; none of a damaged one."""
    try:
        return [str(name) for name in pq.read_schema(path).names]
    except _FAULTS:
        return []


def _attempt(read: Callable[[Path], Read | None], path: Path) -> Read | None:
    try:
        return read(path)
    except _FAULTS as error:
        if isinstance(error, LayerFileError):
            raise
        return None


def _require_texts(frame: pd.DataFrame) -> None:
    """Look at every text: a damaged one is told by the columns only when it is used."""
    for name in frame.select_dtypes(include=["str", "object"]):
        frame[name].to_numpy()


def _repaired(path: Path) -> Read | None:
    """Read a GeoParquet of which some shapes are broken; None when there is no shape at all."""
    said = json.loads((pq.read_schema(path).metadata or {})[b"geo"])
    name = said["primary_column"]
    crs = said["columns"][name].get("crs", "OGC:CRS84")
    table = pq.read_table(path).to_pandas(types_mapper=_WHOLE.get)
    _require_texts(table)
    repaired = [from_wkb(raw) if isinstance(raw, bytes) else Repaired() for raw in table[name]]
    shapes = [one.shape for one in repaired]
    frame = gpd.GeoDataFrame(table.drop(columns=name), geometry=shapes, crs=crs)
    if frame.geometry.isna().all():
        return None
    frame = frame.set_index(pd.RangeIndex(1, len(frame) + 1))
    told = repaired_shapes(path.name, enumerate(repaired, start=1))
    return frame, "GeoParquet", None, list(told)


def _plain(path: Path) -> Read | None:
    """Read a table whose positions stand in plain columns; None when it has none."""
    table = pq.read_table(path).to_pandas(types_mapper=_WHOLE.get)
    _require_texts(table)
    texts = table.apply(
        lambda column: column.map(lambda one: one.hex() if isinstance(one, bytes) else one)
    )
    texts = texts.apply(as_text).set_axis(pd.RangeIndex(1, len(table) + 1))
    if not has_positions(texts):
        return None
    frame, why, issues = table_features(texts, file=path.name)
    return frame, "Parquet", why, issues
