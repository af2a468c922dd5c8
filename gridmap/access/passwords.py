"""Which passwords are refused: short ones, and those that a guesser tries first.

How much of a password has to be guessed sign by sign is counted: a common word, a run on the
keyboard, a date, something that was there before, or the own name is guessed whole. The common
words come with the program (`common_passwords.txt`; NOTICE says from where); nobody is asked.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from functools import cache
from itertools import takewhile
from pathlib import Path

from layers.contract.errors import Named, UsageError

__all__ = ["LONGEST", "SHORTEST", "require_good_password", "worth"]

SHORTEST, LONGEST = 10, 200  # signs of a password
LEAST_WORTH = 8.0  # signs that have to be guessed one by one
WORD, RUN, SIGN, DIGIT = 2.0, 1.5, 1.0, 0.5  # what a part is worth
SHORTEST_WORD, SHORTEST_RUN = 4, 3  # shorter words and runs are in every good password by chance
LIST = Path(__file__).with_name("common_passwords.txt")
# What people write for letters.
LEET = str.maketrans("@4831!05$7", "aaeeiiosst")
LEET_TOO = str.maketrans("@4831!05$72", "aabeilosstz")
ROWS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./",
        "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/", "qazwsxedcrfvtgbyhnujmikolp",
        "!@#$%^&*()_+", "1q2w3e4r5t6y7u8i9o0p", "147258369", "789456123", "零一二三四五六七八九十",
        "壹贰叁肆伍陆柒捌玖拾", "甲乙丙丁戊己庚辛壬癸")  # fmt: skip
DATE = re.compile(
    r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])|(?:19|20)\d\d[-./]?\d{0,2}|\d{6}(?=$|\D)"
)
OWN_NAME = Named("the own name or the town's", "账号名或镇名")
COMMON = Named("a common word or password", "常用词或常见密码")
RUNNING = Named("signs in the order of the alphabet, numbers or keyboard", "连续的字母、数字或按键")
DATED = Named("a date or year", "日期或年份")
AGAIN = Named("the same again", "重复的内容")
DIGITS = Named("digits", "数字")


def require_good_password(password: str, *, name: str, near: Iterable[str] = ()) -> None:
    """Refuse a password that is short, endless or easily guessed.

    Parameters
    ----------
    password
        As it was typed.
    name
        Of the account.
    near
        Other words that a guesser would try here, such as the names of towns.

    Raises
    ------
    UsageError
        If it is refused; the password itself is not in the text.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise UsageError(
            f"The password has {len(password)} signs. Choose {SHORTEST} to {LONGEST}.",
            f"密码有 {len(password)} 个字符。请选用 {SHORTEST} 到 {LONGEST} 个。",
        )
    found, parts = worth(password, name=name, near=near)
    if found < LEAST_WORTH:
        why = ", ".join(part.en for part in parts) or "few different signs"
        why_zh = "、".join(part.zh for part in parts) or "变化太少"
        raise UsageError(
            f"The password is easily guessed: it is mostly {why}. Choose another one, such as "
            "three or four words that have nothing to do with each other.",
            f"密码容易被猜中：主要由{why_zh}组成。请换一个，例如用三四个互不相干的词组成。",
        )


def worth(password: str, *, name: str, near: Iterable[str] = ()) -> tuple[float, tuple[Named, ...]]:
    """Count what has to be guessed sign by sign, and name the parts that are guessed whole."""
    low = _plain(password)
    names = {_plain(word) for word in (name, *near)}
    readings = {low, low.translate(LEET), low.translate(LEET_TOO)}
    return min((_worth(one, names) for one in sorted(readings)), key=lambda found: found[0])


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def _worth(text: str, names: Collection[str]) -> tuple[float, tuple[Named, ...]]:
    total, at = 0.0, 0
    parts: dict[Named, None] = {}
    while at < len(text):
        length, value, kind = _part(text, at, names)
        total += value
        at += length
        if kind is not None:
            parts[kind] = None
    return total, tuple(parts)


def _part(text: str, at: int, names: Collection[str]) -> tuple[int, float, Named | None]:
    """Give the longest part at a place that is guessed whole, or one sign: length, worth, kind."""
    found: list[tuple[int, float, Named | None]] = [
        (_before(text, at), 0.0, AGAIN),
        (_of_name(text, at, names), 0.0, OWN_NAME),
        (_run(text, at), RUN, RUNNING),
        (_dated(text, at), RUN, DATED),
        (_word(text, at), WORD, COMMON),
    ]
    best = max(found, key=lambda part: (part[0], -part[1]))
    if best[0]:
        return best
    return (1, DIGIT, DIGITS) if text[at].isdigit() else (1, SIGN, None)


def _before(text: str, at: int) -> int:
    """Length of what was there before already; two signs are enough for the same one again."""
    length = 0
    while at + length < len(text) and text[at : at + length + 1] in text[:at]:
        length += 1
    same = 1 if at and text[at] == text[at - 1] else 0
    return length if length >= SHORTEST_RUN else same


def _of_name(text: str, at: int, names: Collection[str]) -> int:
    """Length of a name, or of a part of one that is no short one, forwards or backwards."""
    longest = 0
    for name in names:
        if len(name) < 2:
            continue
        if text.startswith((name, name[::-1]), at):
            longest = max(longest, len(name))
        for line in (name, name[::-1]):
            length = SHORTEST_WORD
            while at + length <= len(text) and text[at : at + length] in line:
                longest = max(longest, length)
                length += 1
    return longest


def _run(text: str, at: int) -> int:
    """Length of a run along a row of the alphabet, the digits or the keyboard, either way."""
    longest = 0
    for row in ROWS:
        for line in (row, row[::-1]):
            start = line.find(text[at])
            while start >= 0:
                pairs = zip(text[at:], line[start:], strict=False)
                same = takewhile(lambda pair: pair[0] == pair[1], pairs)
                longest = max(longest, sum(1 for _ in same))
                start = line.find(text[at], start + 1)
    return longest if longest >= SHORTEST_RUN else 0


def _dated(text: str, at: int) -> int:
    found = DATE.match(text, at)
    return len(found.group()) if found else 0


def _word(text: str, at: int) -> int:
    words, longest = _words()
    for length in range(min(longest, len(text) - at), SHORTEST_WORD - 1, -1):
        if text[at : at + length] in words:
            return length
    return 0


@cache
def _words() -> tuple[frozenset[str], int]:
    lines = LIST.read_text(encoding="utf-8").split("\n")
    words = frozenset(line for line in lines if line and not line.startswith("# "))
    return words, max(map(len, words))
