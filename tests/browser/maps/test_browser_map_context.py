"""The context on the HTML map in a real browser: seen, named, switched, dark, and on paper."""

import re

import browser
import drawn_plan
import pytest
from drawn_context import HAMLET, HIGH_STREET, RIVER_ROAD, draw_context
from playwright.sync_api import expect

from gridmap.maps import map_html

HOSTILE = "<img src=x onerror=alert(1)>"
# The box of a Chinese letter on a line, about the middle that its turned foot stands under.
LETTERS = """() => {
  const { left, top } = document.querySelector(".gm-roads").getBoundingClientRect();
  return [...document.querySelectorAll(".gm-road tspan")].map((one) => {
    const size = Number(one.parentElement.getAttribute("font-size"));
    const angle = (Number(one.getAttribute("rotate")) * Math.PI) / 180;
    const [right, up] = [size / 2, 0.36 * size];
    const x = Number(one.getAttribute("x")) + Math.cos(angle) * right + Math.sin(angle) * up;
    const y = Number(one.getAttribute("y")) + Math.sin(angle) * right - Math.cos(angle) * up;
    return { x: left + x - size / 2, y: top + y - size / 2, width: size, height: size };
  });
}"""
LINES = ".leaflet-gm-lines-pane svg g"
DARK_INK = 380  # sum of red, green and blue below which a background is dark


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    path = tmp_path_factory.mktemp("map") / "底图.html"
    plan = drawn_plan.draw_plan(context=draw_context(houses=300))
    path.write_text(map_html(plan), encoding="utf-8")
    return path.as_uri()


@pytest.fixture(params=[browser.DESK, browser.PHONE], ids=["1440", "390"])
def page(request, chromium, address):
    with browser.open_page(chromium, address, request.param) as watched:
        yield watched.page
        assert (watched.outside, watched.errors) == ([], [])


def painted(page) -> int:
    """Count the px of the context's canvas that are not empty."""
    return page.evaluate(
        "() => { const c = document.querySelector('.leaflet-gm-context-pane canvas');"
        "const all = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
        "let count = 0; for (let at = 3; at < all.length; at += 4) count += all[at] > 0;"
        "return count; }"
    )


def test_a_village_a_road_and_a_grid_number_are_found_at_both_widths(page):
    if page.viewport_size["width"] == browser.PHONE["width"]:
        page.get_by_role("button", name="放大").click()
    expect(page.locator("text.gm-road", has_text=HIGH_STREET).first).to_be_visible()
    expect(page.locator(".gm-name2", has_text="西村")).to_be_visible()
    expect(page.locator(".gm-number", has_text="02").first).to_be_visible()
    assert painted(page) > 500


def test_no_text_lies_over_another(page):
    expect(page.locator(".gm-number").first).to_be_visible()
    seen = 0
    for _ in range(3):
        names = [
            one.bounding_box()
            for one in page.locator(".leaflet-gm-names-pane > .gm-name").all()
        ]  # fmt: skip
        roads = page.evaluate(LETTERS)
        seen += len(names) * len(roads)
        for place, one in enumerate(names):
            for other in [*names[:place], *roads]:
                assert not overlap(one, other), (one, other)
        page.get_by_role("button", name="放大").click()
        page.wait_for_timeout(400)
    assert seen > 0


def overlap(one, other, slack=3):
    """Whether two boxes share more than an edge; the box of a line is taller than its text."""
    across = min(one["x"] + one["width"], other["x"] + other["width"]) - max(one["x"], other["x"])
    down = min(one["y"] + one["height"], other["y"] + other["height"]) - max(one["y"], other["y"])
    return across > slack and down > slack


def test_more_of_the_context_comes_nearer_and_it_can_be_switched_off(chromium, address):
    with browser.open_page(chromium, address) as watched:
        page = watched.page
        expect(page.locator(".gm-roads text")).not_to_have_count(0)
        expect(page.locator(".gm-place")).to_have_text([HAMLET])
        expect(page.locator("#gm-context li span")).to_have_text(
            ["铁路", "省道、主干路", "乡道、支路", "巷道", "河流、沟渠", "房屋", "水面"]
        )
        assert {HIGH_STREET, RIVER_ROAD} <= set(page.locator("text.gm-road").all_text_contents())
        page.get_by_label("底图要素").uncheck()
        expect(page.locator(".gm-roads text")).to_have_count(0)
        expect(page.locator("#gm-context-part")).to_be_hidden()
        browser.until(page, lambda: painted(page) == 0)
        page.get_by_label("底图要素").check()
        browser.until(page, lambda: painted(page) > 0)
        assert watched.errors == []


def test_a_road_and_a_place_are_found_by_name(chromium, address):
    with browser.open_page(chromium, address) as watched:
        page = watched.page
        field = page.get_by_role("combobox", name="查询网格")
        field.fill("王庄")
        expect(page.locator(".gm-hit")).to_have_text([f"{HAMLET}地名"])
        page.keyboard.press("Enter")
        place = page.locator(".gm-place", has_text=HAMLET)
        frame = page.locator(".folium-map").bounding_box()
        # It stands in the middle of the map, whose scale is a street's now.
        middle = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2
        browser.until(page, lambda: near(place.bounding_box(), middle))
        field.fill("大街")
        expect(page.locator(".gm-hit")).to_have_text([f"{HIGH_STREET}道路"])
        page.locator(".gm-hit").click()
        expect(page.locator("text.gm-road", has_text=HIGH_STREET).first).to_be_visible()
        # All of the road is in sight again, and the town around it.
        browser.until(page, lambda: page.locator(".gm-number").count() == 16)
        assert watched.errors == []


def near(box, middle, px=60):
    """Whether a text stands so near a place, in px."""
    return (
        box is not None
        and abs(box["x"] + box["width"] / 2 - middle[0]) < px
        and (abs(box["y"] + box["height"] / 2 - middle[1]) < px)
    )


def test_the_dark_theme_turns_ground_lines_and_texts_and_paper_stays_white(chromium, address):
    with browser.open_page(chromium, address) as watched:
        page = watched.page
        rect = page.locator("#gm-category-farmland rect").first
        light = rect.get_attribute("fill")
        page.get_by_role("button", name="深色").click()
        assert rect.get_attribute("fill") != light
        assert brightness(page, "background-color") < DARK_INK
        expect(page.get_by_role("button", name="浅色")).to_be_visible()
        line = page.locator(".leaflet-gm-lines-pane path").last
        assert line.get_attribute("stroke") == "#8f98a3"
        page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        assert rect.get_attribute("fill") == light
        assert line.get_attribute("stroke") == "#5d646d"
        assert brightness(page, "background-color") > DARK_INK
        # All of the town and all of the legend are on the sheet.
        frame, town = (page.locator(one).bounding_box() for one in (".folium-map", LINES))
        assert frame["x"] <= town["x"]
        assert frame["y"] <= town["y"]
        assert town["x"] + town["width"] <= frame["x"] + frame["width"]
        assert town["y"] + town["height"] <= frame["y"] + frame["height"]
        assert page.locator("#gm-panel").evaluate("one => one.scrollHeight <= one.clientHeight")
        expect(page.locator(".gm-north")).to_be_visible()
        expect(page.locator(".leaflet-control-scale")).to_be_visible()
        page.evaluate("window.dispatchEvent(new Event('afterprint'))")
        assert rect.get_attribute("fill") != light
        assert watched.errors == []


def brightness(page, name):
    colour = page.locator("body").evaluate(f"one => getComputedStyle(one)['{name}']")
    return sum(int(part) for part in re.findall(r"\d+", colour)[:3])


def test_a_hostile_name_of_a_road_is_shown_as_it_is(chromium, tmp_path):
    path = tmp_path / "hostile.html"
    plan = drawn_plan.draw_plan(context=draw_context(street=HOSTILE))
    path.write_text(map_html(plan), encoding="utf-8")
    with browser.open_page(chromium, path.as_uri()) as watched:
        expect(watched.page.locator("text.gm-road", has_text=HOSTILE).first).to_be_visible()
        assert watched.page.locator("img").count() == 0
        assert watched.errors == []
