"""A plan written as files of the formats that other systems read, one order for all of them.

Shapefiles, FlatGeobuf and GeoParquet lie in the coordinate system asked for; KML, TopoJSON and
PMTiles know longitude and latitude of WGS84 alone.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, get_args

from boundaries.export.formats import Layer, receiver_crs
from boundaries.export.formats.coordinates import require_degrees
from boundaries.export.formats.dbf_table import CODE_PAGES, Encoding, Loss
from boundaries.export.formats.flatgeobuf import flatgeobuf_bytes
from boundaries.export.formats.kml import kml_bytes
from boundaries.export.formats.parquet import parquet_bytes
from boundaries.export.formats.shapefile import shapefile_zip
from boundaries.export.formats.tiles import tiles_bytes
from boundaries.export.formats.topojson import topojson_bytes
from boundaries.export.rounding import DECIMALS
from gridmap.maps.legend import CATEGORY_LOOKS
from gridmap.plan.plan import Plan
from gridmap.versions.receivers import about_plan, layers_of
from gridmap.words import Language
from layers.contract.errors import UsageError, quoted

__all__ = [
    "ENCODINGS",
    "FORMATS",
    "GCJ02",
    "ONLY_DEGREES",
    "ONLY_WGS84",
    "Format",
    "Made",
    "Wish",
    "check_wish",
    "format_files",
]

Format = Literal["shp", "kml", "fgb", "parquet", "topojson", "pmtiles"]
FORMATS: tuple[Format, ...] = get_args(Format)
ENCODINGS: tuple[Encoding, ...] = tuple(CODE_PAGES)
ONLY_DEGREES = frozenset({"kml", "topojson", "pmtiles"})  # whatever CRS is asked for
ONLY_WGS84 = frozenset({"kml", "pmtiles"})  # no copy for GCJ-02 maps
GCJ02 = "-gcj02"  # in the names of its files
WGS84 = "EPSG:4326"


@dataclass(frozen=True)
class Wish:
    """How a receiver wants the files.

    Attributes
    ----------
    crs
        As `boundaries.export.formats.receiver_crs` takes it; "" for the town's own.
    gcj02
        A copy for GCJ-02 maps, in longitude and latitude.
    encoding
        Of texts in Shapefiles.
    licence
        For these files; "" for that of the rules.
    patches, names
        With the patches; with names of the people.
    language
        Of titles in KML.
    """

    crs: str = ""
    gcj02: bool = False
    encoding: str = "utf-8"
    licence: str = ""
    patches: bool = False
    names: bool = False
    language: Language = "zh"


@dataclass(frozen=True)
class Made:
    """A file, and what is not written in it as it is.

    Attributes
    ----------
    format, layer
        Its format, and its layer where it has only one; else "".
    name
        What comes after the name of the plan.
    """

    format: Format
    name: str
    data: bytes = field(repr=False)
    layer: str = ""
    losses: tuple[Loss, ...] = ()


def format_files(
    plan: Plan, formats: Sequence[str], wish: Wish, *, beside: Path | None = None
) -> Iterator[Made]:
    """Write a plan in some formats, one file after the other.

    Parameters
    ----------
    plan
        The plan as it may go out (`gridmap.publish.release`).
    formats
        Of `FORMATS`.
    wish
        How they are wanted.
    beside
        File of the plan, as `gridmap.versions.boundaries.boundary_files` has it.

    Yields
    ------
    The files. The same arguments give the same bytes.

    Raises
    ------
    UsageError
        If `check_wish` refuses, or files for the public have no licence.
    BoundaryError, LayerCRSError
        As `gridmap.versions.receivers.layers_of` does.
    """
    check_wish(formats, wish)
    work = _Work(plan, wish, beside)
    for one in FORMATS:
        if one in formats:
            yield from _WRITERS[one](work)


def check_wish(formats: Sequence[str], wish: Wish) -> None:
    """Refuse what no file can be.

    Raises
    ------
    UsageError
        If there is no such format or encoding, or a copy for GCJ-02 maps is wanted of a format
        that is always WGS84.
    LayerCRSError
        If a copy for GCJ-02 maps is wanted in metres.
    """
    unknown = [one for one in formats if one not in FORMATS]
    if unknown or not formats:
        raise UsageError(
            f"There is no format {', '.join(map(repr, unknown)) or repr('')}. Choose of: "
            f"{', '.join(FORMATS)}.",
            f"没有{quoted(*unknown or [''])}这种格式，请从这些中选：{'、'.join(FORMATS)}。",
        )
    if wish.encoding not in ENCODINGS:
        raise UsageError(
            f"There is no encoding {wish.encoding!r} for Shapefiles. Take utf-8 or gbk.",
            f"Shapefile 不能用{quoted(wish.encoding)}编码，请用 utf-8 或 gbk。",
        )
    refused = [one for one in formats if one in ONLY_WGS84]
    if wish.gcj02 and refused:
        raise UsageError(
            f"No GCJ-02 copy is made as {', '.join(refused)}: its readers take every place for "
            "WGS84. Leave the format or GCJ-02 out.",
            f"{'、'.join(refused)} 不能做 GCJ-02 副本：读取软件一律按 WGS84 处理。"
            "请去掉该格式，或不选 GCJ-02。",
        )
    if wish.gcj02 and wish.crs:
        require_degrees(receiver_crs(wish.crs, own=WGS84))


@dataclass(frozen=True)
class _Work:
    """A plan on its way into files: its layers are made once for all formats."""

    plan: Plan
    wish: Wish
    beside: Path | None

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """In the coordinate system asked for."""
        return self._layers(self._crs, None)

    @cached_property
    def degrees(self) -> tuple[Layer, ...]:
        """In longitude and latitude, with the decimals of the GeoJSON."""
        return self._layers(WGS84, DECIMALS)

    @cached_property
    def about(self) -> dict[str, Any]:
        """What is said of the plan, with the CRS asked for."""
        return self._said(self._crs)

    @cached_property
    def about_degrees(self) -> dict[str, Any]:
        """What is said of the plan in degrees."""
        return self._said(WGS84)

    @property
    def _crs(self) -> str:
        return self.wish.crs or (WGS84 if self.wish.gcj02 else "")

    @property
    def mark(self) -> str:
        """What the names of a copy for GCJ-02 maps have in them."""
        return GCJ02 if self.wish.gcj02 else ""

    @property
    def title(self) -> str:
        """Name of the town."""
        town = self.plan.rules.town
        return town.name_en or town.name if self.wish.language == "en" else town.name

    def _said(self, crs: str) -> dict[str, Any]:
        said = about_plan(self.plan, beside=self.beside, crs=crs, licence=self.wish.licence)
        return said | {"crs": "GCJ-02 (shifted some 500 m, not WGS84)"} if self.mark else said

    def _layers(self, crs: str, decimals: int | None) -> tuple[Layer, ...]:
        return layers_of(
            self.plan,
            crs=crs,
            decimals=decimals,
            with_patches=self.wish.patches,
            with_contacts=self.wish.names,
            gcj02=self.wish.gcj02,
        )


def _shp(work: _Work) -> Iterator[Made]:
    encoding = next(one for one in ENCODINGS if one == work.wish.encoding)
    made = shapefile_zip(work.layers, about=work.about, encoding=encoding, mark=work.mark)
    yield Made("shp", f"{work.mark}-shapefile.zip", made.data, losses=made.losses)


def _one_by_one(ending: Format, write: Callable[..., bytes]) -> Callable[[_Work], Iterator[Made]]:
    def files(work: _Work) -> Iterator[Made]:
        for layer in work.layers:
            data = write(layer, about=work.about)
            yield Made(ending, f"{work.mark}-{layer.name}.{ending}", data, layer=layer.name)

    return files


def _kml(work: _Work) -> Iterator[Made]:
    colours = {look.key: look.colour for look in CATEGORY_LOOKS}
    data = kml_bytes(
        work.degrees, title=work.title, about=work.about_degrees, colours=colours,
        language=work.wish.language,
    )  # fmt: skip
    yield Made("kml", ".kml", data)


def _topojson(work: _Work) -> Iterator[Made]:
    data = topojson_bytes(work.degrees, head=work.about_degrees)
    yield Made("topojson", f"{work.mark}.topojson", data)


def _pmtiles(work: _Work) -> Iterator[Made]:
    yield Made(
        "pmtiles", ".pmtiles", tiles_bytes(work.degrees, title=work.title, about=work.about_degrees)
    )


_WRITERS: Mapping[Format, Callable[[_Work], Iterator[Made]]] = {
    "shp": _shp,
    "kml": _kml,
    "fgb": _one_by_one("fgb", flatgeobuf_bytes),
    "parquet": _one_by_one("parquet", parquet_bytes),
    "topojson": _topojson,
    "pmtiles": _pmtiles,
}
