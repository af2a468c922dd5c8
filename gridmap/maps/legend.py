"""What the coverage map can be coloured by, and the colours and hatches of every class.

Colours of one view differ in lightness and each has its own hatch, so that a grey print tells them
apart as well. The hatches are drawn by `assets/hatches.js` under the names used here.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from boundaries.tiling.build import kind_of
from gridmap.maps.colours import dark_of, ink_on
from gridmap.words import WORDS, say
from layers.contract.categories import CATEGORIES, RESIDUAL, SUBCLASSES

__all__ = [
    "ANSWER_LOOKS",
    "BALANCE_LOOKS",
    "CASE_FILLS",
    "CATEGORY_LOOKS",
    "CHANGE_LOOKS",
    "EXCLUSIVE",
    "FAMILY_LOOKS",
    "LEFT",
    "LOAD_STEPS",
    "POST_LOOKS",
    "Look",
    "load_looks",
    "looks_of",
]


LEAST_OF_HATCH = 2.5  # contrast of a hatch with its fill in the dark theme


@dataclass(frozen=True)
class Look:
    """A class of a view: its key, its names, its fill colour and its hatch."""

    key: str
    zh: str
    en: str
    colour: str  # #rrggbb
    hatch: str  # name of a hatch in assets/hatches.js; "none" for plain
    ink: str = "#222222"  # colour of the hatch

    @property
    def dark(self) -> str:
        """Fill colour in the dark theme."""
        return dark_of(self.colour)

    @property
    def dark_ink(self) -> str:
        """Colour of the hatch in the dark theme."""
        return ink_on(dark_of(self.ink), self.dark, LEAST_OF_HATCH)


_NAMES = {kind.key: (kind.zh, kind.en) for kind in (*CATEGORIES, RESIDUAL, *SUBCLASSES)}


def _look(key: str, colour: str, hatch: str, ink: str = "#222222", *, word: str = "") -> Look:
    zh, en = WORDS[word] if word else _NAMES[key]
    return Look(key, zh, en, colour, hatch, ink)


# From dark to light; the lightness (CIE L*) falls about nine steps from one to the next.
CATEGORY_LOOKS: tuple[Look, ...] = (
    _look("problem_estate", "#8f1d24", "cross", "#ffffff"),
    _look("key_enterprise", "#7a4fa3", "vertical", "#ffffff"),
    _look("supplied_unbuilt", "#eb9145", "rising"),
    _look("developable", "#f3c24d", "dots"),
    _look("water", "#5596cf", "waves", "#0c3c66"),
    _look("park_green", "#3f8a4d", "rings", "#e6f5e6"),
    _look("farmland", "#d9e8b0", "furrows", "#6f8f3a"),
    # Sub-classes of residual ground: housing warm, business pink, open ground green and grey. Lines
    # of the hatches are of the colour's own family, so that categories keep the strongest signs.
    _look("village_res", "#f6d3b3", "bricks", "#a8622f"),
    _look("urban_res", "#e5a07c", "squares", "#7a3b1c"),
    _look("market_commerce", "#f0a3bd", "plus", "#8c1f4c"),
    _look("industry_other", "#b58f93", "grid", "#4f2f36"),
    _look("public_service", "#cdbcec", "triangles", "#553a8f"),
    _look("road_transport", "#b9bfc6", "horizontal", "#5f676f"),
    _look("forest_orchard_grass", "#86b56b", "trees", "#1f4a20"),
    _look("agri_facility", "#c9b25e", "zigzag", "#5e4c0d"),
    _look("water_margin", "#b4e2e6", "dashes", "#2b7480"),
    _look("green_buffer", "#a3dca6", "falling", "#3c7d37"),
    _look("other_land", "#cfc7b4", "ticks", "#6e6655"),
    _look("unmapped", "#ebe5d6", "crosses", "#8a8474"),
    _look("residual", "#f7f5f1", "none"),  # of which nobody says what it is
)
FAMILY_LOOKS: tuple[Look, ...] = (
    _look("territorial", "#e6e3da", "none", word="family.territorial"),
    _look("in_band", "#7fb3a6", "sparse", "#1f4f45", word="class.in_band"),
    _look("fewer", "#f0c04a", "dots", word="class.fewer"),
    _look("more", "#b5482a", "cross", "#ffffff", word="class.more"),
)
EXCLUSIVE = _look("exclusive", "#ac3977", "chevrons", "#ffffff", word="class.exclusive")
LEFT = _look("left", "#ffffff", "sparse", "#8a8a8a", word="class.left")
POST_LOOKS: tuple[Look, ...] = (
    _look("full", "#e4efdc", "none", word="posts.full"),
    _look("member", "#f4c95d", "dots", word="posts.member"),
    _look("leader", "#d9762b", "rising", word="posts.leader"),
    _look("none", "#8c1d1d", "cross", "#ffffff", word="posts.none"),
)
ANSWER_LOOKS: tuple[Look, ...] = (
    _look("confirmed", "#dcebd3", "none", word="class.confirmed"),
    _look("unconfirmed", "#efc04e", "dots", word="class.unconfirmed"),
    _look("disputed", "#8c1d1d", "cross", "#ffffff", word="class.disputed"),
    _look("nobody", "#b4b4b4", "sparse", "#555555", word="class.nobody"),
)
CHANGE_LOOKS: tuple[Look, ...] = (
    _look("same", "#eef0f2", "none", word="class.same"),
    _look("people", "#c9bfe0", "sparse", "#4a3a78", word="class.people"),
    _look("ground", "#e08a3c", "rising", word="class.ground"),
    _look("only", "#7a1f4b", "cross", "#ffffff", word="class.only"),
)
# How a micro-grid stands to the mean of its parent (`gridmap.coverage.balance`): blue lacks work,
# orange has more than its share, and what is over capacity is darker than both.
BALANCE_LOOKS: tuple[Look, ...] = (
    _look("lightest", "#1f5fa8", "dashes", "#ffffff", word="class.lightest"),
    _look("lighter", "#86b6de", "sparse", "#1d527d", word="class.lighter"),
    _look("even", "#f1efe8", "none", word="class.even"),
    _look("heavier", "#f0b46a", "dots", "#5e3608", word="class.heavier"),
    _look("heaviest", "#bf5f12", "rising", "#ffffff", word="class.heaviest"),
    _look("over", "#6d0f1d", "cross", "#ffffff", word="class.over_capacity"),
)
# Upper ends of the classes of load per officer, as shares of what one officer gives.
LOAD_STEPS = (0.2, 0.4, 0.6, 0.8, 1.0)
_LOAD_FILLS = (
    ("#f2f0f7", "none", "#222222"),
    ("#d6d8ec", "sparse", "#5a5f86"),
    ("#b3bddf", "dots", "#3f4a80"),
    ("#8c9dcc", "rising", "#34427c"),
    ("#5f78b4", "vertical", "#dfe5f4"),
    ("#8f1d24", "cross", "#ffffff"),
)


# Case counts from few to many.
CASE_FILLS = (
    ("#fdf3e3", "none", "#222222"),
    ("#f8d6a4", "sparse", "#8a5a1c"),
    ("#efad66", "dots", "#5e3608"),
    ("#d9762b", "rising", "#3d1f04"),
    ("#8f3b12", "cross", "#ffffff"),
)


def load_looks(officer_hours: float) -> tuple[Look, ...]:
    """Classes of load per officer for officers who give so many hours a week."""
    ends = [f"{step * officer_hours:.4g}" for step in LOAD_STEPS]
    names = [("≤ " + ends[0],) * 2]
    names += [(f"{low}–{high}",) * 2 for low, high in pairwise(ends)]
    names += [(say("class.over", "zh", hours=ends[-1]), say("class.over", "en", hours=ends[-1]))]
    return tuple(
        Look(f"load{place}", *name, *fill)
        for place, (name, fill) in enumerate(zip(names, _LOAD_FILLS, strict=True))
    )


def looks_of(grids: pd.DataFrame, posts: pd.DataFrame, *, officer_hours: float) -> pd.DataFrame:
    """Say for every grid that is coloured which class it has in each view.

    Parameters
    ----------
    grids
        Micro-grids and exclusive grids, by code.
    posts
        Posts of these grids with the columns `grid_code`, `filled`, `leads` and `officer`.
    officer_hours
        Officer-hours a week that one officer gives.

    Returns
    -------
    Columns `category`, `load` and `posts` holding keys of looks, on the index of `grids`.
    """
    known = {look.key for look in CATEGORY_LOOKS}
    kind = kind_of(grids)
    category = kind.where(kind.isin(known), RESIDUAL.key)
    category = category.mask(grids["kind"] == "exclusive", EXCLUSIVE.key)
    share = grids["load_h"] / grids["officers"].clip(lower=1) / officer_hours
    # A full officer is not an overloaded one: rounding in the last digits is forgiven.
    step = pd.cut(
        share - 1e-9, [-float("inf"), *LOAD_STEPS, float("inf")], labels=False, right=True
    )
    return pd.DataFrame(
        {
            "category": category,
            "load": "load" + step.astype(int).astype(str),
            "posts": _post_classes(grids, posts),
        },
        index=grids.index,
    )


def _post_classes(grids: pd.DataFrame, posts: pd.DataFrame) -> pd.Series:
    row, count = grids.index.get_indexer(posts["grid_code"]), len(grids)
    row = np.where(posts["officer"].to_numpy(), row, -1)
    filled = posts["filled"].to_numpy()[row >= 0]
    first = posts["leads"].to_numpy()[row >= 0]
    row = row[row >= 0]
    on_post = np.bincount(row[filled], minlength=count)
    led = np.bincount(row[filled & first], minlength=count) > 0
    vacant = np.bincount(row[~filled], minlength=count) > 0
    classes = np.select([on_post == 0, ~led, vacant], ["none", "leader", "member"], "full")
    return pd.Series(classes, index=grids.index, dtype="str")
