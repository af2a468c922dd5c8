"""The page 交付 in a real browser: boards of a village, seen, cancelled once, made, fetched."""

import browser
import pypdfium2
import pytest
from playwright.sync_api import expect
from redraw_plan import draw
from saved_plans import put_plan


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("handover")
    put_plan(draw, folder / "t.gridmap.gpkg")
    with browser.app_server(folder, folder) as started:
        yield f"{started}/handover"


def test_boards_of_a_village_are_seen_cancelled_made_and_fetched(chromium, address):
    with browser.open_page(chromium, address) as watched:
        page = watched.page
        shown = page.locator("img.handover-page")
        expect(shown).to_have_attribute("alt", "公示牌的第一页")
        whole = shown.get_attribute("src")
        page.get_by_text("按村（社区）", exact=True).click()
        page.get_by_placeholder("可按名称或编码查找").click()
        page.get_by_role("option").last.click()
        page.keyboard.press("Escape")
        browser.settled(page)
        assert shown.get_attribute("src") != whole

        page.get_by_text("没有变化的也重印").click()  # far below the first cards
        expect(shown).to_be_in_viewport()
        page.locator(".st-key-handover-card-atlas").click(position={"x": 20, "y": 20})
        expect(page.get_by_role("checkbox", name="网格图册")).to_be_checked()
        make = page.get_by_role("button", name="生成文件")
        make.click()
        page.get_by_role("button", name="取消").click()
        expect(page.get_by_text("已取消。")).to_be_visible()
        page.locator(".st-key-handover-card-atlas").click(position={"x": 20, "y": 20})

        make.click()
        expect(page.get_by_text("已生成 1 个文件")).to_be_visible()
        with page.expect_download() as fetched:
            page.get_by_role("button", name="下载 t-boards.pdf").click()
        document = pypdfium2.PdfDocument(fetched.value.path().read_bytes())
        assert len(document) > 1
        assert watched.errors == watched.outside == []
