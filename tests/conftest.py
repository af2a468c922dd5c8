"""Fixtures that several test files share: a small drawn town, small frames, a real browser."""

import atexit
import gc
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import browser
import drawn_plan
import drawn_town
import geopandas as gpd
import pytest
import redraw_plan
import second_try
import sure_clicks
from cli_runs import sound_plan
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from saved_plans import put_plan
from small_plan import small_plan

from gridmap.workflow import workflow
from tests.support.clients.throwaway_postgis import Server, throwaway_server

gc.disable()  # until all tests are collected
# Workers, and the many processes that tests begin, read byte code instead of making it anew, also
# where somebody has switched it off: that costs each worker 10 s.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
# What this machine remembers of links and accounts is another one's for every run of tests.
_STATE = tempfile.mkdtemp(prefix="gridmap-state-")
os.environ["GRIDMAP_STATE"] = _STATE
atexit.register(shutil.rmtree, _STATE, ignore_errors=True)

# The same cases in every run, so that a change alone decides whether a test fails. To search for
# new ones: --hypothesis-profile=wide; tests that set a number of examples draw 20 times as many.
settings.register_profile("steady", derandomize=True, database=None, deadline=None)
settings.register_profile(
    "wide", max_examples=1_000, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")
WIDER = 20
TESTS = Path(__file__).parent
# Files that take longest. Several processes take them first: one begun last is waited for alone.
LONGEST = (
    "test_partition_columns",
    "test_layers_fuzz",
    "test_always_holds",
    "test_browser_redraw",
    "test_edits_always",
    "test_dividing",
    "test_browser_plans",
    "test_browser_map",
    "test_browser_coverage",
    "test_browser_split",
    "test_browser_pages",
    "test_browser_data",
    "test_browser_journey",
    "test_trials",
    "test_clients_",
    "test_browser_",
    "test_ui_",
    "test_places",
    "test_edits_",
    "test_joining",
    "test_households",
    "test_need",
    "test_durability",
    "test_data_zhengan",
    "test_partition_",
    "test_plan_lock",
    "test_store",
    "test_cli",
    "test_my_grids_",
)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Give two processes more than there are cores: those that drive a browser often wait."""
    return (os.cpu_count() or 1) + 2


def pytest_configure(config: pytest.Config) -> None:
    """Let each worker begin to collect in another folder: what one has compiled, others read."""
    told = getattr(config, "workerinput", None)
    if told and [Path(given).resolve() for given in config.args] == [TESTS]:
        folders = sorted(str(path) for path in TESTS.iterdir() if any(path.glob("**/test_*.py")))
        begin = len(folders) * int(told["workerid"].removeprefix("gw")) // told["workercount"]
        config.args[:] = folders[begin:] + folders[:begin]


def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """In the run of all tests, by several processes, try once more what failed in a browser."""
    with_browser = "browser" in item.path.parts or "driver" in item.fixturenames
    if with_browser and hasattr(item.config, "workerinput"):
        return second_try.tried_twice(item, nextitem)
    return None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Note which clicks a test has made again."""
    sure_clicks.made_again.clear()
    try:
        return (yield)
    finally:
        for button in sure_clicks.made_again:
            item.user_properties.append((second_try.CLICKED_AGAIN, button))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell which browser tests passed only at the second try, and which clicks were made again."""
    second_try.tell(terminalreporter)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run in which that happened often."""
    second_try.fail_if_many(session)


def pytest_collection_finish() -> None:
    """Let the collector of garbage look only at what the tests make from here on, and more rarely.

    Streamlit has it look through all there is after each run of a page: 0.4 s for all our tests.
    While they are collected, nothing is thrown away: it waits, which saves each worker 1.5 s.
    """
    gc.enable()
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the tests in line, and let property tests draw more in the profile `wide`."""
    if hasattr(config, "workerinput"):
        _put_in_line(items)
    if config.getoption("--hypothesis-profile", None) == "wide":
        _draw_more(items)


def _put_in_line(items: list[pytest.Item]) -> None:
    """Put the longest files first, and those with a browser, which often wait, among the others."""
    files = sorted({test.path for test in items}, key=lambda path: (_rank(path), path))
    line = {}
    for with_browser in (True, False):
        group = [path for path in files if ("browser" in path.parts) == with_browser]
        line |= {path: ((number + 0.5) / len(group), path) for number, path in enumerate(group)}
    items.sort(key=lambda test: line[test.path])


def _rank(path: Path) -> int:
    return next(
        (place for place, name in enumerate(LONGEST) if path.name.startswith(name)), len(LONGEST)
    )


def _draw_more(items: list[pytest.Item]) -> None:
    for test in {getattr(item, "function", None) for item in items}:
        own = getattr(test, "_hypothesis_internal_use_settings", None)
        if own is not None and own.max_examples != settings().max_examples:
            test._hypothesis_internal_use_settings = settings(
                own, max_examples=WIDER * own.max_examples
            )


@pytest.fixture(scope="session")
def _town_source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return drawn_town.write_town(tmp_path_factory.mktemp("drawn") / "town")


@pytest.fixture
def small_town(_town_source: Path, tmp_path: Path) -> Path:
    """Give a folder of its own with the drawn town, whole and valid: `drawn_town` shows it."""
    return Path(shutil.copytree(_town_source, tmp_path / "town"))


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """Give a town folder with the rules of the drawn town alone, as a form over them needs it."""
    place = tmp_path / "towns" / "test"
    place.mkdir(parents=True)
    (place / "rules.toml").write_text(drawn_town.rules_text(), "utf-8")
    return place


@pytest.fixture
def small_hierarchy() -> gpd.GeoDataFrame:
    """Give the grids of the drawn town as a HIERARCHY frame: index code, 1 / 2 / 4 grids."""
    return drawn_town.draw_hierarchy().set_index("code")


@pytest.fixture
def four_squares() -> gpd.GeoDataFrame:
    """Give four squares of 100 m that tile a square: a south-west, b north-west, c, d east."""
    return drawn_town.four_squares()


@pytest.fixture(scope="session")
def driver() -> Iterator[Playwright]:
    """Give what drives browsers: one process has room for one."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(driver: Playwright) -> Iterator[Browser]:
    """Give a Chromium without a window, one for all tests: its pages know the app's scripts."""
    with browser.chromium(driver) as started:
        yield started


@pytest.fixture(scope="module")
def firefox(driver: Playwright) -> Iterator[Browser]:
    """Give a Firefox without a window, where the machine has one."""
    with browser.firefox(driver) as started:
        yield started


@pytest.fixture(params=["chromium", "firefox"])
def any_browser(request: pytest.FixtureRequest) -> Browser:
    """Give each browser in turn: what is tested is seen in both."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def context(chromium: Browser, address: str) -> Iterator[Page]:
    """Give the page at the `address` of the file; it asks nothing outside and has no errors."""
    with browser.open_page(chromium, address) as watched:
        yield watched.page
        assert (watched.outside, watched.errors) == ([], [])


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Run the app for all who redraw a plan; give its address, and the folder of the plans."""
    folder = tmp_path_factory.mktemp("served")
    with browser.app_server(folder, folder) as address:
        yield address, folder


@pytest.fixture(scope="session")
def postgis() -> Iterator[Server]:
    """Give a PostgreSQL with PostGIS that is there for this run alone: `new_database` of it."""
    with throwaway_server() as server:
        yield server


@pytest.fixture
def plan_path(served: tuple[str, Path], request: pytest.FixtureRequest) -> Iterator[Path]:
    """Give a test a plan of its own in the folder of `served`: the drawn one of `redraw_plan`."""
    name = re.sub(r"\W+", "-", request.node.name)
    # Two underscores: Streamlit keeps them for itself in names of widgets, which hold the path.
    path = served[1] / f"{name[:30]}__{name[-10:]}.gridmap.gpkg"
    put_plan(redraw_plan.draw, path)
    yield path
    path.unlink()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Give the file of the drawn plan, in a folder of its own."""
    place = tmp_path / "test.gridmap.gpkg"
    put_plan(drawn_plan.draw_plan, place)
    return place


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty folder to work in, with the small plan in it, read in English."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    put_plan(small_plan, tmp_path / "t.gridmap.gpkg")
    return tmp_path


@pytest.fixture
def made(here, monkeypatch):
    """Let plans be made at once: every town is the small one."""
    folders = []

    def make(folder, *, progress=None, issued=None):
        folders.append(folder)
        progress("Reading layers", 0.0)
        return sound_plan()

    monkeypatch.setattr(workflow, "make_plan", make)
    return folders
