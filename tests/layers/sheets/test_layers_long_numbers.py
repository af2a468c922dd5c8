"""Ids of sixteen digits and more as whole numbers: to the last digit, beside empty rows too."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from shapely import box

from layers.contract.errors import LayerSchemaError
from layers.contract.text import as_text
from layers.files.rescue import read_records
from layers.inspect.file import inspect_file
from layers.landuse.ground import read_ground
from layers.reading.features import read_features
from layers.sheets.reading import read_table

CRS = "EPSG:4547"
IDS = [410122106000000001, 410122106000000002, None]
TEXTS = ["410122106000000001", "410122106000000002", ""]


def parcels(ids, **more):
    shapes = [box(x, 3_838_000, x + 90, 3_838_090) for x in (513_000, 513_100, 513_200)]
    columns = {"BSM": ids, **more}
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS)


def write_dbf(path, width, cells, *, kind="N", decimals=0, deleted=()):
    """Write a table of one long number beside a short one, as survey programs do."""
    field = (
        b"BSM".ljust(11, b"\0") + kind.encode() + bytes(4) + bytes([width, decimals]) + bytes(14)
    )
    other = b"NR".ljust(11, b"\0") + b"N" + bytes(4) + bytes([4, 0]) + bytes(14)
    head = b"\x03\x7c\x01\x01" + len(cells).to_bytes(4, "little")
    head += (32 + 64 + 1).to_bytes(2, "little") + (1 + width + 4).to_bytes(2, "little") + bytes(20)
    rows = [
        (b"*" if at in deleted else b" ") + cell.rjust(width).encode() + f"{at:4d}".encode()
        for at, cell in enumerate(cells)
    ]
    path.write_bytes(head + field + other + b"\r" + b"".join(rows) + b"\x1a")
    return path


@pytest.mark.parametrize("ending", ["gpkg", "fgb", "geojson", "shp", "parquet", "gdb"])
def test_long_whole_numbers_beside_an_empty_row_keep_their_digits(tmp_path, ending):
    path = tmp_path / f"a.{ending}"
    frame = parcels(pd.array(IDS, dtype="Int64"))
    if ending == "parquet":
        frame.to_parquet(path)
        table = pq.read_table(path)  # without what pandas says of its columns, as others write it
        geo = {b"geo": table.schema.metadata[b"geo"]}
        pq.write_table(table.replace_schema_metadata(geo), path)
        assert pa.types.is_int64(table.schema.field("BSM").type)
    elif ending == "gdb":
        frame.to_file(path, driver="OpenFileGDB", TARGET_ARCGIS_VERSION="ARCGIS_PRO_3_2_OR_LATER")
    else:
        frame.to_file(path)
    ground = read_ground(path, crs=CRS, category="farmland", record_column="BSM")
    assert sorted(ground["record"]) == sorted(TEXTS)
    assert inspect_file(path).layers[0].columns.at["BSM", "different"] == 2


@pytest.mark.parametrize("width", [18, 19, 20])
@pytest.mark.parametrize("kind", ["N", "F"])
def test_a_long_field_of_a_shapefile_keeps_its_digits(tmp_path, width, kind):
    pyogrio.write_dataframe(parcels(TEXTS), tmp_path / "a.shp")
    write_dbf(tmp_path / "a.dbf", width, TEXTS, kind=kind)
    ground = read_ground(tmp_path / "a.shp", crs=CRS, category="farmland", record_column="BSM")
    assert ground["record"].tolist() == TEXTS


def test_a_long_field_of_twenty_digits_and_zeros_behind_the_point(tmp_path):
    cells = ["41012210600000000001", "41012210600000000002.0", ""]
    pyogrio.write_dataframe(parcels(TEXTS), tmp_path / "a.shp")
    write_dbf(tmp_path / "a.dbf", 24, cells, decimals=1)
    frame = read_features(tmp_path / "a.shp").frame
    assert frame["BSM"].tolist() == ["41012210600000000001", "41012210600000000002", ""]
    assert frame["NR"].tolist() == [0, 1, 2]


def test_a_table_alone_keeps_its_digits_and_leaves_out_deleted_rows(tmp_path):
    path = write_dbf(tmp_path / "a.dbf", 19, [TEXTS[0], "9" * 19, TEXTS[1]], deleted=[1])
    assert read_table(path)["BSM"].tolist() == TEXTS[:2]


def test_measures_stay_numbers(tmp_path):
    parcels(TEXTS, TBMJ=[8100.25, 1e16, 3.0]).to_file(tmp_path / "a.gpkg")
    frame = read_features(tmp_path / "a.gpkg").frame
    assert frame["TBMJ"].tolist() == [8100.25, 1e16, 3.0]


@pytest.mark.parametrize("ending", ["gpkg", "fgb", "parquet"])
def test_ids_that_the_file_keeps_as_decimals_are_refused_by_name(tmp_path, ending):
    path = tmp_path / f"a.{ending}"
    frame = parcels(np.array([410122106000000001.0, 410122106000000002.0, np.nan]))
    frame.to_parquet(path) if ending == "parquet" else frame.to_file(path)
    with pytest.raises(LayerSchemaError, match=r"column 'BSM' holds ids that became a number"):
        read_ground(path, crs=CRS, category="farmland", record_column="BSM")
    (layer,) = inspect_file(path).layers
    told = layer.issues["message"]
    assert told.str.contains("column 'BSM': its numbers of 16 digits").sum() == 1


@pytest.mark.parametrize("kind", ["double", "float", "int"])
def test_a_kml_that_declares_ids_as_numbers_keeps_their_digits(tmp_path, kind):
    ring = "114.1,34.6 114.11,34.6 114.11,34.61 114.1,34.6"
    marks = "".join(
        f'<Placemark><ExtendedData><SchemaData schemaUrl="#s"><SimpleData name="BSM">{text}'
        "</SimpleData></SchemaData></ExtendedData><Polygon><outerBoundaryIs><LinearRing>"
        f"<coordinates>{ring}</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
        for text in TEXTS[:2]
    )
    (tmp_path / "a.kml").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2">'
        f'<Document><Schema name="s" id="s"><SimpleField name="BSM" type="{kind}"/></Schema>'
        f"<Folder><name>f</name>{marks}</Folder></Document></kml>",
        encoding="utf-8",
    )
    frame = read_features(tmp_path / "a.kml").frame
    assert frame["BSM"].tolist() == TEXTS[:2]


def test_a_damaged_layer_read_row_by_row_keeps_them_too(tmp_path):
    parcels(pd.array(IDS, dtype="Int64"), area=[1.5, None, 2.0]).to_file(tmp_path / "a.shp")
    frame, _ = read_records(tmp_path / "a.shp", layer="a", encoding=None)
    assert as_text(frame["BSM"]).tolist() == TEXTS
    assert as_text(frame["area"]).tolist() == ["1.5", "", "2"]
    assert shapely.area(frame.geometry.to_numpy()).tolist() == [8100.0] * 3


def test_a_short_number_of_a_table_beside_an_empty_row_has_no_decimals(tmp_path):
    path = write_dbf(tmp_path / "a.dbf", 9, ["12", "", "7"])
    assert read_table(path)["BSM"].tolist() == ["12", "", "7"]


def test_whole_numbers_of_a_geojson_that_no_program_keeps_are_read_as_they_stand(tmp_path):
    path = tmp_path / "a.geojson"
    parcels([1, 2, 3]).to_crs(4326).to_file(path)
    ids = ["18446744073709551615", "41012210600000000001", "-9223372036854775809"]
    text = path.read_text()
    for short, long in zip("123", ids, strict=True):
        text = text.replace(f'"BSM": {short} ', f'"BSM": {long} ')
    path.write_text(text)
    assert (
        read_ground(path, crs=CRS, category="water", record_column="BSM")["record"].tolist() == ids
    )
    # With a point behind it, nobody knows whether it went through decimals.
    path.write_text(text.replace(f"{ids[0]} ", "410122106000000001.0 "))
    with pytest.raises(LayerSchemaError, match="its last digits are gone"):
        read_ground(path, crs=CRS, category="water", record_column="BSM")
