"""The work CRS for a page: polynomials between degrees and metres around a town.

A page has no library for projections. Around a town a polynomial of degree five in both coordinates
is the projection to less than a millimetre, so the page measures in the metres of the plan's own
areas and reads surveyed coordinates.
"""

from typing import Any

import numpy as np
from pyproj import CRS, Transformer

__all__ = ["work_frame"]

DEGREE = 5
NODES = 14  # in each direction, where the projection is asked
LEAST_KM = 20.0  # of the frame: a look beyond the rim of a small town
PAD = 0.5  # of the town on each side
KM_A_DEGREE = 111.0

Array = np.ndarray[Any, Any]


def work_frame(crs: Any, bounds: list[float]) -> dict[str, Any]:
    """Fit the work CRS around a town.

    Parameters
    ----------
    crs
        The work CRS, in metres.
    bounds
        West, south, east and north in degrees, WGS84.

    Returns
    -------
    name
        Of the CRS.
    degrees, metres
        Each [x of the centre, y of the centre, half the width, half the height].
    to_metres, to_degrees
        Two lists of coefficients each, of u^i v^j for i from 0, in it j from 0, i + j <= 5, where u
        and v run from -1 to 1 over the frame.
    """
    degrees = _frame(bounds)
    nodes = np.cos(np.pi * (np.arange(NODES) + 0.5) / NODES)
    u, v = (part.ravel() for part in np.meshgrid(nodes, nodes))
    turn = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    x, y = turn.transform(degrees[0] + u * degrees[2], degrees[1] + v * degrees[3])
    low_x, high_x, low_y, high_y = np.min(x), np.max(x), np.min(y), np.max(y)
    metres = [(low_x + high_x) / 2, (low_y + high_y) / 2, (high_x - low_x) / 2,
              (high_y - low_y) / 2]  # fmt: skip
    p, q = (x - metres[0]) / metres[2], (y - metres[1]) / metres[3]
    return {
        "name": CRS.from_user_input(crs).name,
        "degrees": [round(value, 9) for value in degrees],
        "metres": [round(float(value), 4) for value in metres],
        "to_metres": [_fit(u, v, p), _fit(u, v, q)],
        "to_degrees": [_fit(p, q, u), _fit(p, q, v)],
    }


def _frame(bounds: list[float]) -> list[float]:
    west, south, east, north = bounds
    lon, lat = (west + east) / 2, (south + north) / 2
    high = max((north - south) * (0.5 + PAD), LEAST_KM / 2 / KM_A_DEGREE)
    least_wide = LEAST_KM / 2 / KM_A_DEGREE / max(np.cos(np.radians(lat)), 0.1)
    return [lon, lat, float(max((east - west) * (0.5 + PAD), least_wide)), high]


def _fit(u: Array, v: Array, wanted: Array) -> list[float]:
    terms = [u**i * v**j for i in range(DEGREE + 1) for j in range(DEGREE + 1 - i)]
    found, *_ = np.linalg.lstsq(np.stack(terms, axis=1), wanted, rcond=None)
    return [float(f"{value:.9g}") for value in found]
