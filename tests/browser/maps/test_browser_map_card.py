"""Where the card of the HTML map lies: beside what it tells of, below it on a phone."""

import browser
import drawn_plan
import pytest
from playwright.sync_api import expect

from gridmap.maps import map_html

FIRST = f"{drawn_plan.WEST_1}01"
LAST = f"{drawn_plan.EAST_2}04"  # at the side of the card
CORNERS = (".leaflet-control-zoom", ".gm-tools", ".leaflet-control-scale", ".gm-north",
           ".gm-credit", "#gm-search")  # fmt: skip


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    path = tmp_path_factory.mktemp("card") / "map.html"
    path.write_text(map_html(drawn_plan.draw_plan()), encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def phone(chromium, address):
    with browser.open_page(chromium, address, browser.PHONE) as watched:
        yield watched.page
        assert watched.outside == []
        assert watched.errors == []


def rect(page, selector):
    return page.locator(selector).first.evaluate("one => one.getBoundingClientRect().toJSON()")


def card(page):
    return rect(page, ".gm-dock")


def chosen(page):
    return rect(page, "path.gm-chosen")


def over_corners(page):
    """Give what the open card lies over."""
    one = card(page)
    return [
        name
        for name in CORNERS
        if page.locator(name).first.is_visible()
        and all(
            one[low] < rect(page, name)[high] and rect(page, name)[low] < one[high]
            for low, high in (("left", "right"), ("top", "bottom"))
        )
    ]


@pytest.mark.parametrize("width", [1440, 1024])
def test_a_card_lies_beside_what_it_tells_of_and_over_no_corner(chromium, address, width):
    with browser.open_page(chromium, address, {"width": width, "height": 768}) as watched:
        page = watched.page
        page.locator("path.gm-ground").nth(drawn_plan.micro_codes().index(LAST)).click()
        expect(page.locator("path.gm-chosen")).to_have_count(2)
        browser.until(page, lambda: chosen(page)["right"] < card(page)["left"])
        assert over_corners(page) == []
        for view in ("人均工作量", "到岗情况"):  # it stays marked in every colouring
            page.get_by_label(view).check(force=True)
            lines = page.locator("path.gm-chosen").all()
            assert [one.get_attribute("stroke") for one in lines] == ["#000", "#ffe100"]
        page.keyboard.press("Escape")
        expect(page.locator("path.gm-chosen")).to_have_count(0)
        assert (watched.outside, watched.errors) == ([], [])


def test_phone_shows_the_map_first_and_the_panel_on_demand(phone):
    expect(phone.locator("#gm-panel")).to_be_hidden()
    browser.until(phone, lambda: browser.fits(phone))
    phone.get_by_role("button", name="图例查询").tap()
    expect(phone.locator("#gm-legend")).to_be_visible()
    expect(phone.get_by_role("button", name="收起")).to_be_visible()
    phone.get_by_role("combobox", name="查询网格").fill(FIRST)
    phone.locator(".gm-hit").first.tap()
    expect(phone.locator("#gm-panel")).to_be_hidden()

    # The card is a sheet: what was found lies above it, and so do buttons and scale.
    browser.until(phone, lambda: chosen(phone)["bottom"] < card(phone)["top"])
    assert card(phone)["right"] - card(phone)["left"] == browser.PHONE["width"]
    assert over_corners(phone) == []
    phone.get_by_role("button", name="收起").tap()
    expect(phone.locator(".gm-card, .gm-chosen").locator("visible=true")).to_have_count(0)
