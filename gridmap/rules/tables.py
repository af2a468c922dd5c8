"""Rules files read table by table: what many towns say word for word is read once.

The towns of a city say most things alike. A text is cut before each header of a table; each part is
read by the parser of TOML and remembered by its text. Where the parts of a text do not make the
whole for certain (texts over several lines, a table begun twice), the whole text is read at once,
so that every text is read, or refused, as the parser does it.
"""

import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

__all__ = ["cut_tables", "read_tables"]

_HEADER = re.compile(
    r"^[ \t]*\[(\[?)[ \t]*([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*)[ \t]*\]\]?[ \t]*(?:#.*)?$", re.M
)
# In a part: a header written otherwise ("a", \r before the end of the line), or a list in a list.
_LIKE_A_HEADER = re.compile(r"\n[ \t]*\[")
_REMEMBERED = 50_000  # tables; a town has some dozens, and most are those of others
Path = tuple[str, ...]


class _NotInParts(ValueError):
    """The parts of a text do not make the whole for certain."""


def read_tables(text: str) -> dict[str, Any]:
    """Read a text of TOML as `tomllib.loads` does.

    What is inside may be shared with what was read before: it is not to be changed.

    Raises
    ------
    tomllib.TOMLDecodeError
        If it is no TOML.
    """
    try:
        return _joined(text)
    except (_NotInParts, tomllib.TOMLDecodeError):
        return tomllib.loads(text)


def cut_tables(text: str) -> Iterator[tuple[Path, bool, str]]:
    """Cut a text before each header of a table; the parts together are the text.

    Yields
    ------
    The keys of the header, whether it is one of a list of tables, and the text of the part. What
    stands before the first header comes first, without keys.
    """
    if '"""' in text or "'''" in text:  # a line inside may look like a header
        yield (), False, text
        return
    heads = list(_HEADER.finditer(text))
    ends = [*(head.start() for head in heads), len(text)]
    yield (), False, text[: ends[0]]
    for head, end in zip(heads, ends[1:], strict=True):
        yield tuple(head[2].split(".")), bool(head[1]), text[head.start() : end]


def _joined(text: str) -> dict[str, Any]:
    whole: dict[str, Any] = {}
    tables: dict[Path, bool] = {}  # whether a header has named it, or only one below it
    lists: set[str] = set()
    for path, is_list, part in cut_tables(text):
        values = _read(path, is_list, part)
        if not path:
            whole.update(values)
        elif is_list:
            if len(path) > 1 or (path[0] in whole and path[0] not in lists):
                raise _NotInParts
            lists.add(path[0])
            whole.setdefault(path[0], []).append(values)
        else:
            _put(whole, tables, path, values)
    return whole


def _put(
    whole: dict[str, Any], tables: dict[Path, bool], path: Path, values: dict[str, Any]
) -> None:
    """Put a table at its place; what is there must have been made by headers alone."""
    holder = whole
    for at, key in enumerate(path):
        here = path[: at + 1]
        if key in holder and here not in tables:
            raise _NotInParts
        tables.setdefault(here, False)
        holder = holder.setdefault(key, {})
    if tables[path] or not holder.keys().isdisjoint(values):
        raise _NotInParts
    tables[path] = True
    holder.update(values)


@lru_cache(_REMEMBERED)
def _read(path: Path, is_list: bool, part: str) -> dict[str, Any]:
    """Read what one part says of its table."""
    if _LIKE_A_HEADER.search(part):
        raise _NotInParts
    values: Any = tomllib.loads(part)
    for key in path:
        if not isinstance(values, dict) or values.keys() != {key}:
            raise _NotInParts
        values = values[key]
    if is_list:
        if not isinstance(values, list) or len(values) != 1:
            raise _NotInParts
        values = values[0]
    if not isinstance(values, dict):
        raise _NotInParts
    return values
