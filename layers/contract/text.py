"""Cells as text: codes keep their zeros, lose the `.0` that programs add, and invisible signs."""

import re
import unicodedata
from decimal import Decimal

import numpy as np
import pandas as pd

__all__ = [
    "LAST_EXACT",
    "NOTHING",
    "as_text",
    "bare_header",
    "narrow",
    "plain_header",
    "without_invisible",
]

# Signs that look like a plain one and are another, as texts copied from a PDF have them: ⼲ for 干.
_LOOKALIKES = {
    code: plain
    for code in (0x2E9F, 0x2EF3, *range(0x2F00, 0x2FD6), *range(0xF900, 0xFADA))
    if (plain := unicodedata.normalize("NFKC", chr(code))) != chr(code)
}
# Full-width signs of Chinese keyboards, and blanks.
_NARROW = (
    {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
    | dict.fromkeys((0x3000, 0xA0, 0x2800), 0x20)
    | _LOOKALIKES
)
# Signs without a width of their own, as they come along with a text from a web page or a chat.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e007f]"
)
_ODD = re.compile(f"{_INVISIBLE.pattern[:-1]}\u2e9f\u2ef3\u2f00-\u2fd5\uf900-\ufad9]")
# What stands in a cell instead of an entry.
NOTHING = ("无", "暂无", "没有", "/", "／", "\\", "-", "--", "—", "——", "－", "n/a", "N/A", "none")
# What forms add to a header: 编号（必填）, 姓名*, 户数（户）.
_ADDED = re.compile(r"\([^)]*\)|[\s*:]")
# From here on a decimal number no longer tells two neighbouring whole numbers apart.
LAST_EXACT = 2.0**53


def narrow(text: str) -> str:
    """Write full-width digits, letters and signs (１，Ａ) as plain ones, without blanks around."""
    return text.translate(_NARROW).strip()


def without_invisible(text: str) -> str:
    """Take out the signs that nobody can see, such as a zero-width blank."""
    return _INVISIBLE.sub("", text)


def plain_header(text: str) -> str:
    """Write the name of a column without invisible signs and blanks around it."""
    return without_invisible(text).strip()


def bare_header(text: str) -> str:
    """Write the name of a column without what forms add to it: 户数（户） and 户 数 are 户数."""
    return _ADDED.sub("", narrow(without_invisible(text))).lower()


def as_text(column: pd.Series) -> pd.Series:
    """Return a column as trimmed text: whole numbers without decimals, missing values as "".

    A whole number in a column of decimals that is too large to be kept to the last digit is written
    as 4.10122E+17, as a spreadsheet program would: its last digits are not those that were given.
    """
    if pd.api.types.is_float_dtype(column):
        values = column.to_numpy(dtype=float, na_value=np.nan)
        texts = [_number(value) for value in values.tolist()]
        return pd.Series(texts, index=column.index, name=column.name, dtype="str")
    if pd.api.types.is_integer_dtype(column) or pd.api.types.is_bool_dtype(column):
        return column.astype("object").where(column.notna(), "").astype("str")
    if not pd.api.types.is_string_dtype(column) or column.dtype == object:
        column = column.astype("object").where(column.notna(), "").map(_plain).astype("str")
    texts = column.fillna("").astype("str").str.strip()
    odd = texts.str.contains(_ODD.pattern, regex=True)
    return texts.where(~odd, texts[odd].map(_as_seen)) if odd.any() else texts


def _as_seen(text: str) -> str:
    return without_invisible(text).translate(_LOOKALIKES).strip()


def _plain(value: object) -> object:
    """Write the numbers among other things as `as_text` does."""
    if isinstance(value, Decimal):
        return str(int(value)) if value == value.to_integral_value() else str(value)
    return _number(value) if isinstance(value, float) else value


def _number(value: float) -> str:
    if value != value:
        return ""
    if value % 1:
        return repr(value)
    if abs(value) < LAST_EXACT:
        return str(int(value))
    return f"{value:.5E}" if abs(value) < np.inf else repr(value)
