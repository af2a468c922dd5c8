"""The lattice of a town: exact wherever the town lies."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import box

from boundaries.overlay.lattice import (
    CELL_M,
    Origin,
    corner_of,
    moved,
    on_lattice,
    origin_of,
    read_onto,
    settled,
)

CRS = "EPSG:4547"
FAR = 60_800_000.0  # the largest x: zone 60 before the coordinate


def frame(*shapes):
    return gpd.GeoDataFrame(geometry=list(shapes), crs=CRS)


@pytest.mark.parametrize("x", [0.0, -FAR, 2.0**19, 2.0**25, FAR])
def test_the_lattice_is_exact_wherever_coordinates_lie(x):
    """Adding a cell and taking it away again loses nothing: that is what exact means."""
    places = on_lattice(np.array([[x, x]]))
    assert ((places + CELL_M) - places == CELL_M).all()
    assert np.abs(places - x).max() <= CELL_M / 2


def test_what_is_moved_to_the_origin_and_back_is_the_same_to_the_last_digit():
    ground = frame(box(FAR, 2.0**22, FAR + 10, 2.0**22 + 10))
    ground = read_onto(ground, corner_of(ground.geometry.to_numpy()))
    origin = origin_of(ground.geometry.to_numpy())
    near = moved(ground, origin)
    assert near.total_bounds[:2].tolist() == [0.0, 0.0]
    assert moved(near, origin.back).geometry.equals(ground.geometry)


def test_layers_that_differ_in_the_last_digit_alone_are_read_alike():
    """Across 2^19 the neighbours of a number are twice as far: two files round to two of them."""
    corner = Origin(2.0**19 - 100.0, 0.0)
    place = 2.0**19 + 4403.93
    beside = np.nextafter(place, np.inf)
    assert place != beside
    one, other = (frame(box(x, 5, x + 10, 9)) for x in (place, beside))
    assert read_onto(one, corner).geometry.equals(read_onto(other, corner).geometry)


def test_a_town_is_read_alike_wherever_it_lies():
    shapes = [box(0.01, 0.03, 7.77, 9.99), box(7.77, 0.03, 19.29, 9.99)]
    home = frame(*shapes)
    home = moved(read_onto(home, corner_of(home.geometry.to_numpy())), origin_of(home.geometry))
    for x, y in ((2.0**19 - 5, 3e6), (FAR, 2.0**22), (-FAR, -7.123456789)):
        there = frame(*shapely.transform(np.array(shapes), lambda p, by=(x, y): p + by))
        corner, origin = (of(there.geometry.to_numpy()) for of in (corner_of, origin_of))
        assert moved(read_onto(there, corner), origin).geometry.equals(home.geometry)


def test_ground_thinner_than_the_lattice_is_left_out():
    thin = box(0, 0, CELL_M / 8, 10)
    assert settled(np.array([thin, box(0, 0, 1, 1)])).tolist() == [
        shapely.Polygon(),
        box(0, 0, 1, 1),
    ]


def test_no_ground_has_its_corner_at_zero():
    assert corner_of(np.array([shapely.Polygon()])) == Origin(0.0, 0.0)
    assert origin_of(np.array([], dtype=object)) == Origin(0.0, 0.0)
