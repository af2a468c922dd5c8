"""Pending changes on the disk: what is kept comes back, once, to its planner alone.

The plan is the drawn one of `redraw_plan`: W1 holds P00 to P12, W2 P20 to P32, E1 P40 to P52.
"""

import json
import os
from dataclasses import replace

import pytest
import redraw_plan
from redraw_plan import BY, E1, W1, W2, ZHAO, code_of, move, pend

from gridmap import edits
from gridmap.access.sidecar import is_draft, is_private
from gridmap.edits.kept import (
    keep_pending,
    new_place,
    places_of,
    read_kept,
    restore,
    was_accepted,
)
from gridmap.edits.moves.edit_text import edit_of, edit_values
from layers.contract.errors import LayerFileError, PlanError


@pytest.fixture
def place(tmp_path):
    return new_place(tmp_path / "t.gridmap.gpkg", "li")


def every_edit(plan):
    line = redraw_plan.line((1.0, -0.2), (1.0, 3.2))
    return [
        edits.with_moves(edits.move_patches(plan, ["P20"], W1, within="TVW"), {"P21": W1}),
        edits.split_grid(plan, W1, line, cut=True),
        edits.divide_grid(plan, W2, 2, seed=3),
        edits.merge_grids(plan, [W1, W2], into=W2),
        edits.cut_patch(plan, "P41", redraw_plan.line((4, 1.5), (5, 1.5))),
        edits.close_grid(plan, "X"),
        edits.lock_grids(plan, [E1]),
        edits.unlock_grids(plan, [E1]),
        replace(edits.move_patches(plan, ["P20"], W1), about="c1", why="批注"),
    ]


def test_every_edit_comes_back_as_it_was():
    for edit in every_edit(redraw_plan.draw()):
        assert edit_of(json.loads(json.dumps(edit_values(edit)))) == edit


@pytest.mark.parametrize(
    "damage",
    [
        {"kind": "explode"},
        {"patches": "P20"},
        {"patches": [1], "targets": ["x"]},
        {"targets": []},
        {"line": [[0, 0]]},
        {"line": [[0, 0], [float("nan"), 1]]},
        {"line": [[0, 0], ["1", "2"]]},
        {"line": [[0, 0], [1]]},
        {"parts": "2"},
        {"also": [["P20"]]},
        {"state": None},
        {"more": 1},
    ],
)
def test_what_is_no_edit_is_refused(damage):
    edit = edit_values(edits.move_patches(redraw_plan.draw(), ["P20"], W1))
    with pytest.raises(ValueError, match=r"."):
        edit_of(edit | damage)


def test_a_list_comes_back_with_its_new_grids_and_what_was_taken_back(place):
    plan = redraw_plan.draw()
    pending = pend(plan, move(edits.NEW, "P20", "P21"), move("TVW03", "P22"))
    dropped = (edits.move_patches(plan, ["P40"], edits.NEW),)

    keep_pending(place, "li", plan, pending, dropped)

    assert is_private(place)
    assert is_draft(place)
    kept = read_kept(place, "li")
    assert kept.dropped == dropped
    again, lost = restore(plan, kept)
    assert (code_of(again[-1].after, "P20", "P22"), lost) == (["TVW03", "TVW03"], ())
    assert [one.edit.kind for one in again] == ["move", "move"]


def test_an_empty_list_leaves_no_file_and_nobody_sees_the_list_of_another(tmp_path):
    plan, path = redraw_plan.draw(), tmp_path / "t.gridmap.gpkg"
    for who in ("li", "wang", "", "li"):
        keep_pending(new_place(path, who), who, plan, pend(plan, move(W1, "P20")))
    (tmp_path / "t.gridmap.pending-local-12345678.aside-1").write_text("")
    (tmp_path / "tt.gridmap.pending-local-12345678").write_text("")
    assert [len(places_of(path, who)) for who in ("li", "wang", "", "zhao")] == [2, 1, 1, 0]
    newest, oldest = places_of(path, "li")
    os.utime(oldest)
    assert places_of(path, "li") == [oldest, newest]
    for _ in range(2):
        keep_pending(oldest, "li", plan, ())
    assert (places_of(path, "li"), read_kept(oldest, "li")) == ([newest], None)
    assert read_kept(newest, "li").edits[0][0].patches == ("P20",)
    assert places_of(tmp_path / "nowhere" / "t.gridmap.gpkg", "li") == []


def test_a_list_goes_on_where_others_changed_other_ground_and_waits_where_they_changed_its_own(
    place,
):
    plan = redraw_plan.draw()
    keep_pending(place, "li", plan, pend(plan, move("+1", "P40"), move("TVE02", "P41")))
    kept = read_kept(place, "li")
    elsewhere = edits.apply(plan, edits.move_patches(plan, ["P20"], W1), **ZHAO, check=False)
    moved, lost = restore(elsewhere, kept)
    assert (code_of(moved[-1].after, "P20", "P41"), lost) == ([W1, "TVE02"], ())
    here = edits.apply(plan, edits.move_patches(plan, ["P41"], edits.NEW), **ZHAO, check=False)
    with pytest.raises(PlanError, match=r"changed meanwhile.*赵六"):
        restore(here, kept)
    moved, lost = restore(here, kept, part=True)
    assert [one.edit.patches for one in moved] == [("P40",), ("P41",)]
    anew = plan.with_tables(
        patches=plan.patches.assign(grid_code=plan.patches["grid_code"].replace({E1: "TVE09"}))
    )
    with pytest.raises(PlanError, match="made anew"):
        restore(anew, kept)


def test_what_the_log_has_already_does_not_come_back(place):
    plan = redraw_plan.draw()
    pending = pend(plan, move(W1, "P20"))
    by = {"who": "王五", "when": "2026-11-20T10:00:00"}
    keep_pending(place, "li", plan, pending, accepting=(by["when"], by["who"]))
    kept = read_kept(place, "li")
    assert not was_accepted(plan, kept)  # the machine stopped before the plan was written
    accepted = edits.accept_pending(plan, plan, pending, **by)
    assert was_accepted(accepted, kept)
    assert not was_accepted(accepted, replace(kept, accepting=("", "")))
    other = edits.accept_pending(plan, plan, pending, who="赵六", when=by["when"])
    assert not was_accepted(other, kept)


@pytest.mark.parametrize(
    "text", ["", "{", "[" * 50_000, "null", '{"format": 2}', '{"format": 1, "account": "li"}']
)
def test_a_damaged_list_is_put_aside_and_named(place, text):
    plan = redraw_plan.draw()
    keep_pending(place, "li", plan, pend(plan, move(W1, "P20")))
    for round_ in (1, 2):
        place.write_text(text)
        with pytest.raises(PlanError, match=rf"put aside as '{place.name}\.aside-{round_}'"):
            read_kept(place, "li")
        assert read_kept(place, "li") is None
    assert place.with_name(f"{place.name}.aside-1").read_text() == text


def test_the_list_of_another_account_under_this_name_is_foreign(place):
    plan = redraw_plan.draw()
    keep_pending(place, "wang", plan, pend(plan, move(W1, "P20")))
    with pytest.raises(PlanError, match="somebody else"):
        read_kept(place, "li")


def test_a_list_that_cannot_be_read_or_removed_says_so(place):
    plan = redraw_plan.draw()
    place.mkdir()
    with pytest.raises(LayerFileError, match="Cannot read the pending changes"):
        read_kept(place, "li")
    with pytest.raises(LayerFileError, match="Cannot remove"):
        keep_pending(place, "li", plan, ())
    with pytest.raises(LayerFileError, match="is a folder"):
        keep_pending(place, "li", plan, pend(plan, move(W1, "P20")))


def test_the_own_reason_of_an_edit_goes_before_the_common_one():
    plan = redraw_plan.draw()
    asked = replace(edits.move_patches(plan, ["P20"], W1), why="批注：河东", about="c1")
    pending = edits.add_pending(plan, (), asked)
    pending = edits.add_pending(
        plan, pending, edits.move_patches(pending[-1].after, ["P50"], edits.NEW)
    )
    log = edits.accept_pending(plan, plan, pending, **BY).edits
    assert log["why"].tolist() == ["批注：河东；试", "试"]
