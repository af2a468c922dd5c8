"""Cells of a table as text: codes keep their zeros and lose the `.0` that spreadsheets add."""

import pandas as pd

__all__ = ["as_counts", "as_text", "narrow"]

# Full-width signs of Chinese keyboards, and blanks.
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}


def narrow(text: str) -> str:
    """Write full-width digits, letters and signs (１，Ａ) as plain ones, without blanks around."""
    return text.translate(_NARROW).strip()


def as_text(column: pd.Series) -> pd.Series:
    """Return a column as trimmed text: whole numbers without decimals, missing values as ""."""
    if pd.api.types.is_float_dtype(column):
        whole = column.notna() & (column % 1 == 0)
        text = column.astype("object")
        text[whole] = [str(int(value)) for value in column[whole]]
        text[~whole] = [repr(float(value)) for value in column[~whole]]
        return text.where(column.notna(), "").astype("str")
    return column.astype("object").where(column.notna(), "").astype("str").str.strip()


def as_counts(column: pd.Series) -> pd.Series:
    """Return a column as whole numbers of people or things; what is no number becomes 0."""
    return pd.to_numeric(column, errors="coerce").fillna(0).clip(lower=0).round().astype("int64")
