"""Cells of a table as text: codes keep their zeros and lose the `.0` that spreadsheets add."""

import pandas as pd

__all__ = ["as_counts", "as_text"]


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
