"""A Word template that somebody hands over, opened with suspicion: a document and nothing more.

Refused: archives out of proportion, macros, embedded files, whatever is fetched from elsewhere when
the document is opened, and declarations that could expand.
"""

import io
import re
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from layers.contract.errors import LayerFileError
from layers.files.archives import require_no_bomb

__all__ = ["MOST_BYTES", "require_sound_template"]

MOST_BYTES = 20 * 2**20  # of the file, and of what is in it beside pictures
_MOST_XML = 2 * 2**20  # of one part: hundreds of pages
_MOST_BRACES = (
    2_000  # of one part: far more placeholders than any text has, each of which takes time
)
_DOCUMENT = "word/document.xml"
_ACTIVE = re.compile(r"vbaProject|vbaData|activeX|/embeddings/|/afchunk|\.bin$", re.IGNORECASE)
_EXTERNAL = re.compile(rb"<[^>]*TargetMode\s*=\s*[\"']External[\"'][^>]*>")
_HYPERLINK = re.compile(rb"Type\s*=\s*[\"'][^\"']*/hyperlink[\"']")
# Fields that run a program or fetch a file when the document is opened or printed.
_FIELD = re.compile(
    rb"(?:<w:instrText[^>]*>|w:instr\s*=\s*[\"'])\s*"
    rb"(?:DDE|INCLUDE|LINK|IMPORT|DATABASE|MACROBUTTON)", re.IGNORECASE
)  # fmt: skip


def require_sound_template(data: bytes) -> None:
    """Refuse a file that is no plain DOCX document.

    Parameters
    ----------
    data
        The content of the file.

    Raises
    ------
    LayerFileError
        Saying what is in it that must not be, and what to do.
    """
    if len(data) > MOST_BYTES:
        raise _refused("is larger than 20 MB", "大于 20 MB")
    if not zipfile.is_zipfile(io.BytesIO(data)):
        raise _refused("is no DOCX document", "不是 DOCX 文档")
    with tempfile.TemporaryDirectory(prefix="gridmap-") as folder:
        path = Path(folder) / "template.docx"
        path.write_bytes(data)
        require_no_bomb(path)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            for what, what_zh in _faults(package):
                raise _refused(what, what_zh)
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError):
        raise _refused("is damaged or encrypted", "已损坏或加密") from None


def _faults(package: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    entries = {entry.filename: entry for entry in package.infolist()}
    if _DOCUMENT not in entries:
        yield "is no DOCX document", "不是 DOCX 文档"
    parts = [one for one in entries.values() if one.filename.endswith((".xml", ".rels"))]
    if any(one.file_size > _MOST_XML for one in parts) or (
        sum(one.file_size for one in parts) > MOST_BYTES
    ):
        yield "unpacks to far more text than a template has", "解压后的文字远多于一个模板"
    for entry in entries:
        if _ACTIVE.search(entry):
            yield f"has a macro or an embedded file ({entry})", f"含宏或嵌入的文件（{entry}）"
    for part in parts:
        text = package.read(part)
        if text.count(b"{") > _MOST_BRACES:
            yield "has thousands of braces", "含有成千个花括号"
        if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
            yield "declares entities", "含实体声明"
        if b"macroEnabled" in text:
            yield "has macros", "含宏"
        if any(not _HYPERLINK.search(link) for link in _EXTERNAL.findall(text)):
            yield "fetches something from elsewhere", "会从别处读取内容"
        if _FIELD.search(text):
            yield "has a field that reads other files", "含读取其他文件的域"


def _refused(what: str, what_zh: str) -> LayerFileError:
    return LayerFileError(
        f"The template {what}. Save a plain document of the kind Word document (.docx), or begin "
        "with the template that comes along.",
        f"模板{what_zh}。请另存为普通的 Word 文档（.docx），或从自带的模板改起。",
    )
