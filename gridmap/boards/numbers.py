"""The number of a board: ten digits, of which the last two tell a slip of the pen.

It follows from what the board is: its place, its grid or object, and what stands on it. So a board
that is printed twice has one number, whoever prints it and in whichever copy of the plan, and a
board that says something else has another. The check digits are those of ISO 7064 MOD 97-10, as on
IBANs: no single wrong digit and no two exchanged ones pass.
"""

import hashlib
import re
import unicodedata
from collections.abc import Container, Iterable

__all__ = ["as_number", "number_of"]

_FIRST, _MANY = 10_000_000, 90_000_000  # eight digits without a leading 0, which tables would lose
_WRITTEN = re.compile(r"([1-9][0-9]{3})[- ]?([0-9]{4})[- ]?([0-9]{2})")
_LONGEST = 40  # signs that somebody may type for one


def number_of(marks: Iterable[str], taken: Container[str] = ()) -> str:
    """Give the number of a board.

    Parameters
    ----------
    marks
        What it is, as texts.
    taken
        Numbers of other boards: one in some hundred thousand is met twice, and passed over.

    Returns
    -------
    Such as `4821-0935-71`.
    """
    text, again = "\n".join(marks), 0
    while True:
        digest = hashlib.sha256(f"{again}\n{text}".encode()).digest()
        serial = _FIRST + int.from_bytes(digest[:8]) % _MANY
        digits = f"{serial}{98 - serial * 100 % 97:02d}"
        number = f"{digits[:4]}-{digits[4:8]}-{digits[8:]}"
        if number not in taken:
            return number
        again += 1


def as_number(typed: object) -> str | None:
    """Read a number as somebody typed it; None for what is none.

    Full-width digits, dashes of all kinds and spaces are as good as `4821-0935-71`.
    """
    if not isinstance(typed, str) or len(typed) > _LONGEST:
        return None
    text = unicodedata.normalize("NFKC", typed).strip()
    text = "".join("-" if unicodedata.category(sign) == "Pd" else sign for sign in text)
    found = _WRITTEN.fullmatch(text)
    if found is None or int("".join(found.groups())) % 97 != 1:
        return None
    return "-".join(found.groups())
