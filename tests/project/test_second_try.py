"""Browser tests that fail: once more in a world made anew, and nothing of it is hidden."""

import os
import subprocess
import sys

import pytest
import second_try
from project import ROOT

CONFTEST = """
import pytest, second_try
from second_try import tell, fail_if_many

def pytest_runtest_protocol(item, nextitem):
    return second_try.tried_twice(item, nextitem)

def pytest_terminal_summary(terminalreporter):
    tell(terminalreporter)

def pytest_sessionfinish(session):
    fail_if_many(session)
"""
TESTS = """
import pytest
worlds = []

@pytest.fixture(scope="session")
def browser():
    worlds.append("browser")
    yield len(worlds)

@pytest.fixture(scope="module")
def server(browser):
    worlds.append("server")
    yield len(worlds)

def test_sound(server):
    assert worlds == ["browser", "server"]

@pytest.mark.parametrize("number", range(CHANCES))
def test_by_chance(server, number):
    # The first world of each test is that of the one before.
    assert len(worlds) == 2 * (number + 2), "not yet"

def test_always(server):
    assert not ALWAYS, "never"

def test_after(server):
    assert server == len(worlds)
"""


def run(folder, *, chances, always):
    (folder / "conftest.py").write_text(CONFTEST, "utf-8")
    text = TESTS.replace("CHANCES", str(chances)).replace("ALWAYS", str(always))
    (folder / "test_tried.py").write_text(text, "utf-8")
    (folder / "pytest.ini").write_text("[pytest]\n", "utf-8")
    given = ["-p", "no:cacheprovider", "-p", "no:hypothesispytest", "-p", "no:xdist", "-q"]
    path = str(ROOT / "tests" / "support" / "waiting")
    return subprocess.run(
        [sys.executable, "-m", "pytest", *given],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path, "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
    )


def test_a_fault_of_chance_is_tried_again_in_a_new_world_and_told_and_a_steady_one_fails(tmp_path):
    done = run(tmp_path, chances=2, always=True)
    assert "1 failed, 4 passed" in done.stdout
    assert "AssertionError: never" in done.stdout
    assert f"{second_try.SECOND_TRY}: 2 " in done.stdout
    assert "test_by_chance[1]\n" in done.stdout
    assert "AssertionError: not yet" in done.stdout
    assert done.returncode == pytest.ExitCode.TESTS_FAILED


@pytest.mark.parametrize(("chances", "code"), [(second_try.MOST, 0), (second_try.MOST + 1, 1)])
def test_many_second_tries_fail_the_run(tmp_path, chances, code):
    done = run(tmp_path, chances=chances, always=False)
    assert f"{chances + 3} passed" in done.stdout
    assert done.returncode == code
