"""The command that tells what became of the boundaries between two plans."""

import json
from dataclasses import replace

import jsonschema
import pytest
from cli_runs import answer, run
from project import ROOT
from redraw_plan import E1, W1, W2, draw, move, pend

from boundaries.changes.delta import apply_delta
from boundaries.changes.features import read_state
from boundaries.changes.writing import read_delta
from gridmap.publications import publish_plan
from gridmap.publish import release
from gridmap.store import save_plan
from gridmap.store.plan_lock import change_plan
from gridmap.versions.boundaries import boundary_files
from gridmap.versions.delta import delta_of
from layers.contract.errors import PlanError

SCHEMA = json.loads((ROOT / "docs" / "delta.schema.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def states():
    old = draw()
    return old, pend(old, move(W1, "P20", "P21"))[-1].after


@pytest.fixture
def paths(states, tmp_path):
    found = [tmp_path / f"{name}.gridmap.gpkg" for name in ("old", "new")]
    for plan, path in zip(states, found, strict=True):
        save_plan(plan, path)
    return found


@pytest.mark.parametrize("public", [False, True])
def test_a_receiver_of_the_old_file_has_the_new_one(states, paths, tmp_path, public):
    target, table = tmp_path / "d.geojson", tmp_path / "d.csv"
    options = ["--public"] if public else []
    if public:
        assert run("delta", *paths, *options).exit_code == 2  # no licence
        options += ["--licence", "CC-BY-4.0"]
    told = answer("delta", *paths, "--geojson", target, "--csv", table, *options)
    files = [tmp_path / f"{name}.geojson" for name in ("old", "new")]
    for one, file in zip(states, files, strict=True):
        licence = "CC-BY-4.0" if public else ""
        file.write_bytes(boundary_files(release(one, public=public), licence=licence).grids)
    before, after = (read_state(file.read_bytes()) for file in files)
    found = apply_delta(before.features, read_delta(target.read_bytes()))
    assert found == after.features
    jsonschema.validate(json.loads(target.read_bytes()), SCHEMA)
    # Exactly: byte for byte the file that export writes of the new plan.
    made = tmp_path / "made.geojson"
    answer("delta", "apply", files[0], target, "--out", made)
    assert made.read_bytes() == files[1].read_bytes()
    again = run("delta", "apply", files[1], target, "--out", tmp_path / "x.geojson", "--lang", "en")
    assert again.exit_code == 1
    assert "another state" in " ".join(again.stderr.split())
    changes = {one["grid_code"]: one for one in told["changes"]}
    assert "ground" in changes[W1]["reasons"]
    assert changes[W1]["gained_from"] == [W2]
    assert changes[W1]["gained_m2"] == pytest.approx(20_000, abs=5)
    assert E1 not in changes
    assert told["counts"] == {"insert": 0, "update": len(changes), "delete": 0}
    assert table.read_text("utf-8-sig").count("\n") == len(changes) + 1


def test_it_is_told_in_words_and_refuses_to_replace_a_file(paths, tmp_path):
    shown = run("delta", *paths, "--lang", "zh").stdout
    assert "更新" in shown
    assert W1 in shown
    assert "范围" in shown
    same = run("delta", paths[0], paths[0], "--lang", "en")
    assert "The boundaries of the two plans are the same." in same.stdout
    assert same.stdout.count("source_classification") == 1  # asked once, not for each plan
    target = tmp_path / "d.json"
    assert run("delta", *paths, "--geojson", target).exit_code == 0
    assert run("delta", *paths, "--geojson", target).exit_code == 2
    assert run("delta", *paths, "--csv", target).exit_code == 2


def test_versions_are_named_by_number_and_words_that_make_no_sense_are_refused(paths, tmp_path):
    town, by = paths[0], {"who": "王五", "when": "2026-11-20T10:00:00", "why": "党委会通过"}
    publish_plan(town, first_day="2026-01-01", number="1", **by)
    change_plan(town, lambda plan: pend(plan, move(W1, "P20", "P21"))[-1].after)
    told = answer("delta", town, "--from-version", "1")
    assert told["versions"] == {"from": "1", "to": None}
    assert "ground" in {one["grid_code"]: one for one in told["changes"]}[W1]["reasons"]
    for words, said in (
        ([town], "--from-version"),
        ([*paths, town], "one or two plans"),
        ([*paths, "--out", tmp_path / "x.geojson"], "one or two plans"),
        (["apply", town], "'apply' needs"),
        (["apply", tmp_path / "none", town, "--out", tmp_path / "x.geojson"], "cannot be read"),
    ):
        result = run("delta", *words, "--lang", "en")
        assert result.exit_code == 2
        assert said in " ".join(result.stderr.split())


def test_who_else_is_on_a_post_is_not_told_but_that_it_is_another(states):
    plan = states[0]
    rows = plan.assignments.copy()
    row = rows.index[(rows["status"] == "filled") & (rows["grid_code"] == E1)][0]
    rows.loc[row, "person_id"] = "someone"
    other = plan.with_tables(assignments=rows)
    (change,) = delta_of(release(plan), release(other)).changes
    assert (change.code, change.reasons, change.attributes) == (E1, ("people",), ())
    shown = [release(one, public=True) for one in (plan, other)]
    assert delta_of(*shown, licence="CC-BY-4.0").changes == ()


def test_plans_of_two_towns_are_refused(states):
    plan = states[0]
    other = plan.with_tables(patches=plan.patches.set_geometry(plan.patches.translate(5_000)))
    town = plan.rules.town.model_copy(update={"code": "U", "name": "大镇"})
    other = replace(other, rules=plan.rules.model_copy(update={"town": town}))
    with pytest.raises(PlanError, match="different towns"):
        delta_of(plan, other)


def test_versions_differ_for_every_grid_and_only_so(states):
    plan = states[0]
    town = plan.rules.town.model_copy(update={"version": "2027"})
    other = replace(
        plan.with_tables(grids=plan.grids.assign(version="2027")),
        rules=plan.rules.model_copy(update={"town": town}),
    )
    found = delta_of(plan, other)
    assert {one.reasons for one in found.changes} == {("version",)}
    assert len(found.changes) == len(plan.grids)
    assert json.loads(json.dumps(found.new_head))["version"] == "2027"
