"""Layers of a file exactly as they are written: nothing repaired, no CRS guessed.

For checks of files that were handed over; files that somebody brings are read by
`layers.reading.features`.
"""

import io
import zipfile
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory

import geopandas as gpd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError
from shapely.errors import ShapelyError

from layers.contract.errors import LayerFileError, quoted
from layers.files.reader_faults import reason_zh

__all__ = ["AS_WRITTEN", "layers_as_written"]

AS_WRITTEN = (
    ".gpkg", ".geojson", ".geojsonl", ".geojsons", ".fgb", ".parquet", ".kml", ".topojson", ".zip",
)  # fmt: skip
PARQUET = ".parquet"
NAMED = (".gpkg", ".kml", ".topojson", ".zip")  # with names of their own for layers
ONE_EACH = (".fgb", ".parquet")  # a file for each layer, in a zip file too


def layers_as_written(data: bytes, name: str) -> dict[str, gpd.GeoDataFrame]:
    """Read the layers with geometry of a file.

    Parameters
    ----------
    data
        The file.
    name
        Its name, which ends in one of `AS_WRITTEN`; of a zip file the Shapefiles are read, or else
        FlatGeobuf and GeoParquet.

    Raises
    ------
    LayerFileError
        If it cannot be read.
    """
    suffix = PurePath(name).suffix.lower()
    if suffix == ".zip" and b".shp" not in data:
        return _of_archive(data, name)
    try:
        # GDAL reads from memory too, but grumbles about a file without a name.
        with TemporaryDirectory(prefix="gridmap-") as folder:
            path = Path(folder) / f"layers{suffix}"
            path.write_bytes(data)
            if suffix == PARQUET:
                found = {"": gpd.read_parquet(path)}
            else:
                names = pyogrio.list_layers(path)
                found = {
                    str(layer): pyogrio.read_dataframe(path, layer=layer)
                    for layer, kind in names
                    if kind is not None
                }
    except (DataSourceError, DataLayerError, ShapelyError, ValueError, OSError) as error:
        raise LayerFileError(
            f"{name!r} cannot be read: it is damaged, or not what its name says ({error}).",
            f"无法读取{quoted(name)}：文件已损坏，或内容与扩展名不符（{reason_zh(error)}）。",
        ) from None
    if len(found) == 1 and suffix not in NAMED:  # the layer has no name of its own
        found = {PurePath(name).stem: next(iter(found.values()))}
    return found


def _of_archive(data: bytes, name: str) -> dict[str, gpd.GeoDataFrame]:
    """Read the files of a zip file that hold a layer each."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            inside = [one for one in book.namelist() if PurePath(one).suffix.lower() in ONE_EACH]
            files = {one: book.read(one) for one in sorted(inside)}
    except (zipfile.BadZipFile, OSError) as error:
        raise LayerFileError(
            f"{name!r} cannot be read: it is no whole zip file ({error}).",
            f"无法读取{quoted(name)}：不是完整的 zip 文件（{reason_zh(error)}）。",
        ) from None
    found: dict[str, gpd.GeoDataFrame] = {}
    for one, content in files.items():
        found |= layers_as_written(content, PurePath(one).name)
    return found
