"""What a KML says beside its features: links to other files, pictures, hidden features, bare rings.

A map of Google Earth may hold a part of the ground alone and a link to the rest; the readers pass
over it. A ring that is no border of an area is a line, which the readers lose with what is beside.
"""

import re
from collections.abc import Iterator
from html import unescape

from layers.contract.errors import Named, printable, quoted, shortened
from layers.contract.phrases import counted
from layers.contract.text import narrow

__all__ = ["has_features", "kml_remarks", "readable_kml"]

_RING = re.compile(
    r"<(?P<end>/?)(?P<space>(?:\w+:)?)(?P<name>outerBoundaryIs|innerBoundaryIs|LinearRing)\b"
    r"(?P<rest>[^>]*)>"
)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_LINK = re.compile(r"<(?:\w+:)?NetworkLink\b.*?</(?:\w+:)?NetworkLink>", re.DOTALL)
_ADDRESS = re.compile(r"<(?:\w+:)?href>\s*(.*?)\s*</(?:\w+:)?href>", re.DOTALL)
_PICTURE = re.compile(
    r"<(?P<name>(?:\w+:)?(?:Ground|Photo|Screen)Overlay)\b.*?</(?P=name)\s*>", re.DOTALL
)
_PLACE = re.compile(
    r"<(?P<space>(?:\w+:)?)Placemark\b(?:(?!</(?:\w+:)?Placemark).)*</(?:\w+:)?Placemark\s*>",
    re.DOTALL,
)
_SHAPE = re.compile(
    r"<(?P<end>/?)(?:\w+:)?(?:MultiGeometry|Polygon|LineString|Point|MultiTrack|Track|Model)\b"
    r"[^>]*?(?P<alone>/?)>"
)
_FEATURE = re.compile(r"<(?:\w+:)?Placemark\b")
_HIDDEN = re.compile(
    r"<(?:\w+:)?Placemark\b(?:(?!</(?:\w+:)?Placemark>).)*?<(?:\w+:)?visibility>\s*0\s*<", re.DOTALL
)
_COORDINATES = re.compile(
    r"(?P<start><(?:\w+:)?coordinates\b[^>]*>)(?P<numbers>[^<]*)(?P<end></(?:\w+:)?coordinates\s*>)"
)
_PLAIN, _AROUND_COMMA = re.compile(r"[\s0-9.,+\-eE]*"), re.compile(r"\s*,\s*")
_NUMBER = r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
# Heights are not used: one that is no number costs nothing.
_CORNER = re.compile(rf"{_NUMBER},{_NUMBER}(?:,[^\s,]*)?")
_SHOWN = 5  # names in one sentence


def has_features(text: str) -> bool:
    """Tell whether a KML holds features of its own."""
    return _FEATURE.search(_COMMENT.sub("", text)) is not None


def readable_kml(text: str) -> str:
    """Write a KML so that its reader takes what it says.

    Pictures laid over the ground are no areas, rings that border no area are lines, and several
    shapes of one place belong together.
    """
    text = _PICTURE.sub("", text)
    text = _COORDINATES.sub(_with_numbers, text)
    return _PLACE.sub(_with_one_shape, _with_lines_for_rings(text)[0])


def _with_numbers(match: re.Match[str]) -> str:
    """Write the numbers of a line as its reader knows them; what is no number leaves it empty.

    The reader takes a text for 0, which moves a corner to the other side of the world.
    """
    given = match["numbers"]
    if not given.strip() or ("," in given and _PLAIN.fullmatch(given)):
        return match[0]
    text = _AROUND_COMMA.sub(",", narrow(given))
    whole = all(map(_CORNER.fullmatch, text.split()))
    return f"{match['start']}{text if whole else ''}{match['end']}"


def _is_bad(match: re.Match[str]) -> bool:
    """Tell coordinates that are no numbers."""
    left = _COORDINATES.fullmatch(_with_numbers(match))
    return bool(match["numbers"].strip()) and left is not None and not left["numbers"]


def _with_lines_for_rings(text: str) -> tuple[str, int]:
    """Write the rings that are no border of an area as lines, and count them."""
    inside, changed = 0, 0

    def line(match: re.Match[str]) -> str:
        nonlocal inside, changed
        if match["name"] != "LinearRing":
            if not match["rest"].endswith("/"):
                inside += -1 if match["end"] else 1
            return match[0]
        if inside > 0:
            return match[0]
        changed += not match["end"]
        return f"<{match['end']}{match['space']}LineString{match['rest']}>"

    written = _RING.sub(line, text)
    return (written, changed) if changed else (text, 0)


def _with_one_shape(match: re.Match[str]) -> str:
    """Put the shapes of a place that has several beside each other into one collection."""
    shapes, depth, start = [], 0, 0
    for tag in _SHAPE.finditer(match[0]):
        if tag["alone"]:
            continue
        if tag["end"]:
            depth -= 1
            if depth == 0:
                shapes.append((start, tag.end()))
        else:
            start = tag.start() if depth == 0 else start
            depth += 1
    if len(shapes) < 2:
        return match[0]
    space = match["space"]
    whole = "".join(match[0][left:right] for left, right in shapes)
    rest = match[0]
    for left, right in reversed(shapes):
        rest = rest[:left] + rest[right:]
    head = rest[: rest.rindex("</")]
    return f"{head}<{space}MultiGeometry>{whole}</{space}MultiGeometry>{rest[len(head) :]}"


def kml_remarks(text: str) -> Iterator[Named]:
    """Say what a KML points to or hides.

    Parameters
    ----------
    text
        The KML.

    Yields
    ------
    A sentence on links to other files, on pictures, on features that are switched off, and on rings
    that are no border of an area.
    """
    plain = _COMMENT.sub("", text)
    links = [_ADDRESS.search(link[0]) for link in _LINK.finditer(plain)]
    if links:
        addresses = dict.fromkeys(printable(unescape(link[1]))[:120] for link in links if link)
        some, more = list(addresses)[:_SHOWN], len(addresses) - _SHOWN
        shown = ", ".join(map(repr, some)) + (f" and {more} more" if more > 0 else "")
        shown_zh = quoted(*some) + (f"等 {len(addresses)} 处" if more > 0 else "")
        yield Named(
            f"it holds {len(links)} network link{'s' if len(links) > 1 else ''} to other places "
            f"({shown}), which are not followed: what lies there is missing. Open it in the "
            "program that made it and save the features themselves",
            f"内有 {len(links)} 个网络链接（{shown_zh}），不会读取，链接处的要素缺失。"
            "请用原软件打开，并把要素本身另存",
        )
    pictures = len(_PICTURE.findall(plain))
    if pictures:
        yield Named(
            f"it holds {pictures} picture{'s' if pictures > 1 else ''} laid over the ground "
            "(overlays), which are no features",
            f"内有 {pictures} 张贴图（overlay），不是要素",
        )
    hidden = len(_HIDDEN.findall(plain))
    if hidden:
        yield Named(
            f"{hidden:,} of its features are switched off (visibility 0) and count all the same. "
            "Delete them if they are not meant",
            f"其中 {hidden:,} 个要素处于关闭状态（visibility 0），仍计入。如不需要请删除",
        )
    bad = [one for one in _COORDINATES.finditer(plain) if _is_bad(one)]
    if bad:
        found = shortened(" ".join(bad[0]["numbers"].split()), 60)
        yield Named(
            f"{counted(len(bad), 'shape or ring', 'shapes or rings')} with coordinates that are no "
            f"numbers ({found!r}), left out. Draw it again",
            f"{len(bad):,} 个图形或环的坐标不是数字（{quoted(found)}），已略去。请重画",
        )
    rings = _with_lines_for_rings(plain)[1]
    if rings:
        yield Named(
            f"{rings:,} ring{'s are' if rings > 1 else ' is'} no border of an area (LinearRing) "
            "and counted as lines",
            f"{rings:,} 个环不是面的边界（LinearRing），按线处理",
        )
