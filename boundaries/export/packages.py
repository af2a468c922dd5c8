"""Packages without a clock: files of offices (XLSX, DOCX) and zip files; same content, same bytes.

The libraries that write files of offices put the hour into the properties and into every entry.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import IO

__all__ = ["MOST_SIGNS", "Finish", "clean_text", "packed", "settled"]

Finish = Callable[[IO[bytes], IO[bytes]], None]  # copies an entry and puts something in
MOST_SIGNS = 32_767  # in a cell of a workbook
_NO_DAY = date(1980, 1, 1)  # the first day that a zip file knows
_CLOCK = re.compile(rb"(<\w+:(?:created|modified)[^>]*>)[^<]*")
# Not allowed in XML, or half of a sign: a file with one of them is called damaged.
_IMPOSSIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def settled(
    drawn: IO[bytes], day: date | None, *, finish: Mapping[str, Finish] | None = None
) -> bytes:
    """Write a package again, with a day in place of the hour.

    Parameters
    ----------
    drawn
        What a library has written.
    day
        The day that the file says it was made on; None for none.
    finish
        What copies an entry, by its name, where something is put in; others are copied as they are.
    """
    stamp = f"{(day or _NO_DAY).isoformat()}T00:00:00Z".encode()
    result = io.BytesIO()
    with zipfile.ZipFile(drawn) as given, zipfile.ZipFile(result, "w") as package:
        for name in given.namelist():
            entry = zipfile.ZipInfo(name)  # dated 1980
            entry.compress_type = zipfile.ZIP_DEFLATED
            with given.open(name) as source, package.open(entry, "w") as target:
                if finish and name in finish:
                    finish[name](source, target)
                else:
                    target.write(_CLOCK.sub(rb"\g<1>" + stamp, source.read()))
    return result.getvalue()


def packed(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Put files, by name, into one zip file that knows no hour."""
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w") as package:
        for name, data in files:
            entry = zipfile.ZipInfo(name)  # dated 1980
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # on every system alike
            entry.external_attr = 0o600 << 16
            package.writestr(entry, data)
    return result.getvalue()


def clean_text(text: str, most: int = MOST_SIGNS) -> str:
    """Leave out what no XML may hold, and cut what is longer than a cell may be."""
    clean = text if text.isprintable() else _IMPOSSIBLE.sub("", text)
    return clean if len(clean) <= most else clean[: most - 1] + "…"
