"""Fixtures that several test files share: a small drawn town as a folder, and small frames."""

import shutil
from pathlib import Path

import drawn_town
import geopandas as gpd
import pytest


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
