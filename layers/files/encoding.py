"""Which encoding a file's texts are in: found by rule, with the reason, not by luck.

A shapefile says it in a .cpg file or in a byte of its table, or not at all: then GDAL reads Chinese
as Latin letters and reports nothing. The bytes themselves decide here.
"""

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from layers.contract.errors import Named
from layers.contract.issues import Issue
from layers.files.sidecar_files import sidecar_files

__all__ = [
    "DECLARED",
    "Encoding",
    "drawing_encoding",
    "in_gb18030",
    "shapefile_encoding",
    "text_encoding",
    "texts_encoding",
    "unsure",
]

# Language byte of a dbf: 0 says nothing, 0x57 "ANSI", which Chinese Windows means as GBK.
_SILENT_LANGUAGE = (0x00, 0x57)
# The same of other programs, and the names that .cpg files give.
_LANGUAGES = {
    **dict.fromkeys((0x4D, 0x7A), "gb18030"),
    **dict.fromkeys((0x4F, 0x78), "big5hkscs"),
    # Western pages are written without looking; Chinese in them is really GBK or UTF-8.
    **dict.fromkeys((0x01, 0x02, 0x03, 0x1B, 0x37, 0x58, 0x59), "western"),
}
_WORDS = {
    **dict.fromkeys(("UTF8", "65001"), "utf-8"),
    **dict.fromkeys(("936", "GBK", "GB2312", "GB18030", "EUCCN", "54936"), "gb18030"),
    **dict.fromkeys(("950", "BIG5", "BIG5HKSCS"), "big5hkscs"),
    **dict.fromkeys(
        ("ISO88591", "88591", "LATIN1", "1252", "437", "850", "OEM", "ASCII", "SYSTEM", "", "0"),
        "western",
    ),
}
# What the readers call them; others they find by themselves.
_READER_NAMES = {"utf-8": "UTF-8", "gb18030": "GB18030", "big5hkscs": "Big5"}
_HAN = re.compile(r"[\u3400-\u9fff]")
_MARKS = re.compile(r"[\u3000-\u303f\uff00-\uffef\u2000-\u2bff]")
# Of Chinese text at least this share is everyday characters.
_ENOUGH = 0.6
_SAMPLE = 4_000_000  # bytes: enough text to tell an encoding, and quickly read


@dataclass(frozen=True)
class Encoding:
    """An encoding and how it is known; `name` is None when the file itself says it rightly."""

    name: str | None
    why: Named
    sure: bool = True
    mixed: bool = False  # some texts are UTF-8 all the same: see `in_gb18030`


DECLARED = Named("it is declared", "已声明")


def unsure(file: str, encoding: Encoding) -> Issue:
    """Say which encoding the texts of a file are read in, when its bytes do not prove it."""
    return Issue(
        "READ-9",
        "warning",
        f"{file!r}: its texts are read as {encoding.name}, because {encoding.why}. If they come "
        'out garbled, declare encoding = "…" for it in rules.toml.',
        f"“{file}”：文字按 {encoding.name} 读取（{encoding.why.zh}）。"
        "如出现乱码，请在 rules.toml 中声明 encoding。",
        code=file,
    )


def text_encoding(path: Path) -> Encoding:
    """Find the encoding of a text file: by the mark at its start, else by its bytes."""
    raw = path.read_bytes()
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return Encoding(
            "utf-16", Named("the file begins with the mark of UTF-16", "文件以 UTF-16 标记开头")
        )
    silent = _utf16_without_mark(raw[:2000])
    if silent:
        return Encoding(silent, Named("every other byte is zero", "每隔一个字节为零"), sure=False)
    found = _of_bytes({raw}, lines=set(raw.splitlines()))
    return Encoding("utf-8-sig", found.why) if found.name in (None, "UTF-8") else found


def drawing_encoding(path: Path) -> Encoding:
    """Find the encoding of a DXF: the code page in its head is often that of another computer."""
    raw = path.read_bytes()
    if raw.startswith(b"AutoCAD Binary DXF"):
        return Encoding(None, Named("binary DXF files say it themselves", "二进制 DXF 自带编码"))
    return texts_encoding(raw)


def texts_encoding(raw: bytes) -> Encoding:
    """Find the encoding of lines of text by their bytes alone."""
    return _of_bytes(set(raw.splitlines()))


def _utf16_without_mark(start: bytes) -> str:
    """Tell UTF-16 by the signs between its cells, whose upper byte is zero; "" when it is not."""
    start = start[: len(start) // 2 * 2]
    for name, upper in (("utf-16-le", 1), ("utf-16-be", 0)):
        # In pairs from the start: what ends one sign and begins the next is none.
        pairs = {start[at : at + 2] for at in range(0, len(start), 2)}
        signs = {bytes((0, sign) if upper == 0 else (sign, 0)) for sign in b",\t;|\n"}
        if pairs & signs and start.count(b"\0") >= 4:
            try:
                codecs.getincrementaldecoder(name)().decode(start, final=False)
            except UnicodeDecodeError:
                continue
            if "\0" not in start.decode(name, "ignore"):
                return name
    return ""


def _of_bytes(texts: set[bytes], *, lines: set[bytes] | None = None) -> Encoding:
    """Judge by the bytes alone: UTF-8 proves itself, the others by how common their letters are.

    `lines` are the pieces that may each have an encoding of their own, when not the texts.
    """
    if all(text.isascii() for text in texts):
        return Encoding(None, Named("all texts are ASCII", "文字均为 ASCII"))
    chinese = _decodes(texts, "gb18030")
    if _decodes(texts, "utf-8") and not (chinese and _only_by_chance(texts)):
        return Encoding("UTF-8", Named("the bytes are UTF-8", "字节符合 UTF-8"))
    both = _both(texts if lines is None else lines)
    if both is not None:
        return both
    if chinese and _common(texts, "gb18030", "gb2312", 0xD7) >= _ENOUGH:
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
    """Find the encoding of a shapefile's texts: what it says, if the texts agree, else the bytes.

    Parameters
    ----------
    path
        The .shp or .dbf file.
    """
    side = sidecar_files(path)
    if ".dbf" not in side:
        return Encoding(None, Named("no .dbf file, so no texts", "没有 .dbf 文件，无文字"))
    language, texts = _dbf_texts(side[".dbf"])
    said = ""
    if ".cpg" in side:
        said = side[".cpg"].read_bytes()[:40].decode("ascii", "replace").strip().upper()
    if said:
        shown = "".join(sign if sign.isprintable() else "?" for sign in said)
        why = Named(f"the .cpg file says {shown}", f".cpg 文件注明 {shown}")
        return _checked(texts, _codec(said), why)
    if language in _SILENT_LANGUAGE:
        return _of_bytes(texts)
    why = Named(
        f"byte 29 of the .dbf file says code page {language:#04x}",
        f".dbf 文件第 29 字节注明代码页 {language:#04x}",
    )
    return _checked(texts, _LANGUAGES.get(language, "other"), why)


def _checked(texts: set[bytes], codec: str, why: Named) -> Encoding:
    """Hold what a file says about its encoding against its texts."""
    if all(text.isascii() for text in texts):
        return Encoding(_READER_NAMES.get(codec), why)
    found = _of_bytes(texts)
    if found.mixed:
        return found
    agrees = codec == "other" or (codec not in ("", "western") and _decodes(texts, codec))
    if found.name == "UTF-8":
        agrees = codec == "utf-8"
    elif codec in ("gb18030", "big5hkscs") and found.name in ("GB18030", "Big5"):
        agrees = agrees and found.name == _READER_NAMES[codec]
    if agrees or (codec == "western" and found.name == "ISO-8859-1"):
        return Encoding(_READER_NAMES.get(codec), why)
    text = Named(f"{why}, but {found.why}", f"{why.zh}，但{found.why.zh}")
    return Encoding(found.name, text, sure=False)


def _codec(said: str) -> str:
    """Give Python's name of an encoding; "western" for careless words, "" for unknown ones."""
    word = said.replace("-", "").replace("_", "").replace(" ", "")
    word = word.removeprefix("WINDOWS").removeprefix("ANSI").removeprefix("CP")
    if word in _WORDS:
        return _WORDS[word]
    for name in (said, word, f"cp{word}"):
        try:
            # What GDAL reads by this name is right as it is.
            return "other" if codecs.lookup(name) else ""
        except (LookupError, ValueError):
            continue
    return ""


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


def _both(texts: set[bytes]) -> Encoding | None:
    """Tell texts of which some are UTF-8 and some GBK: rows put together from two programs."""
    proved = sum(map(_is_surely_utf8, texts))
    others = [text for text in texts if not _decodes({text}, "utf-8")]
    chinese = {text for text in others if _decodes({text}, "gb18030")}
    if not proved or 2 * len(chinese) <= len(others):
        return None
    if _common(chinese, "gb18030", "gb2312", 0xD7) < _ENOUGH:
        return None
    why = Named(
        f"{len(chinese):,} of its texts are GBK and {proved:,} are UTF-8, each was read as what "
        "it is",
        f"其中 {len(chinese):,} 处文字为 GBK，{proved:,} 处为 UTF-8，已分别识别",
    )
    return Encoding("GB18030", why, sure=False, mixed=True)


def _is_surely_utf8(text: bytes) -> bool:
    """Tell whether a text is Chinese in UTF-8, and in GBK none that anybody writes."""
    if text.isascii() or not _decodes({text}, "utf-8"):
        return False
    letters = [one for one in text.decode("utf-8", "ignore") if not one.isascii()]
    if 2 * sum(1 for one in letters if _HAN.match(one)) < len(letters):
        return False
    return not _decodes({text}, "gb18030") or _common({text}, "gb18030", "gb2312", 0xD7) < _ENOUGH


def in_gb18030(text: bytes) -> bytes:
    """Write a text that is UTF-8 in GB18030, which takes no more bytes; others stay as they are."""
    if not _is_surely_utf8(text):
        return text
    return text.decode("utf-8", "ignore").removeprefix("\ufeff").encode("gb18030")


def _only_by_chance(texts: set[bytes]) -> bool:
    """Tell whether texts that are UTF-8 make sense as Chinese in GBK alone: a word or two can."""
    letters = "".join(text.decode("utf-8", "ignore") for text in texts if not text.isascii())
    strange = not any(_HAN.match(letter) or _MARKS.match(letter) for letter in letters)
    return strange and len(letters) < 20 and _common(texts, "gb18030", "gb2312", 0xD7) == 1.0


def _common(texts: set[bytes], encoding: str, national: str, last: int) -> float:
    """Give the share of what is not ASCII that becomes everyday Chinese in an encoding.

    The national sets begin with the everyday characters, in blocks that end at a lead byte.
    """
    words = [text.decode(encoding, "ignore") for text in texts if not text.isascii()]
    letters = [letter for word in words for letter in word if not letter.isascii()]
    letters = [letter for letter in letters if not _MARKS.match(letter)]
    codes = [letter.encode(national, "ignore") for letter in letters if _HAN.match(letter)]
    return sum(1 for code in codes if code and code[0] <= last) / max(1, len(letters))
