"""Connected parts of what is joined in pairs."""

import numpy as np

from boundaries.topology.connected import number_parts


def test_parts_are_numbered_in_the_order_of_their_first_things():
    one, two = np.array([5, 1, 4, 4]), np.array([2, 3, 2, 5])

    assert number_parts(7, one, two).tolist() == [0, 1, 2, 1, 2, 2, 3]
    assert number_parts(7, two[::-1], one[::-1]).tolist() == [0, 1, 2, 1, 2, 2, 3]


def test_what_is_joined_with_nothing_is_a_part_of_its_own():
    none = np.empty(0, np.int64)

    assert number_parts(3, none, none).tolist() == [0, 1, 2]
    assert number_parts(0, none, none).tolist() == []
