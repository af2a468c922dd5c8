"""Layers of a file exactly as they are written: nothing repaired, no CRS guessed.

For checks of files that were handed over; files that somebody brings are read by
`layers.reading.features`.
"""

from pathlib import Path, PurePath
from tempfile import TemporaryDirectory

import geopandas as gpd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from layers.contract.errors import LayerFileError, quoted
from layers.files.reader_faults import reason_zh

__all__ = ["AS_WRITTEN", "layers_as_written"]

AS_WRITTEN = (".gpkg", ".geojson", ".geojsonl", ".geojsons", ".fgb", ".parquet", ".zip")


PARQUET = ".parquet"
NAMED = (".gpkg", ".zip")  # with names of their own for layers


def layers_as_written(data: bytes, name: str) -> dict[str, gpd.GeoDataFrame]:
    """Read the layers with geometry of a file.

    Parameters
    ----------
    data
        The file.
    name
        Its name, which ends in one of `AS_WRITTEN`; of a zip file the Shapefiles are read.

    Raises
    ------
    LayerFileError
        If it cannot be read.
    """
    suffix = PurePath(name).suffix.lower()
    if suffix == ".zip" and b".shp" not in data:
        return {}
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
    except (DataSourceError, DataLayerError, ValueError, OSError) as error:
        raise LayerFileError(
            f"{name!r} cannot be read: it is damaged, or not what its name says ({error}).",
            f"无法读取{quoted(name)}：文件已损坏，或内容与扩展名不符（{reason_zh(error)}）。",
        ) from None
    if len(found) == 1 and suffix not in NAMED:  # the layer has no name of its own
        found = {PurePath(name).stem: next(iter(found.values()))}
    return found
