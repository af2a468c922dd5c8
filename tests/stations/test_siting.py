"""Where the next station helps most: greedy choices against the best of all choices."""

from itertools import combinations

import numpy as np
import pytest
from scipy.sparse import csr_array

from gridmap.stations.siting import greedy_cover


def instance(seed, sites=9, places=25):
    random = np.random.default_rng(seed)
    return random.random((sites, places)) < 0.25, random.integers(0, 50, places).astype(float)


def best_of(covers, weight, count):
    """Try every choice of so many sites."""
    return max(
        float(weight[covers[list(chosen)].any(axis=0)].sum())
        for chosen in combinations(range(len(covers)), count)
    )


@pytest.mark.parametrize("seed", range(20))
def test_the_first_proposal_is_the_best_there_is(seed) -> None:
    covers, weight = instance(seed)

    ((site, gain),) = greedy_cover(csr_array(covers), weight, 1)

    assert gain == best_of(covers, weight, 1) == weight[covers[site]].sum()


@pytest.mark.parametrize("seed", range(20))
def test_several_proposals_reach_what_greedy_choices_are_proven_to(seed) -> None:
    covers, weight = instance(seed)

    chosen = greedy_cover(csr_array(covers), weight, 3)

    reached = float(weight[covers[[site for site, _ in chosen]].any(axis=0)].sum())
    best = best_of(covers, weight, 3)
    assert sum(gain for _, gain in chosen) == pytest.approx(reached)  # nobody is counted twice
    assert (1 - 1 / np.e) * best <= reached <= best


def test_no_site_is_proposed_that_adds_nobody() -> None:
    covers = csr_array(np.array([[1, 1, 0], [1, 0, 0], [0, 0, 0]]))

    assert greedy_cover(covers, np.array([4.0, 5.0, 9.0]), 3) == [(0, 9.0)]


def test_of_equal_sites_the_first_is_taken() -> None:
    covers = csr_array(np.array([[0, 0], [1, 0], [0, 1]]))

    assert greedy_cover(covers, np.array([3.0, 3.0]), 1) == [(1, 3.0)]
