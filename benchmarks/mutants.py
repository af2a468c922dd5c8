"""Put faults into the code and count what tests notice: ``python -m benchmarks.mutants split``.

A mutant is a copy of one function with one small fault (`benchmarks.mutations`). A seeded sample of
a room's mutants is tried, each in a process forked from this one, where the function gets the code
of the mutant and the tests run that reach the changed line, shortest first, until one fails or
`--seconds` of CPU time are spent. A mutant that no test notices is a missing test, or does what the
code does: people decide which. `--at FILE:LINE` tries all faults of a line, to see that a new test
notices.

Compiled kernels and what stands outside functions are left out. Needs `os.fork` (Linux, macOS).
"""

from __future__ import annotations

import argparse
import builtins
import importlib
import inspect
import json
import os
import random
import resource
import select
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import accumulate
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest

from benchmarks.mutations import Mutant, code_of, counted_code, mutants_of

ROOT = Path(__file__).resolve().parent.parent
# A room: its modules and its test files, by pattern.
ROOMS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "split": (
        tuple(f"gridmap/split/{name}.py" for name in ("split", "joining", "gluing", "dividing")),
        tuple(f"split/test_{name}.py" for name in ("split", "joining", "dividing", "blocks")),
    ),
    "edits": (
        ("gridmap/edits/**/*.py", "gridmap/split/micro_category.py"),
        ("edits/*.py", "split/test_micro_category.py"),
    ),
    "assign": (
        tuple(f"gridmap/staffing/{name}.py" for name in ("assign", "affinity", "posts")),
        ("staffing/*.py",),
    ),
    "tiling": (
        (
            "boundaries/tiling/*.py",
            *(f"boundaries/overlay/{name}.py" for name in ("precedence", "faces")),
            "boundaries/topology/absorb.py",
        ),
        ("boundaries/tiling/*.py", "boundaries/overlay/*.py", "boundaries/topology/*.py"),
    ),
    "export": (
        (
            "boundaries/export/geojson/ground.py",
            "boundaries/export/geojson/apportion.py",
            "boundaries/export/rounding.py",
        ),
        ("boundaries/export/test_geojson.py", "boundaries/export/test_rounding.py"),
    ),
    "store": (("gridmap/store/*.py",), ("store/test_store*.py",)),
}
HIT = "__mutants_hit__"
_BROKEN = 70  # the trial itself failed, which says nothing about the tests
# What the tests import anyway: read once here, not once a mutant.
FIRST = ("playwright.sync_api", "gridmap.workflow.workflow", "gridmap.cli.program")


class Lines:
    """Which tests reach which lines; what a fixture does counts for all tests that use it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.hit: set[tuple[str, int]] = set()
        self.by_fixture: dict[str, set[tuple[str, int]]] = {}
        self.by_test: dict[str, tuple[float, set[tuple[str, int]]]] = {}
        setattr(builtins, HIT, self.hit)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Iterator[None]:
        """Note what one fixture reaches."""
        before = set(self.hit)
        self.hit.clear()
        result = yield
        self.by_fixture.setdefault(fixturedef.argname, set()).update(self.hit)
        self.hit |= before
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: Any) -> Iterator[None]:
        """Note what one test reaches and how long it takes."""
        self.hit.clear()
        begin = time.process_time()
        result = yield
        self.by_test[item.nodeid] = (time.process_time() - begin, set(self.hit))
        for name in item.fixturenames:
            self.by_test[item.nodeid][1].update(self.by_fixture.get(name, ()))
        return result

    def pytest_sessionfinish(self) -> None:
        """Hand all on to the process that waits."""
        told = {name: (took, sorted(hit)) for name, (took, hit) in self.by_test.items()}
        self.path.write_text(json.dumps(told), encoding="utf-8")


class Hurried:
    """Property tests need not look for the smallest example: one that fails is enough."""

    def pytest_collection(self) -> None:
        """Set that before the test files are read."""
        from hypothesis import Phase, settings

        settings.register_profile(
            "hurried", parent=settings(), phases=[Phase.explicit, Phase.generate]
        )
        settings.load_profile("hurried")


def functions_of(module: ModuleType) -> dict[str, FunctionType]:
    """Functions and methods written in a module, by qualified name; none that are compiled."""
    found: dict[str, FunctionType] = {}
    for owner in (module, *(one for one in vars(module).values() if inspect.isclass(one))):
        if owner is not module and owner.__module__ != module.__name__:
            continue
        for value in vars(owner).values():
            raw = getattr(value, "fget", None) or getattr(value, "__func__", value)
            if not hasattr(raw, "py_func"):
                raw = inspect.unwrap(raw) if callable(raw) else raw
                if isinstance(raw, FunctionType) and raw.__module__ == module.__name__:
                    found[raw.__qualname__] = raw
    return found


def put(functions: dict[str, FunctionType], name: str, code: CodeType) -> None:
    """Give a function other code, wherever it was imported to."""
    functions[name].__code__ = code


def forked(work: Callable[[], int], *, seconds: float) -> int | None:
    """Run in a forked process; its exit code, or None when it took longer than it may."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        os.close(reader)
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        limit = int(seconds) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 5))
        code = _BROKEN
        try:
            code = int(work())
        finally:
            os._exit(code)
    os.close(writer)
    # The pipe closes when the child is gone; an hour is beyond all that a loaded machine delays.
    ended = bool(select.select([reader], [], [], 20 * seconds + 60)[0])
    os.close(reader)
    if not ended:
        os.kill(child, signal.SIGKILL)
    status = os.waitpid(child, 0)[1]
    return os.waitstatus_to_exitcode(status) if ended and os.WIFEXITED(status) else None


def run_tests(names: list[str], *plugins: object) -> int:
    """Run tests as a developer would; 0 when all pass."""
    quick = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "--no-header"]
    return int(pytest.main([*quick, *names], plugins=[Hurried(), *plugins]))


def lines_reached(
    tests: list[str], functions: dict[str, dict[str, FunctionType]], scratch: Path
) -> dict[str, tuple[float, set[tuple[str, int]]]]:
    """Run all tests of a room once, unchanged, and note the lines that each reaches."""

    def work() -> int:
        for path, own in functions.items():
            source = (ROOT / path).read_text(encoding="utf-8")
            for name, code in counted_code(source, path, HIT).items():
                if name in own:
                    put(own, name, code)
        return run_tests(tests, Lines(scratch))

    if forked(work, seconds=3_600) != 0:
        raise SystemExit("The tests do not pass unchanged: run them first.")
    told = json.loads(scratch.read_text(encoding="utf-8"))
    return {name: (took, {(p, n) for p, n in hit}) for name, (took, hit) in told.items()}


def try_mutant(
    mutant: Mutant,
    functions: dict[str, dict[str, FunctionType]],
    reached: dict[str, tuple[float, set[tuple[str, int]]]],
    seconds: float,
) -> str:
    """Say what became of a mutant: killed, slow (as good as killed), survived or unreached."""
    hits = [
        (took, name) for name, (took, hit) in reached.items() if (mutant.path, mutant.line) in hit
    ]
    if not hits:
        return "unreached"
    hits.sort()
    spent = accumulate(took for took, _ in hits)
    hits = [one for one, so_far in zip(hits, spent, strict=True) if so_far <= seconds] or hits[:1]
    names = [name for _, name in hits]
    source = (ROOT / mutant.path).read_text(encoding="utf-8")

    def work() -> int:
        put(functions[mutant.path], mutant.function, code_of(source, mutant))
        return run_tests(names)

    code = forked(work, seconds=3 * sum(took for took, _ in hits) + 20)
    if code == _BROKEN:
        raise SystemExit(f"This mutant cannot be tried: {mutant}")
    return {None: "slow", 0: "survived"}.get(code, "killed")


def main() -> int:
    """Try a sample of mutants of one room and print the figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutants")
    parser.add_argument("room", choices=ROOMS)
    parser.add_argument("--sample", type=int, default=40)
    parser.add_argument("--seed", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=10.0, help="CPU time of tests a mutant")
    parser.add_argument("--at", nargs="+", metavar="FILE:LINE", help="these lines, no sample")
    asked = parser.parse_args()
    patterns, files = ROOMS[asked.room]
    paths = sorted({str(p.relative_to(ROOT)) for one in patterns for p in ROOT.glob(one)})
    tests = sorted({str(p) for one in files for p in (ROOT / "tests").glob(one)})
    for name in FIRST:
        importlib.import_module(name)
    functions = {
        path: functions_of(importlib.import_module(path[:-3].replace("/", "."))) for path in paths
    }
    mutants = [
        mutant
        for path in paths
        for mutant in mutants_of((ROOT / path).read_text(encoding="utf-8"), path)
        if mutant.function in functions[path]
    ]
    if asked.at:
        sample = [one for one in mutants if f"{one.path}:{one.line}" in asked.at]
    else:
        sample = random.Random(asked.seed).sample(mutants, min(asked.sample, len(mutants)))
    with tempfile.TemporaryDirectory() as folder:
        reached = lines_reached(tests, functions, Path(folder) / "lines.json")
    rows = []
    for mutant in sample:
        rows.append((try_mutant(mutant, functions, reached, asked.seconds), mutant))
        print(f"{rows[-1][0]}  {mutant}", flush=True)
    noticed = sum(what in ("killed", "slow") for what, _ in rows)
    print(f"{asked.room}: {noticed} of {len(rows)} mutants noticed ({len(mutants)} possible)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
