"""A hand on the map editor of a page, as somebody would work: click, drag, draw, accept."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import redraw_plan
from browser import DESK, open_page, settled
from playwright.sync_api import Browser, Page, expect

__all__ = ["PLACE", "SPOT", "Hand", "at_work"]

SPOT = """(editor, id) => {
  const { ground, map } = editor.getRootNode().gmEditor.board;
  const patch = ground.place.get(id);
  const [x, y] = ground.spot.subarray(2 * patch, 2 * patch + 2);
  const point = map.latLngToContainerPoint([y / 100, x / 100]);
  const frame = map.getContainer().getBoundingClientRect();
  return [frame.left + point.x, frame.top + point.y];
}"""
PLACE = """(editor, [x, y]) => {
  const { ground, map } = editor.getRootNode().gmEditor.board;
  const point = map.latLngToContainerPoint([y - ground.origin[1], x - ground.origin[0]]);
  const frame = map.getContainer().getBoundingClientRect();
  return [frame.left + point.x, frame.top + point.y];
}"""
CHOSEN = """(editor) => {
  const { ground, chosen } = editor.getRootNode().gmEditor.board;
  return [...chosen].map((patch) => ground.ids[patch]).sort();
}"""
LABELS = """(editor, ids) => {
  const { ground, label } = editor.getRootNode().gmEditor.board;
  return ids.map((id) => ground.codes[label[ground.place.get(id)]]);
}"""
COLOURS = """(editor) => {
  const { ground, colours } = editor.getRootNode().gmEditor.board;
  return Object.fromEntries(ground.codes.map((code, grid) => [code, colours[grid]]));
}"""


@dataclass
class Hand:
    """Works on the editor of a page as somebody would."""

    page: Page

    @property
    def editor(self):
        return self.page.locator(".gm-editor[data-ready]")

    def rest(self) -> None:
        """Wait until the editor has its answer: bare mouse, keys and reading wait for nothing."""
        settled(self.page)
        expect(self.page.locator(".gm-editor[data-busy]")).to_have_count(0)

    def click(self, *patches: str) -> None:
        self.rest()
        for patch in patches:
            self.page.mouse.click(*self.editor.evaluate(SPOT, patch))

    def tool(self, name: str) -> None:
        self.page.locator(f"[data-tool={name}].tool").click()

    def draw(self, *spots: tuple[float, float]) -> None:
        """Click the points of a line, in hundreds of metres, and finish it."""
        self.rest()
        for spot in spots:
            self.page.mouse.click(*self.place(spot))
        self.page.keyboard.press("Enter")

    def drag(self, *spots: tuple[float, float]) -> None:
        self.rest()
        self.press(*spots)
        self.page.mouse.up()

    def press(self, *spots: tuple[float, float]) -> None:
        """Put the brush down and drag it, and leave it there."""
        self.page.mouse.move(*self.place(spots[0]))
        self.page.mouse.down()
        self.press_on(*spots[1:])

    def press_on(self, *spots: tuple[float, float]) -> None:
        """Drag what is held, until what the mouse has passed is painted: in the next frame."""
        for spot in spots:
            self.page.mouse.move(*self.place(spot), steps=4)
        self.page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")

    def place(self, spot: tuple[float, float]) -> list[float]:
        """Give the place on the screen of a spot, in hundreds of metres."""
        return self.editor.evaluate(PLACE, list(redraw_plan.at(*spot)))

    def button(self, name: str):
        return self.editor.get_by_role("button", name=name, exact=True)

    def chosen(self) -> list[str]:
        return self.editor.evaluate(CHOSEN)

    def labels(self, *patches: str) -> list[str]:
        self.rest()
        return self.labels_now(*patches)

    def labels_now(self, *patches: str) -> list[str]:
        """Micro-grids on the map at this moment; an answer is not waited for."""
        return self.editor.evaluate(LABELS, list(patches))

    def colours(self) -> dict[str, int]:
        """Colour of every micro-grid, as a number; -1 for those without ground."""
        self.rest()
        return self.editor.evaluate(COLOURS)

    def changes(self):
        return self.page.locator(".gm-changes > li")

    def accept(self, why: str = "") -> None:
        if why:
            self.editor.get_by_label("调整原因").fill(why)
        self.page.locator(".gm-accept").click()
        expect(self.page.locator(".gm-news.note")).to_contain_text("已保存")


@contextmanager
def at_work(
    chromium: Browser, address: str, path: Path, size: dict[str, int] = DESK
) -> Iterator[Hand]:
    """Open the editor on a plan; at the end the page asked nothing outside and had no errors."""
    with open_page(chromium, f"{address}/redraw?plan={path.name}", size) as watched:
        # The first page of a cold app imports everything.
        expect(watched.page.locator(".gm-editor[data-ready]")).to_be_visible(timeout=60_000)
        yield Hand(watched.page)
        assert (watched.outside, watched.errors) == ([], [])
