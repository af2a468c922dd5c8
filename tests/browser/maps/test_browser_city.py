"""The page of a city in a real browser: its map is clicked from the county to the town's pages."""

import re

import browser
from contrast import too_faint
from drawn_city import in_place, write_city
from playwright.sync_api import expect
from wcag import breaches, foreign_names

from gridmap.city import open_city, plan_city

CHINESE = re.compile("[\u4e00-\u9fff]")
DATA = re.compile(r"中文|测试[镇市]|[甲乙]县|市|县")
TABS = ("Map", "Towns: 1", "Areas: 2", "Planning", "Borders and people")


def test_a_city_is_looked_into_by_clicks_on_a_phone_too_and_speaks_one_language(
    chromium, tmp_path, monkeypatch
):
    city = write_city(tmp_path / "city", {"a": "410122001"})
    with in_place(monkeypatch):
        plan_city(open_city(city))
    plans = city / "plans"
    with (
        browser.app_server(plans, tmp_path, plans, city) as address,
        browser.open_page(chromium, f"{address}/", browser.PHONE) as watched,
    ):
        page = watched.page
        card = page.locator(".st-key-city-card")
        expect(card).to_contain_text("测试市")
        expect(page.locator(".towns[data-drawn]")).to_be_visible()
        expect(page.locator(".towns-name")).to_have_text(["乙县"])
        browser.at_rest(page)
        assert foreign_names(page) == []
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert too_faint(page) == []
        assert breaches(page) == []
        browser.until(page, lambda: browser.fits(page))
        for named in ("乙县", "410122001"):  # the county first, then its town
            page.locator(".towns-map").click()
            expect(card).to_contain_text(named)
        page.get_by_role("radio", name="English").tap()
        for tab in TABS:
            page.get_by_role("tab", name=tab, exact=True).tap()
            browser.at_rest(page)
            expect(page.get_by_test_id("stException")).to_have_count(0)
            shown = DATA.sub("", page.locator("[data-testid='stMain']").inner_text())
            assert not CHINESE.search(shown), shown
            assert too_faint(page) == []
        page.get_by_role("tab", name="Map", exact=True).tap()
        page.get_by_role("button", name="Coverage").tap()
        expect(page.get_by_role("heading", name="Coverage", exact=True)).to_be_visible()
        assert watched.outside == []
        assert watched.errors == []
