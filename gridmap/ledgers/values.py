"""Values of cells: days as days, keys of the data as words."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from gridmap.words import Language
from layers.contract.categories import KINDS

__all__ = ["Row", "day_of", "kind_word"]

Row = Mapping[str, Any]  # what stands in each column, by its key


def day_of(text: str) -> date | str | None:
    """Turn an ISO date into a day; what is no whole date stays the text that it is."""
    with suppress(ValueError):
        return date.fromisoformat(text)
    return text or None


def kind_word(key: str, language: Language) -> str:
    """Name a category or sub-class of ground."""
    kind = KINDS.get(key)
    return str(getattr(kind, language)) if kind else key
