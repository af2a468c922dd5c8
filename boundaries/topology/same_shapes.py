"""Which shapes of two states of a layer are the same: asked of the objects, not of vertices."""

import operator

import numpy as np

__all__ = ["new_shapes", "other_shapes"]


def other_shapes(one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """Mask of the rows whose shape is not the very same object; shapes are never changed in place.

    Parameters
    ----------
    one, two
        Shapes of as many rows. Where a table has taken the column over from the one before it,
        both are the same memory, and no row has to be looked at.
    """
    if _place(one) == _place(two):
        return np.zeros(len(one), dtype=bool)
    return np.fromiter(map(operator.is_not, one, two), dtype=bool, count=len(one))


def new_shapes(shapes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Mask of the shapes that are none of the objects in `others`, in whichever row."""
    known = set(map(id, others))
    return ~np.fromiter(map(known.__contains__, map(id, shapes)), dtype=bool, count=len(shapes))


def _place(values: np.ndarray) -> tuple[object, ...]:
    told = values.__array_interface__
    return told["data"][0], told["shape"], told["strides"]
