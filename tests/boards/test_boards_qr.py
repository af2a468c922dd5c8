"""Numbers of boards, and what their QR codes say."""

import pytest

from gridmap.boards.board import Board
from gridmap.boards.numbers import as_number, number_of
from gridmap.boards.qr import qr_text, read_qr
from layers.contract.errors import UsageError

NUMBER = number_of(["41012210623400303", "村委会门口", "v1"])
BOARD = Board(NUMBER, "41012210623400303", "", "大庄村商铺03", "村委会", "1", "0371-62180000")


def test_a_board_has_one_number_and_another_board_another() -> None:
    assert number_of(["a", "b"]) == number_of(["a", "b"])
    assert number_of(["a", "b"]) != number_of(["a", "c"])
    assert as_number(NUMBER) == NUMBER


def test_a_number_that_another_board_has_is_passed_over() -> None:
    other = number_of(["a"], taken={number_of(["a"])})

    assert other != number_of(["a"])
    assert as_number(other) == other


def test_no_wrong_digit_and_no_exchanged_ones_pass() -> None:
    digits = NUMBER.replace("-", "")
    wrong = [
        digits[:at] + one + digits[at + 1 :]
        for at in range(10)
        for one in "0123456789"
        if one != digits[at]
    ]
    wrong += [
        digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
        for at in range(9)
        if digits[at] != digits[at + 1]
    ]

    assert len(wrong) > 90
    assert [one for one in wrong if as_number(one)] == []


def test_a_number_is_read_as_people_type_it() -> None:
    digits = NUMBER.replace("-", "")
    wide = "".join(chr(ord(one) + 0xFEE0) for one in digits)

    for typed in (digits, f" {NUMBER} ", NUMBER.replace("-", " "), NUMBER.replace("-", "—"), wide):
        assert as_number(typed) == NUMBER, typed


def test_the_code_is_read_back_with_an_address_and_without() -> None:
    plain = qr_text(BOARD)

    assert plain.split("\n")[0] == f"公示牌{NUMBER}"
    assert "41012210623400303 大庄村商铺03" in plain
    assert "版本1" in plain
    assert "0371-62180000" in plain
    assert read_qr(plain) == NUMBER
    link = qr_text(BOARD, "http://192.168.1.20:8501/")
    assert link == f"http://192.168.1.20:8501/?board={NUMBER.replace('-', '')}"
    assert read_qr(link) == NUMBER


def test_a_name_of_several_lines_stays_on_one() -> None:
    hostile = Board(NUMBER, "1", "", "甲\n公示牌1234\u2028乙\x00", version="1\n2")

    lines = qr_text(hostile).split("\n")

    assert [line[:2] for line in lines] == ["公示", "网格", "版本"]
    assert read_qr(qr_text(hostile)) == NUMBER


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        NUMBER,
        f"公示牌{NUMBER}\n<script>",
        f"公示牌 1234-5678-90\n版本{NUMBER}",
        f"javascript:alert(1)?board={NUMBER}",
        f"http://a@b/?board={NUMBER}",
        f"http://b/?board={NUMBER}&board={NUMBER}",
        f"http://b/?board={NUMBER}&k=1",
        f"http://b/?k={NUMBER}",
        "http://b/?board=%31%32",
        f"http://b/?board={NUMBER}#x",
        f"公示牌{NUMBER}\n" + "版本" * 400,
    ],
)
def test_what_is_no_code_of_ours_says_nothing(text: object) -> None:
    assert read_qr(text) is None


@pytest.mark.parametrize("address", ["b", "ftp://b", "http://", "http://b/?k=1", "http://a b"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(UsageError):
        qr_text(BOARD, address)
