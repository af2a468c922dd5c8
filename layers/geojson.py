"""JSON layers as servers and programs write them: pages of a whole, texts in place of numbers.

A server gives a thousand features and says so in a member beside them; a program writes the numbers
of coordinates as texts. The readers pass over the one and lose the shapes of the other.
"""

import json
import mmap
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import shapely

from layers.errors import Named
from layers.parts import Mended, from_json
from layers.text import narrow

__all__ = ["MAX_JSON_BYTES", "crs_member", "json_features", "name_of", "page_of", "with_numbers"]

# Beyond this size a JSON file is not looked through a second time.
MAX_JSON_BYTES = 100_000_000
# Members stand before or behind the features.
_HEAD = 65_536
_CRS_MEMBER = re.compile(
    rb'"crs"\s*:\s*\{\s*"type"\s*:\s*"(?:name|link|EPSG)"\s*,\s*"properties"\s*:\s*\{'
    rb'\s*"(name|href|code)"\s*:\s*"?([^"}]{1,200})'
)
# What servers call the number of all features, beside those of this page.
_TOTALS = ("numberMatched", "totalFeatures", "totalCount", "total", "count", "numFound", "matched")
# What they call the number of the features on this page.
_RETURNED = ("numberReturned", "currentCount", "returned")
_FLAGS = ("exceededTransferLimit", "exceededLimit", "hasMore", "moreResults")
_NEXT, _BEFORE = ("next", "nextPage", "@odata.nextLink"), ("prev", "previous")
_WORDS = (*_TOTALS, *_RETURNED, *_FLAGS, *_NEXT, *_BEFORE)
_SAYS = re.compile(b'"(?:' + b"|".join(re.escape(word.encode()) for word in _WORDS) + b')"')
# What means nothing else, wherever it stands.
_PLAIN = ("numberMatched", "totalFeatures", "numberReturned", *_FLAGS)
# Members in which servers put what they say of a page.
_INNER = ("properties", "context", "paging", "meta", "metadata")
_MEMBER_END = re.compile(rb'"features"\s*:\s*\[')
_FEATURES_END = re.compile(
    rb'\}\s*(\])\s*,\s*"(?:links|'
    + b"|".join(re.escape(word.encode()) for word in (*_WORDS, *_INNER))
    + b')"'
)
# A text at the start of a list or behind a number in it, a list as one text, or words that are no
# number: coordinates may have them. Lists of attributes that have them cost a second look alone.
_ODD = re.compile(
    rb'\[\s*"[^"]*"\s*[,\]]|[\d.]\s*,\s*"[^"]*"\s*[,\]]|"coordinates"\s*:\s*"'
    rb"|[\[,]\s*(?:null|true|false)\s*[\],]"
)
_SHAPES = ("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon",
           "GeometryCollection")  # fmt: skip


def json_features(path: Path) -> list[object] | None:
    """List the raw features of a JSON layer; None when it is of another shape.

    Raises
    ------
    ValueError
        If it is not JSON.
    """
    text = path.read_bytes().decode("utf-8-sig")
    content = _content(text)
    features = content.get("features") if isinstance(content, dict) else content
    return features if isinstance(features, list) else None


def _content(text: str) -> Any:
    """Read a JSON text; of one with a feature on every line, the list of them."""
    if text.startswith("\x1e"):
        return [json.loads(one) for one in text.split("\x1e") if one.strip()]
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) < 2 or not lines[0].lstrip().startswith("{"):
            raise
        return [json.loads(line) for line in lines]


def crs_member(path: Path) -> str | None:
    """Give the coordinate system that a GeoJSON names itself; None when it names none."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
        file.seek(max(0, path.stat().st_size - _HEAD))
        found = _CRS_MEMBER.search(head) or _CRS_MEMBER.search(file.read())
    return found[2].decode("utf-8", "replace") if found else None


def page_of(path: Path, count: int) -> Named | None:
    """Say that a JSON layer is one page of what its server has; None when it is whole.

    Parameters
    ----------
    path
        The file.
    count
        Features that were read from it.
    """
    said = _said(path)
    if not said:
        return None
    total = _most(said, _TOTALS)
    returned = _most(said, _RETURNED)
    if total is not None and total > count:
        name, number = _names(said, _TOTALS, total), f"{total:,}"
        return Named(
            f"it is one page of what a server has: {count:,} of {number} features ({name}). "
            "Download the rest, or all in one file",
            f"只是服务器数据的一页：共 {number} 个要素，文件中 {count:,} 个（{name}）。"
            "请下载其余部分，或重新下载完整文件",
        )
    if returned is not None and returned > count:
        name = _names(said, _RETURNED, returned)
        return Named(
            f"it says that it holds {returned:,} features ({name}), but {count:,} are in it. "
            "Download it again",
            f"注明有 {returned:,} 个要素（{name}），文件中只有 {count:,} 个。请重新下载",
        )
    if total is not None and total >= 1 and total == count:
        return None  # pages put together, with the members of the first
    why = next((name for name in _FLAGS if str(said.get(name)).lower() == "true"), "")
    why = why or next((f"{name}: {said[name]}" for name in _NEXT if _leads(said, name)), "")
    if why:
        return Named(
            f"it is one page of what a server has: it holds {count:,} features and says that "
            f"there are more ({why[:80]}). Download the rest, or all in one file",
            f"只是服务器数据的一页：文件中有 {count:,} 个要素，并注明还有更多（{why[:80]}）。"
            "请下载其余部分，或重新下载完整文件",
        )
    before = next((f"{name}: {said[name]}" for name in _BEFORE if _leads(said, name)), "")
    if before:
        return Named(
            f"it is a later page of what a server has: it holds {count:,} features and names a "
            f"page before it ({before[:80]}). Download all in one file",
            f"只是服务器数据靠后的一页：文件中有 {count:,} 个要素，并注明之前还有一页"
            f"（{before[:80]}）。请下载完整文件",
        )
    return None


def _leads(said: dict[str, Any], name: str) -> bool:
    """Tell whether a member leads to another page: it is an address, a number or an object."""
    value = said.get(name)
    return (isinstance(value, (str, dict)) and bool(value)) or (
        isinstance(value, int) and not isinstance(value, bool) and value > 0
    )  # fmt: skip


def _most(said: dict[str, Any], names: tuple[str, ...]) -> int | None:
    found = [said[name] for name in names if name in said]
    numbers = [int(one) for one in found if isinstance(one, int) and not isinstance(one, bool)]
    numbers += [int(one) for one in found if isinstance(one, str) and one.isdecimal()]
    return max(numbers, default=None)


def _names(said: dict[str, Any], names: tuple[str, ...], number: int) -> str:
    return next(name for name in names if str(said.get(name)) == str(number))


def _said(path: Path) -> dict[str, Any]:
    """Collect what a file says of itself beside its features."""
    size = path.stat().st_size
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        if _SAYS.search(text) is None:
            return {}
    if size <= MAX_JSON_BYTES:
        try:
            content = json.loads(path.read_bytes().decode("utf-8-sig"))
        except ValueError:
            return {}
    else:
        content = _outside_features(path)
    return dict(_flat(content)) if isinstance(content, dict) else {}


def _flat(content: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the members that may speak of pages, those of inner objects first."""
    for name in _INNER:
        inner = content.get(name)
        words = _PLAIN if name == "properties" else _WORDS
        if isinstance(inner, dict):
            yield from ((key, value) for key, value in inner.items() if key in words)
    links = content.get("links")
    for link in links if isinstance(links, list) else []:
        if isinstance(link, dict) and link.get("rel") in (*_NEXT, *_BEFORE):
            yield str(link["rel"]), link.get("href") or link
    if isinstance(links, dict):
        yield from ((key, value) for key, value in links.items() if key in _WORDS)
    yield from ((key, value) for key, value in content.items() if key in _WORDS)


def _outside_features(path: Path) -> Any:
    """Read the members of a very large file that stand before and behind its features."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
        file.seek(-_HEAD, 2)
        tail = file.read()
    start = _MEMBER_END.search(head)
    before = head[: start.start()] if start else b"{"
    end = _FEATURES_END.search(tail)
    behind = tail[end.start(1) :] if end else tail[tail.rfind(b"]") :]
    try:
        return json.loads((before + b'"features":[' + behind).decode("utf-8-sig"))
    except ValueError:
        return {}


def with_numbers(path: Path) -> tuple[str, list[tuple[int, Mended]]] | None:
    """Write coordinates that are texts as numbers, and leave out parts that are none.

    Parameters
    ----------
    path
        A JSON layer in UTF-8.

    Returns
    -------
    The text of the mended layer, and what became of each shape that was mended, by row from 1.
    None when every coordinate is a number.
    """
    if path.stat().st_size > MAX_JSON_BYTES:
        return None
    raw = path.read_bytes()
    if _ODD.search(raw) is None:
        return None
    try:
        content = _content(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    features = content.get("features") if isinstance(content, dict) else content
    told: list[tuple[int, Mended]] = []
    for row, feature in enumerate(features if isinstance(features, list) else [content], start=1):
        if not isinstance(feature, dict):
            continue
        mended = _mend(feature)
        if mended is not None and (mended.texts or mended.lost):
            mended.name = name_of(feature)
            told.append((row, mended))
    if not told:
        return None
    if isinstance(content, list):  # a feature on every line
        return "\n".join(json.dumps(one, ensure_ascii=False) for one in content), told
    return json.dumps(content, ensure_ascii=False), told


def name_of(feature: object) -> str:
    """Name a feature by its id for a sentence about it; "" when it has none."""
    identity = feature.get("id") if isinstance(feature, dict) else None
    return f"(id {identity!r}) " if identity is not None else ""


def _mend(feature: dict[str, Any]) -> Mended | None:
    """Put the geometry of one feature right, in place; None when there is nothing to do."""
    geometry = feature.get("geometry")
    if not isinstance(geometry, dict):
        return None
    if geometry.get("type") not in _SHAPES:
        return _mend_esri(geometry)
    text = geometry.get("coordinates")
    if isinstance(text, str):
        geometry = {**geometry, "coordinates": _listed(text)}
    mended = from_json(geometry)
    if isinstance(text, str) and mended.shape is not None:
        mended.texts += 1
    if not mended.texts and not mended.lost:
        return None
    shape = mended.shape
    feature["geometry"] = None if shape is None else json.loads(shapely.to_geojson(shape))
    return mended


def _listed(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _mend_esri(geometry: dict[str, Any]) -> Mended | None:
    """Write the texts of an Esri geometry as numbers; its rings are the matter of its reader."""
    mended = Mended()
    for name in ("rings", "paths", "points", "x", "y"):
        if name in geometry:
            geometry[name] = _as_numbers(geometry[name], mended)
    return mended if mended.texts else None


def _as_numbers(value: Any, mended: Mended) -> Any:
    if isinstance(value, list):
        return [_as_numbers(one, mended) for one in value]
    if isinstance(value, str):
        try:
            number = float(narrow(value))
        except ValueError:
            return value
        mended.texts += 1
        return number
    return value
