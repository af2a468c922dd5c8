"""Fixtures that several test files share: a small drawn town, small frames, a real browser."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import browser
import drawn_town
import geopandas as gpd
import pytest
from cli_runs import sound_plan
from playwright.sync_api import Browser
from small_plan import small_plan

from gridmap import workflow
from gridmap.store import save_plan


@pytest.fixture(scope="session")
def _town_source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return drawn_town.write_town(tmp_path_factory.mktemp("drawn") / "town")


@pytest.fixture
def small_town(_town_source: Path, tmp_path: Path) -> Path:
    """Give a folder of its own with the drawn town, whole and valid: `drawn_town` shows it."""
    return Path(shutil.copytree(_town_source, tmp_path / "town"))


@pytest.fixture
def small_hierarchy() -> gpd.GeoDataFrame:
    """Give the grids of the drawn town as a HIERARCHY frame: index code, 1 / 2 / 4 grids."""
    return drawn_town.draw_hierarchy().set_index("code")


@pytest.fixture
def four_squares() -> gpd.GeoDataFrame:
    """Give four squares of 100 m that tile a square: a south-west, b north-west, c, d east."""
    return drawn_town.four_squares()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Give a Chromium without a window, one for each file of tests."""
    with browser.chromium() as started:
        yield started


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty folder to work in, with the small plan in it, read in English."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    save_plan(small_plan(), "t.gridmap.gpkg")
    return tmp_path


@pytest.fixture
def made(here, monkeypatch):
    """Let plans be made at once: every town is the small one."""
    folders = []

    def make(folder, *, progress=None):
        folders.append(folder)
        progress("Reading layers", 0.0)
        return sound_plan()

    monkeypatch.setattr(workflow, "make_plan", make)
    return folders
