"""Contact cards read back: who stands on them, both sides of a sheet, cut marks."""

import pytest
from pages import Printed, assert_like_golden, overlapping
from paper_plan import BROKEN, LONG, OFFICE, PHONES, RARE, TEAM, paper_plan
from public_bytes import LINE, PRINTED, told

from gridmap.paper import cards_pdf
from gridmap.paper.cards import A_SHEET, LEFT, MARK
from gridmap.publish import release
from gridmap.publish.contacts import contacts_of
from layers.contract.errors import UsageError

CODES = ["E01", "W01", BROKEN, TEAM]


@pytest.fixture(scope="module")
def plan():
    return release(paper_plan())


@pytest.fixture(scope="module")
def made(plan):
    return cards_pdf(plan, CODES, printed=PRINTED, contacts=contacts_of(paper_plan(), "posts"))


def test_a_card_has_leader_member_and_hotline(made):
    text = Printed(made.pdf).text()
    for part in (
        "便民服务连心卡",
        "李<b>四",
        PHONES["002"],
        "王五",
        OFFICE,
        "正在选派",
        RARE,
        "小镇",
    ):
        assert part in text, part
    assert LONG in text.replace("\n", "")


def test_the_back_has_map_code_version_and_the_line(made):
    back = Printed(made.pdf)
    assert back.text(1).count(LINE) == len(CODES)
    assert "2026-1" in back.text(1)
    told_by = [text.split("\n") for text in back.codes(1, dpi=200)]
    assert sorted(lines[1:] for lines in told_by) == sorted([code, OFFICE] for code in CODES)


def test_every_back_lies_behind_its_front(plan):
    # Turned on the long edge, left and right change places.
    made = cards_pdf(plan, ["E", "W"], printed=PRINTED)

    def left_of(page, name):
        return min(one.box.bounds[0] for one in pages.pieces(page) if one.text == name)

    pages = Printed(made.pdf)
    assert left_of(0, "网格E") < 105 < left_of(1, "网格E")
    assert left_of(1, "网格W") < 105 < left_of(0, "网格W")


def test_both_sides_of_a_sheet_look_as_they_did(made):
    for number, side in enumerate(("front", "back")):
        assert_like_golden(Printed(made.pdf).picture(number), f"cards_{side}")


def test_no_text_lies_over_another(made):
    for number in range(2):
        assert overlapping(Printed(made.pdf).pieces(number), least=0.02) == []


def test_cut_marks_are_outside_the_cards_on_both_sides(made):
    for number in range(2):
        marks = [
            box for box in Printed(made.pdf).drawn(number)
            if max(box.bounds[2] - box.bounds[0], box.bounds[3] - box.bounds[1]) < MARK + 0.5
            and (box.bounds[2] < LEFT or box.bounds[0] > 210 - LEFT)
        ]  # fmt: skip
        assert len(marks) == 12


def test_copies_fill_sheets_of_ten(plan):
    made = cards_pdf(plan, ["E01"], printed=PRINTED, copies=A_SHEET + 1)
    assert made.pages == 4
    assert Printed(made.pdf).text().count("便民服务连心卡") == A_SHEET
    assert Printed(made.pdf).text(2).count("便民服务连心卡") == 1


def test_no_phone_by_default_and_no_name_where_names_may_not_go_out():
    hidden = paper_plan(named=False)
    phones = contacts_of(hidden, "posts")
    made = cards_pdf(release(hidden), CODES, printed=PRINTED, contacts=phones)
    assert told(made.pdf, ["李<b>四", "王五", *PHONES.values()]) == []
    plain = cards_pdf(release(paper_plan()), CODES, printed=PRINTED)
    assert told(plain.pdf, [*PHONES.values(), OFFICE]) == []
    assert any("便民服务电话" in said.zh for said in plain.said)


def test_no_card_a_grid_that_there_is_not_and_too_many_are_refused(plan):
    for codes, copies in (([], 1), (["nobody"], 1), (["E"], 0), (["E"], 1001)):
        with pytest.raises(UsageError):
            cards_pdf(plan, codes, printed=PRINTED, copies=copies)
