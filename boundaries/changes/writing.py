"""A delta as GeoJSON, from which it can be read back whole, and as a table for people."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from boundaries.changes.delta import KINDS, Change, Delta
from boundaries.changes.features import compact
from boundaries.export.csv_table import csv_bytes
from layers.contract.errors import BoundaryError

__all__ = ["COLUMNS", "delta_csv", "delta_geojson", "read_delta"]

FORMAT = 1
_BY = ";"  # between codes or names in one text: flat properties are what programs of maps show
# Properties that are added to those of the grid; who applies a delta takes them away again.
COLUMNS = (
    "delta_change", "delta_reasons", "delta_attributes", "delta_gained_m2", "delta_lost_m2",
    "delta_gained_from", "delta_lost_to",
)  # fmt: skip
_OF_GRID = ("parent_code", "level", "kind", "name")


def delta_geojson(delta: Delta) -> bytes:
    """Write a delta as RFC 7946 GeoJSON, one grid a line; the same states give the same bytes.

    Each feature is the new one with the properties of `COLUMNS` added; of a deleted grid it is the
    old one. The member `gridmap_delta` of the collection holds the heads and digests of both files.
    """
    head = {
        "format": FORMAT,
        "from": {"sha256": delta.old_sha256, "gridmap": delta.old_head},
        "to": {"sha256": delta.new_sha256, "gridmap": delta.new_head},
        "counts": {kind: delta.count(kind) for kind in KINDS},
    }
    rows = (
        compact({**one.feature, "properties": {**one.feature["properties"], **_told(one)}})
        for one in delta.changes
    )
    body = ",\n".join(rows)
    text = f'{{"type":"FeatureCollection","gridmap_delta":{compact(head)},"features":[\n{body}\n]}}'
    return f"{text}\n".encode()


def read_delta(written: bytes) -> Delta:
    """Read a delta that `delta_geojson` wrote.

    Raises
    ------
    BoundaryError
        If it is none.
    """
    try:
        collection = json.loads(written)
        head = collection["gridmap_delta"]
        old, new = head["from"], head["to"]
        changes = tuple(_read(one) for one in collection["features"])
        return Delta(old["gridmap"], new["gridmap"], old["sha256"], new["sha256"], changes)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BoundaryError(
            "This is no delta that 'python -m gridmap delta' wrote. Write it anew.",
            "这不是 python -m gridmap delta 写出的变更文件，请用两个方案重新生成。",
        ) from None


def delta_csv(delta: Delta) -> bytes:
    """Write a delta as a table: a row a grid, what became of it and why, without the outlines."""
    head = ("grid_code", *_OF_GRID, *(name.removeprefix("delta_") for name in COLUMNS))
    return csv_bytes(head, _rows(delta.changes))


def _rows(changes: Sequence[Change]) -> Iterator[list[object]]:
    for one in changes:
        of_grid = (one.feature["properties"].get(name) for name in _OF_GRID)
        told = _told(one).values()
        yield [one.code, *("" if cell is None else cell for cell in of_grid), *told]


def _told(one: Change) -> dict[str, Any]:
    cells = (
        one.kind,
        _BY.join(one.reasons),
        _BY.join(one.attributes),
        round(one.gained_m2, 2),
        round(one.lost_m2, 2),
        _BY.join(one.gained_from),
        _BY.join(one.lost_to),
    )
    return dict(zip(COLUMNS, cells, strict=True))


def _read(written: dict[str, Any]) -> Change:
    properties = dict(written["properties"])
    kind, reasons, attributes, gained, lost, gained_from, lost_to = (
        properties.pop(name) for name in COLUMNS
    )
    if kind not in KINDS:
        raise ValueError(kind)
    texts = (tuple(text.split(_BY)) if text else () for text in (gained_from, lost_to))
    return Change(
        kind,
        {**written, "properties": properties},
        tuple(reasons.split(_BY)),
        tuple(attributes.split(_BY)) if attributes else (),
        gained,
        lost,
        *texts,
    )
