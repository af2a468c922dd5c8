"""Whether the columns that a town names are there: looked up before any long work begins.

The head of a file is enough, where it has one; what it seems to lack is looked for in the layer
itself, so that nothing is refused that reading would find.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from layers.contract.errors import GridmapError, Named
from layers.files.formats import find_format
from layers.reading.features import read_features
from layers.reading.layer import missing_columns
from layers.reading.ogr import READER_FAULTS, field_names
from layers.reading.parquet import parquet_columns
from layers.sheets.reading import TABLE_ENDINGS, read_table

__all__ = ["Wanted", "find_missing"]

# Formats whose columns stand in the head of the file.
_WITH_HEAD = ("GeoPackage", "Shapefile", "FlatGeobuf", "FileGDB")
# Others are read whole for it, but no larger ones: reading them will say the same.
_MOST_BYTES = 20_000_000
_FAULTS = (*READER_FAULTS, GridmapError)


@dataclass(frozen=True)
class Wanted:
    """A file and the columns that the rules name of it."""

    path: Path
    what: Named
    columns: Sequence[str | None]
    layer: str | None = None
    encoding: str | None = None


def find_missing(files: Sequence[Wanted]) -> Iterator[Named]:
    """Say of every file which of its named columns are not there, and what may have been meant.

    A file that cannot be read is passed over: reading it tells the reason.
    """
    for one in files:
        names = [name for name in one.columns if name]
        if not names:
            continue
        if not set(names) - set(_attempt(_head, one) or []):
            continue
        there = _attempt(_columns, one)
        missing = [name for name in dict.fromkeys(names) if name not in (there or names)]
        if there is not None and missing:
            yield missing_columns(missing, list(there), one.what)


def _attempt(look: Callable[[Wanted], list[str] | None], one: Wanted) -> list[str] | None:
    try:
        return look(one)
    except _FAULTS:
        return None


def _head(one: Wanted) -> list[str] | None:
    """List the columns that the head of a file names; None when it has none."""
    format = find_format(one.path)
    if format.name in _WITH_HEAD:
        return field_names(one.path, format, one.layer)
    return parquet_columns(one.path) if format.how == "parquet" else None


def _columns(one: Wanted) -> list[str] | None:
    """List the columns of a file as reading gives them; None of one that is too large for it."""
    large = one.path.is_file() and one.path.stat().st_size > _MOST_BYTES
    if large and find_format(one.path).name not in _WITH_HEAD:
        return None
    if one.path.suffix.lower() in TABLE_ENDINGS:
        table = read_table(one.path, sheet=one.layer, encoding=one.encoding)
        return [str(name) for name in table.columns]
    frame = read_features(one.path, layer=one.layer, encoding=one.encoding).frame
    return [str(name) for name in frame.columns]
