"""The pending list in the editor and on the disk: after a crash, in two windows, of 2 planners."""

from contextlib import contextmanager
from dataclasses import replace

import pytest
import redraw_plan
from redraw_plan import BY, W1, W2, code_of

from gridmap import edits
from gridmap.access.accounts import accounts_in, add_account
from gridmap.access.behalf import Behalf, acting
from gridmap.edits.kept import new_place, places_of
from gridmap.ui.redraw import redraw_kept
from gridmap.ui.redraw.redraw_answer import answer
from gridmap.ui.redraw.redraw_map import make_sheet
from gridmap.ui.redraw.redraw_session import EditSession, handle
from gridmap.ui.shell.i18n import Translator
from layers.contract.errors import GridmapError

ZH = Translator("zh")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "t.gridmap.gpkg"


def asked(before, path, kind, **fields):
    after = handle(before, {"kind": kind, "seq": "1", "limit": "", **fields})
    return redraw_kept.as_kept(before, after)


def opened(path, plan=None):
    return redraw_kept.taken_up(EditSession(plan or redraw_plan.draw()), path)


def told(now):
    return answer(now, make_sheet(now.draft), ZH)


def two_changes(path):
    one = asked(opened(path), path, "move", patches=["P20"], to=W1)
    return asked(one, path, "move", patches=["P40"], to="+1")


def test_a_new_session_finds_what_the_last_one_left(path):
    before = two_changes(path)
    now = opened(path)
    assert [one.edit for one in now.pending] == [one.edit for one in before.pending]
    page = told(now)
    assert page["note"] == "上次未接受的 2 项调整已恢复。"
    assert page["restored"] == 2
    # Whoever goes on is not told again, and the next session finds what is left.
    less = asked(now, path, "cancel", change=0)
    assert (told(less)["note"], told(less)["restored"]) == ("", 0)
    assert [one.edit.patches for one in opened(path).pending] == [("P40",)]
    gone = asked(opened(path), path, "drop")
    assert (gone.pending, places_of(path, ""), opened(path).pending) == ((), [], ())


def test_what_was_taken_back_comes_again_after_a_crash(path):
    asked(two_changes(path), path, "back")
    again = asked(opened(path), path, "again")
    assert code_of(again.draft, "P20", "P40") == [W1, "TVE02"]


def test_a_change_that_cannot_be_written_down_is_not_shown(path, monkeypatch):
    one = asked(opened(path), path, "move", patches=["P20"], to=W1)

    def full(*_args, **_more):
        raise GridmapError("The disk is full.", "磁盘已满。")

    monkeypatch.setattr("gridmap.edits.kept.write_private", full)
    now = asked(one, path, "move", patches=["P40"], to="+1")
    assert len(now.pending) == 1
    assert told(now)["fault"] == "磁盘已满。"


def test_two_windows_have_lists_of_their_own_until_one_of_them_is_gone(path, monkeypatch):
    open_windows = {"one", "two"}
    monkeypatch.setattr(redraw_kept, "is_connected", open_windows.__contains__)

    def window(name):
        monkeypatch.setattr(redraw_kept, "session_id", lambda: name)
        return opened(path)

    first = asked(window("one"), path, "move", patches=["P20"], to=W1)
    second = window("two")
    assert second.pending == ()
    second = asked(second, path, "move", patches=["P40"], to="+1")
    open_windows.remove("one")
    third = window("three")
    assert [one.edit.patches for one in third.pending] == [("P20",)]
    # The first was cut off only: it goes on with a list of its own, and takes nothing away.
    first = asked(first, path, "move", patches=["P50"], to="+1")
    assert len(places_of(path, "")) == 3
    assert len(third.pending) == 1
    redraw_kept.forget(second)
    redraw_kept.forget(replace(first, place=third.place))
    assert len(places_of(path, "")) == 1


def test_of_two_lists_left_behind_one_comes_after_the_other(path):
    for patch in ("P20", "P40"):
        asked(fresh(path), path, "move", patches=[patch], to="+1")
    now = opened(path)
    assert [one.edit.patches for one in now.pending] == [("P40",)]
    now = redraw_kept.taken_up(replace(redraw_kept.forget(now), pending=()), path)
    assert [one.edit.patches for one in now.pending] == [("P20",)]


def fresh(path):
    """Begin a list while all others are in somebody's hand."""
    session = redraw_kept.taken_up(EditSession(redraw_plan.draw()), path.with_name("none.gpkg"))
    return replace(session, place=redraw_kept._in_hand(new_place(path, ""), ""))


def test_a_list_on_changed_ground_waits_until_it_is_decided(path):
    two_changes(path)
    plan = redraw_plan.draw()
    theirs = edits.apply(plan, edits.merge_grids(plan, [W1, W2]), **BY, check=False)
    now = opened(path, theirs)
    page = told(now)
    assert (now.pending, page["stale"]["can"], page["stale"]["part"]) == ((), False, True)
    first, second = page["stale"]["text"].split("\n")
    assert first == "上次未接受的 2 项调整暂不能恢复："
    assert second.startswith("同一范围已被他人调整")
    assert "王五" in page["stale"]["text"]
    still = redraw_kept.decide(now, "move")
    assert (still.pending, "请先决定" in told(still)["note"]) == ((), True)
    part = redraw_kept.decide(now, "keep_possible")
    assert [one.edit.patches for one in part.pending] == [("P40",)]
    assert told(part)["note"] == "上次未接受的调整已恢复 1 项，另有 1 项已无法进行。"
    assert (part.held, told(part)["stale"]) == (None, None)
    assert len(opened(path, theirs).pending) == 1
    two_changes(path)
    dropped = redraw_kept.decide(opened(path, theirs), "drop")
    assert (dropped.held, places_of(path, "")) == (None, [])


def test_a_crash_between_plan_and_list_brings_nothing_twice(path):
    session = two_changes(path)
    by = {"who": "规划", "when": "2026-11-20T10:00:00"}
    session = redraw_kept.announce(session, (by["when"], by["who"]))
    before = opened(path)
    assert len(before.pending) == 2  # it stopped before the plan was written
    accepted = edits.accept_pending(session.plan, session.plan, session.pending, **by)
    after = opened(path, accepted)
    assert (after.pending, after.held, places_of(path, "")) == ((), None, [])


def test_a_damaged_list_is_told_and_the_page_goes_on(path):
    two_changes(path)
    (file,) = path.parent.iterdir()
    file.write_text("{")
    now = opened(path)
    assert "已损坏" in told(now)["fault"]
    assert ".aside-1" in told(now)["fault"]
    on = asked(now, path, "move", patches=["P20"], to=W1)
    assert len(opened(path).pending) == len(on.pending) == 1


@contextmanager
def planner(folder, name):
    account = next(one for one in accounts_in(folder) if one.name == name)
    with acting(Behalf(folder, "planner", name, account.mark)):
        yield


def test_two_planners_see_their_own_lists_and_the_audit_no_click(path):
    folder = path.parent
    for name in ("li", "wang"):
        add_account(folder, name, "tea lamp river nine", role="planner")
    with planner(folder, "li"):
        two_changes(path)
    with planner(folder, "wang"):
        assert opened(path).pending == ()
        asked(opened(path), path, "move", patches=["P50"], to="+1")
    with planner(folder, "li"):
        assert [one.edit.patches for one in opened(path).pending] == [("P20",), ("P40",)]
    audit = "".join(one.read_text() for one in folder.glob("audit*"))
    assert "pending" not in audit
