"""The page 方案管理 in a real browser: plans named, branched, frozen, deleted; their history."""

import re

import browser
import pytest
from playwright.sync_api import expect
from redraw_plan import BY, E1, W2, draw

from gridmap import edits
from gridmap.plan.identity import FrozenPlanError
from gridmap.store import load_plan, save_plan
from gridmap.store.glance import glance
from gridmap.store.plan_lock import change_plan

TITLE = "现行 <img src=x onerror=alert(1)> *甲*"


def edited():
    plan = draw()
    plan = edits.apply(plan, edits.move_patches(plan, ["P11", "P12"], W2), **BY)
    return edits.apply(plan, edits.divide_grid(plan, E1, 2), **BY)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("plans")
    save_plan(edited(), made / "t.gridmap.gpkg")
    return made


@pytest.fixture(scope="module")
def address(folder):
    with browser.app_server(folder, folder) as started:
        yield f"{started}/plans?plan=t.gridmap.gpkg"


def row(page, name):
    return page.locator("[class*='st-key-plan-row-']").filter(has_text=name)


def act(page, name, button, **typed):
    """Open the actions of a plan, fill in fields and press a button."""
    row(page, name).get_by_role("button", name="操作").click()
    for label, text in typed.items():
        page.get_by_role("textbox", name=re.compile(f"^{label}")).fill(text)
    page.get_by_role("button", name=button, exact=True).click()
    browser.settled(page)


def outlines(grids):
    return grids.evaluate_all("all => all.map(one => one.getAttribute('d'))")


def test_plans_are_named_copied_branched_frozen_deleted_and_their_history_is_walked(
    chromium, address, folder
):
    with browser.open_page(chromium, address) as watched:
        page = watched.page
        path = folder / "t.gridmap.gpkg"

        act(page, "t.gridmap.gpkg", "改名", 名称=TITLE)
        expect(page.get_by_text(f"已改名为“{TITLE}”")).to_be_visible()
        assert glance(path).name == TITLE
        expect(page.locator("[class*='st-key-plan-choice'] button").first).to_contain_text("现行")
        expect(row(page, "t.gridmap.gpkg").locator("img")).to_be_visible()

        act(page, TITLE, "复制", 新方案的名称="乙")
        expect(row(page, "乙")).to_contain_text("副本")

        # The history: the slider goes back by keys, the map and the figures follow.
        grids, marks = page.locator(".history-grids path"), page.locator(".history-marks path")
        expect(grids).to_have_count(4)
        expect(marks).to_have_count(2)
        by_day = grids.first.get_attribute("fill")
        page.emulate_media(color_scheme="dark")
        expect(grids.first).not_to_have_attribute("fill", by_day)
        page.emulate_media(color_scheme="light")
        expect(grids.first).to_have_attribute("fill", by_day)
        slider = page.get_by_role("slider", name="第几步")
        slider.focus()
        page.keyboard.press("ArrowLeft")
        expect(grids).to_have_count(3)
        expect(page.locator(".history-note")).to_contain_text("第 1 步：划转 2 个图斑")
        expect(page.locator(".history-note")).to_contain_text("王五")
        before = outlines(grids)
        page.get_by_role("button", name="上一步").click()
        expect(page.locator(".history-note")).to_contain_text("第一步之前")
        assert outlines(grids) != before
        page.get_by_role("button", name="播放").click()
        expect(page.get_by_role("button", name="暂停")).to_be_visible()
        expect(page.locator(".history-note")).to_contain_text("第 2 步")
        expect(page.get_by_role("button", name="播放")).to_be_visible()  # it ends by itself
        page.get_by_role("button", name="上一步").click()
        page.get_by_role("button", name="从这一步另建草稿").click()
        draft = folder / "t-3.gridmap.gpkg"
        expect(row(page, "t-3.gridmap.gpkg")).to_contain_text("正在使用")
        assert glance(draft).steps == 1
        assert len(load_plan(draft).micro_grids) == 3
        name = glance(draft).name

        # Frozen: nothing changes it any more, and the page for redrawing says so.
        act(page, "t.gridmap.gpkg", "冻结", 冻结原因="会议通过")
        expect(row(page, "t.gridmap.gpkg").first).to_contain_text("生效中")
        with pytest.raises(FrozenPlanError):
            change_plan(path, lambda now: edits.undo(now, **BY))
        row(page, "t.gridmap.gpkg").get_by_role("button", name="打开").click()
        browser.settled(page)
        page.get_by_role("link", name="调整", exact=True).click()
        expect(page.get_by_text("本方案已由")).to_be_visible()
        page.get_by_role("button", name="前往方案管理").click()
        row(page, "t.gridmap.gpkg").get_by_role("button", name="操作").click()
        page.get_by_text("解冻后人人可改").click()
        page.get_by_role("button", name="解冻", exact=True).click()
        expect(row(page, "t.gridmap.gpkg").first).to_contain_text("编制中")

        # Deleted and undone; deleted and brought back from the wastebasket.
        act(page, "t-3.gridmap.gpkg", "删除")
        expect(page.get_by_text("已移入回收站")).to_be_visible()
        assert not draft.exists()
        page.get_by_role("button", name="撤销删除").click()
        expect(row(page, "t-3.gridmap.gpkg")).to_be_visible()
        assert glance(draft).name == name
        act(page, "乙", "删除")
        page.get_by_text("回收站（1）").click()
        page.get_by_role("button", name="恢复", exact=True).click()
        expect(row(page, "乙")).to_be_visible()

        # Compared: the page that compares opens with both chosen.
        row(page, "乙").get_by_role("button", name="与正在使用的方案对比").click()
        expect(page.get_by_role("heading", name="覆盖")).to_be_visible()
        other = page.get_by_role("combobox", name="与哪个方案比较")
        expect(other).to_have_value("乙 · t-2")
        assert watched.outside == []
        assert watched.errors == []
