"""Signs are told apart by eyes that lack a kind of cone, and are legible, in both themes."""

import numpy as np
import pytest
from project import ROOT

from benchmarks.colours import EYES, THEMES, VIEWS, contrasts, pairs, tables
from gridmap.maps.colours import (
    DEFICIENCIES,
    contrast,
    dark_of,
    difference,
    lab_of,
    lightness,
    seen_by,
)
from gridmap.maps.legend import CATEGORY_LOOKS


def test_measures_agree_with_published_figures():
    # WCAG 2: black on white is 21:1, #767676 the lightest grey with 4.5:1.
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert lab_of("#ffffff") == pytest.approx((100, 0, 0), abs=0.02)
    assert lab_of("#ff0000") == pytest.approx((53.24, 80.09, 67.20), abs=0.02)
    # Red and green of one lightness: far apart to most, near to who lacks the cones for them.
    red, green = "#c23b22", "#6b7a1e"
    assert difference(red, green) > 35
    assert difference(*(seen_by(colour, "deuteranopia") for colour in (red, green))) < 15


def test_the_difference_of_colours_is_that_of_the_standard(monkeypatch):
    # Pairs of Sharma, Wu and Dalal (2005), in CIE L*a*b*.
    places = {
        "a": (50, 2.6772, -79.7751), "b": (50, 0, -82.7485),
        "c": (50, 2.5, 0), "d": (73, 25, -18),
        "e": (60.2574, -34.0099, 36.2677), "f": (60.4626, -34.1751, 39.4387),
    }  # fmt: skip
    monkeypatch.setattr("gridmap.maps.colours.lab_of", places.__getitem__)
    found = [difference(one, other) for one, other in ("ab", "cd", "ef")]
    assert found == pytest.approx([2.0425, 27.1492, 1.2644], abs=1e-4)


def test_white_and_grey_are_the_same_to_all_eyes():
    for deficiency, matrix in DEFICIENCIES.items():
        assert matrix.sum(axis=1) == pytest.approx(np.ones(3), abs=1e-5)
        assert seen_by("#808080", deficiency) == "#808080"


def test_the_dark_theme_turns_lightness_round_and_keeps_the_hue():
    looks = sorted(CATEGORY_LOOKS, key=lambda look: lightness(look.colour))
    dark = [lightness(look.dark) for look in looks]
    assert dark == sorted(dark, reverse=True)
    assert max(dark) - min(dark) > 30
    for look in looks:
        light, night = (np.arctan2(*lab_of(colour)[:0:-1]) for colour in (look.colour, look.dark))
        if np.hypot(*lab_of(look.dark)[1:]) > 10:
            assert abs((light - night + np.pi) % (2 * np.pi) - np.pi) < 0.2, look.key
    assert dark_of("#ffffff") != "#ffffff"


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("view", VIEWS)
def test_classes_that_touch_are_told_apart_by_colour_or_hatch_by_all_eyes(view, theme):
    found = [pair for eyes in EYES for pair in pairs(view, theme, eyes)]
    assert [pair for pair in found if not pair.is_told] == []
    assert len(found) == len(EYES) * len(VIEWS[view]) * (len(VIEWS[view]) - 1) // 2


@pytest.mark.parametrize("what", contrasts())
def test_texts_and_lines_have_the_contrast_that_is_asked_for(what):
    light, dark, wanted = contrasts()[what]
    assert min(light, dark) >= wanted


def test_the_documentation_shows_the_figures_of_today():
    text = (ROOT / "docs" / "map.md").read_text(encoding="utf-8")
    assert tables() in text
