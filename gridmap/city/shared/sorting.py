"""A land-use file that many towns share, sorted along a Hilbert curve so that each reads its box.

A file of a city has tens of millions of parcels. It goes through memory a part at a time: first the
place of every parcel on the curve, then parcels into piles by place, then each pile in order. What
lies together on the ground lies together in the file, and a town reads a few groups of rows.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.exceptions import CRSError
from shapely.errors import ShapelyError

from layers.contract.errors import LayerCRSError, LayerFileError, quoted
from layers.files.atomic import replacing
from layers.files.paths import file_hash, input_files, require_file
from layers.files.reader_faults import reader_fault

__all__ = ["ROWS_A_GROUP", "sort_ground", "sorted_of", "source_stamp"]

Tell = Callable[[str, float], None]
ROWS_A_GROUP = 5_000  # a town of 10,000 parcels reads some groups more than its own
_BATCH = 50_000  # rows in memory at once
_PILE = 200_000  # rows of a pile, sorted in memory
_PLACE, _ROW = "gridmap_place", "gridmap_row"
_SOURCE = b"gridmap_source"
_FAULTS = (
    *(ValueError, KeyError, OSError, pa.ArrowException, CRSError, ShapelyError),
    *(pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError),
)


def sort_ground(source: Path, target: Path, *, tell: Tell | None = None) -> int:
    """Write a land-use layer again as GeoParquet, along a Hilbert curve, with the box of each row.

    Parameters
    ----------
    source
        GeoParquet, GeoPackage, Shapefile, FlatGeobuf, or whatever GDAL reads; one layer.
    target
        A `.parquet` file. One that was made of the same source is left as it is.
    tell
        Called with what is being done and the share done.

    Returns
    -------
    The number of rows. The same source gives the same bytes.

    Raises
    ------
    LayerFileError
        If it is missing, cannot be read, or has no rows.
    LayerCRSError
        If it does not say its CRS.
    """
    tell = tell or (lambda _text, _share: None)
    require_file(source)
    stamp = source_stamp(source)
    if sorted_of(target) == stamp:
        return int(pq.read_metadata(target).num_rows)
    tell("Looking where parcels lie", 0.0)
    bounds, count, crs = _extent(source)
    if not count:
        raise LayerFileError(
            f"{str(source)!r} has no features. Name the file with the parcels.",
            f"{quoted(source)}中没有要素。请指定存放地块的文件。",
        )
    if crs is None:
        raise LayerCRSError(
            f"{str(source)!r} does not say its coordinate system. Save it with one.",
            f"{quoted(source)}没有坐标系信息。请另存为带坐标系的文件。",
        )
    places = _places(source, bounds, tell)
    edges = np.sort(places)[_PILE::_PILE].copy()
    with TemporaryDirectory(prefix="gridmap-", dir=target.parent) as folder:
        piles = _into_piles(source, Path(folder), places, edges, tell)
        with replacing(target, overwrite=True) as draft:
            _in_order(piles, draft, bounds, stamp, tell)
    return count


def source_stamp(source: Path, *, hash_of: Callable[[Path], str] = file_hash) -> str:
    """Give the SHA-256 of a layer that is there; of all its files where it has several.

    Kinds of land lie in the `.dbf` of a Shapefile, and what was saved last in the log of a
    GeoPackage.
    """
    files = input_files(source)
    if files == [source]:
        return hash_of(source)
    parts = (f"{one.relative_to(source.parent).as_posix()}\n{hash_of(one)}\n" for one in files)
    return hashlib.sha256("".join(parts).encode()).hexdigest()


def sorted_of(path: Path) -> str:
    """Give the stamp of the layer that a sorted file was made of; "" where it is none."""
    try:
        return (pq.read_schema(path).metadata or {}).get(_SOURCE, b"").decode()
    except (OSError, pa.ArrowException):
        return ""


def _batches(source: Path) -> Iterator[gpd.GeoDataFrame]:
    """Read a layer a part at a time."""
    try:
        if source.suffix.lower() in (".parquet", ".geoparquet"):
            yield from _parquet_batches(source)
            return
        with pyogrio.open_arrow(source, batch_size=_BATCH, use_pyarrow=True) as (meta, reader):
            name = meta["geometry_name"] or "wkb_geometry"
            for batch in reader:
                yield _frame(pa.Table.from_batches([batch]), name, meta["crs"])
    except _FAULTS as error:
        reason, reason_zh = reader_fault(error, source)
        raise LayerFileError(
            f"{str(source)!r} cannot be read: {reason}. Write it again as GeoParquet or "
            "GeoPackage.",
            f"{quoted(source)}无法读取：{reason_zh}。请另存为 GeoParquet 或 GeoPackage。",
        ) from None


def _parquet_batches(source: Path) -> Iterator[gpd.GeoDataFrame]:
    file = pq.ParquetFile(source)
    told_of = (file.schema_arrow.metadata or {}).get(b"geo")
    if told_of is None:
        raise ValueError("Missing geo metadata")
    geo = json.loads(told_of)
    name = geo["primary_column"]
    told = geo["columns"][name]
    if told["encoding"] != "WKB":
        raise ValueError(f"geometries are stored as {told['encoding']}, not as WKB")
    crs = told.get("crs", "OGC:CRS84")  # what the format takes where nothing is said
    boxes = told.get("covering", {}).get("bbox", {})
    own = {path[0] for path in boxes.values()}  # the box of each row is written anew
    columns = [
        one
        for one in file.schema_arrow.names
        if one not in own and not one.startswith("__index_level_")  # numbers that pandas gave rows
    ]
    # A group of rows at a time: one reader of all of them keeps what it has read until the end.
    for group in range(file.num_row_groups):
        for batch in file.iter_batches(_BATCH, row_groups=[group], columns=columns):
            yield _frame(pa.Table.from_batches([batch]), name, crs)


def _frame(table: pa.Table, name: str, crs: Any) -> gpd.GeoDataFrame:
    # Columns keep the types of the source: those found anew in each part would not fit together.
    plain = table.replace_schema_metadata(None).to_pandas(types_mapper=pd.ArrowDtype)
    shapes = gpd.GeoSeries.from_wkb(plain.pop(name), crs=None if crs is None else CRS(crs))
    return gpd.GeoDataFrame(plain, geometry=shapes)


def _extent(source: Path) -> tuple[NDArray[np.float64], int, CRS | None]:
    """Go through a layer once for its box, the number of its rows and its CRS."""
    low, high, count, crs = np.full(2, np.inf), np.full(2, -np.inf), 0, None
    for frame in _batches(source):
        bounds = frame.total_bounds
        low, high = np.fmin(low, bounds[:2]), np.fmax(high, bounds[2:])
        count, crs = count + len(frame), frame.crs
    return np.concatenate([low, high]), count, crs


def _places(source: Path, bounds: NDArray[np.float64], tell: Tell) -> NDArray[np.uint32]:
    """Give the place of every row on the curve; rows without ground come first.

    It is all that is in memory of every row, so that its few bytes count.
    """
    tell("Putting parcels in order", 0.2)
    found = []
    for frame in _batches(source):
        place = np.zeros(len(frame), dtype=np.uint32)
        solid = (frame.geometry.notna() & ~frame.geometry.is_empty).to_numpy()
        place[solid] = frame.geometry[solid].hilbert_distance(bounds).to_numpy()
        found.append(place)
    return np.concatenate(found)


def _into_piles(
    source: Path,
    folder: Path,
    places: NDArray[np.uint32],
    edges: NDArray[np.uint32],
    tell: Tell,
) -> list[Path]:
    """Put every row on the pile of its part of the curve, with its place and number."""
    tell("Putting parcels on piles", 0.4)
    writers: dict[int, pa.RecordBatchStreamWriter] = {}
    schemas: dict[int, pa.Schema] = {}
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    begin = 0
    for frame in _batches(source):
        place = places[begin : begin + len(frame)]
        pile = np.searchsorted(edges, place, side="right")
        marked = frame.assign(**{_PLACE: place, _ROW: begin + np.arange(len(frame))})
        begin += len(frame)
        order = np.argsort(pile, kind="stable")
        table = pa.table(marked.iloc[order].to_arrow(index=False))
        numbers, starts = np.unique(pile[order], return_index=True)
        ends = [*starts[1:].tolist(), len(order)]
        for number, start, end in zip(numbers.tolist(), starts.tolist(), ends, strict=True):
            if number not in writers:
                # A stream keeps nothing in memory of what was written, and is read by us alone.
                schemas[number] = table.schema
                path = folder / f"{number:06d}.arrows"
                writers[number] = pa.ipc.new_stream(str(path), table.schema, options=options)
            writers[number].write_table(table.slice(start, end - start).cast(schemas[number]))
    for writer in writers.values():
        writer.close()
    return sorted(folder.glob("*.arrows"))


def _in_order(
    piles: list[Path], draft: Path, bounds: NDArray[np.float64], stamp: str, tell: Tell
) -> None:
    """Write pile after pile, each in the order of the curve."""
    writer: pq.ParquetWriter | None = None
    for number, pile in enumerate(piles):
        tell("Writing parcels in order", 0.6 + 0.4 * number / len(piles))
        with pa.ipc.open_stream(str(pile)) as stream:
            frame = gpd.GeoDataFrame.from_arrow(
                stream.read_all(), to_pandas_kwargs={"types_mapper": pd.ArrowDtype}
            )
        pile.unlink()
        order = np.lexsort((frame[_ROW].to_numpy(), frame[_PLACE].to_numpy()))
        frame = frame.iloc[order].drop(columns=[_PLACE, _ROW])
        whole = draft.with_name(f"pile-{number}.parquet")
        frame.to_parquet(whole, index=False, write_covering_bbox=True)
        table = pq.read_table(whole)
        whole.unlink()
        if writer is None:
            writer = pq.ParquetWriter(draft, _described(table.schema, bounds, stamp),
                                      compression="zstd")  # fmt: skip
        writer.write_table(table.cast(writer.schema), row_group_size=ROWS_A_GROUP)
    assert writer is not None
    writer.close()


def _described(schema: pa.Schema, bounds: NDArray[np.float64], stamp: str) -> pa.Schema:
    """Say in the schema what the whole file holds: the box of all, any kind of shape."""
    geo = json.loads(schema.metadata[b"geo"])
    column = geo["columns"][geo["primary_column"]]
    column |= {"bbox": bounds.tolist(), "geometry_types": []}
    return schema.with_metadata({b"geo": json.dumps(geo).encode(), _SOURCE: stamp.encode()})
