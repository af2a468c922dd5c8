"""Pages of a whole: JSON layers of a server that gives a thousand features at once.

It says so in a member beside them, which the readers pass over.
"""

import json
import mmap
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from layers.contract.errors import Named
from layers.contract.phrases import counted
from layers.files.geojson import MAX_JSON_BYTES

__all__ = ["may_be_page", "page_of"]

# Members stand before or behind the features.
_HEAD = 65_536
# What servers call the number of all features, beside those of this page.
_TOTALS = ("numberMatched", "totalFeatures", "totalCount", "total_count", "totalElements", "total",
           "count", "numFound", "matched")  # fmt: skip
# What they call the number of the features on this page.
_RETURNED = ("numberReturned", "currentCount", "returned")
_FLAGS = ("exceededTransferLimit", "exceededLimit", "hasMore", "has_more", "moreResults",
          "hasNextPage", "has_next")  # fmt: skip
_NEXT, _BEFORE = ("next", "nextPage", "@odata.nextLink"), ("prev", "previous")
_WORDS = (*_TOTALS, *_RETURNED, *_FLAGS, *_NEXT, *_BEFORE)
_SAYS = re.compile(
    b'["/](?:' + b"|".join(re.escape(word.encode()) for word in _WORDS) + b')"', re.IGNORECASE
)
# What means nothing else, wherever it stands.
_PLAIN = ("numberMatched", "totalFeatures", "numberReturned", *_FLAGS)
# Members in which servers put what they say of a page.
# As many features do servers give at once.
_AT_ONCE = (1_000, 2_000, 5_000, 10_000)
_INNER = ("properties", "context", "paging", "pagination", "page", "pageInfo", "meta", "metadata")
_MEMBER_END = re.compile(rb'"features"\s*:\s*\[')
_FEATURES_END = re.compile(
    rb'\}\s*(\])\s*,\s*"(?:_?links|'
    + b"|".join(re.escape(word.encode()) for word in (*_WORDS, *_INNER))
    + b')"'
)


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
            "it is one page of what a server has: it holds "
            f"{counted(count, 'feature', 'features')} and says that there are more ({why[:80]}). "
            "Download the rest, or all in one file",
            f"只是服务器数据的一页：文件中有 {count:,} 个要素，并注明还有更多（{why[:80]}）。"
            "请下载其余部分，或重新下载完整文件",
        )
    before = next((f"{name}: {said[name]}" for name in _BEFORE if _leads(said, name)), "")
    if before:
        return Named(
            "it is a later page of what a server has: it holds "
            f"{counted(count, 'feature', 'features')} and names a page before it ({before[:80]}). "
            "Download all in one file",
            f"只是服务器数据靠后的一页：文件中有 {count:,} 个要素，并注明之前还有一页"
            f"（{before[:80]}）。请下载完整文件",
        )
    return None


def may_be_page(path: Path, count: int) -> Named | None:
    """Say that a layer has exactly as many features as servers give at once, and no number of all.

    Parameters
    ----------
    path, count
        The file, and the features that were read from it.
    """
    if count not in _AT_ONCE or (path.suffix.lower() != ".kml" and _most(_said(path), _TOTALS)):
        return None
    return Named(
        f"it holds exactly {count:,} features, as many as servers give at once. Make sure that "
        "there are no more",
        f"恰有 {count:,} 个要素，正是服务器一次返回的常见上限。请确认没有更多要素",
    )


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
        # A relation may be written as an address, such as …/rel/next.
        rel = str(link.get("rel")).rpartition("/")[2].lower() if isinstance(link, dict) else ""
        if rel in (*_NEXT, *_BEFORE):
            yield rel, link.get("href") or link
    for name in ("links", "_links"):
        inner = content.get(name)
        if isinstance(inner, dict):
            yield from ((key, value) for key, value in inner.items() if key in _WORDS)
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
