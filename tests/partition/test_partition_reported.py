"""Requests that once got a wrong answer, found by planning random towns."""

import numpy as np
import pytest
from partition_promises import assert_keeps_hard_rules

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


def test_ground_without_any_load_is_shared_among_zones_of_different_capacity():
    """Five zones for a row and an island whose two patches weigh nothing."""
    request = dict(
        load=[0, 2.25, 0.5, 1, 2.25, 0, 0],
        edges=[[0, 1], [1, 2], [2, 3], [3, 4], [5, 6]],
        border_m=[14, 3, 2, 4, 11],
        capacity=[20, 20, 8, 8, 3],
    )
    plan = partition(**request)
    assert_keeps_hard_rules(plan, request)
    assert (plan.status, set(plan.labels)) == ("feasible", {0, 1, 2, 3, 4})
