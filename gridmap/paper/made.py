"""A file of paper, and what is to be said about it."""

from collections.abc import Callable
from dataclasses import dataclass

from gridmap.words import LANGUAGES, say
from layers.contract.errors import Named

__all__ = ["MadePaper", "Tell", "quiet", "remark"]

Tell = Callable[[int, int], None]  # how many are done, of how many; it may raise to cancel


@dataclass(frozen=True)
class MadePaper:
    """A file of paper.

    Attributes
    ----------
    pdf
        The file.
    pages
        How many pages it has.
    said
        What whoever prints it should know, in both languages.
    """

    pdf: bytes
    pages: int
    said: tuple[Named, ...]


def quiet(_done: int, _all: int) -> None:
    """Tell nobody how far it is."""


def remark(key: str, **values: object) -> Named:
    """Say a remark in both languages."""
    zh, en = (say(key, language, **values) for language in LANGUAGES)
    return Named(en, zh)
