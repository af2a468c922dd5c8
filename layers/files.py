"""Reading map files and tables from disk, and the hash that a plan keeps of each.

pyogrio reads in bulk. Encodings are found by rule (`shapefile_encoding`), codes stay text.
"""

import hashlib
import warnings
import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from layers.errors import LayerFileError, LayerSchemaError

__all__ = ["file_hash", "input_files", "read_layer", "read_table", "require_columns"]

TABLE_ENDINGS = (".csv", ".xlsx")
_KNOWN = (
    "GeoPackage (.gpkg), GeoJSON (.geojson), FlatGeobuf (.fgb), GeoParquet (.parquet) or "
    "Shapefile (.shp with .dbf, .shx and .prj beside it)"
)
# Language byte of a dbf: 0 says nothing, 0x57 "ANSI", which Chinese Windows means as GBK.
_SILENT_LANGUAGE = (0x00, 0x57)


def read_layer(path: Path, *, layer: str | None = None) -> gpd.GeoDataFrame:
    """Read one layer of a map file, with every text as text.

    Parameters
    ----------
    path
        File to read.
    layer
        Layer in the file; may be left out when the file holds just one.

    Returns
    -------
    The features in file order, index 0, 1, …, in the CRS of the file (which may be None).

    Raises
    ------
    LayerFileError
        If the file is missing, empty, of an unknown format or holds no such layer.
    """
    path = Path(path)
    _require_file(path)
    try:
        if path.suffix.lower() in (".parquet", ".geoparquet"):
            gdf = gpd.read_parquet(path)
        else:
            gdf = _read_ogr(path, _choose_layer(path, layer))
    except (DataSourceError, DataLayerError, ValueError, OSError) as error:
        if isinstance(error, LayerFileError):
            raise
        raise LayerFileError(
            f"{path.name!r} cannot be read as a map layer: {_first_line(error)}. "
            f"Save it as {_KNOWN}."
        ) from None
    if not isinstance(gdf, gpd.GeoDataFrame):
        raise LayerFileError(f"{path.name!r} holds a table without geometry. Give a map layer.")
    if gdf.empty:
        raise LayerFileError(
            f"{path.name!r} holds no features. Export it again, or take it out of rules.toml."
        )
    return gdf.reset_index(drop=True)


def read_table(path: Path, *, sheet: str | None = None) -> pd.DataFrame:
    """Read a CSV or XLSX table; every cell is text, an empty one is "".

    The index is the row as a spreadsheet shows it: the header is row 1. Empty rows are left out.

    Raises
    ------
    LayerFileError
        If the file is missing, unreadable or holds no rows.
    """
    path = Path(path)
    _require_file(path)
    ending = path.suffix.lower()
    if ending not in TABLE_ENDINGS:
        raise LayerFileError(
            f"{path.name!r} is not a table that can be read. Save it as .xlsx or as .csv."
        )
    try:
        if ending == ".xlsx":
            with warnings.catch_warnings():
                # openpyxl warns about styles and validation it leaves out: cells are all we want.
                warnings.simplefilter("ignore")
                table = pd.read_excel(path, sheet_name=sheet or 0, dtype=str, na_filter=False)
        else:
            table = pd.read_csv(
                path, dtype=str, na_filter=False, encoding=text_encoding(path), index_col=False
            )
    except (ValueError, OSError, KeyError, pd.errors.ParserError, zipfile.BadZipFile) as error:
        raise LayerFileError(
            f"{path.name!r} cannot be read as a table: {_first_line(error)}. "
            "Open it in a spreadsheet program and save it again as .xlsx or .csv."
        ) from None
    table.columns = [str(name).strip() for name in table.columns]
    table = table.apply(lambda column: column.astype("str").str.strip())
    table.index = pd.RangeIndex(2, len(table) + 2)
    table = table[(table != "").any(axis=1)] if len(table) else table
    if table.empty:
        raise LayerFileError(f"{path.name!r} holds no rows under its header line.")
    return table


def require_columns(frame: pd.DataFrame, columns: list[str | None], what: str) -> None:
    """Refuse a table that lacks a column named in the rules; None stands for a column not named."""
    missing = [name for name in columns if name and name not in frame.columns]
    if missing:
        found = ", ".join(repr(str(name)) for name in frame.columns if name != "geometry")
        wanted = ", ".join(repr(name) for name in missing)
        raise LayerSchemaError(
            f"{what} has no column {wanted}. Found: {found or 'no columns'}. "
            "Correct the name in rules.toml."
        )


def text_encoding(path: Path) -> str:
    """Tell UTF-8 (with or without a mark at the start), UTF-16 and Chinese GB18030 text apart."""
    raw = path.read_bytes()
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    try:
        raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig"


def shapefile_encoding(path: Path) -> str | None:
    """Find the encoding of a shapefile's texts; None when the file itself says it.

    Without a .cpg and a language byte GDAL reads Chinese as Latin letters and reports nothing.
    """
    side = {file.suffix.lower(): file for file in path.parent.glob(f"{_escaped(path.stem)}.*")}
    if ".cpg" in side or ".dbf" not in side:
        return None
    raw = side[".dbf"].read_bytes()
    if len(raw) < 32 or raw[29] not in _SILENT_LANGUAGE:
        return None
    try:
        raw[32:].decode("utf-8")
    except UnicodeDecodeError:
        return "GB18030"
    return "UTF-8"


def input_files(path: Path) -> list[Path]:
    """List all files that belong to an input: a shapefile's companions, a folder's contents."""
    if path.is_dir():
        return sorted(file for file in path.rglob("*") if file.is_file())
    if path.suffix.lower() == ".shp":
        parts = {".shp", ".shx", ".dbf", ".prj", ".cpg"}
        return sorted(
            file
            for file in path.parent.glob(f"{_escaped(path.stem)}.*")
            if file.suffix.lower() in parts
        )
    return [path]


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file's bytes as hex."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read_ogr(path: Path, layer: str | None) -> gpd.GeoDataFrame:
    encoding = shapefile_encoding(path) if path.suffix.lower() == ".shp" else None
    return gpd.read_file(path, layer=layer, engine="pyogrio", encoding=encoding)


def _choose_layer(path: Path, layer: str | None) -> str | None:
    listed = pyogrio.list_layers(path)
    names = [str(name) for name in listed[:, 0]]
    shown = ", ".join(repr(name) for name in names)
    if layer is not None:
        if layer not in names:
            raise LayerFileError(f"{path.name!r} has no layer {layer!r}. Found: {shown or 'none'}.")
        return layer
    # A GeoPackage saved by QGIS also holds tables of styles: only layers with geometry count.
    names = [str(name) for name, kind in listed if kind is not None] or names
    shown = ", ".join(repr(name) for name in names)
    if len(names) > 1:
        raise LayerFileError(
            f'{path.name!r} holds {len(names)} layers: {shown}. Say which one with layer = "…".'
        )
    return names[0] if names else None


def _require_file(path: Path) -> None:
    if not path.exists():
        near = sorted(file.name for file in path.parent.glob("*") if not file.name.startswith("."))
        beside = ", ".join(repr(name) for name in near[:12])
        raise LayerFileError(
            f"There is no file {path.name!r} in {str(path.parent)!r}. "
            f"Found there: {beside or 'nothing'}{' …' if len(near) > 12 else ''}. "
            "Put the file there or correct its name."
        )
    if path.is_file() and path.stat().st_size == 0:
        raise LayerFileError(f"{path.name!r} is empty: 0 bytes. Copy or export it again.")


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")


def _escaped(stem: str) -> str:
    return "".join(f"[{letter}]" if letter in "[]*?" else letter for letter in stem)
