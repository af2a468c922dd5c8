"""Clicks that reach what they were meant for.

A click is three messages to the browser: move, press, let go. On a busy machine a page draws
between two of them, and what was pressed may be elsewhere when it is let go: nothing is clicked,
and Playwright does not say so. The page knows (`busy.js`), and the click is made again.
"""

import functools
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Locator

__all__ = ["AGAIN", "made_again", "make_clicks_sure"]

AGAIN = 3
made_again: list[str] = []  # the buttons, since the last test


def make_clicks_sure() -> None:
    """Let every `click` and `tap` of Playwright be made again that fell beside its button."""
    for name in ("click", "tap"):
        action = getattr(Locator, name)
        if not hasattr(action, "__wrapped__"):
            setattr(Locator, name, _sure(action))


def _sure(action: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(action)
    def sure(locator: Locator, **how: Any) -> None:
        action(locator, **how)
        for _ in range(AGAIN):
            if how.get("trial") or not _was_lost(locator):
                return
            made_again.append(str(locator).rpartition(" selector=")[2])
            action(locator, **how)

    return sure


def _was_lost(locator: Locator) -> bool:
    try:
        return bool(locator.page.evaluate("window.pressWasLost?.()"))
    except PlaywrightError:  # the click has led to another page, or closed this one
        return False
