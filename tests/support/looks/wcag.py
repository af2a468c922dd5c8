"""What of a page breaks WCAG 2.2 at level A or AA, as axe finds it, and words that are not ours."""

import re
from functools import cache
from typing import NamedTuple

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

__all__ = ["EXEMPT", "breaches", "foreign_names"]

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


class Exempt(NamedTuple):
    """One rule of axe that does not hold for elements with a mark, and why."""

    rule: str
    mark: str  # in the tag of the element
    reason: str


EXEMPT = (
    Exempt(
        "target-size",
        "gm-object ",
        "Pins stand where their objects are, closer than 24 px in a dense town. WCAG 2.5.8 exempts "
        "targets whose place is essential, such as pins on a map; the search and the lists beside "
        "the map lead to each of them too.",
    ),
)
_RUN = "run => axe.run(document, run).then(({ violations }) => violations)"
# Names that only a screen reader says; a Latin word of 4 letters without any Chinese is English.
_NAMES = """() => {
  const within = (root) => [...root.querySelectorAll("*")]
    .flatMap((one) => [one, ...(one.shadowRoot ? within(one.shadowRoot) : [])]);
  return within(document.body).flatMap((one) =>
    ["aria-label", "title", "alt"].map((name) => one.getAttribute(name)).filter(Boolean));
}"""


# What Streamlit draws anew passes from pale to full, and one look may fall into that.
PASSING_MS = 500
LOOKS = 4


def breaches(page: Page) -> list[str]:
    """List what breaks the rules in a page, its frames and its components: rule, place, why.

    A breach is what is still one when the page is looked at again.
    """
    for _ in range(LOOKS):
        if not (found := _seen(page)):
            break
        page.wait_for_timeout(PASSING_MS)
    return found


def _seen(page: Page) -> list[str]:
    for frame in page.frames:
        frame.evaluate(_script())
    found = page.evaluate(_RUN, {"runOnly": LEVELS, "resultTypes": ["violations"]})
    return [
        f"{rule['id']}: {node['html'][:200]} {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
        if not any(one.rule == rule["id"] and one.mark in node["html"] for one in EXEMPT)
    ]


def foreign_names(page: Page) -> list[str]:
    """List names for screen readers in a Chinese page that are English."""
    names = page.evaluate(_NAMES)
    return [one for one in names if re.search("[A-Za-z]{4}", one) and one.isascii()]


@cache
def _script() -> str:
    return f"window.axe || (() => {{ {AXE_SCRIPT} }})()"
