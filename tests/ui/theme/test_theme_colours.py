"""One set of colours for all pages, in two themes: complete, legible, and used by every style."""

import re
import tomllib

import pytest
from project import ROOT

UI = ROOT / "gridmap" / "ui"
PHONE, MAPS = ROOT / "gridmap" / "phone" / "assets", ROOT / "gridmap" / "maps" / "assets"
COLOURS = MAPS / "colours.css"
STYLES = sorted([*UI.rglob("*.css"), *PHONE.glob("*.css"), MAPS / "leaflet_parts.css"])
FIXED = re.compile(r"#[0-9a-fA-F]{3,8}\b(?=[^{}]*[;}])|\brgba?\(|\bhsla?\(|:\s*(?:white|black)\b")
USED = re.compile(r"var\((--(?!st-|gm-)[\w-]+)")
OF_SCRIPTS = {"--high", "--light", "--dark"}  # set by the script or the page beside a style
LIGHT, DARK = (
    dict(re.findall(r"(--[\w-]+): ([^;]+);", block))
    for block in re.findall(r":root[^{]*\{([^}]*)\}", COLOURS.read_text(encoding="utf-8"))
)
THEMES = {"light": LIGHT, "dark": DARK}
# What stands on what: texts need a ratio of 4.5 (WCAG 2, AA), signs and edges of a state one of 3.
TEXTS = [
    *((text, ground) for text in ("ink", "quiet", "help", "main", "ok", "warm", "bad")
      for ground in ("ground", "paper", "soft", "offer")),
    *((text, "map") for text in ("ink", "help", "main-deep", "bad", "water", "unit", "mark")),
    *((text, "chip") for text in ("ink", "help")),
    ("good-ink", "good"), ("warn-ink", "warn"), ("err-ink", "err"), ("warn-ink", "paper"),
    *(("on-main", ground) for ground in ("main", "main-deep", "ok", "warm")),
]  # fmt: skip
SIGNS = [("focus", "ground"), ("focus", "paper"), ("moved", "map"), ("over", "ground"),
         ("mark", "ground"), ("over", "map")]  # fmt: skip


def brightness(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(theme, one, other):
    low, high = sorted(brightness(THEMES[theme][f"--{name}"]) for name in (one, other))
    return (high + 0.05) / (low + 0.05)


def test_both_themes_have_the_same_colours():
    assert LIGHT.keys() == DARK.keys()
    assert len(LIGHT) > 30


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_no_style_of_a_page_has_a_colour_of_its_own(path):
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)
    assert FIXED.findall(text) == []
    assert set(USED.findall(text)) - OF_SCRIPTS <= LIGHT.keys()


def test_every_colour_is_used():
    sources = [*STYLES, *UI.rglob("*.py"), *UI.rglob("*.js"), *PHONE.glob("*.js")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    assert [name for name in LIGHT if not re.search(rf"{name}(?![\w-])", text)] == []


@pytest.mark.parametrize("theme", THEMES)
def test_texts_and_signs_are_seen_on_their_grounds(theme):
    faint = [pair for pair in TEXTS if ratio(theme, *pair) < 4.5]
    assert faint + [pair for pair in SIGNS if ratio(theme, *pair) < 3] == []


def test_what_streamlit_draws_has_the_same_colours():
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    names = {"primaryColor": "main", "textColor": "ink", "backgroundColor": "ground",
             "secondaryBackgroundColor": "soft", "borderColor": "line"}  # fmt: skip

    assert "base" not in config["theme"]  # or the page would not follow the system
    for theme, colours in THEMES.items():
        given = config["theme"][theme]
        assert given == {key: colours[f"--{name}"] for key, name in names.items()}
