"""The map of all micro-grids in a real browser: what is drawn, told and led to."""

import gzip

import browser
import pytest
from playwright.sync_api import expect
from tiled_city import SIDE, SOUTH, WEST, catalogued_city

from gridmap.city.tiles import CityTiles, make_city_tiles
from gridmap.maps.legend import CATEGORY_LOOKS, EXCLUSIVE, load_looks
from gridmap.ui.city.tile_map import map_parts, map_values
from gridmap.ui.shell.i18n import Translator

ADDRESS = "http://127.0.0.1:9/city/{z}/{x}/{y}"  # answered by the test
GRID = (WEST, SOUTH, WEST + SIDE, SOUTH + SIDE)  # 甲 of 甲镇
BESIDE = (WEST + SIDE, SOUTH, WEST + 2 * SIDE, SOUTH + SIDE)
ALL = (WEST - 9, SOUTH - 9, WEST + 9, SOUTH + 9)
SHOW = """data => show({parentElement: document.body, data,
  setTriggerValue: (name, value) => { window.sent = [name, value] }})"""
# The colour in the middle of the map, a little off it: there are no lines.
MIDDLE = """() => {
  const box = document.querySelector(".tiles-map").getBoundingClientRect();
  const [x, y] = [box.x + box.width / 2 + 5, box.y + box.height / 2 + 5];
  for (const one of document.querySelectorAll("canvas")) {
    const at = one.getBoundingClientRect();
    if (x < at.x || y < at.y || x >= at.right || y >= at.bottom) continue;
    const dots = one.width / at.width;
    const place = [(x - at.x) * dots, (y - at.y) * dots, 1, 1];
    const [r, g, b] = one.getContext("2d").getImageData(...place).data;
    return "#" + [r, g, b].map(part => part.toString(16).padStart(2, "0")).join("");
  }
}"""


@pytest.fixture
def shown(chromium, tmp_path):
    """A page with the map; tiles are those of the server."""
    city = catalogued_city(tmp_path)
    make_city_tiles(city)
    tiles = CityTiles(city.catalogue)
    asked = []

    def answer(route):
        place = tuple(map(int, route.request.url.rsplit("/", 3)[1:]))
        asked.append(place)
        tile = tiles.tile(*place)
        headers = {"access-control-allow-origin": "*"}
        if tile is None:
            route.fulfill(status=404, headers=headers)
        else:
            route.fulfill(status=200, headers=headers, body=gzip.decompress(tile.data))

    html, css, js = map_parts()
    with browser.open_page(chromium, "about:blank", with_key=False) as watched:
        page = watched.page
        page.route("**/city/**", answer)
        page.set_content(
            f"<style>{css} .tiles-map {{ height: 500px; --ink: #000; --help: #333 }}</style>{html}"
            f"<script type=module>{js}\nwindow.show = show;</script>"
        )
        page.wait_for_function("() => window.show")
        yield page, tiles, asked
        page.unroute("**/city/**")


def show(page, tiles, colour, bounds):
    values = map_values(tiles, colour, Translator("zh"), opens=True, bounds=bounds)
    page.evaluate(SHOW, values | {"url": ADDRESS})
    page.wait_for_selector(".tiles[data-idle]")
    page.wait_for_timeout(300)  # tiles fade in


def test_a_click_tells_of_the_micro_grid_and_leads_to_its_town(shown):
    page, tiles, asked = shown
    show(page, tiles, "kind", GRID)
    fills = {look.key: look.colour for look in (*CATEGORY_LOOKS, EXCLUSIVE)}
    assert page.evaluate(MIDDLE) == fills["village_res"]
    assert {zoom for zoom, _, _ in asked} == {13}
    page.locator(".tiles-map").click()
    card = page.locator(".tiles-card")
    expect(card).to_contain_text("甲")
    for text in ("镇0", "4101001a", "村庄居住", "3 / 8"):
        expect(card).to_contain_text(text)
    card.get_by_role("button", name="打开该镇").click()
    assert page.evaluate("window.sent") == ["town", "甲镇"]
    show(page, tiles, "kind", BESIDE)
    assert page.evaluate(MIDDLE) == EXCLUSIVE.colour
    show(page, tiles, "load", GRID)
    assert page.evaluate(MIDDLE) == load_looks(1.0)[1].colour  # 3 of 8 h


def test_from_afar_a_town_is_one_shape_and_the_keyboard_asks_for_the_middle(shown):
    page, tiles, asked = shown
    show(page, tiles, "over", ALL)
    assert all(zoom < 9 for zoom, _, _ in asked)
    page.locator(".tiles-map").press("Enter")
    expect(page.locator(".tiles-card")).to_have_count(0)  # no town is there
    show(page, tiles, "over", (WEST - 0.6, SOUTH - 0.6, WEST + 0.6 + 2 * SIDE, SOUTH + 0.6 + SIDE))
    page.locator(".tiles-map").press("Enter")
    card = page.locator(".tiles-card")
    expect(card).to_contain_text("镇0")
    expect(card).to_contain_text("其中超负荷")
