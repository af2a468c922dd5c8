"""Rows of a layer as plain values, and what a file says of its plan, for formats that are text."""

from collections.abc import Callable, Mapping
from typing import Any

from boundaries.export.formats.fields import Kind
from boundaries.export.formats.layers import Layer

__all__ = ["records_of", "sayings_of"]


def records_of(layer: Layer) -> list[dict[str, Any]]:
    """Give the rows of a layer: texts, numbers, days as 2026-03-01, flags; None for null."""
    columns = []
    for field in layer.fields:
        values = layer.frame[field.name]
        read = _READ[field.kind]
        columns.append(
            [None if gone else read(one) for one, gone in zip(values, values.isna(), strict=True)]
        )
    names = [field.name for field in layer.fields]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def sayings_of(about: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Give what is said of a plan as pairs of texts, what is not said left out.

    Parameters
    ----------
    about
        As `boundaries.export.geojson.said_of` gives it.
    """
    town = about.get("town") or {}
    texts = {"town": f"{town.get('name') or ''} {town.get('code') or ''}".strip()}
    texts |= {name: value for name, value in about.items() if isinstance(value, str)}
    return [(name, value) for name, value in texts.items() if value]


def _day(day: Any) -> str:
    return f"{day:%Y-%m-%d}"


_READ: Mapping[Kind, Callable[[Any], Any]] = {
    "text": str, "whole": int, "number": float, "flag": bool, "day": _day,
}  # fmt: skip
