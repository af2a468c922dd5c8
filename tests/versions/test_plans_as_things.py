"""Plans as things: who a plan is, naming, copies, drafts, freezing, and the tree of them."""

import os
import shutil
from dataclasses import replace
from datetime import date, datetime

import pytest
from pandas.testing import assert_frame_equal
from redraw_plan import BY, W2, draw, move, pend
from saved_plans import put_plan

from gridmap import edits
from gridmap.access.audit import audit_events
from gridmap.access.scope import town_at
from gridmap.access.sidecar import is_private
from gridmap.edits.kept import keep_pending, new_place, places_of, read_kept, restore
from gridmap.edits.replay import plan_at
from gridmap.plan.identity import FrozenPlanError, identity_of
from gridmap.publish.answering import answered
from gridmap.publish.public_plan import public_plan
from gridmap.remarks.comments import answer, close, comments, pin
from gridmap.store import load_plan, save_plan
from gridmap.store.glance import glance, stem_of
from gridmap.store.plan_lock import change_plan
from gridmap.versions import (
    branch_plan,
    duplicate_plan,
    freeze_plan,
    name_plan,
    plan_tree,
    thaw_plan,
)
from gridmap.versions.places import free_place
from layers.contract.errors import LayerFileError, UsageError

WHO = {"who": "王五", "when": "2026-11-20T10:00:00"}
TODAY = date(2026, 11, 21)
TITLE = "二〇二六年 <b>定稿</b> & “*试*” ../../x"


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "out"
    made.mkdir()
    return made


@pytest.fixture
def path(folder):
    place = folder / "t.gridmap.gpkg"
    put_plan(draw, place)
    return place


def moved(plan):
    return edits.apply(plan, edits.move_patches(plan, ["P11", "P12"], W2), **BY)


def tree_of(folder):
    return [(node.depth, node.glance.name, node.state) for node in plan_tree(folder, today=TODAY)]


def test_an_old_plan_has_an_id_without_being_changed_and_keeps_it_whatever_is_done(folder, path):
    before = path.read_bytes(), path.stat().st_mtime_ns
    own = identity_of(load_plan(path)).plan_id
    assert [node.identity.plan_id for node in plan_tree(folder, today=TODAY)] == [own]
    assert own.startswith("P")
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert sorted(os.listdir(folder)) == ["t.gridmap.gpkg"]
    change_plan(path, moved)
    assert glance(path).identity.plan_id == own
    change_plan(path, lambda now: now.with_tables(receipt=now.receipt | {"rules": "other"}))
    assert glance(path).identity.plan_id == own
    change_plan(path, lambda now: answered(now, source="internal"))
    assert glance(path).identity.plan_id == own


def test_a_glance_counts_what_the_plan_says(path):
    change_plan(path, moved)
    plan, seen = load_plan(path), glance(path)
    assert seen.micro_grids == len(plan.micro_grids) == 3
    assert seen.vacant == (plan.assignments["status"] == "vacant").sum()
    most = plan.rules.capacity.officer_hours * plan.rules.capacity.officers_max
    assert seen.over_capacity == (plan.micro_grids["load_h"] > most).sum()
    assert (seen.steps, seen.changed_by, seen.changed_at) == (1, BY["who"], BY["when"])
    assert (seen.town, seen.valid_from) == ("小镇", "2026-01-01")
    broken = path.with_name("broken.gridmap.gpkg")
    broken.write_bytes(b"no plan")
    assert "verify" in glance(broken).fault.en


def test_a_title_goes_with_the_file_and_changes_nothing_else(folder, path):
    name_plan(path, f"  {TITLE} ", folder=folder, who="王五")
    found = load_plan(path)
    assert glance(path).name == TITLE
    assert_frame_equal(found.patches, draw().patches)
    assert edits.state_id(found) == edits.state_id(draw())
    elsewhere = folder / "sub" / "别名.gridmap.gpkg"
    elsewhere.parent.mkdir()
    path.rename(elsewhere)
    assert tree_of(folder) == [(0, TITLE, "draft")]
    name_plan(elsewhere, "", folder=folder, who="王五")
    assert tree_of(folder) == [(0, "别名", "draft")]
    events = [(one["event"], one["file"], one.get("name")) for one in audit_events(folder)]
    assert events[::-1] == [
        ("plan-named", "t.gridmap.gpkg", TITLE),
        ("plan-named", "sub/别名.gridmap.gpkg", None),
    ]


@pytest.mark.parametrize("title", ["字" * 61, "a\nb", "a\x00b", "\u202eabc"])
def test_a_title_that_is_none_is_refused(folder, path, title):
    before = path.read_bytes()
    with pytest.raises(UsageError):
        name_plan(path, title, folder=folder, who="王五")
    assert path.read_bytes() == before


def test_a_draft_remembers_its_parent_wherever_both_are_moved(folder, path):
    name_plan(path, "现行", folder=folder, who="王五")
    draft = branch_plan(path, folder=folder, **WHO)
    assert draft.name == "t-2.gridmap.gpkg"
    mine, parent = glance(draft).identity, glance(path).identity
    assert (mine.parent_id, mine.origin, mine.made_by) == (parent.plan_id, "branch", "王五")
    assert mine.parent_state == edits.state_id(load_plan(path))
    assert mine.plan_id != parent.plan_id
    copy = duplicate_plan(draft, folder=folder, title="丙", **WHO)
    change_plan(draft, moved)
    draft.rename(folder / "a.gridmap.gpkg")
    path.rename(folder / "z.gridmap.gpkg")
    assert tree_of(folder) == [
        (0, "现行", "draft"),
        (1, "现行（草稿）", "draft"),
        (2, "丙", "draft"),
    ]
    (folder / "a.gridmap.gpkg").unlink()
    assert tree_of(folder) == [
        (0, "现行", "draft"),
        (0, "现行（草稿）", "missing"),
        (1, "丙", "draft"),
    ]
    assert load_plan(copy).edits.empty


def test_a_copy_has_comments_and_pending_changes_and_a_draft_the_open_comments(folder, path):
    plan, when = load_plan(path), datetime(2026, 11, 20, 10)
    one, other = (
        pin(path, lon=113.9, lat=34.7, text=text, by="李四", when=when) for text in "甲乙"
    )
    answer(path, one, "已核实", by="王五", when=when)
    close(path, other, by="王五", when=when)
    lists = {"li": pend(plan, move(W2, "P11")), "": pend(plan, move(W2, "P12"))}
    for account, pending in lists.items():
        keep_pending(new_place(path, account), account, plan, pending)
    (damaged,) = places_of(path, "")
    damaged.with_name(f"{damaged.name}.aside-1").write_text("damaged")

    copy = duplicate_plan(path, folder=folder, **WHO)
    assert comments(copy) == comments(path)
    assert len(comments(copy)) == 2
    for account, pending in lists.items():
        (place,) = places_of(copy, account)
        kept = read_kept(place, account)
        back, lost = restore(load_plan(copy), kept)
        assert ([one.edit for one in back], lost) == ([one.edit for one in pending], ())
        assert is_private(place)
    draft = branch_plan(path, folder=folder, **WHO)
    assert comments(draft) == [found for found in comments(path) if found.is_open]
    assert [found.id for found in comments(draft)] == [one]
    assert {place.name.partition("-")[0] for place in folder.glob("t-3.*")} == {"t"}
    assert not places_of(draft, "li")
    close(draft, one, by="王五", when=when)  # each goes its own way
    assert comments(path)[0].is_open


@pytest.mark.parametrize("listed", [False, True])
def test_a_copy_never_becomes_the_plan_of_another_town_of_the_city(tmp_path, listed):
    plans, data = tmp_path / "plans", tmp_path / ("data" if listed else "towns")
    towns = ("zhen", "zhen-2", "zhen-4", "zhen-2-2")
    for town in towns:
        (data / town).mkdir(parents=True)
    more = "".join(f'[[towns]]\nfolder = "data/{town}"\n' for town in towns if listed)
    settings = f'[city]\ncode = "1"\nname = "市"\n{more}'
    (tmp_path / "city.toml").write_text(settings, encoding="utf-8")
    plans.mkdir()
    (plans / "zhen.gridmap.gpkg").touch()

    def place_for(name):
        place = free_place(plans / f"{name}.gridmap.gpkg")
        place.touch()
        return stem_of(place), town_at(place, plans).folder

    assert place_for("zhen") == ("zhen-3", "zhen")
    assert place_for("zhen") == ("zhen-5", "zhen")
    assert place_for("zhen-2") == ("zhen-2", "zhen-2")  # brought back to where it lay
    assert place_for("zhen-2") == ("zhen-2-3", "zhen-2")


def test_a_copy_that_cannot_have_all_that_goes_along_is_not_made(folder, path):
    pin(path, lon=113.9, lat=34.7, text="甲", by="李四", when=datetime(2026, 11, 20, 10))
    place = new_place(path, "li")
    place.mkdir()  # no list can be read there
    with pytest.raises(LayerFileError, match="pending changes"):
        duplicate_plan(path, folder=folder, **WHO)
    assert [one.name for one in folder.glob("t-*") if not one.name.endswith(".lock")] == []
    place.rmdir()
    assert duplicate_plan(path, folder=folder, **WHO).name == "t-2.gridmap.gpkg"


def test_a_draft_of_an_earlier_step_is_the_plan_as_it_was(folder, path):
    change_plan(path, moved)
    draft = branch_plan(path, folder=folder, step=0, **WHO)
    assert_frame_equal(load_plan(draft).patches, draw().patches)
    assert_frame_equal(load_plan(draft).grids, plan_at(load_plan(path), 0).grids)
    assert glance(draft).identity.parent_state.startswith("0:")
    assert glance(draft).steps == 0
    assert glance(path).steps == 1


def test_a_file_copied_by_hand_is_shown_beside_the_other_and_children_stay_where_they_are(
    folder, path
):
    branch_plan(path, folder=folder, **WHO)
    shutil.copy(path, folder / "zz.gridmap.gpkg")
    nodes = plan_tree(folder, today=TODAY)
    assert [(node.path.name, node.depth, node.twins) for node in nodes] == [
        ("t.gridmap.gpkg", 0, 1),
        ("t-2.gridmap.gpkg", 1, 0),
        ("zz.gridmap.gpkg", 0, 1),
    ]


def test_ids_edited_into_a_ring_lose_no_plan(folder, path):
    other = branch_plan(path, folder=folder, **WHO)
    child = glance(other)
    ring = replace(glance(path), identity=replace(
        glance(path).identity, parent_id=child.identity.plan_id))  # fmt: skip
    from gridmap.versions.tree import forest

    nodes = forest([ring, child], [], today=TODAY)
    assert sorted(node.path for node in nodes) == sorted([path, other])


def test_nothing_changes_a_frozen_plan(folder, path):
    freeze_plan(path, folder=folder, why="会议通过", **WHO)
    before = path.read_bytes()
    attempts = (
        lambda: change_plan(path, moved),
        lambda: change_plan(path, lambda now: answered(now, source="internal")),
        lambda: name_plan(path, "新名", folder=folder, who="王五"),
        lambda: save_plan(draw(), path, overwrite=True),
        lambda: freeze_plan(path, folder=folder, **WHO),
    )
    for attempt in attempts:
        with pytest.raises(FrozenPlanError) as found:
            attempt()
        assert "'王五' on 2026-11-20" in str(found.value)
        assert "thaw" in str(found.value)
        assert "“王五”，2026-11-20" in found.value.zh
    assert path.read_bytes() == before
    draft = branch_plan(path, folder=folder, **WHO)
    assert not glance(draft).identity.is_frozen
    change_plan(draft, moved)  # the way out that is named
    thaw_plan(path, folder=folder, who="李四")
    change_plan(path, moved)
    assert glance(path).steps == 1
    kinds = [event["event"] for event in audit_events(folder)][::-1]
    assert kinds == ["plan-frozen", "plan-branched", "plan-thawed"]


def test_the_plan_frozen_last_of_a_town_is_in_force_on_its_days(folder, path):
    other = duplicate_plan(path, folder=folder, **WHO)
    freeze_plan(path, folder=folder, **WHO)
    assert [node.state for node in plan_tree(folder, today=TODAY)] == ["in_force", "draft"]
    freeze_plan(other, folder=folder, who="王五", when="2026-11-20T11:00:00")
    assert [node.state for node in plan_tree(folder, today=TODAY)] == ["frozen", "in_force"]
    early = date(2025, 12, 31)  # before the first day of either
    assert [node.state for node in plan_tree(folder, today=early)] == ["frozen", "frozen"]


def test_a_copy_for_the_public_says_nothing_of_titles_and_parents(folder, path):
    name_plan(path, "内部讨论稿", folder=folder, who="王五")
    draft = branch_plan(path, folder=folder, **WHO)
    made = public_plan(answered(load_plan(draft), source="internal"))
    place = folder / "public.gridmap.gpkg"
    save_plan(made, place)
    found = glance(place)
    assert found.is_public
    assert (found.identity.title, found.identity.parent_id, found.identity.made_by) == ("", "", "")
    assert "内部讨论稿".encode() not in place.read_bytes()
