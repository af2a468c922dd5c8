"""What is in an archive: folders, tables, archives in archives, twins."""

import zipfile

import geopandas as gpd
import pytest
from shapely import box

from layers.contract.errors import LayerFileError
from layers.inspect.file import inspect_file
from layers.reading.features import layer_names, read_features


def pack(path, files):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def layer(folder, name="a.gpkg"):
    gpd.GeoDataFrame({"a": [1]}, geometry=[box(0, 0, 1, 1)], crs=4547).to_file(folder / name)
    return (folder / name).read_bytes()


def test_an_archive_without_a_layer_is_refused_by_reading_and_looking(tmp_path):
    path = pack(tmp_path / "a.zip", {"说明.txt": "x"})
    for look in (read_features, inspect_file, layer_names):
        with pytest.raises(LayerFileError, match=r"'a.zip' holds no layer"):
            look(path)


def test_a_table_in_an_archive_is_read_when_there_is_no_map(tmp_path):
    table = "编号,经度,纬度\n1,113.9,34.7\n".encode("gbk")
    path = pack(tmp_path / "a.zip", {"登记表.csv": table, "说明.txt": "x"})
    assert read_features(path).frame.geometry.iloc[0].x == 113.9
    both = pack(tmp_path / "b.zip", {"登记表.csv": table, "a.gpkg": layer(tmp_path)})
    assert read_features(both).format == "zip with GeoPackage"


def test_an_archive_in_an_archive_is_read_but_not_for_ever(tmp_path):
    inner = pack(tmp_path / "0.zip", {"a.gpkg": layer(tmp_path)})
    for depth in range(1, 4):
        outer = pack(tmp_path / f"{depth}.zip", {"内层.zip": inner.read_bytes()})
        inner = outer
    assert len(read_features(tmp_path / "2.zip").frame) == 1
    with pytest.raises(LayerFileError, match=r"archive in an archive"):
        read_features(tmp_path / "3.zip")
    assert inspect_file(tmp_path / "3.zip").faults


def test_layers_of_one_name_in_two_folders_can_be_chosen(tmp_path):
    data = layer(tmp_path)
    path = pack(tmp_path / "a.zip", {"东/DLTB.gpkg": data, "西/DLTB.gpkg": data, "._x.gpkg": b"x"})
    assert layer_names(path) == ["东/DLTB.gpkg", "西/DLTB.gpkg"]
    assert len(read_features(path, layer="西/DLTB.gpkg").frame) == 1


def test_issues_of_a_packed_layer_name_the_archive(tmp_path):
    table = "编号,经度,纬度\n1,113.9,34.7\n2,x,34.7\n"
    reading = read_features(pack(tmp_path / "a.zip", {"r.csv": table}))
    assert reading.issues[0].message.startswith("In 'a.zip': 'r.csv' row 3: the position")
    assert reading.issues[0].code == "a.zip"
