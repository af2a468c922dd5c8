"""A browser that takes small pictures of pages, and stops when a page is not quiet."""

import io
import sys
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [
    str(ROOT),
    *(
        str(ROOT / "tests" / part)
        for part in ("", "support", "support/processes", "support/worlds")
    ),
]

import browser  # noqa: E402  tests/support/browser.py
from PIL import Image  # noqa: E402
from playwright.sync_api import Browser, Page  # noqa: E402

HERE = Path(__file__).parent
SIZES = {"1440": browser.DESK, "390": browser.PHONE}
TABLET = {"1024": {"width": 1024, "height": 768}}  # for pages that stand otherwise there
COLOURS = 224  # as many as a map with hatches and roads needs; the files stay small
SETTLE_MS = 700


@contextmanager
def opened(chromium: Browser, address: str, width: str):
    """Open a page and stop when it asks another host or has an error."""
    with browser.open_page(chromium, address, (SIZES | TABLET)[width]) as watched:
        yield watched.page
        if watched.outside or watched.errors:
            sys.exit(f"{address}: {watched.outside} {watched.errors}")


def save(page: Page, name: str) -> None:
    """Write one picture with few colours; a page with a fault is none."""
    page.wait_for_timeout(SETTLE_MS)
    if page.get_by_test_id("stException").count():
        sys.exit(f"{name}: the page shows a fault")
    image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    few = image.quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(HERE / f"{name}.png", optimize=True)
    print(f"{name}.png  {(HERE / f'{name}.png').stat().st_size / 1000:.0f} kB")
