"""Whether the brush keeps up with the hand: frames while hundreds of patches are painted.

``python -m benchmarks.painting PLAN`` opens the map editor on a plan in a real browser, drags the
brush with a real mouse through the given grid with most patches until 500 of them are painted, and
prints the longest task of the page in CPU ms, and the gaps between frames by the clock: over the
stroke itself, and from its end to half a second after the server's answer. It needs Chromium and
playwright.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.screens import START_KEY, app_over
from gridmap.access.entrance import key_cookie
from gridmap.store import SUFFIX, load_plan

__all__ = ["main"]

WANTED = 500  # patches
GOAL_MS = 50.0
AFTER_MS = 500
LANES = 24  # ways to and fro across the ground
STEPS = 12  # moves of the mouse on each
# The editor lives in a shadow root of Streamlit's.
FIND = """() => {
  const deep = (root) => {
    for (const one of root.querySelectorAll("*")) {
      if (one.gmEditor) return one.gmEditor;
      if (one.shadowRoot?.gmEditor) return one.shadowRoot.gmEditor;
      const found = one.shadowRoot && deep(one.shadowRoot);
      if (found) return found;
    }
    return null;
  };
  window.editor = deep(document);
}"""
# The given grid with most patches, its largest micro-grid to paint for, and the map at it.
AIM = """() => {
  const { board } = window.editor, { ground, label, map, sums } = board;
  const count = new Map();
  for (let patch = 0; patch < ground.count; patch++) {
    const parent = ground.parent[patch];
    if (label[patch] >= 0) count.set(parent, (count.get(parent) || 0) + 1);
  }
  const [parent] = [...count].sort((one, two) => two[1] - one[1])[0];
  const own = [...Array(ground.count).keys()].filter(
    (patch) => ground.parent[patch] === parent && label[patch] >= 0);
  const grids = [...new Set(own.map((patch) => label[patch]))]
    .sort((one, two) => sums.patches[two] - sums.patches[one]);
  let box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const patch of own) {
    const [west, south, east, north] = ground.box.subarray(4 * patch, 4 * patch + 4);
    box = [Math.min(box[0], west), Math.min(box[1], south),
      Math.max(box[2], east), Math.max(box[3], north)];
  }
  map.fitBounds([[box[1] / 100, box[0] / 100], [box[3] / 100, box[2] / 100]], { animate: false });
  board.brush.size = 40;
  const frame = map.getContainer().getBoundingClientRect();
  const spots = own.map((patch) => {
    const [x, y] = ground.spot.subarray(2 * patch, 2 * patch + 2);
    const point = map.latLngToContainerPoint([y / 100, x / 100]);
    return [frame.left + point.x, frame.top + point.y, label[patch] === grids[0]];
  });
  return { code: ground.codes[grids[0]], spots, patches: ground.count };
}"""
WATCH = """() => {
  const told = window.frames_told = [];
  let last = performance.now();
  const tick = (now) => { told.push(now - last); last = now; requestAnimationFrame(tick); };
  requestAnimationFrame(tick);
}"""
TAKE = "() => window.frames_told.splice(0)"
PAINTED = """(code) => {
  const { ground, sums } = window.editor.board;
  return sums.patches[ground.codes.indexOf(code)];
}"""
ANSWERED = "() => window.editor.board.answer.changes.length > 0"


def path_of(spots: list[list[Any]]) -> list[tuple[float, float]]:
    """Lanes to and fro over the ground, beginning in the micro-grid that is painted for."""
    own = [(x, y) for x, y, inside in spots if inside]
    ys = [y for _, y, _ in spots]
    low, high = min(ys), max(ys)
    start = min(own, key=lambda spot: spot[1])
    lanes = [low + (high - low) * lane / LANES for lane in range(LANES + 1)]
    lanes.sort(key=lambda y: abs(y - start[1]))
    path = [start]
    for turn, y in enumerate(lanes):
        near = sorted(x for x, other, _ in spots if abs(other - y) < (high - low) / LANES)
        if near:
            ends = [(near[0], y), (near[-1], y)]
            path += ends[:: 1 if turn % 2 == 0 else -1]
    return path


@dataclass(frozen=True)
class Watched:
    """What was seen of the page: gaps between frames by the clock, and CPU ms of its tasks."""

    gaps: list[float]
    tasks: list[float]

    def __str__(self) -> str:
        gaps, tasks = sorted(self.gaps), sorted(self.tasks)
        over = sum(task > GOAL_MS for task in tasks)
        return (
            f"{len(gaps)} frames; longest task {tasks[-1]:.0f} ms of CPU, {over} over "
            f"{GOAL_MS:.0f} ms; between frames by the clock {gaps[len(gaps) // 2]:.0f} ms mostly, "
            f"{gaps[-1]:.0f} ms at most"
        )


def tasks_of(trace: bytes) -> list[float]:
    """CPU ms of every task of the page's own thread: what others do on the machine counts not."""
    events = json.loads(trace)["traceEvents"]
    tasks = [event for event in events if event["name"].endswith("RunTask") and "tdur" in event]
    names = {
        (event["pid"], event["tid"]): event["args"]["name"]
        for event in events
        if event["name"] == "thread_name"
    }
    return [
        task["tdur"] / 1000
        for task in tasks
        if names.get((task["pid"], task["tid"])) == "CrRendererMain"
    ]


def paint(browser: Any, page: Any) -> tuple[int, int, Watched, Watched]:
    """Drag the brush; gives patches of the plan, patches painted, and what was seen of both."""
    page.evaluate(FIND)
    aimed = page.evaluate(AIM)
    page.keyboard.press("b")
    page.locator(".gm-strip select").first.select_option(aimed["code"])
    page.wait_for_timeout(1500)  # whatever the page still does at its start
    before = page.evaluate(PAINTED, aimed["code"])
    first, *path = path_of(aimed["spots"])
    page.mouse.move(*first)
    page.evaluate(WATCH)
    page.wait_for_timeout(300)

    def watched(act: Callable[[], None]) -> Watched:
        page.evaluate(TAKE)
        browser.start_tracing(page=page, categories=["toplevel"])
        act()
        gaps = page.evaluate(TAKE)
        return Watched(gaps, tasks_of(browser.stop_tracing()))

    def painted() -> int:
        return int(page.evaluate(PAINTED, aimed["code"])) - before

    def stroke() -> None:
        page.mouse.down()
        for spot in path:
            page.mouse.move(*spot, steps=STEPS)
            if painted() >= WANTED:
                break

    def answer() -> None:
        page.mouse.up()
        page.wait_for_function(ANSWERED)
        page.wait_for_timeout(AFTER_MS)

    seen = watched(stroke)
    count = painted()
    return aimed["patches"], count, seen, watched(answer)


def main() -> None:
    """Measure and print."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("plan", type=Path, help="a plan of some 13,000 patches, such as Cambridge")
    plan = parser.parse_args().plan
    names = ("chromium-headless-shell", "chromium", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        shutil.copy(plan, folder / f"painted{SUFFIX}")
        load_plan(folder / f"painted{SUFFIX}")  # says what is wrong with it, if so
        browser = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-gpu"]
        )
        with app_over(folder) as (_, address):
            context = browser.new_context(viewport={"width": 1440, "height": 900})
            cookie = key_cookie(urlsplit(address).port or 0)
            context.add_cookies([{"name": cookie, "value": START_KEY, "url": address}])
            page = context.new_page()
            page.set_default_timeout(120_000)
            page.goto(f"{address}/redraw?plan=painted{SUFFIX}")
            page.locator(".gm-editor[data-ready]").wait_for()
            patches, painted, stroke, answer = paint(browser, page)
        browser.close()
    print(f"{patches:,} patches; {painted} painted; load of the machine {os.getloadavg()[0]:.1f}")
    print(f"stroke: {stroke}\nanswer: {answer}")


if __name__ == "__main__":
    main()
