from itertools import pairwise

import numpy as np
import pytest
import shapely
from shapely import Polygon, box

from boundaries.topology.dissolve import join_groups
from boundaries.topology.joining import outlines_of


def random_cells(seed, count=400):
    """Cells of a tiling, some of them the other way round, in 60 groups that may fall apart."""
    rng = np.random.default_rng(seed)
    points = rng.uniform(0, 1000, (count, 2))
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(points), ordered=True))
    turned = rng.random(count) < 0.3
    cells[turned] = shapely.reverse(cells[turned])
    group = np.sort(rng.permutation(np.r_[np.arange(60), rng.integers(0, 60, count - 60)]))
    # Groups of points that are near each other, so that most are connected ground.
    along = np.lexsort((points[:, 1], points[:, 0] // 125))
    return cells[along], np.searchsorted(group, np.arange(61))


def test_groups_are_joined_as_the_geometry_library_does_to_the_last_vertex():
    for seed in (1, 2):
        cells, first = random_cells(seed)
        expected = [
            shapely.coverage_union_all(cells[low:high]) if high - low > 1 else cells[low]
            for low, high in pairwise(first)
        ]
        got = join_groups(cells, first)
        assert shapely.to_wkb(got).tolist() == shapely.to_wkb(expected).tolist()
        assert outlines_of(cells, first).plain.mean() > 0.5  # the library did few of them


def test_ground_around_a_hole_and_outlines_that_touch_are_left_to_the_geometry_library():
    ring = [box(0, 0, 3, 1), box(2, 1, 3, 3), box(0, 2, 2, 3), box(0, 1, 1, 2)]
    ring[0] = Polygon([(0, 0), (3, 0), (3, 1), (2, 1), (1, 1), (0, 1)])
    ring[1] = Polygon([(2, 1), (3, 1), (3, 3), (2, 3), (2, 2)])
    ring[2] = Polygon([(0, 2), (1, 2), (2, 2), (2, 3), (0, 3)])
    corner = [box(0, 0, 1, 1), box(1, 1, 2, 2)]
    apart = [box(0, 0, 1, 1), box(5, 0, 6, 1)]
    shapes = np.array([*ring, *corner, *apart], dtype=object)
    first = np.array([0, 4, 6, 8])
    assert outlines_of(shapes, first).plain.tolist() == [False, False, True]
    whole, touching, two = join_groups(shapes, first)
    assert whole.equals(box(0, 0, 3, 3).difference(box(1, 1, 2, 2)))
    assert touching.geom_type == two.geom_type == "MultiPolygon"
    assert two.area == 2


def test_pieces_that_overlap_or_have_no_width_have_no_outline_here():
    twice = [box(0, 0, 1, 1)] * 3
    flat = [box(0, 0, 1, 1), Polygon([(0, 0), (1, 0), (0.5, 0)])]
    shapes = np.array([*twice, *flat], dtype=object)
    assert not outlines_of(shapes, np.array([0, 3, 5])).plain.any()


def test_a_piece_that_is_there_twice_or_lies_along_the_edge_of_another_is_joined_with_all_ground():
    twice = [box(0, 0, 1, 1), box(0, 0, 1, 1), box(5, 0, 6, 1)]
    inside = [Polygon([(0, 0), (1, 0), (2, 0), (2, 2), (0, 2)]), box(0, 0, 1, 1)]
    for turned in (False, True):
        inside[1] = inside[1].reverse() if turned else inside[1]
        two, one = join_groups(np.array([*twice, *inside], dtype=object), np.array([0, 3, 5]))
        assert two.equals(shapely.MultiPolygon(twice[1:]))
        assert one.equals(box(0, 0, 2, 2))


GROUNDS = {
    "an enclave that touches the edge of its hole": ["aaaa", "a..a", "a.a.", "aaaa"],
    "an island in a lake": ["aaaaa", "a...a", "a.a.a", "a...a", "aaaaa"],
    "an island that touches the shore at two corners": [
        "aaaaa",
        "aa..a",
        "a.a.a",
        "a..aa",
        "aaaaa",
    ],
    "a chain of touches": ["aaaaaaa", "a.a.a.a", "aa.a.aa", "a.a.a.a", "aaaaaaa"],
    "pieces that touch at corners alone": ["a.a.a", ".a.a.", "a.a.a"],
    "a ring inside a ring inside a ring": [
        *("aaaaaaaaa", "a.......a", "a.aaaaa.a", "a.a...a.a", "a.a.a.a.a", "a.a...a.a"),
        *("a.aaaaa.a", "a.......a", "aaaaaaaaa"),
    ],
}


@pytest.mark.parametrize("rows", GROUNDS.values(), ids=GROUNDS)
def test_what_is_joined_is_sound_however_pieces_touch(rows):
    """Also on the numbers of a file: a cell is four hundred units of the last decimal wide."""
    squares = [
        box(x, y, x + 1, y + 1)
        for y, row in enumerate(rows)
        for x, piece in enumerate(row)
        if piece == "a"
    ]
    pieces = np.array(squares, dtype=object)
    for shapes in (pieces, shapely.transform(pieces, lambda at: np.round(113 + at * 4e-5, 7))):
        joined = join_groups(shapes, np.array([0, len(shapes)]))[0]
        assert shapely.is_valid(joined)
        assert shapely.equals(joined, shapely.union_all(shapes))
