"""The store of plans against a model, whatever people do in its folder."""

import os
import shutil

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from stored_plans import SUFFIX, put, titled

from gridmap.plan_store import (
    FilePlans,
    PlanConflictError,
    UnknownPlanError,
)


class Folder(RuleBasedStateMachine):
    """A folder of plans in which people work by a file manager and two writers by the store.

    The model knows of each file its id, its title and how often it was changed.
    """

    @initialize(folder=some.just(None))
    def begin(self, folder):
        self.folder = self.given / f"f{len(os.listdir(self.given))}"
        self.folder.mkdir()
        self.store, self.again = FilePlans(self.folder), FilePlans(self.folder)
        self.model, self.gone, self.number, self.seen = {}, {}, 0, {}
        self.put("one", 0)

    def place(self):
        self.number += 1
        sub = ("", "east", "east/a", "west")[self.number * 7 % 4]
        path = self.folder / sub / f"p{self.number * 37 % 101:03}{SUFFIX}"
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def pick(self, number):
        return sorted(self.model)[number % len(self.model)]

    @rule(name=some.sampled_from(["one", "two"]), number=some.integers(0, 5))
    def put(self, name, number):
        if any(one["name"] == name for one in (*self.model.values(), *self.gone.values())):
            return  # a copy is another rule
        path = put(self.place(), name)
        self.model[path] = {"name": name, "id": None, "title": "", "changes": 0}

    @precondition(lambda self: self.model)
    @rule(number=some.integers(0, 5))
    def rename(self, number):
        old, new = self.pick(number), self.place()
        old.rename(new)
        self.model[new] = self.model.pop(old)

    @precondition(lambda self: 0 < len(self.model) < 5)
    @rule(number=some.integers(0, 5))
    def copy(self, number):
        old, new = self.pick(number), self.place()
        shutil.copyfile(old, new)
        self.model[new] = {**self.model[old], "id": None}

    @precondition(lambda self: self.model and not self.gone)
    @rule(number=some.integers(0, 5))
    def take_away(self, number):
        old = self.pick(number)
        spare = self.folder / ".kept"
        old.rename(spare)
        self.gone[spare] = self.model.pop(old)

    @precondition(lambda self: self.gone)
    @rule()
    def bring_back(self):
        (spare,) = self.gone
        new = self.place()
        spare.rename(new)
        self.model[new] = self.gone.pop(spare)

    @precondition(lambda self: self.model)
    @rule(number=some.integers(0, 5), writer=some.sampled_from("ab"))
    def look(self, number, writer):
        one = self.model[self.pick(number)]
        self.seen[writer] = (one["id"], self.store.revision(one["id"]), one["changes"])

    @precondition(lambda self: self.seen)
    @rule(writer=some.sampled_from("ab"))
    def change(self, writer):
        if writer not in self.seen:
            return
        id, revision, changes = self.seen[writer]
        store = self.store if writer == "a" else self.again
        one = next((one for one in self.model.values() if one["id"] == id), None)
        self.number += 1
        change, title = titled(f"t{self.number}"), f"t{self.number}"
        if one is None:
            with pytest.raises(UnknownPlanError):
                store.change(id, change, revision)
        elif one["changes"] != changes:
            with pytest.raises(PlanConflictError):
                store.change(id, change, revision)
        else:
            store.change(id, change, revision)
            one["title"], one["changes"] = title, changes + 1

    @invariant()
    def the_store_knows_what_there_is(self):
        if not hasattr(self, "model"):
            return
        paths = {path: id for id, path in self.store.paths().items()}
        assert set(paths) == set(self.model)
        for path, one in self.model.items():
            one["id"] = one["id"] or paths[path]
            assert paths[path] == one["id"]
        ids = [one["id"] for one in (*self.model.values(), *self.gone.values())]
        assert len(set(ids)) == len(ids)
        titles = {entry.id: entry.title for entry in FilePlans(self.folder).list()}
        assert titles == {one["id"]: one["title"] for one in self.model.values()}


def test_ids_and_changes_are_those_of_the_model_whatever_is_done(tmp_path):
    class Here(Folder):
        given = tmp_path

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=8,
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
