"""Registers: objects by point or by record, each with an id of its own."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Polygon

from layers.contract.columns import OBJECTS
from layers.contract.errors import LayerFileError, LayerSchemaError
from layers.registers.register import read_register

CRS = "EPSG:4547"


def table(path, **columns):
    pd.DataFrame(columns).to_csv(path, index=False, encoding="utf-8-sig")
    return path


def test_a_table_joins_by_record(tmp_path):
    path = table(tmp_path / "estates.csv", 编号=["007"], 名称=["阳光花园"], 地块=["E1"])
    objects, _ = read_register(
        path, category="problem_estate", id_column="编号", name_column="名称",
        record_column="地块", crs=CRS,
    )  # fmt: skip
    assert list(objects.columns) == [*OBJECTS, "geometry"]
    assert objects.index.tolist() == ["estates:007"]
    row = objects.iloc[0]
    assert (row.register, row.category, row["name"], row.record) == (
        "estates.csv", "problem_estate", "阳光花园", "E1",
    )  # fmt: skip
    assert row.geometry is None


def test_a_map_layer_gives_the_polygon_of_each_object(tmp_path):
    """An L, twisted so that it has to be repaired."""
    l_shape = Polygon([(0, 0), (10, 0), (10, 1), (1, 1), (1, 10), (0, 10)])
    l_shape = Polygon([(x + 513_000, y + 3_838_000) for x, y in l_shape.exterior.coords])
    gpd.GeoDataFrame({"id": [12]}, geometry=[l_shape], crs=CRS).to_file(tmp_path / "firms.gpkg")
    objects, _ = read_register(
        tmp_path / "firms.gpkg", category="key_enterprise", id_column="id", crs=CRS
    )
    assert objects.index.tolist() == ["firms:12"]
    assert objects.geometry.iloc[0].equals(l_shape)


def test_a_table_without_positions_needs_the_record_column(tmp_path):
    path = table(tmp_path / "firms.csv", id=["1"])
    with pytest.raises(LayerSchemaError, match=r"is a table without positions"):
        read_register(path, category="key_enterprise", id_column="id", crs=CRS)


def test_a_doubled_id_names_both_rows(tmp_path):
    path = table(tmp_path / "firms.csv", id=["1", "2", "1"], p=["a", "b", "c"])
    with pytest.raises(LayerSchemaError, match=r"id '1' stands in rows 2 and 4"):
        read_register(path, category="key_enterprise", id_column="id", record_column="p", crs=CRS)


def test_an_empty_id_names_its_row(tmp_path):
    path = table(tmp_path / "firms.csv", id=["1", None], p=["a", "b"])
    with pytest.raises(LayerSchemaError, match=r"column 'id' is empty in row 3"):
        read_register(path, category="key_enterprise", id_column="id", record_column="p", crs=CRS)


def test_a_missing_column_and_a_missing_file_are_named(tmp_path):
    path = table(tmp_path / "firms.csv", id=["1"], p=["a"])
    with pytest.raises(LayerSchemaError, match=r"Register 'firms.csv' has no column '编号'"):
        read_register(path, category="water", id_column="编号", record_column="p", crs=CRS)
    with pytest.raises(LayerFileError, match=r"There is no file 'none.csv'"):
        read_register(tmp_path / "none.csv", category="water", id_column="id", crs=CRS)


def test_sheets_of_one_register_are_read_together_or_refused_by_the_doubled_id(tmp_path):
    with pd.ExcelWriter(tmp_path / "firms.xlsx") as book:
        for name, id in (("东村", "1"), ("西村", "2")):
            pd.DataFrame({"id": [id], "p": ["a"]}).to_excel(book, sheet_name=name, index=False)
        pd.DataFrame({"目录": ["x"]}).to_excel(book, sheet_name="说明", index=False)
    options = {"category": "key_enterprise", "id_column": "id", "record_column": "p", "crs": CRS}
    objects, issues = read_register(tmp_path / "firms.xlsx", **options)
    assert objects.index.tolist() == ["firms:1", "firms:2"]
    assert "'东村' (1 row), '西村' (1 row) are read as one table" in issues["message"][0]
    assert "not '说明'" in issues["message"][1]
    one, issues = read_register(tmp_path / "firms.xlsx", layer="西村", **options)
    assert one.index.tolist() == ["firms:2"]
    assert issues.empty
    with pd.ExcelWriter(tmp_path / "firms.xlsx") as book:
        for name in ("2024", "2025"):
            pd.DataFrame({"id": ["1"], "p": ["a"]}).to_excel(book, sheet_name=name, index=False)
    with pytest.raises(LayerSchemaError, match=r"rows 2024!2 and 2025!2.*only the sheet"):
        read_register(tmp_path / "firms.xlsx", **options)
