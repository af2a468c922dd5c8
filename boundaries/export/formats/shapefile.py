"""Layers as Shapefiles in one zip file, for ArcGIS and older programs.

The format has names of ten bytes, texts without a declared alphabet and no null for numbers. What
that does to a layer travels along: `fields.csv` says which column is which property, `lacking.csv`
which texts are not written as they are, `about.csv` whose boundaries these are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pyproj import CRS

from boundaries.export.csv_table import csv_bytes
from boundaries.export.formats.dbf_table import CODE_PAGES, Column, Encoding, Loss, dbf_bytes
from boundaries.export.formats.layers import Layer
from boundaries.export.formats.records import sayings_of
from boundaries.export.formats.shp_geometry import shp_bytes
from boundaries.export.packages import packed

__all__ = ["ABOUT_FILE", "FIELDS_FILE", "LACKING_FILE", "Shapefiles", "esri_wkt", "shapefile_zip"]

ABOUT_FILE, FIELDS_FILE, LACKING_FILE = "about.csv", "fields.csv", "lacking.csv"
_ABOUT_HEAD = ("what 事项", "says 内容")
_FIELDS_HEAD = (
    *("layer 图层", "column 列名", "property 属性", "title 中文名", "title_en 英文名"),
    *("dbf type 类型", "null 空值", "meaning 说明"),
)
_LACKING_HEAD = ("layer 图层", "code 编码", "property 属性", "text 原文", "lacking 缺字")
_CUT = "cut 过长截断"
# How each type says that nothing is known.
_NULLS = {"C": "blank 空白", "N": "blank 空白", "D": "blank 空白", "L": "?"}


@dataclass(frozen=True)
class Shapefiles:
    """The zip file, and the texts in it that are not written as they are."""

    data: bytes = field(repr=False)
    losses: tuple[Loss, ...]


def shapefile_zip(
    layers: Sequence[Layer],
    *,
    about: Mapping[str, Any],
    encoding: Encoding = "utf-8",
    mark: str = "",
) -> Shapefiles:
    """Write layers as Shapefiles: .shp, .shx, .dbf, .cpg and .prj of each, and their tables.

    Parameters
    ----------
    layers
        In one CRS. A layer without one gets no .prj file: what its numbers are, a column says.
    about
        What is said of the plan: town, version, licence and so on.
    encoding
        Of texts: UTF-8, or GBK for programs that know nothing else. A character that GBK lacks
        becomes 〓.
    mark
        Behind the names of the files.

    Returns
    -------
    The zip file; the same layers give the same bytes.

    Raises
    ------
    BoundaryError
        If a file becomes larger than the format can be.
    """
    files: list[tuple[str, bytes]] = []
    columns: list[tuple[object, ...]] = []
    losses: list[Loss] = []
    for layer in layers:
        shp, shx = shp_bytes(layer.frame.geometry.to_numpy())
        dbf, own, lost = dbf_bytes(layer, encoding)
        losses += lost
        columns += [_field_row(layer, column) for column in own]
        page = CODE_PAGES[encoding][0].encode("ascii")
        parts = {"shp": shp, "shx": shx, "dbf": dbf, "cpg": page}
        if layer.frame.crs is not None:
            parts["prj"] = esri_wkt(layer.frame.crs).encode("ascii")
        files += [(f"{layer.name}{mark}.{ending}", data) for ending, data in parts.items()]
    files.append((FIELDS_FILE, csv_bytes(_FIELDS_HEAD, columns)))
    files.append((ABOUT_FILE, csv_bytes(_ABOUT_HEAD, sayings_of(about))))
    if losses:
        files.append((LACKING_FILE, csv_bytes(_LACKING_HEAD, _loss_rows(losses))))
    return Shapefiles(packed(files), tuple(losses))


def esri_wkt(crs: CRS) -> str:
    """Give a CRS as ArcGIS writes it, with the names by which ArcGIS and QGIS know it."""
    return str(CRS(crs).to_wkt("WKT1_ESRI"))


def _field_row(layer: Layer, column: Column) -> tuple[object, ...]:
    one = column.field
    size = f"{column.width}.{column.decimals}" if column.decimals else str(column.width)
    return (
        *(layer.name, one.short, one.name, one.title, one.title_en),
        *(f"{column.sign} {size}", _NULLS[column.sign], one.note),
    )


def _loss_rows(losses: Iterable[Loss]) -> Iterable[tuple[object, ...]]:
    for one in losses:
        yield one.layer, one.key, one.field, one.text, one.characters or _CUT
