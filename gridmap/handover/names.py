"""Names of files that every system takes, Windows too, and in which who reads them knows them."""

import re
from collections.abc import Container

__all__ = ["free_name", "safe_name"]

# Signs that Windows keeps for itself, and those that no screen shows.
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]')
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)", re.IGNORECASE)
_LONGEST = 120  # bytes of UTF-8, of the 255 that file systems have: an office adds to names


def safe_name(text: str, suffix: str = "") -> str:
    """Give a text as the name of a file.

    Parameters
    ----------
    text
        Anything, such as the name of somebody.
    suffix
        Ending, such as `.pdf`; it stays whole.
    """
    name = " ".join(_FORBIDDEN.sub(" ", text).split())
    while len(name.encode("utf-8", "replace")) > _LONGEST:
        name = name[:-1]
    name = name.encode("utf-8", "replace").decode().strip(". ") or "_"
    # Windows takes a device for the file also with an ending behind its name.
    return ("_" if _DEVICE.fullmatch(name.split(".")[0].strip()) else "") + name + suffix


def free_name(text: str, suffix: str, taken: Container[str]) -> str:
    """Give a name that is not taken yet; `taken` are names in lower case, as Windows sees them."""
    name, number = safe_name(text, suffix), 1
    while name.lower() in taken:
        number += 1
        name = safe_name(f"{text}-{number}", suffix)
    return name
