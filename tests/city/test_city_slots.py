"""Processes that plan towns: one that is killed takes no other town with it."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import wait
from concurrent.futures.process import BrokenProcessPool

import psutil
import pytest
from project import ROOT

from gridmap.city.slots import Slots, is_lost, one_thread_each


def nothing():
    pass


def number(value):
    return value, os.getpid()


def killed_once(mark):
    """Die the first time; the second time say who one is."""
    try:
        mark.touch(exist_ok=False)
    except FileExistsError:
        return os.getpid()
    os.kill(os.getpid(), signal.SIGKILL)
    return time.sleep(10)


def threads():
    return os.environ["OMP_NUM_THREADS"]


def test_a_killed_process_takes_no_other_work_with_it_and_is_replaced(tmp_path):
    with one_thread_each():
        slots = Slots(2, nothing)
        lost = slots.submit(killed_once, tmp_path / "mark")
        kept = slots.submit(number, 7)
        wait([lost, kept])
        assert kept.result()[0] == 7
        assert is_lost(lost.exception())
        again = slots.submit(killed_once, tmp_path / "mark")
        assert again.result() > 0
        assert slots.submit(threads).result() == "1"
        slots.shutdown()
    assert isinstance(lost.exception(), BrokenProcessPool)


PARENT = """
import sys, time
from gridmap.city.slots import Slots
from test_city_slots import nothing, rest
if __name__ == "__main__":
    slots = Slots(1, nothing)
    print(slots.submit(rest, 0.0).result(), flush=True)
    slots.submit(rest, 60.0)
    time.sleep(60)
"""


def rest(seconds):
    time.sleep(seconds)
    return os.getpid()


def test_processes_end_with_the_one_that_started_them_even_if_it_is_killed(tmp_path):
    script = tmp_path / "parent.py"
    script.write_text(PARENT, encoding="utf-8")
    paths = os.pathsep.join(
        [str(ROOT), str(ROOT / "tests" / "city"), str(ROOT / "tests" / "support")]
    )
    parent = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONPATH": paths},
    )  # fmt: skip
    child = int(parent.stdout.readline())
    assert psutil.pid_exists(child)
    parent.kill()
    parent.communicate()
    for _ in range(200):
        if not psutil.pid_exists(child) or psutil.Process(child).status() == "zombie":
            return
        time.sleep(0.05)
    raise AssertionError("the process is still there")


def test_a_slot_is_free_as_soon_as_its_work_is_done():
    slots = Slots(1, nothing)
    for value in range(100):
        future = slots.submit(number, value)
        wait([future])
    slots.shutdown()
    assert future.result()[0] == 99


def test_nobody_gets_a_slot_while_all_are_at_work():
    slots = Slots(0, nothing)
    with pytest.raises(RuntimeError, match="no slot"):
        slots.submit(number, 1)


def test_variables_of_threads_are_as_before():
    before = dict(os.environ)
    with one_thread_each():
        assert os.environ["GDAL_NUM_THREADS"] == "1"
    assert dict(os.environ) == before
