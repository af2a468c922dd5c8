"""Texts without phones: what somebody typed into another column than that of phones."""

import re
from collections.abc import Iterable

import pandas as pd

__all__ = ["MASK", "dialled", "is_office_phone", "looks_like_phone", "phones_of", "without_phones"]

MASK = "…"
# Eleven digits as mobile phones have them, with the signs that people write between.
_MOBILE = re.compile(r"(?<![0-9A-Za-z])(?:\+?86[\s-]?)?1[3-9]\d(?:[\s-]?\d{4}){2}(?![0-9A-Za-z])")
_BETWEEN = r"[\s().（）\-+]*"
_OFFICE = re.compile(r"\+?[\d\s()（）\-]{3,30}")  # of an office: any but a mobile phone
LEAST_HOTLINE = 3  # digits, as 110
LEAST_DIGITS = 6  # a shorter entry of the column is no number that anybody could call


def phones_of(people: pd.DataFrame) -> list[str]:
    """Give the digits of all phones of a roster, each once, the longest first."""
    entries = people["phone"].str.split(r"[;,/、；，]", regex=True).explode().dropna()
    digits = entries.str.replace(r"\D", "", regex=True)
    return sorted(set(digits[digits.str.len() >= LEAST_DIGITS]), key=lambda one: (-len(one), one))


def is_office_phone(text: str) -> bool:
    """Say whether a text is a phone number that an office can have: no mobile phone."""
    digits = re.sub(r"\D", "", text)
    written = _OFFICE.fullmatch(text.strip()) and len(digits) >= LEAST_HOTLINE
    return bool(written) and not _MOBILE.search(digits) and not _MOBILE.search(text)


def dialled(text: str) -> str:
    """Write a phone number as a phone dials it: digits, with a plus sign in front if it has one."""
    return ("+" if text.strip().startswith("+") else "") + re.sub(r"\D", "", text)


def looks_like_phone(texts: pd.Series) -> pd.Series:
    """Say which texts hold what looks like a mobile phone."""
    once = pd.Series(texts.unique(), dtype=texts.dtype)  # most places have no text, or one of few
    found = once[once.str.contains(_MOBILE.pattern, regex=True).fillna(False).astype("bool")]
    return texts.isin(found)


def without_phones(texts: pd.Series, phones: Iterable[str]) -> pd.Series:
    """Mask phones in texts: those of a roster however written, and what looks like a mobile phone.

    Parameters
    ----------
    texts
        Texts that somebody typed.
    phones
        What `phones_of` gives.
    """
    digits = texts.str.contains(r"\d", regex=True).fillna(False)
    if not digits.any():
        return texts
    known = "|".join(_BETWEEN.join(one) for one in phones)
    pattern = f"{_MOBILE.pattern}|{known}" if known else _MOBILE.pattern
    masked = texts.copy()
    masked[digits] = texts[digits].str.replace(pattern, MASK, regex=True)
    return masked
