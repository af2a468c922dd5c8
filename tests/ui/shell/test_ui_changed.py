"""What is said of a plan that changes under an open page, and of one that cannot be changed."""

import os
from dataclasses import replace

import drawn_plan
import pytest
from app_pages import app_page
from saved_plans import put_plan
from streamlit.testing.v1 import AppTest

from gridmap.plan.identity import identity_of, with_identity
from gridmap.plan_store import FilePlans, change_file
from gridmap.store.plan_lock import PlanBusyError, change_plan
from gridmap.ui.shell import plans
from layers.disks import mounts

NOTE = """
from pathlib import Path
import streamlit as st
from gridmap.ui.shell import header, plans
from gridmap.ui.shell.context import PageContext
from gridmap.ui.shell.i18n import Translator
folder = Path({folder!r})
path = folder / "t.gridmap.gpkg"
context = PageContext(folder, folder, None, path, True, "li", Translator("zh"))
if st.session_state.pop("change", False):
    changed = lambda plan: plan.with_tables(receipt={{**plan.receipt, "n": "1"}})
    plans.change_open(path, folder, changed)
if "plan-seen" not in st.session_state:
    plans.note_seen(path, folder)
header._changed_meanwhile(context)
"""


def titled(title):
    return lambda plan: with_identity(plan, replace(identity_of(plan), title=title))


@pytest.fixture
def path(tmp_path):
    put_plan(drawn_plan.draw_plan, tmp_path / "t.gridmap.gpkg")
    return tmp_path / "t.gridmap.gpkg"


def test_a_page_notices_that_somebody_else_has_changed_its_plan(path):
    app = AppTest.from_string(NOTE.format(folder=str(path.parent)), default_timeout=60).run()
    assert not app.info
    app.session_state["change"] = True  # by the page itself: it knows what it did
    app.run()
    assert not app.info
    change_plan(path, titled("x"))
    app.run()
    assert [one.value for one in app.info] == ["本方案刚被他人修改，页面显示的仍是之前的内容。"]
    app.button(key="plan-look-again").click().run()
    assert not app.exception


def test_a_page_notices_who_writes_right_after_it(path, monkeypatch):
    def then_another(*of, **named):
        real(*of, **named)
        change_plan(path, titled("next"))

    real = FilePlans.change
    monkeypatch.setattr(FilePlans, "change", then_another)
    app = AppTest.from_string(NOTE.format(folder=str(path.parent)), default_timeout=60)
    app.session_state["change"] = True
    app.run()
    assert len(app.info) == 1


def test_a_page_keeps_the_revision_that_it_shows(path):
    app = app_page(path.parent, "plans").run()
    store = FilePlans(path.parent)
    assert app.session_state["plan-seen"] == {store.id_of(path): store.list()[0].revision}
    assert not app.warning


def test_two_saves_within_one_tick_of_the_disks_clock_are_told_apart(path):
    stamps = []
    for title in ("one", "two"):
        change_plan(path, titled(title), read=plans.open_plan)
        os.utime(path, ns=(10**18, 10**18))
        stamps.append(plans.stamp_of(path))
        assert identity_of(plans.open_plan(path)).title == title

    assert stamps[0][:3] == stamps[1][:3]
    assert stamps[0] != stamps[1]


def test_what_a_page_notes_of_its_change_is_not_that_of_the_next_writer(path):
    def after(place):
        with pytest.raises(PlanBusyError):
            change_plan(place, titled("next"), wait_s=0)
        noted.append(plans.stamp_of(place))

    noted = []
    changed = change_file(path, titled("mine"), after=after)
    assert identity_of(changed).title == "mine"
    assert noted == [plans.stamp_of(path)]
    change_plan(path, titled("next"))
    assert noted != [plans.stamp_of(path)]


def test_on_a_network_disk_a_planner_is_told_before_anything_is_begun(path, monkeypatch):
    mountinfo = path.with_name("mountinfo")
    place = path.parent
    mountinfo.write_text(f"1 0 0:1 / / rw - ext4 a rw\n2 1 0:2 / {place} rw - smb3 //s/x rw\n")
    monkeypatch.setattr(mounts, "MOUNTINFO", mountinfo)
    app = app_page(place, "plans").run()
    assert any("网络磁盘（SMB）" in one.value for one in app.warning)
    assert not app.exception
