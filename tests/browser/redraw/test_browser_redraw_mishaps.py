"""Mishaps while somebody redraws, and the buttons for those who work without a keyboard."""

import browser
import pytest
import redraw_plan
from editor_hand import PLACE, Hand
from playwright.sync_api import expect
from redraw_plan import W1, W2

from gridmap.store import load_plan, save_plan


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The app over a folder of plans, and that folder."""
    folder = tmp_path_factory.mktemp("mishaps")
    with browser.app_server(folder, folder) as address:
        yield address, folder


def test_pending_changes_outlive_a_lost_file_and_a_page_loaded_again_by_mistake(chromium, served):
    address, folder = served
    path = folder / "t.gridmap.gpkg"
    save_plan(redraw_plan.draw(), path)
    with browser.open_page(chromium, f"{address}/redraw?plan={path.name}") as watched:
        page, hand = watched.page, Hand(watched.page)
        expect(hand.editor).to_be_visible(timeout=60_000)
        hand.click("P20")
        page.locator(f".gm-target[data-grid={W1}]").click()
        expect(hand.changes()).to_have_count(1)

        # The browser asks before pending changes go, and "stay" keeps them.
        asked = []
        page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
        page.evaluate("setTimeout(() => location.reload())")
        browser.until(page, lambda: asked == ["beforeunload"])
        expect(hand.changes()).to_have_count(1)

        # A file that has gone is told, and can be brought back without losing anything.
        path.rename(folder / "gone")
        page.locator(".gm-accept").click()
        expect(page.locator(".gm-news.fault")).to_contain_text("没有方案")
        expect(hand.changes()).to_have_count(1)
        (folder / "gone").rename(path)
        hand.accept()
        assert redraw_plan.code_of(load_plan(path), "P20", "P21") == [W1, W2]

        # With nothing pending nobody is asked.
        page.reload()
        expect(hand.editor).to_be_visible()
        assert (asked, watched.errors) == (["beforeunload"], [])


def test_a_target_is_pointed_at_and_a_line_is_finished_with_buttons(chromium, served):
    address, folder = served
    path = folder / "buttons.gridmap.gpkg"
    save_plan(redraw_plan.draw(), path)
    with browser.open_page(chromium, f"{address}/redraw?plan={path.name}") as watched:
        page, hand = watched.page, Hand(watched.page)
        expect(hand.editor).to_be_visible(timeout=60_000)
        hand.click("P20")
        hand.button("在图上指定").click()
        hand.click("P10")
        expect(hand.changes()).to_have_count(1)
        assert hand.labels("P20") == [W1]

        hand.tool("split")
        expect(hand.button("完成画线")).to_be_hidden()
        for spot in ((5.0, -0.2), (5.0, 3.2)):
            page.mouse.click(*hand.editor.evaluate(PLACE, list(redraw_plan.at(*spot))))
        hand.button("完成画线").click()
        expect(hand.changes()).to_have_count(2)
        expect(hand.button("完成画线")).to_be_hidden()
        assert hand.labels("P40") != hand.labels("P50")
        assert watched.errors == []
