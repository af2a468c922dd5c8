"""The map editor without a mouse: the keyboard alone, and fingers on a tablet.

Every test has a plan of its own, the drawn one of `redraw_plan`.
"""

from itertools import pairwise

import browser
import pytest
import redraw_plan
from editor_hand import at_work
from playwright.sync_api import expect
from redraw_plan import E1, W1, W2

from gridmap.remarks.board import to_degrees
from gridmap.remarks.comments import comments

FOCUS = "(editor) => editor.getRootNode().activeElement?.getAttribute('role')"
MAP = "调整地图：方向键移动，空格选择，问号键看按键说明"
ZOOM = "(editor) => editor.getRootNode().gmEditor.board.map.getZoom()"
ZOOMS = "(editor) => Boolean(editor.getRootNode().gmEditor.board.map._animatingZoom)"
TABLET = {"width": 1024, "height": 768}


def voice(hand):
    return hand.page.locator(".gm-voice")


def keys(hand, *names):
    hand.rest()
    for name in names:
        hand.page.keyboard.press(name)


def test_the_keyboard_alone_chooses_moves_merges_splits_cuts_and_paints(
    chromium, served, plan_path
):
    with at_work(chromium, served[0], plan_path) as hand:
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
        assert hand.labels_now("P20", "P21", "P22") == [W1, W1, W1]
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


class Fingers:
    """Fingers on the screen, by the browser's own touch events."""

    def __init__(self, hand):
        self.hand = hand
        self.screen = hand.page.context.new_cdp_session(hand.page)

    def places(self, *spots):
        hand = self.hand
        found = [hand.place(spot) for spot in spots]
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
    with at_work(chromium, served[0], plan_path, TABLET) as hand:
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
