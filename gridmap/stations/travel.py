"""How far every place of a town is from every station, along the roads.

A way goes from the station to a road, along roads, and from a road to the place; what is off the
roads counts as the straight line times the detour factor. Without roads the whole way does.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_array, hstack, vstack
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from gridmap.stations.roads import RoadNetwork

__all__ = ["Travel"]

Array = np.ndarray[Any, Any]
NEAR_NODES = 6  # a road is left or entered at one of so many nodes nearest to a place
BLOCK = 4_000_000  # distances that are held at once


@dataclass(frozen=True)
class Travel:
    """Ways over a network to places whose legs to the nearest roads are known.

    Attributes
    ----------
    network
        Roads of the town; empty where none are known.
    places
        (p, 2) where people and ground are, in metres.
    detour
        What a metre off the roads counts, at least 1.
    """

    network: RoadNetwork
    places: Array
    detour: float

    def distances(self, stations: Array, *, limit_m: float = np.inf) -> Iterator[tuple[int, Array]]:
        """Measure the ways from stations to all places.

        Parameters
        ----------
        stations
            (k, 2) in metres.
        limit_m
            Longer ways are not followed.

        Returns
        -------
        For each block of stations the number of its first one, and their distances to the places
        in metres, a row a station; infinite beyond the limit. No distance is shorter than the
        straight line.
        """
        rows = max(1, BLOCK // max(len(self.places) * NEAR_NODES, len(self.network), 1))
        legs, leg_m = self._legs(self.places)
        for first in range(0, len(stations), rows):
            block = stations[first : first + rows]
            found = self._straight(block, leg_m)
            if len(self.network):
                from_roads = self._over_roads(block, limit_m)
                for row, of_nodes in enumerate(from_roads):
                    over = (of_nodes[legs] + self.detour * leg_m).min(axis=1)
                    found[row] = np.minimum(found[row], over)
            found[found > limit_m] = np.inf
            yield first, found

    def _legs(self, places: Array) -> tuple[Array, Array]:
        """Find the nodes nearest to each place, and how far they are."""
        if not len(self.network):
            return np.empty((len(places), 0), dtype=int), np.empty((len(places), 0))
        several = min(NEAR_NODES, len(self.network))
        far, near = cKDTree(self.network.xy).query(places, k=several)
        return near.reshape(len(places), several), far.reshape(len(places), several)

    def _straight(self, stations: Array, leg_m: Array) -> Array:
        """Measure the ways that touch no road: to places nearer than the roads of both are."""
        gap = np.hypot(
            stations[:, None, 0] - self.places[None, :, 0],
            stations[:, None, 1] - self.places[None, :, 1],
        )
        if not len(self.network):
            return self.detour * gap
        _, own = self._legs(stations)
        within = gap <= own.min(axis=1)[:, None] + leg_m.min(axis=1)[None, :]
        return np.where(within, self.detour * gap, np.inf)

    def _over_roads(self, stations: Array, limit_m: float) -> Array:
        """Measure the ways from stations to all nodes."""
        count, several = len(self.network), len(stations)
        near, leg_m = self._legs(stations)
        # A leg of no length would be no link at all.
        cost = np.maximum(self.detour * leg_m.ravel(), 1e-9)
        at = np.repeat(np.arange(several), near.shape[1])
        out = csr_array((cost, (at, near.ravel())), shape=(several, count))
        whole = vstack(
            [
                hstack([self.network.lengths, csr_array((count, several))]),
                hstack([out, csr_array((several, several))]),
            ],
            format="csr",
        )
        ways: Array = dijkstra(
            whole, directed=True, indices=np.arange(count, count + several), limit=limit_m
        )
        return ways[:, :count]
