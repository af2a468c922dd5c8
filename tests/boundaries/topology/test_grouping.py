import numpy as np

from boundaries.topology.grouping import counted, grouped
from boundaries.topology.neighbours import match_edges, match_places


def test_rows_are_sorted_by_group_in_the_order_given():
    first, rows = grouped(np.array([2, 0, 2, 3, 0]), 5)
    assert first.tolist() == [0, 2, 2, 4, 5, 5]
    assert rows.tolist() == [1, 4, 0, 2, 3]


def test_groups_of_no_rows_are_empty():
    first, rows = grouped(np.empty(0, dtype=np.int64), 2)
    assert first.tolist() == [0, 0, 0]
    assert rows.tolist() == []
    assert counted(np.array([1, 1]), 3).tolist() == [0, 0, 2, 2]


def test_numbered_edges_are_paired_as_edges_of_places_are():
    """Three and four equal edges as well: two and two are a pair, the last is left over."""
    rng = np.random.default_rng(5)
    places = np.column_stack([np.arange(9.0), np.arange(9.0) ** 2])
    start = rng.integers(0, 9, 300)
    end = (start + rng.integers(1, 9, 300)) % 9
    owner = rng.integers(0, 4, 300)
    known = match_edges(places[start], places[end], owner)
    found = match_places(start, end, owner, 9)
    assert len(found[0]) > 50
    assert sorted(zip(*map(np.ndarray.tolist, found), strict=True)) == sorted(
        zip(*map(np.ndarray.tolist, known), strict=True)
    )
