"""Ground taken out of a tiling: the tiling stays exact, and nothing shows where it was."""

import itertools

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from boundaries.topology import hidden_part
from boundaries.topology.hiding import STRAIGHT_M, hide_ground


def tiling(*shapes):
    """Polygons with the vertices of their neighbours in their own borders."""
    lines = shapely.union_all(shapely.boundary(np.array(shapes, dtype=object)))
    faces = shapely.get_parts(shapely.polygonize([lines]))
    inside = shapely.point_on_surface(faces)
    return np.array(
        [shapely.coverage_union_all(faces[shapely.contains(shape, inside)]) for shape in shapes],
        dtype=object,
    )


def corners(shapes):
    return {(x, y) for x, y in shapely.get_coordinates(list(shapes)).tolist()}


def borders(shapes):
    """How many of the shapes each side belongs to."""
    count = {}
    for shape in shapes:
        for ring in shapely.get_rings(shapely.get_parts(shape)):
            points = [(x, y) for x, y in shapely.get_coordinates(ring).tolist()]
            for one, two in itertools.pairwise(points):
                key = frozenset((one, two))
                count[key] = count.get(key, 0) + 1
    return count


def hide(shapes, *gone):
    rest = [at for at in range(len(shapes)) if at not in gone]
    found, nobody = hide_ground(shapes, [(np.array(gone), np.array(rest))])
    assert not len(nobody)
    return found[rest]


def test_ground_inside_one_neighbour_leaves_no_hole():
    ring = shapely.box(0, 0, 100, 100) - shapely.box(40, 40, 60, 60)

    (left,) = hide(tiling(ring, shapely.box(40, 40, 60, 60)), 1)

    assert left.equals(shapely.box(0, 0, 100, 100))
    assert len(left.interiors) == 0
    assert corners([left]) == {(0, 0), (100, 0), (100, 100), (0, 100)}


def test_borders_that_end_at_hidden_ground_run_on_and_meet_in_it():
    # Four quarters around a block of twelve corners in the middle, of which each takes its share.
    block = shapely.box(45, 30, 55, 70) | shapely.box(30, 45, 70, 55)
    quarters = [shapely.box(x, y, x + 50, y + 50) - block for x in (0, 50) for y in (0, 50)]
    shapes = tiling(*quarters, block)

    left = hide(shapes, 4)

    assert shapely.coverage_is_valid(left)
    assert shapely.area(left).sum() == 100 * 100
    # Of the block only the four ends of the borders between the quarters are left.
    assert corners(left) & corners([block]) == set()
    assert corners(left) & corners([shapes[4]]) == {(50, 30), (70, 50), (50, 70), (30, 50)}
    assert all(shapely.area(left) > 2500 - block.area)


def test_a_vertex_that_only_hidden_ground_needed_is_gone_from_the_outline_too():
    shapes = tiling(
        shapely.box(0, 0, 100, 100) - shapely.box(30, 80, 60, 100), shapely.box(30, 80, 60, 100)
    )
    assert (30, 100) in corners(shapes)

    (left,) = hide(shapes, 1)

    assert corners([left]) == {(0, 0), (100, 0), (100, 100), (0, 100)}


def test_ground_without_a_neighbour_in_its_frame_is_named():
    shapes = tiling(shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10))

    found, nobody = hide_ground(shapes, [(np.array([1]), np.array([], dtype=int))])

    assert nobody.tolist() == [1]
    assert found[1].is_empty
    assert found[0].equals(shapes[0])


def test_an_island_becomes_a_part_of_the_nearest():
    shapes = tiling(shapely.box(0, 0, 10, 10), shapely.box(20, 0, 30, 10))

    (left,) = hide(shapes, 1)

    assert left.area == 200
    assert left.geom_type == "MultiPolygon"


def test_ground_that_touches_itself_in_a_point_still_goes_to_somebody():
    hole = shapely.Polygon([(50, 100), (40, 60), (60, 60)])  # its tip is on the outer ring
    shapes = tiling(shapely.box(0, 0, 100, 100) - hole, hole, shapely.box(100, 0, 200, 100))

    left = hide(shapes, 0)

    assert shapely.coverage_is_valid(left)
    assert shapely.area(left).sum() == 20_000


@st.composite
def blobs(draw):
    """A square of 1 km in about 45 irregular pieces, some of them of several cells, and some to
    hide."""
    seed = draw(st.integers(0, 10**6))
    random = np.random.default_rng(seed)
    frame = shapely.box(0, 0, 1000, 1000)
    points = shapely.MultiPoint(random.random((70, 2)) * 1000)
    cells = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=frame))
    lines = shapely.union_all([*shapely.boundary(cells), frame.boundary], grid_size=0.001)
    faces = shapely.get_parts(shapely.polygonize([lines]))
    faces = faces[shapely.contains(shapely.buffer(frame, 0.01), faces)]
    label = np.arange(len(faces))
    tree = shapely.STRtree(faces)
    for _ in range(25):
        here = random.integers(len(faces))
        there = random.choice(tree.query(faces[here], predicate="touches"))
        label[label == label[there]] = label[here]
    shapes = np.array(
        [shapely.coverage_union_all(faces[label == one]) for one in np.unique(label)], dtype=object
    )
    gone = random.choice(len(shapes), size=draw(st.integers(1, len(shapes) - 1)), replace=False)
    return shapes, gone


@settings(max_examples=40, deadline=None)
@given(blobs())
def test_what_is_left_tiles_the_same_ground_and_tells_no_corner_of_what_is_gone(case):
    shapes, gone = case
    rest = np.setdiff1d(np.arange(len(shapes)), gone)
    town = shapely.boundary(shapely.coverage_union_all(shapes))

    left = hide(shapes, *gone)

    assert shapely.is_valid(left).all()
    assert shapely.coverage_is_valid(left)
    assert abs(shapely.area(left).sum() - shapely.area(shapes).sum()) < 0.01
    # Corners that the borders of what is seen have of their own.
    seen = {point for side, count in borders(shapes[rest]).items() if count == 2 for point in side}
    beside = {}
    for one, two in (tuple(side) for side in borders(left)):
        beside.setdefault(one, set()).add(two)
        beside.setdefault(two, set()).add(one)
    for point in (corners(left) & corners(shapes[gone])) - seen:
        # On the outline of the town, and there only where it bends.
        assert town.distance(shapely.Point(point)) < 1e-9
        one, two = sorted(beside[point])[:2]
        bend = shapely.LineString([one, two]).distance(shapely.Point(point))
        assert len(beside[point]) > 2 or bend > STRAIGHT_M


def test_of_a_part_nothing_is_lost_whoever_takes_it(monkeypatch):
    block = shapely.box(40, 40, 60, 60)
    quarters = [shapely.box(x, y, x + 50, y + 50) - block for x in (0, 50) for y in (0, 50)]
    shapes = tiling(*quarters, block)
    # Borders that cannot be simplified are drawn as they are.
    monkeypatch.setattr(
        hidden_part.shapely, "coverage_simplify", lambda given, *_a, **_k: given[:1]
    )

    pieces = hidden_part.share_out(shapes[4], shapes[:4])

    assert sorted(pieces) == [0, 1, 2, 3]
    assert abs(sum(piece.area for piece in pieces.values()) - block.area) < 1e-9
