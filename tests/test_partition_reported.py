"""Requests that once got a wrong answer, found by planning random towns."""

import numpy as np
import pytest

from gridmap.partition import partition


@pytest.mark.parametrize("patches", [2, 5, 42])
def test_patches_that_fit_no_two_together_are_zones_of_their_own(patches):
    """A path of patches, each above half the capacity: as many zones as patches, none over."""
    load = np.linspace(0.51, 0.99, patches) * 10
    edges = np.column_stack([np.arange(patches - 1), np.arange(1, patches)])
    found = partition(load, edges, np.ones(patches - 1), capacity=10.0)
    totals = np.bincount(found.labels, weights=load)
    assert totals.max() <= 10.0
    assert found.zones == patches
    assert found.over_capacity == ()
