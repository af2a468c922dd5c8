"""Equal places are one, and numbered from west to east."""

import numpy as np
import pytest

from boundaries.topology.places import unique_places


def test_equal_places_are_one_and_sorted_by_x_then_y():
    places, which = unique_places(np.array([[2.0, 1.0], [1.0, 5.0], [2.0, -1.0], [1.0, 5.0]]))
    assert places.tolist() == [[1.0, 5.0], [2.0, -1.0], [2.0, 1.0]]
    assert which.tolist() == [2, 0, 1, 0]


def test_negative_zero_is_zero():
    places, which = unique_places(np.array([[-0.0, 1.0], [0.0, 1.0]]))
    assert places.tolist() == [[0.0, 1.0]]
    assert which.tolist() == [0, 0]


@pytest.mark.parametrize("count", [0, 1, 5_000])
def test_places_are_those_that_numpy_finds(count):
    points = np.random.default_rng(3).integers(0, 60, (count, 2)) / 8
    places, which = unique_places(points)
    wanted, back = np.unique(points, axis=0, return_inverse=True)
    np.testing.assert_array_equal(places, wanted.reshape(-1, 2))
    np.testing.assert_array_equal(which, back.ravel())
