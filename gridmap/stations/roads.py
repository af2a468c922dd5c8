"""The roads of a town as a network: nodes every few metres, and the length of each link.

Lines are noded where they cross, so a bridge counts as a crossing. Motorways are left out: nobody
walks or cycles there.
"""

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from scipy.sparse import coo_array, csr_array

__all__ = ["RoadNetwork", "road_network", "walkable_roads"]

Array = np.ndarray[Any, Any]
CLOSED = ("motorway",)  # classes of roads without people on foot or bicycles
MEET_M = 1.0  # ends and lines so close to each other meet
STEP_M = 50.0  # a road can be left every so many metres


@dataclass(frozen=True)
class RoadNetwork:
    """Places on roads and the way between them; both ways alike."""

    xy: Array  # (n, 2) in metres
    lengths: csr_array  # (n, n) metres of road from node to node

    def __len__(self) -> int:
        """Count the nodes; 0 where the town has no roads."""
        return len(self.xy)


def walkable_roads(context: gpd.GeoDataFrame) -> Array:
    """Pick the lines of CONTEXT that people walk and cycle on."""
    roads = (context["kind"] == "road") & ~context["class"].isin(CLOSED)
    lines: Array = context.geometry[roads].to_numpy()
    return lines


def road_network(lines: Array) -> RoadNetwork:
    """Build the network of some roads.

    Parameters
    ----------
    lines
        Lines in a CRS in metres.

    Returns
    -------
    Nodes at every vertex and crossing and at most `STEP_M` apart. The length between two nodes is
    never shorter than the straight line.
    """
    lines = lines[~(shapely.is_missing(lines) | shapely.is_empty(lines))]
    if not len(lines):
        return RoadNetwork(np.empty((0, 2)), csr_array((0, 0)))
    noded = shapely.union_all(shapely.force_2d(lines), grid_size=MEET_M)
    parts = shapely.get_parts(shapely.segmentize(shapely.get_parts(noded), STEP_M))
    xy, line = shapely.get_coordinates(parts, return_index=True)
    # Shared ends are equal to the digit: they lie on the lattice of the noding.
    nodes, place = np.unique(xy, axis=0, return_inverse=True)
    place = place.ravel()
    goes_on = line[1:] == line[:-1]
    one, other = place[:-1][goes_on], place[1:][goes_on]
    one, other = one[one != other], other[one != other]
    pair = np.unique(np.sort(np.column_stack([one, other]), axis=1), axis=0)
    length = np.hypot(*(nodes[pair[:, 0]] - nodes[pair[:, 1]]).T)
    count = len(nodes)
    both = coo_array(
        (np.tile(length, 2), (np.r_[pair[:, 0], pair[:, 1]], np.r_[pair[:, 1], pair[:, 0]])),
        shape=(count, count),
    )
    return RoadNetwork(nodes, csr_array(both))
