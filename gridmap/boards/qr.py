"""What the QR code of a board says, and reading it back.

A town without a served app gets a few lines that any phone shows; with an address it is a link to
the app. Whatever is read is hostile: only the number is taken from it, and looked up.
"""

import re
import unicodedata
from urllib.parse import parse_qsl, urlsplit

from gridmap.boards.board import Board
from gridmap.boards.numbers import as_number
from layers.contract.errors import UsageError, quoted

__all__ = ["BOARD", "qr_text", "read_qr"]

BOARD = "board"  # name in the address of the app
_HEAD = "公示牌"
_LINES = ("网格", "对象", "版本", "电话")
_LONGEST_LINE = 48
_LONGEST = 500  # signs; the longest that is ever printed has some 120
_LINK = re.compile(r"https?://[^\s?#@]+\?[^\s#]*", re.IGNORECASE)


def qr_text(board: Board, address: str = "") -> str:
    """Say what stands in the QR code of a board.

    Parameters
    ----------
    board
        The board.
    address
        Where the app is served, such as `http://192.168.1.20:8501`; "" where it is not.

    Returns
    -------
    With an address a link. Otherwise lines for whoever reads them on a phone: number, grid or
    object, version, and telephone of the office.

    Raises
    ------
    UsageError
        If the address is none, or holds more than a place.
    """
    if address:
        return f"{_checked(address)}/?{BOARD}={board.number.replace('-', '')}"
    what = "对象" if board.object_id else "网格"
    # Ids of objects name files of the town: the grid says enough, and is what people ask for.
    lines = [f"{_HEAD}{board.number}", f"{what}{_line(f'{board.grid_code} {board.name}')}"]
    lines.append(f"版本{_line(board.version)}")
    if board.hotline:
        lines.append(f"电话{_line(board.hotline)}")
    return "\n".join(lines)


def read_qr(text: object) -> str | None:
    """Read the number of a board from what a QR code says.

    Parameters
    ----------
    text
        Anything that somebody has photographed.

    Returns
    -------
    The number; None for whatever `qr_text` does not write. Nobody has said yet that there is such
    a board.
    """
    if not isinstance(text, str) or len(text) > _LONGEST:
        return None
    if _LINK.fullmatch(text):
        try:
            query = parse_qsl(urlsplit(text).query, strict_parsing=True)
        except ValueError:
            return None
        return as_number(query[0][1]) if [name for name, _ in query] == [BOARD] else None
    head, *lines = text.split("\n")
    if not head.startswith(_HEAD) or not all(line.startswith(_LINES) for line in lines):
        return None
    return as_number(head.removeprefix(_HEAD))


def _checked(address: str) -> str:
    parts = urlsplit(address)
    plain = not (parts.query or parts.fragment or "@" in parts.netloc) and address.isprintable()
    if parts.scheme not in ("http", "https") or not parts.hostname or not plain or " " in address:
        raise UsageError(
            f"{address!r} is no address of an app. Give one such as 'http://192.168.1.20:8501'.",
            f"{quoted(address)}不是程序的网址。请给出如 http://192.168.1.20:8501 的地址。",
        )
    return address.rstrip("/")


def _line(text: str) -> str:
    """Keep a text on its line, and short: each sign makes the code finer."""
    shown = "".join(" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in text)
    return " ".join(shown.split())[:_LONGEST_LINE].strip()
