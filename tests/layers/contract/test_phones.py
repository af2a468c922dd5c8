"""Phones in texts: found however they are written, and nothing else."""

import pandas as pd
import pytest

from layers.contract.phones import looks_like_phone, phones_of, without_phones


def texts(*values):
    return pd.Series(values, dtype="str")


@pytest.mark.parametrize(
    "text",
    ["13812345678", "办 138 1234 5678", "138-1234-5678", "+86 13812345678", "电话13812345678。"],
)
def test_a_mobile_phone_is_found(text):
    assert looks_like_phone(texts(text)).all()
    assert "5678" not in without_phones(texts(text), [])[0]


@pytest.mark.parametrize(
    "text",
    ["41012210620800101", "91410122138123456X", "A13812345678", "23812345678", "2026-11-30", ""],
)
def test_codes_and_dates_are_none(text):
    assert not looks_like_phone(texts(text)).any()
    assert without_phones(texts(text), [])[0] == text


def test_phones_of_a_roster_are_masked_however_they_are_written():
    people = pd.DataFrame({"phone": texts("0371-6543 2109; 62345678", "", "无", "12345")})
    phones = phones_of(people)

    assert phones == ["037165432109", "62345678"]
    masked = without_phones(texts("值班(0371)65432109", "6234 5678", "第 5 村"), phones)
    assert masked.tolist() == ["值班(…", "…", "第 5 村"]
