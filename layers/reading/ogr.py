"""Bulk reading through pyogrio, and listing of layers; what the reader grumbles about is kept."""

import tempfile
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pyogrio.raw
import shapely
from pyogrio.errors import CRSError as ReaderCRSError
from pyogrio.errors import DataLayerError, DataSourceError, GeometryError
from pyproj import CRS
from pyproj.exceptions import CRSError
from shapely.errors import ShapelyError

from layers.contract.errors import LayerFileError, Named, quoted
from layers.files.broken_shapes import Repaired, from_wkb
from layers.files.encoding import DECLARED, Encoding, drawing_encoding, shapefile_encoding
from layers.files.formats import Format
from layers.files.long_numbers import with_exact_integers, with_long_numbers
from layers.files.reader_faults import remark_of
from layers.files.sidecar_files import sidecar_files
from layers.reading.osm import osm_tags
from layers.reading.shapefiles import blank_records, copied, needs_copy, whole_characters

__all__ = [
    "READER_FAULTS",
    "Bulk",
    "can_open",
    "choose_layer",
    "field_names",
    "is_known",
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
# Which closed ways are areas, and which tags have columns of their own.
_OSM_CONFIG = Path(__file__).with_name("osmconf.ini")
_NO_OPTIONS: Mapping[str, str] = MappingProxyType({})
_RESTORING = threading.Lock()  # one at a time turns GDAL's making of an index on and off


@dataclass(frozen=True)
class Bulk:
    """What the bulk reader gave: features, layer, encoding, expected count, remarks."""

    frame: gpd.GeoDataFrame
    layer: str
    encoding: Encoding
    expected: int  # features that the file says it holds; -1 when it does not say
    remarks: list[Named] = field(default_factory=list)
    repaired: list[tuple[int, Repaired]] = field(default_factory=list)  # by row from 1


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
    found = Encoding(encoding, DECLARED) if encoding else _encoding(path, format)
    if format.name == "Shapefile":
        return _read_shapefile(path, found)
    if format.name == "DXF":
        options = {"ENCODING": found.name} if found.name else {}
        bulk = _read(path, choose_layer(path, layer), replace(found, name=None), options)
        return replace(bulk, encoding=found)
    if "OSM" in format.name:
        options = {"CONFIG_FILE": str(_OSM_CONFIG)}
        return _read(path, choose_layer(path, layer, default="multipolygons"), found, options)
    return _read(path, choose_layer(path, layer), found)


@contextmanager
def _index_restored() -> Iterator[None]:
    """Let GDAL make the index of a shapefile again, which it writes beside it.

    GDAL has this as a setting of the whole process only, so that others who read at the same time
    have it too. They find an index with every shapefile: one without is read from a copy, in here.
    """
    with _RESTORING:
        pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": True})
        try:
            yield
        finally:
            pyogrio.set_gdal_config_options({"SHAPE_RESTORE_SHX": None})


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


def field_names(path: Path, format: Format, layer: str | None) -> list[str]:
    """List the columns of a layer without reading its features.

    Raises
    ------
    READER_FAULTS
        Whatever the reader raises for a file that it cannot open.
    """
    encoding = _encoding(path, format).name
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        info = pyogrio.read_info(path, layer=choose_layer(path, layer), encoding=encoding)
    return [str(name) for name in info["fields"]]


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


def _read(
    path: Path, layer: str | None, encoding: Encoding, options: Mapping[str, str] = _NO_OPTIONS
) -> Bulk:
    """Read a layer; `options` are those of its driver, for this file alone."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        frame = _frame(path, layer, encoding, options)
        info = pyogrio.read_info(path, layer=layer, encoding=encoding.name, **options)
        frame = with_exact_integers(frame, path, info, layer=layer, where=_where(path), **options)
    if not isinstance(frame, gpd.GeoDataFrame):
        raise LayerFileError(
            f"{path.name!r} holds a table without geometry. Give a map layer.",
            f"{quoted(path.name)}是没有图形的表格。请给出图层。",
        )
    frame, repaired = _with_parts_kept(frame, path, layer, encoding, options)
    said = dict.fromkeys(str(warning.message).splitlines()[0] for warning in caught)
    remarks = [remark for remark in dict.fromkeys(map(remark_of, said)) if remark is not None]
    if info["driver"] == "OSM":
        frame = frame.assign(osm_tag=osm_tags(frame))
    return Bulk(frame, layer or "", encoding, int(info["features"]), remarks, repaired)


def _frame(
    path: Path, layer: str | None, encoding: Encoding, options: Mapping[str, str]
) -> pd.DataFrame:
    return pyogrio.read_dataframe(
        path,
        layer=layer,
        encoding=encoding.name,
        on_invalid="ignore",
        where=_where(path),
        # Dates stay as they are written: no time zone is guessed, no odd year refused.
        datetime_as_string=True,
        **options,
    )


def _where(path: Path) -> str | None:
    """Have the rows of a GeoPackage counted by a condition: the number that it keeps can be old."""
    return "1=1" if path.suffix.lower() == ".gpkg" else None


def _with_parts_kept(
    frame: gpd.GeoDataFrame,
    path: Path,
    layer: str | None,
    encoding: Encoding,
    options: Mapping[str, str],
) -> tuple[gpd.GeoDataFrame, list[tuple[int, Repaired]]]:
    """Give shapes that the reader gave up their sound parts back, and say what became of them."""
    rows = np.flatnonzero(shapely.is_missing(frame.geometry.to_numpy()))
    if not len(rows):
        return frame, []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            raw = pyogrio.raw.read(
                path,
                layer=layer,
                encoding=encoding.name,
                columns=[],
                where=_where(path),
                **options,
            )[2]
    except READER_FAULTS:
        return frame, []
    if raw is None or len(raw) != len(frame):
        return frame, []
    repaired = [(int(at) + 1, from_wkb(bytes(raw[at]))) for at in rows if raw[at]]
    shapes = frame.geometry.to_numpy().copy()
    for row, one in repaired:
        shapes[row - 1] = one.shape
    return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs)), repaired


def _read_shapefile(path: Path, encoding: Encoding) -> Bulk:
    """Read a shapefile; when its parts or texts are in the way of it, from a copy put right."""
    placed = True
    if not needs_copy(path) and not encoding.mixed:
        try:
            bulk = _read(path, None, encoding)
            return _with_remarks(_with_table(bulk, path), _missing_table(path))
        except UnicodeDecodeError:
            pass  # a text is cut in mid-character
        except (ReaderCRSError, NameError):
            placed = False
    with tempfile.TemporaryDirectory(prefix="gridmap-") as folder:
        copy, told = copied(path, Path(folder))
        if not placed:
            copy.with_suffix(".prj").unlink(missing_ok=True)
            told.append(_UNREADABLE_PRJ)
        table = copy.with_suffix(".dbf")
        if table.exists() and encoding.name:
            cut = whole_characters(table, encoding.name, mixed=encoding.mixed)
            if cut:
                told.append(
                    Named(
                        f"{cut:,} names or texts end in the middle of a character, which was left "
                        "out",
                        f"{cut:,} 处列名或文字末尾为半个汉字，已略去",
                    )
                )
        with _index_restored():
            bulk = _with_table(_read(copy, None, encoding), copy)
    return _with_remarks(replace(bulk, layer=path.stem), [*told, *_missing_table(path)])


_UNREADABLE_PRJ = Named(
    "its .prj file cannot be understood, so that it names no coordinate system",
    ".prj 文件无法识别，视为没有坐标系信息",
)


def _with_remarks(bulk: Bulk, told: list[Named]) -> Bulk:
    return replace(bulk, remarks=[*bulk.remarks, *told])


def _with_table(bulk: Bulk, path: Path) -> Bulk:
    frame = with_long_numbers(bulk.frame, path)
    return replace(bulk, frame=gpd.GeoDataFrame(frame))


def _missing_table(path: Path) -> list[Named]:
    table = sidecar_files(path).get(".dbf")
    if table is not None and table.stat().st_size:
        blank = blank_records(table)
        return [] if blank is None else [blank]
    if table is not None:
        return [
            Named(
                "the .dbf file with the attributes is empty (0 bytes): only shapes are read. Copy "
                "it again",
                "存放属性的 .dbf 文件为空（0 字节），仅读入图形。请重新拷贝",
            )
        ]
    return [
        Named(
            "the .dbf file with the attributes is missing: only shapes are read",
            "缺少存放属性的 .dbf 文件，仅读入图形",
        )
    ]


def _encoding(path: Path, format: Format) -> Encoding:
    if format.name == "Shapefile":
        return shapefile_encoding(path)
    if format.name == "DXF":
        return drawing_encoding(path)
    return Encoding(
        None, Named(f"{format.name} files say it themselves", f"{format.name} 文件自带编码")
    )


def is_known(system: str) -> bool:
    """Tell whether a name means a coordinate system."""
    try:
        return bool(CRS.from_user_input(system))
    except CRSError:
        return False
