"""A folder that cannot be read: every input fault ends in a sentence about the file."""

import drawn_town
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Transformer
from town_folder import change_rules, write_hierarchy

from gridmap.town import town
from gridmap.town.town import load_town
from layers.contract.errors import (
    BoundaryError,
    GridmapError,
    LayerCRSError,
    LayerFileError,
    LayerSchemaError,
)
from layers.location.datum import wgs_to_gcj

TOWN = drawn_town.TOWN_CODE


def test_a_missing_folder_or_rules_file_is_named(tmp_path):
    with pytest.raises(LayerFileError, match=r"There is no folder .*nowhere"):
        load_town(tmp_path / "nowhere")
    with pytest.raises(LayerFileError, match=r"No rules file at .*needs a rules.toml"):
        load_town(tmp_path)


def test_a_file_in_place_of_the_folder_is_told_with_its_folder(tmp_path):
    (tmp_path / "rules.toml").write_text("", encoding="utf-8")
    with pytest.raises(LayerFileError) as caught:
        load_town(tmp_path / "rules.toml")
    folder = str(tmp_path)
    assert f"is a file, not a folder. Give the folder that it lies in: {folder!r}" in str(
        caught.value
    )
    assert f"是文件，不是文件夹。请给出它所在的文件夹：“{folder}”。" in caught.value.zh


def test_all_missing_files_are_named_at_once(small_town):
    (small_town / "landuse.gpkg").unlink()
    (small_town / "roster.xlsx").unlink()
    with pytest.raises(LayerFileError) as caught:
        load_town(small_town)
    assert "'roster.xlsx', 'landuse.gpkg' of rules.toml are not in" in str(caught.value)
    assert "Found there: 'developable.gpkg'" in str(caught.value)


def test_an_empty_layer_is_named(small_town):
    (small_town / "estates.gpkg").unlink()
    drawn_town.draw_layers()["estates"].iloc[:0].to_file(small_town / "estates.gpkg")
    with pytest.raises(LayerFileError, match=r"'estates.gpkg' holds no features"):
        load_town(small_town)


def test_a_layer_without_crs_is_named(small_town):
    change_rules(small_town, 'file = "estates.gpkg"', 'file = "estates.shp"')
    drawn_town.draw_layers()["estates"].to_file(small_town / "estates.shp", encoding="GBK")
    (small_town / "estates.prj").unlink()
    with pytest.raises(LayerCRSError, match=r"Layer 'estates.shp' has no coordinate system"):
        load_town(small_town)


@pytest.mark.parametrize(
    ("crs", "words"),
    [("EPSG:4490", "is in degrees"), ("EPSG:3857", "is a Mercator map"), ("x", "is not a known")],
)
def test_a_work_crs_without_metres_is_refused(small_town, crs, words):
    change_rules(small_town, "EPSG:4547", crs)
    with pytest.raises(LayerCRSError, match=rf"rules.toml, town.crs: .*{words}"):
        load_town(small_town)


def test_an_unknown_column_is_named_with_those_found(small_town):
    change_rules(small_town, 'code_column = "DLBM"', 'code_column = "DLDM"')
    with pytest.raises(LayerSchemaError, match=r"no column 'DLDM'. .*Found: 'BSM', 'DLBM'"):
        load_town(small_town)


def test_all_wrong_columns_are_told_at_once_before_anything_is_read(small_town, monkeypatch):
    change_rules(small_town, 'code_column = "DLBM"', 'code_column = "DLDM"')
    change_rules(small_town, 'id_column = "编号"', 'id_column = "企业编号"')
    change_rules(small_town, '"hierarchy.gpkg"', '"hierarchy.gpkg", level_column = "Level"')
    monkeypatch.setattr(
        "gridmap.town.town.read_hierarchy", lambda *_, **__: pytest.fail("was read")
    )
    with pytest.raises(LayerSchemaError) as caught:
        load_town(small_town)
    told = str(caught.value).splitlines()
    assert told[0] == "The rules name what the files do not have. Correct rules.toml:"
    assert len(told) == 4
    assert "has no column 'Level'. Did you mean 'level'? Found: 'code'," in told[1]
    assert "has no column 'DLDM'. Did you mean 'DLBM'?" in told[2]
    assert "has no column '企业编号'. Did you mean '编号'?" in told[3]
    assert "是否为“DLBM”？" in caught.value.zh


def test_a_faulty_roster_is_told_before_the_layers_are_read(small_town, monkeypatch):
    roster = drawn_town.draw_roster()
    roster["编号"] = ""  # no row that could be used; a row or two are left out by name
    roster.to_excel(small_town / "roster.xlsx", index=False)
    monkeypatch.setattr(
        "gridmap.town.town.read_hierarchy", lambda *_, **__: pytest.fail("was read")
    )
    with pytest.raises(LayerSchemaError, match="no row that can be used"):
        load_town(small_town)


def test_a_faulty_code_table_is_told_with_the_columns(small_town):
    change_rules(small_town, 'codes = "gbt21010"', 'codes = "own.csv"')
    change_rules(small_town, 'code_column = "DLBM"', 'code_column = "DLDM"')
    (small_town / "own.csv").write_text("prefix,target\n01,farmlan\n", encoding="utf-8")
    with pytest.raises(LayerSchemaError, match=r"(?s)no column 'DLDM'.*target 'farmlan' is not"):
        load_town(small_town)


def test_a_hierarchy_with_faults_is_refused(small_town):
    grids = drawn_town.draw_hierarchy()
    write_hierarchy(small_town, grids[grids["code"] != f"{TOWN}201002"])
    with pytest.raises(BoundaryError) as caught:
        load_town(small_town)
    assert "The grid hierarchy has 1 fault:" in str(caught.value)
    assert "500,000.0 m² of it lie in none of its 1 level-3 grids" in str(caught.value)


def test_another_towns_hierarchy_is_refused(small_town):
    change_rules(small_town, 'code = "410122106"', 'code = "410122107"')
    with pytest.raises(BoundaryError, match=r"has code '410122106', but town.code in rules.toml"):
        load_town(small_town)


def test_a_doubled_roster_id_names_both_rows_and_leaves_them_out(small_town):
    roster = drawn_town.draw_roster()
    roster.loc[20, "编号"] = "L01"
    roster.to_excel(small_town / "roster.xlsx", index=False)
    town = load_town(small_town)
    told = town.issues[town.issues["rule"] == "READ-22"]
    assert told["severity"].tolist() == ["error"]
    assert "'L01' stands in rows 2 and 22" in told["message"].iloc[0]
    assert "L01" not in town.people.index
    assert len(town.people) == len(roster) - 2


def test_layers_in_gcj02_are_refused_with_the_shift(small_town):
    degrees = Transformer.from_crs("EPSG:4547", "EPSG:4490", always_xy=True)

    def shift(points):
        lon, lat = wgs_to_gcj(*degrees.transform(points[:, 0], points[:, 1]))
        return np.column_stack(degrees.transform(lon, lat, direction="INVERSE"))

    for name, layer in drawn_town.draw_layers().items():
        (small_town / f"{name}.gpkg").unlink()
        moved = layer.set_geometry(
            shapely.transform(layer.geometry.to_numpy(), shift), crs=layer.crs
        )
        moved.to_file(small_town / f"{name}.gpkg")
    with pytest.raises(LayerCRSError) as caught:
        load_town(small_town)
    assert "looks like GCJ-02" in str(caught.value)
    assert "'landuse.gpkg'" in str(caught.value)
    assert " m east and " in str(caught.value)


def test_a_path_or_link_out_of_the_folder_is_refused(small_town, tmp_path):
    change_rules(small_town, 'file = "roads.gpkg"', 'file = "../roads.gpkg"')
    with pytest.raises(LayerSchemaError, match=r"without '\.\.'"):
        load_town(small_town)
    change_rules(small_town, 'file = "../roads.gpkg"', 'file = "roads.gpkg"')
    (small_town / "roads.gpkg").rename(tmp_path / "elsewhere.gpkg")
    (small_town / "roads.gpkg").symlink_to(tmp_path / "elsewhere.gpkg")
    with pytest.raises(LayerFileError, match=r"'roads.gpkg' leads out of the folder of the town"):
        load_town(small_town)


def test_roads_that_are_points_are_refused(small_town):
    (small_town / "roads.gpkg").unlink()
    drawn_town.draw_firms().to_file(small_town / "roads.gpkg")
    with pytest.raises(LayerFileError, match=r"Layer 'roads.gpkg' holds no lines"):
        load_town(small_town)


def test_every_broken_file_ends_in_an_error_of_our_own(small_town):
    for path in sorted(small_town.iterdir()):
        good = path.read_bytes()
        path.write_bytes(good[: len(good) // 3])
        with pytest.raises(GridmapError):
            load_town(small_town)
        path.write_bytes(good)
    assert isinstance(load_town(small_town).people, pd.DataFrame)


def test_a_layer_that_was_cut_off_is_refused_with_its_numbers():
    """The header of a FlatGeobuf says 150 features, a broken copy holds 31."""
    with pytest.raises(LayerFileError, match=r"'a\.fgb' is damaged: 119 of its 150 rows") as found:
        town._require_whole("a.fgb", 31, 119)
    assert "共 150 行，其中 119 行无法读取" in found.value.zh


def test_a_copy_that_stopped_half_way_is_refused(small_town):
    layer = gpd.read_file(small_town / "landuse.gpkg")
    layer.to_file(small_town / "landuse.fgb")
    (small_town / "landuse.gpkg").unlink()
    change_rules(small_town, 'file = "landuse.gpkg"', 'file = "landuse.fgb"')
    whole = (small_town / "landuse.fgb").read_bytes()
    (small_town / "landuse.fgb").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(LayerFileError, match=r"landuse\.fgb' is damaged: \d+ of its \d+ rows"):
        load_town(small_town)


def test_a_part_of_a_shapefile_that_is_a_link_out_of_the_folder_is_refused(small_town, tmp_path):
    (tmp_path / "secret.dbf").write_bytes(b"x")
    drawn_town.draw_roads().to_file(small_town / "roads.shp")
    (small_town / "roads.dbf").unlink()
    (small_town / "roads.dbf").symlink_to(tmp_path / "secret.dbf")
    change_rules(small_town, "roads.gpkg", "roads.shp")
    with pytest.raises(LayerFileError, match=r"'roads.dbf' leads out of the folder of the town"):
        load_town(small_town)
