"""Locks: one holder at a time, among threads and processes, and none outlives its process."""

import os
import subprocess
import sys
from contextlib import contextmanager, suppress
from threading import Thread

import pytest
from project import ROOT

from gridmap.access.sidecar import add_event, read_events
from layers.files.locks import LockTimeout, is_locked, take_lock

HOLD = """
import sys
from pathlib import Path
from layers.files.locks import take_lock
held = take_lock(Path(sys.argv[1]), wait_s=0)
print("held", flush=True)
sys.stdin.read()
"""
HOLD_OPEN = """
import os, sys
from layers.files.locks import lock_open_file
handle = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)
lock_open_file(handle)
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def other_process(script, path):
    """Give a process that holds a lock until it is killed."""
    with subprocess.Popen(
        [sys.executable, "-c", script, str(path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        try:
            assert process.stdout.readline() == b"held\n"
            yield process
        finally:
            process.kill()


def test_a_lock_keeps_another_process_out_and_ends_when_that_is_killed(tmp_path):
    path = tmp_path / "lock"
    with other_process(HOLD, path) as holder:
        assert is_locked(path)
        with pytest.raises(LockTimeout):
            take_lock(path, wait_s=0.05)
        holder.kill()
        holder.wait()
        assert not is_locked(path)
        with take_lock(path, wait_s=0):
            pass


def test_a_lock_keeps_other_threads_out_until_its_block_ends(tmp_path):
    path, seen = tmp_path / "lock", []

    def look():
        other = Thread(target=lambda: seen.append(is_locked(path)))
        other.start()
        other.join()

    with suppress(ZeroDivisionError), take_lock(path, wait_s=0):
        look()
        _ = 1 / 0
    look()
    assert seen == [True, False]


def test_a_lock_that_was_let_go_may_be_let_go_again(tmp_path):
    with take_lock(tmp_path / "lock", wait_s=0) as held:
        held.release()
        assert not is_locked(tmp_path / "lock")


def test_where_no_lock_can_be_made_nothing_is_locked(tmp_path):
    (tmp_path / "file").write_text("")
    below = tmp_path / "file" / "lock"
    assert not is_locked(below)
    with pytest.raises(OSError, match="file"):
        take_lock(below, wait_s=0)


@pytest.mark.skipif(sys.platform == "win32", reason="records are not locked there")
def test_an_entry_of_a_record_waits_for_another_process_and_not_for_its_ghost(tmp_path):
    path = tmp_path / "record"
    with other_process(HOLD_OPEN, path) as holder:
        adding = Thread(target=add_event, args=(path, {"event": "one"}))
        adding.start()
        adding.join(0.1)
        assert adding.is_alive()
        assert read_events(path, {"one": {}}) == []  # readers wait for nobody
        holder.kill()
        adding.join(10)
    assert read_events(path, {"one": {}}) == [{"event": "one"}]
    assert [one.name for one in tmp_path.iterdir()] == ["record"]  # no lock of its own beside it


class Windows:
    """Stands for `msvcrt`: bytes of files that are locked, by the position as Windows takes it."""

    LK_NBLCK = 2

    def __init__(self):
        self.held, self.tries = {}, 0

    def locking(self, handle, mode, length):
        assert (mode, length) == (self.LK_NBLCK, 1)
        self.tries += 1
        place = os.fstat(handle).st_ino, os.lseek(handle, 0, os.SEEK_CUR)
        if place in self.held:
            self.held.clear()  # its holder ends
            raise PermissionError
        self.held[place] = handle


def test_on_windows_an_open_file_is_locked_behind_its_content_which_others_read(
    tmp_path, monkeypatch
):
    windows, record = Windows(), tmp_path / "record"
    monkeypatch.setitem(sys.modules, "msvcrt", windows)
    monkeypatch.setattr(sys, "platform", "win32")
    add_event(record, {"event": "one", "n": "1"})
    ((_, byte),) = windows.held
    assert byte > 64 * 2**20  # of a record at most
    add_event(record, {"event": "one", "n": "2"})  # waits for the first
    assert windows.tries == 3
    events = read_events(record, {"one": {"n": "text"}})
    assert [event["n"] for event in events] == ["1", "2"]
