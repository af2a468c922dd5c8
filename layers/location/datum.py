"""The shifted coordinates of Chinese web maps: GCJ-02 and BD-09, to and from WGS 84, vectorised.

GCJ-02 (AutoNavi, Tencent) moves a place by some 300 to 700 m, BD-09 (Baidu) by about 900 m more.
CGCS2000 and WGS 84 count as one here: they differ by less than a metre.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = ["bd_to_gcj", "bd_to_wgs", "gcj_to_bd", "gcj_to_wgs", "wgs_to_bd", "wgs_to_gcj"]

Degrees = NDArray[np.float64]
Pair = tuple[Degrees, Degrees]

# The published formula uses the Krassowsky 1940 ellipsoid.
_RADIUS_M = 6_378_245.0
_ECCENTRICITY_2 = 0.006_693_421_622_965_943
_BD_ANGLE = np.pi * 3000.0 / 180.0
_BD_EAST, _BD_NORTH = 0.0065, 0.006
# Each step shrinks the error some thousandfold: 6 steps end far below a micrometre.
_STEPS = 6


def wgs_to_gcj(lon: Degrees, lat: Degrees) -> Pair:
    """Move true positions, in degrees, to where GCJ-02 maps draw them."""
    x, y = np.asarray(lon, float) - 105.0, np.asarray(lat, float) - 35.0
    root = np.sqrt(np.abs(x))
    waves = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += (waves + 20.0 * np.sin(np.pi * y) + 40.0 * np.sin(np.pi / 3.0 * y)) * 2.0 / 3.0
    north += (160.0 * np.sin(np.pi / 12.0 * y) + 320.0 * np.sin(np.pi / 30.0 * y)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += (waves + 20.0 * np.sin(np.pi * x) + 40.0 * np.sin(np.pi / 3.0 * x)) * 2.0 / 3.0
    east += (150.0 * np.sin(np.pi / 12.0 * x) + 300.0 * np.sin(np.pi / 30.0 * x)) * 2.0 / 3.0
    phi = np.radians(np.asarray(lat, float))
    magic = 1.0 - _ECCENTRICITY_2 * np.sin(phi) ** 2
    meridian_m = _RADIUS_M * (1.0 - _ECCENTRICITY_2) / (magic * np.sqrt(magic))
    parallel_m = _RADIUS_M / np.sqrt(magic) * np.cos(phi)
    return lon + np.degrees(east / parallel_m), lat + np.degrees(north / meridian_m)


def gcj_to_wgs(lon: Degrees, lat: Degrees) -> Pair:
    """Find the true positions of GCJ-02 coordinates, exact to far less than a millimetre."""
    return _inverse(wgs_to_gcj, lon, lat)


def gcj_to_bd(lon: Degrees, lat: Degrees) -> Pair:
    """Move GCJ-02 coordinates to where BD-09 maps draw them."""
    x, y = np.asarray(lon, float), np.asarray(lat, float)
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * _BD_ANGLE)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * _BD_ANGLE)
    return radius * np.cos(angle) + _BD_EAST, radius * np.sin(angle) + _BD_NORTH


def bd_to_gcj(lon: Degrees, lat: Degrees) -> Pair:
    """Move BD-09 coordinates to GCJ-02."""
    return _inverse(gcj_to_bd, lon, lat)


def wgs_to_bd(lon: Degrees, lat: Degrees) -> Pair:
    """Move true positions to where BD-09 maps draw them."""
    return gcj_to_bd(*wgs_to_gcj(lon, lat))


def bd_to_wgs(lon: Degrees, lat: Degrees) -> Pair:
    """Find the true positions of BD-09 coordinates."""
    return gcj_to_wgs(*bd_to_gcj(lon, lat))


def _inverse(forward: Callable[[Degrees, Degrees], Pair], lon: Degrees, lat: Degrees) -> Pair:
    """Undo a shift: guess, shift the guess, correct by what is missing."""
    x, y = np.asarray(lon, float), np.asarray(lat, float)
    for _ in range(_STEPS):
        shifted_x, shifted_y = forward(x, y)
        x, y = x + (lon - shifted_x), y + (lat - shifted_y)
    return x, y
