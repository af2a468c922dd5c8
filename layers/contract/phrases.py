"""Parts of sentences: counts, lists cut short, numbers told apart, words that may have been meant.

A sentence about a hundred rows names a few of them and says how many more there are; two numbers
that differ are written with the digits that tell them apart.
"""

import difflib
from collections.abc import Iterable, Sequence

from layers.contract.errors import Named, quoted

__all__ = ["apart", "capital", "counted", "did_you_mean", "few", "few_texts"]

_SHOWN = 8  # names in one sentence; more than a line of them nobody reads
_MOST_DIGITS = 12  # more decimals than anything that is shown needs


def capital(text: str) -> str:
    """Let a sentence begin with a capital letter; the rest stays as it is."""
    return text[:1].upper() + text[1:]


def counted(count: int, one: str, many: str) -> str:
    """Write a number with the form of the noun that goes with it."""
    return f"{count:,} {one if count == 1 else many}"


def few(values: Sequence[object], most: int = _SHOWN) -> Named:
    """Name a few values in quotes, and say how many more there are."""
    left = len(values) - most
    shown = ", ".join(repr(str(value)) for value in values[:most])
    shown_zh = quoted(*values[:most])
    if left <= 0:
        return Named(shown, shown_zh)
    return Named(f"{shown} … and {left:,} more", f"{shown_zh}等 {len(values):,} 项")


def few_texts(texts: Iterable[Named], most: int = _SHOWN, *, lines: bool = False) -> Named:
    """Put a few sentences or phrases together, and say how many more there are."""
    given = list(texts)
    some, left = given[:most], len(given) - most
    between, between_zh = ("\n- ", "\n- ") if lines else ("; ", "；")
    more = f"{between}… and {left:,} more" if left > 0 else ""
    more_zh = f"{between_zh}……另有 {left:,} 处" if left > 0 else ""
    start = "- " if lines else ""
    return Named(
        start + between.join(one.en for one in some) + more,
        start + between_zh.join(one.zh for one in some) + more_zh,
    )


def apart(one: float, other: float, digits: int = 1, *, percent: bool = False) -> tuple[str, str]:
    """Write two numbers with as many decimals as tell them apart, and no fewer than `digits`.

    A share of 0.7998 is not "80 %, less than 80 %": it is 79.98 %.
    """
    scale = 100 if percent else 1
    for places in range(digits, _MOST_DIGITS):
        texts = tuple(f"{scale * value:,.{places}f}" for value in (one, other))
        if one == other or texts[0] != texts[1]:
            break
    sign = "%" if percent else ""
    return f"{texts[0]}{sign}", f"{texts[1]}{sign}"


def did_you_mean(wanted: str, found: Iterable[object]) -> Named:
    """Offer the names that are nearest to one that is not there; nothing when none is near."""
    names = {str(name): str(name).strip().lower() for name in found}
    plain = str(wanted).strip().lower()
    near = [name for name, low in names.items() if low == plain]
    if not near:
        close = difflib.get_close_matches(plain, names.values(), n=2, cutoff=0.6)
        near = [name for name, low in names.items() if low in close]
    # A word of two Chinese signs is near to none, but may be part of the name.
    near = near or [name for name, low in names.items() if plain and (plain in low or low in plain)]
    if not near:
        return Named("", "")
    shown = few(near, 3)
    return Named(f"did you mean {shown.en}?", f"是否为{shown.zh}？")
