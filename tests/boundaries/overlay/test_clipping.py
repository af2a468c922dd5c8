from itertools import pairwise

import numpy as np
import pytest
import shapely
from shapely import Point, box

from boundaries.overlay import clipping
from boundaries.overlay.clipping import joined_inside
from boundaries.overlay.crossing import crossing


@pytest.fixture
def by_library(monkeypatch):
    """How many pieces the geometry library cut."""
    seen, intersection = [0], shapely.intersection

    def counted(shapes, others):
        seen[0] += len(shapes)
        return intersection(shapes, others)

    monkeypatch.setattr(clipping.shapely, "intersection", counted)
    return seen


def expected(cells, first, frames, frame):
    """The same by the geometry library."""
    fields = [shapely.coverage_union_all(cells[low:high]) for low, high in pairwise(first)]
    return shapely.get_parts(shapely.intersection(fields, frames[frame]), return_index=True)


def street(rng, corner):
    """A crossing of bent streets around two blocks: frontage in all directions."""
    x, y = corner
    bend = rng.uniform(-4, 4, 4)
    arms = [
        shapely.LineString([(x, y + 50), (x + 50, y + 50 + bend[0]), (x + 100, y + 50 + bend[1])]),
        shapely.LineString([(x + 50, y), (x + 50 + bend[2], y + 50), (x + 50 + bend[3], y + 100)]),
    ]
    ground = shapely.union_all([arm.buffer(9, quad_segs=2, cap_style="flat") for arm in arms])
    square = box(x + 30, y + 30, x + 70, y + 70)
    return ground.union(square).difference(Point(x + 55, y + 58).buffer(8, quad_segs=3))


def test_cells_are_cut_as_the_geometry_library_does_to_the_last_vertex(by_library):
    rng = np.random.default_rng(4)
    frames = np.array([street(rng, (at * 200.0, 7000.0)) for at in range(12)], dtype=object)
    frames[::2] = shapely.reverse(frames[::2])
    cells, first, frame = [], [0], []
    for at, ground in enumerate(frames):
        spots = shapely.get_coordinates(shapely.segmentize(ground.boundary, 11.0))
        spots = np.unique(spots + rng.uniform(-0.3, 0.3, spots.shape), axis=0)
        places = shapely.multipoints(spots)
        own = shapely.get_parts(shapely.voronoi_polygons(places, extend_to=ground, ordered=True))
        owner = rng.integers(0, 9, len(own))
        for one in range(9):
            if (owner == one).any():
                cells.extend(own[owner == one])
                first.append(len(cells))
                frame.append(at)
        # And every cell alone.
        cells.extend(own)
        first.extend(range(len(cells) - len(own) + 1, len(cells) + 1))
        frame.extend([at] * len(own))
    cells, first = np.array(cells, dtype=object), np.array(first)
    pieces, which = joined_inside(cells, first, frames, np.array(frame))
    assert by_library[0] < 0.3 * len(frame)  # it did few of them
    shapes, numbers = expected(cells, first, frames, frame)
    assert which.tolist() == numbers.tolist()
    assert shapely.to_wkb(pieces).tolist() == shapely.to_wkb(shapes).tolist()


def test_what_lies_inside_comes_back_whole_and_what_touches_is_left_to_the_library(by_library):
    inside, around = box(2, 2, 4, 4), box(-5, -5, 20, 20)
    corner, hole = box(5, 5, 15, 15), box(1, 1, 9, 5)
    frames = np.array([box(0, 0, 10, 10).difference(box(6, 2, 8, 4)), box(0, 0, 3, 9)], object)
    cells = np.array([inside, around, corner, box(5, -1, 10, 3), hole], dtype=object)
    frame = np.array([0, 1, 0, 0, 0])
    first = np.arange(6)
    pieces, which = joined_inside(cells, first, frames, frame)
    assert which.tolist() == [0, 1, 2, 3, 4]
    assert [piece.area for piece in pieces] == [4, 27, 25, 15 - 2, 32 - 4]
    assert by_library[0] == 2  # the one that runs along the frame, and the one around a hole
    shapes, _ = expected(cells, first, frames, frame)
    assert shapely.to_wkb(pieces).tolist() == shapely.to_wkb(shapes).tolist()


def test_a_crossing_is_the_double_nearest_to_the_exact_place():
    # x = y = 1/3 + 4e6, where doubles lie 5e-10 apart.
    far = 4e6
    assert crossing(far, far, far + 1, far + 1, far, far + 1, far + 0.5, far) == (
        far + 1 / 3,
        far + 1 / 3,
    )
