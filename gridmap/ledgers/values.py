"""Values of cells: days as days, and what a row is."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any

__all__ = ["Row", "day_of"]

Row = Mapping[str, Any]  # what stands in each column, by its key


def day_of(text: str) -> date | str | None:
    """Turn an ISO date into a day; what is no whole date stays the text that it is."""
    with suppress(ValueError):
        return date.fromisoformat(text)
    return text or None
