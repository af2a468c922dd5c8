"""A division of one town tried in a city is the plan that a run makes, and goes back."""

import shutil

import pytest
from drawn_city import in_place
from shared_city import shared_city

from gridmap.city import open_city, plan_city, read_catalogue, worker
from gridmap.city.needs import look_at
from gridmap.city.one_town import dividing, placing
from gridmap.city.one_town.placing import can_put_back, is_edited, put_back, put_in_place
from gridmap.city.one_town.rules_files import town_file
from gridmap.city.running import CityBusyError
from gridmap.city.worker import NEXT, derive_again, digest_of
from gridmap.publications.record import record_of
from gridmap.rules.changes import apply_changes
from gridmap.rules.history import save_rules
from gridmap.store import load_plan
from gridmap.trials import Attempt, read_trials, run_trials
from gridmap.versions import name_plan
from layers.contract.errors import PlanError


def quiet(_step, _share):
    """Tell nobody."""


@pytest.fixture(scope="module")
def tried(tmp_path_factory):
    """The city, with two divisions of its planned town: as its rules say, and with another seed."""
    folder = tmp_path_factory.mktemp("city")
    with pytest.MonkeyPatch.context() as patch:
        shared_city(folder, patch)
        patch.setattr("gridmap.city.one_town.placing.renew_city_tiles", lambda _city: None)
        town = folder / "towns" / "a"
        store = folder / "plans" / "a" / ".trials"
        store.mkdir(parents=True)
        attempts = [Attempt(), Attempt(seed=5, changes={"capacity.officers_max": 3}, draft="三人")]
        run_trials(town, store, attempts, tell=quiet, file=town_file(folder, town))
    return folder


@pytest.fixture
def city(tried, tmp_path, monkeypatch):
    shutil.copytree(tried, tmp_path / "city")
    monkeypatch.setattr("gridmap.city.one_town.placing.renew_city_tiles", lambda _city: None)
    return tmp_path / "city"


def store_of(city):
    return city / "plans" / "a" / ".trials"


def trials_of(city):
    return read_trials(store_of(city))


def take(city, number, **more):
    trial = trials_of(city)[number - 1]
    opened = open_city(city)
    put_in_place(opened, "a", store_of(city), trial, tell=quiet, **{"lose_edits": False, **more})


def test_a_division_as_the_rules_say_is_the_plan_of_a_run_to_the_last_byte(city):
    made = open_city(city).plan_of("a").read_bytes()
    assert trials_of(city)[0].path.read_bytes() == made
    take(city, 1)
    assert open_city(city).plan_of("a").read_bytes() == made


def test_a_division_that_is_taken_leaves_a_run_of_the_city_nothing_to_do(city):
    rules = city / "towns" / "a" / "rules.toml"
    before, plan = rules.read_text("utf-8"), digest_of(open_city(city).plan_of("a"))
    take(city, 2)
    opened = open_city(city)
    assert opened.town("a").rules.split.seed == 5
    assert opened.town("a").rules.capacity.officers_max == 3
    assert opened.town("b").rules.capacity.officers_max == 4  # what all share stayed
    need = look_at(opened, opened.town("a"))
    assert (need.state, need.task, need.outcome.inputs != "") == ("done", None, True)
    row = read_catalogue(opened).set_index("town").loc["a"]
    assert (row["state"], row["plan"]) == ("done", digest_of(opened.plan_of("a")))
    assert row["micro_grids"] == len(load_plan(opened.plan_of("a")).micro_grids)
    assert not is_edited(city, "a")

    put_back(opened, "a", store_of(city), tell=quiet)
    assert rules.read_text("utf-8") == before
    assert digest_of(opened.plan_of("a")) == plan
    opened = open_city(city)
    assert look_at(opened, opened.town("a")).state == "done"
    assert not can_put_back(store_of(city))


def test_a_run_makes_the_bytes_of_a_division_that_was_taken(city, monkeypatch):
    take(city, 2)
    taken = open_city(city).plan_of("a").read_bytes()
    with in_place(monkeypatch):
        plan_city(open_city(city), anew=["a"])
    assert open_city(city).plan_of("a").read_bytes() == taken


def test_a_division_tried_under_other_rules_is_refused_and_nothing_changes(city):
    plan = digest_of(open_city(city).plan_of("a"))
    shared = city / "common.toml"
    save_rules(shared, lambda text: apply_changes(text, {"capacity.officer_hours": 9.0}))
    with pytest.raises(PlanError, match="have changed since this division was tried"):
        take(city, 1)
    assert digest_of(open_city(city).plan_of("a")) == plan
    assert not can_put_back(store_of(city))


def test_a_division_tried_before_a_version_was_published_is_refused(city):
    record_of(open_city(city).plan_of("a")).touch()
    with pytest.raises(PlanError, match="was published after"):
        take(city, 1)
    assert not can_put_back(store_of(city))


def test_what_a_version_was_published_after_does_not_come_back(city):
    take(city, 2)
    plan = digest_of(open_city(city).plan_of("a"))
    record_of(open_city(city).plan_of("a")).touch()
    with pytest.raises(PlanError, match="was published after"):
        put_back(open_city(city), "a", store_of(city), tell=quiet)
    assert digest_of(open_city(city).plan_of("a")) == plan


def test_divisions_during_which_a_version_was_published_are_none(city, monkeypatch):
    opened = open_city(city)
    made = trials_of(city)

    def tried(*_args, **_more):
        record_of(opened.plan_of("a")).touch()  # its codes were read before
        return made[1:]

    monkeypatch.setattr(dividing, "run_trials", tried)
    task = {"city": str(city), "town": "a", "what": "try", "attempts": []}
    with pytest.raises(PlanError, match="published while"):
        dividing._work(store_of(city))(task, quiet)
    assert trials_of(city) == made[:1]


def test_a_plan_with_edits_is_kept_until_somebody_gives_them_up_and_then_comes_back(city):
    plan = open_city(city).plan_of("a")
    shutil.copyfile(trials_of(city)[1].path, plan)  # another plan than the run made
    edited = digest_of(plan)
    assert is_edited(city, "a")
    with pytest.raises(PlanError, match="edited or frozen"):
        take(city, 1)
    assert digest_of(plan) == edited
    take(city, 1, lose_edits=True)
    assert digest_of(plan) != edited
    put_back(open_city(city), "a", store_of(city), tell=quiet)
    assert digest_of(plan) == edited
    assert is_edited(city, "a")


def test_what_was_changed_since_is_not_undone(city):
    take(city, 2)
    rules = city / "towns" / "a" / "rules.toml"
    save_rules(rules, lambda text: text + "\n# mine\n", whole=town_file(city, rules.parent).whole)
    plan = digest_of(open_city(city).plan_of("a"))
    with pytest.raises(PlanError, match="changed since"):
        put_back(open_city(city), "a", store_of(city), tell=quiet)
    assert digest_of(open_city(city).plan_of("a")) == plan
    assert rules.read_text("utf-8").endswith("# mine\n")


def test_where_the_place_of_the_plan_cannot_be_written_rules_and_plan_stay(city, monkeypatch):
    rules = city / "towns" / "a" / "rules.toml"
    before, plan = rules.read_text("utf-8"), digest_of(open_city(city).plan_of("a"))

    def locked(*_args):
        raise PlanError("It is open elsewhere.", "方案已在别处打开。")

    monkeypatch.setattr("gridmap.city.worker._replace_plan", locked)
    with pytest.raises(PlanError, match="open elsewhere"):
        take(city, 2)
    assert rules.read_text("utf-8") == before
    opened = open_city(city)
    assert digest_of(opened.plan_of("a")) == plan
    need = look_at(opened, opened.town("a"))
    assert need.task is not None
    assert need.task.derive_only  # its tables are made anew


class Cancelled(BaseException):
    """Whoever asked for it has cancelled it."""


@pytest.fixture
def edited(city):
    """The city with a plan that was named by hand, its tables made of that."""
    opened = open_city(city)
    name_plan(opened.plan_of("a"), "改过", folder=city / "plans", who="王五")
    assert derive_again(opened.plan_of("a"), opened.derived_of("a"))
    assert look_at(opened, opened.town("a")).task is None
    return city


@pytest.mark.parametrize(
    "step", ["placing.load_plan", "placing.write_derived", "placing.place", "worker._replace_plan"]
)
def test_cancelled_on_the_way_rules_and_an_edited_plan_stay(edited, monkeypatch, step):
    rules = edited / "towns" / "a" / "rules.toml"
    plan = open_city(edited).plan_of("a")
    before, digest = rules.read_text("utf-8"), digest_of(plan)
    module, name = step.split(".")
    module = {"placing": placing, "worker": worker}[module]
    real, calls = getattr(module, name), []

    def cancelled(*args):
        calls.append(args)
        if name == "load_plan" and len(calls) == 1:  # the trial is looked at first
            return real(*args)
        if name == "write_derived":
            real(*args)
        raise Cancelled

    with monkeypatch.context() as patch:
        patch.setattr(module, name, cancelled)
        with pytest.raises(Cancelled):
            take(edited, 2, lose_edits=True)
    assert rules.read_text("utf-8") == before
    opened = open_city(edited)
    assert digest_of(plan) == digest
    assert not (opened.derived_of("a") / NEXT).exists()
    need = look_at(opened, opened.town("a"))
    assert digest_of(plan) == digest
    assert need.task is not None
    assert need.task.derive_only  # its tables are made anew, and are not those of the other


def test_cancelled_when_the_plan_is_in_its_place_the_rules_are_those_of_it(city, monkeypatch):
    def cancelled(*_args):
        raise Cancelled

    with monkeypatch.context() as patch:
        patch.setattr(worker, "flush", cancelled)
        with pytest.raises(Cancelled):
            take(city, 2)
    opened = open_city(city)
    assert opened.town("a").rules.split.seed == 5
    assert look_at(opened, opened.town("a")).state == "done"
    assert load_plan(opened.plan_of("a")).rules.split.seed == 5


def test_a_plan_that_somebody_edits_just_before_is_kept(city, monkeypatch):
    rules = city / "towns" / "a" / "rules.toml"
    before, plan = rules.read_text("utf-8"), open_city(city).plan_of("a")

    def edit():
        name_plan(plan, "改过", folder=city / "plans", who="王五")

    opened, trial = open_city(city), trials_of(city)[1]
    with pytest.raises(PlanError, match="changed by somebody just now"):
        put_in_place(
            opened, "a", store_of(city), trial, lose_edits=False, tell=quiet, still_may=edit
        )
    assert load_plan(plan).rules.split.seed != 5
    assert rules.read_text("utf-8") == before


def test_a_run_that_begins_meanwhile_is_no_fault_of_what_is_in_place(city, monkeypatch):
    real = placing._note_after

    def note_after(*args):
        real(*args)
        monkeypatch.setattr(placing, "alone_in", busy)

    def busy(one):
        raise CityBusyError("busy", "忙")

    monkeypatch.setattr(placing, "_note_after", note_after)
    take(city, 2)
    assert load_plan(open_city(city).plan_of("a")).rules.split.seed == 5
    assert can_put_back(store_of(city))


def test_a_border_of_others_that_was_stopped_is_told_without_their_names(city, monkeypatch):
    def stopped(_city):
        raise PlanError("A border was being changed; 'far-east' has it.", "“远东镇”已是新边界。")

    monkeypatch.setattr(placing, "finish_settling", stopped)
    with pytest.raises(PlanError, match="was being settled and was stopped") as told:
        take(city, 2)
    assert "far-east" not in str(told.value)
    assert "远东" not in told.value.zh
