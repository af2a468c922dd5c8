"""What always holds, over random edits, undos and redos on random towns."""

from functools import cache
from itertools import pairwise

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from random_town import random_town
from redraw_plan import BY
from shapely import LineString

from boundaries.export.geojson import Source, geojson_files
from boundaries.tiling.build import kind_of
from gridmap import edits
from gridmap.edits.moves.log import issued_codes, issued_patches, read_history, words_of
from gridmap.split.micro_category import category_of
from gridmap.split.split import graph_of
from gridmap.workflow.workflow import plan_town, recheck
from layers.contract.errors import PlanError

TABLES = ("patches", "grids", "people", "posts", "assignments", "issues", "ledger", "versions")
SHARE = st.floats(0.0, 1.0)
KINDS = (
    *("move", "new", "split", "cutsplit", "divide", "merge", "cut", "lock", "unlock", "offer"),
    *("undo", "undo", "redo"),
)
STEP = st.tuples(st.sampled_from(KINDS), SHARE, SHARE, SHARE, SHARE)
walks = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@cache
def made(seed):
    return plan_town(random_town(seed, treatment=("absorb", "own", "leave")[seed % 3]))


def wished(plan, kind, a, b, c, d):
    """Make an edit from four numbers; many are refused, which is as well."""
    micro, patches = plan.micro_grids, plan.patches
    grid = micro.index[int(a * (len(micro) - 1))]
    siblings = micro.index[micro["parent_code"] == micro.at[grid, "parent_code"]]
    other = siblings[int(b * (len(siblings) - 1))]
    own = patches.index[patches["grid_code"] == grid]
    some = own[int(c * (len(own) - 1)) :][: 1 + int(3 * d)]
    west, south, east, north = micro.geometry[grid].bounds
    line = LineString(
        [(west + b * (east - west), south - 1), (west + c * (east - west) + 0.3, north + 1)]
    )
    return {
        "move": lambda: edits.move_patches(plan, some, other),
        "offer": lambda: edits.move_patches(plan, some, other),
        "new": lambda: edits.move_patches(plan, some, edits.NEW),
        "split": lambda: edits.split_grid(plan, grid, line),
        "cutsplit": lambda: edits.split_grid(plan, grid, line, cut=True),
        "divide": lambda: edits.divide_grid(plan, grid, 2 + int(2 * d)),
        "merge": lambda: edits.merge_grids(plan, {grid, other}),
        "cut": lambda: edits.cut_patch(plan, some[0], line),
        "lock": lambda: edits.lock_grids(plan, [grid]),
        "unlock": lambda: edits.unlock_grids(plan, edits.locked_grids(plan)),
    }[kind]()


def step(plan, kind, *numbers):
    if kind == "undo":
        return edits.undo(plan, **BY, check=False)
    if kind == "redo":
        return edits.redo(plan, **BY, check=False)
    edit = wished(plan, kind, *numbers)
    after = applied(plan, edit)
    if kind != "offer":
        return after
    offers = edits.preview(plan, edit).offers
    for offer in offers:
        assert edits.preview(plan, offer.edit, offers=False).is_sound
    return edits.apply(plan, offers[-1].edit, **BY, check=False) if offers else after


def applied(plan, edit):
    """Give the plan after an edit, of which a preview begins with what the plan before it says,
    and tells every new category and name."""
    seen, after = (
        edits.preview(plan, edit, offers=False),
        edits.apply(plan, edit, **BY, check=False),
    )
    before, then = plan.micro_grids, after.micro_grids
    assert (seen.before["category"] == before["category"][seen.before.index]).all()
    assert (seen.after["category"] == then["category"][seen.after.index]).all()
    both = before.index.intersection(then.index)
    assert (seen.after["subclass"] == then["subclass"][seen.after.index]).all()
    columns = ["category", "subclass", "name"]
    other = both[(before.loc[both, columns] != then.loc[both, columns]).any(axis=1)]
    was, will = kind_of(before), kind_of(then)
    assert {kind.code: (kind.before, kind.after, kind.new_name.zh) for kind in seen.new_kinds} == {
        code: (was[code], will[code], then.at[code, "name"]) for code in other
    }
    return after


def walk(plan, steps):
    """Go as far as the rules allow; give every state on the way."""
    states = [plan]
    for kind, *numbers in steps:
        try:
            states.append(step(states[-1], kind, *numbers))
        except PlanError:
            continue
    return states


def assert_sound(plan, first):
    patches, micro = plan.patches, plan.micro_grids
    assert patches.index.is_unique
    assert plan.grids.index.is_unique
    assert shapely.coverage_is_valid(patches.geometry.to_numpy())
    for _, level in plan.grids.groupby("level"):
        assert shapely.coverage_is_valid(level.geometry.to_numpy())
    area = patches["area_m2"].groupby(patches["parent_code"]).sum()
    before = first.patches["area_m2"].groupby(first.patches["parent_code"]).sum()
    assert area.to_dict() == pytest.approx(before.to_dict(), rel=1e-9)
    held = patches[patches["grid_code"] != ""]
    assert set(held["grid_code"]) == set(micro.index)
    parents = held.groupby("grid_code")["parent_code"].agg(["nunique", "first"])
    assert (parents["nunique"] == 1).all()
    assert parents["first"].to_dict() == micro["parent_code"].to_dict()
    kinds = category_of(held, held["grid_code"], rules=plan.rules).groupby(held["grid_code"])
    assert kinds.first().to_dict() == micro["category"].to_dict()
    graph = graph_of(patches, rules=plan.rules)
    assert plan.ledger["patches_m2"].sum() == pytest.approx(first.ledger["patches_m2"].sum())
    label = patches["grid_code"].to_numpy()
    inside = graph.edges[label[graph.edges[:, 0]] == label[graph.edges[:, 1]]]
    beside = {row: [] for row in range(len(patches))}
    for one, two in inside.tolist():
        beside[one].append(two)
        beside[two].append(one)
    parts, seen = dict.fromkeys(micro.index, 0), set()
    for row in range(len(patches)):
        if row in seen or label[row] == "":
            continue
        parts[label[row]] += 1
        waiting = [row]
        while waiting:
            here = waiting.pop()
            if here not in seen:
                seen.add(here)
                waiting.extend(beside[here])
    assert parts == micro["parts"].to_dict()
    load = held["load_h"].groupby(held["grid_code"]).sum()
    assert load.to_dict() == pytest.approx(micro["load_h"].to_dict())
    people = plan.assignments["person_id"]
    assert sorted(people[people != ""]) == sorted(plan.people.index)
    on_posts = plan.assignments["post_id"]
    assert sorted(on_posts[on_posts != ""]) == sorted(plan.posts.index)
    assert set(plan.posts["grid_code"]) == set(plan.grids.index)


def geojson(plan):
    town = plan.rules.town
    source = Source(code=town.code, name=town.name)
    return geojson_files(
        plan.grids, plan.patches, plan.assignments, plan.people, source=source, with_patches=True
    )


@walks
@given(st.integers(0, 5), st.lists(STEP, min_size=1, max_size=8))
def test_every_walk_keeps_what_is_promised(seed, steps):
    """One walk, looked at from all sides: to go it is the costly part."""
    states = walk(made(seed), steps)
    holds_every_state_on_the_way_is_sound(states)
    holds_codes_and_patch_ids_never_mean_other_ground(states)
    holds_the_log_replays_to_the_labels_of_the_plan(states[0], states[-1])
    holds_undoing_everything_gives_the_first_plan_to_the_byte(states[0], states[-1])


def holds_every_state_on_the_way_is_sound(states):
    for state in states:
        assert_sound(state, states[0])


def holds_undoing_everything_gives_the_first_plan_to_the_byte(first, last):
    plan = last
    while read_history(edits.edit_log(plan)).done:
        plan = edits.undo(plan, **BY, check=False)
    plan = recheck(plan)
    for name in TABLES:
        assert_frame_equal(getattr(plan, name), getattr(first, name))
    assert geojson(plan) == geojson(first)
    assert edits.state_id(plan).partition(":")[2] == edits.state_id(first).partition(":")[2]
    # And forward again, as far as there is something to do again.
    count = len(read_history(edits.edit_log(last)).done)
    for _ in range(count):
        plan = edits.redo(plan, **BY, check=False)
    for name in ("patches", "grids", "posts", "assignments", "ledger"):
        assert_frame_equal(getattr(plan, name), getattr(last, name))


def holds_codes_and_patch_ids_never_mean_other_ground(states):
    codes, ids = issued_codes(states[0]), issued_patches(states[0])
    for before, after in pairwise(states):
        entry = after.edits.iloc[-1]
        if entry["kind"] not in ("undo", "redo"):
            assert codes.isdisjoint(words_of(entry["created"]))
            new = set(after.patches.index) - set(before.patches.index)
            assert ids.isdisjoint(new)
        codes |= issued_codes(after)
        ids |= issued_patches(after)
        assert set(after.patches.index) <= ids
        assert set(after.micro_grids.index) <= codes


def holds_the_log_replays_to_the_labels_of_the_plan(first, last):
    label = first.patches["grid_code"].to_dict()
    for _, row in edits.edit_log(last).iterrows():
        moves = zip(
            words_of(row["patches"]),
            words_of(row["from_codes"]),
            words_of(row["to_codes"]),
            strict=True,
        )
        for patch, was, to in moves:
            assert label.get(patch, was) == was
            label[patch] = to
    for patch, code in last.patches["grid_code"].items():
        # A piece that never changed hands has the label of the patch it was cut from.
        known = patch
        while known not in label:
            known = known.rpartition("-")[0]
        assert label[known] == code
