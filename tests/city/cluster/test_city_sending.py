"""A town is planned from what was sent, and written by whoever sent it."""

from concurrent.futures import Executor, Future
from dataclasses import replace
from pathlib import Path

import pytest
from drawn_city import SETTINGS, town_rules

from gridmap.city import open_city, worker
from gridmap.city.derived import TABLES
from gridmap.city.needs import look_at
from gridmap.city.outcomes import Outcome, read_outcome, write_outcome
from gridmap.city.running import _Run
from gridmap.city.sending import pack, unpack, work_on
from gridmap.city.worker import NEXT, digest_of
from layers.contract.errors import UsageError

CODE = "410121001"


def derive(plan, folder):
    for name in TABLES:
        (folder / f"{name}.parquet").write_text(f"{name} of {plan}")


@pytest.fixture
def city(tmp_path, monkeypatch):
    """A city of one town, planned of older data; its plans are a word each."""
    (tmp_path / "city.toml").write_text(SETTINGS, encoding="utf-8")
    town = tmp_path / "towns" / "a"
    town.mkdir(parents=True)
    (town / "rules.toml").write_text(town_rules(CODE), encoding="utf-8")
    opened = open_city(tmp_path)
    opened.derived_of("a").mkdir(parents=True)
    opened.plans.mkdir()
    opened.plan_of("a").write_text("made")
    made = digest_of(opened.plan_of("a"))
    write_outcome(opened.derived_of("a"), Outcome("a", CODE, "done", "older", made, made))

    def drafted(task, draft):
        text = f"new of {Path(task.folder, 'landuse.gpkg').read_text()}"
        draft.write_text(text)
        return text

    (town / "landuse.gpkg").write_text("land")
    monkeypatch.setattr(worker, "draft_plan", drafted)
    monkeypatch.setattr(worker, "load_plan", Path.read_text)
    monkeypatch.setattr(worker, "write_derived", derive)
    return opened


def parcel_of(city):
    return pack(look_at(city, city.town("a")).task)


def as_elsewhere(parcel, gone="/gone"):
    """The parcel as a machine gets it that has none of the sender's folders."""
    paths = {name: f"{gone}/{name}/a" for name in ("folder", "derived")}
    return replace(parcel, task=replace(parcel.task, plan=f"{gone}/a.gridmap.gpkg", **paths))


def table_of(city):
    return (city.derived_of("a") / "people.parquet").read_text()


def test_a_worker_without_the_folder_makes_plan_and_tables_which_the_sender_writes(city):
    parcel = parcel_of(city)
    result = work_on(as_elsewhere(parcel))
    assert city.plan_of("a").read_text() == "made"
    assert not (city.derived_of("a") / NEXT).exists()
    done = unpack(parcel.task, result)
    assert (done.state, done.plan) == ("done", digest_of(city.plan_of("a")))
    assert city.plan_of("a").read_text() == "new of land"
    assert table_of(city) == "people of new of land"
    assert read_outcome(city.derived_of("a")).derived_of == digest_of(city.plan_of("a"))


def test_a_plan_that_was_edited_while_its_town_was_away_is_kept_and_told(city):
    parcel = parcel_of(city)
    result = work_on(as_elsewhere(parcel))
    city.plan_of("a").write_text("edited")
    done = unpack(parcel.task, result)
    assert city.plan_of("a").read_text() == "edited"
    assert "--anew" in str(done.fault)
    assert table_of(city) == "people of edited"


def test_only_tables_of_an_edited_plan_are_made_elsewhere_too(city):
    city.plan_of("a").write_text("edited")
    outcome = read_outcome(city.derived_of("a"))
    parcel = parcel_of(city)
    assert parcel.task.derive_only
    assert not [name for name in parcel.files if name.startswith("towns/")]
    done = unpack(parcel.task, work_on(as_elsewhere(parcel)))
    assert (done.state, done.plan) == ("done", outcome.plan)
    assert table_of(city) == "people of edited"
    assert read_outcome(city.derived_of("a")).derived_of == digest_of(city.plan_of("a"))


def test_a_fault_elsewhere_names_files_as_the_sender_knows_them(city, monkeypatch):
    monkeypatch.undo()  # what is sent is no town
    (city.folder / "towns" / "a" / "landuse.gpkg").unlink()
    parcel = parcel_of(city)
    done = unpack(parcel.task, work_on(parcel))
    assert done.state == "failed"
    assert ".gridmap-" not in str(done.fault)
    before = digest_of(city.plan_of("a"))
    assert (done.plan, read_outcome(city.derived_of("a")).plan) == (before, before)


def test_a_worker_of_another_version_makes_nothing(city):
    parcel = parcel_of(city)
    other = replace(parcel.task, logic="another")
    done = unpack(parcel.task, work_on(replace(parcel, task=other)))
    assert (done.state, "another version" in str(done.fault)) == ("failed", True)
    assert city.plan_of("a").read_text() == "made"
    assert look_at(city, city.town("a")).task is not None  # and is no edited plan for that


def test_a_cluster_that_does_not_work_is_told_with_what_to_do(city):
    class Broken(Executor):
        def submit(self, *_of):
            future = Future()
            future.set_exception(RuntimeError("No module named 'gridmap'\nTraceback"))
            return future

    with pytest.raises(UsageError, match="named 'gridmap' Put gridmap") as told:
        _Run(Broken(), 1, city.folder / "run.json", None, afar=True).through([parcel_of(city).task])
    assert "--scheduler" in told.value.zh
