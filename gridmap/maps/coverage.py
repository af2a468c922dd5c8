"""The coverage map as a folium map whose page needs nothing from outside.

Leaflet, our scripts and our styles are put into the page itself, so the same text opens by double
click, inside the app and in a notebook. A policy in the page forbids any request. The app serves
the data of the page apart from it, for a city has many: then its own server may be asked.
"""

import base64
import hashlib
import html
import json
import re
import struct
import zlib
from collections.abc import Iterable
from typing import Any

import folium
from branca.element import Element, Figure

from gridmap.maps.leaflet import leaflet_script
from gridmap.maps.page import asking, asset, for_script, policy, scripts, styles
from gridmap.maps.payload import Payload, payload
from gridmap.maps.views import View
from gridmap.plan.plan import Plan
from gridmap.words import Language, words_in

__all__ = ["coverage_map", "map_data", "map_html", "map_page"]


# folium forbids to enlarge the page with two fingers, which those need who see badly (WCAG 1.4.4).
_NO_ZOOM = re.compile(r",\s*maximum-scale=1\.0,\s*user-scalable=no")
GZIP_HEAD = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"  # deflated, without name and date, from any system


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
    title
        Title of the page.
    source
        What the scripts start with: all data, or where to fetch it.
    bounds
        West, south, east and north.
    """

    default_js: list[tuple[str, str]] = []  # noqa: RUF012  as folium has it: nothing from outside
    default_css: list[tuple[str, str]] = []  # noqa: RUF012

    def __init__(self, title: str, source: dict[str, Any], bounds: list[float]) -> None:
        west, south, east, north = bounds
        super().__init__(
            location=[(south + north) / 2, (west + east) / 2],
            tiles=None,
            zoom_control=False,
            attribution_control=False,
            zoom_snap=0.1,
            min_zoom=5,
            max_zoom=20,
        )
        self._title = title
        self._source = source
        # Random names would make two maps of one plan differ.
        self._id = hashlib.sha256(title.encode()).hexdigest()[:32]

    def render(self, **kwargs: Any) -> None:  # type: ignore[override]  # as folium has it
        """Put the map, its page and its data into the figure."""
        figure = self.get_root()
        assert isinstance(figure, Figure)
        figure.title = html.escape(self._title)
        figure.header.add_child(
            _Verbatim(policy(fetches="fetch" in self._source, pictures="basemap" in self._source)),
            name="gridmap_policy",
        )
        if "fetch" in self._source:
            asks = _Verbatim(asking(self._source["fetch"]))
            figure.header.add_child(asks, name="gridmap_asks")
        figure.header.add_child(_Verbatim(f"<script>{leaflet_script()}</script>"), name="leaflet")
        super().render(**kwargs)
        head = figure.header._children[self.get_name()].render()
        figure.header.add_child(_Verbatim(_NO_ZOOM.sub("", head)), name=self.get_name())
        more = ("talk",) if "fetch" in self._source else ()
        figure.header.add_child(_Verbatim(f"<style>{styles(*more)}</style>"), name="gridmap")
        figure.html.add_child(_Verbatim(asset("page.html")), name="gridmap_page")
        figure.script.add_child(_Verbatim(self._start()), name="gridmap_start")

    def _start(self) -> str:
        # In a block of its own, so that two maps on one page do not clash.
        more = ("basemap", "talk") if "fetch" in self._source else ()
        start = f"gmMap.start({self.get_name()}, {for_script(self._source)});"
        return f"{{\n{scripts(*more)}\n{start}\n}}"


def coverage_map(
    plan: Plan, *, language: Language = "zh", framed: bool = False, more: Iterable[View] = ()
) -> folium.Map:
    """Draw who covers what: micro-grids by category, load and posts, with the grids above them.

    Parameters
    ----------
    plan
        The plan.
    language
        Language the map opens in.
    framed
        Whether the map stands in a page with a title and a language switch of its own.
    more
        Views beside those that every plan has, such as `gridmap.maps.views.answers_view`.

    Returns
    -------
    A map whose page holds all it needs and asks nothing of the network.
    """
    made = payload(plan, language=language, framed=framed, more=more)
    shapes = base64.b64encode(made.shapes).decode("ascii")
    return CoverageMap(
        made.values["town"][language], made.values | {"shapes": shapes}, made.values["bounds"]
    )


def map_html(
    plan: Plan, *, language: Language = "zh", framed: bool = False, more: Iterable[View] = ()
) -> str:
    """Write the coverage map as one HTML file that opens without a network.

    Parameters
    ----------
    plan
        The plan.
    language
        Language the map opens in.
    framed
        Whether the map stands in a page with a title and a language switch of its own.
    more
        Views beside those that every plan has, such as `gridmap.maps.views.answers_view`.

    Returns
    -------
    The text of the file; the same plan gives the same text.
    """
    return coverage_map(plan, language=language, framed=framed, more=more).get_root().render()


def map_data(made: Payload) -> bytes:
    """Write what a page of `map_page` fetches: gzip, so that no server need compress it again."""
    values = json.dumps(made.values, ensure_ascii=False, separators=(",", ":")).encode()
    values = struct.pack("<I", len(values)) + values
    # Shapes are packed already: to press them takes half of the time and saves a twentieth.
    pressed, stored = (zlib.compressobj(level, wbits=-zlib.MAX_WBITS) for level in (1, 0))
    check = zlib.crc32(made.shapes, zlib.crc32(values))
    return b"".join(
        [
            GZIP_HEAD,
            pressed.compress(values),
            pressed.flush(zlib.Z_FULL_FLUSH),  # what follows looks back at nothing before
            stored.compress(made.shapes),
            stored.flush(),
            struct.pack("<II", check, (len(values) + len(made.shapes)) % 2**32),
        ]
    )


def map_page(
    address: str,
    *,
    title: str,
    language: Language,
    basemap: dict[str, Any] | None = None,
    talk: dict[str, Any] | None = None,
) -> str:
    """Write the page of a map whose data is fetched from an address of the same server.

    Parameters
    ----------
    address
        Where the server gives what `map_data` wrote.
    title
        Title of the page.
    language
        Language of the words that are shown until the data is there.
    basemap
        What `gridmap.ui.basemap.ground` says of a picture under the grids; None for none. A map
        that is a file holds none: its tiles would be larger than all the rest.
    talk
        Comments on the map, and what may be asked of the page around it, as
        `gridmap.ui.coverage.map_talk` gives it; None for none. They are in the page alone, never in
        the data of a map, so that no file that is handed on can hold them.
    """
    source: dict[str, Any] = {
        "fetch": address,
        "words": words_in(language, "map.loading", "map.lost"),
    }
    if basemap is not None:
        source["basemap"] = basemap
    if talk is not None:
        source["talk"] = talk
    return CoverageMap(title, source, [113.0, 34.0, 114.0, 35.0]).get_root().render()
