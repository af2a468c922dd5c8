"""Another program that has a plan file open: a real process with SQLite and nothing of gridmap."""

import subprocess
import sys
from contextlib import contextmanager

_PROGRAM = """
import sqlite3, sys, time
path, mode = sys.argv[1:3]
base = sqlite3.connect(path, isolation_level=None, timeout=20)
base.execute(f"PRAGMA journal_mode = {mode}").fetchall()
base.execute("PRAGMA wal_autocheckpoint = 0")
base.execute("PRAGMA cache_size = 1")  # changes go to the file before they are committed
for statement in sys.argv[3:]:
    base.execute(statement).fetchall()
print("ready", flush=True)
sys.stdin.read()
base.close()
"""


@contextmanager
def other_program(path, mode, *statements):
    """Run statements on a database in a journal mode, and keep it open during the block.

    The program is killed after the block, unless `end` was called: then it has closed the file.
    """
    process = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, str(path), mode, *statements],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert process.stdout.readline() == b"ready\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def end(process):
    """Let the program close the file and end."""
    process.communicate()
    assert process.returncode == 0


def leave_behind(path, mode, *statements):
    """Run statements and kill the program: what it left beside the database stays there."""
    with other_program(path, mode, *statements):
        pass
