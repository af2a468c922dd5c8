"""One writer of a plan at a time: no change is lost, and nobody waits for ever."""

import subprocess
import sys
from threading import Thread

import pytest
from filelock import FileLock, Timeout
from project import ROOT
from saved_plans import put_plan
from small_plan import small_plan

from gridmap.store import load_plan
from gridmap.store.plan_lock import PlanBusyError, change_plan
from layers.contract.errors import LayerFileError, PlanError

ADD_FOUR = """
import sys
from gridmap.store.plan_lock import change_plan
print("ready", flush=True)
sys.stdin.readline()
for _ in range(4):
    change_plan(sys.argv[1], lambda plan: plan.with_tables(
        receipt={**plan.receipt, "count": str(int(plan.receipt.get("count", "0")) + 1)}))
"""


@pytest.fixture
def path(tmp_path):
    place = tmp_path / "town.gridmap.gpkg"
    put_plan(small_plan, place)
    return place


def signed(plan):
    return plan.with_tables(receipt={**plan.receipt, "signed": "yes"})


def test_two_processes_that_change_a_plan_lose_no_change(path):
    """Both begin at once, when both have started."""
    both = [
        subprocess.Popen(
            [sys.executable, "-c", ADD_FOUR, str(path)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    assert [one.stdout.readline() for one in both] == ["ready\n"] * 2
    for one in both:
        one.stdin.write("go\n")
        one.stdin.flush()
    for one in both:
        one.communicate(timeout=600)
    assert [one.returncode for one in both] == [0, 0]
    assert load_plan(path).receipt["count"] == "8"


def test_a_writer_that_does_not_end_is_told_in_words_and_nothing_is_written(path):
    before = path.read_bytes()
    with (
        FileLock(path.with_name("town.gridmap.lock")),
        pytest.raises(PlanBusyError, match=r"'town\.gridmap\.gpkg' is being changed") as caught,
    ):
        change_plan(path, signed, wait_s=0.05)
    assert "正被他人修改，0.05 秒内未结束" in caught.value.zh
    assert path.read_bytes() == before
    assert change_plan(path, signed, wait_s=0.05).receipt["signed"] == "yes"


def test_a_change_that_is_refused_leaves_the_file_and_the_lock_free(path):
    before = path.read_bytes()

    def refuse(_plan):
        raise PlanError("No.", "不行。")

    with pytest.raises(PlanError, match="No"):
        change_plan(path, refuse)
    assert path.read_bytes() == before
    change_plan(path, signed, wait_s=0.05)
    assert load_plan(path).receipt["signed"] == "yes"


def test_a_plan_given_back_as_it_was_is_not_written_again(path):
    stamp = path.stat().st_mtime_ns
    change_plan(path, lambda plan: plan)
    assert path.stat().st_mtime_ns == stamp


def test_the_plan_is_read_when_nobody_else_can_write_it(path):
    turned_away = []

    def try_to_write():
        try:
            FileLock(path.with_name("town.gridmap.lock")).acquire(timeout=0)
        except Timeout:
            turned_away.append("yes")

    def read(place):
        other = Thread(target=try_to_write)
        other.start()
        other.join()
        return load_plan(place)

    change_plan(path, signed, read=read)
    assert turned_away == ["yes"]


def test_a_plan_in_a_missing_folder_says_where(tmp_path):
    with pytest.raises(LayerFileError, match="nowhere"):
        change_plan(tmp_path / "nowhere" / "town.gridmap.gpkg", signed)
    assert list(tmp_path.iterdir()) == []
