"""The digest of the plan logic covers what makes a plan, and nothing that only shows one."""

from pathlib import Path

from source_tree import imports_of, modules, path_of

from gridmap.city.fingerprint import LOGIC

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
