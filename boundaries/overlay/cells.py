"""Working cells: a grid full of shapes is worked on in boxes, so that cost grows with the shapes.

Noding costs more than in proportion to what is noded at once. Cells are cut at medians, the same
whatever the order of shapes; nothing of them remains in the result.
"""

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

__all__ = ["CELL_SHAPES", "working_cells"]

CELL_SHAPES = 250  # about where noding is cheapest a shape


def working_cells(
    grid: BaseGeometry, shapes: np.ndarray, *, cell_shapes: int = CELL_SHAPES
) -> list[tuple[BaseGeometry, np.ndarray]]:
    """Cut a grid into cells with at most about `cell_shapes` shapes each.

    Returns
    -------
    For each cell its ground (grid and box together) and the positions of the shapes that meet its
    box. One cell, the grid itself, when there are few shapes.
    """
    bounds = shapely.bounds(shapes).reshape(-1, 4)
    boxes = [(shapely.bounds(grid), np.arange(len(shapes)))]
    done: list[tuple[np.ndarray, np.ndarray]] = []
    while boxes:
        box, rows = boxes.pop()
        halves = _halved(box, rows, bounds) if len(rows) > cell_shapes else None
        if halves is None:
            done.append((box, rows))
        else:
            boxes.extend(reversed(halves))
    if len(done) == 1:
        return [(grid, done[0][1])]
    grounds = shapely.intersection(grid, shapely.box(*np.array([box for box, _ in done]).T))
    return [
        (ground, rows) for ground, (_, rows) in zip(grounds, done, strict=True) if ground.area > 0
    ]


def _halved(
    box: np.ndarray, rows: np.ndarray, bounds: np.ndarray
) -> list[tuple[np.ndarray, np.ndarray]] | None:
    """Halve a box at the median of its shapes along the longer side; None when it cannot help."""
    axis = 0 if box[2] - box[0] >= box[3] - box[1] else 1
    low, high = bounds[rows, axis], bounds[rows, axis + 2]
    cut = float(np.median(np.clip((low + high) / 2, box[axis], box[axis + 2])))
    first, second = rows[low <= cut], rows[high >= cut]
    # Shapes that reach over the whole box are in both halves; then cutting only adds work.
    if not box[axis] < cut < box[axis + 2] or len(first) + len(second) > 1.6 * len(rows):
        return None
    near, far = box.copy(), box.copy()
    near[axis + 2] = far[axis] = cut
    return [(near, first), (far, second)]
