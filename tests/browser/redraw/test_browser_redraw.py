"""Redrawing with real clicks: choosing, moving, repairing, cutting, locking, undoing, two people.

Every test has a plan of its own, the drawn one of `redraw_plan`.
"""

import re

import browser
import pytest
import redraw_plan
from drawn_context import context_of
from editor_hand import SPOT, Hand, at_work
from playwright.sync_api import expect
from redraw_plan import BY, E1, W1, W2
from saved_plans import put_plan

from gridmap import edits
from gridmap.store import load_plan
from gridmap.store.plan_lock import change_plan

# What the canvas of the ground shows, as one number.
PICTURE = """(editor) => {
  const canvas = editor.getRootNode().querySelector(".leaflet-overlay-pane canvas");
  return canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data
    .reduce((sum, one, at) => (sum * 31 + one * (at % 7 + 1)) % 1e9, 0);
}"""
CUT = "切分图斑：村西内耕地 1.00 公顷（P02）"


def with_a_road():
    road = ("road", "primary", "村中大路", redraw_plan.line((-1, 1.5), (7, 1.5)))
    plan = redraw_plan.draw()
    return plan.with_tables(context=context_of([road], plan.crs))


@pytest.fixture
def plan_path(plan_path):
    put_plan(with_a_road, plan_path)
    return plan_path


def test_a_break_is_mended_by_a_click_and_undone_by_keys(any_browser, served, plan_path):
    moved = ("P20", "P21", "P31")
    with at_work(any_browser, served[0], plan_path) as hand:
        hand.click("P21")
        expect(hand.page.locator("[data-figure='redraw.load'] dd")).to_have_text("2.0")
        hand.click("P21")
        assert hand.chosen() == []
        hand.click(*moved)
        # Figures at once from the browser, then Python's word: what stays falls into parts.
        expect(hand.page.locator("[data-figure='redraw.officers_needed'] dd")).to_have_text("2")
        expect(hand.page.locator(".gm-look td.bad")).to_have_text("1 →2")
        target = hand.page.locator(f".gm-target[data-grid={W1}]")
        expect(target).to_contain_text("12.0 → 18.0")
        target.click()
        violations = hand.page.locator(".gm-break.error")
        expect(violations).to_contain_text(
            ["微网格 TVW02 分成 2 块", "超出人数上限的承载力 2.0 小时"]
        )
        assert hand.labels(*moved) == [W1, W1, W1]
        hand.page.locator(".gm-offer button", has_text="保留维系连片的图斑").click()
        expect(violations).to_have_count(0)
        hand.accept("以沟为界")
        expect(hand.page.locator(".gm-changes")).to_have_count(0)
        saved = load_plan(plan_path)
        assert edits.history(saved)["why"].tolist() == ["以沟为界"]
        after = hand.labels(*moved)
        assert redraw_plan.code_of(saved, *moved) == after != [W2, W2, W2]

        hand.page.keyboard.press("Control+z")
        expect(hand.page.locator(".gm-news.note")).to_contain_text("已撤销上一项调整")
        assert hand.labels(*moved) == [W2, W2, W2]
        hand.page.keyboard.press("Control+y")
        expect(hand.page.locator(".gm-news.note")).to_contain_text("已重做")
        assert hand.labels(*moved) == after
    assert edits.history(load_plan(plan_path))["kind"].tolist() == ["move", "undo", "redo"]


def test_undone_changes_come_back_after_a_restart(chromium, served, plan_path):
    """What can be redone stands in the file: this app has never seen the change."""
    change_plan(plan_path, lambda now: edits.apply(now, edits.move_patches(now, ["P20"], W1), **BY))
    change_plan(plan_path, lambda now: edits.undo(now, **BY))
    with at_work(chromium, served[0], plan_path) as hand:
        assert hand.labels("P20") == [W2]
        hand.page.keyboard.press("Control+y")
        expect(hand.page.locator(".gm-news.note")).to_contain_text("已重做")
        assert hand.labels("P20") == [W1]
    assert edits.history(load_plan(plan_path))["kind"].tolist() == ["move", "undo", "redo"]


def test_a_grid_is_split_by_a_line_divided_and_merged_again(chromium, served, plan_path):
    with at_work(chromium, served[0], plan_path) as hand:
        begun = hand.colours()
        assert len(set(begun.values())) == 3  # each beside the others
        hand.tool("grid")
        hand.click("P00", "P20")
        needed = hand.page.locator("[data-figure='redraw.officers_needed'] dd")
        expect(needed).to_have_text("6（规则上限 4）")  # 24 h of 4 h each
        hand.page.keyboard.press("Escape")
        hand.page.keyboard.press("s")
        hand.draw((1, -0.2), (1, 3.2))
        expect(hand.changes()).to_contain_text("画线拆分西·耕地01")
        assert hand.labels("P00", "P12") == ["TVW03", W1]
        # The line runs along a border of patches; here it crosses them and they are cut as well.
        hand.page.keyboard.press("s")
        hand.editor.get_by_label("线穿过的图斑一并切开").check()
        hand.draw((4, 1.5), (6, 1.5))
        expect(hand.changes()).to_have_count(2)
        expect(hand.page.locator(".gm-editor[data-busy]")).to_have_count(0)
        assert {*hand.labels("P41-1", "P41-2")} == {E1, "TVE02"}
        assert hand.colours()[W2] == begun[W2]  # of another village than the one that was cut
        hand.page.keyboard.press("Escape")

        hand.tool("grid")
        hand.click("P20")
        hand.editor.get_by_label("均分块数").fill("3")
        hand.button("均分为").click()
        expect(hand.changes()).to_have_count(3)
        assert len(set(hand.labels("P20", "P21", "P22", "P30", "P31", "P32"))) == 3
        hand.click("P00", "P10")
        hand.button("合并 2 个").click()
        expect(hand.changes()).to_have_count(4)
        assert hand.labels("P00", "P10") == [W1, W1]
        hand.accept()
        after = hand.colours()
        hand.page.reload()
        expect(hand.editor).to_be_visible()
        again = hand.colours()
        assert {code: after[code] for code in again} == again
        assert again[W1] == begun[W1]
    saved = load_plan(plan_path)
    assert edits.history(saved)["kind"].tolist() == ["split", "split", "divide", "merge"]
    assert len(saved.patches) == 20


def test_a_patch_is_cut_and_the_map_gets_its_pieces(chromium, served, plan_path):
    with at_work(chromium, served[0], plan_path) as hand:
        hand.tool("cut")
        hand.draw((0.5, 2.1), (0.5, 2.9))
        expect(hand.changes()).to_contain_text(CUT)
        hand.page.keyboard.press("Escape")
        hand.click("P02-1")
        assert hand.chosen() == ["P02-1"]
        # Ctrl+Z takes the pending cut back, Ctrl+Y brings it again.
        hand.page.keyboard.press("Control+z")
        expect(hand.changes()).to_have_count(0)
        hand.page.keyboard.press("Control+y")
        expect(hand.changes()).to_have_count(1)
        # A line beside everything is told as such.
        hand.tool("cut")
        hand.draw((0.01, 2.2), (0.01, 2.4))
        expect(hand.page.locator(".gm-news.fault")).to_contain_text("画线未能将村西内耕地")
        hand.button(f"取消：{CUT}").click()
        expect(hand.changes()).to_have_count(0)
    assert len(load_plan(plan_path).patches) == 18


def test_patches_are_chosen_by_box_lasso_condition_and_grid(chromium, served, plan_path):
    with at_work(chromium, served[0], plan_path) as hand:
        hand.tool("box")
        hand.drag((0.1, 0.1), (1.9, 1.9))
        assert hand.chosen() == ["P00", "P01", "P10", "P11"]
        hand.page.keyboard.press("Escape")
        hand.page.keyboard.press("Escape")
        assert hand.chosen() == []
        hand.tool("lasso")
        hand.drag((1.8, 0.2), (2.8, 0.2), (2.8, 1.8), (1.8, 1.8))
        assert hand.chosen() == ["P20", "P21"]
        hand.button("取消选择").click()
        assert hand.chosen() == []

        hand.editor.get_by_text("按条件选择", exact=True).click()
        hand.editor.get_by_label("名称、记录号或图斑号").fill("meng")
        hand.button("选择").click()
        assert hand.chosen() == ["P30"]
        # The chip of its micro-grid takes all of it.
        hand.page.locator(".chip", has_text="02 1/6").click()
        assert hand.chosen() == ["P20", "P21", "P22", "P30", "P31", "P32"]
        hand.button("取消选择").click()
        hand.editor.get_by_text("按条件选择", exact=True).click()
        hand.editor.get_by_label("工作量大于（小时/周）").fill("2")
        hand.button("选择").click()
        expect(hand.editor.get_by_text("没有符合条件的图斑")).to_be_visible()
        hand.editor.get_by_label("工作量大于（小时/周）").fill("")
        hand.editor.get_by_label("类别").select_option(label="水域")
        hand.button("选择").click()
        assert hand.chosen() == ["P30"]
        hand.button("全图").click()
        before = zoom(hand)
        hand.button("缩放至所选").click()
        assert zoom(hand) > before
        hand.page.keyboard.press("Escape")  # the lasso
        hand.page.keyboard.press("Escape")  # the choice
        hand.button("全图").click()
        assert zoom(hand) == before
        hand.page.keyboard.press("g")
        hand.click("P40")
        assert len(hand.chosen()) == 6


def zoom(hand: Hand) -> float:
    return hand.editor.evaluate("(editor) => editor.getRootNode().gmEditor.board.map.getZoom()")


def test_locked_grids_and_a_limit_keep_ground_as_it_is(chromium, served, plan_path):
    with at_work(chromium, served[0], plan_path) as hand:
        hand.click("P00")
        hand.button("锁定").click()
        expect(hand.changes()).to_contain_text("锁定西·耕地01")
        hand.click("P20")
        expect(hand.page.locator(f".gm-target[data-grid={W1}]")).to_be_disabled()
        hand.page.keyboard.press("m")
        hand.click("P10")
        expect(hand.page.locator(".gm-news.fault")).to_contain_text("已锁定，不能调整")
        hand.click("P00")
        # Nothing is offered that is always refused.
        expect(hand.editor.get_by_text("已锁定，须先解锁")).to_be_visible()
        expect(hand.button("合并 2 个")).to_have_count(0)
        expect(hand.page.locator(".gm-target")).to_have_count(0)
        hand.button("解锁").click()
        expect(hand.changes()).to_have_count(2)
        hand.page.keyboard.press("Escape")
        hand.button("全部取消").click()
        expect(hand.changes()).to_have_count(0)
        hand.button("全部锁定").click()
        expect(hand.changes()).to_have_count(1)
        hand.button("全部解锁").click()
        expect(hand.changes()).to_have_count(2)
        hand.accept()
        assert edits.locked_grids(load_plan(plan_path)) == set()

        hand.click("P41", "P31")
        expect(hand.editor.get_by_text("分属不同的上级网格")).to_be_visible()
        expect(hand.button("合并 2 个")).to_have_count(0)
        hand.page.keyboard.press("Escape")
        hand.editor.get_by_label("限定调整范围").select_option("TVE")
        hand.click("P41", "P31")
        assert hand.chosen() == ["P41"]
        hand.button("新建微网格").click()
        expect(hand.changes()).to_contain_text("划转 1 个图斑至")
        assert hand.labels("P41") == ["TVE02"]


def test_nobodys_work_is_overwritten_when_two_people_change_a_plan(chromium, served, plan_path):
    with at_work(chromium, served[0], plan_path) as first:
        first.click("P20")
        first.page.locator(f".gm-target[data-grid={W1}]").click()
        expect(first.changes()).to_have_count(1)
        with at_work(chromium, served[0], plan_path) as second:
            second.click("P50", "P51", "P52")
            second.button("新建微网格").click()
            expect(second.changes()).to_have_count(1)
            second.accept("分出东片")

            first.page.locator(".gm-accept").click()
            stale = first.page.locator(".gm-news.stale")
            expect(stale).to_contain_text(re.compile("方案已变化：E000001（划转），.*TVE01、TVE02"))
            first.button("在最新方案上重新应用").click()
            expect(stale).to_have_count(0)
            assert first.labels("P50", "P20") == ["TVE02", W1]
            first.accept("以路为界")

            # The second now wants ground that the first has changed.
            second.click("P10")
            second.page.locator(f".gm-target[data-grid={W2}]").click()
            expect(second.page.locator(".gm-news.stale")).to_contain_text("同一范围已被他人调整")
            expect(second.button("在最新方案上重新应用")).to_have_count(0)
            second.button("放弃我的待定调整").click()
            expect(second.page.locator(".gm-news.stale")).to_have_count(0)
            assert second.labels("P20", "P10") == [W1, W1]
    saved = load_plan(plan_path)
    assert edits.history(saved)["why"].tolist() == ["分出东片", "以路为界"]
    assert redraw_plan.code_of(saved, "P50", "P20") == ["TVE02", W1]


def test_one_past_edit_is_undone_alone_unless_later_ones_built_on_it(chromium, served, plan_path):
    with at_work(chromium, served[0], plan_path) as hand:
        for patch, to in (("P20", W1), ("P50", "+1"), ("P21", W1)):
            hand.click(patch)
            hand.page.locator(f".gm-targets [data-grid='{to}']").click()
            expect(hand.page.locator(".gm-changes li")).not_to_have_count(0)
            expect(hand.page.locator(".gm-editor[data-busy]")).to_have_count(0)
        hand.accept()
        hand.editor.get_by_text("历史记录 3 条").click()
        rows = hand.page.locator(".gm-history > li")
        expect(rows).to_have_count(3)
        rows.nth(2).get_by_role("button", name="撤销此项").click()
        expect(hand.page.locator(".gm-news.fault")).to_contain_text("其后的调整涉及同一范围")
        expect(hand.page.locator(".gm-news.fault")).to_contain_text("E000003")
        rows.nth(1).get_by_role("button", name="撤销此项").click()
        expect(hand.page.locator(".gm-news.note")).to_contain_text("已撤销该项调整")
        assert hand.labels("P50", "P20", "P21") == [E1, W1, W1]


def test_keys_colours_and_the_way_to_the_people(chromium, served, plan_path):
    with at_work(chromium, served[0], plan_path) as hand:
        keys = {"pick": "v", "box": "r"}
        for tool in ("grid", "box", "lasso", "brush", "eraser", "move", "split", "cut", "pick"):
            hand.page.keyboard.press(keys.get(tool, tool[0]))
            expect(hand.page.locator(f"[data-tool={tool}].tool")).to_have_attribute(
                "aria-pressed", "true"
            )
            expect(hand.page.locator(".gm-help")).not_to_be_empty()
        hand.page.keyboard.press("Escape")
        hand.editor.get_by_label("着色").select_option("kind")
        expect(hand.page.locator(".gm-legend")).to_contain_text("水域")
        hand.editor.get_by_label("着色").select_option("load")
        expect(hand.page.locator(".gm-legend")).to_contain_text("> 4")
        hand.page.get_by_text("English", exact=True).click()
        expect(hand.page.locator("[data-tool=pick].tool")).to_have_text("Pick")
        expect(hand.page.locator(".gm-help")).to_contain_text("Click a patch")
        hand.page.get_by_text("中文", exact=True).click()
        expect(hand.page.locator("[data-tool=pick].tool")).to_have_text("点选")
        hand.editor.get_by_label("编号").uncheck()
        before = hand.editor.evaluate(PICTURE)
        hand.editor.get_by_label("底图").uncheck()
        assert hand.editor.evaluate(PICTURE) != before
        hand.editor.get_by_label("底图").check()
        assert hand.editor.evaluate(PICTURE) == before
        hand.tool("grid")
        hand.click("P00", "P20")
        hand.button("合并 2 个").click()
        expect(hand.changes()).to_have_count(1)
        hand.page.locator(".gm-accept.risky").click()
        expect(hand.page.locator(".gm-news.note")).to_contain_text("待定岗干部")
        hand.button("前往“人员”页面定岗").click()
        expect(hand.page).to_have_url(re.compile("/people"))


def test_a_phone_chooses_by_touch_and_nothing_is_wider_than_the_screen(chromium, served, plan_path):
    with at_work(chromium, served[0], plan_path, browser.PHONE) as hand:
        hand.rest()
        hand.page.touchscreen.tap(*hand.editor.evaluate(SPOT, "P20"))
        target = hand.page.locator(f".gm-target[data-grid={W1}]")
        expect(target).to_be_visible()
        assert hand.chosen() == ["P20"]
        assert hand.page.evaluate("document.documentElement.scrollWidth") == 390
        target.tap()
        expect(hand.changes()).to_have_count(1)
