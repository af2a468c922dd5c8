"""The parts every page of a map is put together from: scripts, styles, words and a policy.

A page asks nobody but, in the app, the server it came from; data in it can never become markup.
"""

import html
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from gridmap.maps.leaflet import leaflet_script, leaflet_style
from gridmap.words import Language, words_in

__all__ = ["asking", "asset", "for_script", "pair_page", "policy", "scripts", "styles"]

# Lines of a script that hold nothing but a remark: they are for who reads it, not for the browser.
_REMARKS = re.compile(
    r"^[ \t]*(?://[^\n]*|/\*\*(?:(?!\*/).)*\*/)[ \t]*\n", re.MULTILINE | re.DOTALL
)
_ASIDES = re.compile(r"/\*\*?(?:(?!\*/).)*\*/ ?", re.DOTALL)
# Blanks of a style sheet that part nothing.
_BLANKS = re.compile(r"(?<=[{};,:])\s+|\s+(?=[{}])")
_TAILS = re.compile(r"(?<=[;,{}(\]]) // [^\n\"'`]*$", re.MULTILINE)
# No text of ours begins a line within quotes.
_INDENTS = re.compile(r"^[ \t]*\n|^[ \t]+", re.MULTILINE)
ASSETS = Path(__file__).parent / "assets"
# What a map that is a file does without is not here: base map, comments, two plans.
SCRIPTS = ("shapes", "theme", "trace", "layer", "context", "model", "page", "hatches", "room",
           "roadnames", "card", "dock", "pinyin", "coordinates", "search", "panel", "labels",
           "controls", "keyboard", "pins", "objects", "print", "measure", "place", "ground",
           "canvas", "map")  # fmt: skip
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data:; base-uri 'none'; form-action 'none'"
)
OWN_SERVER = "; connect-src 'self'"
PICTURES = ("img-src data:", "img-src data: 'self'")  # with a base map


def policy(*, fetches: bool, pictures: bool = False, more: str = "") -> str:
    """Give the tag that forbids requests, but for those to the page's own server, and `more`."""
    rules = POLICY + (OWN_SERVER if fetches else "") + html.escape(more)
    if pictures:
        rules = rules.replace(*PICTURES)
    return f'<meta http-equiv="Content-Security-Policy" content="{rules}">'


def asking(*addresses: str) -> str:
    """Give the tag that asks for data at once, while the page's own scripts are still read."""
    # A fault is told by who takes the answer; without a catch here the console would tell it too.
    each = "each => [each, fetch(each)]"
    return (
        f"<script>window.gmAsked = new Map({for_script(list(addresses))}.map({each}));"
        "gmAsked.forEach(answer => answer.catch(() => {}));</script>"
    )


def scripts(*more: str) -> str:
    """Give the scripts of a map, and further ones by name, without what only readers need."""
    texts = (_REMARKS.sub("", asset(f"{name}.js")) for name in (*SCRIPTS, *more))
    return "\n".join(_INDENTS.sub("", _ASIDES.sub("", _TAILS.sub("", text))) for text in texts)


@cache
def styles(*more: str) -> str:
    """Give the styles of a map, and further ones by name, without what only readers need."""
    whole = "\n".join([leaflet_style(), *(asset(f"{name}.css") for name in ("page", *more))])
    return _BLANKS.sub("", _ASIDES.sub("", whole))


def for_script(data: dict[str, Any] | list[str]) -> str:
    """Write data for a script: no character in it can end the script or begin markup."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def pair_page(
    addresses: tuple[str, str],
    *,
    names: tuple[str, str],
    language: Language,
    basemap: dict[str, Any] | None = None,
) -> str:
    """Write the page that shows two plans, side by side or one over the other.

    Parameters
    ----------
    addresses
        Where the same server gives the data of each plan, as `map_data` wrote it. Both have the
        view "change".
    names
        What the plans are called.
    language
        Language of the page.
    basemap
        What `gridmap.ui.basemap.ground` says of a picture under the grids; None for none.
    """
    words = words_in(language, "map.loading", "map.lost", "compare.title")
    source: dict[str, Any] = {"fetch": list(addresses), "names": list(names), "words": words}
    if basemap is not None:
        source["basemap"] = basemap
    start = f"{{\n{scripts('basemap', 'compare')}\ngmCompare.start({for_script(source)});\n}}"
    return (
        "<!DOCTYPE html>\n"
        f'<html lang="{"zh-CN" if language == "zh" else "en"}"><head><meta charset="utf-8">'
        f"{policy(fetches=True, pictures=basemap is not None)}{asking(*addresses)}"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(words['compare.title'])}</title>"
        "<style>html, body { width: 100%; height: 100%; margin: 0; }"
        f"{styles('compare')}</style>"
        f"<script>{leaflet_script()}</script></head>"
        f"<body>{asset('compare.html')}<script>{start}</script></body></html>\n"
    )


@cache
def asset(name: str) -> str:
    """Read a file of the page."""
    return (ASSETS / name).read_text(encoding="utf-8")
