"""What shared borders run along."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import LineString, box

from boundaries.topology.border_lines import BorderPieces, border_pieces, first_line_along


def squares(count):
    return gpd.GeoSeries([box(x * 100, 0, x * 100 + 100, 100) for x in range(count)])


def along(line, *, near=10.0, step=20.0):
    """Metres of the border at x 100 that run along a line."""
    pieces = border_pieces(squares(2), np.array([[1, 0]]), step_m=step)
    return float(
        pieces.length_m[first_line_along(pieces, [np.array([line])], near_m=near) == 0].sum()
    )


def test_borders_are_taken_apart_by_pair():
    pairs = np.array([[2, 1], [0, 1], [0, 2]])
    pieces = border_pieces(squares(3), pairs, step_m=30.0)
    length = np.bincount(pieces.pair, weights=pieces.length_m, minlength=3)
    assert length.tolist() == pytest.approx([100.0, 100.0, 0.0])
    assert pieces.length_m.max() == pytest.approx(25.0)
    assert set(pieces.start[pieces.pair == 0][:, 0]) == {200.0}


def test_other_borders_than_those_asked_for_are_left_out():
    pieces = border_pieces(squares(4), np.array([[1, 2]]), step_m=100.0)
    assert pieces.start[:, 0].tolist() == [200.0]
    assert len(border_pieces(squares(2), np.empty((0, 2), dtype=int), step_m=10.0).pair) == 0


@pytest.mark.parametrize(
    ("line", "metres"),
    [
        (LineString([(109, -50), (109, 150)]), 100.0),  # beside it
        (LineString([(111, -50), (111, 150)]), 0.0),  # too far
        (LineString([(95, 0), (105, 100)]), 100.0),  # turned a little
        (LineString([(0, 50), (200, 50)]), 0.0),  # across: the border leads away from it
        (LineString([(100, 0), (100, 55)]), 60.0),  # ends half way; a piece counts by its middle
    ],
)
def test_a_border_runs_along_a_line_that_is_near_and_parallel(line, metres):
    assert along(line) == pytest.approx(metres)


def test_of_several_kinds_the_first_counts():
    pieces = border_pieces(squares(2), np.array([[0, 1]]), step_m=50.0)
    here = np.array([LineString([(100, 0), (100, 100)])])
    half = np.array([LineString([(100, 0), (100, 40)])])
    kinds = first_line_along(pieces, [half, np.array([]), here], near_m=5.0)
    assert sorted(kinds.tolist()) == [0, 2]
    assert first_line_along(pieces, [], near_m=5.0).tolist() == [-1, -1]


def test_many_pieces_run_along_the_lines_that_the_geometry_library_finds_near():
    rng = np.random.default_rng(5)
    start = rng.uniform(0, 400, (300, 2))
    pieces = BorderPieces(start, start + rng.uniform(-8, 8, (300, 2)), np.arange(300))
    lines = shapely.linestrings(rng.uniform(0, 400, (12, 3, 2)))
    middle = shapely.points((pieces.start + pieces.end) / 2)
    corners = shapely.get_coordinates(lines).reshape(12, 3, 2)
    sides = np.concatenate([corners[:, :2], corners[:, 1:]])
    near = shapely.dwithin(middle[:, None], shapely.linestrings(sides), 9.0)
    way = np.angle((pieces.end - pieces.start) @ [1, 1j])
    turn = np.angle((sides[:, 1] - sides[:, 0]) @ [1, 1j])
    along = np.abs(np.cos(way[:, None] - turn)) >= np.sqrt(0.5)
    found = first_line_along(pieces, [lines], near_m=9.0)
    assert 20 < (found == 0).sum() < 280
    np.testing.assert_array_equal(found == 0, (near & along).any(axis=1))
