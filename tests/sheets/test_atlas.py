"""The atlas of a town, read back from the file: pages, index, links, outline, numbers, scale."""

from datetime import date

import drawn_plan
import firm_plan
import pytest
from pages import Printed, assert_like_golden, overlapping
from plan_fixtures import W1, W1A

from gridmap.publish import release
from gridmap.sheets import atlas_pdf
from layers.contract.errors import UsageError

DAY = date(2026, 11, 30)
WEST = drawn_plan.WEST_1[:-3]


@pytest.fixture(scope="module")
def drawn():
    return release(drawn_plan.draw_plan())


@pytest.fixture(scope="module")
def whole(drawn):
    told = []
    made = atlas_pdf(drawn, printed=DAY, tell=lambda *done: told.append(done))
    return made, Printed(made.pdf), told


def lines_of(pages, page):
    return pages.text(page).split("\n")


def test_cover_legend_and_index_come_first_then_every_given_grid_in_order(drawn, whole):
    made, pages, told = whole
    given = drawn.grids[(drawn.grids["kind"] == "base") & (drawn.grids["level"] > 1)]
    assert set(made.begins) == set(given.index)
    villages = [code for code in made.begins if code.startswith(WEST)]
    assert villages == [WEST, drawn_plan.WEST_1, drawn_plan.WEST_2]  # each with what lies in it
    assert made.pages == len(pages)
    for code, page in made.begins.items():
        text = pages.text(page - 1)
        assert code in text
        assert drawn.grids.at[code, "name"] in text
        assert f"第 {page} 页，共 {made.pages} 页" in text
    assert told[-1] == (len(told), len(told))
    cover = pages.text(0)
    for said in ("测试镇微网格图集", "微网格数", "16", "空缺岗位", "内部使用，未经审图，不得公开"):
        assert said in cover
    assert "怎样看这本图集" in pages.text(1)


def test_the_outline_leads_to_every_page_by_name_and_code(drawn, whole):
    made, pages, _ = whole
    entries = {title: (level, page + 1) for level, title, page in pages.outline()}
    for code, page in made.begins.items():
        level = int(drawn.grids.at[code, "level"]) - 2
        assert entries[f"{drawn.grids.at[code, 'name']} · {code}"] == (level, page)


def test_the_index_names_kind_who_and_page_of_every_micro_grid_and_leads_there(drawn, whole):
    made, pages, _ = whole
    index = range(2, min(made.begins.values()) - 1)
    lines = [line for page in index for line in lines_of(pages, page)]
    for code in drawn_plan.micro_codes():
        row = next(line for line in lines if line.startswith(code))
        page = made.begins[drawn.grids.at[code, "parent_code"]]
        assert drawn.grids.at[code, "name"] in row
        assert row.split()[-1] == str(page)
    vacant = next(line for line in lines if line.startswith(f"{drawn_plan.EAST_2}01"))
    assert "空缺 2" in vacant
    for page in index:
        pieces = pages.pieces(page)
        for box, target in pages.links(page):
            inside = [one.text for one in pieces if box.contains(one.box.centroid)]
            numbers = [text for text in inside if text.isdigit() and len(text) < 4]
            assert all(int(text) == target + 1 for text in numbers)
    targets = {target + 1 for page in index for _, target in pages.links(page)}
    assert targets == set(made.begins.values())


def test_each_page_numbers_its_micro_grids_as_its_table_does(drawn, whole):
    made, pages, _ = whole
    assert made.unnumbered == ()
    page = made.begins[drawn_plan.WEST_2] - 1
    for number in ("01", "02", "03", "04"):
        found = [one for one in pages.pieces(page) if one.text == number]
        assert len(found) == 2  # on the map and in the table
    text = pages.text(page)
    assert "水域" in text
    assert "12.50" in text
    village = pages.text(made.begins[WEST] - 1)
    assert "00104" in village  # the whole number within the village


def test_the_scale_that_is_printed_is_that_of_the_ground(whole):
    made, pages, _ = whole
    page = made.begins[drawn_plan.WEST_2] - 1
    ratio = next(one.text for one in pages.pieces(page) if one.text.startswith("1:"))
    scale = int(ratio[2:].replace(" ", ""))
    wide, high = 250_000 / scale, 500_000 / scale  # of a strip, in mm
    sizes = [(box.bounds[2] - box.bounds[0], box.bounds[3] - box.bounds[1])
             for box in pages.filled(page)]  # fmt: skip
    best = min(sizes, key=lambda size: abs(size[0] - wide) + abs(size[1] - high))
    assert best == pytest.approx((wide, high), rel=0.005)


def test_no_text_lies_over_another_on_any_page(whole):
    _, pages, _ = whole
    assert [pair for page in range(len(pages)) for pair in overlapping(pages.pieces(page))] == []


def test_a_page_looks_as_it_did(whole):
    made, pages, _ = whole
    assert_like_golden(pages.picture(made.begins[drawn_plan.WEST_2] - 1), "atlas_page")


# what is asked for


def test_some_grids_alone_with_pages_of_micro_grids_on_large_paper(drawn):
    made = atlas_pdf(drawn, [drawn_plan.WEST_2], printed=DAY, each=True, paper="A3")
    pages = Printed(made.pdf)
    inside = [f"{drawn_plan.WEST_2}0{number}" for number in range(1, 5)]
    assert list(made.begins) == [drawn_plan.WEST_2, *inside]
    assert pages.size_mm() == (297.0, 420.0)
    last = pages.text(made.begins[inside[1]] - 1)
    assert inside[1] in last
    assert "人居环境" in last  # a duty of its posts
    assert atlas_pdf(drawn, [drawn_plan.WEST_2], printed=DAY, each=True, paper="A3").pdf == made.pdf
    single = atlas_pdf(drawn, [inside[0]], printed=DAY)
    assert list(single.begins) == [inside[0]]


@pytest.mark.parametrize(
    ("wish", "match"),
    [({"codes": ["nobody"]}, "no grid 'nobody'"), ({"paper": "B5"}, "no paper"),
     ({"codes": [drawn_plan.TOWN, "x"]}, "no grid 'x'")],
)  # fmt: skip
def test_what_cannot_be_made_is_refused(drawn, wish, match):
    with pytest.raises(UsageError, match=match):
        atlas_pdf(drawn, printed=DAY, **wish)


def test_exclusive_grids_are_numbered_and_listed_with_their_parts(drawn):
    plan = release(firm_plan.firm_plan())
    made = atlas_pdf(plan, [W1], printed=DAY, language="en", grey=True)
    pages = Printed(made.pdf)
    text = pages.text(made.begins[W1] - 1)
    assert len([one for one in pages.pieces(made.begins[W1] - 1) if one.text == "901"]) == 2
    assert "90101" in text  # a workshop without ground, in the table alone
    assert "Exclusive grid" in text
    assert plan.grids.at[W1A, "name"] in text
    red, green, blue = pages.picture(made.begins[W1] - 1).split()
    assert red.tobytes() == green.tobytes() == blue.tobytes()
