"""Whole numbers that a reader would bend: ids of sixteen digits and more beside empty rows.

A column of whole numbers with an empty row becomes one of decimals, and so does a field of more
than 18 digits in a .dbf; both keep some fifteen digits. Such columns are read again, to the last
digit. What the file itself keeps as decimals cannot be brought back: it is told.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyogrio

from layers.contract.errors import quoted
from layers.contract.issues import Issue
from layers.contract.text import LAST_EXACT
from layers.files.sidecar_files import sidecar_files

__all__ = ["bent_columns", "lost_digits", "with_exact_integers", "with_long_numbers"]

_WHOLE = r"[+-]?\d+(?:\.0*)?"
_LONG = r"[+-]?\d{16,}(?:\.0*)?"
_DELETED = b"*"


def bent_columns(frame: pd.DataFrame) -> list[str]:
    """List the columns of decimals with numbers too large to be kept to the last digit."""
    found = []
    for name in frame.select_dtypes("float").columns:
        values = frame[name].to_numpy(dtype=float)
        with np.errstate(invalid="ignore"):
            if (np.isfinite(values) & (np.abs(values) >= LAST_EXACT)).any():
                found.append(str(name))
    return found


def with_exact_integers(
    frame: pd.DataFrame, path: Path, info: dict[str, Any], **options: Any
) -> pd.DataFrame:
    """Read the columns of large whole numbers again that an empty row has turned into decimals.

    Parameters
    ----------
    frame
        What the reader gave.
    path, info, options
        The file, what pyogrio says of it, and the arguments that it was read with.
    """
    kinds = dict(zip(info["fields"], info["dtypes"], strict=True))
    names = [name for name in bent_columns(frame) if kinds.get(name) == "int64"]
    if not names:
        return frame
    _, table = pyogrio.read_arrow(path, columns=names, read_geometry=False, **options)
    if table.num_rows != len(frame):
        return frame
    exact = {name: pd.array(table[name].to_pylist(), dtype="Int64") for name in names}
    return frame.assign(**exact)


def with_long_numbers(frame: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Read the fields of a .dbf again whose whole numbers are longer than its reader can keep.

    Parameters
    ----------
    frame
        What the reader gave, its columns in the order of the fields.
    path
        The .dbf, or the .shp that it belongs to.
    """
    names = bent_columns(frame)
    table = sidecar_files(path).get(".dbf")
    if not names or table is None:
        return frame
    texts = _fields(table)
    columns = [name for name in frame.columns if name != "geometry"]
    if len(texts) != len(columns):
        return frame
    exact = {}
    for name in names:
        column = texts[columns.index(name)]
        if column is None or len(column) != len(frame):
            continue
        cells = pd.Series(column, index=frame.index, dtype="str")
        filled = cells[cells != ""]
        if filled.str.fullmatch(_WHOLE).all() and filled.str.fullmatch(_LONG).any():
            exact[name] = cells.str.replace(r"\.0*$", "", regex=True)
    return frame.assign(**exact)


def _fields(table: Path) -> list[list[str] | None]:
    """Give the texts of the long numbers of a .dbf, field by field; None for its other fields."""
    raw = table.read_bytes()
    start, size = int.from_bytes(raw[8:10], "little"), int.from_bytes(raw[10:12], "little")
    if len(raw) < 32 or not size:
        return []
    count = min(int.from_bytes(raw[4:8], "little"), (len(raw) - start) // size)
    records = np.frombuffer(raw, dtype=f"S{size}", count=count, offset=start)
    there = records.astype("S1") != _DELETED
    found: list[list[str] | None] = []
    offset = 1
    for at in range(32, min(start, len(raw)) - 31, 32):
        if raw[at] == 0x0D:
            break
        kind, width = raw[at + 11 : at + 12], raw[at + 16]
        if kind in b"NF" and width > 15:
            cells = records.view("S1").reshape(count, size)[:, offset : offset + width]
            texts = np.ascontiguousarray(cells).view(f"S{width}").ravel()[there]
            found.append([text.decode("ascii", "replace").strip() for text in texts])
        else:
            found.append(None)
        offset += width
    return found


def lost_digits(frame: pd.DataFrame, file: str) -> Iterator[Issue]:
    """Say which columns have lost the last digits of their numbers in the file itself."""
    for name in bent_columns(frame):
        yield Issue(
            "READ-8",
            "warning",
            f"{file!r}, column {name!r}: its numbers of 16 digits and more are kept as decimals, "
            "and their last digits are gone. They are no ids; export the column as text.",
            f"“{file}”的{quoted(name)}列：16 位以上的数字以小数保存，末尾几位已丢失，不能作为编号。"
            "请将该列导出为文本。",
            code=file,
        )
