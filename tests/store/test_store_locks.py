"""Who holds a plan's file while it is written: the file at the place, until its writer ends."""

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from other_program import end, other_program

from layers.files import database_files
from layers.files.database_files import InUseError, alone_with


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "x.gpkg"
    with closing(sqlite3.connect(path)) as base:
        base.execute("CREATE TABLE t (x)")
        base.commit()
    return path


def written_by_another_process(path) -> str:
    """Write a row to a database in another process; give why not, "" where it was written."""
    write = (
        "import sqlite3, sys; base = sqlite3.connect(sys.argv[1], timeout=0.1)\n"
        "base.execute('INSERT INTO t VALUES (1)'); base.commit()"
    )
    told = subprocess.run(
        [sys.executable, "-c", write, str(path)], capture_output=True, text=True, check=False
    )
    return told.stderr


@pytest.mark.parametrize("by_sqlite", [False, True])
def test_nobody_writes_a_file_that_is_being_replaced(small, monkeypatch, by_sqlite):
    if by_sqlite:  # as where the system has no locks that are of an open file
        monkeypatch.setattr(database_files, "lock_parts", lambda *_: None)
    with alone_with(small):
        assert "database is locked" in written_by_another_process(small)
    assert written_by_another_process(small) == ""


@pytest.mark.parametrize("by_sqlite", [False, True])
def test_a_file_that_takes_the_place_just_before_the_lock_is_the_one_that_is_held(
    small, monkeypatch, by_sqlite
):
    newer, name = small.with_name("newer"), "connect_to" if by_sqlite else "lock_parts"
    if by_sqlite:
        monkeypatch.setattr(database_files, "lock_parts", lambda *_: None)
    shutil.copyfile(small, newer)
    take, turns = getattr(database_files, name), []

    def taken(*told, **more):
        turns.append(told)
        held = take(*told, **more) if by_sqlite else None
        # Another process puts a file there, after it was opened: SQLite has looked at it before.
        if len(turns) == (2 if by_sqlite else 1):
            move = "import os, sys; os.replace(sys.argv[1], sys.argv[2])"
            subprocess.run([sys.executable, "-c", move, str(newer), str(small)], check=True)
        return held if by_sqlite else take(*told, **more)

    monkeypatch.setattr(database_files, name, taken)
    with alone_with(small):
        assert not newer.exists()
        assert "database is locked" in written_by_another_process(small)
    assert written_by_another_process(small) == ""


@pytest.mark.skipif(sys.platform != "linux", reason="locks of an open file are of Linux")
def test_a_thread_that_reads_a_file_does_not_end_its_lock(small):
    with alone_with(small):
        reader = threading.Thread(target=lambda: small.read_bytes())
        reader.start()
        reader.join()
        with closing(sqlite3.connect(small, timeout=0)) as base:  # nor one that reads as a database
            assert base.execute("SELECT * FROM t").fetchall() == []
        assert "database is locked" in written_by_another_process(small)
        with closing(sqlite3.connect(small, timeout=0)) as base, pytest.raises(sqlite3.Error):
            base.execute("BEGIN IMMEDIATE")
    assert written_by_another_process(small) == ""


@pytest.mark.skipif(sys.platform != "linux", reason="locks of an open file are of Linux")
def test_a_process_that_was_forked_meanwhile_does_not_go_on_holding_the_file(small):
    with alone_with(small):
        opened = [one for one in Path("/proc/self/fd").iterdir() if one.resolve() == small]
        copies = [os.dup(int(one.name)) for one in opened]  # as fork makes them
    assert copies
    try:
        assert written_by_another_process(small) == ""
    finally:
        for one in copies:
            os.close(one)


def test_a_file_is_held_once_its_writer_has_ended_and_beside_readers(small):
    with other_program(small, "DELETE", "BEGIN IMMEDIATE") as writer:
        with pytest.raises(InUseError), alone_with(small, wait_s=0):
            pass
        end(writer)
    with (
        other_program(small, "DELETE", "BEGIN", "SELECT count(*) FROM t"),
        alone_with(small, wait_s=0),
    ):
        assert "database is locked" in written_by_another_process(small)
