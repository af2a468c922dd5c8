"""One page of the app without a browser, over folders of a test."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest, local_script_runner
from streamlit.util import calc_hash

__all__ = ["app_page", "awaited", "captions", "turn_to", "words_on"]

SECONDS = 180
# Every `AppTest` looks through all installed packages for components: a third of its work. They
# stay the same while tests run, so it is done once.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)


def _wait(runner: local_script_runner.LocalScriptRunner, timeout: float) -> None:
    """Wait for a run of a page without looking a thousand times a second whether it has ended."""
    assert runner._script_thread is not None
    runner._script_thread.join(timeout)
    if runner._script_thread.is_alive():
        runner.request_stop()
        runner.join()
        raise RuntimeError(f"A page runs for more than {timeout:g} s")


local_script_runner.require_widgets_deltas = _wait


def app_page(
    folder: Path, page: str = "coverage", towns: Path | None = None, city: Path | None = None
) -> AppTest:
    """Give the app at one page, by its key in the address, before its first run.

    `folder` holds the plans, `towns` the town folders (`folder/towns` when not given);
    `city` is the city that it is opened on.
    """
    places = f"Path({str(folder)!r}), Path({str(towns or folder / 'towns')!r})"
    if city is not None:
        places += f", Path({str(city)!r})"
    app = AppTest.from_string(
        f"from pathlib import Path\nfrom gridmap.ui.start import run\nrun({places})\n",
        default_timeout=SECONDS,
    )
    turn_to(app, page)
    return app


def turn_to(app: AppTest, page: str) -> None:
    """Let the next run be of a page, by its key in the address.

    `switch_page` knows pages that are files only; ours are functions, known by their address.
    """
    app._page_hash = calc_hash(page)


def captions(app: AppTest) -> list[str]:
    """All captions of a page, in order."""
    return [caption.value for caption in app.caption]


def words_on(app: AppTest) -> str:
    """All the text of a page that is not its map, its style, or the names of the two languages."""
    shown = []
    for element in app.main:
        if element.type in {"html", "iframe"}:
            continue
        texts = [getattr(element, name, None) for name in ("label", "placeholder", "value")]
        shown += [text for text in texts if isinstance(text, str)]
    return "\n".join(shown)


def awaited(work: Coroutine[Any, Any, Any]) -> Any:
    """Give what an asynchronous function answers; in this thread a browser of tests may be open."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()
