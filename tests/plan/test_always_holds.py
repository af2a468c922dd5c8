"""The eight sentences of the design that always hold, over drawn and random towns."""

import copy
import hashlib
import os
import subprocess
import sys
import time
from functools import cache

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from project import ROOT
from random_town import random_town

from boundaries.export.geojson import Source, geojson_files
from gridmap.plan.plan import Plan
from gridmap.split.split import graph_of
from gridmap.store import load_plan, save_plan
from gridmap.workflow.workflow import make_plan, plan_town
from layers.contract.errors import UsageError

SEEDS = st.integers(0, 10_000)
few = settings(max_examples=3, deadline=None)
more = settings(max_examples=6, deadline=None)


@cache
def planned(seed: int) -> Plan:
    """Plan of a random town by its number, for tests that only look at it."""
    return plan_town(random_town(seed))


@more
@given(
    SEEDS,
    st.sampled_from(["absorb", "own", "leave"]),
    st.sampled_from([None, 60]),
    st.randoms(use_true_random=False),
)
def test_1_2_3_5_7_the_plan_of_any_town_holds_what_is_promised(seed, treatment, target, chance):
    """One plan, looked at from all sides: to make it is the costly part."""
    town = random_town(seed, treatment=treatment, target=target)
    before = copy.deepcopy(town)
    plan = plan_town(town)
    holds_5_rows_in_another_order_give_the_same_bytes(town, plan, chance)
    holds_1_micro_grids_tile_their_parents_and_every_metre_is_accounted_for(town, plan)
    holds_2_every_micro_grid_lies_in_one_grid_of_the_level_above(plan)
    holds_3_every_micro_grid_is_contiguous_by_the_rules_own_definition(town, plan)
    holds_7_input_is_never_changed(town, before)
    holds_7_codes_are_text_and_never_used_twice(plan)


def holds_5_rows_in_another_order_give_the_same_bytes(town, plan, chance):
    rows = list(range(len(town.ground)))
    chance.shuffle(rows)
    people = list(range(len(town.people)))
    chance.shuffle(people)
    mixed = type(town)(
        **{
            **vars(town),
            "ground": town.ground.iloc[rows].reset_index(drop=True),
            "people": town.people.iloc[people],
        }
    )
    again = plan_town(mixed)
    assert geojson(again) == geojson(plan)
    assert again.receipt == plan.receipt


def holds_1_micro_grids_tile_their_parents_and_every_metre_is_accounted_for(town, plan):
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
    if town.rules.residual.default != "leave":
        assert left.empty

    ledger = plan.ledger
    told = ledger["claimed_m2"] - ledger["outside_m2"] - ledger["overlap_m2"]
    told += ledger["unmapped_m2"] + ledger["received_m2"] - ledger["given_m2"]
    assert (told - ledger["patches_m2"]).abs().max() < 1e-9 * given_area.sum() * 1e3
    assert ledger["patches_m2"].sum() == pytest.approx(given_area.sum(), rel=1e-9)


def holds_2_every_micro_grid_lies_in_one_grid_of_the_level_above(plan):
    used = plan.patches[plan.patches["grid_code"] != ""]
    parents = used.groupby("grid_code")["parent_code"].nunique()
    assert (parents == 1).all()
    for code, grid in plan.micro_grids.iterrows():
        assert code.startswith(grid["parent_code"])
        parent = plan.grids.geometry[grid["parent_code"]]
        outside = grid.geometry.difference(parent).area
        assert outside <= 1e-6 * grid["area_m2"]


def holds_3_every_micro_grid_is_contiguous_by_the_rules_own_definition(town, plan):
    graph = graph_of(plan.patches, rules=town.rules)
    place = {code: number for number, code in enumerate(plan.micro_grids.index)}
    # Ground that is left has no micro-grid; every patch of it stands for itself.
    label = plan.patches["grid_code"].map(place).fillna(-1).to_numpy(dtype=np.int64)
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
    used = label >= 0
    parts = pd.Series(reached[used]).groupby(label[used]).nunique()
    assert parts.to_numpy().tolist() == plan.micro_grids["parts"].tolist()
    assert (parts == 1).all()


@few
@given(SEEDS, st.integers(1, 6), st.sampled_from(["absorb", "leave"]))
def test_1_2_base_and_exclusive_grids_tile_any_town_exactly(seed, sites, treatment):
    """Sites of units anywhere: over borders, over each other, beyond the town, with parts."""
    town = random_town(seed, sites=sites, treatment=treatment)
    before = copy.deepcopy(town)
    plan = plan_town(town)
    grids, patches = plan.grids, plan.patches
    drawn = grids[grids["spatial"]]
    assert grids.geometry[~grids["spatial"]].isna().all()
    assert shapely.coverage_is_valid(patches.geometry.to_numpy())
    for _, level in drawn.groupby("level"):
        assert shapely.coverage_is_valid(level.geometry.to_numpy())
    # What a grid holds itself and what its children hold is all of it, by areas and by the check.
    own = patches["area_m2"].groupby(patches["parent_code"]).sum()
    exclusive = drawn[drawn["kind"] == "exclusive"]
    held = own.add(exclusive["area_m2"].groupby(exclusive["parent_code"]).sum(), fill_value=0.0)
    whole = drawn.loc[held.index.intersection(drawn.index[drawn["level"] > 2]), "area_m2"]
    assert held[whole.index].to_dict() == pytest.approx(whole.to_dict(), rel=1e-9)
    assert patches["area_m2"].sum() == pytest.approx(3_000_000, rel=1e-9)
    rules = ("COV-0", "COV-1", "COV-2", "COV-3", "COV-4", "COV-5", "COV-7")
    broken = plan.issues[plan.issues["rule"].isin((*rules, "CODE-1", "CODE-2", "DATA-3"))]
    assert broken["message"].tolist() == []
    assert not plan.issues["rule"].str.startswith("TREE").any()
    # The ground of a unit is nobody's micro-grid, and no grid between it and its parent has any.
    units = patches["parent_code"].isin(exclusive.index)
    assert (patches["grid_code"] == patches["parent_code"])[units].all()
    assert set(patches.loc[~units, "grid_code"]) - {""} == set(plan.micro_grids.index)
    holds_7_input_is_never_changed(town, before)


def holds_7_input_is_never_changed(town, before):
    for name in ("ground", "hierarchy", "roads", "objects", "people"):
        assert_frame_equal(getattr(town, name), getattr(before, name))


def holds_7_codes_are_text_and_never_used_twice(plan):
    assert plan.grids.index.is_unique
    assert all(isinstance(code, str) and code.isdigit() for code in plan.grids.index)
    assert plan.grids.index.str.len().unique().tolist() == [9, 12, 15, 17]


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


def test_4_more_micro_grids_than_cadres_is_a_plan_that_names_who_is_missing(small_town):
    rules = (small_town / "rules.toml").read_text(encoding="utf-8")
    (small_town / "rules.toml").write_text(
        rules + "\n[split]\ntarget = 19\nmin_area_ha_default = 0.1\n", encoding="utf-8"
    )
    plan = make_plan(small_town)
    (said,) = plan.issues.loc[plan.issues["rule"] == "SPLIT-2", ["severity", "message"]].to_numpy()
    assert said[0] == "error"
    assert "18 cadres for 19 micro-grids: 1 has nobody" in said[1]
    filled = plan.assignments.loc[plan.assignments["status"] == "filled", "grid_code"]
    empty = plan.micro_grids.index.difference(filled)
    assert len(empty) == 1
    assert set(empty) <= set(plan.issues.loc[plan.issues["rule"] == "ASSIGN-2", "code"])


def _crowded(town):
    people = town.people
    extra = pd.concat([people[people["role"] == "cadre"]] * 6)
    extra.index = pd.Index([f"X{number:05d}" for number in range(len(extra))], dtype="str")
    people = pd.concat([people, extra])
    people.index.name = "person_id"
    return type(town)(**{**vars(town), "people": people})


def geojson(plan: Plan) -> bytes:
    town = plan.rules.town
    made = geojson_files(
        plan.grids,
        plan.patches,
        plan.assignments,
        plan.people,
        source=Source(code=town.code, name=town.name),
        with_patches=True,
    )
    return made.grids + made.patches


@pytest.mark.parametrize("seed", [1, 2])
def test_5_same_town_and_seed_give_the_same_bytes(seed):
    first, second = planned(seed), plan_town(random_town(seed))
    assert geojson(first) == geojson(second)
    assert first.receipt == second.receipt


def test_5_another_process_with_other_hashes_and_workers_gives_the_same_bytes():
    """Threads work on grids and streets side by side; what they find is put in order of place."""
    program = (
        "import sys, hashlib\n"
        "sys.path[:0] = ['.', 'tests', 'tests/support', 'tests/support/worlds', 'tests/plan']\n"
        "from random_town import random_town\n"
        "from test_always_holds import geojson\n"
        "from gridmap.workflow.workflow import plan_town\n"
        "print(hashlib.sha256(geojson(plan_town(random_town(3)))).hexdigest())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "1", "NUMBA_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    expected = hashlib.sha256(geojson(planned(3))).hexdigest()
    assert done.stdout.strip() == expected


def test_5_a_plan_carries_a_receipt_of_data_rules_code_and_seed(small_town):
    before = make_plan(small_town).receipt
    assert {"rules", "code", "seed", "data:landuse.gpkg", "data:roster.xlsx"} <= before.keys()
    rules = small_town / "rules.toml"
    rules.write_text(rules.read_text(encoding="utf-8") + "\n# a word\n", encoding="utf-8")
    after = make_plan(small_town).receipt
    changed = {key for key in before if before[key] != after[key]}
    assert changed == {"rules", "data:rules.toml", "checked"}


@pytest.mark.parametrize("delay", [0.05, 0.3])
def test_6_a_kill_while_saving_leaves_the_old_or_the_new_plan(tmp_path, delay):
    program = (
        "import sys\n"
        "from gridmap.store import load_plan, save_plan\n"
        "path, *others = sys.argv[1:]\n"
        "plans = [load_plan(other) for other in others]\n"
        "save_plan(plans[0], path)\n"
        "print('ready', flush=True)\n"
        "while True:\n"
        "    for plan in plans:\n"
        "        save_plan(plan, path, overwrite=True)\n"
    )
    path, others = tmp_path / "town.gridmap.gpkg", []
    for seed in (1, 2):
        others.append(tmp_path / f"other{seed}.gridmap.gpkg")
        save_plan(planned(seed), others[-1])
    with subprocess.Popen(
        [sys.executable, "-c", program, path, *others], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "ready\n"
        time.sleep(delay)  # any moment of the writing will do
        running.kill()
    found = load_plan(path)
    assert geojson(found) in [geojson(planned(seed)) for seed in (1, 2)]


def test_2_a_restored_plan_has_every_micro_grid_in_its_parent(tmp_path):
    plan = planned(4)
    save_plan(plan, tmp_path / "town.gridmap.gpkg")
    restored = load_plan(tmp_path / "town.gridmap.gpkg")
    assert geojson(restored) == geojson(plan)
    parents = restored.patches.groupby("grid_code")["parent_code"].agg(["nunique", "first"])
    assert (parents["nunique"] == 1).all()
    assert parents["first"].to_dict() == restored.micro_grids["parent_code"].to_dict()


def test_7_outputs_never_overwrite_without_being_told(tmp_path):
    plan, path = planned(4), tmp_path / "town.gridmap.gpkg"
    path.write_text("somebody's file")
    with pytest.raises(UsageError, match=r"exists already\. Give another name"):
        save_plan(plan, path)
    assert path.read_text() == "somebody's file"


def test_8_a_plan_its_map_and_its_boundaries_are_made_without_any_network():
    program = (
        "import sys, socket\n"
        "sys.path[:0] = ['.', 'tests', 'tests/support', 'tests/support/worlds', 'tests/plan']\n"
        "def refuse(*arguments, **options): raise OSError('the cable is out')\n"
        "socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse\n"
        "from random_town import random_town\n"
        "from test_always_holds import geojson\n"
        "from gridmap.maps import map_html\n"
        "from gridmap.workflow.workflow import plan_town\n"
        "plan = plan_town(random_town(6))\n"
        "print(len(geojson(plan)) > 0, len(map_html(plan)) > 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["True", "True"], done.stderr
