"""Bulk reading through pyogrio, and listing of layers; what the reader grumbles about is kept."""

import json
import shutil
import tempfile
import warnings
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError, GeometryError
from shapely.errors import ShapelyError

from layers.encoding import DECLARED, Encoding, escaped, shapefile_encoding
from layers.errors import LayerFileError, Named, quoted
from layers.formats import Format

__all__ = [
    "READER_FAULTS",
    "Bulk",
    "can_open",
    "choose_layer",
    "json_features",
    "read_bulk",
    "spatial_layers",
]

# What pyogrio and the libraries under it raise for data they cannot read.
READER_FAULTS = (
    DataSourceError,
    DataLayerError,
    GeometryError,
    ShapelyError,
    ValueError,
    TypeError,
    OSError,
    OverflowError,
    IndexError,  # pyogrio, of a file that opens but holds no layer
    NameError,  # pyogrio, of a coordinate system that cannot be read
)
# Keys of OpenStreetMap that say what ground is, the most telling first.
_OSM_KEYS = (
    "landuse",
    "natural",
    "leisure",
    "amenity",
    "man_made",
    "waterway",
    "highway",
    "aeroway",
)


@dataclass(frozen=True)
class Bulk:
    """What the bulk reader gave: features, layer, encoding, expected count, remarks."""

    frame: gpd.GeoDataFrame
    layer: str
    encoding: Encoding
    expected: int  # features that the file says it holds; -1 when it does not say
    remarks: list[str] = field(default_factory=list)


def read_bulk(
    path: Path, format: Format, *, layer: str | None = None, encoding: str | None = None
) -> Bulk:
    """Read a layer in one go.

    Raises
    ------
    LayerFileError
        If the layer has to be chosen, or is not there.
    READER_FAULTS
        Whatever the reader raises for features that it cannot read.
    """
    if format.name == "Shapefile" and not _companion(path, ".shx"):
        with tempfile.TemporaryDirectory(prefix="gridmap-") as folder:
            return _read_without_index(path, Path(folder), encoding)
    name = choose_layer(path, layer, default="multipolygons" if "OSM" in format.name else None)
    found = Encoding(encoding, DECLARED) if encoding else _encoding(path, format)
    return _read(path, name, found)


def choose_layer(path: Path, layer: str | None, *, default: str | None = None) -> str | None:
    """Find the layer to read; several without a choice, or a wrong name, are refused."""
    if layer is not None:
        names = [name for name, _ in _listed(path)]
        shown, shown_zh = ", ".join(map(repr, names[:30])), quoted(*names[:30])
        if layer not in names:
            raise LayerFileError(
                f"{path.name!r} has no layer {layer!r}. Found: {shown or 'none'}. "
                "Name one of them.",
                f"{quoted(path.name)}中没有图层{quoted(layer)}。现有图层：{shown_zh or '无'}。"
                "请从中选定。",
            )
        return layer
    names = spatial_layers(path)
    if default in names:
        return default
    if len(names) > 1:
        shown, shown_zh = ", ".join(map(repr, names[:30])), quoted(*names[:30])
        raise LayerFileError(
            f'{path.name!r} holds {len(names)} layers: {shown}. Say which one with layer = "…".',
            f'{quoted(path.name)}中有 {len(names)} 个图层：{shown_zh}。请用 layer = "…" 指明一个。',
        )
    return names[0] if names else None


def spatial_layers(path: Path) -> list[str]:
    """List the layers with geometry; when there is none, all of them.

    A GeoPackage saved by QGIS also holds tables of styles, which are no layers to choose from.
    """
    listed = _listed(path)
    return [name for name, kind in listed if kind is not None] or [name for name, _ in listed]


def _listed(path: Path) -> list[tuple[str, str | None]]:
    """List layers with their kind of geometry; reading them will repeat any warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [(str(name), kind) for name, kind in pyogrio.list_layers(path)]


def can_open(path: Path) -> bool:
    """Tell whether a file can be opened at all, whatever is wrong with its features."""
    try:
        return len(_listed(path)) > 0
    except READER_FAULTS:
        return False


def _read(path: Path, layer: str | None, encoding: Encoding) -> Bulk:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        frame = pyogrio.read_dataframe(
            path,
            layer=layer,
            encoding=encoding.name,
            on_invalid="ignore",
            # Dates stay as they are written: no time zone is guessed, no odd year refused.
            datetime_as_string=True,
        )
        info = pyogrio.read_info(path, layer=layer, encoding=encoding.name)
    if not isinstance(frame, gpd.GeoDataFrame):
        raise LayerFileError(
            f"{path.name!r} holds a table without geometry. Give a map layer.",
            f"{quoted(path.name)}是没有图形的表格。请给出图层。",
        )
    remarks = list(dict.fromkeys(str(warning.message).splitlines()[0] for warning in caught))
    if info["driver"] == "OSM":
        frame = frame.assign(osm_tag=_osm_tags(frame))
    return Bulk(frame, layer or "", encoding, int(info["features"]), remarks)


def _read_without_index(path: Path, folder: Path, encoding: str | None) -> Bulk:
    """Read a shapefile without .shx: the index is made again, on a copy, never beside the input."""
    for file in path.parent.glob(f"{escaped(path.stem)}.*"):
        if file.is_file():
            shutil.copy(file, folder / (path.stem + file.suffix.lower()))
    copy = folder / f"{path.stem}.shp"
    found = Encoding(encoding, DECLARED) if encoding else shapefile_encoding(copy)
    pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": True})
    try:
        bulk = _read(copy, None, found)
    finally:
        pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": None})
    remark = "the .shx file is missing; its index was made again from the shapes"
    return Bulk(bulk.frame, path.stem, found, bulk.expected, [*bulk.remarks, remark])


def _encoding(path: Path, format: Format) -> Encoding:
    if format.name == "Shapefile":
        return shapefile_encoding(path)
    return Encoding(
        None, Named(f"{format.name} files say it themselves", f"{format.name} 文件自带编码")
    )


def _companion(path: Path, ending: str) -> Path | None:
    found = (
        file
        for file in path.parent.glob(f"{escaped(path.stem)}.*")
        if file.suffix.lower() == ending
    )
    return next(found, None)


def _osm_tags(frame: pd.DataFrame) -> pd.Series:
    """Give each OpenStreetMap feature the tag that says most about its ground, `key=value`."""
    tags = pd.Series("", index=frame.index, dtype="str")
    for key in _OSM_KEYS:
        if key in frame:
            values = frame[key].fillna("").astype("str")
            tags = tags.where((tags != "") | (values == ""), key + "=" + values)
    return tags


def json_features(path: Path) -> list[object] | None:
    """List the raw features of a GeoJSON file; None when it is of another shape."""
    content = json.loads(path.read_bytes().decode("utf-8-sig"))
    features = content.get("features") if isinstance(content, dict) else None
    return features if isinstance(features, list) else None
