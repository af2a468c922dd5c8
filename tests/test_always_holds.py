"""The eight sentences of the design that always hold, over drawn and random towns."""

import copy

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from random_town import random_town

from gridmap.plan import Plan
from gridmap.split import graph_of
from gridmap.workflow import make_plan, plan_town

SEEDS = st.integers(0, 10_000)
few = settings(max_examples=12, deadline=None)


def parent_area(plan: Plan) -> pd.Series:
    deepest = plan.grids["level"] == plan.grids.loc[plan.grids["kind"] == "base", "level"].max()
    return plan.grids.loc[deepest, "area_m2"]


@few
@given(SEEDS, st.sampled_from(["absorb", "own", "leave"]))
def test_1_micro_grids_tile_their_parents_and_every_metre_is_accounted_for(seed, treatment):
    town = random_town(seed, treatment=treatment)
    plan = plan_town(town)
    patches, micro = plan.patches, plan.micro_grids
    assert shapely.coverage_is_valid(patches.geometry.to_numpy())
    assert shapely.coverage_is_valid(micro.geometry.to_numpy())
    for _, level in plan.grids.groupby("level"):
        assert shapely.coverage_is_valid(level.geometry.to_numpy())

    given_area = town.hierarchy.area[town.hierarchy["level"] == 3]
    left = patches[patches["grid_code"] == ""]
    left_area = left["area_m2"].groupby(left["parent_code"]).sum()
    micro_area = micro["area_m2"].groupby(micro["parent_code"]).sum()
    covered = micro_area.add(left_area, fill_value=0.0)
    assert covered.to_dict() == pytest.approx(given_area.to_dict(), rel=1e-6)
    if treatment != "leave":
        assert left.empty

    ledger = plan.ledger
    told = ledger["claimed_m2"] - ledger["outside_m2"] - ledger["overlap_m2"]
    told += ledger["unmapped_m2"] + ledger["received_m2"] - ledger["given_m2"]
    assert (told - ledger["patches_m2"]).abs().max() < 1e-9 * given_area.sum() * 1e3
    assert ledger["patches_m2"].sum() == pytest.approx(given_area.sum(), rel=1e-9)


@few
@given(SEEDS, st.sampled_from([None, 60]))
def test_2_every_micro_grid_lies_in_one_grid_of_the_level_above(seed, target):
    plan = plan_town(random_town(seed, target=target))
    parents = plan.patches.groupby("grid_code")["parent_code"].nunique()
    assert (parents == 1).all()
    for code, grid in plan.micro_grids.iterrows():
        assert code.startswith(grid["parent_code"])
        parent = plan.grids.geometry[grid["parent_code"]]
        outside = grid.geometry.difference(parent).area
        assert outside <= 1e-6 * grid["area_m2"]


@few
@given(SEEDS)
def test_3_every_micro_grid_is_contiguous_by_the_rules_own_definition(seed):
    town = random_town(seed)
    plan = plan_town(town)
    graph = graph_of(plan.patches, rules=town.rules)
    place = {code: number for number, code in enumerate(plan.micro_grids.index)}
    label = plan.patches["grid_code"].map(place).to_numpy()
    reached = np.arange(len(label))
    inside = graph.edges[label[graph.edges[:, 0]] == label[graph.edges[:, 1]]]
    # Spread the smallest number along the edges until nothing changes: one number a grid.
    while True:
        low = np.minimum(reached[inside[:, 0]], reached[inside[:, 1]])
        spread = reached.copy()
        np.minimum.at(spread, inside[:, 0], low)
        np.minimum.at(spread, inside[:, 1], low)
        if (spread == reached).all():
            break
        reached = spread
    parts = pd.Series(reached).groupby(label).nunique()
    assert parts.to_numpy().tolist() == plan.micro_grids["parts"].tolist()
    assert (parts == 1).all()


@few
@given(SEEDS, st.floats(2.0, 30.0))
def test_4_no_micro_grid_is_over_capacity_unless_one_patch_alone_is_and_it_is_named(seed, hours):
    town = random_town(seed, officer_hours=hours)
    # Few cadres would be another fault; everybody is there who could be needed.
    plan = plan_town(_crowded(town))
    most = hours * town.rules.capacity.officers_max
    micro = plan.micro_grids
    over = micro[micro["load_h"] > most * (1 + 1e-9)]
    assert (over["patches"] == 1).all()
    named = set(plan.issues.loc[plan.issues["rule"].str.startswith("CAP"), "code"])
    assert set(over.index) <= named
    fine = micro.drop(over.index)
    assert (fine["load_h"] <= fine["capacity_h"] * (1 + 1e-9)).all()


@few
@given(SEEDS)
def test_4_a_target_that_cannot_be_met_is_answered_with_numbers_and_reason(seed):
    plan = plan_town(random_town(seed, target=2))
    rows = plan.issues[plan.issues["rule"] == "SPLIT-1"]
    assert len(rows) == 1
    message = rows["message"].iloc[0]
    assert message.startswith(f"2 micro-grids were asked for, {len(plan.micro_grids)} were made")
    assert rows["severity"].iloc[0] == "error"


@few
@given(SEEDS)
def test_7_input_is_never_changed(seed):
    town = random_town(seed)
    before = copy.deepcopy(town)
    plan_town(town)
    for name in ("ground", "hierarchy", "roads", "objects", "people"):
        assert_frame_equal(getattr(town, name), getattr(before, name))


@few
@given(SEEDS)
def test_7_codes_are_text_and_never_used_twice(seed):
    plan = plan_town(random_town(seed))
    assert plan.grids.index.is_unique
    assert all(isinstance(code, str) and code.isdigit() for code in plan.grids.index)
    assert plan.grids.index.str.len().unique().tolist() == [9, 12, 15, 17]


def test_4_more_micro_grids_than_cadres_is_refused_with_numbers(small_town):
    rules = (small_town / "rules.toml").read_text(encoding="utf-8")
    (small_town / "rules.toml").write_text(
        rules + "\n[split]\ntarget = 15\nmin_area_ha_default = 0.1\n", encoding="utf-8"
    )
    with pytest.raises(Exception, match=r"14 cadres for 16 micro-grids"):
        make_plan(small_town)


def _crowded(town):
    people = town.people
    extra = pd.concat([people[people["role"] == "cadre"]] * 30)
    extra.index = pd.Index([f"X{number:05d}" for number in range(len(extra))], dtype="str")
    people = pd.concat([people, extra])
    people.index.name = "person_id"
    return type(town)(**{**vars(town), "people": people})
