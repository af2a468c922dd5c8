"""Reading one layer of any known format, with what is known about it and what was lost."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely
from pyproj import CRS

from layers.contract.errors import EmptyLayerError, LayerFileError, Named, quoted
from layers.contract.issues import Issue
from layers.files.archives import unpacked
from layers.files.encoding import unsure
from layers.files.formats import Format, find_format
from layers.files.geojson import crs_member
from layers.files.long_numbers import lost_digits
from layers.files.paths import require_file
from layers.files.reader_faults import CutOffError, reader_fault
from layers.files.rescue import lost_features, read_records, repaired_shapes
from layers.reading.archive_layers import (
    chosen_file,
    files_with_layers,
    layer_name,
    unread_documents,
)
from layers.reading.drawings import drawn_areas
from layers.reading.kml import kml_remarks
from layers.reading.normalized_copy import NormalizedCopy, normalized_copy
from layers.reading.odd_places import without_odd_places
from layers.reading.ogr import READER_FAULTS, can_open, is_known, read_bulk, spatial_layers
from layers.reading.osm import osm_ids, osm_remarks
from layers.reading.pages import may_be_page, page_of
from layers.reading.parquet import read_parquet
from layers.reading.shapefiles import unequal_rows, unlike_areas
from layers.sheets.coordinates import has_positions, table_features
from layers.sheets.reading import open_table, sheet_names

__all__ = ["Declared", "Reading", "layer_names", "read_features"]

_DEEPEST = 3  # archives in each other
_REASONS = 3  # told with the error that nothing can be read
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
        Encoding of the texts, when the rule of `layers.files.encoding` is wrong for a file.

    Returns
    -------
    The frame in file order and in the CRS of the file, which may be None (`frame`); format, layer
    and encoding with the reason for each; and the issues of reading.

    Raises
    ------
    LayerFileError
        If the file is missing, damaged beyond reading, of an unknown format, dangerous or empty.
    """
    return _read(Path(path), layer, encoding, 0)


def _read(path: Path, layer: str | None, encoding: str | None, depth: int) -> Reading:
    require_file(path)
    format = find_format(path)
    if format.how == "archive":
        reading = _from_archive(path, format, layer, encoding, depth)
    elif format.how == "parquet":
        reading = _from_parquet(path)
    elif format.how == "table":
        reading = _from_table(path, format, layer, encoding)
    else:
        reading = _from_ogr(path, format, layer, encoding)
    frame, odd = without_odd_places(reading.frame)
    told = [_remark(reading.file, one.en, one.zh) for one in odd]
    told += lost_digits(frame, reading.file)
    reading = replace(reading, frame=frame, issues=(*reading.issues, *told))
    if reading.frame.empty:
        of = f" in its layer {layer!r}" if layer else ""
        of_zh = f"图层{quoted(layer)}" if layer else ""
        error = EmptyLayerError(
            f"{path.name!r} holds no features{of} that can be read. Export it again, or take it "
            "out of rules.toml.",
            f"{quoted(path.name)}{of_zh}中没有可读取的要素。请重新导出，或从 rules.toml 中去掉。",
        )
        raise _with_reasons(error, reading.issues)
    return reading


def _from_ogr(path: Path, format: Format, layer: str | None, encoding: str | None) -> Reading:
    with normalized_copy(path, format, encoding) as script:
        told = [*repaired_shapes(path.name, script.repaired), *_remarks(path, format, script)]
        try:
            reading = _read_ogr(script.path, format, layer, encoding)
        except LayerFileError as error:
            raise _with_reasons(error, told) from None
    frame = gpd.GeoDataFrame(osm_ids(reading.frame, script.id_base))
    reading = replace(reading, frame=frame, issues=_by_row([*reading.issues, *told]))
    if script.names:
        reading = replace(reading, frame=_with_names(reading.frame, script.names))
    found = script.encoding
    if found is None:
        return reading
    issues = reading.issues if found.sure else (*reading.issues, unsure(path.name, found))
    return replace(reading, encoding=found.name or "", encoding_why=found.why, issues=tuple(issues))


def _by_row(issues: list[Issue]) -> tuple[Issue, ...]:
    """Put what is said of single rows in the order of the rows, behind what is said of the file."""
    return tuple(
        sorted(issues, key=lambda one: int(one.other_code) if one.other_code.isdecimal() else 0)
    )


def _remarks(path: Path, format: Format, script: NormalizedCopy) -> list[Issue]:
    """Say what a file tells of itself beside its features."""
    told: Iterable[Named] = script.told
    if format.name == "KML":
        name = script.encoding.name if script.encoding else None
        told = kml_remarks(path.read_bytes().decode(name or "utf-8", "replace"))
    elif format.name == "OSM XML":
        told = osm_remarks(path)
    elif format.name == "Shapefile":
        unequal = unequal_rows(path)
        if unequal is not None:
            return [replace(_remark(path.name, unequal.en, unequal.zh), severity="error")]
    return [_remark(path.name, one.en, one.zh) for one in told]


def _with_reasons(error: LayerFileError, told: Sequence[Issue]) -> LayerFileError:
    """Say with an error what is known of its cause, such as that a KML holds a link alone."""
    reasons = "".join(f" {one.message}" for one in told[:_REASONS])
    reasons_zh = "".join(one.message_zh for one in told[:_REASONS])
    return type(error)(f"{error}{reasons}", f"{error.zh}{reasons_zh}")


def _with_names(frame: gpd.GeoDataFrame, names: Mapping[str, str]) -> gpd.GeoDataFrame:
    """Give the columns their true names back; one that is there already gets a number."""
    taken = set(frame.columns)
    true: dict[str, str] = {}
    for token, name in names.items():
        number = 1
        while (unique := name if number == 1 else f"{name}_{number}") in taken:
            number += 1
        taken.add(unique)
        true[token] = unique
    return frame.rename(columns=true)


def _read_ogr(path: Path, format: Format, layer: str | None, encoding: str | None) -> Reading:
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
    issues = [_remark(path.name, text.en, text.zh) for text in bulk.remarks]
    issues += repaired_shapes(path.name, bulk.repaired)
    if not bulk.encoding.sure:
        issues.append(unsure(path.name, bulk.encoding))
    if format.name == "GeoJSON" and _is_short(frame, bulk.expected, bulk.remarks):
        lost, repaired = lost_features(path, frame.geometry)
        if lost or repaired:
            issues = [*lost, *repaired_shapes(path.name, [*bulk.repaired, *repaired])]
        shapes = frame.geometry.to_numpy().copy()
        for row, one in repaired:
            shapes[row - 1] = one.shape
        frame = frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))
        named = {int(issue.other_code) for issue in lost}
        bare = shapely.is_missing(frame.geometry.to_numpy())
        frame = frame[~(frame.index.isin(named) & bare)]
    elif 0 <= len(frame) < bulk.expected:
        missing = bulk.expected - len(frame)
        text = f"{missing} of {bulk.expected} features are missing"
        text_zh = f"应有 {bulk.expected} 个要素，缺 {missing} 个"
        issues.append(_remark(path.name, text, text_zh))
    page = page_of(path, len(frame)) if format.name == "GeoJSON" else None
    if page is not None:
        issues.append(_remark(path.name, page.en, page.zh))
    elif format.name in ("GeoJSON", "KML") and (some := may_be_page(path, len(frame))) is not None:
        issues.append(_remark(path.name, some.en, some.zh, info=True))
    if format.name == "Shapefile" and (unlike := unlike_areas(frame)) is not None:
        issues.append(_remark(path.name, unlike.en, unlike.zh))
    if format.name == "DXF":
        frame, drawn = drawn_areas(frame, path.name)
        issues += drawn
    frame, why, told = _said_crs(frame, path, format)
    return Reading(
        frame, path.name, format.name, bulk.layer, bulk.encoding.name or "", bulk.encoding.why,
        why, (*issues, *told),
    )  # fmt: skip


def _said_crs(
    frame: gpd.GeoDataFrame, path: Path, format: Format
) -> tuple[gpd.GeoDataFrame, Named, list[Issue]]:
    """Say how the CRS of a layer is known; a GeoJSON may name one that its reader passes over."""
    why = _SAYS if frame.crs is not None else _SAYS_NOT
    if format.name not in ("GeoJSON", "KML"):
        return frame, why, []
    said = crs_member(path) if format.name == "GeoJSON" else None
    if said is None:
        if frame.crs is None or CRS(frame.crs).to_epsg() != 4326:
            return frame, why, []  # a JSON of another program may name its system elsewhere
        text = f"{format.name} is in WGS 84 unless it says otherwise"
        return frame, Named(text, f"{format.name} 未注明时为 WGS 84"), []
    if is_known(said):
        shown, shown_zh = f"its crs member says {said!r}", f"crs 成员注明 {said}"
        return frame, Named(shown, shown_zh), []
    bare = gpd.GeoDataFrame(frame.set_crs(None, allow_override=True))
    text = f"it names the coordinate system {said!r}, which nobody knows"
    return bare, _SAYS_NOT, [_remark(path.name, text, f"所注明的坐标系 {said} 无法识别")]


def _is_short(frame: gpd.GeoDataFrame, expected: int, remarks: list[Named]) -> bool:
    """Tell whether features may have been dropped or emptied without a word."""
    shapes = frame.geometry.to_numpy()
    missing = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    return bool(remarks) or len(frame) < expected or bool(missing.any()) or frame.empty


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
            f"{path.name!r} cannot be read as a map layer: {reason}. Export it again, best as "
            "GeoPackage.",
            f"{quoted(path.name)}无法作为图层读取：{reason_zh}。请重新导出，最好为 GeoPackage。",
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


def _from_parquet(path: Path) -> Reading:
    frame, kind, why, issues = read_parquet(path)
    why = why or (_SAYS if frame.crs is not None else _SAYS_NOT)
    return Reading(frame, path.name, kind, "", "", _PARQUET, why, tuple(issues))


def _from_table(path: Path, format: Format, sheet: str | None, encoding: str | None) -> Reading:
    table = open_table(path, sheet=sheet, encoding=encoding)
    if not has_positions(table.frame) and format.name == "DBF":
        raise LayerFileError(
            f"{path.name!r} is the table of a shapefile. Give the .shp file beside it.",
            f"{quoted(path.name)}是 Shapefile 的属性表。请给出同一处的 .shp 文件。",
        )
    cells = table.frame.copy()
    for name, rows in table.dated.items():
        # As a date is written that nobody takes for an id; see
        # `layers.contract.identifiers.find_dates`.
        cells.loc[rows, name] = cells.loc[rows, name].str.replace("-", "/")
    frame, why, issues = table_features(cells, file=path.name)
    found = table.encoding
    return Reading(
        frame, path.name, format.name, sheet or "", found.name or "", found.why, why,
        (*table.issues, *issues),
    )  # fmt: skip


def _from_archive(
    path: Path, format: Format, layer: str | None, encoding: str | None, depth: int
) -> Reading:
    if depth >= _DEEPEST:
        raise LayerFileError(
            f"{path.name!r} is an archive in an archive in an archive. Unpack it and give the "
            "layer in it.",
            f"{quoted(path.name)}层层嵌套压缩。请解压后给出其中的图层。",
        )
    with unpacked(path) as folder:
        found = files_with_layers(folder, format, path.name)
        inner, rest = chosen_file(found, folder, layer, path.name)
        try:
            reading = _read(inner, rest, encoding, depth + 1)
        except LayerFileError as error:
            raise type(error)(
                f"In {path.name!r}: {error}", f"{quoted(path.name)}中：{error.zh}"
            ) from None
        unread = unread_documents(found, folder, inner) if format.name == "KMZ" else None
    within = f"In {path.name!r}: "
    issues = tuple(
        replace(
            issue,
            message=within + issue.message,
            message_zh=f"{quoted(path.name)}中：{issue.message_zh}",
            code=path.name,
        )
        for issue in reading.issues
    )
    if unread is not None and layer is None:
        issues = (_remark(path.name, unread.en, unread.zh), *issues)
    return replace(
        reading, file=path.name, format=f"{format.name} with {reading.format}", issues=issues
    )


def layer_names(path: Path) -> list[str | None]:
    """List the layers of a file that `read_features` can be asked for; None for the only one.

    Raises
    ------
    LayerFileError
        If the file is missing, damaged beyond listing, or of an unknown format.
    """
    return _names(Path(path), 0)


def _names(path: Path, depth: int) -> list[str | None]:
    require_file(path)
    format = find_format(path)
    if format.how == "archive":
        with unpacked(path) as folder:
            found = files_with_layers(folder, format, path.name)
            if len(found) == 1:
                return _names(found[0], depth + 1) if depth < _DEEPEST else [None]
            if format.name == "KMZ" and found[0].name.lower() == "doc.kml":
                own = _names(found[0], depth + 1)
                own = own if len(own) > 1 else [layer_name(found[0], found, folder)]
                return [*own, *(layer_name(file, found, folder) for file in found[1:])]
            return [layer_name(file, found, folder) for file in found]
    if format.name == "XLSX":
        names = sheet_names(path)
        return list(names) if len(names) > 1 else [None]
    if format.how != "ogr":
        return [None]
    try:
        with normalized_copy(path, format, None) as script:
            names = spatial_layers(script.path)
    except READER_FAULTS:
        return [None]  # reading it will say what is wrong
    return list(names) if len(names) > 1 else [None]


def _remark(file: str, text: str, text_zh: str = "", *, info: bool = False) -> Issue:
    text = text.rstrip(".")
    return Issue(
        "READ-8",
        "info" if info else "warning",
        f"{file!r}: {text}.",
        f"“{file}”：{text_zh or text}。",
        code=file,
    )
