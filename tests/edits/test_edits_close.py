"""Closing an exclusive grid: its ground goes back, with lineage, and every other edit leaves it."""

from functools import cache

import pytest
import shapely
from cli_runs import answer, run
from pandas.testing import assert_frame_equal
from random_town import random_town

from boundaries.export.geojson import Source, geojson_files
from gridmap import edits
from gridmap.store import load_plan, save_plan
from gridmap.workflow.workflow import plan_town
from layers.contract.errors import PlanError

BY = {"who": "李", "when": "2026-03-01T09:00:00", "why": "单位迁出"}


def geojson(plan):
    tables = (plan.grids, plan.patches, plan.assignments, plan.people)
    return geojson_files(*tables, source=Source(code="1", name="镇"), with_patches=True)


@cache
def planned(seed=0):
    """Seed 0: five units, two of them with a part that has ground and one that has none."""
    return plan_town(random_town(seed, sites=4))


def units(plan):
    exclusive = plan.grids[plan.grids["kind"] == "exclusive"]
    return exclusive[~exclusive["parent_code"].isin(exclusive.index)]


def nested(plan):
    """A unit with parts: its code, and those of the part with ground and of the other."""
    grids = plan.grids
    unit = next(code for code in units(plan).index if (grids["parent_code"] == code).any())
    parts = grids[grids["parent_code"] == unit]
    return unit, parts.index[parts["spatial"]][0], parts.index[~parts["spatial"]][0]


def faults(plan):
    rows = plan.issues[plan.issues["severity"] == "error"]
    return rows[~rows["rule"].str.startswith(("SITE", "ASSIGN"))]["message"].tolist()


@pytest.mark.parametrize("seed", [0, 1])
def test_all_ground_goes_back_and_undo_brings_every_unit_back_to_the_byte(seed, tmp_path):
    """Seed 1 has a unit across two villages: its ground goes to the grids of both."""
    plan = now = planned(seed)
    for code in units(plan).index:
        edit = edits.close_grid(now, code)
        seen = edits.preview(now, edit)
        now = edits.apply(now, edit, **BY, check=code == units(plan).index[-1])
        assert code in seen.retired
        came = edits.lineage(now)["edit_id"]
        assert set(seen.created) == set(came.index[came == now.edits.index[-1]])
    assert set(now.grids["kind"]) == {"base", "micro"}
    assert faults(now) == faults(plan) == []
    for _, level in now.grids.groupby("level"):
        assert shapely.coverage_is_valid(level.geometry.to_numpy())
    assert now.patches["area_m2"].sum() == pytest.approx(plan.patches["area_m2"].sum(), rel=1e-12)
    # Nobody is left on a post that is gone, and its code is never given again.
    assert set(now.posts["grid_code"]) <= set(now.grids.index)
    assert not set(units(plan).index) & set(now.grids.index)
    codes = ";".join(edits.lineage(now)["supersedes"]).split(";")
    assert set(units(plan).index) <= set(codes)
    path = tmp_path / "town.gridmap.gpkg"
    save_plan(now, path)
    back = load_plan(path)
    for left in reversed(range(len(now.edits))):
        back = edits.undo(back, **BY, check=left == 0)
    assert geojson(back) == geojson(plan)
    assert_frame_equal(back.posts, plan.posts)
    assert geojson(edits.redo(back, **BY)) == geojson(
        edits.apply(plan, edits.close_grid(plan, units(plan).index[0]), **BY)
    )


def test_ground_across_two_villages_goes_to_the_grid_it_borders_most_on():
    plan = planned(1)
    town = plan.grids.index[plan.grids["level"] == 1][0]
    unit = next(code for code, up in units(plan)["parent_code"].items() if up == town)
    now = edits.apply(plan, edits.close_grid(plan, unit), **BY, check=False)
    own = plan.patches.index[plan.patches["parent_code"] == unit]
    homes = now.patches.loc[own, "parent_code"]
    assert len({home[:12] for home in homes}) == 2
    grown = now.grids["area_m2"] - plan.grids["area_m2"]
    villages = plan.grids.index[(plan.grids["level"] == 2) & (plan.grids["kind"] == "base")]
    assert grown[villages].sum() == pytest.approx(plan.grids.at[unit, "area_m2"], rel=1e-9)


def test_a_part_gives_its_ground_back_to_its_unit_and_one_without_ground_just_goes():
    plan = planned()
    unit, spatial, bare = nested(plan)
    now = edits.apply(plan, edits.close_grid(plan, spatial), **BY)
    own = plan.patches.index[plan.patches["parent_code"] == spatial]
    assert set(now.patches.loc[own, "grid_code"]) == {unit}
    assert spatial not in now.grids.index
    assert now.grids.at[unit, "area_m2"] == plan.grids.at[unit, "area_m2"]
    assert now.grids.at[unit, "headcount"] == plan.grids.at[unit, "headcount"]
    last = edits.apply(now, edits.close_grid(now, bare), **BY)
    assert bare not in last.grids.index
    assert last.patches.equals(now.patches)
    assert faults(last) == []
    assert geojson(edits.undo(edits.undo(last, **BY), **BY)) == geojson(plan)


def test_no_edit_moves_ground_across_the_border_of_a_unit():
    plan = planned()
    unit = units(plan).index[0]
    inside = plan.patches.index[plan.patches["grid_code"] == unit][0]
    beside = plan.micro_grids.index[0]
    other = plan.patches.index[plan.patches["grid_code"] == beside][0]
    refused = [
        edits.move_patches(plan, [inside], beside),
        edits.move_patches(plan, [other], unit),
        edits.move_patches(plan, [inside], edits.NEW),
        edits.merge_grids(plan, [unit, beside]),
        edits.divide_grid(plan, unit, 2),
        edits.lock_grids(plan, [unit]),
    ]
    for edit in refused:
        with pytest.raises(PlanError, match="is an exclusive grid: its ground is the site") as told:
            edits.preview(plan, edit)
        assert "专属网格" in told.value.zh
    with pytest.raises(PlanError, match="no exclusive grid"):
        edits.preview(plan, edits.close_grid(plan, beside))


def test_the_command_closes_a_grid_and_says_what_became_of_it(tmp_path):
    path, new = tmp_path / "a.gridmap.gpkg", tmp_path / "b.gridmap.gpkg"
    save_plan(planned(), path)
    unit = units(planned()).index[0]
    told = answer("close", path, unit, "--who", "李", "--why", "迁出", "--out", new)
    after = load_plan(new)
    assert told["created"] == edits.lineage(after).index.tolist()
    assert (after.edits["kind"].tolist(), after.edits["why"].tolist()) == (["close"], ["迁出"])
    assert run("close", path, "nobody", "--who", "李", "--out", new, "--overwrite").exit_code == 1
