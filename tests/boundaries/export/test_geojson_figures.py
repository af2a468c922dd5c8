"""Figures of boundaries: whole households that add up, sums on given grids, null if unknown."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_plan import small_plan

from boundaries.export.geojson import Source, geojson_bytes
from boundaries.export.geojson.apportion import FINE, apportion


def properties(plan):
    """What is said of each grid."""
    tables = (plan.grids, plan.patches, plan.assignments, plan.people)
    data = geojson_bytes(*tables, source=Source("041", "小镇"))
    rows = [one["properties"] for one in json.loads(data)["features"]]
    return {row["grid_code"]: row for row in rows}


def homes(plan, **by_patch):
    patches = plan.patches.assign(households=0.0)
    for patch, count in by_patch.items():
        patches.loc[patch, "households"] = count
    return plan.with_tables(patches=patches)


def test_whole_households_go_to_the_largest_remainders_and_by_code_where_alike():
    """W01 has 2.3, W02 2.4, E01 2.4: seven in all, E 2, so W 5; of W01 and W02 W02 gets 3."""
    rows = properties(homes(small_plan(), p0=1.1, p1=1.2, p2=2.4, p4=2.4))
    counts = {code: row["households"] for code, row in rows.items()}
    assert counts == {"T": 7, "E": 2, "W": 5, "E01": 2, "W01": 2, "W02": 3}
    alike = properties(homes(small_plan(), p0=1.5, p2=1.5, p4=2.0))
    assert (alike["W01"]["households"], alike["W02"]["households"]) == (2, 1)


def test_households_of_ground_that_is_left_stay_with_the_grid_above():
    plan = homes(small_plan(), p0=1.0, p2=3.0, p4=2.0)
    patches = plan.patches.assign(grid_code=plan.patches["grid_code"].replace("W02", ""))
    rows = properties(plan.with_tables(patches=patches, grids=plan.grids.drop("W02")))
    assert (rows["W"]["households"], rows["W"]["households_left"]) == (4, 3)
    assert (rows["T"]["households"], rows["T"]["households_left"]) == (6, 0)
    assert rows["W01"]["households_left"] is None


@st.composite
def trees(draw):
    """A tree of up to 40 grids, each with some millionths of its own."""
    count = draw(st.integers(1, 40))
    above = [draw(st.integers(0, at - 1)) if at else -1 for at in range(count)]
    own = draw(st.lists(st.integers(0, 30 * FINE), min_size=count, max_size=count))
    names = [f"{at:02d}" for at in draw(st.permutations(range(count)))]
    parents = {names[at]: names[up] if up >= 0 else "" for at, up in enumerate(above)}
    return parents, {names[at]: amount for at, amount in enumerate(own)}


@given(tree=trees(), unit=st.sampled_from([FINE, FINE // 100]))
def test_sums_add_up_over_every_parent_and_nobody_is_off_by_a_unit(tree, unit):
    parents, own = tree
    whole, left = apportion(parents, own, unit=unit)
    exact = dict(own)
    for code in sorted(parents, key=lambda one: -len(line(parents, one))):
        below = [child for child, up in parents.items() if up == code]
        exact[code] = own[code] + sum(exact[child] for child in below)
        assert abs(whole[code] * unit - exact[code]) < unit
        if below:
            assert whole[code] == sum(whole[child] for child in below) + left[code]
            assert 0 <= left[code] <= own[code] // unit + 1
    shuffled = dict(reversed(parents.items()))
    assert apportion(shuffled, own, unit=unit) == (whole, left)


def line(parents, code):
    return [code, *line(parents, parents[code])] if code in parents else []


def test_given_grids_have_the_sums_of_the_micro_grids_below():
    rows = properties(small_plan())
    assert [rows[code]["officers"] for code in ("T", "W", "E", "E01")] == [6, 4, 2, 2]
    assert [rows[code]["capacity_h"] for code in ("T", "W", "W02")] == [24.0, 16.0, 8.0]
    assert [rows[code]["load_h"] for code in ("T", "W", "W02")] == [16.0, 8.0, 4.0]
    assert [rows[code]["households"] for code in ("T", "W", "W02", "W01")] == [13, 13, 13, 0]


def test_nothing_known_is_null_and_no_text_is_empty():
    plan = small_plan()
    row = properties(homes(plan))["W01"]
    unknown = ("households", "population", "headcount", "objects", "valid_to", "label", "subclass")
    assert {row[key] for key in unknown} == {None}
    bare = properties(plan.with_tables(grids=plan.grids.assign(spatial=plan.grids.index != "E01")))
    assert (bare["E01"]["area_m2"], bare["E01"]["area_mu"]) == (None, None)
    assert properties(plan)["T"]["purity"] is None
    assert "" not in {value for one in bare.values() for value in one.values()}
    given = plan.grids[plan.grids["kind"] == "base"]
    alone = properties(plan.with_tables(grids=given, patches=plan.patches.head(0)))["T"]
    assert (alone["load_h"], alone["capacity_h"], alone["officers"]) == (None, None, None)


@pytest.mark.parametrize(
    ("town", "west", "parts", "wanted"),
    [
        (0, 0, (40, 30), (None, 70, None)),  # of the east nothing is known
        (90, 60, (40, 0), (90, 60, None)),
        (0, 60, (0, 0), (None, 60, None)),
    ],
)
def test_residents_are_those_given_or_the_sum_where_all_below_are_known(town, west, parts, wanted):
    plan = small_plan()
    grids = plan.grids.copy()
    grids.loc[["T", "W", "W01", "W02"], "population"] = [town, west, *parts]
    rows = properties(plan.with_tables(grids=grids))
    assert tuple(rows[code]["population"] for code in ("T", "W", "E")) == wanted
