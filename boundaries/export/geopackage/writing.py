"""Layers as a GeoPackage 1.3 that any GIS opens: types, aliases, metadata, styles, spatial index.

Written by SQL alone, without a clock: the same layers give the same bytes. Needs the module rtree
of SQLite, which every Python comes with.
"""

import json
import sqlite3
import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from boundaries.export.formats.fields import Field
from boundaries.export.formats.layers import Layer
from boundaries.export.geopackage.styles import Style, with_aliases
from boundaries.export.geopackage.tables import (
    APPLICATION_ID,
    CORE,
    LAYER_STYLES,
    METADATA,
    RTREE,
    SCHEMA,
    USER_VERSION,
    quoted_name,
)
from boundaries.export.packages import clean_text
from layers.contract.categories import CATEGORIES, RESIDUAL, SUBCLASSES

__all__ = ["GEOM", "geopackage_bytes"]

GEOM = "geom"
_TYPES = {"text": "TEXT", "whole": "INTEGER", "number": "DOUBLE", "day": "DATE", "flag": "BOOLEAN"}
_NO_CODE = 100_000  # srs_id of a system that has no number
_GDAL = "http://gdal.org"
_QGIS = "http://mrcc.com/qgis.dtd"
_JSON = "https://www.rfc-editor.org/rfc/rfc8259"
_EXTENSION = "http://www.geopackage.org/spec130/#extension_"
# What a key is called. Only those that occur are told: a copy for the public names no others.
_DOMAINS: Mapping[str, Mapping[str, str]] = {
    "category": {kind.key: kind.zh for kind in (*CATEGORIES, RESIDUAL)},
    "subclass": {kind.key: kind.zh for kind in SUBCLASSES},
    "kind": {"base": "基础网格", "exclusive": "专属网格", "micro": "微网格", "patch": "图斑"},
    "family": {"territorial": "地块型", "household": "住户型"},
}


def geopackage_bytes(
    layers: Sequence[Layer],
    *,
    about: Mapping[str, Any],
    day: str,
    styles: Mapping[str, Style] | None = None,
) -> bytes:
    """Write layers as one GeoPackage.

    Parameters
    ----------
    layers
        As `receiver_layers` gives them, all in one CRS.
    about
        What the file says of itself: town, version, state, credit, licence, disclaimer and so on.
    day
        ISO date that stands for the last change of all layers.
    styles
        By name of the layer; QGIS opens it with that style.

    Returns
    -------
    The file.
    """
    stamp = f"{day}T00:00:00.000Z"
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as base:
        # Serialized databases say in their head how large a page is, and nothing of when or where.
        base.execute("PRAGMA page_size = 4096")
        base.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        base.execute(f"PRAGMA user_version = {USER_VERSION}")
        base.execute("BEGIN")
        for script in (CORE, SCHEMA, METADATA):
            _run(base, script)
        number = _reference_systems(base, CRS(layers[0].frame.crs)) if layers else 4326
        for layer in layers:
            _write_layer(base, layer, number, stamp)
        _extensions(base)
        _metadata(base, layers, about, stamp)
        if styles:
            _styles(base, layers, styles, stamp)
        base.execute("COMMIT")
        return bytes(base.serialize())


def _run(base: sqlite3.Connection, script: str) -> None:
    """Run statements one by one: `executescript` would end the transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            base.execute(statement)
            statement = ""


def _insert(base: sqlite3.Connection, table: str, rows: Sequence[Sequence[Any]]) -> None:
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        base.executemany(f"INSERT INTO {quoted_name(table)} VALUES ({marks})", rows)


def _reference_systems(base: sqlite3.Connection, crs: CRS) -> int:
    """Enter the systems that every file has, and that of the layers; give its number."""
    rows: list[tuple[Any, ...]] = [
        ("Undefined Cartesian SRS", -1, "NONE", -1, "undefined", "undefined Cartesian"),
        ("Undefined geographic SRS", 0, "NONE", 0, "undefined", "undefined geographic"),
    ]
    number = 0
    for one in (CRS("EPSG:4326"), crs):
        found = one.to_authority()
        is_numbered = found is not None and found[1].isdecimal()
        body, code = (found[0], int(found[1])) if found and is_numbered else ("NONE", _NO_CODE)
        number = code
        definition = one.to_wkt("WKT1_GDAL")
        if number not in {row[1] for row in rows}:
            rows.append((one.name, number, body, code, definition, None))
    _insert(base, "gpkg_spatial_ref_sys", rows)
    return number


def _write_layer(base: sqlite3.Connection, layer: Layer, number: int, stamp: str) -> None:
    frame, table = layer.frame, quoted_name(layer.name)
    kind = "POINT" if _is_of_points(frame) else "MULTIPOLYGON"
    columns = [
        f"{quoted_name(one.name)} {_TYPES[one.kind]}"
        + (" NOT NULL UNIQUE" if one.name == layer.key else "")
        for one in layer.fields
    ]
    base.execute(
        f"CREATE TABLE {table} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, "
        f"{GEOM} {kind}, {', '.join(columns)})"
    )
    bounds = frame.geometry.bounds.to_numpy()
    there = ~np.isnan(bounds).any(axis=1)
    whole = [float(end) for end in frame.total_bounds] if there.any() else [None] * 4
    _insert(
        base, "gpkg_contents",
        [(layer.name, "features", layer.title, layer.title_en, stamp, *whole, number)],
    )  # fmt: skip
    _insert(base, "gpkg_geometry_columns", [(layer.name, GEOM, kind, number, 0, 0)])
    values = [_values(frame[one.name], one) for one in layer.fields]
    shapes = _blobs(frame, bounds, number, is_point=kind == "POINT")
    marks = ", ".join("?" * (len(layer.fields) + 2))
    base.executemany(
        f"INSERT INTO {table} VALUES ({marks})",
        zip(range(1, len(frame) + 1), shapes, *values, strict=True),
    )
    _index(base, layer.name, bounds, np.flatnonzero(there))
    _describe(base, layer)


def _is_of_points(frame: gpd.GeoDataFrame) -> bool:
    kinds = set(frame.geometry.dropna().geom_type)
    return kinds == {"Point"} or (not kinds and "object_id" in frame)


def _values(column: pd.Series, one: Field) -> list[Any]:
    if one.kind == "day":
        column = column.dt.strftime("%Y-%m-%d")
    plain = column.astype(object)
    values = plain.where(plain.notna(), None).tolist()
    if one.kind == "flag":
        return [None if value is None else int(value) for value in values]
    return values


def _blobs(
    frame: gpd.GeoDataFrame, bounds: np.ndarray, number: int, *, is_point: bool
) -> Iterator[bytes | None]:
    """Give shapes as the standard has them: a head with the bounds, then well-known binary."""
    packed = shapely.to_wkb(frame.geometry.to_numpy(), byte_order=1)
    for shape, (west, south, east, north) in zip(packed, bounds, strict=True):
        if shape is None:
            yield None
        elif is_point:
            yield struct.pack("<2sBBi", b"GP", 0, 0b001, number) + shape
        else:
            head = struct.pack("<2sBBi4d", b"GP", 0, 0b011, number, west, east, south, north)
            yield head + shape


def _index(base: sqlite3.Connection, name: str, bounds: np.ndarray, rows: np.ndarray) -> None:
    create, _, triggers = RTREE.strip().partition("\n")
    names = {
        "table": quoted_name(name),
        "geom": quoted_name(GEOM),
        "index": quoted_name(f"rtree_{name}_{GEOM}"),
        "prefix": quoted_name(f"rtree_{name}_{GEOM}").removesuffix('"'),
    }
    _run(base, create.format(**names))
    west, south, east, north = bounds[rows].T.tolist()
    base.executemany(
        f"INSERT INTO {names['index']} VALUES (?, ?, ?, ?, ?)",
        zip((rows + 1).tolist(), west, east, south, north, strict=True),
    )
    _run(base, triggers.format(**names))
    _insert(
        base, "gpkg_extensions",
        [(name, GEOM, "gpkg_rtree_index", f"{_EXTENSION}rtree", "write-only")],
    )  # fmt: skip


def _describe(base: sqlite3.Connection, layer: Layer) -> None:
    rows = []
    for one in layer.fields:
        domain = _DOMAINS.get(one.name, {})
        found = set(layer.frame[one.name].dropna())
        is_closed = bool(domain) and found <= set(domain)
        rows.append((layer.name, one.name, one.title, one.title_en, one.note, None,
                     one.name if is_closed else None))  # fmt: skip
        if is_closed:
            base.executemany(
                "INSERT OR IGNORE INTO gpkg_data_column_constraints VALUES "
                "(?, 'enum', ?, NULL, NULL, NULL, NULL, ?)",
                [(one.name, key, title) for key, title in domain.items() if key in found],
            )
    _insert(base, "gpkg_data_columns", rows)


def _extensions(base: sqlite3.Connection) -> None:
    rows = [
        (table, None, f"gpkg_{kind}", f"{_EXTENSION}{kind}", "read-write")
        for kind, tables in (
            ("schema", ("gpkg_data_columns", "gpkg_data_column_constraints")),
            ("metadata", ("gpkg_metadata", "gpkg_metadata_reference")),
        )
        for table in tables
    ]
    _insert(base, "gpkg_extensions", rows)


def _metadata(
    base: sqlite3.Connection, layers: Sequence[Layer], about: Mapping[str, Any], stamp: str
) -> None:
    """Say the same in three forms: as JSON, as GDAL shows it, and as QGIS shows it."""
    text = json.dumps(about, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    found = [
        ("geopackage", None, _JSON, "application/json", text),
        ("geopackage", None, _GDAL, "text/xml", _for_gdal(about)),
        *(
            ("table", layer.name, _QGIS, "text/xml", _for_qgis(layer, about))
            for layer in layers
        ),
    ]  # fmt: skip
    for place, (scope, table, standard, kind, content) in enumerate(found, 1):
        _insert(base, "gpkg_metadata", [(place, "dataset", standard, kind, content)])
        _insert(base, "gpkg_metadata_reference", [(scope, table, None, None, stamp, place, None)])


def _for_gdal(about: Mapping[str, Any]) -> str:
    root = ET.Element("GDALMultiDomainMetadata")
    items = ET.SubElement(root, "Metadata")
    for key, value in about.items():
        if isinstance(value, str):
            ET.SubElement(items, "MDI", key=key.upper()).text = clean_text(value)
    return ET.tostring(root, encoding="unicode")


def _for_qgis(layer: Layer, about: Mapping[str, Any]) -> str:
    root = ET.Element("qgis", version="3.16.0")
    town = about.get("town") or {}
    version = about.get("version") or ""
    told = {
        "identifier": f"{town.get('code', '')}/{version}/{layer.name}",
        "type": "dataset",
        "title": f"{town.get('name', '')} {layer.title} {version}".strip(),
        "abstract": "\n".join(filter(None, (layer.title_en, about.get("notice")))),
    }
    for key, value in told.items():
        ET.SubElement(root, key).text = clean_text(str(value))
    disclaimer = ET.SubElement(root, "constraints", type="use")
    disclaimer.text = clean_text(about.get("disclaimer") or "")
    for tag, key in (("license", "licence"), ("rights", "credit")):
        if about.get(key):
            ET.SubElement(root, tag).text = clean_text(about[key])
    return ET.tostring(root, encoding="unicode")


def _styles(
    base: sqlite3.Connection, layers: Sequence[Layer], styles: Mapping[str, Style], stamp: str
) -> None:
    _run(base, LAYER_STYLES)
    _insert(
        base, "gpkg_contents",
        [("layer_styles", "attributes", "layer_styles", "", stamp, None, None, None, None, None)],
    )  # fmt: skip
    told = [
        (layer, with_aliases(styles[layer.name], {one.name: one.title for one in layer.fields}))
        for layer in layers
        if layer.name in styles
    ]
    rows = [
        (place, "", "", layer.name, GEOM, layer.title, style.qml, style.sld, 1, layer.title_en,
         "", None, stamp)
        for place, (layer, style) in enumerate(told, 1)
    ]  # fmt: skip
    _insert(base, "layer_styles", rows)
