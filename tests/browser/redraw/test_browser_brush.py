"""The brush and the eraser with a real mouse.

Every test has a plan of its own, the drawn one of `redraw_plan`: W1 and W2 in one given grid, E1 in
another; P30 is a lake. Up to column 1 it is W1, up to column 3 W2.
"""

import redraw_plan
from drawn_context import context_of
from editor_hand import at_work
from playwright.sync_api import expect
from redraw_plan import E1, W1, W2

from gridmap import edits
from gridmap.store import load_plan, save_plan

SUMS = """(editor, code) => {
  const { ground, sums } = editor.getRootNode().gmEditor.board;
  return sums.load[ground.codes.indexOf(code)];
}"""
REFUSED = """(editor) => {
  const { ground, brush } = editor.getRootNode().gmEditor.board;
  return [...brush.refused].map((patch) => ground.ids[patch]);
}"""


def status(hand):
    return hand.page.locator(".gm-strip-status")


def test_a_stroke_paints_at_once_and_is_one_change_that_one_undo_takes_back(
    chromium, served, plan_path
):
    with at_work(chromium, served[0], plan_path) as hand:
        hand.rest()
        hand.page.keyboard.press("b")
        hand.page.keyboard.press("]")
        expect(hand.editor.get_by_label("粗细")).to_have_attribute("aria-valuetext", "20 像素")
        hand.page.keyboard.press("[")
        hand.click("P00")  # the first click says what is painted for
        expect(hand.editor.get_by_label("划给", exact=True)).to_have_value(W1)
        hand.press((1.5, 2.5), (2.5, 2.5), (2.5, 0.5))
        # The button is still down: labels and figures are there, Python knows nothing of it.
        assert hand.labels_now("P22", "P21", "P20") == [W1, W1, W1]
        assert hand.editor.evaluate(SUMS, W1) == 18.0
        assert hand.editor.evaluate(SUMS, W2) == 6.0
        row = hand.page.locator(f".gm-balance-row[data-grid={W1}]")
        expect(row).to_contain_text("18.0/16")
        expect(status(hand)).to_contain_text("划入 3 个图斑：12.0 → 18.0 小时/周，需配人数 5")
        expect(hand.changes()).to_have_count(0)
        hand.page.mouse.up()
        expect(hand.changes()).to_contain_text("划转 3 个图斑至西·耕地01")
        # Esc in a stroke gives it up.
        hand.press((2.5, 1.5), (3.5, 2.5))
        assert hand.labels_now("P32") == [W1]
        hand.page.keyboard.press("Escape")
        assert hand.labels_now("P32") == [W2]
        hand.page.mouse.up()
        expect(hand.changes()).to_have_count(1)
        hand.page.keyboard.press("Control+z")
        expect(hand.changes()).to_have_count(0)
        assert hand.labels("P22", "P21", "P20") == [W2, W2, W2]
        hand.page.keyboard.press("Control+y")
        expect(hand.changes()).to_have_count(1)
        hand.page.locator(".gm-accept").click()
        expect(hand.page.locator(".gm-news.note")).to_contain_text("已保存")
    assert redraw_plan.code_of(load_plan(plan_path), "P22", "P21", "P20") == [W1, W1, W1]
    assert edits.history(load_plan(plan_path))["kind"].tolist() == ["move"]


def test_where_a_grid_would_break_the_stroke_is_refused_or_healed(chromium, served, plan_path):
    with at_work(chromium, served[0], plan_path) as hand:
        hand.tool("brush")
        hand.editor.get_by_label("划给", exact=True).select_option(W1)
        hand.press((1.5, 1.5), (3.5, 1.5))
        assert hand.labels_now("P21", "P31") == [W1, W2]  # without P31 the north would lie apart
        assert hand.editor.evaluate(REFUSED) == ["P31"]
        expect(status(hand)).to_contain_text("1 个未划：划出后所在网格会断开")
        # Going on takes the north as well: now nothing lies apart, and P31 comes too.
        hand.press_on((3.5, 2.5), (2.5, 2.5))
        assert hand.labels_now("P31", "P32", "P22") == [W1, W1, W1]
        hand.page.keyboard.press("Escape")
        hand.page.mouse.up()

        hand.editor.get_by_label("断开时").select_option("自动补齐")
        hand.press((1.5, 1.5), (3.5, 1.5))
        expect(status(hand)).to_contain_text("划入 4 个图斑")
        expect(status(hand)).to_contain_text("其中 2 个为自动补齐")
        assert hand.labels_now("P21", "P31", "P22", "P32") == [W1, W1, W1, W1]
        assert hand.labels_now("P20", "P30") == [W2, W2]
        hand.page.mouse.up()
        expect(hand.changes()).to_contain_text("划转 4 个图斑")
        # Python says the same of it: overloaded, but whole.
        expect(hand.page.locator(".gm-break.error")).to_have_count(1)
        expect(hand.page.locator(".gm-break.error")).to_contain_text("承载力")
        # The last ground of a grid stays: to give a grid up is a merge.
        hand.press((1.5, 0.5), (3.5, 0.5))
        assert sorted(hand.labels_now("P20", "P30")) == [W1, W2]
        expect(status(hand)).to_contain_text("要并入请用合并")
        hand.page.mouse.up()
        expect(hand.changes()).to_have_count(2)


def test_borders_of_given_grids_locks_limits_and_kinds_keep_ground(chromium, served, plan_path):
    with at_work(chromium, served[0], plan_path) as hand:
        hand.tool("brush")
        hand.editor.get_by_label("划给", exact=True).select_option(W2)
        hand.page.keyboard.press("]")
        hand.press((3.5, 2.5), (4.5, 2.5), (1.5, 2.5))
        assert hand.labels_now("P42", "P12") == [
            E1,
            W2,
        ]  # never across the border of the given grid
        hand.page.mouse.up()
        expect(hand.changes()).to_have_count(1)
        # The eraser gives back what pending changes have moved, and nothing else.
        hand.page.keyboard.press("e")
        hand.press((2.5, 2.5), (1.5, 2.5))
        assert hand.labels_now("P22", "P12") == [W2, W1]
        expect(status(hand)).to_contain_text("恢复 1 个图斑")
        hand.page.mouse.up()
        expect(hand.changes()).to_have_count(2)
        assert hand.labels("P12") == [W1]
        expect(hand.page.locator(".gm-legend")).not_to_contain_text("待定调整")

        # Another kind is skipped; a right click takes the grid below as what is painted for.
        hand.page.keyboard.press("b")
        place = hand.place((0.5, 0.5))
        hand.page.mouse.click(*place, button="right")
        expect(hand.editor.get_by_label("划给", exact=True)).to_have_value(W1)
        hand.editor.get_by_label("跳过其他类别").check()
        hand.press((1.5, 0.5), (3.5, 0.5))
        assert hand.labels_now("P20", "P30") == [W1, W2]
        hand.page.keyboard.press("Escape")
        hand.page.mouse.up()
        # A locked grid neither gives nor takes.
        hand.tool("pick")
        hand.click("P30")
        hand.button("锁定").click()
        expect(hand.changes()).to_have_count(3)
        hand.tool("brush")
        hand.press((1.5, 0.5), (2.5, 0.5))
        assert hand.labels_now("P20") == [W2]
        hand.page.mouse.up()
        hand.page.keyboard.down("Alt")
        hand.click("P20")
        hand.page.keyboard.up("Alt")
        expect(status(hand)).to_contain_text("已锁定或为专属网格")
        hand.editor.get_by_label("限定调整范围").select_option("TVE")
        expect(hand.editor.get_by_label("划给", exact=True)).to_have_value("")


def test_a_new_grid_is_painted_and_painted_on(chromium, served, plan_path):
    with at_work(chromium, served[0], plan_path) as hand:
        hand.tool("brush")
        hand.editor.get_by_label("划给", exact=True).select_option("新建微网格")
        hand.press((5.5, 2.5), (5.5, 1.5))
        hand.page.mouse.up()
        expect(hand.changes()).to_have_count(1)
        assert hand.labels("P52", "P51") == ["TVE02", "TVE02"]
        expect(hand.editor.get_by_label("划给", exact=True)).to_have_value("TVE02")
        hand.press((5.5, 0.5), (4.5, 0.5))
        hand.page.mouse.up()
        expect(hand.changes()).to_have_count(2)
        assert hand.labels("P50", "P40") == ["TVE02", "TVE02"]
        # Painted away again, a grid of the pending changes may vanish.
        hand.page.keyboard.press("e")
        hand.press((5.5, 2.5), (5.5, 0.5), (4.5, 0.5))
        hand.page.mouse.up()
        expect(hand.changes()).to_have_count(3)
        assert hand.labels("P52", "P51", "P50", "P40") == [E1] * 4


# Notes how the ground is drawn from now on: areas in square metres, or all of it.
NOTE = """(editor) => {
  const { ground } = editor.getRootNode().gmEditor.sheets;
  const repaint = ground.repaint;
  window.drawn = [];
  ground.repaint = function (areas) {
    window.drawn.push(areas ? areas.reduce((sum, [w, s, e, n]) => sum + (e - w) * (n - s), 0) / 1e4
      : "all");
    return repaint.call(this, areas);
  };
}"""
# What the canvas of the ground shows, kept in the page; and how many of its pixels look otherwise.
KEEP = """(editor) => {
  const canvas = editor.getRootNode().querySelector(".leaflet-overlay-pane canvas");
  window.kept = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
}"""
OTHER = """(editor) => {
  const canvas = editor.getRootNode().querySelector(".leaflet-overlay-pane canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let at = 0; at < data.length; at += 4) {
    count += [0, 1, 2, 3].some((one) => Math.abs(data[at + one] - window.kept[at + one]) > 8);
  }
  return count;
}"""
RIM = 500  # pixels of soft edges that come out otherwise; a patch has some 10,000
FRAMES = """new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(
  () => requestAnimationFrame(done))))"""


def test_only_what_looks_otherwise_is_drawn_and_the_map_is_as_if_all_were(
    chromium, served, plan_path
):
    road = ("road", "primary", "村中大路", redraw_plan.line((-1, 1.5), (2.5, 1.7), (7, 1.2)))
    plan = redraw_plan.draw()
    made = plan.with_tables(context=context_of([road], plan.crs))
    save_plan(made, plan_path, overwrite=True)
    with at_work(chromium, served[0], plan_path) as hand:
        hand.tool("brush")
        hand.click("P00")
        hand.rest()
        hand.editor.evaluate(NOTE)
        hand.editor.evaluate(KEEP)
        hand.press((1.5, 1.5), (2.5, 1.5))
        hand.page.mouse.up()
        expect(hand.changes()).to_have_count(1)
        hand.rest()
        hand.page.evaluate(FRAMES)
        drawn = hand.page.evaluate("window.drawn")
        # One patch of 18: twice, as it is painted and as a pending change.
        assert "all" not in drawn
        assert 10_000 <= sum(drawn) < 80_000
        assert hand.editor.evaluate(OTHER) > 4 * RIM
        hand.editor.evaluate(KEEP)
        hand.editor.get_by_label("编号").uncheck()
        assert "all" in hand.page.evaluate("window.drawn")
        assert hand.editor.evaluate(OTHER) < RIM
