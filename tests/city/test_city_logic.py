"""The digest of the plan logic covers what makes a plan, and nothing that only shows one."""

import importlib.util
from pathlib import Path

import pytest
from source_tree import imports_of, modules, path_of

from gridmap.city import fingerprint
from gridmap.city.fingerprint import LOGIC
from gridmap.city.worker import Task, carry_out
from gridmap.workflow import rechecking

ROOT = Path(__file__).resolve().parents[2]


def modules_behind(start):
    """All modules of ours that a module imports, and those that they import."""
    known, found, todo = set(modules()), set(), [start]
    while todo:
        module = todo.pop()
        if module in found:
            continue
        found.add(module)
        for one in imports_of(module):
            name = one.name
            while name and name not in known:
                name = name.rpartition(".")[0]
            todo += [name] if name else []
    return found


def test_every_module_that_makes_a_plan_is_in_the_digest():
    behind = modules_behind("gridmap.workflow.workflow") | modules_behind("gridmap.store.writing")
    paths = [path_of(module).relative_to(ROOT) for module in behind]
    packages = {"gridmap/__init__.py", "boundaries/__init__.py", "layers/__init__.py"}
    outside = [
        path.as_posix()
        for path in paths
        if path.as_posix() not in packages
        and not any(path == Path(room) or Path(room) in path.parents for room in LOGIC)
    ]
    assert outside == []


def test_no_page_and_no_export_is_in_the_digest():
    assert not [room for room in LOGIC if "ui" in room or "cli" in room or "export" in room]


@pytest.mark.parametrize(
    ("module", "name"), [(fingerprint, "plan_logic"), (rechecking, "code_hash")]
)
def test_the_sources_are_read_when_a_process_begins_and_never_later(module, name, monkeypatch):
    spec = importlib.util.spec_from_file_location("begun_now", module.__file__)
    begun = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(begun)
    monkeypatch.setattr(Path, "read_bytes", lambda path: b"updated meanwhile")
    assert getattr(begun, name)() == getattr(module, name)()


def test_a_worker_of_another_program_plans_nothing(tmp_path):
    place = tmp_path / "derived"
    task = Task("a", "1", str(tmp_path), "a.gpkg", str(place), "", "inputs", logic="another")
    outcome = carry_out(task)
    assert outcome.state == "failed"
    assert "another one than that of the run" in str(outcome.fault)
    assert "不同" in outcome.fault.zh
