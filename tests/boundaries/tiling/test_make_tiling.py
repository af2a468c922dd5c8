import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon, box
from tiling_cases import CRS, area_by_kind, balance, ground, parents

from boundaries.overlay.precedence import only_area
from boundaries.tiling import build
from boundaries.tiling.build import make_tiling, merge_patches, sealed
from boundaries.tiling.slivers import join_slivers


def test_ground_of_higher_precedence_wins_where_layers_overlap():
    """An estate of 10 x 10 m in the corner of a field of 20 x 20 m."""
    tiling = make_tiling(
        ground(
            ("farmland", "", box(0, 0, 20, 20)),
            ("problem_estate", "", box(10, 10, 20, 20)),
        ),
        parents(a=box(0, 0, 20, 20)),
    )
    assert area_by_kind(tiling) == {"farmland": 300.0, "problem_estate": 100.0}
    assert tiling.ledger.loc["farmland", "overlap_m2"] == 100.0
    assert tiling.ledger.loc["farmland", "patches_m2"] == 300.0


def test_the_ledger_is_the_same_where_the_own_overlay_gives_up(monkeypatch):
    """An estate of 100 m² in a field of 400 m², of which 100 m² lie outside the town."""
    rows = (("farmland", "", box(0, 0, 20, 20)), ("problem_estate", "", box(5, 5, 15, 15)))
    own = make_tiling(ground(*rows), parents(a=box(0, 0, 15, 20), b=box(0, 20, 15, 30)))
    monkeypatch.setattr(build, "planar_overlay", lambda *_: None)
    other = make_tiling(ground(*rows), parents(a=box(0, 0, 15, 20), b=box(0, 20, 15, 30)))
    for tiling in (own, other):
        row = tiling.ledger.loc["farmland"]
        assert row[["claimed_m2", "outside_m2", "overlap_m2", "patches_m2"]].tolist() == [
            400.0, 100.0, 100.0, 200.0,
        ]  # fmt: skip
        assert tiling.ledger.loc["unmapped", "patches_m2"] == 150.0


def test_precedence_can_be_turned_round():
    order = (
        "farmland", "problem_estate", "key_enterprise", "supplied_unbuilt", "developable",
        "water", "park_green",
    )  # fmt: skip
    tiling = make_tiling(
        ground(
            ("problem_estate", "", box(10, 10, 20, 20)),
            ("farmland", "", box(0, 0, 20, 20)),
        ),
        parents(a=box(0, 0, 20, 20)),
        precedence=order,
    )
    assert area_by_kind(tiling) == {"farmland": 400.0}


def named(*rows):
    """Fields of one kind: layer, record, name and polygon."""
    frame = ground(*[("farmland", "", row[3]) for row in rows])
    for at, column in enumerate(("layer", "record", "name")):
        frame[column] = pd.Series([row[at] for row in rows], dtype="str")
    return frame


@pytest.mark.parametrize(
    ("rows", "winner"),
    [
        # The layer decides before the record, and the record before the size.
        ([("a", "R2", "one", (0, 0, 12, 10)), ("b", "R1", "two", (8, 0, 40, 10))], "one"),
        ([("a", "R1", "one", (0, 0, 12, 10)), ("a", "R2", "two", (8, 0, 40, 10))], "one"),
        # Of one record the larger comes first, of the same size the one farther west, then south.
        ([("a", "R1", "one", (0, 0, 12, 10)), ("a", "R1", "two", (8, 0, 21, 10))], "two"),
        ([("a", "R1", "one", (0, 0, 12, 10)), ("a", "R1", "two", (8, 0, 20, 10))], "one"),
        ([("a", "R1", "one", (8, 0, 12, 10)), ("a", "R1", "two", (8, 5, 12, 15))], "one"),
        ([("a", "R1", "one", (0, 2, 12, 12)), ("a", "R1", "two", (8, 0, 20, 10))], "one"),
    ],
)
def test_where_ground_of_one_kind_overlaps_a_fixed_order_decides(rows, winner):
    fields = named(*[(*row[:3], box(*row[3])) for row in rows])
    for given_rows in (fields, fields.iloc[::-1]):
        patches = make_tiling(given_rows, parents(a=box(0, 0, 40, 20))).patches
        both = shapely.contains(patches.geometry.to_numpy(), shapely.Point(9, 6))
        assert patches["name"][both].tolist() == [winner]


def test_ground_in_no_layer_becomes_residual_or_what_the_rules_say():
    field = ground(("farmland", "", box(0, 0, 10, 20)))
    town = parents(a=box(0, 0, 20, 20))
    assert area_by_kind(make_tiling(field, town)) == {"farmland": 200.0, "unmapped": 200.0}
    filled = make_tiling(field, town, unmapped_to=("farmland", ""))
    assert area_by_kind(filled) == {"farmland": 400.0}
    assert filled.ledger.loc["farmland", "unmapped_m2"] == 200.0
    assert balance(filled.ledger) < 1e-9


def test_ground_is_cut_at_grids_and_what_lies_outside_is_in_the_ledger():
    """One field of 30 x 10 m across two grids of 10 x 10 m, 10 m of it outside the town."""
    tiling = make_tiling(
        ground(("farmland", "", box(0, 0, 30, 10))),
        parents(west=box(0, 0, 10, 10), east=box(10, 0, 20, 10)),
    )
    assert tiling.patches["parent_code"].tolist() == ["east", "west"]
    assert tiling.patches.area.tolist() == [100.0, 100.0]
    assert tiling.ledger.loc["farmland", "outside_m2"] == 100.0


def test_lines_and_points_that_mending_leaves_are_no_ground():
    mixed = shapely.GeometryCollection([box(0, 0, 2, 2), shapely.Point(5, 5), box(2, 0, 3, 2)])
    line = shapely.LineString([(0, 0), (1, 1)])
    ground_alone = only_area(np.array([mixed, line, box(0, 0, 1, 1)]))
    assert [shape.geom_type for shape in ground_alone] == ["Polygon"] * 3
    assert shapely.area(ground_alone).tolist() == [6.0, 0.0, 1.0]


def test_multipart_and_self_crossing_ground_becomes_single_patches():
    bow_tie = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    tiling = make_tiling(ground(("water", "", bow_tie)), parents(a=box(0, 0, 10, 10)))
    assert set(tiling.patches.geom_type) == {"Polygon"}
    assert area_by_kind(tiling)["water"] == 50.0


def test_slivers_join_the_longest_border_and_are_listed():
    """A strip of 1 m between two fields of different kind: 20 m border with both, 5 m more below.

    +--------+--+
    |  farm  |s |  farm 20 x 20, strip 1 x 20 m, water 20 x 25 m
    """
    tiling = make_tiling(
        ground(
            ("farmland", "", box(0, 0, 20, 20)),
            ("park_green", "", box(20, 0, 21, 25)),
            ("water", "", box(21, 0, 41, 25)),
        ),
        parents(a=box(0, 0, 41, 25)),
        unmapped_to=("farmland", ""),
    )
    repaired = join_slivers(tiling, min_width_m=2.0, min_area_m2=0.0)
    assert area_by_kind(repaired) == {"farmland": 500.0, "water": 525.0}
    assert repaired.joined[["kind", "into_kind", "size_m2"]].to_numpy().tolist() == [
        ["park_green", "water", 25.0]
    ]
    assert repaired.patches["absorbed_m2"].sum() == 25.0
    assert repaired.ledger.loc["park_green", "given_m2"] == 25.0
    assert repaired.ledger.loc["water", "received_m2"] == 25.0
    assert balance(repaired.ledger) < 1e-9


def test_sliver_does_not_cross_into_another_grid():
    tiling = make_tiling(
        ground(("farmland", "", box(0, 0, 19, 20)), ("water", "", box(19, 0, 40, 20))),
        parents(west=box(0, 0, 20, 20), east=box(20, 0, 40, 20)),
    )
    repaired = join_slivers(tiling, min_width_m=2.0, min_area_m2=0.0)
    assert repaired.patches.groupby("parent_code").size().to_dict() == {"east": 1, "west": 1}
    assert repaired.patches.area.tolist() == [400.0, 400.0]


def test_merging_nothing_changes_nothing():
    tiling = make_tiling(ground(("water", "", box(0, 0, 5, 5))), parents(a=box(0, 0, 10, 10)))
    same = merge_patches(tiling, np.arange(len(tiling.patches)))
    assert same.patches.geometry.equals(tiling.patches.geometry)
    assert same.ledger.equals(tiling.ledger)


def test_sealing_gives_neighbours_the_vertices_a_cut_made():
    """The western square is cut in two; the eastern one lacks the vertex in the middle."""
    pieces = gpd.GeoDataFrame(
        geometry=[box(0, 0, 10, 5), box(0, 5, 10, 10), box(10, 0, 20, 10)], crs=CRS
    )
    assert not shapely.coverage_is_valid(pieces.geometry.to_numpy())
    whole = sealed(pieces)
    assert shapely.coverage_is_valid(whole.geometry.to_numpy())
    assert whole.area.tolist() == [50.0, 50.0, 100.0]


def test_ground_without_layers_is_all_unmapped():
    tiling = make_tiling(ground().reindex(columns=list(ground(("water", "", box(0, 0, 1, 1))))),
                         parents(a=box(0, 0, 10, 10)))  # fmt: skip
    assert area_by_kind(tiling) == {"unmapped": 100.0}


KINDS = st.sampled_from(
    [("farmland", ""), ("water", ""), ("problem_estate", ""), ("residual", "village_res")]
)
BOXES = st.tuples(*[st.integers(-20, 120)] * 2, *[st.integers(1, 80)] * 2)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(KINDS, BOXES, st.floats(0, 6.28)), min_size=1, max_size=12))
def test_any_layers_become_a_whole_tiling_and_the_ledger_balances(rows):
    handle = [
        (
            kind[0],
            kind[1],
            shapely.affinity.rotate(box(x, y, x + w, y + h), angle, use_radians=True),
        )
        for kind, (x, y, w, h), angle in rows
    ]
    town = parents(a=box(0, 0, 50, 100), b=box(50, 0, 100, 40), c=box(50, 40, 100, 100))
    # Neighbours must hold the same vertices before the town is a tiling at all.
    town = gpd.GeoSeries(shapely.coverage_clean(town.to_numpy()), index=town.index, crs=CRS)
    tiling = join_slivers(make_tiling(ground(*handle), town), min_width_m=0.5, min_area_m2=1.0)
    patches = tiling.patches
    assert shapely.coverage_is_valid(patches.geometry.to_numpy())
    assert set(patches.geom_type) == {"Polygon"}
    assert patches.area.sum() == pytest.approx(10_000, rel=1e-9)
    per_grid = patches.area.groupby(patches["parent_code"]).sum()
    assert per_grid.to_dict() == pytest.approx({"a": 5000, "b": 2000, "c": 3000}, rel=1e-6)
    # Drawing borders together moves them by a centimetre at most; the ledger says by how much.
    drawn = sum(shape.length for _, _, shape in handle) + town.length.sum()
    assert balance(tiling.ledger) <= 0.01 * drawn
    in_all = tiling.ledger.drop(columns="patches_m2")
    told = in_all["claimed_m2"] + in_all["unmapped_m2"] + in_all["received_m2"]
    told += in_all["snapped_m2"] - in_all["outside_m2"] - in_all["overlap_m2"]
    assert (told - in_all["given_m2"]).to_numpy() == pytest.approx(
        tiling.ledger["patches_m2"].to_numpy(), abs=1e-6
    )
    assert tiling.ledger["patches_m2"].sum() == pytest.approx(10_000, rel=1e-9)
