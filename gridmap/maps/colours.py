"""Colours as eyes see them: contrast, difference, the dark theme, and colour deficiencies.

Differences are CIEDE2000, contrast is that of WCAG 2, and what a person with a colour deficiency
sees follows Machado, Oliveira and Fernandes (2009) at full severity.
"""

from functools import cache

import numpy as np

__all__ = [
    "DEFICIENCIES",
    "contrast",
    "dark_of",
    "difference",
    "ink_on",
    "lab_of",
    "lightness",
    "seen_by",
]

Array = np.ndarray

_TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
_WHITE = np.array([0.95047, 1.0, 1.08883])  # D65
# Matrices of Machado et al. 2009 for linear RGB, severity 1.0.
DEFICIENCIES: dict[str, Array] = {
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
# The dark theme turns lightness round: what stands out on white stands out on black.
_DARK_AT_WHITE, _DARK_AT_BLACK = 19.0, 72.0
_BISECTIONS = 20


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours after WCAG 2, 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def difference(one: str, other: str) -> float:
    """Give the difference of two colours (CIEDE2000); 2 is just seen side by side."""
    return _ciede2000(lab_of(one), lab_of(other))


def lightness(colour: str) -> float:
    """Give CIE L*, 0 to 100."""
    return float(lab_of(colour)[0])


def seen_by(colour: str, deficiency: str) -> str:
    """Give the colour that looks to all as this one does to a person with a deficiency.

    Parameters
    ----------
    colour
        As #rrggbb.
    deficiency
        A key of `DEFICIENCIES`.
    """
    return _hex(np.clip(DEFICIENCIES[deficiency] @ _linear(colour), 0, 1))


@cache
def dark_of(colour: str) -> str:
    """Give the colour of the same hue in the dark theme: the darker by day, the lighter there."""
    light, *hue = lab_of(colour)
    return _of_lightness(_DARK_AT_BLACK + (_DARK_AT_WHITE - _DARK_AT_BLACK) * light / 100, hue)


def _of_lightness(wanted: float, hue: list[float]) -> str:
    low, high = 0.0, 1.0  # how much of the chroma the screen can show at that lightness
    if _fits(wanted, hue, high):
        low = high
    for _ in range(_BISECTIONS if low < high else 0):
        middle = (low + high) / 2
        low, high = (middle, high) if _fits(wanted, hue, middle) else (low, middle)
    return _hex(np.clip(_from_lab(wanted, hue, low), 0, 1))


@cache
def ink_on(ink: str, fill: str, least: float) -> str:
    """Give the colour of an ink's hue that has at least a contrast with a fill, or nearly so.

    Parameters
    ----------
    ink, fill
        As #rrggbb; an ink that has the contrast already stays as it is.
    least
        Contrast after WCAG 2.
    """
    light, *hue = lab_of(ink)
    step = 1.0 if light >= lightness(fill) else -1.0
    while contrast(ink, fill) < least and 0 <= light + step <= 100:
        light += step
        ink = _of_lightness(light, hue)
    return ink


@cache
def lab_of(colour: str) -> tuple[float, float, float]:
    """Give CIE L*, a*, b* under D65."""
    ratio = _TO_XYZ @ _linear(colour) / _WHITE
    bent = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    x, y, z = bent
    return float(116 * y - 16), float(500 * (x - y)), float(200 * (y - z))


def _linear(colour: str) -> Array:
    parts = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def _hex(linear: Array) -> str:
    bent = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return "#" + "".join(f"{round(float(part) * 255):02x}" for part in bent)


def _luminance(colour: str) -> float:
    return float(_TO_XYZ[1] @ _linear(colour))


def _from_lab(light: float, hue: list[float], share: float) -> Array:
    y = (light + 16) / 116
    bent = np.array([y + hue[0] * share / 500, y, y - hue[1] * share / 200])
    ratio = np.where(bent > 6 / 29, bent**3, (116 * bent - 16) * 27 / 24389)
    return np.linalg.solve(_TO_XYZ, ratio * _WHITE)


def _fits(light: float, hue: list[float], share: float) -> bool:
    linear = _from_lab(light, hue, share)
    return bool((linear >= 0).all() and (linear <= 1).all())


def _ciede2000(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    (l1, a1, b1), (l2, a2, b2) = one, other
    mean = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    g = 1.5 - 0.5 * np.sqrt(mean**7 / (mean**7 + 25.0**7))
    c1, c2 = np.hypot(a1 * g, b1), np.hypot(a2 * g, b2)
    h1, h2 = (np.degrees(np.arctan2(b, a * g)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = (h2 - h1 + 180) % 360 - 180 if c1 * c2 else 0.0
    dl, dc = l2 - l1, c2 - c1
    dh = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn) / 2)
    lm, cm = (l1 + l2) / 2, (c1 + c2) / 2
    hm = (h1 + turn / 2) % 360 if c1 * c2 else h1 + h2
    t = (
        1
        - 0.17 * np.cos(np.radians(hm - 30))
        + 0.24 * np.cos(np.radians(2 * hm))
        + 0.32 * np.cos(np.radians(3 * hm + 6))
        - 0.20 * np.cos(np.radians(4 * hm - 63))
    )
    sl = 1 + 0.015 * (lm - 50) ** 2 / np.sqrt(20 + (lm - 50) ** 2)
    sc, sh = 1 + 0.045 * cm, 1 + 0.015 * cm * t
    rc = 2 * np.sqrt(cm**7 / (cm**7 + 25.0**7))
    rt = -rc * np.sin(2 * np.radians(30 * np.exp(-(((hm - 275) / 25) ** 2))))
    return float(
        np.sqrt((dl / sl) ** 2 + (dc / sc) ** 2 + (dh / sh) ** 2 + rt * (dc / sc) * (dh / sh))
    )
