"""Colours and hatches of the classes of a map: told apart on screens and in grey prints."""

from itertools import combinations, pairwise

import drawn_plan
import numpy as np
import pytest

from gridmap.maps.colours import contrast
from gridmap.maps.legend import (
    ANSWER_LOOKS,
    CATEGORY_LOOKS,
    CHANGE_LOOKS,
    LEFT,
    POST_LOOKS,
    load_looks,
    looks_of,
)
from gridmap.maps.signs import LEVEL_SIGNS, LevelSign
from layers.contract.categories import CATEGORY_KEYS, RESIDUAL_KEYS

OFFICER_HOURS = 12.0
LEAST_STEP_OF_LIGHTNESS = 6.5
LEAST_DIFFERENCE_OF_COLOURS = 10.0  # in CIE L*a*b*; about 2 is just seen side by side


def lightness(colour: str) -> float:
    """CIE L* of an #rrggbb colour, 0 black to 100 white."""
    return lab(colour)[0]


def lab(colour: str) -> tuple[float, float, float]:
    """CIE L*a*b* of an #rrggbb colour under D65."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    weights = (
        (0.4124 / 0.95047, 0.3576 / 0.95047, 0.1805 / 0.95047),
        (0.2126, 0.7152, 0.0722),
        (0.0193 / 1.08883, 0.1192 / 1.08883, 0.9505 / 1.08883),
    )
    x, y, z = (
        sum(part * c for part, c in zip(row, linear, strict=True)) ** (1 / 3) for row in weights
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def test_looks_of_no_micro_grids_is_an_empty_frame():
    plan = drawn_plan.draw_plan()
    posts = plan.posts.assign(filled=True, officer=True, leads=plan.posts["role"] == "leader")
    looks = looks_of(plan.micro_grids.iloc[:0], posts.iloc[:0], officer_hours=OFFICER_HOURS)
    assert looks.empty
    assert list(looks.columns) == ["category", "load", "posts"]


@pytest.mark.parametrize(
    "looks",
    [
        (*(look for look in CATEGORY_LOOKS if look.key not in RESIDUAL_KEYS), LEFT),
        POST_LOOKS,
        load_looks(12),
        ANSWER_LOOKS,
        CHANGE_LOOKS,
    ],
)
def test_classes_differ_in_lightness_and_hatch_for_grey_prints(looks):
    steps = sorted(lightness(look.colour) for look in looks if look is not LEFT)
    assert min(b - a for a, b in pairwise(steps)) >= LEAST_STEP_OF_LIGHTNESS
    assert len({look.hatch for look in looks}) == len(looks)


def test_all_kinds_of_ground_differ_in_colour_and_in_hatch():
    known = [look for look in (*CATEGORY_LOOKS, LEFT) if look.key != "residual"]
    assert {look.key for look in known} == {*CATEGORY_KEYS, *RESIDUAL_KEYS, "left"}
    assert len({look.hatch for look in known}) == len(known)
    places = {look.key: np.array(lab(look.colour)) for look in known}
    near = {
        (a, b): float(np.linalg.norm(places[a] - places[b])) for a, b in combinations(places, 2)
    }
    pair = min(near, key=near.__getitem__)
    assert near[pair] >= LEAST_DIFFERENCE_OF_COLOURS, pair


def ink(sign: LevelSign, *, dark: bool) -> float:
    """How much of a border the eye meets: its width, how much of it is drawn, and its contrast."""
    lengths = [float(one) for one in sign.dash.split()]
    drawn = sum(lengths[::2]) / sum(lengths) if lengths else 1.0
    colour, edge = (sign.dark, sign.dark_edge) if dark else (sign.colour, sign.edge)
    return sign.weight * drawn * contrast(colour, edge)


@pytest.mark.parametrize("dark", [False, True])
def test_borders_of_micro_grids_are_what_the_eye_meets(dark):
    own, *above = (ink(sign, dark=dark) for sign in LEVEL_SIGNS)
    assert own > 2 * max(above)
    # Each level is told by its dash, the frame of the town by being pale.
    assert len({sign.dash for sign in LEVEL_SIGNS[2:]} - {""}) == len(LEVEL_SIGNS) - 2
