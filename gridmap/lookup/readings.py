"""How Chinese characters are read, without tones: what somebody types who looks for a name.

All readings of a character count, for a name does not say which of them is meant.
"""

import os
from collections.abc import Callable, Iterable
from functools import cache

__all__ = ["readings_of", "reads_as", "spelled", "table_of"]


@cache
def readings_of(sign: str) -> tuple[str, ...]:
    """Give the readings of a character, the usual one first; u with dots is v.

    Parameters
    ----------
    sign
        One character; what is none of Chinese has no reading.
    """
    return tuple(dict.fromkeys(one for one in _reader()(sign) if one.isascii() and one.isalpha()))


@cache
def _reader() -> Callable[[str], list[str]]:
    """Load the dictionary when it is first asked: most commands never look for a name."""
    # Its lists of phrases, by far the larger part, say which reading is meant; here all count.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
    from pypinyin import Style, pinyin

    def read(sign: str) -> list[str]:
        found = pinyin(sign, style=Style.NORMAL, heteronym=True, errors="ignore")
        return found[0] if found else []

    return read


def table_of(texts: Iterable[str]) -> dict[str, list[str]]:
    """Give the readings of the characters of some texts, in order of character."""
    signs = sorted(set().union(*texts, ()))
    return {sign: list(known) for sign in signs if (known := readings_of(sign))}


def spelled(name: str) -> str:
    """Write a name in small Latin letters and digits, each character by its usual reading."""
    signs = ((readings_of(sign) or (sign.lower(),))[0] for sign in name)
    return "".join(one for one in signs if one.isascii() and one.isalnum())


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
    signs = [(*readings_of(sign), sign.lower()) for sign in name if not sign.isspace()]
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
