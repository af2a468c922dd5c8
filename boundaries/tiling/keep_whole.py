"""Buildings and other units that a cut of ours would go through: each goes to one piece whole."""

import numpy as np
import shapely
from shapely import Polygon

from boundaries.overlay.match_vertices import seal
from boundaries.overlay.slicing import slices
from boundaries.topology.connected import number_parts
from boundaries.topology.dissolve import join_shapes

__all__ = ["LARGE", "with_whole_units"]

LARGE = 0.5
"""Share of a piece from which a unit on it is no small thing that can go to either side."""

_TRACE = 1e-3  # share of a unit that a cut may take: it runs along the edge of the unit


def with_whole_units(
    polygon: Polygon, parts: list[Polygon], units: np.ndarray, *, snap_m: float
) -> list[Polygon]:
    """Draw the borders between the pieces of a polygon around the units that they go through.

    Parameters
    ----------
    polygon
        What was cut, in a metric CRS.
    parts
        Its pieces, which tile it.
    units
        Polygons that are to stay whole; those larger than half a piece are left out, for moving
        them would undo the cut.
    snap_m
        Vertices of pieces that are closer than this are one.

    Returns
    -------
    Pieces that tile the polygon, each unit on the piece that had most of it. A piece that falls
    apart comes back as several.
    """
    pieces = np.array(parts, dtype=object)
    small = units[shapely.area(units) < LARGE * polygon.area / max(len(parts), 1)]
    if len(parts) < 2 or len(small) == 0:
        return parts
    share = _shares(pieces, small)
    is_cut = (share > _TRACE * shapely.area(small)[:, None]).sum(axis=1) > 1
    if not is_cut.any():
        return parts
    # Units that overlap go together, as a house does with the yard it lies in.
    group = _overlapping(small)
    cut = np.flatnonzero(np.isin(group, group[is_cut]))
    together = np.zeros((group.max() + 1, len(pieces)))
    np.add.at(together, group, share)
    home = together[group[cut]].argmax(axis=1)
    sealed = seal(pieces, snap_m=snap_m)
    lines = [*shapely.get_parts(shapely.boundary(sealed)), *shapely.boundary(small[cut])]
    faces = np.array(slices(polygon, lines), dtype=object)
    inner = shapely.point_on_surface(faces)
    whose = _first_that_holds(inner, sealed)
    held = _first_that_holds(inner, small[cut])
    whose = np.where(held >= 0, home[held], whose)
    if (whose < 0).any():
        return parts  # a face on nobody's ground: noise that is not worth a unit
    joined = [join_shapes(faces[whose == piece]) for piece in np.unique(whose)]
    return [part for shape in joined for part in shapely.get_parts(shape).tolist()]


def _shares(pieces: np.ndarray, units: np.ndarray) -> np.ndarray:
    """Area of each unit (u, p) on each piece."""
    share = np.zeros((len(units), len(pieces)))
    unit, piece = shapely.STRtree(pieces).query(units, predicate="intersects")
    share[unit, piece] = shapely.area(shapely.intersection(units[unit], pieces[piece]))
    return share


def _overlapping(units: np.ndarray) -> np.ndarray:
    """Number the units (u,) by what overlaps; walls that only touch are no overlap."""
    one, two = shapely.STRtree(units).query(units, predicate="intersects")
    less = np.minimum(shapely.area(units[one]), shapely.area(units[two]))
    both = shapely.area(shapely.intersection(units[one], units[two])) > _TRACE * less
    return number_parts(len(units), one[both], two[both])


def _first_that_holds(points: np.ndarray, shapes: np.ndarray) -> np.ndarray:
    """(n,) the first of the shapes that each point lies in; -1 for none."""
    result = np.full(len(points), len(shapes))
    point, shape = shapely.STRtree(shapes).query(points, predicate="intersects")
    np.minimum.at(result, point, shape)
    return np.where(result < len(shapes), result, -1)
