"""The digest of a plan's content: one for every column, of values and not of bytes of the file.

Another program may lay the same content out in another way, with other pages, byte order or rows
deleted in between; that is no change. A name, a number or a corner that is another one is. The
digests lie in a table of their own, so that it can be said what was changed.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from gridmap.store.form import CONTRACTS, DIGESTS, FORMAT, FORMAT_KEY, ROW, dtype_key

__all__ = ["GEOMETRY", "changed_columns", "digest_table", "digests_of", "newer_format",
           "prove_themselves", "single_parts"]  # fmt: skip

GEOMETRY = "geom"
CRS = "crs"
LONGEST_FORMAT = 9  # digits of a number that is a format
COLUMNS = ["table_name", "column_name", "row_count", "sha256"]
WHOLE = "*"  # the row of `digests` about `digests` itself


def digests_of(
    frame: pd.DataFrame, table: str, *, crs: str = "", columns: Collection[str] | None = None
) -> dict[str, str]:
    """Give the digest of every column of a table, the index and the geometry too.

    Parameters
    ----------
    frame
        The table.
    table
        Its name in the file: missing text of a contract is the same as empty text.
    crs
        Coordinate system as the file says it; "" for tables without a geometry.
    columns
        Only those of these columns, and nothing of the coordinate system; "" is the index.
    """
    shape = frame.geometry.name if isinstance(frame, gpd.GeoDataFrame) else None
    contract = CONTRACTS.get(table, {})
    found = {}
    if columns is None or "" in columns:
        found[frame.index.name or ROW] = _digest(frame.index.to_series(), table, fill=False)
    for name in frame.columns if columns is None else [one for one in frame if one in columns]:
        if name != shape:
            found[str(name)] = _digest(frame[name], table, fill=contract.get(name) == "str")
    if shape is not None and (columns is None or shape in columns):
        found[GEOMETRY] = _of_shapes(frame.geometry.to_numpy())
    if shape is not None and columns is None:
        found[CRS] = hashlib.sha256(crs.encode()).hexdigest()
    return found


def digest_table(digests: Mapping[str, tuple[int, Mapping[str, str]]]) -> pd.DataFrame:
    """Lay out the table of digests: number of rows and digests of the columns of every table."""
    rows = [
        (table, column, str(count), digest)
        for table, (count, found) in digests.items()
        for column, digest in found.items()
    ]
    rows.append((DIGESTS, WHOLE, str(len(rows)), _of_rows(rows)))
    return pd.DataFrame(rows, columns=COLUMNS, dtype="str")


def prove_themselves(digests: pd.DataFrame) -> bool:
    """Whether a table of digests is as it was written: its last row is the digest of the others."""
    if not set(COLUMNS) <= set(digests.columns) or digests[COLUMNS].isna().any(axis=None):
        return False
    is_whole = (digests["table_name"] == DIGESTS).to_numpy()
    rows = list(digests.loc[~is_whole, COLUMNS].itertuples(index=False, name=None))
    return digests.loc[is_whole, "sha256"].tolist() == [_of_rows(rows)]


def _of_rows(rows: Iterable[tuple[str, ...]]) -> str:
    return hashlib.sha256("\n".join("\t".join(row) for row in sorted(rows)).encode()).hexdigest()


def changed_columns(
    found: Mapping[str, tuple[int, Mapping[str, str]]], written: pd.DataFrame
) -> dict[str, list[str]]:
    """Say in which tables which columns are not as they were written; {} when all are."""
    now = digest_table(found)
    keys = ["table_name", "column_name"]
    both = written.merge(now, on=keys, how="outer", suffixes=("_written", "_now"), sort=True)
    same = (both["sha256_written"] == both["sha256_now"]) & (
        both["row_count_written"] == both["row_count_now"]
    )
    changed: dict[str, list[str]] = {}
    for table, column in both.loc[~same.fillna(False), keys].itertuples(index=False):
        changed.setdefault(str(table), []).append(str(column))
    if len(changed) > 1:  # that of all follows from the others
        changed.pop(DIGESTS, None)
    return changed


def newer_format(receipt: pd.DataFrame, digests: pd.DataFrame | None) -> str:
    """Give the format that a newer gridmap wrote; "" for a plan of this one or an earlier one.

    A number that was changed since it was written, as the digests prove, is no newer format.

    Parameters
    ----------
    receipt, digests
        Tables as they are in the file; None when there are no digests.
    """
    told = receipt.loc[receipt["key"] == FORMAT_KEY, "value"]
    written = str(told.iloc[0]) if len(told) else ""
    if not written.isdecimal() or len(written) > LONGEST_FORMAT or int(written) <= FORMAT:
        return ""
    if digests is not None and {"table_name", "row_count", "sha256"} <= set(digests.columns):
        own = digests[digests["table_name"] == "receipt"]
        now = {"receipt": (len(receipt), digests_of(receipt.astype("str"), "receipt"))}
        # That the keys are as written says that a newer gridmap would not make digests otherwise.
        if changed_columns(now, own).get("receipt") == ["value"]:
            return ""
    return written


def single_parts(shapes: np.ndarray) -> np.ndarray:
    """Turn polygons of one part back that another program has written in its own way."""
    multi = shapely.get_type_id(shapes) == shapely.GeometryType.MULTIPOLYGON
    one = multi & (shapely.get_num_geometries(shapes) == 1)
    if not one.any():
        return shapes
    result = shapes.copy()
    result[one] = shapely.get_geometry(shapes[one], 0)
    return result


def _digest(values: pd.Series, table: str, *, fill: bool) -> str:
    key = dtype_key(values, table)
    if key == "str":
        return _of_texts(values, fill=fill)
    plain = np.ascontiguousarray(values.to_numpy(dtype=key))
    if key == "float64":
        # A database keeps no sign of zero, and one kind of missing number.
        plain = np.where(np.isnan(plain), np.nan, plain + 0.0)
    digest = hashlib.sha256(key.encode())
    digest.update(plain.astype(plain.dtype.newbyteorder("<"), copy=False).tobytes())
    return digest.hexdigest()


def _of_texts(values: pd.Series, *, fill: bool) -> str:
    texts = pa.array(values, type=pa.large_string(), from_pandas=True)
    texts = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    digest = hashlib.sha256(b"str")
    if texts.null_count and not fill:
        digest.update(np.packbits(pc.is_null(texts).to_numpy(zero_copy_only=False)).tobytes())
    texts = pc.fill_null(texts, "")
    digest.update(pc.binary_length(texts).to_numpy(zero_copy_only=False).astype("<i8").tobytes())
    _, offsets, data = texts.buffers()
    if data is not None and len(texts):
        ends = np.frombuffer(offsets, dtype="<i8")[texts.offset : texts.offset + len(texts) + 1]
        digest.update(memoryview(data)[ends[0] : ends[-1]])
    return digest.hexdigest()


def _of_shapes(shapes: np.ndarray) -> str:
    given = single_parts(np.asarray(shapes, dtype=object))
    gone = shapely.is_missing(given) | shapely.is_empty(given)
    binary = shapely.to_wkb(given, byte_order=1, flavor="iso", include_srid=False)
    parts = [b"" if none else one for none, one in zip(gone, binary, strict=True)]
    digest = hashlib.sha256(b"wkb")
    digest.update(np.array([len(part) for part in parts], dtype="<i8").tobytes())
    digest.update(b"".join(parts))
    return digest.hexdigest()
