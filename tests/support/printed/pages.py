"""Files for paper read back: texts in order, what lies where, links, the outline, and pictures."""

import ctypes
from dataclasses import dataclass

import numpy as np
import pypdfium2
import pypdfium2.raw as raw
import shapely
import zxingcpp
from PIL import Image
from project import ROOT

__all__ = ["Printed", "assert_like_golden", "overlapping"]

POINTS_A_MM = 72 / 25.4
GOLDEN = ROOT / "tests/data/printed"
DPI = 100
SQUARE = 8  # pixels: edges of letters differ a little from one renderer to the next
FARTHEST = 48  # of 255, that the mean of such a square may differ by


@dataclass(frozen=True)
class Piece:
    """A text of a page with its box in mm, from the upper left corner."""

    text: str
    box: shapely.Polygon


class Printed:
    """A PDF file.

    Parameters
    ----------
    pdf
        The file.
    """

    def __init__(self, pdf):
        self.document = pypdfium2.PdfDocument(pdf)

    def __len__(self):
        return len(self.document)

    def text(self, page=0):
        """All text of a page, in the order in which it stands in the file."""
        return self.document[page].get_textpage().get_text_range().replace("\r\n", "\n")

    def size_mm(self, page=0):
        """Width and height of a page."""
        return tuple(round(side / POINTS_A_MM, 1) for side in self.document[page].get_size())

    def pieces(self, page=0):
        """Texts with their boxes, without the light edges that lie under some of them."""
        shown, found = self.document[page], []
        texts, edge = shown.get_textpage(), ""
        for one, sides in _placed(shown):
            if one.type != raw.FPDF_PAGEOBJ_TEXT:
                continue
            size = raw.FPDFTextObj_GetText(one, texts, None, 0)
            buffer = (ctypes.c_ushort * (size // 2))()
            raw.FPDFTextObj_GetText(one, texts, buffer, size)
            told = bytes(buffer).decode("utf-16-le").rstrip("\0 ")
            if raw.FPDFTextObj_GetTextRenderMode(one) == raw.FPDF_TEXTRENDERMODE_STROKE:
                edge = told  # where a text has a light edge, it is told there alone
                continue
            found.append(Piece(told or edge, _on_page(sides, shown.get_height())))
        return found

    def filled(self, page=0):
        """Filled shapes: their boxes in mm."""
        shown, found = self.document[page], []
        for one, sides in _placed(shown):
            mode, stroked = ctypes.c_int(), ctypes.c_int()
            if one.type != raw.FPDF_PAGEOBJ_PATH:
                continue
            raw.FPDFPath_GetDrawMode(one, mode, stroked)
            if mode.value:
                found.append(_on_page(sides, shown.get_height()))
        return found

    def drawn(self, page=0):
        """Give the boxes of all shapes, filled or not."""
        shown = self.document[page]
        return [
            _on_page(sides, shown.get_height())
            for one, sides in _placed(shown)
            if one.type == raw.FPDF_PAGEOBJ_PATH
        ]

    def codes(self, page=0, dpi=DPI):
        """What a reader of QR codes finds in the picture of a page."""
        return [one.text for one in zxingcpp.read_barcodes(self.picture(page, dpi))]

    def links(self, page=0):
        """Boxes of links in mm, with the number of the page that each leads to, from 0."""
        shown, found = self.document[page], []
        place, link = ctypes.c_int(0), raw.FPDF_LINK()
        while raw.FPDFLink_Enumerate(shown, place, link):
            box = raw.FS_RECTF()
            raw.FPDFLink_GetAnnotRect(link, box)
            target = raw.FPDFLink_GetDest(self.document, link)
            sides = (box.left, box.bottom, box.right, box.top)
            number = raw.FPDFDest_GetDestPageIndex(self.document, target)
            found.append((_on_page(sides, shown.get_height()), number))
        return found

    def outline(self):
        """Entries of the outline: how deep, title, and number of the page, from 0."""
        return [
            (one.level, one.get_title(), one.get_dest().get_index())
            for one in self.document.get_toc()
        ]

    def picture(self, page=0, dpi=DPI):
        """Give a page as a picture."""
        return self.document[page].render(scale=dpi / 72).to_pil().convert("RGB")


def _placed(shown):
    """Objects of a page and of the drawings on it, with their sides in points of the page."""
    for one in shown.get_objects(max_depth=1):
        if one.type != raw.FPDF_PAGEOBJ_FORM:
            yield one, one.get_bounds()
            continue
        a, b, c, d, e, f = one.get_matrix().get()
        for inner in shown.get_objects(max_depth=3, form=one.raw):
            sides = inner.get_bounds()
            corners = [(x, y) for x in sides[::2] for y in sides[1::2]]
            points = [(a * x + c * y + e, b * x + d * y + f) for x, y in corners]
            yield inner, shapely.MultiPoint(points).bounds


def _on_page(sides, height):
    left, low, right, high = (side / POINTS_A_MM for side in sides)
    top = height / POINTS_A_MM
    return shapely.box(left, top - high, right, top - low)


def overlapping(pieces, least=0.15):
    """Pairs of texts that lie over each other by more than a share of the smaller one."""
    # Texts with a light edge stand in the marks round them, and are read as none here.
    shown = [piece for piece in pieces if not piece.text.isspace()]
    boxes = np.array([piece.box for piece in shown], dtype=object)
    told = [piece.text for piece in shown]
    one, two = shapely.STRtree(boxes).query(boxes, predicate="intersects")
    pairs = [(a, b) for a, b in zip(one, two, strict=True) if a < b]
    return [
        (told[a], told[b])
        for a, b in pairs
        if boxes[a].intersection(boxes[b]).area > least * min(boxes[a].area, boxes[b].area)
    ]


def assert_like_golden(picture, name):
    """Compare a picture of a page at 100 dpi with the one that is kept, square by square.

    Parameters
    ----------
    picture
        The picture; `Printed.picture` makes it.
    name
        Of the picture in tests/data/printed. Where there is none it is written, and the test
        fails: look at it, then keep it.
    """
    path = GOLDEN / f"{name}.png"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        picture.quantize(256).save(path, optimize=True)
        raise AssertionError(f"{path} did not exist: look at the new picture and keep it")
    kept = Image.open(path).convert("RGB")
    assert picture.size == kept.size
    small = (picture.width // SQUARE, picture.height // SQUARE)
    means = [
        np.asarray(one.resize(small, Image.Resampling.BOX), dtype=float) for one in (picture, kept)
    ]
    far = np.abs(means[0] - means[1]).max(axis=2)
    down, right = np.unravel_index(int(far.argmax()), far.shape)
    assert far.max() <= FARTHEST, (
        f"{name} differs by {far.max():.0f} at {int(right) * SQUARE}, {int(down) * SQUARE} px"
    )
