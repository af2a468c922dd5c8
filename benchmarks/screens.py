"""How soon the map of a plan is seen and answers; write ``benchmarks/SCREENS.md``.

``python -m benchmarks.screens`` makes plans of 144, 10,000 and 50,176 micro-grids (invented land
and people) and opens each in a real browser: by its address in a fresh profile, and by a click in
the app. It takes five minutes and needs Chromium and playwright.
"""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import streamlit

from benchmarks.big_plan import big_plan
from gridmap.access.entrance import KEY_VARIABLE, key_cookie
from gridmap.store import SUFFIX, save_plan

__all__ = ["main"]

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "benchmarks" / "SCREENS.md"
SIDES = (12, 100, 224)  # 144, 10,000 and 50,176 micro-grids
TIMES = 2  # each figure is the best of so many, each time of a plan that was not read before
SESSIONS = 3
START_KEY = "key-of-benchmarks"
OTHER = 4  # side of the small plan that is open before
DRAWN = "canvas[data-drawn], path.gm-ground >> nth=-1"
PLACE = {"x": 400, "y": 300}  # in the map's frame
HEAD = """# Screens: how soon a map is seen

The goals: the first map after opening a made plan under 2 s with 142 micro-grids, under 4 s with
10,000, under 6 s with 50,000; an answer to a click under 0.5 s; a session under 300 MB at 50,000.

Plans are made up: a square of crooked cells of 21 vertices, two posts each. Server and browser are
on one machine and share its cores. Each figure is the best of {times}, each of a copy of the plan
that this server has never read. CPU s is what the server itself used, and what to compare when
others use the machine.

- **In the app**: the app is open in the browser with another, small plan. On the coverage page the
  plan is chosen from the list of plans: seconds from that click to the drawn map. This is what a
  planner waits for.
- **From home**: the same, but the plan is chosen on the home page, and the coverage page in the
  row of pages as soon as it leads to the new plan: two clicks, from the first of them.
- **By address**: a fresh browser profile types the address of the plan's map. The browser also
  loads and starts Streamlit's own scripts, which all pages need; **again** is the same when the
  server knows the plan, and says how much of the first figure is not the plan's.
- **Click**: from a click on the map to the card of a micro-grid.
- **Plan MB**: how much the server's memory grew when the first browser opened the plan: the plan,
  its map and all that was needed to make them. **A session MB**: what each further browser adds.
"""


class Timed(NamedTuple):
    """Wall seconds that a visitor waited, and processor seconds of the server meanwhile."""

    wall: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.wall:.1f} | {self.cpu:.1f}"


def memory_mb(pid: int) -> float:
    """Resident memory of a process in megabytes."""
    text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    (line,) = (line for line in text.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def cpu_s(pid: int) -> float:
    """CPU seconds that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def app_over(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Run the app over a folder of plans; gives its process and address."""
    script = folder / "page.py"
    places = f"Path({str(folder)!r}), Path({str(folder / 'towns')!r})"
    script.write_text(
        f"from pathlib import Path\nfrom gridmap.ui.start import run\nrun({places})\n",
        encoding="utf-8",
    )
    served = folder / "serve.py"
    served.write_text(
        "from pathlib import Path\nfrom streamlit.starlette import App\n"
        "from gridmap.ui import start\n"
        "from gridmap.ui.shell import server\n"
        f"app = App('page.py', **server.door(Path({str(folder)!r}), start.ADDRESSES))\n",
        encoding="utf-8",
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", str(served), "--server.port", str(port)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), KEY_VARIABLE: START_KEY},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield server, _answering(f"http://127.0.0.1:{port}")
    finally:
        server.terminate()
        server.wait(timeout=20)


def _answering(address: str) -> str:
    for _ in range(200):
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):
                return address
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("The app did not start.")


@dataclass
class Visits:
    """Visits of one app by browsers with fresh profiles, which all stay open."""

    browser: Any
    server: subprocess.Popen[bytes]
    address: str
    pages: list[Any] = field(default_factory=list)

    def by_address(self, name: str, count: int) -> Timed:
        """Type the address of a plan's map."""
        page = self._fresh()
        with self._timed() as timed:
            page.goto(f"{self.address}/coverage?plan={name}{SUFFIX}")
            self._wait_for_map(page, count)
        return timed[0]

    def in_the_app(self, name: str, count: int, other: str) -> Timed:
        """Choose a plan while the map of another is open."""
        page = self._fresh()
        page.goto(f"{self.address}/?plan={other}{SUFFIX}")
        page.locator(".st-key-nav a[href*='coverage']").click()
        self._wait_for_map(page, OTHER**2)
        option = self._offered(page, name)
        with self._timed() as timed:
            option.click()
            self._wait_for_map(page, count)
        return timed[0]

    def from_home(self, name: str, count: int, other: str) -> Timed:
        """Choose a plan on the home page, and then the page with the map."""
        page = self._fresh()
        page.goto(f"{self.address}/?plan={other}{SUFFIX}")
        page.locator(".st-key-steps .step >> nth=-1").wait_for()
        option = self._offered(page, name)
        with self._timed() as timed:
            option.click()
            page.locator(f".st-key-nav a[href*='coverage'][href*='{name}']").click()
            self._wait_for_map(page, count)
        return timed[0]

    def click_s(self) -> float:
        """Seconds from a click on the map that was opened last to the card."""
        frame = self.pages[-1].frame_locator("iframe").first
        begin = time.perf_counter()
        frame.locator(".folium-map").click(position=PLACE)
        frame.locator(".gm-card").wait_for()
        return time.perf_counter() - begin

    def rest(self) -> None:
        """Wait until the server has done all that a page asks for after its map."""
        before = -1.0
        while cpu_s(self.server.pid) - before > 0.05:
            before = cpu_s(self.server.pid)
            self.pages[-1].wait_for_timeout(1500)

    def _fresh(self) -> Any:
        context = self.browser.new_context(viewport={"width": 1440, "height": 900})
        name = key_cookie(urlsplit(self.address).port or 0)
        context.add_cookies([{"name": name, "value": START_KEY, "url": self.address}])
        page = context.new_page()
        page.set_default_timeout(120_000)
        self.pages.append(page)
        return page

    def _offered(self, page: Any, name: str) -> Any:
        """Open the list of plans."""
        self.rest()
        page.locator(".st-key-plan-choice button").first.click()
        page.locator(".st-key-plan input").click()
        page.keyboard.type(name)
        option = page.get_by_role("option", name=name, exact=True)
        option.wait_for()
        return option

    def _wait_for_map(self, page: Any, count: int) -> None:
        frame = page.frame_locator("iframe").first
        # The map of the plan before says another number.
        frame.locator("#gm-figures", has_text=f"，{count:,} 个").wait_for(state="attached")
        frame.locator(DRAWN).wait_for()

    @contextmanager
    def _timed(self) -> Iterator[list[Timed]]:
        told: list[Timed] = []
        wall, cpu = time.perf_counter(), cpu_s(self.server.pid)
        yield told
        told.append(Timed(time.perf_counter() - wall, cpu_s(self.server.pid) - cpu))


def row_of(browser: Any, folder: Path, side: int) -> str:
    """Measure a plan of so many micro-grids on a side in an app of its own."""
    count = side * side
    ways = ("address", "app", "home")
    made = folder / f"made{SUFFIX}"
    save_plan(big_plan(side), made)
    save_plan(big_plan(OTHER), folder / f"other{SUFFIX}")
    names = {way: [f"{way}{number}x" for number in range(TIMES)] for way in ways}
    for copies in names.values():
        for name in copies:
            shutil.copy(made, folder / f"{name}{SUFFIX}")
    made.unlink()
    with app_over(folder) as (server, address):
        visits = Visits(browser, server, address)
        visits.by_address("other", OTHER**2)  # the server loads its libraries once
        visits.rest()
        empty = memory_mb(server.pid)
        typed = [visits.by_address(names["address"][0], count)]
        visits.rest()
        full, click = memory_mb(server.pid), visits.click_s()
        again = [visits.by_address(names["address"][0], count) for _ in range(SESSIONS)]
        visits.rest()
        each = (memory_mb(server.pid) - full) / SESSIONS
        for name in names["address"][1:]:
            visits.rest()
            typed.append(visits.by_address(name, count))
            click = min(click, visits.click_s())
        chosen = [visits.in_the_app(name, count, "other") for name in names["app"]]
        at_home = [visits.from_home(name, count, "other") for name in names["home"]]
        for page in visits.pages:
            page.context.close()
    best = [min(runs) for runs in (chosen, at_home, typed, again)]
    return (
        f"| {count:,} | {' | '.join(map(str, best))} | {click:.2f} | {full - empty:.0f} "
        f"| {each:.0f} |"
    )


def main() -> None:
    """Measure, print and write the page."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sides", type=int, nargs="*", help="others; the page is not written")
    sides = parser.parse_args().sides
    found = shutil.which("chromium") or shutil.which("google-chrome")
    rows = ["| micro-grids | in the app s | CPU s | from home s | CPU s | by address s | CPU s "
            "| again s | CPU s | click s | plan MB | a session MB |",
            "|" + " --- |" * 12]  # fmt: skip
    print("\n".join(rows), flush=True)
    begun = os.getloadavg()[0]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-gpu"]
        )
        version = browser.version
        for side in sides or SIDES:
            with tempfile.TemporaryDirectory() as name:
                rows.append(row_of(browser, Path(name), side))
            print(rows[-1], flush=True)
        browser.close()
    told = (
        f"Made by `python -m benchmarks.screens` on {datetime.datetime.now(datetime.UTC):%Y-%m-%d},"
        f" {os.cpu_count()} cores, load of the machine {begun:.1f} before and"
        f" {os.getloadavg()[0]:.1f} at the end, {platform.system()}, Python"
        f" {platform.python_version()}, Streamlit {streamlit.__version__}, Chromium {version}."
    )
    print(f"\n{told}")
    if not sides:
        text = "\n".join([HEAD.format(times=TIMES), told, "", *rows, ""])
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
