"""Layers as KML for phones: a folder a level, coloured as our maps, with names and descriptions.

What a user typed is text wherever it stands: the description is HTML, whose texts are escaped, and
that HTML is escaped once more for XML. Nothing is fetched: no icon, no style from elsewhere.

References
----------
OGC KML 2.2, OGC 07-147r2, 2008.
"""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

import shapely

from boundaries.export.formats.fields import Field
from boundaries.export.formats.layers import Layer
from boundaries.export.formats.records import records_of, sayings_of
from boundaries.export.packages import clean_text
from boundaries.export.rounding import DECIMALS
from layers.contract.categories import KINDS

__all__ = ["kml_bytes"]

_PLAIN = "plain"  # of what has no colour of its own
_FILL, _LINE = "b3", "ff"  # opacity of ground that is filled, and of lines
_BORDER = "#303030"
_RESIDUAL = "residual"
_WIDTHS = {1: 4.0, 2: 3.0, 3: 2.0}  # of lines, by level
_THIN = 1.2
_HTML_BREAK = "&#91;"
_MISSING = {"zh": "（无名）", "en": "(no name)"}
_LABELS = {"zh": "标注", "en": "Labels"}
_FLAGS = {"zh": ("否", "是"), "en": ("no", "yes")}
_KINDS = ("category", "subclass")  # whose keys people read as words


def kml_bytes(
    layers: Sequence[Layer],
    *,
    title: str,
    about: Mapping[str, Any],
    colours: Mapping[str, str],
    language: str = "zh",
) -> bytes:
    """Write layers as one KML document.

    Parameters
    ----------
    layers
        In WGS84 longitude and latitude: KML knows nothing else.
    title, about
        Name of the document, and what is said of the plan for its description.
    colours
        Fill, #rrggbb, of each category and sub-class.
    language
        Of titles: "zh" or "en".

    Returns
    -------
    UTF-8 text. The same layers give the same bytes.
    """
    used = {_colour_key(record, colours) for layer in layers for record in records_of(layer)}
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<kml xmlns="http://www.opengis.net/kml/2.2"><Document>',
        f"<name>{_xml(title)}</name><description>{_xml(_note(about))}</description>",
        *_styles({key: colours[key] for key in sorted(used - {_PLAIN})}, layers),
    ]
    for layer in layers:
        lines += _folder(layer, colours, language)
    lines.append("</Document></kml>\n")
    return "\n".join(lines).encode()


def _note(about: Mapping[str, Any]) -> str:
    return "<br/>".join(_html(f"{name}: {value}") for name, value in sayings_of(about))


def _styles(colours: Mapping[str, str], layers: Sequence[Layer]) -> Iterable[str]:
    for key, colour in colours.items():
        yield (
            f'<Style id="fill-{_xml(key)}"><LineStyle><color>{_abgr(_BORDER, _LINE)}</color>'
            f"<width>{_THIN}</width></LineStyle><PolyStyle><color>{_abgr(colour, _FILL)}</color>"
            "</PolyStyle></Style>"
        )
    for layer in layers:
        yield (
            f'<Style id="line-{layer.name}"><LineStyle><color>{_abgr(_BORDER, _LINE)}</color>'
            f"<width>{_width(layer)}</width></LineStyle><PolyStyle><fill>0</fill></PolyStyle>"
            "</Style>"
        )
    yield (
        '<Style id="label"><IconStyle><scale>0</scale></IconStyle><LabelStyle><scale>0.8</scale>'
        "</LabelStyle></Style>"
    )


def _folder(layer: Layer, colours: Mapping[str, str], language: str) -> Iterable[str]:
    """Write the features of a layer, and in a folder of their own the points that bear names."""
    records, shapes = records_of(layer), layer.frame.geometry.to_numpy()
    solid = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    name = layer.title if language == "zh" else layer.title_en
    yield f'<Folder id="{layer.name}"><name>{_xml(name)}</name>'
    labels = []
    for record, shape, is_there in zip(records, shapes, solid, strict=True):
        if not is_there:
            continue
        told = _placemark(record, layer, language)
        if shape.geom_type == "Point":
            yield f"<Placemark>{told}{_point(shape)}</Placemark>"
            continue
        key = _colour_key(record, colours)
        style = f"line-{layer.name}" if key == _PLAIN else f"fill-{key}"
        yield (
            f"<Placemark>{told}<styleUrl>#{_xml(style)}</styleUrl>"
            f"<MultiGeometry>{''.join(map(_polygon, shape.geoms))}</MultiGeometry></Placemark>"
        )
        inside = _point(shapely.point_on_surface(shape))
        labels.append(
            f"<Placemark><name>{_xml(_name(record, language))}</name><styleUrl>#label</styleUrl>"
            f"{inside}</Placemark>"
        )
    if labels:
        yield f"<Folder><name>{_LABELS[language]}</name>"
        yield from labels
        yield "</Folder>"
    yield "</Folder>"


def _placemark(record: Mapping[str, Any], layer: Layer, language: str) -> str:
    """Write name, description and data of a feature."""
    known = [(one, record[one.name]) for one in layer.fields if record[one.name] is not None]
    rows = "".join(
        f"<tr><td>{_html(_title(one, language))}</td>"
        f"<td>{_html(_words(one, value, language))}</td></tr>"
        for one, value in known
    )
    data = "".join(
        f'<Data name="{_xml(one.name)}"><displayName>{_xml(_title(one, language))}</displayName>'
        f"<value>{_xml(_text(value))}</value></Data>"
        for one, value in known
    )
    return (
        f"<name>{_xml(_name(record, language))}</name>"
        f"<description>{_xml(f'<table>{rows}</table>')}</description>"
        f"<ExtendedData>{data}</ExtendedData>"
    )


def _name(record: Mapping[str, Any], language: str) -> str:
    order = ("label", "name") if language == "zh" else ("name_en", "label", "name")
    found = (str(record[key]).strip() for key in order if record.get(key))
    return next((name for name in found if name), _MISSING[language])


def _title(one: Field, language: str) -> str:
    return one.title if language == "zh" else one.title_en


def _text(value: Any) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def _words(one: Field, value: Any, language: str) -> str:
    """Say a value as people read it."""
    if isinstance(value, bool):
        return _FLAGS[language][value]
    if one.name in _KINDS and value in KINDS:
        return KINDS[value].zh if language == "zh" else KINDS[value].en
    return str(value)


def _colour_key(record: Mapping[str, Any], colours: Mapping[str, str]) -> str:
    """Give the category or, on residual ground, the sub-class; `_PLAIN` for what has no colour."""
    category, subclass = record.get("category"), record.get("subclass")
    key = subclass if category == _RESIDUAL and subclass else category
    return str(key) if key in colours else _PLAIN


def _width(layer: Layer) -> float:
    name, _, level = layer.name.rpartition("_")
    return _WIDTHS.get(int(level), _THIN) if name == "grids" else _THIN


def _abgr(colour: str, opacity: str) -> str:
    """Write #rrggbb as KML has it: opacity, blue, green, red."""
    red, green, blue = colour[1:3], colour[3:5], colour[5:7]
    return f"{opacity}{blue}{green}{red}"


def _polygon(part: shapely.Polygon) -> str:
    holes = "".join(f"<innerBoundaryIs>{_ring(ring)}</innerBoundaryIs>" for ring in part.interiors)
    outer = f"<outerBoundaryIs>{_ring(part.exterior)}</outerBoundaryIs>"
    return f"<Polygon>{outer}{holes}</Polygon>"


def _ring(ring: shapely.LinearRing) -> str:
    places = " ".join(_place(x, y) for x, y in shapely.get_coordinates(ring).tolist())
    return f"<LinearRing><coordinates>{places}</coordinates></LinearRing>"


def _point(point: shapely.Point) -> str:
    return f"<Point><coordinates>{_place(point.x, point.y)}</coordinates></Point>"


def _place(x: float, y: float) -> str:
    return f"{x:.{DECIMALS}f},{y:.{DECIMALS}f}"


def _html(text: str) -> str:
    """Escape a text for HTML; programs put data in place of $[…], which is no placeholder here."""
    return escape(clean_text(text)).replace("$[", f"${_HTML_BREAK}")


def _xml(text: str) -> str:
    return escape(clean_text(text))
