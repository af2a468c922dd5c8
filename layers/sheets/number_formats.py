"""Numbers as the format of their cell shows them: 0000 keeps zeros, 0"户" adds a word."""

import re
from functools import cache

__all__ = ["as_shown"]

_TOKEN = re.compile(r'"([^"]*)"|\\(.)|!(.)|_.|\*.|(0)|(#)|(General|G/通用格式)|(%)|([ \-()/])|(.)')
_SECTION = re.compile(r'((?:"[^"]*"|\\.|[^";])*)')
_CONDITION = re.compile(r"\[[<>=]")
_BRACKETS = re.compile(r"\[[^\]]*\]")


def as_shown(number: str, *, code: str) -> str:
    """Write a number as a number format does.

    Parameters
    ----------
    number
        The number as plain digits.
    code
        The number format, such as `0000`, `"GX"000` or `0%`. One with decimals, thousands or
        conditions changes nothing: what it hides of a number is still wanted.
    """
    shape = _shape(code)
    if shape is None:
        return number
    if isinstance(shape, str):
        return f"{float(number) * 100:.10g}%"
    if not number.isdigit():
        return number
    digits = list(number)
    written: list[str] = []
    places = [at for at, (kind, _) in enumerate(shape) if kind != "text"]
    for at in range(len(shape) - 1, -1, -1):
        kind, text = shape[at]
        if kind == "text":
            written.append(text)
        elif at == places[0]:
            written.append("".join(digits) or ("0" if kind == "0" else ""))
        elif digits:
            written.append(digits.pop())
        else:
            written.append("0" if kind == "0" else "")
    return "".join(reversed(written))


@cache
def _shape(code: str) -> str | tuple[tuple[str, str], ...] | None:
    """Take a format apart; None for one that a number is read without."""
    first = _SECTION.match(code)
    if first is None or _CONDITION.search(code):
        return None
    tokens: list[tuple[str, str]] = []
    for match in _TOKEN.finditer(_BRACKETS.sub("", first[1])):
        quoted, escaped, marked, zero, place, general, percent, plain, other = match.groups()
        if other is not None:
            return None
        if percent:
            return "%"
        if zero or place or general:
            tokens.append(("#" if place else "0", ""))
        else:
            text = next((one for one in (quoted, escaped, marked, plain) if one), "")
            tokens.append(("text", text))
    zeros = sum(kind == "0" for kind, _ in tokens)
    words = any(kind == "text" and text.strip() for kind, text in tokens)
    if not any(kind != "text" for kind, _ in tokens) or not (zeros > 1 or words):
        return None
    return tuple(tokens)
