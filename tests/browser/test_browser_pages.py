"""Every page in a real browser, in both languages: it opens, asks nobody outside, has no error."""

import re

import browser
import drawn_plan
import drawn_town
import pytest
from contrast import too_faint
from playwright.sync_api import expect
from wcag import breaches, foreign_names

from gridmap.store import save_plan
from gridmap.ui.start import REGISTRY
from gridmap.words import say

CHINESE = re.compile("[\u4e00-\u9fff]")
# Names and duties of the drawn town are data; the names of the languages stay in their own.
DATA = re.compile(r"中文|测试用?[镇虚构数据]*|[东西]村|第[一二]网格|(?:下沉)?干部\d*|微网格\d*")
DARK_GROUND = "rgb(21, 24, 28)"
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# test_browser_wall has the whole ones, test_browser_city that of a city.
KEYS = [entry.key for entry in REGISTRY if not entry.whole and entry.where != "city"]


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("app")
    drawn_town.write_town(folder / "towns" / "test")
    out = folder / "out"
    (out / "test").mkdir(parents=True)
    save_plan(drawn_plan.draw_plan(), out / "test" / "test.gridmap.gpkg")
    with browser.app_server(out, folder, folder / "towns") as started:
        yield started


@pytest.mark.parametrize("key", KEYS)
def test_page_opens_quietly_fits_a_phone_and_speaks_one_language_at_a_time(chromium, address, key):
    link = f"{address}/{key}".replace("/home", "/")
    with browser.open_page(chromium, link, browser.PHONE) as watched:
        page = watched.page
        looks_right(page, key, "zh")
        assert foreign_names(page) == []
        the_top_is_skipped(page)
        page.get_by_role("radio", name="English").tap()
        looks_right(page, key, "en")
        text = DATA.sub("", page.locator("[data-testid='stMain']").inner_text())
        assert not CHINESE.search(text), text
        assert watched.outside == []
        assert watched.errors == []


def looks_right(page, key, language):
    name = {"zh": "测试镇", "en": "Test Town"}[language] if key == "home" else ""
    title = name or say(f"page.{key}", language)
    expect(page.get_by_role("heading", name=title, exact=True).first).to_be_visible()
    browser.at_rest(page)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    now = page.locator("[class*='st-key-nav-now-'] a")
    expect(now).to_have_text(say(f"page.{key}", language))
    assert too_faint(page) == []
    assert breaches(page) == []
    towns = {"zh": "测试镇", "en": "Test Town"}
    assert page.title() == f"{say(f'page.{key}', language)} · {towns[language]} · gridmap"
    assert page.evaluate("document.documentElement.lang") == {"zh": "zh-CN", "en": "en"}[language]
    page.emulate_media(color_scheme="dark")
    expect(page.get_by_test_id("stApp")).to_have_css("background-color", DARK_GROUND)
    assert too_faint(page) == []
    page.emulate_media(color_scheme="light")
    browser.until(page, lambda: browser.fits(page))


def the_top_is_skipped(page):
    """The first key leads past the pages and the choices to what the page is about."""
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到内容")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    in_top = "document.activeElement.matches('body, main, .st-key-nav *, .st-key-top *')"
    assert not page.evaluate(in_top)


def test_pages_open_quietly_on_desk_and_phone_in_firefox_as_well(firefox, address):
    """Each is opened once and looked at in both sizes: to draw it is the costly part.

    By its link at the top, if it has one: Firefox reads the app's scripts anew for each address.
    """
    with browser.open_page(firefox, f"{address}/", browser.DESK) as watched:
        page = watched.page
        for key in KEYS:
            if key != "home":
                link = page.locator(".st-key-nav").get_by_role(
                    "link", name=say(f"page.{key}", "zh")
                )
                link.click() if link.count() else page.goto(f"{address}/{key}")
            title = "测试镇" if key == "home" else say(f"page.{key}", "zh")
            for size in (browser.DESK, browser.PHONE):
                page.set_viewport_size(size)
                heading = page.get_by_role("heading", name=title, exact=True).first
                expect(heading).to_be_visible()
                browser.at_rest(page)
                expect(page.get_by_test_id("stException")).to_have_count(0)
                assert too_faint(page) == []
                browser.until(page, lambda: page.evaluate(TOO_WIDE) <= 0)
            page.set_viewport_size(browser.DESK)
        assert watched.outside == []
        assert watched.errors == []
