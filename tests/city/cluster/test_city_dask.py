"""A city planned on a Dask cluster gives the same bytes, though workers see no common folder."""

import os
import signal
import sys
from dataclasses import replace
from functools import partial

import cloudpickle
import pytest
from distributed import LocalCluster
from drawn_city import in_place, write_city

from gridmap.city import open_city, plan_city
from gridmap.city.sending import work_on
from gridmap.city.slots import is_lost
from layers.contract.errors import UsageError


def bytes_of(folder):
    paths = [*folder.glob("plans/*.gpkg"), *folder.glob("catalogue/**/*.parquet")]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(paths)}


def killed_first_elsewhere(mark, folder, parcel):
    """Plan a town as a machine does that has nothing of the city; the first process is killed."""
    try:
        mark.touch(exist_ok=False)
    except FileExistsError:
        os.chdir(mark.parent / "worker")
        paths = {name: vars(parcel.task)[name] for name in ("folder", "plan", "derived")}
        gone = {name: path.replace(folder, "/gone/city") for name, path in paths.items()}
        assert gone != paths
        before = sorted(os.walk(folder))
        result = work_on(replace(parcel, task=replace(parcel.task, **gone)))
        assert sorted(os.walk(folder)) == before  # nor is anything written there
        return result
    os.kill(os.getpid(), signal.SIGKILL)
    return None


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_cluster_whose_worker_is_killed_gives_the_same_bytes_as_this_machine(
    tmp_path, monkeypatch
):
    folder = write_city(tmp_path / "city", {"a": "410121001"})
    (tmp_path / "worker").mkdir()
    # The worker is another process, which does not know the folder of the tests.
    cloudpickle.register_pickle_by_value(sys.modules[__name__])
    with (
        monkeypatch.context() as patch,
        LocalCluster(
            n_workers=1, threads_per_worker=1, dashboard_address=None, protocol="tcp://"
        ) as cluster,
    ):
        elsewhere = partial(killed_first_elsewhere, tmp_path / "mark", str(folder))
        patch.setattr("gridmap.city.running.work_on", elsewhere)
        report = plan_city(open_city(folder), scheduler=cluster.scheduler_address)
    assert (tmp_path / "mark").exists()
    assert report.outcomes["a"].state == "done"
    there = bytes_of(folder)
    for path in [*folder.glob("plans/*"), *folder.glob("catalogue/towns/*/outcome.json")]:
        path.unlink()
    with in_place(monkeypatch) as given:
        plan_city(open_city(folder))
    assert given == ["a"]
    assert bytes_of(folder) == there


def test_a_scheduler_that_does_not_answer_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr("gridmap.city.slots.PATIENCE", "0.2s")
    folder = write_city(tmp_path / "city", {"a": "410121001"})
    with pytest.raises(UsageError, match="--scheduler") as told:
        plan_city(open_city(folder), scheduler="tcp://127.0.0.1:9")
    assert "127.0.0.1:9" in told.value.zh


def test_a_worker_that_dask_gave_up_counts_as_lost():
    from distributed.scheduler import KilledWorker

    assert is_lost(KilledWorker("town", None, 3))
    assert not is_lost(ValueError("town"))
