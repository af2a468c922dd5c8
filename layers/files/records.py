"""Printing the records of a damaged file one by one; run as a process of its own.

`layers.files.rescue` starts it and reads what it prints: the CRS, then a line of JSON for every
record. Only fiona and shapely are loaded, so that it starts quickly.
"""

import json
import sys
from collections.abc import Iterator
from typing import Any

import fiona
import shapely
from fiona.errors import FionaError
from shapely.errors import ShapelyError

__all__ = ["main"]

# What fiona raises for a record that it cannot read.
_FAULTS = (FionaError, ShapelyError, ValueError, TypeError, OSError, KeyError, IndexError,
           OverflowError, RuntimeError, AttributeError)  # fmt: skip
# Reading one by one is slow: a faulty file of more records than this is refused.
MAX_RECORDS = 300_000


def _records(path: str, layer: str | None, encoding: str | None) -> Iterator[Any]:
    """Yield the CRS, then every record: its row with columns and shape, or with a fault."""
    with fiona.open(path, layer=layer, encoding=encoding) as source:
        count = len(source)
        if count > MAX_RECORDS:
            raise ValueError(f"too long to read record by record ({count:,} records)")
        yield source.crs_wkt or None
        for at in range(count):
            try:
                record = source[at]
                if record is None:
                    yield {"row": at + 1, "damaged": True}
                    continue
                shape = shapely.geometry.shape(record.geometry) if record.geometry else None
                hexed = None if shape is None else shapely.to_wkb(shape, hex=True)
                yield {"row": at + 1, "columns": dict(record.properties), "shape": hexed}
            except _FAULTS as error:
                yield {"row": at + 1, "fault": str(error) or type(error).__name__}


def main() -> None:
    """Print the records of the file named on the command line, with layer and encoding."""
    path, layer, encoding = sys.argv[1:4]
    for record in _records(path, layer or None, encoding or None):
        print(json.dumps(record, ensure_ascii=False, default=str))


if __name__ == "__main__":
    main()
