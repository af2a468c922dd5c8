"""The work CRS as polynomials: as exact as the projection around a town, in either direction."""

import numpy as np
import pytest
from pyproj import Transformer

from gridmap.maps.work_frame import DEGREE, work_frame

TOWNS = {
    "a small town": (4547, [113.91, 34.66, 113.96, 34.70]),
    "a zone with its number": (4526, [114.2, 30.4, 114.5, 30.7]),
    "a city 40 km wide": (27700, [-0.2, 52.0, 0.4, 52.4]),
    "the south": (4549, [109.5, 18.2, 109.7, 18.4]),
}


def value(numbers, u, v):
    terms = (u**i * v**j for i in range(DEGREE + 1) for j in range(DEGREE + 1 - i))
    return sum(number * term for number, term in zip(numbers, terms, strict=True))


def turned(frame, source, target, x, y):
    u, v = ((x - source[0]) / source[2]), ((y - source[1]) / source[3])
    parts = frame["to_metres" if source is frame["degrees"] else "to_degrees"]
    return tuple(target[k] + target[k + 2] * value(parts[k], u, v) for k in (0, 1))


@pytest.mark.parametrize("town", TOWNS)
def test_it_is_the_projection_to_a_few_millimetres_everywhere_in_the_frame(town):
    crs, bounds = TOWNS[town]
    frame = work_frame(crs, bounds)
    degrees, metres = frame["degrees"], frame["metres"]
    rng = np.random.default_rng(0)
    u, v = rng.uniform(-1, 1, (2, 500))
    lon, lat = degrees[0] + u * degrees[2], degrees[1] + v * degrees[3]
    exact = Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(lon, lat)
    found = turned(frame, degrees, metres, lon, lat)
    assert max(np.abs(found[k] - exact[k]).max() for k in (0, 1)) < 0.005
    back = turned(frame, metres, degrees, *exact)
    assert np.abs(back[0] - lon).max() < 5e-8
    assert np.abs(back[1] - lat).max() < 5e-8


def test_the_frame_holds_the_town_with_room_around_it():
    _, bounds = TOWNS["a city 40 km wide"]
    lon, lat, wide, high = work_frame(27700, bounds)["degrees"]
    assert lon - wide < bounds[0] - 0.2
    assert lat + high > bounds[3] + 0.1
    # Of a tiny town at least ten kilometres on each side.
    small = work_frame(4547, [113.91, 34.66, 113.911, 34.661])["degrees"]
    assert small[3] * 111 > 9.9
