"""The app in a real browser, served on this machine with nothing else to reach."""

import re

import browser
import drawn_plan
import pytest
from playwright.sync_api import expect
from saved_plans import put_plan

CHINESE = re.compile("[\u4e00-\u9fff]")
FIRST = f"{drawn_plan.WEST_1}01"


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("app")
    put_plan(drawn_plan.draw_plan, folder / "test.gridmap.gpkg")
    with browser.app_server(folder, folder) as started:
        yield started


@pytest.fixture
def context(chromium, address):
    with browser.open_page(chromium, f"{address}/coverage") as watched:
        yield watched.page
        assert watched.outside == []
        assert watched.errors == []


def the_map(page):
    return page.frame_locator("iframe[data-testid='stIFrame']")


def test_app_shows_the_map_and_a_click_opens_the_card(context):
    grids = the_map(context).locator("path.gm-ground")
    expect(grids).to_have_count(16)
    grids.first.click()
    expect(the_map(context).locator(".gm-card")).to_contain_text(FIRST)
    # Title and language are the page's own: the map does not say them twice.
    expect(the_map(context).locator("#gm-title")).to_be_hidden()
    expect(the_map(context).locator("#gm-language")).to_be_hidden()
    expect(the_map(context).locator("#gm-credit")).to_contain_text("非法定界线")


def test_language_switch_turns_page_and_map(context):
    expect(the_map(context).locator("#gm-legend")).to_contain_text("问题楼盘")
    context.get_by_role("radio", name="English").click()
    expect(context.get_by_role("heading", name="Coverage", exact=True)).to_be_visible()
    expect(context.get_by_text("Test Town")).to_be_visible()
    expect(the_map(context).locator("#gm-legend")).to_contain_text("Problem estate")
    browser.settled(context)
    assert "lang=en" in context.url
    text = context.locator("[data-testid='stMain']").inner_text().replace("中文", "")
    assert not CHINESE.search(text), text


def test_filter_narrows_the_table_and_leaves_the_map_as_it_is(context):
    expect(the_map(context).locator("path.gm-ground")).to_have_count(16)
    the_map(context).locator("path.gm-ground").first.click()
    context.get_by_role("tab", name="微网格").click()
    context.get_by_text("只看有空缺的").click()
    expect(context.get_by_text("显示 3 个，共 16 个")).to_be_visible()
    context.get_by_role("tab", name="覆盖图").click()
    # The card that was open is still open: the map was not loaded anew.
    expect(the_map(context).locator(".gm-card")).to_contain_text(FIRST)


def test_app_on_a_phone_has_no_sideways_scroll(chromium, address):
    with browser.open_page(chromium, f"{address}/coverage", browser.PHONE) as watched:
        expect(the_map(watched.page).locator("path.gm-ground")).to_have_count(16)
        width = watched.page.evaluate("document.documentElement.scrollWidth")
        assert width == browser.PHONE["width"]
        the_map(watched.page).get_by_role("button", name="图例查询").tap()
        expect(the_map(watched.page).locator("#gm-legend")).to_be_visible()
        assert (watched.outside, watched.errors) == ([], [])
