"""The table of two divisions: exact sums, shares both ways, whole or part, what lies outside."""

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from redraw_plan import CRS, E1, W1, W2, at, draw, move, pend

from boundaries.changes.features import read_state
from boundaries.changes.state_division import state_division
from boundaries.relations.divisions import areas_division, plan_division
from boundaries.relations.relationship import relate
from boundaries.relations.shares import shares_within
from gridmap.versions.boundaries import boundary_files

MICRO = 4


def areas(**shapes):
    index = pd.Index(shapes, dtype="str", name="code")
    names = [f"片{code}" for code in shapes]
    return gpd.GeoDataFrame({"name": names}, index=index, geometry=[*shapes.values()], crs=CRS)


def box(west, south, east, north):
    return shapely.box(*at(west, south), *at(east, north))


def division(plan):
    return plan_division(plan.grids, plan.patches)


def cells(table, *names):
    return table[[*names]].astype(object).to_numpy().tolist()


@pytest.fixture(scope="module")
def old():
    return draw()


def test_a_plan_and_other_areas_share_ground_households_and_load_both_ways(old):
    """Area a is the west half of TVW01 and 100 m beyond the town; b is all of E and some of W."""
    other, overlaps = areas_division(areas(a=box(-1, 0, 1, 3), b=box(3, 0, 6, 3)))
    table = relate(division(old), other, levels=[MICRO])
    assert overlaps == []
    rows = {(row.from_code, row.to_code): row for row in table.itertuples()}
    assert set(rows) == {(W1, "a"), (W1, ""), (W2, "b"), (W2, ""), (E1, "b"), ("", "a")}
    part = rows[W1, "a"]
    assert (part.area_m2, part.households, part.load_h) == (30_000.0, 9, 6.0)  # P00 to P02
    assert (part.from_area_share, part.to_area_share) == (0.5, 0.5)
    assert (part.from_households_share, part.to_households_share) == (1.0, 1.0)
    assert (part.from_part, part.to_part, part.to_name) == ("P", "P", "片a")
    assert (rows[E1, "b"].from_part, rows[E1, "b"].to_part) == ("W", "P")
    outside = rows["", "a"]
    assert (outside.area_m2, outside.households, outside.from_part) == (30_000.0, 0, "")
    assert outside.to_area_share == 0.5
    assert (rows[W1, ""].area_m2, rows[W1, ""].to_part) == (30_000.0, "")
    assert pd.isna(rows[W1, ""].to_area_share)
    assert pd.isna(part.to_level)


def test_rows_of_a_unit_make_exactly_what_its_own_file_says_and_shares_make_one(old):
    """Sevenths of a hectare and of households, which no rounding of single rows adds up."""
    homes = pd.Series(1.0, index=old.patches.index)
    plan = old.with_tables(patches=old.patches.assign(households=homes))
    cuts = [*(n / 7 for n in range(15)), 6]
    strips = {f"s{n:02}": box(one, 0, two, 3) for n, (one, two) in enumerate(pairwise(cuts))}
    own = division(plan)
    table = relate(own, areas_division(areas(**strips))[0])
    for code, rows in table.groupby("from_code"):
        unit = own.units.loc[code]
        cents = (rows["area_m2"] * 100).round().sum(), (rows["load_h"] * 100).round().sum()
        assert cents == (round(unit["area_m2"] * 100), round(unit["load_h"] * 100))
        assert rows["households"].sum() == unit["households"]
    for side in ("from", "to"):
        for measure in ("area", "households", "load"):
            given_ = table[f"{side}_{measure}_share"].astype(float)
            sums = (
                (given_ * 1e9).round().groupby([table["from_level"], table[f"{side}_code"]]).sum()
            )
            assert set(sums.drop("", level=1, errors="ignore")) == {1e9}


@settings(max_examples=25)
@given(st.lists(st.floats(0.0, 5.0), min_size=1, max_size=8), st.integers(0, 3))
def test_shares_within_a_group_make_one_exactly_or_there_is_nothing_to_share(values, seed):
    groups = np.random.default_rng(seed).choice(np.array(["a", "b"], dtype=object), len(values))
    found = shares_within(groups, np.array(values), unit=10**9)
    for group in set(groups):
        rows = groups == group
        total = np.array(values)[rows].sum()
        assert found[rows].sum() == (10**9 if total > 0 else -rows.sum())


def test_two_versions_tell_what_moved_and_the_second_measured_the_other_way_is_the_mirror(old):
    new = pend(old, move(W1, "P20", "P21"))[-1].after
    table = relate(division(old), division(new), levels=[MICRO])
    assert cells(table, "from_code", "to_code", "area_m2", "from_part", "to_part") == [
        [E1, E1, 60_000.0, "W", "W"],
        [W1, W1, 60_000.0, "W", "P"],
        [W2, W1, 20_000.0, "P", "P"],
        [W2, W2, 40_000.0, "P", "W"],
    ]
    back = relate(division(new), division(old), levels=[MICRO]).sort_values(
        ["to_code", "from_code"]
    )
    assert back["area_m2"].tolist() == table["area_m2"].tolist()
    assert back["to_area_share"].tolist() == table["from_area_share"].tolist()


def test_a_plan_and_its_written_file_are_the_same_division_though_the_file_is_rounded(old):
    written = read_state(boundary_files(old).grids)
    table = relate(division(old), state_division(written, old.crs))
    assert (table["from_code"] == table["to_code"]).all()
    assert set(table["from_part"]) | set(table["to_part"]) == {"W"}
    assert set(table["from_area_share"]) == {1.0}
    # And the other way: figures are those of the file.
    back = relate(state_division(written, old.crs), division(old))
    assert cells(back, "from_code", "area_m2", "households", "load_h") == cells(
        table, "from_code", "area_m2", "households", "load_h"
    )


def test_ground_that_a_grid_with_parts_holds_itself_is_told_of_a_written_file(old):
    apart = old.patches.assign(
        grid_code=old.patches["grid_code"].where(old.patches.index != "P00", "")
    )
    grids = old.grids.copy()
    grids.geometry = grids.geometry.where(
        grids.index != W1, grids.geometry[W1].difference(box(0, 0, 1, 1))
    )
    grids.loc[W1, "area_m2"] = 50_000.0
    plan = old.with_tables(patches=apart, grids=grids)
    found = state_division(read_state(boundary_files(plan).grids), old.crs)
    assert found.ground.loc["TVW", "households"] == 9
    assert found.ground.loc["TVW"].geometry.area == pytest.approx(10_000, abs=5)
    assert found.codes.loc["TVW"].tolist() == ["T", "TV", "TVW", ""]


def test_ground_that_two_areas_both_claim_is_the_first_ones_and_told(old):
    other, overlaps = areas_division(areas(a=box(0, 0, 4, 3), b=box(3, 0, 6, 3)))
    (one,) = overlaps
    assert (one.first, one.second, round(one.area_m2)) == ("a", "b", 30_000)
    table = relate(division(old), other, levels=[MICRO])
    sums = table.groupby("to_code")["area_m2"].sum()
    assert sums.to_dict() == {"a": 120_000.0, "b": 60_000.0}


def test_what_nobody_counted_is_null_and_not_nothing(old):
    plan = old.with_tables(patches=old.patches.assign(households=0.0))
    table = relate(division(plan), areas_division(areas(a=box(0, 0, 6, 3)))[0])
    assert table["households"].isna().all()
    assert table["from_households_share"].isna().all()
    assert table["load_h"].notna().all()


def test_the_ground_of_all_rows_of_a_level_is_the_ground_of_both(old):
    other, _ = areas_division(areas(a=box(-1, 0, 1, 3), b=box(3, 0, 6, 3)))
    table = relate(division(old), other, levels=[MICRO], with_ground=True)
    assert np.allclose(table.geometry.area, table["area_m2"].astype(float))
    assert table.geometry.union_all().area == pytest.approx(210_000)
