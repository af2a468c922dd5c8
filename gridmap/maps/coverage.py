"""The coverage map as a folium map whose page needs nothing from outside.

Leaflet, our scripts and our styles are put into the page itself, so the same text opens by double
click, inside the app and in a notebook. A policy in the page forbids any request.
"""

import hashlib
import html
import json
from functools import cache
from pathlib import Path
from typing import Any

import folium
from branca.element import Element, Figure

from gridmap.maps.leaflet import leaflet_script, leaflet_style
from gridmap.maps.payload import payload
from gridmap.plan import Plan
from gridmap.words import Language

__all__ = ["coverage_map", "map_html"]

ASSETS = Path(__file__).parent / "assets"
SCRIPTS = ("geometry", "page", "hatches", "card", "search", "panel", "labels", "controls", "print",
           "map")  # fmt: skip
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data:; base-uri 'none'; form-action 'none'"
)


class _Verbatim(Element):
    """Text put into the page as it is: branca would read it as a template once more."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def render(self, **_kwargs: Any) -> str:
        return self._text


class CoverageMap(folium.Map):
    """A folium map that shows a plan. Make it with `coverage_map`.

    Parameters
    ----------
    data
        What `payload` gives.
    """

    default_js: list[tuple[str, str]] = []  # noqa: RUF012  as folium has it: nothing from outside
    default_css: list[tuple[str, str]] = []  # noqa: RUF012

    def __init__(self, data: dict[str, Any]) -> None:
        west, south, east, north = data["bounds"]
        super().__init__(
            location=[(south + north) / 2, (west + east) / 2],
            tiles=None,
            zoom_control=False,
            attribution_control=False,
            zoom_snap=0.1,
            min_zoom=9,
            max_zoom=20,
        )
        self._data = data
        # Random names would make two maps of one plan differ.
        self._id = hashlib.sha256(data["town"]["code"].encode()).hexdigest()[:32]

    def render(self, **kwargs: Any) -> None:  # type: ignore[override]  # as folium has it
        """Put the map, its page and its data into the figure."""
        figure = self.get_root()
        assert isinstance(figure, Figure)
        town = self._data["town"]
        figure.title = html.escape(town[self._data["language"]])
        policy = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        figure.header.add_child(_Verbatim(policy), name="gridmap_policy")
        figure.header.add_child(_Verbatim(f"<script>{leaflet_script()}</script>"), name="leaflet")
        figure.header.add_child(_Verbatim(f"<style>{leaflet_style()}</style>"), name="leaflet_css")
        super().render(**kwargs)
        figure.header.add_child(_Verbatim(f"<style>{_asset('page.css')}</style>"), name="gridmap")
        figure.html.add_child(_Verbatim(_asset("page.html")), name="gridmap_page")
        figure.script.add_child(_Verbatim(self._start()), name="gridmap_start")

    def _start(self) -> str:
        scripts = "\n".join(_asset(f"{name}.js") for name in SCRIPTS)
        # In a block of its own, so that two maps on one page do not clash.
        return f"{{\n{scripts}\ngmMap.start({self.get_name()}, {_json(self._data)});\n}}"


def coverage_map(plan: Plan, *, language: Language = "zh", framed: bool = False) -> folium.Map:
    """Draw who covers what: micro-grids by category, load and posts, with the grids above them.

    Parameters
    ----------
    plan
        The plan.
    language
        Language the map opens in.
    framed
        Whether the map stands in a page with a title and a language switch of its own.

    Returns
    -------
    A map whose page holds all it needs and asks nothing of the network.
    """
    return CoverageMap(payload(plan, language=language, framed=framed))


def map_html(plan: Plan, *, language: Language = "zh", framed: bool = False) -> str:
    """Write the coverage map as one HTML file that opens without a network.

    Parameters
    ----------
    plan
        The plan.
    language
        Language the map opens in.
    framed
        Whether the map stands in a page with a title and a language switch of its own.

    Returns
    -------
    The text of the file; the same plan gives the same text.
    """
    return coverage_map(plan, language=language, framed=framed).get_root().render()


def _json(data: dict[str, Any]) -> str:
    """Write data for a script: no character in it can end the script or begin markup."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


@cache
def _asset(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")
