"""Real clients of features: GDAL, OWSLib, and the checker of OpenAPI documents."""

from datetime import date, timedelta

import pyogrio
import pytest
from feature_server import START_KEY, feature_server
from openapi_spec_validator import validate
from owslib.ogcapi.features import Features
from published_town import FIRST, put_served_town
from redraw_plan import E1, W1, W2, at

from gridmap.access.links import make_view_link

CODES = [E1, W1, W2, "TVW03"]


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    path = tmp_path_factory.mktemp("served") / "t.gridmap.gpkg"
    put_served_town(path)
    return path


@pytest.fixture(scope="module")
def address(town):
    with feature_server(town.parent, {"GRIDMAP_OGC_PUBLIC": "1"}) as found:
        yield found


def test_gdal_reads_every_collection_by_pages_ground_and_property(address):
    url = f"OAPIF:{address}/public/t"
    assert [name for name, _ in pyogrio.list_layers(url)] == [
        "grids_1", "grids_2", "grids_3", "micro_grids",
    ]  # fmt: skip
    read = pyogrio.read_dataframe(url, layer="micro_grids", PAGE_SIZE="3")
    assert read["grid_code"].tolist() == CODES
    assert read["id"].tolist() == [f"grid.{code}" for code in CODES]
    assert read.geometry.geom_type.unique().tolist() == ["MultiPolygon"]
    assert str(read["valid_from"].dtype).startswith("datetime64")
    west, south, east, north = read[read["grid_code"] == W2].total_bounds
    middle = (west + 1e-4, south + 1e-4, east - 1e-4, north - 1e-4)
    found = pyogrio.read_dataframe(url, layer="micro_grids", bbox=middle)
    assert found["grid_code"].tolist() == [W2]
    found = pyogrio.read_dataframe(url, layer="micro_grids", where="parent_code = 'TVE'")
    assert found["grid_code"].tolist() == [E1]


def test_gdal_asks_for_the_work_crs_and_has_its_axes(address):
    read = pyogrio.read_dataframe(f"OAPIF:{address}/public/t", layer="micro_grids", CRS="EPSG:4547")
    assert read.crs.to_epsg() == 4547
    (west, south), (east, north) = at(0, 0), at(6, 3)
    assert read.total_bounds == pytest.approx([west, south, east, north], abs=0.02)


def test_gdal_comes_in_by_a_link_and_by_a_password(address, town):
    url = f"OAPIF:{address}/house/t"
    with pytest.raises(pyogrio.errors.DataSourceError):
        pyogrio.read_dataframe(url, layer="micro_grids")
    today = date.today()
    _, token = make_view_link(town, "局", expires=today + timedelta(1), today=today)
    read = pyogrio.read_dataframe(f"{url}?t={token}", layer="micro_grids", PAGE_SIZE="2")
    assert read["grid_code"].tolist() == CODES
    assert read["load_h"].gt(0).all()
    read = pyogrio.read_dataframe(url, layer="micro_grids", USERPWD=f"any:{START_KEY}")
    assert read["grid_code"].tolist() == CODES


def test_owslib_finds_its_way_and_the_definition_is_valid(address):
    client = Features(f"{address}/public/t")
    assert client.feature_collections() == ["grids_1", "grids_2", "grids_3", "micro_grids"]
    assert (
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"
        in (client.conformance()["conformsTo"])
    )
    found = client.collection_items("micro_grids", limit=2, datetime_=FIRST)
    assert (found["numberMatched"], found["numberReturned"]) == (3, 2)
    one = client.collection_item("micro_grids", f"grid.{W1}")
    assert one["properties"]["grid_code"] == W1
    assert "parent_code" in client.collection_queryables("micro_grids")["properties"]
    validate(client.api())
