"""How layers look when a GIS opens them: QML for QGIS, SLD for the others.

Widths are px of a screen. QML is written as all QGIS 3 read it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from xml.etree import ElementTree as ET

__all__ = ["Border", "Fill", "Style", "filled", "outlined", "with_aliases"]

_LABEL = 'coalesce("label", "name")'
_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_HALO_MM = "0.8"
_WRAPPED_AT = "·"  # between the name of the grid above and that of the ground
_SLD = {
    "version": "1.0.0",
    "xmlns": "http://www.opengis.net/sld",
    "xmlns:ogc": "http://www.opengis.net/ogc",
}


@dataclass(frozen=True)
class Fill:
    """Ground of one class: the field that has its key, the key, its names, its #rrggbb."""

    field: str
    key: str
    title: str
    colour: str


@dataclass(frozen=True)
class Border:
    """The line around grids: px, #rrggbb, px drawn and left out in turn, "" for a whole line."""

    weight: float
    colour: str
    dash: str = ""


@dataclass(frozen=True)
class Style:
    """A style in both forms."""

    qml: str
    sld: str


def filled(layer: str, fills: Sequence[Fill], border: Border, *, size: int) -> Style:
    """Make a style that fills every class in its colour.

    Parameters
    ----------
    layer
        Name of the layer.
    fills
        Classes; of two fields the one named first decides where it has a key.
    border
        Around each polygon.
    size
        Of the labels, in points; 0 for none.
    """
    fields = ", ".join(f'"{name}"' for name in dict.fromkeys(one.field for one in fills))
    renderer = ET.Element(
        "renderer-v2", type="categorizedSymbol", attr=f"coalesce({fields})", symbollevels="0",
        enableorderby="0", forceraster="0",
    )  # fmt: skip
    categories, symbols = ET.SubElement(renderer, "categories"), ET.SubElement(renderer, "symbols")
    for place, one in enumerate(fills):
        ET.SubElement(
            categories, "category", value=one.key, symbol=str(place), label=one.title,
            render="true",
        )  # fmt: skip
        _symbol(symbols, str(place), one.colour, border)
    rules = [(one.title, (one.field, one.key), one.colour) for one in fills]
    return Style(_qml(renderer, size), _sld(layer, rules, border))


def outlined(layer: str, title: str, border: Border, *, size: int) -> Style:
    """Make a style that draws borders alone; parameters as those of `filled`."""
    renderer = ET.Element(
        "renderer-v2", type="singleSymbol", symbollevels="0", enableorderby="0", forceraster="0"
    )
    _symbol(ET.SubElement(renderer, "symbols"), "0", "", border)
    return Style(_qml(renderer, size), _sld(layer, [(title, None, "")], border))


def with_aliases(style: Style, titles: Mapping[str, str]) -> Style:
    """Tell the names of columns too: QGIS before 3.28 reads those of a GeoPackage from its style.

    Parameters
    ----------
    style
        A style.
    titles
        What each column is called, in their order; the key of the GIS comes before the first.
    """
    root = ET.fromstring(style.qml)
    root.set("styleCategories", f"{root.get('styleCategories')}|Fields")
    aliases = ET.SubElement(root, "aliases")
    for place, (name, title) in enumerate(titles.items(), 1):
        ET.SubElement(aliases, "alias", index=str(place), field=name, name=title)
    return replace(style, qml=_DOCTYPE + _text(root))


def _symbol(symbols: ET.Element, name: str, colour: str, border: Border) -> None:
    symbol = ET.SubElement(
        symbols, "symbol", type="fill", name=name, alpha="1", clip_to_extent="1", force_rhr="0"
    )
    if colour:
        _layer(symbol, "SimpleFill", color=_rgb(colour), style="solid", outline_style="no")
    dash = {"use_custom_dash": "1", "customdash": border.dash.replace(" ", ";"),
            "customdash_unit": "Pixel"} if border.dash else {}  # fmt: skip
    _layer(
        symbol, "SimpleLine", line_color=_rgb(border.colour), line_width=f"{border.weight:g}",
        line_width_unit="Pixel", line_style="solid", joinstyle="round", capstyle="flat", **dash,
    )  # fmt: skip


def _layer(symbol: ET.Element, kind: str, **properties: str) -> None:
    layer = ET.SubElement(symbol, "layer", {"class": kind, "enabled": "1", "locked": "0",
                                            "pass": "0"})  # fmt: skip
    for key, value in properties.items():
        ET.SubElement(layer, "prop", k=key, v=value)


def _qml(renderer: ET.Element, size: int) -> str:
    root = ET.Element(
        "qgis", version="3.16.0", styleCategories="Symbology|Labeling",
        labelsEnabled=str(int(size > 0)),
    )  # fmt: skip
    root.append(renderer)
    if size:
        settings = ET.SubElement(ET.SubElement(root, "labeling", type="simple"), "settings")
        text = ET.SubElement(
            settings, "text-style", fieldName=_LABEL, isExpression="1", fontSize=str(size),
            fontSizeUnit="Point", textColor="17,17,17,255", textOpacity="1",
        )  # fmt: skip
        ET.SubElement(
            text, "text-buffer", bufferDraw="1", bufferSize=_HALO_MM, bufferSizeUnits="MM",
            bufferColor="255,255,255,255", bufferOpacity="0.8",
        )  # fmt: skip
        ET.SubElement(settings, "text-format", wrapChar=_WRAPPED_AT, multilineAlign="1")
        # Within the polygon, where there is room. None is an obstacle: one that covers the town
        # would keep the labels of all that lies in it away.
        ET.SubElement(settings, "placement", placement="4", centroidInside="1")
        ET.SubElement(settings, "rendering", drawLabels="1", obstacle="0")
    return _DOCTYPE + _text(root)


def _sld(
    layer: str, rules: Sequence[tuple[str, tuple[str, str] | None, str]], border: Border
) -> str:
    root = ET.Element("StyledLayerDescriptor", _SLD)
    named = ET.SubElement(root, "NamedLayer")
    ET.SubElement(named, "Name").text = layer
    style = ET.SubElement(ET.SubElement(named, "UserStyle"), "FeatureTypeStyle")
    for title, wanted, colour in rules:
        rule = ET.SubElement(style, "Rule")
        ET.SubElement(rule, "Title").text = title
        if wanted:
            equal = ET.SubElement(ET.SubElement(rule, "ogc:Filter"), "ogc:PropertyIsEqualTo")
            ET.SubElement(equal, "ogc:PropertyName").text = wanted[0]
            ET.SubElement(equal, "ogc:Literal").text = wanted[1]
        polygon = ET.SubElement(rule, "PolygonSymbolizer")
        if colour:
            _parameter(ET.SubElement(polygon, "Fill"), "fill", colour)
        stroke = ET.SubElement(polygon, "Stroke")
        _parameter(stroke, "stroke", border.colour)
        _parameter(stroke, "stroke-width", f"{border.weight:g}")
        if border.dash:
            _parameter(stroke, "stroke-dasharray", border.dash)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + _text(root)


def _parameter(above: ET.Element, name: str, value: str) -> None:
    ET.SubElement(above, "CssParameter", name=name).text = value


def _rgb(colour: str) -> str:
    """Give #rrggbb as QGIS writes colours."""
    return ",".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5)) + ",255"


def _text(root: ET.Element) -> str:
    ET.indent(root, space=" ")
    return ET.tostring(root, encoding="unicode") + "\n"
