"""A real browser for tests: Chromium without a window, with everything it asks for written down.

Whatever is done to a page or expected of it waits until the app has run: the page says so itself,
by a mark that a script of ours sets when something is sent and takes away when the run has ended
(`waiting/busy.js`). A click that fell beside, because its button moved, is made again.
"""

import os
import socket
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import machine
import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    expect,
    sync_playwright,
)
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from project import ROOT
from server_process import Process, run_streamlit
from sure_clicks import make_clicks_sure

from gridmap.access.entrance import KEY_VARIABLE, key_cookie

__all__ = [
    "DESK",
    "KEY_OF_TESTS",
    "PHONE",
    "Watched",
    "app_server",
    "at_rest",
    "choose",
    "chromium",
    "firefox",
    "fits",
    "give_key",
    "open_page",
    "script_server",
    "settled",
    "toasted",
    "until",
]

DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
START_SECONDS = 120
KEY_OF_TESTS = "key-of-tests"
ACTION_MS = 45_000  # the first page of a cold app on a busy machine; who is done goes on at once
expect.set_options(timeout=ACTION_MS)
make_clicks_sure()

# By WebDriver BiDi, Firefox cannot be told which colours and motion its user prefers.
UNEMULATED = dict.fromkeys(("color_scheme", "reduced_motion", "forced_colors", "contrast"), "null")

# The mark that `waiting/busy.js` sets. A page with a progress bar runs for ever and anew.
BUSY = "[data-app-busy] [data-testid=stApp]:not(:has([role=progressbar]))"
BUSY_OR_READING = "[data-app-busy], [role=progressbar]"
IN_EVERY_PAGE = Path(__file__).parent / "waiting" / "busy.js"


@dataclass
class Watched:
    """A page with what it asked of other hosts and what went wrong in it."""

    page: Page
    outside: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@contextmanager
def chromium(driver: Playwright | None = None) -> Iterator[Browser]:
    """Start Chromium; where there is none the test fails, for a skipped test shows nothing.

    A driver that runs already is used: one process has room for one.
    """
    with nullcontext(driver) if driver else sync_playwright() as playwright:
        browser = machine.launch(playwright)
        if browser is None:
            pytest.fail(
                "No Chromium starts on this machine, so pages cannot be tested: make browser"
            )
        yield browser
        _free.pop(browser, None)
        browser.close()


@contextmanager
def firefox(driver: Playwright) -> Iterator[Browser]:
    """Start Firefox; the tests in it are left out, and say so, where the machine has none."""
    browser = machine.launch_firefox(driver)
    if browser is None:
        pytest.skip("This machine has no Firefox that Playwright can start: firefox-esr is one")
    yield browser
    browser.close()


# Pages that are done with, with the screen they were made for, cleaned for the next.
_free: dict[Browser, list[tuple[dict[str, int], Page]]] = {}


def give_key(context: BrowserContext, address: str) -> None:
    """Let a profile hold the start-up key of the app at an address."""
    if port := urlsplit(address).port:
        cookie = {"name": key_cookie(port), "value": KEY_OF_TESTS, "url": address}
        context.add_cookies([cookie])


@contextmanager
def open_page(
    browser: Browser, address: str, size: dict[str, int] = DESK, *, with_key: bool = True
) -> Iterator[Watched]:
    """Open an address in a profile without a memory and watch it.

    A page that an earlier test is done with is used again: its process knows the app's scripts.
    It holds the start-up key, as after the first opening of the address that the app shows.
    """
    page = _page(browser, size)
    if with_key:
        give_key(page.context, address)
    watched = Watched(page)
    heard: dict[str, Callable[[Any], None]] = {
        "request": lambda request: _note(watched, request.url),
        "websocket": lambda socket: _note(watched, socket.url),
        "pageerror": lambda error: watched.errors.append(str(error)),
        "console": lambda message: _note_error(watched, message),
    }
    for event, listener in heard.items():
        page.on(event, listener)
    try:
        page.goto(address)
        yield watched
    except BaseException:
        page.context.close()
        raise
    for event, listener in heard.items():
        page.remove_listener(event, listener)
    _put_back(browser, page, size)


def _page(browser: Browser, size: dict[str, int]) -> Page:
    free = _free.setdefault(browser, [])
    for one in free:
        if one[0] is size:
            free.remove(one)
            return one[1]
    own = UNEMULATED if _is_firefox(browser) else {"reduced_motion": "reduce"}
    context = browser.new_context(viewport=size, has_touch=size is PHONE, **own)
    page = context.new_page()
    page.set_default_timeout(ACTION_MS)
    page.add_init_script(path=IN_EVERY_PAGE)
    # Before every action and every look of `expect`, Playwright waits until this is out of sight.
    page.add_locator_handler(page.locator(BUSY), lambda: None)
    return page


def _is_firefox(browser: Browser) -> bool:
    return browser.browser_type.name == "firefox"


def _put_back(browser: Browser, page: Page, size: dict[str, int]) -> None:
    """Forget all that a test has left in a page; what cannot forget is closed."""
    context = page.context
    if _is_firefox(browser):
        context.close()
        return
    try:
        page.evaluate("try { localStorage.clear(); sessionStorage.clear() } catch {}")
        page.goto("about:blank")
        page.emulate_media(media="null", reduced_motion="reduce", color_scheme="null")
        page.set_viewport_size(size)
        context.clear_cookies()
        context.clear_permissions()
        context.set_geolocation(None)
    except PlaywrightError:
        context.close()
    else:
        _free.setdefault(browser, []).append((size, page))


def settled(page: Page) -> None:
    """Wait until the app has run after what was done last, and drawn what came out.

    Actions and `expect` do so themselves; it is for whatever is read at once (`evaluate`, `count`,
    `url`) and for bare mouse and keyboard.
    """
    page.wait_for_timeout(50)  # React may take a moment to send it
    page.wait_for_function("busy => !document.querySelector(busy)", arg=BUSY)


def at_rest(page: Page) -> None:
    """Wait until the app has run and no bar of progress is left, where a page reads under one.

    Beneath a bar stands what was drawn before, in the language of before.
    """
    page.wait_for_timeout(50)
    page.wait_for_function("busy => !document.querySelector(busy)", arg=BUSY_OR_READING)


def toasted(page: Page, text: str) -> None:
    """Wait for a toast: it stands for some seconds only, so while the app runs as well."""
    page.wait_for_function(
        "text => [...document.querySelectorAll('[data-testid=stToast]')]"
        ".some((toast) => toast.innerText.includes(text))",
        arg=text,
    )


def until(page: Page, holds: Callable[[], bool]) -> None:
    """Wait until something measured holds that `expect` has no word for."""
    end = time.monotonic() + ACTION_MS / 1000
    while not holds():
        if time.monotonic() > end:
            pytest.fail("what was waited for did not come")
        page.wait_for_timeout(100)


def fits(page: Page) -> bool:
    """Whether nothing of a page reaches out of the screen of a phone."""
    return bool(page.evaluate("document.documentElement.scrollWidth") == PHONE["width"])


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
def app_server(
    plans: Path, folder: Path, towns: Path | None = None, city: Path | None = None
) -> Iterator[str]:
    """Run the app over a folder of plans, and one of town folders, or a city; gives its address."""
    places = f"Path({str(plans)!r}), Path({str(towns or folder / 'towns')!r})"
    if city is not None:
        places += f", Path({str(city)!r})"
    text = f"from pathlib import Path\nfrom gridmap.ui.start import run\nrun({places})\n"
    (folder / "page.py").write_text(text, encoding="utf-8")
    served = (
        "from pathlib import Path\nfrom streamlit.starlette import App\n"
        "from gridmap.ui import start\n"
        "from gridmap.ui.shell import server\n"
        f"app = App('page.py', **server.door(Path({str(plans)!r}), start.ADDRESSES))\n"
    )
    with script_server(served, folder, name="serve.py") as address:
        yield address


@contextmanager
def script_server(text: str, folder: Path, *, name: str = "page.py") -> Iterator[str]:
    """Run a script as the app is run; gives its address."""
    script = folder / name
    script.write_text(text, encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ours = {"PYTHONPATH": str(ROOT), KEY_VARIABLE: KEY_OF_TESTS}
    log = folder / "server.log"
    # In the project's folder, for its .streamlit/config.toml is part of what is tested.
    server = run_streamlit(
        ["run", str(script), "--server.port", str(port)], {**os.environ, **ours}, log
    )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(f"{address}/_stcore/health", server, log)
        yield address
    finally:
        server.end()


def _wait_for(address: str, server: Process, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.05)
    pytest.fail(f"The app did not start:\n{log.read_text(encoding='utf-8')}")
