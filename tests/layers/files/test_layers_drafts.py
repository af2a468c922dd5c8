"""Drafts are no plans: those of a killed writer are swept away, those of one at work stay."""

import os
import shutil
import subprocess
import sys
import time
from threading import Event, Thread

import pytest
from project import ROOT
from small_plan import small_plan

from gridmap.store import save_plan
from gridmap.store.plan_lock import change_plan
from gridmap.ui.shell.plans import find_plans
from layers.files.atomic import replacing, write_atomically
from layers.files.drafts import draft_folder, sweep_drafts

WRITER = """
import sys, time
from layers.files.atomic import replacing
with replacing(sys.argv[1], overwrite=True) as draft:
    draft.write_text("names and phones")
    print("half", flush=True)
    time.sleep(600)
"""


def hidden(folder):
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("."))


@pytest.fixture
def killed(tmp_path):
    """A folder in which a writer was killed half way."""
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, tmp_path / "town.gridmap.gpkg"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout.readline() == b"half\n"
        assert len(hidden(tmp_path)) == 1
        write_atomically(tmp_path / "other.txt", b"")  # a writer at work is left alone
        assert len(hidden(tmp_path)) == 1
        process.kill()
    assert len(hidden(tmp_path)) == 1
    return tmp_path


def test_what_a_killed_writer_left_goes_with_the_next_writing(killed):
    write_atomically(killed / "other.txt", b"", overwrite=True)
    assert hidden(killed) == []


def test_a_change_of_a_plan_sweeps_even_when_it_changes_nothing(killed):
    save_plan(small_plan(), killed / "b.gridmap.gpkg")
    shutil.copytree(killed, killed / ".gridmap-0a_b1c2d")
    change_plan(killed / "b.gridmap.gpkg", lambda plan: plan)
    assert hidden(killed) == []


def test_drafts_of_earlier_versions_without_a_lock_are_swept(tmp_path):
    old = tmp_path / ".gridmap-abcd1234"
    old.mkdir()
    (old / "roster.xlsx").write_text("names")
    assert sweep_drafts(tmp_path) == 1
    assert hidden(tmp_path) == []


def test_what_only_looks_like_a_draft_stays(tmp_path):
    for name in (".gridmap-notes", ".gridmap-abcd12345", ".other"):
        (tmp_path / name).mkdir()
    (tmp_path / ".gridmap-abcd1234").write_text("a file")
    if os.name != "nt":
        (tmp_path / ".gridmap-link1234").symlink_to(tmp_path / ".other")
    before = hidden(tmp_path)
    assert sweep_drafts(tmp_path) == 0
    assert hidden(tmp_path) == before
    assert sweep_drafts(tmp_path / "nowhere") == 0


def test_a_draft_of_this_process_is_not_swept_by_another_thread_of_it(tmp_path):
    with replacing(tmp_path / "a.txt") as draft:
        draft.write_text("mine")
        swept = []
        other = Thread(target=lambda: swept.append(sweep_drafts(tmp_path)))
        other.start()
        other.join()
        assert swept == [0]
    assert (tmp_path / "a.txt").read_text() == "mine"
    assert hidden(tmp_path) == []


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such marks")
def test_a_draft_is_its_owners_alone(tmp_path):
    with draft_folder(tmp_path) as folder:
        assert folder.stat().st_mode & 0o077 == 0


def test_drafts_and_what_was_put_aside_are_no_plans(tmp_path):
    save_plan(small_plan(), tmp_path / "town.gridmap.gpkg")
    for folder in (".gridmap-abcd1234", ".removed/000001", "town/.trials"):
        (tmp_path / folder).mkdir(parents=True)
        shutil.copy(tmp_path / "town.gridmap.gpkg", tmp_path / folder / "town.gridmap.gpkg")
    shutil.copy(tmp_path / "town.gridmap.gpkg", tmp_path / ".hidden.gridmap.gpkg")
    (tmp_path / "folder.gridmap.gpkg").mkdir()
    with replacing(tmp_path / "town.gridmap.gpkg", overwrite=True) as draft:
        draft.write_text("half")
        assert [path.name for path in find_plans(tmp_path)] == ["town.gridmap.gpkg"]


def test_plans_that_come_and_go_while_they_are_looked_for_are_no_fault(tmp_path):
    stop = Event()

    def churn():
        while not stop.is_set():
            for number in range(20):
                folder = tmp_path / f"t{number}"
                folder.mkdir(exist_ok=True)
                (folder / "a.gridmap.gpkg").touch()
            for number in range(20):
                shutil.rmtree(tmp_path / f"t{number}", ignore_errors=True)

    (tmp_path / "stays.gridmap.gpkg").touch()
    other = Thread(target=churn)
    other.start()
    try:
        until = time.monotonic() + 1
        while time.monotonic() < until:
            assert "stays.gridmap.gpkg" in {path.name for path in find_plans(tmp_path)}
    finally:
        stop.set()
        other.join()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such links")
def test_a_link_to_nowhere_is_no_plan(tmp_path):
    (tmp_path / "gone.gridmap.gpkg").symlink_to(tmp_path / "nowhere")
    assert find_plans(tmp_path) == []
