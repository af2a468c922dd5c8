"""Public boards read back: what stands on them, where, how large, and what does not."""

import io
import json
from dataclasses import replace

import pytest
import shapely
from pages import Printed, assert_like_golden, overlapping
from paper_plan import (
    BROKEN,
    HOSTILE,
    LONG,
    OFFICE,
    PHONES,
    RARE,
    TEAM,
    crowded_plan,
    paper_plan,
)
from PIL import Image, ImageDraw
from public_bytes import LINE, PRINTED, told

from gridmap.boards.board import Board
from gridmap.boards.numbers import number_of
from gridmap.boards.qr import read_qr
from gridmap.paper import boards_pdf, default_template
from gridmap.paper.template import parse_template, template_text
from gridmap.publish import release
from gridmap.publish.contacts import contacts_of
from layers.contract.errors import UsageError

CODES = ["T", "W", "W01", BROKEN, "E01", TEAM]
SUPERVISION = "12345"


def wished(**keys):
    """Write a template with some keys of its own."""
    text = template_text()
    for key, value in keys.items():
        lines = [
            f"{key} = {json.dumps(value, ensure_ascii=False)}" if line.startswith(f"{key} =")
            else line for line in text.split("\n")
        ]  # fmt: skip
        text = "\n".join(lines)
    return parse_template(text)


def hung(codes):
    return [Board(number_of([code]), grid_code=code, place=f"{code}门口") for code in codes]


@pytest.fixture(scope="module")
def plan():
    return release(paper_plan())


@pytest.fixture(scope="module")
def made(plan):
    phones = contacts_of(paper_plan(), "posts")
    template = wished(supervision=SUPERVISION)
    return boards_pdf(plan, printed=PRINTED, template=template, places=hung(CODES), contacts=phones)


@pytest.fixture(scope="module")
def pages(made):
    return Printed(made.pdf)


def text_of(pages, code):
    return pages.text(CODES.index(code))


# what stands on them


def test_a_board_says_grid_people_duties_phones_version_and_the_line(pages):
    text = text_of(pages, "T")
    for part in ("网格T公示牌", "欧阳㙍䢺", PHONES["001"], OFFICE, SUPERVISION, "信息采集", LINE,
                 "2026-1", "2026-03-01", number_of(["T"]), "T门口", "网格长"):  # fmt: skip
        assert part in text, part


def test_rare_long_and_hostile_names_are_whole(pages):
    assert f"{RARE}街网格公示牌" in text_of(pages, "W01")
    assert f"{LONG}公示牌" in text_of(pages, "E01").replace("\n", "")
    assert f"{HOSTILE}公示牌" in text_of(pages, BROKEN)
    assert "李<b>四" in text_of(pages, "E01")


def test_a_vacant_post_is_told_kindly_and_a_leader_above_is_there(pages, made):
    assert "正在选派，有事请拨打便民服务电话" in text_of(pages, BROKEN)
    assert any("空缺" in said.zh for said in made.said)
    above = boards_pdf(release(paper_plan()), ["W01"], printed=PRINTED, template=wished(above=2))
    assert "网格T · 网格长" in Printed(above.pdf).text()
    alone = boards_pdf(release(paper_plan()), ["W01"], printed=PRINTED, template=wished(above=0))
    assert "网格T" not in Printed(alone.pdf).text()


def test_a_team_without_ground_has_the_map_of_the_grid_above(pages, made):
    assert "快递小哥流动网格公示牌" in text_of(pages, TEAM)
    assert "1:" in text_of(pages, TEAM)
    assert any("没有单独的地块" in said.zh for said in made.said)


# how they look


def test_no_text_lies_over_another_or_off_the_sheet(pages):
    for number, code in enumerate(CODES):
        sheet = shapely.box(0, 0, *pages.size_mm(number)).buffer(-5)
        texts = pages.pieces(number)
        assert len(texts) > 12
        assert [one.text for one in texts if not sheet.contains(one.box)] == [], code
        assert overlapping(texts, least=0.02) == [], code


@pytest.mark.parametrize("size", ["A4", "A2"])
def test_other_paper_is_in_proportion(plan, size):
    page = Printed(boards_pdf(plan, ["E01"], printed=PRINTED, template=wished(size=size)).pdf)
    assert page.size_mm()[0] == {"A4": 297, "A2": 594}[size]
    assert overlapping(page.pieces(), least=0.02) == []


def test_many_people_stand_in_two_columns_each_whole():
    names = ["诸葛流云", "张三丰", "买买提·吐尔逊江·阿不都热合曼", "王小明", "李雷", "韩梅梅"]
    plan = crowded_plan(names)
    phones = contacts_of(plan, "posts")
    pages = Printed(boards_pdf(release(plan), ["E01"], printed=PRINTED, contacts=phones).pdf)
    for number, name in enumerate(names):
        assert name in pages.text().replace("\n", "")
        assert f"0371-6600 {number:04d}" in pages.text()
    left = {
        round(one.box.bounds[0] / 10) for one in pages.pieces() if one.text.startswith("0371-66")
    }
    assert len(left) == 2
    assert overlapping(pages.pieces(), least=0.02) == []


def test_without_a_map_people_have_the_whole_board(plan):
    template = wished(fields=["people", "hotline"])
    made = boards_pdf(plan, ["E01"], printed=PRINTED, template=template)
    titles = [one.box.bounds for one in Printed(made.pdf).pieces() if one.text.startswith("网格")]
    assert min(bounds[0] for bounds in titles) < 30
    assert max(bounds[2] for bounds in titles) > 210
    assert "信息采集" not in Printed(made.pdf).text()


def test_names_and_phones_are_legible_from_two_metres(pages):
    # Letters of 1/250 of the distance are read with ease: 8 mm; digits have no more height.
    boxes = {one.text.strip(): one.box.bounds for one in pages.pieces(CODES.index("W01"))}
    for text in ("王五", OFFICE, f"{RARE}街网格公示牌"):
        assert boxes[text][3] - boxes[text][1] >= 8.0, text


def test_the_map_is_true_to_its_scale(pages):
    # W01 is 200 m x 100 m. 1:1 000 is the largest of the usual scales at which 200 m fit.
    number, scale = CODES.index("W01"), 1000
    assert "1:1 000" in pages.text(number)
    wanted = (200_000 / scale, 100_000 / scale)
    drawn = [box.bounds for box in pages.drawn(number)]
    sizes = [(right - left, high - low) for left, low, right, high in drawn]
    fits = [
        size for size in sizes
        if all(abs(is_ - want) <= 0.005 * want for is_, want in zip(size, wanted, strict=True))
    ]  # fmt: skip
    assert fits
    assert "20 米" in pages.text(number)  # in four parts
    parts = [size for size in sizes if abs(size[0] - 5_000 / scale) < 0.02 and size[1] < 3]
    assert len(parts) >= 4


def test_an_independent_reader_finds_the_number_in_the_picture(pages, plan):
    for number, code in enumerate(CODES):
        assert [read_qr(text) for text in pages.codes(number)] == [number_of([code])]
    template = wished(address="http://192.168.1.20:8501")
    linked = boards_pdf(plan, printed=PRINTED, template=template, places=hung(["E01"]))
    number = number_of(["E01"]).replace("-", "")
    assert Printed(linked.pdf).codes() == [f"http://192.168.1.20:8501/?board={number}"]


def test_a_draft_without_a_number_has_no_code(plan):
    assert Printed(boards_pdf(plan, ["E01"], printed=PRINTED).pdf).codes() == []


def badge():
    """Draw a logo: a red disc on nothing, as a PNG file."""
    image = Image.new("RGBA", (160, 160), (0, 0, 0, 0))
    ImageDraw.Draw(image).ellipse((10, 10, 150, 150), fill="#c8102e")
    written = io.BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


def test_a_board_looks_as_it_did(plan):
    template = wished(size="A4", supervision=SUPERVISION).model_copy(update={"image": badge()})
    board = boards_pdf(
        plan, printed=PRINTED, template=template, places=hung(["E01"]),
        contacts=contacts_of(paper_plan(), "posts"),
    )  # fmt: skip
    assert_like_golden(Printed(board.pdf).picture(), "board")


def test_a_board_without_names_looks_as_it_did():
    hidden = release(paper_plan(named=False), public=True)
    template = wished(size="A4", hotline=OFFICE)
    board = boards_pdf(hidden, printed=PRINTED, template=template, places=hung(["W"]))
    assert_like_golden(Printed(board.pdf).picture(), "board_without_names")


# many, the same, cancelled


def test_several_boards_of_a_grid_share_one_map_and_have_numbers_of_their_own(plan):
    boards = [replace(hung(["E"])[0], number=number_of([str(one)])) for one in range(6)]
    six = boards_pdf(plan, printed=PRINTED, places=boards)
    one = boards_pdf(plan, printed=PRINTED, places=boards[:1])
    assert len(six.pdf) - len(one.pdf) < 0.6 * len(one.pdf)
    told_by = [Printed(six.pdf).codes(number)[0] for number in range(6)]
    assert [read_qr(text) for text in told_by] == [board.number for board in boards]


def test_the_same_arguments_give_the_same_bytes(plan, made):
    again = boards_pdf(
        plan, printed=PRINTED, template=wished(supervision=SUPERVISION), places=hung(CODES),
        contacts=contacts_of(paper_plan(), "posts"),
    )  # fmt: skip
    assert again.pdf == made.pdf


def test_progress_is_told_and_may_cancel(plan):
    told_of = []

    def tell(done, of_all):
        told_of.append((done, of_all))
        if done == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        boards_pdf(plan, ["T", "W", "E"], printed=PRINTED, tell=tell)
    assert told_of == [(1, 3), (2, 3)]


def test_a_grid_that_there_is_not_and_no_grid_at_all_are_refused(plan):
    with pytest.raises(UsageError, match="table of grids"):
        boards_pdf(plan, ["nobody"], printed=PRINTED)
    with pytest.raises(UsageError, match="Name one grid"):
        boards_pdf(plan, [], printed=PRINTED)


# nothing private


def test_by_default_no_phone_of_anybody_stands_on_a_board(plan):
    data = boards_pdf(plan, CODES, printed=PRINTED).pdf
    assert told(data, [*PHONES.values(), OFFICE]) == []
    office = boards_pdf(plan, CODES, printed=PRINTED, contacts=contacts_of(paper_plan(), "office"))
    assert OFFICE in Printed(office.pdf).text()
    assert told(office.pdf, PHONES.values()) == []


def test_names_stand_on_boards_only_where_they_may_be_published():
    hidden = paper_plan(named=False)
    phones = contacts_of(hidden, "posts")
    made = boards_pdf(release(hidden), CODES, printed=PRINTED, contacts=phones)
    assert told(made.pdf, ["欧阳", "李<b>四", "王五", *PHONES.values()]) == []
    assert "网格为您做什么" in Printed(made.pdf).text()
    assert any("姓名" in said.zh for said in made.said)


def test_who_has_left_or_begins_later_is_not_named():
    plan = release(paper_plan())
    rows = plan.assignments
    terms = rows.assign(
        valid_to=rows["valid_to"].mask(rows["person_id"] == "002", "2026-02-28"),
        valid_from=rows["valid_from"].mask(rows["person_id"] == "003", "2026-03-02"),
    )
    made = boards_pdf(plan.with_tables(assignments=terms), ["E01", "W01", "T"], printed=PRINTED)
    pages = Printed(made.pdf)
    assert "李<b>四" not in pages.text(0)
    assert "王五" not in pages.text(1)
    assert "正在选派" in pages.text(0)
    assert "欧阳" in pages.text(2)


def test_the_template_decides_what_stands_there(plan):
    bare = wished(fields=["people"], title="{town} {parent} {name} {code}", roles=["member"])
    page = Printed(boards_pdf(plan, ["E01"], printed=PRINTED, template=bare).pdf)
    assert f"小镇 网格E {LONG} E01" in page.text().replace("\n", "")
    assert "1:" not in page.text()
    assert "网格员" in page.text()
    assert "E01 · 网格长" not in page.text()
    assert "网格编码" not in page.text()


def test_a_board_in_english_has_no_chinese_words_of_ours(plan):
    page = Printed(boards_pdf(plan, ["W"], printed=PRINTED, language="en").pdf)
    assert "Grid W" in page.text()
    assert "Small Town" in page.text()
    assert "信息采集" not in page.text()
    assert default_template().duties_en["all"][0] in page.text()
