"""A file of paper, and what is to be said about it."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from gridmap.maps.pdf.pen import Pen
from gridmap.words import LANGUAGES, say
from layers.contract.errors import Named

__all__ = ["MadePaper", "Tell", "finished", "quiet", "remark"]

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


def finished(
    pen: Pen,
    pages: int,
    said: Iterable[Named] = (),
    *,
    is_nameless: bool,
    is_phoneless: bool,
    vacant: Collection[object],
    without_ground: Collection[object],
) -> MadePaper:
    """End a file, with what boards and cards alike have to say.

    Parameters
    ----------
    pen, pages
        What drew it, and how many pages it has.
    said
        What is said before all else.
    is_nameless, is_phoneless
        Whether names, or the telephone, should stand on it and do not.
    vacant, without_ground
        Posts that nobody is on, and grids that have no map.
    """
    pdf = pen.output()
    told = [*said]
    if is_nameless:
        told.append(remark("paper.said_names"))
    if is_phoneless:
        told.append(remark("paper.said_no_phone"))
    if vacant:
        told.append(remark("paper.said_vacant", count=len(vacant)))
    if without_ground:
        told.append(remark("paper.said_no_ground", count=len(without_ground)))
    if signs := pen.lacking():
        told.append(remark("paper.said_lacking", signs=signs))
    return MadePaper(pdf, pages, tuple(told))
