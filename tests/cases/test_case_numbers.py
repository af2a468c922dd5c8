"""Numbers of cases as offices write them."""

import math

import pytest

from layers.departments.case_numbers import case_number


@pytest.mark.parametrize(
    ("text", "value", "mark"),
    [
        ("3522", 3522, ""),
        ("3,522件", 3522, ""),
        ("１３１２ 件", 1312, ""),
        ("11580起", 11580, ""),
        ("12.0", 12, ""),
        ("33.04万", 330_400, "ten_thousand"),
        ("33.04万件", 330_400, "ten_thousand"),
        ("32.91件", 32.91, "decimal"),
        ("32.91", 32.91, "decimal"),
        ("约300起", 300, "about"),
        ("三百二十", 320, "about"),
    ],
)
def test_a_number_of_cases_is_read_and_marked(text, value, mark) -> None:
    read = case_number(text)

    assert (read.value, read.mark) == (pytest.approx(value), mark)


@pytest.mark.parametrize(("text", "mark"), [("", ""), ("—", ""), ("无", ""), ("很多", "unread"),
                                            ("-5", "unread"), ("3%", "unread")])  # fmt: skip
def test_what_is_no_number_is_not_given(text, mark) -> None:
    read = case_number(text)

    assert math.isnan(read.value)
    assert read.mark == mark
