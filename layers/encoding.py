"""Which encoding a file's texts are in: found by rule, with the reason, not by luck.

A shapefile says it in a .cpg file or in a byte of its table, or not at all: then GDAL reads Chinese
as Latin letters and reports nothing. The bytes themselves decide here.
"""

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from layers.errors import Named

__all__ = ["DECLARED", "Encoding", "escaped", "shapefile_encoding", "text_encoding"]

# Language byte of a dbf: 0 says nothing, 0x57 "ANSI", which Chinese Windows means as GBK.
_SILENT_LANGUAGE = (0x00, 0x57)
# Code pages that programs write without looking; Chinese in them is really GBK or UTF-8.
_CARELESS = ("ISO-8859-1", "ISO8859-1", "8859-1", "88591", "LATIN1", "1252", "CP1252", "ANSI 1252")
_HAN = re.compile(r"[\u3400-\u9fff]")
_MARKS = re.compile(r"[\u3000-\u303f\uff00-\uffef\u2000-\u2bff]")
# Of Chinese text at least this share is everyday characters.
_ENOUGH = 0.6
_SAMPLE = 4_000_000


@dataclass(frozen=True)
class Encoding:
    """An encoding and how it is known; `name` is None when the file itself says it rightly."""

    name: str | None
    why: Named
    sure: bool = True


DECLARED = Named("it is declared", "已声明")


def text_encoding(path: Path) -> Encoding:
    """Find the encoding of a text file: by the mark at its start, else by its bytes."""
    raw = path.read_bytes()
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return Encoding(
            "utf-16", Named("the file begins with the mark of UTF-16", "文件以 UTF-16 标记开头")
        )
    found = _of_bytes({raw})
    return Encoding("utf-8-sig", found.why) if found.name in (None, "UTF-8") else found


def _of_bytes(texts: set[bytes]) -> Encoding:
    """Judge by the bytes alone: UTF-8 proves itself, the others by how common their letters are."""
    if all(text.isascii() for text in texts):
        return Encoding(None, Named("all texts are ASCII", "文字均为 ASCII"))
    if _decodes(texts, "utf-8"):
        return Encoding("UTF-8", Named("the bytes are UTF-8", "字节符合 UTF-8"))
    if _decodes(texts, "gb18030") and _common(texts, "gb18030", "gb2312", 0xD7) >= _ENOUGH:
        return Encoding("GB18030", Named("the bytes are Chinese GBK", "字节为中文 GBK"))
    if _decodes(texts, "big5hkscs") and _common(texts, "big5hkscs", "big5", 0xC6) >= _ENOUGH:
        return Encoding(
            "Big5",
            Named("the bytes seem to be traditional Chinese in Big5", "字节疑为繁体中文 Big5"),
            sure=False,
        )
    return Encoding(
        "ISO-8859-1",
        Named("the bytes are neither UTF-8 nor Chinese", "字节既非 UTF-8 也非中文编码"),
        sure=False,
    )


def shapefile_encoding(path: Path) -> Encoding:
    """Find the encoding of a shapefile's texts.

    Parameters
    ----------
    path
        The .shp or .dbf file.
    """
    side = {file.suffix.lower(): file for file in path.parent.glob(f"{escaped(path.stem)}.*")}
    if ".dbf" not in side:
        return Encoding(None, Named("no .dbf file, so no texts", "没有 .dbf 文件，无文字"))
    language, texts = _dbf_texts(side[".dbf"])
    said = ""
    if ".cpg" in side:
        said = side[".cpg"].read_bytes()[:40].decode("ascii", "replace").strip().upper()
    if said and said not in _CARELESS:
        if said.replace("-", "") in ("UTF8", "65001") and not _decodes(texts, "utf-8"):
            why = Named(
                f"the .cpg file says {said}, but the texts are not",
                f".cpg 文件称 {said}，但文字不是",
            )
            return Encoding("GB18030", why, False)
        return Encoding(None, _said(said))
    if not said and language not in _SILENT_LANGUAGE:
        return Encoding(
            None,
            Named(
                f"byte 29 of the .dbf file says code page {language:#04x}",
                f".dbf 文件第 29 字节注明代码页 {language:#04x}",
            ),
        )
    found = _of_bytes(texts)
    if said and found.name in ("ISO-8859-1", None):
        return Encoding(None, _said(said))
    if said:
        why = Named(f"{_said(said)}, but {found.why}", f"{_said(said).zh}，但{found.why.zh}")
        return Encoding(found.name, why, sure=False)
    return found


def _said(said: str) -> Named:
    return Named(f"the .cpg file says {said}", f".cpg 文件注明 {said}")


def escaped(stem: str) -> str:
    """Escape a file name for `Path.glob`."""
    return "".join(f"[{letter}]" if letter in "[]*?" else letter for letter in stem)


def _dbf_texts(path: Path) -> tuple[int, set[bytes]]:
    """Give the language byte of a table, its field names and the values of its text fields."""
    with path.open("rb") as file:
        raw = file.read(_SAMPLE)
    if len(raw) < 32:
        return 0, set()
    start, size = int.from_bytes(raw[8:10], "little"), int.from_bytes(raw[10:12], "little")
    texts, spans, offset = set(), [], 1
    for at in range(32, min(start, len(raw)) - 31, 32):
        field = raw[at : at + 32]
        if field[0] == 0x0D:
            break
        texts.add(field[:11].split(b"\0")[0])
        if field[11:12] == b"C":
            spans.append((offset, offset + field[16]))
        offset += field[16]
    if size:
        for at in range(start, len(raw) - size + 1, size):
            record = raw[at : at + size]
            texts.update(record[left:right].rstrip(b" \0") for left, right in spans)
    return raw[29], texts


def _decodes(texts: set[bytes], encoding: str) -> bool:
    """Tell whether all texts are in an encoding; a last character may be cut off."""
    decoder = codecs.getincrementaldecoder(encoding)
    try:
        for text in texts:
            decoder().decode(text, final=False)
    except UnicodeDecodeError:
        return False
    return True


def _common(texts: set[bytes], encoding: str, national: str, last: int) -> float:
    """Give the share of what is not ASCII that becomes everyday Chinese in an encoding.

    The national sets begin with the everyday characters, in blocks that end at a lead byte.
    """
    words = [text.decode(encoding, "ignore") for text in texts if not text.isascii()]
    letters = [letter for word in words for letter in word if not letter.isascii()]
    letters = [letter for letter in letters if not _MARKS.match(letter)]
    codes = [letter.encode(national, "ignore") for letter in letters if _HAN.match(letter)]
    return sum(1 for code in codes if code and code[0] <= last) / max(1, len(letters))
