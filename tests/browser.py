"""A real browser for tests: Chromium without a window, with everything it asks for written down."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

__all__ = [
    "DESK",
    "PHONE",
    "Watched",
    "app_server",
    "choose",
    "chromium",
    "open_page",
    "script_server",
    "settled",
]

ROOT = Path(__file__).parents[1]
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
START_SECONDS = 60
expect.set_options(timeout=20_000)  # the first page of a cold app on a busy machine


@dataclass
class Watched:
    """A page with what it asked of other hosts and what went wrong in it."""

    page: Page
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium; where there is none the test fails, for a skipped test shows nothing."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.fail(
            "No Chromium on this machine, so pages cannot be tested. Install it with a CJK font "
            "(Debian: apt-get install chromium fonts-noto-cjk); .ci/run does so."
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(QUIET))
        yield browser
        browser.close()


@contextmanager
def open_page(browser: Browser, address: str, size: dict[str, int] = DESK) -> Iterator[Watched]:
    """Open an address in a fresh profile and watch it."""
    context = browser.new_context(viewport=size, has_touch=size is PHONE)
    watched = Watched(context.new_page())
    page = watched.page
    page.set_default_timeout(15_000)
    page.on("request", lambda request: _note(watched, request.url))
    page.on("websocket", lambda socket: _note(watched, socket.url))
    page.on("pageerror", lambda error: watched.errors.append(str(error)))
    page.on("console", lambda message: _note_error(watched, message))
    page.goto(address)
    yield watched
    context.close()


def settled(page: Page) -> None:
    """Wait until the app has run after what was done last, and drawn what came out."""
    page.wait_for_timeout(150)  # it has to hear of it first
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


def choose(page: Page, label: str, option: str) -> None:
    """Choose in a list; one that closes while the page still moves is opened anew."""
    found = page.get_by_role("option", name=option).first
    for _ in range(5):
        settled(page)
        page.get_by_label(label, exact=True).click()
        try:
            found.click(timeout=3_000)
        except PlaywrightTimeout:
            continue
        settled(page)
        return
    pytest.fail(f"{label}: {option} is not offered")


def _note(watched: Watched, url: str) -> None:
    at_home = ("file:", "data:", "blob:", "about:", "http://127.0.0.1:", "ws://127.0.0.1:")
    if not url.startswith(at_home):
        watched.outside.append(url)


def _note_error(watched: Watched, message: ConsoleMessage) -> None:
    # Opened at the address of a page, Streamlit looks for its server below it first, then above.
    probes = ("/_stcore/health", "/_stcore/host-config")
    if message.type == "error" and not message.location.get("url", "").endswith(probes):
        watched.errors.append(message.text)


@contextmanager
def app_server(plans: Path, folder: Path, towns: Path | None = None) -> Iterator[str]:
    """Run the app over a folder of plans, and one of town folders; gives its address."""
    places = f"Path({str(plans)!r}), Path({str(towns or folder / 'towns')!r})"
    text = f"from pathlib import Path\nfrom gridmap.ui.start import run\nrun({places})\n"
    with script_server(text, folder) as address:
        yield address


@contextmanager
def script_server(text: str, folder: Path) -> Iterator[str]:
    """Run a script as the app is run; gives its address."""
    script = folder / "page.py"
    script.write_text(text, encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    log = folder / "server.log"
    with log.open("wb") as output:
        # In the project's folder, for its .streamlit/config.toml is part of what is tested.
        server = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}/_stcore/health", server, log)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=10)


def _wait_for(address: str, server: subprocess.Popen, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"The app did not start:\n{log.read_text(encoding='utf-8')}")
