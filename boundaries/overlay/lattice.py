"""The lattice of a town: the places that its ground may lie on, the same wherever the town lies.

Floating-point numbers lie half as dense beyond every power of two, so that a place that is one
place at home may be two places a last digit apart elsewhere. Here all ground is read onto a lattice
that starts at the corner of the town and that doubles hold exactly wherever a metric coordinate
system can put it. Work is done near the origin, where computing is most exact, and moved back
without any loss.
"""

from typing import NamedTuple

import geopandas as gpd
import numpy as np
import shapely

from boundaries.topology.rings import draw_again, rings_of

__all__ = [
    "CELL_M",
    "Origin",
    "corner_of",
    "moved",
    "on_lattice",
    "origin_of",
    "read_onto",
    "settled",
]

CELL_M = 2.0**-26
"""Width of a cell in m, 15 nanometres: exact in doubles up to 134,000 km from the origin."""

_READ_M = 1e-7  # layers are read to this, so that the last digits of one number in two files agree


class Origin(NamedTuple):
    """A place of the lattice in m, taken as x 0, y 0 while work is done."""

    x: float
    y: float

    @property
    def back(self) -> "Origin":
        """The way from there to where the ground lies."""
        return Origin(-self.x, -self.y)


def on_lattice(points: np.ndarray) -> np.ndarray:
    """Move places (n, 2) in m to the nearest place of the lattice."""
    return np.rint(points / CELL_M) * CELL_M


def corner_of(shapes: np.ndarray) -> Origin:
    """Give the south-west corner of some ground as it was given; 0, 0 for none."""
    points = shapely.get_coordinates(shapes)
    return Origin(*points.min(axis=0).tolist()) if len(points) else Origin(0.0, 0.0)


def origin_of(shapes: np.ndarray) -> Origin:
    """Give the place of the lattice nearest to the south-west corner of some ground."""
    return Origin(*on_lattice(np.array(corner_of(shapes))).tolist())


def read_onto(frame: gpd.GeoDataFrame, corner: Origin) -> gpd.GeoDataFrame:
    """Bring the ground of a layer onto the lattice.

    Parameters
    ----------
    frame
        Geometry in a metric CRS.
    corner
        Corner of the town as given; all layers of a town are read from the same one. What a layer
        says relative to it is the same wherever the town lies.

    Returns
    -------
    The frame; no vertex moves by more than 0.1 micrometres.
    """
    start = on_lattice(np.array(corner))
    per_m = round(1 / _READ_M)
    shapes = shapely.transform(
        frame.geometry.to_numpy(),
        lambda points: start + on_lattice(np.rint((points - corner) * per_m) / per_m),
    )
    return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))


def moved(frame: gpd.GeoDataFrame, origin: Origin) -> gpd.GeoDataFrame:
    """Take `origin` as x 0, y 0; exact for ground on the lattice."""
    shapes = shapely.transform(frame.geometry.to_numpy(), lambda points: points - origin)
    return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))


def settled(shapes: np.ndarray) -> np.ndarray:
    """Move the vertices of polygons onto the lattice; one that collapses comes back empty."""
    drawn = rings_of(shapes)
    return draw_again(shapes, drawn, on_lattice(drawn.points), drawn.ring)
