"""Mishaps while somebody redraws, and the buttons for those who work without a keyboard."""

import re

import browser
import pytest
import redraw_plan
from editor_hand import PLACE, SPOT, Hand
from playwright.sync_api import expect
from redraw_plan import BY, W1, W2

from gridmap import versions
from gridmap.plan_store import FilePlans
from gridmap.remarks.board import to_degrees
from gridmap.store import load_plan, save_plan

CHANGING = ("brush", "eraser", "move", "split", "cut")


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
        assert asked == ["beforeunload"]

        # Frozen by somebody else meanwhile, it is only looked at; the way out is a draft.
        tools = [page.locator(f"[data-tool={name}].tool") for name in CHANGING]
        expect(tools[0]).to_be_enabled()
        frozen = {"who": BY["who"], "when": BY["when"], "why": "会议通过"}
        versions.freeze_plan(path, folder=folder, **frozen)
        hand.click("P40")
        expect(page.locator(".gm-frozen")).to_contain_text("本方案已由王五于 2026-11-20 冻结")
        expect(page.locator(".gm-frozen")).to_contain_text("会议通过")
        for one in (*tools, hand.button("撤销")):
            expect(one).to_be_disabled()
        expect(page.locator(".gm-target, .gm-wholes button")).to_have_count(0)
        page.keyboard.press("b")
        expect(page.locator("[data-tool=pick].tool")).to_have_attribute("aria-pressed", "true")
        hand.button("另建草稿").click()
        expect(page.locator(".gm-frozen")).to_have_count(0)
        for one in tools:
            expect(one).to_be_enabled()
        browser.settled(page)
        draft = FilePlans(folder).id_of(folder / "t-2.gridmap.gpkg")
        assert page.url.endswith(f"plan={draft}")
        assert watched.errors == []


def test_a_target_is_pointed_at_and_a_line_is_finished_with_buttons(chromium, served):
    address, folder = served
    path = folder / "buttons.gridmap.gpkg"
    plan = redraw_plan.draw()
    person = plan.people.at[min(redraw_plan.people_on(plan, W2)), "name"]
    save_plan(plan, path)
    with browser.open_page(chromium, f"{address}/redraw?plan={path.name}") as watched:
        page, hand = watched.page, Hand(watched.page)
        expect(hand.editor).to_be_visible(timeout=60_000)
        # A border says why it is there; what moving it costs can be taken as it stands.
        hand.tool("border")
        page.mouse.click(*hand.editor.evaluate(PLACE, list(redraw_plan.at(2.02, 1.5))))
        reasons = page.locator(".gm-reasons")
        expect(reasons.first).to_contain_text("两侧合计每周 24.0 小时，超过一个微网格的承载力")
        assert hand.chosen() == []
        hand.button("按此移动：P22").click()
        expect(hand.changes()).to_have_count(1)
        assert hand.labels("P22") == [W1]
        expect(reasons).to_have_count(0)
        page.mouse.click(*hand.editor.evaluate(PLACE, list(redraw_plan.at(2.5, 2.02))))
        expect(reasons.first).to_contain_text("尚未接受的调整")
        page.mouse.click(*hand.editor.evaluate(SPOT, "P00"))  # no border there
        hand.button("关闭说明").click()
        expect(reasons).to_have_count(0)
        page.keyboard.press("Control+z")
        expect(hand.changes()).to_have_count(0)
        page.locator(".gm-map").focus()
        for key in ("x", " ", " "):
            page.keyboard.press(key)
        expect(reasons.first).to_contain_text("给定的 3 级网格界线：西与东之间")
        page.keyboard.press("v")

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

        # The tip reads the coordinates of the pointer.
        page.mouse.move(*hand.editor.evaluate(SPOT, "P11"))
        lon, lat = to_degrees(plan, *redraw_plan.at(1.5, 1.5))
        expect(page.locator(".gm-at")).to_have_text(re.compile(rf"^{lon:.3f}\d*, {lat:.3f}\d*$"))

        # Found by number, by pinyin, by who is in charge, by coordinates of any system.
        page.keyboard.press("Escape")
        field, hits = page.locator(".gm-find-input"), page.locator(".gm-hit")
        for keys, typed in (("/", "tvw02"), ("Control+f", f"{person} ")):
            page.locator(".gm-map").focus()
            page.keyboard.press(keys)
            page.keyboard.type(typed)
            expect(hits.first).to_contain_text("TVW02")
            page.keyboard.press("Enter")
            hand.rest()
            assert hand.chosen() == ["P21", "P22", "P30", "P31", "P32"]
            expect(page.locator(".gm-balance-row[aria-pressed=true]")).to_contain_text("02")
            page.keyboard.press("Escape")
        field.fill("dong")
        expect(hits.first).to_contain_text("TVE")
        hits.first.click()
        assert hand.chosen() == []
        field.fill("513050，3838250")
        expect(hits.first).to_contain_text("方案坐标系")
        hits.first.click()
        expect(page.locator(".gm-place")).to_contain_text("513050.00, 3838250.00")
        hand.rest()
        assert "P02" in hand.chosen()
        assert watched.errors == []
