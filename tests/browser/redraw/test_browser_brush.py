"""The brush and the eraser with a real mouse, the keyboard alone, and fingers on a tablet.

Every test has a plan of its own, the drawn one of `redraw_plan`: W1 and W2 in one given grid, E1 in
another; P30 is a lake. Up to column 1 it is W1, up to column 3 W2.
"""

from contextlib import contextmanager
from itertools import pairwise

import browser
import pytest
import redraw_plan
from drawn_context import context_of
from editor_hand import PLACE, Hand
from playwright.sync_api import expect
from redraw_plan import E1, W1, W2

from gridmap import edits
from gridmap.remarks.board import to_degrees
from gridmap.remarks.comments import comments
from gridmap.store import load_plan, save_plan

SUMS = """(editor, code) => {
  const { ground, sums } = editor.getRootNode().gmEditor.board;
  return sums.load[ground.codes.indexOf(code)];
}"""
NOW = """(editor, ids) => {
  const { ground, label } = editor.getRootNode().gmEditor.board;
  return ids.map((id) => ground.codes[label[ground.place.get(id)]]);
}"""
REFUSED = """(editor) => {
  const { ground, brush } = editor.getRootNode().gmEditor.board;
  return [...brush.refused].map((patch) => ground.ids[patch]);
}"""


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The app over a folder of plans, and that folder."""
    folder = tmp_path_factory.mktemp("brush")
    with browser.app_server(folder, folder) as address:
        yield address, folder


@pytest.fixture
def plan_path(served, request):
    path = served[1] / f"{request.node.name[:40]}.gridmap.gpkg"
    save_plan(redraw_plan.draw(), path)
    return path


@contextmanager
def at_work(chromium, served, path, size=browser.DESK):
    """Open the editor on a plan; at the end the page asked nothing outside and had no errors."""
    with browser.open_page(chromium, f"{served[0]}/redraw?plan={path.name}", size) as watched:
        # The first page of a cold app imports everything.
        expect(watched.page.locator(".gm-editor[data-ready]")).to_be_visible(timeout=60_000)
        yield Hand(watched.page)
        assert (watched.outside, watched.errors) == ([], [])


def press(hand, *spots):
    """Put the brush down and drag it, and leave it there."""
    places = [hand.editor.evaluate(PLACE, list(redraw_plan.at(*spot))) for spot in spots]
    hand.page.mouse.move(*places[0])
    hand.page.mouse.down()
    for place in places[1:]:
        hand.page.mouse.move(*place, steps=4)
    # What the mouse has passed is painted in the next frame.
    hand.page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")


def now(hand, *patches):
    """Micro-grids on the map at this moment; an answer is not waited for."""
    return hand.editor.evaluate(NOW, list(patches))


def status(hand):
    return hand.page.locator(".gm-strip-status")


def test_a_stroke_paints_at_once_and_is_one_change_that_one_undo_takes_back(
    chromium, served, plan_path
):
    with at_work(chromium, served, plan_path) as hand:
        hand.rest()
        hand.page.keyboard.press("b")
        hand.page.keyboard.press("]")
        expect(hand.editor.get_by_label("粗细")).to_have_attribute("aria-valuetext", "20 像素")
        hand.page.keyboard.press("[")
        hand.click("P00")  # the first click says what is painted for
        expect(hand.editor.get_by_label("划给", exact=True)).to_have_value(W1)
        press(hand, (1.5, 2.5), (2.5, 2.5), (2.5, 0.5))
        # The button is still down: labels and figures are there, Python knows nothing of it.
        assert now(hand, "P22", "P21", "P20") == [W1, W1, W1]
        assert hand.editor.evaluate(SUMS, W1) == 18.0
        assert hand.editor.evaluate(SUMS, W2) == 6.0
        row = hand.page.locator(f".gm-balance-row[data-grid={W1}]")
        expect(row).to_contain_text("18.0/16")
        expect(status(hand)).to_contain_text("划入 3 个图斑：12.0 → 18.0 小时/周，需配人数 5")
        expect(hand.changes()).to_have_count(0)
        hand.page.mouse.up()
        expect(hand.changes()).to_contain_text("划转 3 个图斑至西·耕地01")
        # Esc in a stroke gives it up.
        press(hand, (2.5, 1.5), (3.5, 2.5))
        assert now(hand, "P32") == [W1]
        hand.page.keyboard.press("Escape")
        assert now(hand, "P32") == [W2]
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
    with at_work(chromium, served, plan_path) as hand:
        hand.tool("brush")
        hand.editor.get_by_label("划给", exact=True).select_option(W1)
        press(hand, (1.5, 1.5), (3.5, 1.5))
        assert now(hand, "P21", "P31") == [W1, W2]  # without P31 the north would lie apart
        assert hand.editor.evaluate(REFUSED) == ["P31"]
        expect(status(hand)).to_contain_text("1 个未划：划出后所在网格会断开")
        # Going on takes the north as well: now nothing lies apart, and P31 comes too.
        press_on(hand, (3.5, 2.5), (2.5, 2.5))
        assert now(hand, "P31", "P32", "P22") == [W1, W1, W1]
        hand.page.keyboard.press("Escape")
        hand.page.mouse.up()

        hand.editor.get_by_label("断开时").select_option("自动补齐")
        press(hand, (1.5, 1.5), (3.5, 1.5))
        expect(status(hand)).to_contain_text("划入 4 个图斑")
        expect(status(hand)).to_contain_text("其中 2 个为自动补齐")
        assert now(hand, "P21", "P31", "P22", "P32") == [W1, W1, W1, W1]
        assert now(hand, "P20", "P30") == [W2, W2]
        hand.page.mouse.up()
        expect(hand.changes()).to_contain_text("划转 4 个图斑")
        # Python says the same of it: overloaded, but whole.
        expect(hand.page.locator(".gm-break.error")).to_have_count(1)
        expect(hand.page.locator(".gm-break.error")).to_contain_text("承载力")
        # The last ground of a grid stays: to give a grid up is a merge.
        press(hand, (1.5, 0.5), (3.5, 0.5))
        assert sorted(now(hand, "P20", "P30")) == [W1, W2]
        expect(status(hand)).to_contain_text("要并入请用合并")
        hand.page.mouse.up()
        expect(hand.changes()).to_have_count(2)


def press_on(hand, *spots):
    for spot in spots:
        hand.page.mouse.move(*hand.editor.evaluate(PLACE, list(redraw_plan.at(*spot))), steps=4)
    hand.page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")


def test_borders_of_given_grids_locks_limits_and_kinds_keep_ground(chromium, served, plan_path):
    with at_work(chromium, served, plan_path) as hand:
        hand.tool("brush")
        hand.editor.get_by_label("划给", exact=True).select_option(W2)
        hand.page.keyboard.press("]")
        press(hand, (3.5, 2.5), (4.5, 2.5), (1.5, 2.5))
        assert now(hand, "P42", "P12") == [E1, W2]  # never across the border of the given grid
        hand.page.mouse.up()
        expect(hand.changes()).to_have_count(1)
        # The eraser gives back what pending changes have moved, and nothing else.
        hand.page.keyboard.press("e")
        press(hand, (2.5, 2.5), (1.5, 2.5))
        assert now(hand, "P22", "P12") == [W2, W1]
        expect(status(hand)).to_contain_text("恢复 1 个图斑")
        hand.page.mouse.up()
        expect(hand.changes()).to_have_count(2)
        assert hand.labels("P12") == [W1]
        expect(hand.page.locator(".gm-legend")).not_to_contain_text("待定调整")

        # Another kind is skipped; a right click takes the grid below as what is painted for.
        hand.page.keyboard.press("b")
        place = hand.editor.evaluate(PLACE, list(redraw_plan.at(0.5, 0.5)))
        hand.page.mouse.click(*place, button="right")
        expect(hand.editor.get_by_label("划给", exact=True)).to_have_value(W1)
        hand.editor.get_by_label("跳过其他类别").check()
        press(hand, (1.5, 0.5), (3.5, 0.5))
        assert now(hand, "P20", "P30") == [W1, W2]
        hand.page.keyboard.press("Escape")
        hand.page.mouse.up()
        # A locked grid neither gives nor takes.
        hand.tool("pick")
        hand.click("P30")
        hand.button("锁定").click()
        expect(hand.changes()).to_have_count(3)
        hand.tool("brush")
        press(hand, (1.5, 0.5), (2.5, 0.5))
        assert now(hand, "P20") == [W2]
        hand.page.mouse.up()
        hand.page.keyboard.down("Alt")
        hand.click("P20")
        hand.page.keyboard.up("Alt")
        expect(status(hand)).to_contain_text("已锁定或为专属网格")
        hand.editor.get_by_label("限定调整范围").select_option("TVE")
        expect(hand.editor.get_by_label("划给", exact=True)).to_have_value("")


def test_a_new_grid_is_painted_and_painted_on(chromium, served, plan_path):
    with at_work(chromium, served, plan_path) as hand:
        hand.tool("brush")
        hand.editor.get_by_label("划给", exact=True).select_option("新建微网格")
        press(hand, (5.5, 2.5), (5.5, 1.5))
        hand.page.mouse.up()
        expect(hand.changes()).to_have_count(1)
        assert hand.labels("P52", "P51") == ["TVE02", "TVE02"]
        expect(hand.editor.get_by_label("划给", exact=True)).to_have_value("TVE02")
        press(hand, (5.5, 0.5), (4.5, 0.5))
        hand.page.mouse.up()
        expect(hand.changes()).to_have_count(2)
        assert hand.labels("P50", "P40") == ["TVE02", "TVE02"]
        # Painted away again, a grid of the pending changes may vanish.
        hand.page.keyboard.press("e")
        press(hand, (5.5, 2.5), (5.5, 0.5), (4.5, 0.5))
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


def test_only_what_looks_otherwise_is_drawn_and_the_map_is_as_if_all_were(chromium, served):
    road = ("road", "primary", "村中大路", redraw_plan.line((-1, 1.5), (2.5, 1.7), (7, 1.2)))
    plan = redraw_plan.draw()
    path = served[1] / "drawn.gridmap.gpkg"
    save_plan(plan.with_tables(context=context_of([road], plan.crs)), path)
    with at_work(chromium, served, path) as hand:
        hand.tool("brush")
        hand.click("P00")
        hand.rest()
        hand.editor.evaluate(NOTE)
        hand.editor.evaluate(KEEP)
        press(hand, (1.5, 1.5), (2.5, 1.5))
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


def voice(hand):
    return hand.page.locator(".gm-voice")


def keys(hand, *names):
    hand.rest()
    for name in names:
        hand.page.keyboard.press(name)


def test_the_keyboard_alone_chooses_moves_merges_splits_cuts_and_paints(
    chromium, served, plan_path
):
    with at_work(chromium, served, plan_path) as hand:
        hand.rest()
        # The map is reached with Tab from the bar of tools above it.
        hand.page.locator("[data-tool=cut].tool").focus()
        for _ in range(30):
            hand.page.keyboard.press("Tab")
            if hand.editor.evaluate(FOCUS) == "application":
                break
        assert hand.editor.evaluate(FOCUS) == "application"
        expect(hand.page.locator(".gm-map")).to_have_attribute("aria-label", MAP)
        keys(hand, "ArrowRight")  # in the middle of the map, and from there as far as it goes
        keys(hand, *["ArrowLeft"] * 5, *["ArrowDown"] * 3)
        expect(voice(hand)).to_have_text("该方向没有图斑了")
        keys(hand, "ArrowRight", "ArrowRight")
        expect(voice(hand)).to_contain_text("村、02 号 西·耕地02、耕地、工作量 2.00 小时/周")
        expect(voice(hand)).to_contain_text("P20")
        keys(hand, "Space", "Shift+ArrowUp", "Shift+ArrowUp")
        assert hand.chosen() == ["P20", "P21", "P22"]
        expect(voice(hand)).to_contain_text("已选，共 3 个")
        keys(hand, "Space")
        assert hand.chosen() == ["P20", "P21"]
        # Move: to the grid on the left, and Enter.
        keys(hand, "m", "ArrowLeft", "Enter")
        expect(hand.changes()).to_contain_text("划转 2 个图斑至西·耕地01")
        expect(voice(hand)).to_contain_text("划转 2 个图斑至西·耕地01")
        assert hand.labels("P20", "P21") == [W1, W1]
        # Merge, a new grid, locked and unlocked: keys of the buttons beside the map.
        keys(hand, "j")
        expect(voice(hand)).to_contain_text("请先选图斑")
        keys(hand, "Space", "ArrowRight", "Space", "j")
        expect(hand.changes()).to_have_count(2)
        keys(hand, "Space", "k")
        expect(hand.changes()).to_have_count(3)
        keys(hand, "Space", "k")
        expect(hand.changes()).to_have_count(4)
        keys(hand, "Control+z", "Control+z", "Control+z", "Control+z")
        expect(hand.changes()).to_have_count(0)

        # A line from point to point splits; nudged points cut a patch.
        keys(hand, "ArrowLeft", "ArrowLeft", "ArrowRight", "s")
        keys(hand, *["Control+ArrowLeft"] * 4, "Space", "ArrowDown", "ArrowDown", "Space", "Enter")
        expect(hand.changes()).to_contain_text("画线拆分西·耕地01")
        keys(hand, "Control+z", "Escape", "c", "ArrowUp")
        keys(hand, "Control+ArrowLeft", "Control+ArrowLeft", "Space")
        keys(hand, *["Control+ArrowRight"] * 4, "Space", "Enter")
        expect(hand.changes()).to_contain_text("切分图斑")
        keys(hand, "Control+z", "Escape")
        expect(hand.changes()).to_have_count(0)

        # The brush: P says for which grid, Space paints, Shift and arrows paint one stroke.
        keys(hand, "ArrowLeft", "ArrowLeft", "b", "p")
        expect(hand.editor.get_by_label("划给", exact=True)).to_have_value(W1)
        keys(hand, "ArrowRight", "ArrowRight", "ArrowDown", "ArrowDown", "ArrowDown")
        hand.page.keyboard.down("Shift")
        keys(hand, "ArrowUp", "ArrowUp")
        assert now(hand, "P20", "P21", "P22") == [W1, W1, W1]
        expect(hand.changes()).to_have_count(0)
        hand.page.keyboard.up("Shift")
        expect(hand.changes()).to_contain_text("划转 3 个图斑")
        keys(hand, "e", "Space")
        expect(hand.changes()).to_have_count(2)
        assert hand.labels("P20", "P21", "P22") == [W1, W1, W2]
        # T and Space pin a comment on the patch in focus; the text, and Enter on the next button.
        keys(hand, "t", "Space")
        hand.page.keyboard.type("河东应归西片")
        keys(hand, "Tab")
        expect(hand.button("保存批注")).to_be_focused()
        keys(hand, "Enter")
        expect(hand.page.locator(".gm-notes > li")).to_contain_text("河东应归西片")
        (note,) = comments(plan_path)
        middle = to_degrees(redraw_plan.draw(), *redraw_plan.at(2.5, 2.5))
        assert (note.lon, note.lat) == pytest.approx(middle, abs=0.0002)
        hand.page.locator(".gm-map").focus()
        keys(hand, "Escape", "e")
        # The card of keys opens and closes; Esc then steps back from the tool.
        keys(hand, "?")
        card = hand.editor.get_by_role("dialog", name="按键与手势")
        expect(card).to_contain_text("移到该方向的下一个图斑")
        keys(hand, "Escape")
        expect(card).to_have_count(0)
        hand.editor.get_by_role("button", name="按键与手势").click()
        hand.button("关闭").click()
        expect(card).to_have_count(0)
        expect(hand.page.locator("[data-tool=eraser].tool")).to_have_attribute(
            "aria-pressed", "true"
        )


FOCUS = "(editor) => editor.getRootNode().activeElement?.getAttribute('role')"
MAP = "调整地图：方向键移动，空格选择，问号键看按键说明"
ZOOM = "(editor) => editor.getRootNode().gmEditor.board.map.getZoom()"
ZOOMS = "(editor) => Boolean(editor.getRootNode().gmEditor.board.map._animatingZoom)"
TABLET = {"width": 1024, "height": 768}


class Fingers:
    """Fingers on the screen, by the browser's own touch events."""

    def __init__(self, hand):
        self.hand = hand
        self.screen = hand.page.context.new_cdp_session(hand.page)

    def places(self, *spots):
        hand = self.hand
        found = [hand.editor.evaluate(PLACE, list(redraw_plan.at(*spot))) for spot in spots]
        return [{"x": x, "y": y, "id": place} for place, (x, y) in enumerate(found)]

    def do(self, kind, *spots):
        points = self.places(*spots)
        self.screen.send(
            "Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points}
        )

    def drag(self, *spots):
        self.do("Start", spots[0])
        for one, two in pairwise(spots):
            for step in (0.25, 0.5, 0.75, 1.0):
                between = [a + (b - a) * step for a, b in zip(one, two, strict=True)]
                self.do("Move", between)
        self.do("End")

    def tap(self, spot):
        self.do("Start", spot)
        self.do("End")


def test_on_a_tablet_one_finger_paints_two_move_the_map_and_a_long_press_picks(
    chromium, served, plan_path
):
    with at_work(chromium, served, plan_path, TABLET) as hand:
        hand.rest()
        fingers = Fingers(hand)
        hand.tool("brush")
        expect(hand.page.locator(".gm-help")).to_contain_text("右键")  # it was a mouse
        fingers.tap((0.5, 0.5))
        expect(hand.page.locator(".gm-help")).to_contain_text("长按另选网格")
        expect(hand.editor.get_by_label("划给", exact=True)).to_have_value(W1)
        sizes = hand.editor.evaluate(
            "(editor) => [...editor.querySelectorAll('.gm-bar button, .gm-strip select, "
            ".leaflet-bar a')].map((one) => one.getBoundingClientRect())"
            ".map(({ width, height }) => Math.min(width, height))"
        )
        assert min(sizes) >= 44
        hand.rest()
        fingers.drag((1.5, 2.5), (2.5, 2.5), (2.5, 1.5))
        expect(hand.changes()).to_contain_text("划转 2 个图斑至西·耕地01")
        assert hand.labels("P22", "P21") == [W1, W1]
        # A second finger makes it a pinch: what the first has begun to paint is given up.
        before = hand.editor.evaluate(ZOOM)
        fingers.do("Start", (2.5, 0.5))
        fingers.do("Move", (2.6, 0.5))
        fingers.do("Move", (2.7, 0.5))
        fingers.do("Start", (2.7, 0.5), (3.2, 0.6))
        for far in (3.6, 4.0, 4.6, 5.2):
            fingers.do("Move", (2.6, 0.5), (far, 0.6))
        fingers.do("End")
        browser.until(hand.page, lambda: hand.editor.evaluate(ZOOM) > before)
        browser.until(hand.page, lambda: not hand.editor.evaluate(ZOOMS))
        assert hand.labels("P20", "P30") == [W2, W2]
        expect(hand.changes()).to_have_count(1)
        hand.button("全图").click()
        fingers.do("Start", (4.5, 0.5))  # and rests there
        expect(hand.editor.get_by_label("划给", exact=True)).to_have_value(E1)
        fingers.do("End")
        assert hand.labels("P40") == [E1]
        expect(hand.changes()).to_have_count(1)
        # A tap paints the patch under the finger.
        fingers.do("Start", (0.5, 2.5))
        expect(hand.editor.get_by_label("划给", exact=True)).to_have_value(W1)
        fingers.do("End")
        fingers.tap((2.5, 0.5))
        expect(hand.changes()).to_have_count(2)
        assert hand.labels("P20") == [W1]
