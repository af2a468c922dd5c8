"""Reading one layer of any known format, with what is known about it and what was lost."""

from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import shapely

from layers.archives import unpacked
from layers.encoding import DECLARED, Encoding
from layers.errors import LayerFileError, Named, quoted
from layers.formats import FORMATS, Format, find_format, known_formats
from layers.issues import Issue
from layers.ogr import READER_FAULTS, can_open, read_bulk, spatial_layers
from layers.paths import require_file
from layers.reader_faults import CutOffError, reader_fault
from layers.rescue import lost_features, read_records
from layers.sheets import has_positions, read_table, table_encoding, table_features

__all__ = ["Declared", "Reading", "layer_names", "read_features"]

_LAYER_ENDINGS = tuple(
    ending for format in FORMATS if format.how in ("ogr", "parquet") for ending in format.endings
)
_SAYS = Named("the file says so", "文件已注明")
_SAYS_NOT = Named("the file does not say", "文件未注明")
_BY_ROW = Named("read row by row", "逐行读取")
_PARQUET = Named("Parquet is UTF-8", "Parquet 为 UTF-8")
# fiona has no driver for these; a damaged one of them cannot be rescued.
_NO_RESCUE = ("KML", "OSM XML", "OSM PBF", "GeoParquet")


@dataclass(frozen=True)
class Declared:
    """What a town says about a file that the file does not say itself, or says wrongly."""

    crs: str | None = None
    datum: str | None = None  # gcj02 | bd09: coordinates drawn on a shifted web map
    encoding: str | None = None


@dataclass(frozen=True)
class Reading:
    """A layer as read, in file order, and how it was understood.

    The index is the row as a user counts it: features from 1, rows of a spreadsheet from 2.
    """

    frame: gpd.GeoDataFrame  # the CRS may be None
    file: str
    format: str
    layer: str
    encoding: str
    encoding_why: Named
    crs_why: Named
    issues: tuple[Issue, ...] = ()


def read_features(path: Path, *, layer: str | None = None, encoding: str | None = None) -> Reading:
    """Read one layer of a file of any known format.

    Parameters
    ----------
    path
        File, file geodatabase or archive with one layer in it.
    layer
        Layer to read; may be left out when there is just one.
    encoding
        Encoding of the texts, when the rule of `layers.encoding` is wrong for a file.

    Raises
    ------
    LayerFileError
        If the file is missing, damaged beyond reading, of an unknown format, dangerous or empty.
    """
    path = Path(path)
    require_file(path)
    format = find_format(path)
    if format.how == "archive":
        reading = _from_archive(path, format, layer, encoding)
    elif format.how == "parquet":
        reading = _from_parquet(path, format)
    elif format.how == "table":
        reading = _from_table(path, format, layer, encoding)
    else:
        reading = _from_ogr(path, format, layer, encoding)
    if reading.frame.empty:
        lost = f" ({len(reading.issues)} could not be read)" if reading.issues else ""
        lost_zh = f"（有 {len(reading.issues)} 个无法读取）" if reading.issues else ""
        raise LayerFileError(
            f"{path.name!r} holds no features{lost}. Export it again, or take it out of "
            "rules.toml.",
            f"{quoted(path.name)}中没有要素{lost_zh}。请重新导出，或从 rules.toml 中去掉。",
        )
    return reading


def _from_ogr(path: Path, format: Format, layer: str | None, encoding: str | None) -> Reading:
    try:
        bulk = read_bulk(path, format, layer=layer, encoding=encoding)
    except READER_FAULTS as error:
        if isinstance(error, LayerFileError):
            raise
        return _rescued(path, format, layer, encoding, error)
    if len(bulk.frame) < bulk.expected and format.name not in ("GeoJSON", *_NO_RESCUE):
        # Some readers stop at a damaged record without a word.
        return _rescued(path, format, layer, encoding, CutOffError(len(bulk.frame), bulk.expected))
    frame = bulk.frame.set_index(pd.RangeIndex(1, len(bulk.frame) + 1))
    issues = [_remark(path.name, text) for text in bulk.remarks]
    if not bulk.encoding.sure:
        issues.append(_garbled(path.name, bulk.encoding))
    if format.name == "GeoJSON" and _is_short(frame, bulk.expected, bulk.remarks):
        issues = list(lost_features(path)) or issues
    elif 0 <= len(frame) < bulk.expected:
        lost = bulk.expected - len(frame)
        text = f"{lost} of {bulk.expected} features are missing"
        text_zh = f"应有 {bulk.expected} 个要素，缺 {lost} 个"
        issues.append(_remark(path.name, text, text_zh))
    if format.name == "DXF":
        frame, closed = _closed_to_areas(frame, path.name)
        issues += closed
    why = _SAYS if frame.crs is not None else _SAYS_NOT
    if format.name in ("GeoJSON", "KML"):
        why = Named(
            f"{format.name} is in WGS 84 unless it says otherwise",
            f"{format.name} 未注明时为 WGS 84",
        )
    return Reading(
        frame, path.name, format.name, bulk.layer, bulk.encoding.name or "", bulk.encoding.why,
        why, tuple(issues),
    )  # fmt: skip


def _is_short(frame: gpd.GeoDataFrame, expected: int, remarks: list[str]) -> bool:
    """Tell whether features may have been dropped or emptied without a word."""
    return bool(remarks) or len(frame) < expected or bool(frame.geometry.isna().any()) or (
        frame.empty
    )  # fmt: skip


def _rescued(
    path: Path, format: Format, layer: str | None, encoding: str | None, error: BaseException
) -> Reading:
    reason, reason_zh = reader_fault(error, path)
    try:
        if format.name in _NO_RESCUE or not can_open(path):
            raise ValueError(reason)
        name = layer or spatial_layers(path)[0]
        frame, issues = read_records(path, layer=name, encoding=encoding)
    except ValueError:
        raise LayerFileError(
            f"{path.name!r} cannot be read as a map layer: {reason}. Export it again, or save it "
            f"as one of: {known_formats()}.",
            f"{quoted(path.name)}无法作为图层读取：{reason_zh}。请重新导出，或另存为以下格式之一："
            f"{known_formats()}。",
        ) from None
    text, text_zh = f"it is damaged ({reason})", f"文件已损坏（{reason_zh}）"
    issues.insert(
        0, _remark(path.name, f"{text} and was read row by row", f"{text_zh}，已逐行读取")
    )
    why = _SAYS if frame.crs is not None else _SAYS_NOT
    return Reading(
        frame, path.name, format.name, layer or "", encoding or "", _BY_ROW, why,
        tuple(issues),
    )  # fmt: skip


def _from_parquet(path: Path, format: Format) -> Reading:
    try:
        frame = gpd.read_parquet(path)
    except (ValueError, OSError, TypeError, KeyError, pa.ArrowException) as error:
        reason, reason_zh = reader_fault(error, path)
        raise LayerFileError(
            f"{path.name!r} cannot be read as a map layer: {reason}. Write it again as GeoParquet "
            "or GeoPackage.",
            f"{quoted(path.name)}无法作为图层读取：{reason_zh}。"
            "请另存为 GeoParquet 或 GeoPackage。",
        ) from None
    why = _SAYS if frame.crs is not None else _SAYS_NOT
    frame = frame.set_index(pd.RangeIndex(1, len(frame) + 1))
    return Reading(frame, path.name, format.name, "", "", _PARQUET, why)


def _from_table(path: Path, format: Format, sheet: str | None, encoding: str | None) -> Reading:
    table = read_table(path, sheet=sheet, encoding=encoding)
    if not has_positions(table) and format.name == "DBF":
        raise LayerFileError(
            f"{path.name!r} is the table of a shapefile. Give the .shp file beside it.",
            f"{quoted(path.name)}是 Shapefile 的属性表。请给出同一处的 .shp 文件。",
        )
    frame, why, issues = table_features(table, file=path.name)
    found = Encoding(encoding, DECLARED) if encoding else table_encoding(path)
    if not found.sure:
        issues.append(_garbled(path.name, found))
    return Reading(
        frame,
        path.name,
        format.name,
        sheet or "",
        found.name or "",
        found.why,
        why,
        tuple(issues),
    )


def _from_archive(path: Path, format: Format, layer: str | None, encoding: str | None) -> Reading:
    with unpacked(path) as folder:
        inner, rest = _inner(path, folder, format, layer)
        try:
            reading = read_features(inner, layer=rest, encoding=encoding)
        except LayerFileError as error:
            raise LayerFileError(
                f"In {path.name!r}: {error}", f"{quoted(path.name)}中：{error.zh}"
            ) from None
    return replace(reading, file=path.name, format=f"{format.name} with {reading.format}")


def layer_names(path: Path) -> list[str | None]:
    """List the layers of a file that `read_features` can be asked for; None for the only one.

    Raises
    ------
    LayerFileError
        If the file is missing, damaged beyond listing, or of an unknown format.
    """
    path = Path(path)
    require_file(path)
    format = find_format(path)
    if format.how == "archive":
        with unpacked(path) as folder:
            found = _layer_files(folder, format)
            if len(found) == 1:
                return layer_names(found[0])
            return [file.stem for file in found]
    if format.how != "ogr":
        return [None]
    try:
        names = spatial_layers(path)
    except READER_FAULTS:
        return [None]  # reading it will say what is wrong
    return list(names) if len(names) > 1 else [None]


def _inner(path: Path, folder: Path, format: Format, layer: str | None) -> tuple[Path, str | None]:
    """Find the one layer file of an unpacked archive; `layer` may name it, or a layer in it."""
    found = _layer_files(folder, format)
    named = [file for file in found if layer is not None and layer in (file.stem, file.name)]
    if len(named) == 1:
        return named[0], None
    if len(found) == 1:
        return found[0], layer
    names = [file.relative_to(folder).as_posix() for file in found[:20]]
    shown, shown_zh = ", ".join(map(repr, names)), quoted(*names)
    if not found:
        raise LayerFileError(
            f"{path.name!r} holds no layer. Pack one of: {known_formats()}, with all its files.",
            f"{quoted(path.name)}中没有图层。请打包以下格式之一，并包含其全部文件：{known_formats()}。",
        )
    raise LayerFileError(
        f'{path.name!r} holds {len(found)} layers: {shown}. Say which one with layer = "…".',
        f'{quoted(path.name)}中有 {len(found)} 个图层：{shown_zh}。请用 layer = "…" 指明一个。',
    )


def _layer_files(folder: Path, format: Format) -> list[Path]:
    databases = [file for file in folder.rglob("*.gdb") if file.is_dir()]
    files = [
        file
        for file in sorted(folder.rglob("*"))
        if file.suffix.lower() in _LAYER_ENDINGS
        and file.is_file()
        and not any(database in file.parents for database in databases)
        and "__MACOSX" not in file.parts
    ]
    found = sorted([*databases, *files])
    documents = [file for file in found if file.name.lower() == "doc.kml"]
    return documents[:1] if format.name == "KMZ" and documents else found


def _closed_to_areas(frame: gpd.GeoDataFrame, file: str) -> tuple[gpd.GeoDataFrame, list[Issue]]:
    """Take the closed lines of a drawing as areas: a DXF has no polygons of its own."""
    shapes = frame.geometry.to_numpy().copy()
    closed = (shapely.get_type_id(shapes) == 1) & shapely.is_closed(shapes)
    closed &= shapely.get_num_points(shapes) >= 4
    if not closed.any():
        return frame, []
    shapes[closed] = [shapely.Polygon(line.coords) for line in shapes[closed]]
    areas = frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))
    text = f"{int(closed.sum())} closed lines of the drawing are taken as areas"
    return areas, [_remark(file, text, f"图中 {int(closed.sum())} 条闭合线按面处理", info=True)]


def _remark(file: str, text: str, text_zh: str = "", *, info: bool = False) -> Issue:
    text = text.rstrip(".")
    return Issue(
        "READ-8",
        "info" if info else "warning",
        f"{file!r}: {text}.",
        f"“{file}”：{text_zh or text}。",
        code=file,
    )


def _garbled(file: str, encoding: Encoding) -> Issue:
    return Issue(
        "READ-9",
        "warning",
        f"{file!r}: its texts are read as {encoding.name}, because {encoding.why}. If they come "
        'out garbled, declare encoding = "…" for it in rules.toml.',
        f"“{file}”：文字按 {encoding.name} 读取（{encoding.why.zh}）。"
        "如出现乱码，请在 rules.toml 中声明 encoding。",
        code=file,
    )
