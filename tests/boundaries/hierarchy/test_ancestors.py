"""The line upwards from every grid."""

import pandas as pd

from boundaries.hierarchy.ancestors import ancestor_rows, ancestors


def grids(*rows):
    codes, levels, parents = zip(*rows, strict=True)
    index = pd.Index(codes, dtype="str")
    return pd.DataFrame({"level": levels, "parent_code": parents}, index=index)


def test_every_grid_has_itself_and_all_above():
    lines = ancestors(grids(("a", 3, "v"), ("t", 1, ""), ("v", 2, "t")))
    assert lines.columns.tolist() == [1, 2, 3]
    assert lines.to_dict("index") == {
        "a": {1: "t", 2: "v", 3: "a"},
        "t": {1: "t", 2: "", 3: ""},
        "v": {1: "t", 2: "v", 3: ""},
    }


def test_orphans_circles_and_jumps_end():
    lines = ancestors(
        grids(("t", 1, ""), ("a", 2, "b"), ("b", 2, "a"), ("c", 3, "gone"), ("d", 3, "t"))
    )
    assert lines.loc["a"].tolist() == ["", "a", ""]
    assert lines.loc["c"].tolist() == ["", "", "c"]
    assert lines.loc["d"].tolist() == ["t", "", "d"]


def test_a_doubled_code_keeps_its_rows():
    lines = ancestors(grids(("t", 1, ""), ("v", 2, "t"), ("v", 2, "gone")))
    assert lines[1].tolist() == ["t", "t", "t"]  # the first of them counts
    assert len(lines) == 3


def test_no_grids_no_lines():
    empty = grids(("t", 1, "")).iloc[:0]
    assert ancestors(empty).empty


def test_rows_are_those_of_the_codes():
    levels, rows = ancestor_rows(grids(("a", 3, "v"), ("t", 1, ""), ("v", 2, "t"), ("b", 3, "no")))
    assert levels == [1, 2, 3]
    assert rows.tolist() == [[1, 2, 0], [1, -1, -1], [1, 2, -1], [-1, -1, 3]]
