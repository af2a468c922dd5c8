"""What is written into a PDF file: operators in hundredths of a millimetre, faces, drawings.

The library keeps objects, fonts and pages; lines and texts are written as operators of PDF
directly, which takes a fraction of the time of its own drawing functions.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from threading import Lock
from typing import IO

from reportlab import rl_config
from reportlab.pdfbase.pdfdoc import PDFResourceDictionary
from reportlab.pdfgen.canvas import Canvas

from gridmap.maps.pdf.fonts import Face

__all__ = ["POINTS_A_MM", "UNIT", "Paper"]

POINTS_A_MM = 72 / 25.4
UNIT = 100  # a mm in the file: whole numbers of hundredths are short, and exact enough
_FINISHING = Lock()  # faces that files share are read at a place that they keep themselves
rl_config.useA85 = 0  # the library would write every stream as text, a quarter longer


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
        place, self._preamble = self._preamble, ""  # the sheet has it already
        self.endForm()
        self._preamble = place
        form = self._doc.idToObject[self._doc.getXObjectName(name)]
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
