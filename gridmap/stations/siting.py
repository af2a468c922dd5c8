"""Where the next station helps most: one after the other, each where it reaches most people anew.

Greedy, and said to be so: the first proposal is the best there is, several together reach at least
63 % of what the best choice of as many would (Nemhauser, Wolsey and Fisher 1978).
"""

from typing import Any

import numpy as np
from scipy.sparse import csr_array
from scipy.spatial import cKDTree

from gridmap.stations.travel import Travel

__all__ = ["candidate_sites", "greedy_cover"]

Array = np.ndarray[Any, Any]
MOST_SITES = 600  # places that are tried for the next station


def candidate_sites(travel: Travel) -> tuple[Array, Array]:
    """Give the places that are tried for a new station: on roads inside the town, evenly thinned.

    Returns
    -------
    (s, 2) in metres, and the row of the nearest place of each. Without roads, the places.
    """
    tree = cKDTree(travel.places)
    at = travel.network.xy if len(travel.network) else travel.places
    if len(travel.network) and len(travel.places) > 1:
        spacing = float(np.median(tree.query(travel.places, k=2)[0][:, 1]))
        # A node of a road beyond the border of the town is no place for a station of the town.
        inside = at[tree.query(at)[0] <= spacing]
        at = inside if len(inside) else travel.places
    if len(at) > MOST_SITES:
        side = np.sqrt(np.prod(np.ptp(at, axis=0)) / MOST_SITES)
        cell = np.floor((at - at.min(axis=0)) / side).astype(int)
        at = at[np.sort(np.unique(cell, axis=0, return_index=True)[1])]
    return at, tree.query(at)[1]


def greedy_cover(covers: csr_array, weight: Array, count: int) -> list[tuple[int, float]]:
    """Choose sites one after the other, each for the most weight not reached before.

    Parameters
    ----------
    covers
        (sites, places), not 0 where a site reaches a place.
    weight
        Of each place, such as its people; 0 for what is reached already.
    count
        Sites wanted.

    Returns
    -------
    Row of each site and the weight that it adds, the first choice first; fewer than wanted when
    no site adds any more. Of equal sites the first is taken.
    """
    reach = csr_array(covers, dtype=float)
    reach.data[:] = 1.0
    left = np.asarray(weight, dtype=float).copy()
    chosen: list[tuple[int, float]] = []
    for _ in range(count):
        gain = np.asarray(reach @ left).ravel()
        best = int(gain.argmax()) if len(gain) else 0
        if not len(gain) or gain[best] <= 0:
            break
        chosen.append((best, float(gain[best])))
        left[reach.indices[reach.indptr[best] : reach.indptr[best + 1]]] = 0.0
    return chosen
