"""What is written into a PDF file: operators in hundredths of a millimetre, faces, drawings.

The library keeps objects, fonts and pages; lines and texts are written as operators of PDF
directly, which takes a fraction of the time of its own drawing functions. A map has a hundred
thousand lines: all of a colour are written at once.
"""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from threading import Lock
from typing import IO

import numpy as np
import shapely
from reportlab import rl_config
from reportlab.pdfbase.pdfdoc import (
    PDFResourceDictionary,
    PDFStream,
    PDFStreamFilterZCompress,
)
from reportlab.pdfgen.canvas import Canvas

from gridmap.maps.pdf.fonts import Face
from gridmap.maps.pdf.sheets import Box

__all__ = ["POINTS_A_MM", "UNIT", "Paper", "filled", "rectangle", "stroked", "units"]

POINTS_A_MM = 72 / 25.4
UNIT = 100  # a mm in the file: whole numbers of hundredths are short, and exact enough
LEVEL = 4  # of packing, from 1 for quick to 9 for small
TOGETHER = 500  # lines that one path has at most: old printers hold no long ones
_LINE, _RING, _POLYGON = 1, 2, 3  # type numbers of the geometry library
_FINISHING = Lock()  # faces that files share are read at a place that they keep themselves
rl_config.useA85 = 0  # the library would write every stream as text, a quarter longer


class _Packing(PDFStreamFilterZCompress):
    """Packs a map: a quarter of the time for a fortieth more than the library's way."""

    def encode(self, text: bytes) -> bytes:
        return zlib.compress(text, LEVEL)


class Paper(Canvas):
    """Sheets of one size on which operators are written, from their upper left corner.

    Parameters
    ----------
    file
        Where the file is written to.
    page_mm
        Width and height of the sheets.
    language
        Language of the texts.
    faces
        Faces of the texts.
    """

    def __init__(
        self, file: IO[bytes], page_mm: tuple[float, float], language: str, faces: Iterable[Face]
    ) -> None:
        size = (page_mm[0] * POINTS_A_MM, page_mm[1] * POINTS_A_MM)
        super().__init__(file, pagesize=size, pageCompression=1, invariant=1, lang=language)
        self._doc.delayedFonts += list(dict.fromkeys(faces))

    def _make_preamble(self) -> None:
        # The library would set a font here that is not embedded.
        step = POINTS_A_MM / UNIT
        self._preamble = f"{step:.8f} 0 0 {-step:.8f} 0 {self._pagesize[1]:.4f} cm"

    def describe(self, title: str, made: date) -> None:
        """Say what the file is."""
        self.setTitle(title)
        self.setAuthor("")
        self.setSubject("")
        self.setCreator("gridmap")
        self.setProducer("gridmap")
        self.setDateFormatter(lambda *_: f"D:{made:%Y%m%d}000000Z")

    def write(self, operators: str) -> None:
        """Write operators, in units of `UNIT` a mm."""
        self._code.append(operators)

    @contextmanager
    def kept(self, *, fill: float = 1.0, stroke: float = 1.0) -> Iterator[None]:
        """Keep the state of drawing for what follows; with opacity of areas and lines."""
        self.saveState()
        if fill != 1.0:
            self.setFillAlpha(fill)
        if stroke != 1.0:
            self.setStrokeAlpha(stroke)
        yield
        self.restoreState()

    @contextmanager
    def drawing(self, name: str, box: Sequence[int]) -> Iterator[None]:
        """Keep what is drawn under a name, to be placed with `doForm`."""
        self.beginForm(name, *box)
        yield
        drawn = "\n".join(self._code)
        self._code.clear()
        place, self._preamble = self._preamble, ""  # the sheet has it already
        self.endForm()
        self._preamble = place
        form = self._doc.idToObject[self._doc.getXObjectName(name)]
        form.Contents = PDFStream(content=drawn.encode("ascii"), filters=[_Packing()])
        form.compression = 0  # the library's own
        # The library forgets opacities of drawings among what they use.
        form.Resources = PDFResourceDictionary(
            ExtGState=form.ExtGState or {}, XObject=form.XObjects or {}
        )
        form.Resources.basicFonts()
        form.Resources.allProcs()

    def finish(self) -> None:
        """Write the file."""
        with _FINISHING:
            self.save()


def units(mm: float) -> int:
    """Give a length in the unit of the file."""
    return round(mm * UNIT)


def rectangle(box: Box) -> str:
    """Write a rectangle as a path."""
    left, low, right, high = (units(side) for side in (box.left, box.low, box.right, box.high))
    return f"{left} {low} {right - left} {high - low} re"


def filled(shapes: Iterable[shapely.Geometry]) -> str:
    """Write polygons, each filled by itself."""
    parts = _parts(shapes)
    parts = parts[shapely.get_type_id(parts) == _POLYGON]
    rings, polygon = shapely.get_rings(parts, return_index=True)
    if not len(rings):
        return ""
    points, formats = _paths(rings)
    last = np.append(polygon[1:] != polygon[:-1], True).tolist()
    ends = [f"{form} f*" if end else form for form, end in zip(formats, last, strict=True)]
    return "\n".join(ends) % points


def stroked(shapes: Iterable[shapely.Geometry]) -> str:
    """Write lines and the outlines of polygons, to be drawn with one stroke."""
    parts = _parts(shapes)
    kinds = shapely.get_type_id(parts)
    rings = shapely.get_rings(parts[kinds == _POLYGON])
    lines = np.concatenate([parts[(kinds == _LINE) | (kinds == _RING)], rings])
    lines = lines[~shapely.is_empty(lines)]
    if not len(lines):
        return ""
    points, formats = _paths(lines)
    starts = range(0, len(formats), TOGETHER)
    return "\n".join(" ".join(formats[at : at + TOGETHER]) + " S" for at in starts) % points


def _parts(shapes: Iterable[shapely.Geometry]) -> np.ndarray:
    given = shapes if isinstance(shapes, np.ndarray) else np.array(list(shapes), dtype=object)
    return shapely.get_parts(given[~(shapely.is_empty(given) | shapely.is_missing(given))])


def _paths(lines: np.ndarray) -> tuple[tuple[int, ...], list[str]]:
    """Give the points of lines, and a form for each line that takes its points.

    Points that fall together on paper are written once; a closed line is closed by its end.
    """
    xy, line = shapely.get_coordinates(lines, return_index=True)
    at = np.rint(xy * UNIT).astype(int)
    first = np.append(True, line[1:] != line[:-1])
    last = np.append(first[1:], True)
    closed = shapely.is_closed(lines)
    moved = np.append(True, (at[1:] != at[:-1]).any(axis=1))
    kept = first | (moved & ~(last & closed[line])) | (last & ~closed[line])
    counts = np.bincount(line[kept], minlength=len(lines)).tolist()
    forms = [_form(count, end) for count, end in zip(counts, closed.tolist(), strict=True)]
    return tuple(at[kept].ravel().tolist()), forms


@lru_cache(maxsize=4_000)
def _form(count: int, closed: bool) -> str:
    return "%d %d m" + " %d %d l" * (count - 1) + (" h" if closed else "")
