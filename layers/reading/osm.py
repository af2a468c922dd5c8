"""OpenStreetMap files and their exports: tags that say what ground is, ids, lost members.

Areas carry many tags, and most of them say nothing of the ground: the border of a town, a building,
a fence. A file that was edited and not sent yet has negative ids, and objects that were deleted.
"""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from layers.contract.errors import Named
from layers.contract.phrases import counted

__all__ = ["LAND_KEYS", "osm_codes", "osm_ids", "osm_remarks", "osm_tags", "readable_osm"]

# Keys that say what ground is, the most telling first.
LAND_KEYS = ("landuse", "natural", "leisure", "water", "amenity", "man_made", "waterway", "highway",
             "aeroway")  # fmt: skip
# Of these any value is ground; the others also stand on buildings and lines.
_GROUND_KEYS = ("landuse", "natural", "leisure", "water")
# Names of large places, whatever the ground in them is.
_NO_GROUND = {
    "leisure=nature_reserve", "natural=bay", "natural=strait", "natural=peninsula", "natural=cape",
    "natural=mountain_range", "natural=valley", "natural=ridge", "natural=coastline",
    "landuse=no", "natural=no",
}  # fmt: skip
_OTHER_TAGS = "other_tags"
# Columns of ready-made extracts hold the value without its key, and some values by another name.
_RENAMED: Mapping[str, str] = {"farm": "farmland", "nature_reserve": "nature_reserve",
                               "dock": "dock", "river": "riverbank"}  # fmt: skip
MAX_BYTES = 100_000_000
_ODD = re.compile(
    rb"""\s(?:id|ref)\s*=\s*["']-\d|\saction\s*=\s*["']delete|\svisible\s*=\s*["']false"""
)
_ID = rb"""<%s\b[^>]*?\sid\s*=\s*["'](-?\d+)["']"""
_REF = re.compile(rb"""<nd\b[^>]*?\sref\s*=\s*["'](-?\d+)["']""")
_MEMBER = re.compile(rb"""<member\b[^>]*?\stype\s*=\s*["']way["'][^>]*?>""")
_MEMBER_REF = re.compile(rb"""\sref\s*=\s*["'](-?\d+)["']""")
_WAY = re.compile(rb"""<way\b[^>]*?\sid\s*=\s*["'](-?\d+)["'].*?</way>""", re.DOTALL)
# What stands on areas alone, whatever its value is, or with these values.
_AREA_TAG = re.compile(
    rb"""<tag\s+k\s*=\s*["'](?:landuse["']|natural["']\s+v\s*=\s*["'](?:water|wood|scrub|grassland)["'])"""
)
_GONE = re.compile(rb"""action\s*=\s*["']delete|visible\s*=\s*["']false""")
_REMARK = re.compile(rb"<remark>\s*(.*?)\s*</remark>", re.DOTALL)
_TAIL = 4096  # bytes at the end, where a server says that it stopped
_SHOWN = 5  # names in one sentence


def osm_tags(frame: pd.DataFrame) -> pd.Series:
    """Give each area the tag that says most about its ground, `key=value`; "" for none."""
    tags = pd.Series("", index=frame.index, dtype="str")
    for key in LAND_KEYS:
        values = _values(frame, key)
        if values is not None:
            tags = tags.where((tags != "") | (values == ""), key + "=" + values)
    return tags


def osm_codes(
    frame: pd.DataFrame, column: str, table: Mapping[str, str]
) -> tuple[pd.Series, pd.Series]:
    """Say which tag decides what each area is: the first that the table knows.

    Parameters
    ----------
    frame
        Areas with one column or with several columns of tags.
    column
        The column that the town names; the other tag columns help where it is silent.
    table
        Code table with `key=value`, or `key=*` for every value.

    Returns
    -------
    The tag as `key=value`, and whether it is one of land use at all: a border, a building or a
    fence claims no ground.
    """
    named = str(column).lower()
    given = frame[column].fillna("").astype("str").str.strip()
    candidates = [_with_key(given, named, table)]
    candidates += [
        (key + "=" + values).where(values != "", "")
        for key in LAND_KEYS
        if key != named and (values := _values(frame, key)) is not None
    ]
    best = pd.Series("", index=frame.index, dtype="str")
    known = pd.Series(False, index=frame.index)
    for one in candidates:
        picked = one.map({text: _known_part(text, table) for text in one.unique()})
        knows = (picked != "") & ~known
        fills = (best == "") & (one != "") & ~one.isin(_NO_GROUND)
        best = best.where(~knows & ~fills, picked.where(knows, one))
        known |= knows
    keys = best.str.partition("=")[0]
    declared = (keys == named) & (named not in LAND_KEYS) & (given != "")
    return best, (known | keys.isin(_GROUND_KEYS) | declared) & (best != "")


def _values(frame: pd.DataFrame, key: str) -> pd.Series | None:
    """Give the values of a key: of its column, in whatever case, or of the column of all others."""
    found = next((name for name in frame.columns if str(name).lower() == key), None)
    values = frame[found].fillna("").astype("str").str.strip() if found is not None else None
    others = next((name for name in frame.columns if str(name).lower() == _OTHER_TAGS), None)
    if others is None:
        return values
    pattern = rf'"{key}"=>"((?:[^"\\]|\\.)*)"'
    more = frame[others].fillna("").astype("str").str.extract(pattern, expand=False).fillna("")
    return more if values is None else values.where(values != "", more)


def _with_key(given: pd.Series, column: str, table: Mapping[str, str]) -> pd.Series:
    """Write values as `key=value`; a column that is no key holds values of any of them."""
    keys = {key.partition("=")[0] for key in table} | set(LAND_KEYS)

    def written(text: str) -> str:
        if not text or "=" in text:
            return text
        if column in keys:
            return f"{column}={text}"
        value = _RENAMED.get(text, text)
        tries = [f"{key}={value}" for key in LAND_KEYS]
        return next((one for one in tries if one in table), f"{column}={text}")

    return given.map({text: written(text) for text in given.unique()}).astype("str")


def _known_part(text: str, table: Mapping[str, str]) -> str:
    """Give what a table knows of a tag, of which the value may be a list; "" for nothing."""
    key, _, values = text.partition("=")
    if text in _NO_GROUND:
        return ""
    parts = [text, *(f"{key}={value.strip()}" for value in values.split(";"))] if key else []
    found = next((one for one in parts if one in table), "")
    return found or (text if f"{key}=*" in table and values else "")


def readable_osm(path: Path) -> tuple[bytes, int] | None:
    """Write an OpenStreetMap file so that its reader takes it.

    Objects that an editor has deleted are left out, ids are made positive, and nodes, ways and
    relations stand in the order of their ids.

    Returns
    -------
    The file, and the number that was added to ids without their sign (see `osm_ids`); None when it
    can be read as it is, or is no XML.
    """
    if path.stat().st_size > MAX_BYTES:
        return None
    raw = path.read_bytes()
    nodes = _numbers(re.compile(_ID % b"node"), raw)
    if _ODD.search(raw) is None and bool((np.diff(nodes) > 0).all()):
        return None
    try:
        root = ElementTree.fromstring(raw)
    except ElementTree.ParseError:
        return None
    kinds: dict[str, list[ElementTree.Element]] = {"node": [], "way": [], "relation": []}
    for one in list(root):
        root.remove(one)
        gone = one.get("action") == "delete" or one.get("visible") == "false"
        if one.tag in kinds and not gone and (one.get("id") or "").lstrip("-").isdecimal():
            kinds[one.tag].append(one)
    base = max((abs(int(one.get("id", 0))) for ones in kinds.values() for one in ones), default=0)
    for ones in kinds.values():
        for one in ones:
            one.set("id", _positive(one.get("id", ""), base))
            one.set("version", one.get("version", "1"))
            for member in [*one.findall("nd"), *one.findall("member")]:
                member.set("ref", _positive(member.get("ref", ""), base))
        ones.sort(key=lambda one: int(one.get("id", 0)))
        root.extend({one.get("id"): one for one in ones}.values())
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True), base


def _positive(number: str, base: int) -> str:
    return str(base + int(number[1:])) if number.startswith("-") else number


def osm_ids(frame: pd.DataFrame, base: int) -> pd.DataFrame:
    """Give ids that were made positive their sign back."""
    names = [name for name in ("osm_id", "osm_way_id") if name in frame]

    def given(text: object) -> object:
        known = isinstance(text, str) and text.isdecimal() and int(text) > base
        return f"-{int(str(text)) - base}" if known else text

    return frame.assign(**{name: frame[name].map(given) for name in names}) if base else frame


def osm_remarks(path: Path) -> Iterator[Named]:
    """Say what an OpenStreetMap file lacks.

    Yields
    ------
    A sentence on a server that stopped early, and on nodes and members that the file does not hold.
    """
    if path.stat().st_size > MAX_BYTES:
        return
    raw = path.read_bytes()
    stopped = _REMARK.search(raw[-_TAIL:])
    if stopped is not None:
        said = stopped[1].decode("utf-8", "replace")[:200]
        yield Named(
            f"the server stopped before all was in it ({said}). Download it again, in smaller "
            "pieces or with more time",
            f"服务器中途停止，内容不全（{said}）。请重新下载，可分块或延长时限",
        )
    nodes = _numbers(re.compile(_ID % b"node"), raw)
    if not np.isin(_numbers(_REF, raw), nodes).all():
        ways = [
            int(way[1])
            for way in _WAY.finditer(raw)
            if not np.isin(_numbers(_REF, way[0]), nodes).all()
        ]
        some, some_zh = _some(ways)
        yield Named(
            f"{counted(len(ways), 'way', 'ways')} without nodes that the file does not hold "
            f"({some}): not the shapes of the map. Download the area with all members",
            f"{len(ways):,} 条路径（way）缺少文件中没有的节点（{some_zh}），图形不完整。"
            "请连同全部成员重新下载",
        )
    open_ways = list(_open_ways(raw))
    if open_ways:
        some, some_zh = _some(open_ways)
        yield Named(
            f"{counted(len(open_ways), 'way', 'ways')} of land use left open at the end ({some}): "
            "no areas, and left out. Close them in the editor, or download all of their members",
            f"{len(open_ways):,} 条用地路径（{some_zh}）首尾不相接，不成面，已略去。"
            "请在编辑器中闭合，或连同全部成员重新下载",
        )
    members = [_MEMBER_REF.search(one[0]) for one in _MEMBER.finditer(raw)]
    wanted = np.array([int(one[1]) for one in members if one is not None], dtype=np.int64)
    lost = np.unique(wanted[~np.isin(wanted, _numbers(re.compile(_ID % b"way"), raw))])
    if len(lost):
        some, some_zh = _some([int(one) for one in lost])
        yield Named(
            f"{counted(len(lost), 'way', 'ways')} of relations that the file does not hold "
            f"({some}): areas made of them are missing or open. Download the area with all members",
            f"缺少关系（relation）所含的 {len(lost):,} 条路径（{some_zh}），"
            "由其组成的面缺失或不闭合。请连同全部成员重新下载",
        )


def _open_ways(raw: bytes) -> Iterator[int]:
    """Find the ways with a tag of land use that are neither closed nor part of a relation."""
    if _AREA_TAG.search(raw) is None:
        return
    members = {int(one[1]) for found in _MEMBER.finditer(raw)
               if (one := _MEMBER_REF.search(found[0])) is not None}  # fmt: skip
    for way in _WAY.finditer(raw):
        ends = _REF.findall(way[0])
        gone = _GONE.search(way[0].partition(b">")[0]) is not None
        is_open = bool(ends) and ends[0] != ends[-1] and int(way[1]) not in members
        if is_open and not gone and _AREA_TAG.search(way[0]):
            yield int(way[1])


def _numbers(pattern: re.Pattern[bytes], raw: bytes) -> np.ndarray:
    return np.array([int(one) for one in pattern.findall(raw)], dtype=np.int64)


def _some(numbers: list[int]) -> tuple[str, str]:
    shown = [str(one) for one in numbers[:_SHOWN]]
    more, more_zh = (" …", "等") if len(numbers) > _SHOWN else ("", "")
    return ", ".join(shown) + more, "、".join(shown) + more_zh
