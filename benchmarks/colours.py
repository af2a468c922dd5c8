"""How well the signs of the maps are told apart: by eyes that lack a kind of cone, and in contrast.

`python -m benchmarks.colours` prints the tables that docs/map.md shows.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations

from gridmap.maps.colours import DEFICIENCIES, contrast, difference, seen_by
from gridmap.maps.legend import (
    ANSWER_LOOKS,
    BALANCE_LOOKS,
    CATEGORY_LOOKS,
    CHANGE_LOOKS,
    EXCLUSIVE,
    LEFT,
    POST_LOOKS,
    Look,
    load_looks,
)
from gridmap.maps.page import asset
from gridmap.maps.signs import CONTEXT_SIGNS, LABELS, LEVEL_SIGNS

__all__ = ["EYES", "THEMES", "VIEWS", "Pair", "contrasts", "pairs", "tables"]

EYES = ("all cones", *DEFICIENCIES)
THEMES = ("light", "dark")
VIEWS: dict[str, tuple[Look, ...]] = {
    "category": (*CATEGORY_LOOKS, EXCLUSIVE, LEFT),
    "load": load_looks(12.0),
    "posts": POST_LOOKS,
    "answers": ANSWER_LOOKS,
    "change": CHANGE_LOOKS,
    "balance": BALANCE_LOOKS,
}
BY_COLOUR = 8.0  # CIEDE2000 from which two fills are told apart by colour alone
BY_HATCH = 2.0  # contrast of a hatch with its fill from which it is seen


@dataclass(frozen=True)
class Pair:
    """Two classes of a view that can touch on the map, as some eyes see them in a theme."""

    view: str
    theme: str
    eyes: str
    one: str
    other: str
    difference: float  # CIEDE2000 of the fills
    hatch: float  # contrast of the better seen of two hatches that differ; 1 when they are alike

    @property
    def is_told(self) -> bool:
        """Whether the two are told apart, by colour or by hatch."""
        return self.difference >= BY_COLOUR or self.hatch >= BY_HATCH


def pairs(view: str, theme: str, eyes: str) -> Iterator[Pair]:
    """Give all pairs of classes of a view."""
    for one, other in combinations(VIEWS[view], 2):
        colours = [_seen(look, theme, eyes) for look in (one, other)]
        hatches = [
            contrast(*pair) if look.hatch != "none" else 1.0
            for look, pair in zip((one, other), colours, strict=True)
        ]
        hatch = max(hatches) if one.hatch != other.hatch else 1.0
        fills = difference(colours[0][0], colours[1][0])
        yield Pair(view, theme, eyes, one.key, other.key, fills, hatch)


def contrasts() -> dict[str, tuple[float, float, float]]:
    """Give the least contrast of texts and lines in both themes, and what it is held to.

    Texts to 4.5:1 and borders to 3:1, as WCAG 2 asks for; roads stay quiet under them.
    """
    looks = [look for view in VIEWS.values() for look in view]
    page = {theme: _page(theme) for theme in THEMES}
    halo = dict(zip(THEMES, LABELS["halo"], strict=True))
    fills = {"light": {one.colour for one in looks}, "dark": {one.dark for one in looks}}
    cased = [one for one in CONTEXT_SIGNS if one.casing and one.shape == "line"]
    names = [key for key in LABELS if key not in ("halo", "outside")]

    def least(light: list[float], dark: list[float], wanted: float) -> tuple[float, float, float]:
        return min(light), min(dark), wanted

    return {
        "names and numbers on their halo": least(
            *([contrast(LABELS[key][at], halo[theme]) for key in names]
              for at, theme in enumerate(THEMES)), 4.5),
        "borders on their edge": least(
            [contrast(one.colour, one.edge) for one in LEVEL_SIGNS],
            [contrast(one.dark, one.dark_edge) for one in LEVEL_SIGNS], 3.0),
        "roads and rail on their casing": least(
            [contrast(one.fill, one.casing) for one in cased],
            [contrast(one.dark, one.dark_casing) for one in cased], 2.5),
        "casing of roads, or their fill, on any ground": least(
            *([max(contrast(fill, ground), contrast(edge, ground))
               for ground in fills[theme] for fill, edge in _edges(cased, theme)]
              for theme in THEMES), 1.5),
        "texts of the page": least(
            *([contrast(page[theme][ink], page[theme][ground])
               for ink, ground in (("ink", "paper"), ("soft", "paper"), ("soft", "wash"),
                                   ("mark", "paper"), ("on-mark", "mark"), ("alarm", "paper"),
                                   ("ink", "chosen"), ("ink", "said"))]
              for theme in THEMES), 4.5),
    }  # fmt: skip


def tables() -> str:
    """Write both tables as Markdown."""
    head = "least difference of two classes, and pairs told apart by hatch"
    lines = [f"| {head} | " + " | ".join(EYES) + " |", "| --- |" + " --- |" * len(EYES)]
    for view in VIEWS:
        for theme in THEMES:
            cells = []
            for eyes in EYES:
                found = list(pairs(view, theme, eyes))
                least = min(pair.difference for pair in found)
                near = [pair for pair in found if pair.difference < BY_COLOUR]
                cells.append(f"{least:.1f}, {len(near)} of {len(found)}")
            lines.append(f"| {view}, {theme} | " + " | ".join(cells) + " |")
    lines += [
        "",
        "| least contrast (WCAG 2) | light | dark | asked for |",
        "| --- | --- | --- | --- |",
    ]
    for name, (light, dark, wanted) in contrasts().items():
        lines.append(f"| {name} | {light:.1f}:1 | {dark:.1f}:1 | {wanted:.1f}:1 |")
    return "\n".join(lines)


def _seen(look: Look, theme: str, eyes: str) -> tuple[str, str]:
    fill, ink = (look.colour, look.ink) if theme == "light" else (look.dark, look.dark_ink)
    return (fill, ink) if eyes == EYES[0] else (_seen_by(fill, eyes), _seen_by(ink, eyes))


@cache
def _seen_by(colour: str, eyes: str) -> str:
    return seen_by(colour, eyes)


def _edges(cased: list, theme: str) -> list[tuple[str, str]]:
    if theme == "light":
        return [(one.fill, one.casing) for one in cased]
    return [(one.dark, one.dark_casing) for one in cased]


def _page(theme: str) -> dict[str, str]:
    """Colours of the page's own texts and grounds, from its style sheet."""
    start = ":root {" if theme == "light" else ".gm-dark {"
    block = asset("page.css").partition(start)[2].partition("}")[0]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))


if __name__ == "__main__":
    print(tables())
