"""Reading files: what is missing, empty, doubled or in another encoding is said in words."""

import hashlib

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
from shapely import Point, box

from layers.contract.errors import LayerFileError, LayerSchemaError, Named
from layers.reading.layer import file_hash, input_files, read_layer, read_table, require_columns


def squares(**columns):
    shapes = [box(0, 0, 1, 1), box(1, 0, 2, 1)]
    return gpd.GeoDataFrame(columns or {"code": ["001", "002"]}, geometry=shapes, crs="EPSG:4547")


@pytest.mark.parametrize("ending", ["gpkg", "fgb", "shp", "parquet"])
def test_codes_stay_text_in_every_format(tmp_path, ending):
    path = tmp_path / f"层.{ending}"
    given = squares(code=["001", "410122106200"], name=["东村", "西村"])
    given.to_parquet(path) if ending == "parquet" else given.to_file(path)
    read = read_layer(path).sort_values("code")
    assert list(read["code"]) == ["001", "410122106200"]
    assert list(read["name"]) == ["东村", "西村"]
    assert read.crs.to_epsg() == 4547
    assert read.geometry.area.tolist() == [1, 1]


def test_a_missing_file_is_named_with_what_lies_there(tmp_path):
    squares().to_file(tmp_path / "roads.gpkg")
    with pytest.raises(LayerFileError) as caught:
        read_layer(tmp_path / "road.gpkg")
    assert "There is no file 'road.gpkg'" in str(caught.value)
    assert "Found there: 'roads.gpkg'" in str(caught.value)
    assert "correct its name" in str(caught.value)


def test_a_file_of_no_bytes_is_named(tmp_path):
    (tmp_path / "a.gpkg").touch()
    with pytest.raises(LayerFileError, match=r"'a.gpkg' is empty: 0 bytes"):
        read_layer(tmp_path / "a.gpkg")


def test_a_layer_without_features_is_named(tmp_path):
    squares().iloc[:0].to_file(tmp_path / "a.gpkg")
    with pytest.raises(LayerFileError, match=r"'a.gpkg' holds no features"):
        read_layer(tmp_path / "a.gpkg")


def test_what_is_no_map_is_refused_with_the_known_formats(tmp_path):
    (tmp_path / "a.gpkg").write_text("hello")
    with pytest.raises(LayerFileError) as caught:
        read_layer(tmp_path / "a.gpkg")
    assert "'a.gpkg' does not begin like GeoPackage" in str(caught.value)
    assert "another kind of file with a changed ending" in str(caught.value)


def test_several_layers_need_a_choice(tmp_path):
    squares().to_file(tmp_path / "a.gpkg", layer="north")
    squares().to_file(tmp_path / "a.gpkg", layer="south")
    assert len(read_layer(tmp_path / "a.gpkg", layer="south")) == 2
    with pytest.raises(LayerFileError, match=r"holds 2 layers: 'north', 'south'"):
        read_layer(tmp_path / "a.gpkg")
    with pytest.raises(LayerFileError, match=r"has no layer 'west'. Found: 'north', 'south'"):
        read_layer(tmp_path / "a.gpkg", layer="west")


def test_a_table_of_styles_beside_the_layer_is_no_choice(tmp_path):
    squares().to_file(tmp_path / "a.gpkg", layer="north")
    styles = pd.DataFrame({"style": ["red"]})
    pyogrio.write_dataframe(styles, tmp_path / "a.gpkg", layer="layer_styles")
    assert len(read_layer(tmp_path / "a.gpkg")) == 2


@pytest.mark.parametrize("language", [0x00, 0x57])
def test_a_gbk_shapefile_without_cpg_is_no_mojibake(tmp_path, language):
    path = tmp_path / "乡镇.shp"
    squares(名称=["郑庵镇", "刘巧村"]).to_file(path, encoding="GBK")
    path.with_suffix(".cpg").unlink()
    table = bytearray(path.with_suffix(".dbf").read_bytes())
    table[29] = language
    path.with_suffix(".dbf").write_bytes(table)
    assert list(read_layer(path)["名称"]) == ["郑庵镇", "刘巧村"]


def test_a_csv_in_utf8_gbk_and_utf16_reads_alike(tmp_path):
    text = "编号,姓名\n001,张三\n"
    for name, encoding in [("a", "utf-8-sig"), ("b", "utf-8"), ("c", "gb18030"), ("d", "utf-16")]:
        (tmp_path / f"{name}.csv").write_bytes(text.encode(encoding))
        table = read_table(tmp_path / f"{name}.csv")
        assert list(table.columns) == ["编号", "姓名"]
        assert table["编号"].tolist() == ["001"]


def test_table_rows_are_numbered_as_a_spreadsheet_shows_them(tmp_path):
    frame = pd.DataFrame({"id": ["1", None, "3"], "name": ["a", None, "c"]})
    frame.to_excel(tmp_path / "a.xlsx", index=False)
    assert read_table(tmp_path / "a.xlsx").index.tolist() == [2, 4]


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_cells_may_be_separated_in_the_usual_ways(tmp_path, sign):
    (tmp_path / "a.csv").write_text(f"id{sign}name\n001{sign}甲\n", encoding="utf-8")
    assert read_table(tmp_path / "a.csv").loc[2].to_dict() == {"id": "001", "name": "甲"}


def test_a_table_without_rows_or_in_another_format_is_refused(tmp_path):
    (tmp_path / "a.csv").write_text("id,name\n")
    with pytest.raises(LayerFileError, match=r"'a.csv' holds no rows under its header line"):
        read_table(tmp_path / "a.csv")
    (tmp_path / "a.doc").write_text("x")
    with pytest.raises(LayerFileError, match=r"Save it as .xlsx or as .csv"):
        read_table(tmp_path / "a.doc")
    (tmp_path / "a.xlsx").write_text("no zip")
    with pytest.raises(LayerFileError, match=r"'a.xlsx' does not begin like XLSX"):
        read_table(tmp_path / "a.xlsx")


def test_a_missing_column_is_named_with_those_found():
    with pytest.raises(LayerSchemaError) as caught:
        require_columns(squares(bldg=["1", "2"]), ["DLBM", None], Named("Layer 'a'", "图层“a”"))
    assert str(caught.value).startswith("Layer 'a' has no column 'DLBM'. Found: 'bldg'.")


def test_all_companions_of_a_shapefile_count_as_input(tmp_path):
    squares().to_file(tmp_path / "a.shp")
    squares().to_file(tmp_path / "ab.shp")
    names = [path.name for path in input_files(tmp_path / "a.shp")]
    assert names == ["a.cpg", "a.dbf", "a.prj", "a.shp", "a.shx"]


def test_the_hash_is_the_sha256_of_the_bytes(tmp_path):
    (tmp_path / "a").write_bytes(b"grid")
    assert file_hash(tmp_path / "a") == hashlib.sha256(b"grid").hexdigest()


def test_points_are_read_too(tmp_path):
    gpd.GeoDataFrame({"a": [1]}, geometry=[Point(1, 2)], crs="EPSG:4547").to_file(
        tmp_path / "p.gpkg"
    )
    assert read_layer(tmp_path / "p.gpkg").geometry.iloc[0].x == 1
