"""Numbers that could be of two places, or are of a local grid: never taken for sure."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import CRS

from layers.contract.errors import LayerCRSError, Named
from layers.inspect.file import inspect_file
from layers.location.crs_guess import guess_crs
from layers.location.placing import read_placed

# 121.47 E, 31.23 N in the metres of a web map; with its 13 in front it looks like zone 13 (75 E).
SHANGHAI = np.array([13_520_000.0, 3_660_000.0, 13_525_000.0, 3_665_000.0])


def test_metres_of_a_web_map_are_not_taken_for_a_zone_in_xinjiang():
    guesses = guess_crs(SHANGHAI)
    assert [guess.crs for guess in guesses] == ["EPSG:4491", "EPSG:3857"]
    assert not any(guess.sure for guess in guesses)


def test_the_work_crs_decides_between_a_web_map_and_a_zone():
    (guess,) = guess_crs(SHANGHAI, work_crs=CRS("EPSG:4549"))
    assert (guess.crs, guess.sure) == ("EPSG:3857", True)


def test_a_zone_number_that_no_web_map_has_stays_sure():
    guesses = guess_crs(np.array([38_491_000.0, 3_840_000.0, 38_492_000.0, 3_841_000.0]))
    assert [(guess.crs, guess.sure) for guess in guesses] == [("EPSG:4526", True)]
    assert "基准未注明" in guesses[0].why_zh


@pytest.fixture
def local_grid(tmp_path):
    """A layer of 1 km2 in the grid of a city, exported under the name of EPSG:4547."""
    path = tmp_path / "独立坐标.gpkg"
    square = shapely.box(41_000, 40_000, 42_000, 41_000)
    gpd.GeoDataFrame(geometry=[square], crs="EPSG:4547").to_file(path)
    return path


def test_a_local_grid_under_a_national_name_is_not_sure_and_is_told(local_grid):
    (layer,) = inspect_file(local_grid).layers
    assert not layer.crs_sure
    assert layer.crs_why_zh == "文件已注明，但数值与之不符"
    (issue,) = layer.issues.to_dict("records")
    assert issue["rule"] == "READ-5"
    assert "疑为地方独立坐标系" in issue["message_zh"]


def test_a_plan_is_told_of_a_local_grid_too(local_grid):
    _, issues = read_placed(local_grid, crs="EPSG:4547", what=Named("Layer", "图层"))
    assert [issue.rule for issue in issues] == ["READ-5"]


def test_numbers_of_no_system_ask_for_the_layer_in_cgcs2000(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("name,x,y\nA,41000,40000\nB,41100,40100\n")
    (layer,) = inspect_file(path).layers
    assert "请索取 CGCS2000 成果" in layer.crs_why_zh
    assert "未知" in layer.facts().set_index("key").loc["crs", "value_zh"]
    with pytest.raises(LayerCRSError, match="local grid"):
        read_placed(path, crs="EPSG:4547", what=Named("Layer", "图层"))
