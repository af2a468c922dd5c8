"""Dates as offices write them, kept with the records as ISO text."""

import pandas as pd
import pytest

from layers.contract.dates import as_dates


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2024-12-31", "2024-12-31"),
        ("2024/1/5", "2024-01-05"),
        ("2024.1.5", "2024-01-05"),
        ("2024年12月31日", "2024-12-31"),
        ("2024年12月", "2024-12"),
        ("2024年", "2024"),
        ("20241231", "2024-12-31"),
        ("202412", "2024-12"),
        ("2024", "2024"),
        ("2024-12-31 00:00:00", "2024-12-31"),
        ("2024-12-31T08:30:00", "2024-12-31"),
        ("", ""),
    ],
)
def test_a_date_in_any_spelling_becomes_iso_text(text, iso):
    dates, odd = as_dates(pd.Series([text]))
    assert (dates.tolist(), odd.tolist()) == ([iso], [False])


@pytest.mark.parametrize("text", ["2024-13-01", "2024-02-30", "去年", "12/31/2024", "45657", "0"])
def test_what_is_no_date_is_told(text):
    dates, odd = as_dates(pd.Series([text]))
    assert (dates.tolist(), odd.tolist()) == ([""], [True])
