"""The sign language of all maps: how levels of borders and the context are drawn, by day and dark.

The classes that micro-grids are coloured by are in `gridmap.maps.legend`; together the two modules
are the one table of symbols that pages, legends, the PDF and the documentation take theirs from.
Widths are in px of a screen (0.26 mm), so that a sheet of paper can take them as they are.
"""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from layers.landuse.context import ROAD_CLASSES

__all__ = ["CONTEXT_SIGNS", "EXCLUSIVE_SIGN", "LABELS", "LEVEL_SIGNS", "OBJECT_COLOURS",
           "ContextSign", "LevelSign", "level_sign", "sign_key", "signs_for_page"]  # fmt: skip

Shape = Literal["area", "line", "point"]


@dataclass(frozen=True)
class LevelSign:
    """The border of one level of grids."""

    weight: float  # px
    dash: str  # px drawn and left out in turn; "" for a whole line
    colour: str
    halo: float  # px that a light edge is wider than the line
    dark: str  # colour in the dark theme
    edge: str = "#ffffff"
    dark_edge: str = "#15181c"


# By level, 0 for micro-grids; deeper levels than the last are drawn as the last. Micro-grids are
# what a map is about: theirs are the only whole lines in black. The levels above are dashed, in a
# grey that is still read, and the frame of the town is a thin line.
LEVEL_SIGNS = (
    LevelSign(1.8, "", "#111111", 1.4, "#f2f4f7"),
    LevelSign(1.8, "", "#5d646d", 2.4, "#8f98a3"),
    LevelSign(1.8, "9 4 2 4", "#3c424a", 2.8, "#b4bcc6"),
    LevelSign(1.3, "5 4", "#3c424a", 2.4, "#b4bcc6"),
    LevelSign(1.2, "2 3", "#3c424a", 2.4, "#b4bcc6"),
)


# The sites of units: the magenta that unit grids are drawn with (DB11/T 2157-2023).
EXCLUSIVE_SIGN = LevelSign(2.0, "7 2 1.5 2", "#a3006b", 2.4, "#ff8fd8")


def level_sign(level: int) -> LevelSign:
    """Give the sign of a level; 0 for micro-grids, -1 for the sites of units."""
    return EXCLUSIVE_SIGN if level < 0 else LEVEL_SIGNS[min(level, len(LEVEL_SIGNS) - 1)]


@dataclass(frozen=True)
class ContextSign:
    """How one class of the context is drawn, quietly, under the borders of the grids."""

    key: str  # its name is the word "context.<key>"
    shape: Shape
    fill: str
    dark: str
    casing: str = ""  # colour of the edges of a line or an area; "" for none
    dark_casing: str = ""
    opacity: float = 1.0  # of the fill
    ground_m: float = 0.0  # width of a line on the ground, in metres …
    least_px: float = 0.0  # … that is drawn no narrower than so many px
    most_px: float = 0.0  # … and no wider
    dash: str = ""
    drawn_from: float = 1e9  # drawn when a px covers so many metres or less
    named_from: float = 1e9  # its names too
    simplify_m: float = 0.5  # how far its line may be moved to need fewer points


def _road(
    key: str, ground_m: float, least: float, most: float, drawn: float, named: float,
    fill: str = "#ffffff", casing: str = "#857f77", dark: str = "#59606a",
) -> ContextSign:  # fmt: skip
    return ContextSign(
        f"road.{key}", "line", fill, dark, casing, "#1b1e22", ground_m=ground_m, least_px=least,
        most_px=most, drawn_from=drawn, named_from=named,
    )  # fmt: skip


# From the lowest to what lies over all others.
CONTEXT_SIGNS: tuple[ContextSign, ...] = (
    ContextSign("water.area", "area", "#9ccbe8", "#23465f", "#4c8fbd", "#3f7396", 0.6,
                named_from=6, simplify_m=1.0),
    ContextSign("building", "area", "#5a4f47", "#c9c2ba", "#3c3530", "#e6e0d8", 0.42,
                drawn_from=5.5, simplify_m=0.3),
    ContextSign("water.line", "line", "#3f86bb", "#4f90bd", ground_m=4, least_px=1.0, most_px=5,
                drawn_from=16, named_from=6, simplify_m=1.0),
    ContextSign("road.path", "line", "#6f6252", "#b3a793", ground_m=1.5, least_px=0.9, most_px=2,
                dash="1.5 2.5", drawn_from=3.2, named_from=1.5),
    ContextSign("road.track", "line", "#6f5d45", "#c2b08f", ground_m=2.5, least_px=0.9, most_px=3,
                dash="5 2.5", drawn_from=6, named_from=2),
    _road("service", 4, 1.2, 9, 4, 1.5),
    _road("lane", 4, 1.4, 9, 4, 2),
    _road("street", 7, 1.8, 16, 9, 4.5),
    _road("tertiary", 8, 2.2, 18, 20, 15),
    _road("secondary", 11, 2.8, 22, 40, 18),
    _road("primary", 16, 3.2, 26, 80, 16, "#fdf0c4", "#8d7440", "#7d7048"),
    _road("trunk", 22, 3.6, 30, 200, 24, "#fbe3a6", "#8d6a2c", "#8c733c"),
    _road("motorway", 26, 4.0, 34, 400, 24, "#f6cf9b", "#8c5a24", "#96713f"),
    ContextSign("rail", "line", "#ffffff", "#2a2e33", "#4c4c4c", "#b9bec5", ground_m=5,
                least_px=2.2, most_px=5, dash="7 7", drawn_from=60, named_from=8),
    ContextSign("business", "line", "#6a3d9a", "#c3a5e6", ground_m=2, least_px=1.8, most_px=2.6,
                dash="8 3 2 3", named_from=12, simplify_m=1.0),
    ContextSign("service.bicycle", "line", "#0b7a75", "#5fd3cc", ground_m=2, least_px=1.6,
                most_px=2.4, dash="6 4", simplify_m=1.0),
    ContextSign("service.walk", "line", "#0b7a75", "#5fd3cc", ground_m=2, least_px=1.6,
                most_px=2.4, simplify_m=1.0),
    ContextSign("place.site", "point", "#33302c", "#e8e4de", named_from=4),
    ContextSign("place", "point", "#33302c", "#e8e4de", named_from=14),
    ContextSign("point", "point", "#33302c", "#e8e4de", "#ffffff", "#15181c", least_px=5,
                drawn_from=4, named_from=2.5),
)  # fmt: skip
assert {f"road.{one}" for one in ROAD_CLASSES} <= {one.key for one in CONTEXT_SIGNS}

# Classes of places that are named from afar, and those that nobody has classed.
SETTLEMENTS = ("", "city", "town", "village", "hamlet", "suburb", "镇", "村", "行政村", "自然村")

# Colour of the discs of objects, by class; the letter on each is that of `CLASSES`. The style sheet
# of the map has the same colours.
OBJECT_COLOURS = {
    "enterprise": "#0b4f8a",
    "estate": "#8c1d18",
    "unit": "#5b2c83",
    "building": "#6b4a1e",
    "station": "#00665c",
    "vacancy": "#4a5159",
    "parcel": "#6a5a00",
    "other": "#4a5159",
}

# Ink and halo of texts, and the ground outside the town, in both themes.
LABELS = {
    "grid": ("#111111", "#f4f6f8"),
    "exclusive": ("#a3006b", "#ff9fde"),
    "number": ("#1c1f23", "#ffffff"),
    "place": ("#3a332b", "#e8e0d4"),
    "road": ("#3f3a34", "#e1dacd"),
    "water": ("#1d527d", "#9fd0f0"),
    "halo": ("#ffffff", "#15181c"),
    "outside": ("#eceff2", "#1d2126"),
}


def sign_key(kind: str, class_: str, dimension: int) -> str:
    """Give the key of the sign of a row of CONTEXT.

    Parameters
    ----------
    kind, class_
        As CONTEXT has them.
    dimension
        0 for points, 1 for lines, 2 for areas.

    Returns
    -------
    A key of `CONTEXT_SIGNS`; "" for a shape that no sign is made for.
    """
    if kind == "road":
        return f"road.{class_}" if class_ in ROAD_CLASSES else "road.street"
    if kind == "water":
        return {1: "water.line", 2: "water.area"}.get(dimension, "")
    if kind == "building":
        return "building" if dimension == 2 else ""
    if kind == "place":
        return "place" if class_ in SETTLEMENTS else "place.site"
    if kind in ("business", "service.walk", "service.bicycle"):
        return kind if dimension == 1 else ""
    return kind if kind in ("rail", "point") else ""


def signs_for_page() -> dict[str, Any]:
    """Write the signs as the pages take them: plain values by name."""
    return {
        "levels": [asdict(sign) for sign in LEVEL_SIGNS],
        "exclusive": asdict(EXCLUSIVE_SIGN),
        "context": [asdict(sign) for sign in CONTEXT_SIGNS],
        "labels": {name: {"light": light, "dark": dark} for name, (light, dark) in LABELS.items()},
    }
