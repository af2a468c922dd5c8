"""How Chinese characters are read, without tones: what somebody types who looks for a name.

The table beside this module has a line a syllable: the characters that are read so first, then
those that are read so too. All readings count, for a name does not say which of them is meant.
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

__all__ = ["readings", "reads_as", "table_of"]

_TABLE = Path(__file__).with_name("readings.txt")


@cache
def readings() -> dict[str, tuple[str, ...]]:
    """Give the readings of every character, the usual one first; u with dots is v."""
    first: dict[str, str] = {}
    more: dict[str, list[str]] = {}
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        syllable, usual, *others = line.split(" ")
        first.update(dict.fromkeys(usual, syllable))
        for sign in "".join(others):
            more.setdefault(sign, []).append(syllable)
    return {sign: (syllable, *more.get(sign, ())) for sign, syllable in first.items()}


def table_of(texts: Iterable[str]) -> dict[str, list[str]]:
    """Give the readings of the characters of some texts, in order of character."""
    known = readings()
    return {sign: list(known[sign]) for sign in sorted(set().union(*texts, ())) if sign in known}


def reads_as(name: str, typed: str) -> int:
    """Say how well letters fit a name: 0 by all its characters, 1 from its start, 2 within, -1 not.

    Each character is read by its first letters, one or more: `za`, `zhengan` and `zhenga` all fit
    郑庵. A character that is typed stands for itself, and so do Latin letters and digits.

    Parameters
    ----------
    name
        Any text.
    typed
        Small letters, digits and characters, without blanks.
    """
    known = readings()
    signs = [(*known.get(sign, ()), sign.lower()) for sign in name if not sign.isspace()]
    for start in range(len(signs)):
        ends = _ends(signs, start, typed)
        if ends:
            whole = start == 0 and len(signs) in ends
            return 0 if whole else 1 if start == 0 else 2
    return -1


def _ends(signs: list[tuple[str, ...]], start: int, typed: str) -> set[int]:
    """Give the places after the last character that a reading from `start` can use up `typed`."""
    open_at, found = {0}, set()
    for place in range(start, len(signs)):
        after = set()
        for at in open_at:
            for syllable in signs[place]:
                for length in range(1, min(len(syllable), len(typed) - at) + 1):
                    if syllable[length - 1] != typed[at + length - 1]:
                        break
                    after.add(at + length)
        if len(typed) in after:
            found.add(place + 1)
        open_at = after - {len(typed)}
        if not open_at:
            break
    return found
