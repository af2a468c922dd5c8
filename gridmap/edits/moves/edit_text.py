"""An edit as plain values for a file, and back; what is no edit is refused, whoever wrote it."""

import math
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, get_args

import shapely

from gridmap.edits.moves.edit import Edit, Kind

__all__ = ["edit_of", "edit_values"]

_TEXTS = ("state", "into", "within", "about", "why")
_LISTS = ("patches", "targets", "grids")
_MOST = 1_000_000  # patches of an edit, points of a line: more than any town has


def edit_values(edit: Edit) -> dict[str, Any]:
    """Lay an edit out as values of JSON; what is as in an empty edit is left out."""
    values: dict[str, Any] = {"kind": edit.kind}
    for field in fields(Edit):
        value = getattr(edit, field.name)
        if field.name == "kind" or value == field.default:
            continue
        if isinstance(value, shapely.LineString):
            value = [list(point) for point in value.coords]
        values[field.name] = [list(pair) for pair in value] if field.name == "also" else value
    return values


def edit_of(values: object) -> Edit:
    """Read an edit from values of JSON.

    Raises
    ------
    ValueError
        If they are not those of an edit.
    """
    if not isinstance(values, Mapping) or not set(values) <= {one.name for one in fields(Edit)}:
        raise ValueError("no edit")
    if values.get("kind") not in get_args(Kind) or "state" not in values:
        raise ValueError("no kind of edit, or no state")
    texts = {name: _text(values[name]) for name in _TEXTS if name in values}
    lists = {name: _list(values[name]) for name in _LISTS if name in values}
    if values["kind"] == "move" and len(lists.get("patches", ())) != len(lists.get("targets", ())):
        raise ValueError("a patch has no target")
    return Edit(
        kind=values["kind"],
        **texts,  # type: ignore[arg-type]
        **lists,  # type: ignore[arg-type]
        line=_line(values["line"]) if "line" in values else None,
        parts=_number(values.get("parts", 0)),
        seed=_number(values.get("seed", 0)),
        cut=values.get("cut") is True,
        also=tuple(_pair(one) for one in _many(values.get("also", []))),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("no text")
    return value


def _many(value: object) -> list[Any]:
    if not isinstance(value, list | tuple) or len(value) > _MOST:
        raise ValueError("no list")
    return list(value)


def _list(value: object) -> tuple[str, ...]:
    return tuple(_text(one) for one in _many(value))


def _pair(value: object) -> tuple[str, str]:
    one, two = _list(value)
    return one, two


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("no number")
    return value


def _line(value: object) -> shapely.LineString:
    points = [tuple(_many(point)) for point in _many(value)]
    flat = [number for point in points for number in point]
    numbers = all(isinstance(one, int | float) and math.isfinite(one) for one in flat)
    if len(points) < 2 or {len(point) for point in points} != {2} or not numbers:
        raise ValueError("no line")
    return shapely.LineString(points)
