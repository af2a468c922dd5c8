"""Tables from spreadsheets: every cell is text, and positions in them become points or shapes."""

import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from layers.archives import require_no_bomb
from layers.encoding import Encoding, shapefile_encoding, text_encoding
from layers.errors import LayerFileError, Named, quoted
from layers.formats import find_format
from layers.issues import Issue
from layers.paths import require_file
from layers.reader_faults import reader_fault

__all__ = ["TABLE_ENDINGS", "has_positions", "read_table", "table_encoding", "table_features"]

TABLE_ENDINGS = (".csv", ".txt", ".xlsx", ".dbf")
# Headers that hold positions, in lower case.
_LON = ("lon", "lng", "long", "longitude", "经度")
_LAT = ("lat", "latitude", "纬度")
_X = ("x", "x坐标", "easting", "东坐标", "横坐标", "coord_x", "point_x")
_Y = ("y", "y坐标", "northing", "北坐标", "纵坐标", "coord_y", "point_y")
_WKT = ("wkt", "wkt_geom", "geometry", "geom", "the_geom", "图形")
# A title and notes may stand above the header of a sheet.
_HEADER_WITHIN = 10
_LONGEST_LINE = 100_000
_DMS = re.compile(r"(\d+)[°度d]\s*(\d+)[′'分m]\s*(?:([\d.]+)[″\"秒s]?)?\s*([nsewNSEW]?)$")
# Eastings and northings of Chinese plane coordinates: a northing is never that small.
_NORTHING = (1_800_000.0, 6_000_000.0)


def read_table(
    path: Path, *, sheet: str | None = None, encoding: str | None = None
) -> pd.DataFrame:
    """Read a CSV, XLSX or DBF table; every cell is text, an empty one is "".

    The index is the row as a spreadsheet shows it: the header is row 1. Empty rows are left out.

    Parameters
    ----------
    path, sheet
        File, and the sheet of an .xlsx (the first one when left out).
    encoding
        Encoding of a .csv or .dbf when its bytes do not tell.

    Raises
    ------
    LayerFileError
        If the file is missing, unreadable or holds no rows.
    """
    path = Path(path)
    require_file(path)
    if path.suffix.lower() not in TABLE_ENDINGS:
        raise LayerFileError(
            f"{path.name!r} is not a table that can be read. Save it as .xlsx or as .csv.",
            f"{quoted(path.name)}不是可读取的表格。请另存为 .xlsx 或 .csv。",
        )
    find_format(path)
    try:
        table = _read(path, sheet, encoding)
    except (ValueError, OSError, KeyError, LookupError, TypeError, AttributeError, DataSourceError,
            DataLayerError, pd.errors.ParserError,
            pd.errors.ParserWarning, zipfile.BadZipFile, zlib.error) as error:  # fmt: skip
        if isinstance(error, LayerFileError):
            raise
        reason, reason_zh = reader_fault(error, path)
        raise LayerFileError(
            f"{path.name!r} cannot be read as a table: {reason}. "
            "Open it in a spreadsheet program and save it again as .xlsx or .csv.",
            f"{quoted(path.name)}无法作为表格读取：{reason_zh}。"
            "请用 WPS 或 Excel 打开，重新保存为 .xlsx 或 .csv。",
        ) from None
    table.columns = _unique([str(name).strip() for name in table.columns])
    table = table.apply(lambda column: column.astype("str").str.strip())
    table = table[(table != "").any(axis=1)] if len(table) else table
    if table.empty:
        raise LayerFileError(
            f"{path.name!r} holds no rows under its header line. Fill it in or give another table.",
            f"{quoted(path.name)}的表头下没有数据。请填写，或换一个表格。",
        )
    return table


def table_encoding(path: Path) -> Encoding:
    """Find the encoding of a table's texts."""
    if path.suffix.lower() == ".xlsx":
        return Encoding(None, Named("XLSX is UTF-8", "XLSX 为 UTF-8"))
    return shapefile_encoding(path) if path.suffix.lower() == ".dbf" else text_encoding(path)


def has_positions(table: pd.DataFrame) -> bool:
    """Tell whether a table has columns with longitude and latitude, x and y, or WKT."""
    return _position_columns(table) is not None


def table_features(
    table: pd.DataFrame, *, file: str
) -> tuple[gpd.GeoDataFrame, Named, list[Issue]]:
    """Place the rows of a table by the positions in its columns.

    Parameters
    ----------
    table
        Table of texts with the columns 经度/lon and 纬度/lat, or x and y, or wkt.
    file
        Name of the file, for issues.

    Returns
    -------
    The rows with a geometry (None where a position cannot be read), in EPSG:4326 when the columns
    are named after degrees and in no CRS otherwise; a sentence on how that is known; and a READ-6
    issue for every position that cannot be read.

    Raises
    ------
    LayerFileError
        If the table has no such columns.
    """
    found = _position_columns(table)
    if found is None:
        columns = ", ".join(repr(str(name)) for name in table.columns)
        columns_zh = quoted(*table.columns)
        raise LayerFileError(
            f"{file!r} has no columns with positions. Found: {columns}. Name them 经度 and 纬度 "
            "(or lon and lat), x and y, or wkt.",
            f"{quoted(file)}没有坐标列。现有列：{columns_zh}。请将坐标列命名为“经度”“纬度”"
            "（或 lon、lat），x、y，或 wkt。",
        )
    kind, names = found
    if kind == "wkt":
        shapes = shapely.from_wkt(table[names[0]].to_numpy(dtype=object), on_invalid="ignore")
        why = Named(f"column {names[0]!r} holds WKT", f"{quoted(names[0])}列为 WKT")
        texts = table[names[0]]
    else:
        x, y = (_numbers(table[name]) for name in names)
        texts = table[names[0]] + " / " + table[names[1]]
        why = Named(f"columns {names[0]!r} and {names[1]!r}", f"取自{quoted(*names)}两列")
        if _swapped(kind, x, y):
            x, y = y, x
            why = Named(
                f"{why}, taken the other way round because only so they fit China",
                f"{why.zh}，两列对调后才位于中国境内",
            )
        fine = np.isfinite(x) & np.isfinite(y)
        shapes = np.full(len(table), None, dtype=object)
        shapes[fine] = shapely.points(x[fine], y[fine])
    crs = "EPSG:4326" if kind == "degrees" else None
    frame = gpd.GeoDataFrame(table.copy(), geometry=shapes, crs=crs)
    return frame, why, list(_unplaced(frame, texts, file))


def _read(path: Path, sheet: str | None, encoding: str | None) -> pd.DataFrame:
    ending = path.suffix.lower()
    if ending == ".xlsx":
        require_no_bomb(path)
        with warnings.catch_warnings():
            # openpyxl warns about styles and validation it leaves out: cells are all we want.
            warnings.simplefilter("ignore")
            cells = pd.read_excel(
                path, sheet_name=sheet or 0, header=None, dtype=str, na_filter=False
            )
        return _under_header(cells)
    if ending == ".dbf":
        known = encoding or table_encoding(path).name
        with warnings.catch_warnings():
            # Numbers written with commas are warned of; as text they would be lost to GDAL anyway.
            warnings.simplefilter("ignore")
            frame = pyogrio.read_dataframe(path, read_geometry=False, encoding=known)
        return _numbered(frame.astype("object").where(frame.notna(), ""))
    encoding = encoding or table_encoding(path).name
    with warnings.catch_warnings():
        # A row with more cells than the header would lose them with a warning only.
        warnings.simplefilter("error", pd.errors.ParserWarning)
        return _numbered(
            pd.read_csv(
                path,
                dtype=str,
                na_filter=False,
                encoding=encoding,
                index_col=False,
                sep=_separator(path, encoding),
            )
        )


def _numbered(table: pd.DataFrame) -> pd.DataFrame:
    """Number rows as a spreadsheet shows them under a header in row 1."""
    return table.set_axis(pd.RangeIndex(2, len(table) + 2))


def _under_header(cells: pd.DataFrame) -> pd.DataFrame:
    """Take the first row that is half filled as the header; a title may stand above it."""
    filled = (cells.apply(lambda column: column.astype("str").str.strip()) != "").sum(axis=1)
    width = int(filled.head(_HEADER_WITHIN).max()) if len(filled) else 0
    start = int((filled.head(_HEADER_WITHIN) * 2 >= max(1, width)).to_numpy().argmax())
    rows = cells.iloc[start + 1 :].set_axis(pd.RangeIndex(start + 2, len(cells) + 1))
    return rows.set_axis(cells.iloc[start].astype("str").tolist() if len(cells) else [], axis=1)


def _separator(path: Path, encoding: str | None) -> str:
    """Find what stands between the cells: the most frequent of the usual signs in line 1."""
    with path.open(encoding=encoding, errors="replace") as file:
        line = file.readline(_LONGEST_LINE)
    return max(",", "\t", ";", key=line.count)


def _unique(names: list[str]) -> list[str]:
    """Number headers that come twice, as a spreadsheet program would."""
    seen: dict[str, int] = {}
    result = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        result.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return result


def _position_columns(table: pd.DataFrame) -> tuple[str, list[str]] | None:
    by_name = {str(name).strip().lower(): str(name) for name in table.columns}

    def first(words: tuple[str, ...]) -> str | None:
        return next((by_name[word] for word in words if word in by_name), None)

    for kind, across, up in (("degrees", _LON, _LAT), ("plane", _X, _Y)):
        one, other = first(across), first(up)
        if one and other:
            return kind, [one, other]
    wkt = first(_WKT)
    return ("wkt", [wkt]) if wkt else None


def _numbers(column: pd.Series) -> np.ndarray:
    """Read numbers, and degrees with minutes and seconds."""
    values = pd.to_numeric(column.replace("", None), errors="coerce").to_numpy(
        dtype=float, copy=True
    )
    for at in np.flatnonzero(np.isnan(values)):
        match = _DMS.match(str(column.iloc[at]))
        if match:
            degrees, minutes, seconds, side = match.groups()
            value = int(degrees) + int(minutes) / 60 + float(seconds or 0) / 3600
            values[at] = -value if side.upper() in ("S", "W") else value
    return values


def _swapped(kind: str, x: np.ndarray, y: np.ndarray) -> bool:
    """Tell whether x and y stand in each other's place, as Chinese surveyors write them."""
    fine = np.isfinite(x) & np.isfinite(y)
    if not fine.any():
        return False
    across, up = x[fine], y[fine]
    if kind == "degrees":
        return bool((np.abs(up) > 90).all() and (np.abs(across) <= 90).all())
    low, high = _NORTHING
    northing = (across >= low) & (across <= high)
    easting = ((up >= 100_000) & (up <= 900_000)) | ((up >= 13e6) & (up < 46e6))
    return bool((northing & easting).all())


def _unplaced(frame: gpd.GeoDataFrame, texts: pd.Series, file: str) -> Iterator[Issue]:
    for row in frame.index[frame.geometry.isna()]:
        yield Issue(
            "READ-6",
            "warning",
            f"{file!r} row {row}: the position {texts[row]!r} cannot be read. Correct it.",
            f"“{file}”第 {row} 行：坐标“{texts[row]}”无法读取。请更正。",
            code=file,
            other_code=str(row),
        )
