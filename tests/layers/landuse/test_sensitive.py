"""Codes of ground that no map for the public may show."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from layers.landuse.ground import read_ground
from layers.landuse.sensitive import sensitive_codes


@pytest.mark.parametrize(
    ("system", "hidden", "shown"),
    [
        ("gbt21010", ["0901", "901", "0902", "0903", "09"], ["0904", "0905", "0906", "0809", ""]),
        ("gbt21010_2007", ["091", "92", "093"], ["094", "095", "086"]),
        ("yongdi_yonghai_2023", ["1501", "1502", "1505", "15"], ["1503", "1504", "0901", "09"]),
        ("osm", ["landuse=military", "military=barracks", "amenity=prison"], ["landuse=retail"]),
        ("own.csv", [], ["0901", "1501"]),
    ],
)
def test_codes_of_military_ground_missions_and_prisons_are_sensitive(system, hidden, shown):
    codes = pd.Series([*hidden, *shown], dtype="str")

    assert sensitive_codes(codes, system).tolist() == [True] * len(hidden) + [False] * len(shown)


def test_a_layer_says_what_marks_its_ground(tmp_path):
    path = tmp_path / "use.gpkg"
    codes = ["0901", "0101"]
    east, north = 493_600, 3_839_200
    shapes = [shapely.box(east + x, north, east + x + 10, north + 10) for x in (0, 10)]
    gpd.GeoDataFrame({"DLBM": codes}, geometry=shapes, crs="EPSG:4547").to_file(path)
    how = {"crs": "EPSG:4547", "code_column": "DLBM", "codes": "gbt21010"}

    assert read_ground(path, **how)["sensitive_by"].tolist() == ["code", ""]
    assert read_ground(path, **how, sensitive=True)["sensitive_by"].tolist() == ["layer", "layer"]
