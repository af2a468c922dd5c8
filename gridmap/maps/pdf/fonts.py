"""The font that is put into the file: one that comes with the program, or one that somebody names.

Noto Sans SC has every Chinese character of GBK, rare ones of names and places among them, so that a
sheet looks the same whatever machine it is made on. The signs that are printed, and no others, are
embedded, so that the text can be searched.

The library would split a face into parts of 256 signs, so that a name is several pieces of text for
whoever selects or searches it, and it cannot say what signs above U+FFFF are, as some names have.
"""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTCollection, TTLibError
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFStream, PDFZCompress
from reportlab.pdfbase.ttfonts import TTFError, TTFontFace

from layers.contract.errors import LayerFileError

__all__ = ["Face", "Font", "faces_of", "find_font", "lacking", "loaded", "open_font"]

_FOLDER = Path(__file__).parent / "font"
_PROBE = "镇网格"  # a font that lacks these is none for Chinese
_SIMPLIFIED = ("SC", "CN")  # faces of a collection that draw signs as the mainland does

EM = 1000  # of the widths in a file
_BLOCK = 100  # most signs that one part of a table may name
_TAG = "GRIDMP"  # six letters before the name of a font that is not in the file whole
_HEAD = """/CIDInit /ProcSet findresource begin
12 dict begin begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def /CMapType 2 def
1 begincodespacerange <0000> <FFFF> endcodespacerange
"""
_TAIL = "endcmap CMapName currentdict /CMap defineresource pop end end"


@dataclass(frozen=True)
class Font:
    """A font: its files, and the place of the face in each where a file holds several."""

    regular: Path
    bold: Path
    regular_face: int = 0
    bold_face: int = 0


def find_font() -> Font:
    """Give the font that comes with the program."""
    return Font(_FOLDER / "NotoSansSC-Regular.ttf", _FOLDER / "NotoSansSC-Bold.ttf")


def open_font(path: Path) -> Font:
    """Take a font file that somebody named.

    Raises
    ------
    LayerFileError
        When it cannot be read, is no TrueType font, or has no Chinese signs.
    """
    try:
        place = _face(path)
        face = loaded(path, place)
    except (OSError, TTLibError, TTFError, struct.error) as error:
        raise LayerFileError(
            f"The font {str(path)!r} cannot be put into a PDF: {error}. Name a TTF or TTC file "
            "with TrueType outlines, or leave --font out: the program brings a Chinese font along.",
            f"字体文件“{path}”不能写入 PDF：{error}。请指定 TrueType 轮廓的 TTF 或 TTC 文件，"
            "或不加 --font：程序自带中文字体。",
        ) from error
    if all(ord(sign) in face.charToGlyph for sign in _PROBE):
        return Font(path, path, place, place)
    raise LayerFileError(
        f"The font {str(path)!r} has no Chinese signs ({_PROBE}). Name another.",
        f"字体“{path}”中没有汉字（{_PROBE}），请另选一种。",
    )


@lru_cache(maxsize=4)
def loaded(path: Path, place: int = 0) -> TTFontFace:
    """Read a face of a font file, once for all files that are written with it."""
    return TTFontFace(str(path), subfontIndex=place)


def lacking(font: Font, text: Iterable[str]) -> str:
    """Give the signs of a text that the regular face does not have, sorted."""
    known = loaded(font.regular, font.regular_face).charToGlyph
    return "".join(sorted({sign for sign in text if sign.isprintable() and ord(sign) not in known}))


def _face(path: Path) -> int:
    """Place of the face for simplified Chinese in a collection; 0 for a file of one face."""
    if path.suffix.lower() != ".ttc":
        return 0
    with TTCollection(path, lazy=True) as faces:
        names = [str(face["name"].getDebugName(1) or "") for face in faces]
    simplified = [place for place, name in enumerate(names) if name.split()[-1:] and
                  name.split()[-1] in _SIMPLIFIED]  # fmt: skip
    return simplified[0] if simplified else 0


def faces_of(font: Font) -> tuple["Face", "Face"]:
    """Give the regular and the bold face of a font for one file."""
    regular = Face("GR", loaded(font.regular, font.regular_face))
    if (font.regular, font.regular_face) == (font.bold, font.bold_face):
        return regular, regular
    return regular, Face("GB", loaded(font.bold, font.bold_face))


class Face:
    """A face in one file.

    Parameters
    ----------
    name
        Its name in operators.
    face
        The face, which several files may share.
    """

    def __init__(self, name: str, face: TTFontFace) -> None:
        self.name = name
        self._face = face
        self._codes: dict[str, int] = {}

    def width(self, text: str, size: float) -> float:
        """Width of a text for letters of a size."""
        widths, other = self._face.charWidths, self._face.defaultWidth
        return float(sum(widths.get(ord(sign), other) for sign in text) * size / EM)

    def codes(self, text: str) -> str:
        """Give the codes of a text in the file, in hexadecimals."""
        codes = self._codes
        return "".join(f"{codes.setdefault(sign, len(codes) + 1):04x}" for sign in text)

    def addObjects(self, document: Any) -> None:
        """Put the signs that were written into the file; the library calls it at the end."""
        if not self._codes:
            return
        signs = [ord(sign) for sign in self._codes]  # in the order of their codes
        title = f"{_TAG}+{self._face.name.decode()}{self.name}"
        inner = PDFDictionary({
            "Type": PDFName("Font"),
            "Subtype": PDFName("CIDFontType2"),
            "BaseFont": PDFName(title),
            "CIDSystemInfo": PDFDictionary({
                "Registry": "(Adobe)", "Ordering": "(Identity)", "Supplement": 0,
            }),
            "FontDescriptor": self._face.addSubsetObjects(document, title, signs),
            "DW": EM,
            "W": PDFArray([1, PDFArray([round(self._face.getCharWidth(each)) for each in signs])]),
            "CIDToGIDMap": document.Reference(_packed(self._glyphs(signs)), f"glyphs:{title}"),
        })  # fmt: skip
        outer = PDFDictionary({
            "Type": PDFName("Font"),
            "Subtype": PDFName("Type0"),
            "BaseFont": PDFName(title),
            "Encoding": PDFName("Identity-H"),
            "DescendantFonts": PDFArray([document.Reference(inner, f"inner:{title}")]),
            "ToUnicode": document.Reference(_packed(self._table().encode()), f"signs:{title}"),
        })  # fmt: skip
        fonts = document.idToObject["BasicFonts"].dict
        fonts[self.name] = document.Reference(outer, f"outer:{title}")

    def _glyphs(self, signs: list[int]) -> bytes:
        """Give the glyph of every code: the library numbers them as they come, each once."""
        numbers = {0: 0}
        known = self._face.charToGlyph
        glyphs = [numbers.setdefault(known.get(sign, 0), len(numbers)) for sign in signs]
        return b"".join(glyph.to_bytes(2, "big") for glyph in (0, *glyphs))

    def _table(self) -> str:
        """Say which sign every code is, for whoever reads or searches the text."""
        return _HEAD + "".join(self._blocks()) + _TAIL

    def _blocks(self) -> Iterator[str]:
        rows = [
            f"<{code:04X}> <{sign.encode('utf-16-be', 'replace').hex().upper()}>"
            for sign, code in self._codes.items()
        ]
        for start in range(0, len(rows), _BLOCK):
            block = rows[start : start + _BLOCK]
            yield f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar\n"


def _packed(content: bytes) -> PDFStream:
    return PDFStream(content=content, filters=[PDFZCompress])
