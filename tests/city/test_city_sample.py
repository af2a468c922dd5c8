"""The simulated city: towns that share their borders, drawn alike every time."""

import os
import sys

import geopandas as gpd
import numpy as np
import openpyxl  # noqa: F401  before the script asks it for other bytes
import pytest
import shapely
from project import ROOT

sys.path.insert(0, str(ROOT / "data"))

from make_city import LARGE, SMALL, cells_of, write_town

os.environ.pop("OPENPYXL_LXML", None)  # for the tests after these


@pytest.fixture(scope="module")
def cells():
    return cells_of(40, seed=0)


def test_cells_tile_the_city_and_lie_inside_their_samples(cells):
    shapes = np.array([cell.shape for cell in cells])
    whole = shapely.union_all(shapes)
    assert whole.area == pytest.approx(sum(shape.area for shape in shapes), abs=1e-3)
    assert {cell.sample for cell in cells} == {LARGE, SMALL}
    for cell in cells:
        west, south, east, north = cell.shape.bounds
        x, y = cell.centre
        assert max(x - west, east - x) < cell.sample.width / 2 + 60
        assert max(y - south, north - y) < cell.sample.height / 2 + 60


def test_neighbours_have_the_same_corners_along_their_border(cells):
    one, two = cells[10].shape, cells[11].shape
    common = shapely.intersection(shapely.boundary(one), shapely.boundary(two))
    assert common.length > 2_000
    corners = {tuple(point) for point in shapely.get_coordinates(common).tolist()}
    assert corners <= {tuple(point) for point in shapely.get_coordinates(one).tolist()}
    assert corners <= {tuple(point) for point in shapely.get_coordinates(two).tolist()}


def test_a_town_has_codes_and_people_of_its_own_and_the_same_bytes_again(cells, tmp_path):
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        people = write_town(cells[12], folder, None, seed=0)
    grids = gpd.read_file(folders[0] / "hierarchy.gpkg", layer="grids").set_index("code")
    assert grids.index.str.startswith("410102001").all()
    assert grids.loc["410102001000"].geometry.equals(cells[12].shape)
    assert people["姓名"].str.endswith("·013").all()
    assert 'code = "410102001000"' in (folders[0] / "rules.toml").read_text(encoding="utf-8")
    for path in sorted(folders[0].iterdir()):
        assert path.read_bytes() == (folders[1] / path.name).read_bytes(), path.name
