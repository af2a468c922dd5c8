"""FlatGeobuf, GeoParquet and PMTiles as their readers have them."""

import io
import json
from dataclasses import replace
from functools import partial

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from pmtiles.reader import MemorySource, Reader
from written_layers import as_chain, layers_of, turned_plan

from boundaries.export.formats.flatgeobuf import flatgeobuf_bytes
from boundaries.export.formats.parquet import parquet_bytes
from boundaries.export.formats.tiles import NEAREST, tiles_bytes

ABOUT = {
    "town": {"code": "041", "name": "小镇"}, "licence": "ODbL-1.0", "credit": "<b>Drawn",
    "notice": None,
}  # fmt: skip
WRITERS = {
    "fgb": partial(flatgeobuf_bytes, about=ABOUT),
    "parquet": partial(parquet_bytes, about=ABOUT),
}


def read(ending, data):
    if ending == "parquet":
        return gpd.read_parquet(io.BytesIO(data))
    return pyogrio.read_dataframe(io.BytesIO(data))


@pytest.mark.parametrize("ending", list(WRITERS))
@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4490", "EPSG:4547", "EPSG:4526"])
def test_what_is_read_is_what_was_written_by_key(ending, crs):
    plan = turned_plan()
    for layer in layers_of(plan, crs, with_patches=True).values():
        back = read(ending, WRITERS[ending](layer)).sort_values(layer.key)
        assert back[layer.key].tolist() == layer.frame[layer.key].tolist()
        assert back.crs.equals(crs)
        for one in layer.fields:
            found, given = back[one.name], layer.frame[one.name]
            assert found.isna().tolist() == given.isna().tolist(), one.name
            if one.kind == "day":
                assert pd.to_datetime(found.dropna()).tolist() == given.dropna().tolist()
            else:
                assert found.dropna().tolist() == given.dropna().tolist()
        solid = back.geometry.notna().to_numpy()
        assert solid.tolist() == layer.frame.geometry.notna().tolist()
        shapes = layer.frame.geometry.to_numpy()[solid]
        assert shapely.equals_exact(back.geometry.to_numpy()[solid], shapes, tolerance=0).all()
    micro = read(ending, WRITERS[ending](layers_of(plan, crs)["micro_grids"]))
    areas = micro.set_index("grid_code").to_crs(plan.crs).area
    assert (np.abs(areas / plan.grids.area.loc[areas.index] - 1) < 1e-6).all()
    assert shapely.coverage_is_valid(micro.geometry.to_numpy())


def test_flatgeobuf_has_an_index_where_every_row_has_ground():
    layers = layers_of(crs="EPSG:4326")
    fast = [
        pyogrio.read_info(io.BytesIO(WRITERS["fgb"](layer)))["capabilities"]["fast_spatial_filter"]
        for layer in (layers["micro_grids"], layers["objects"])
    ]
    assert fast == [True, False]  # an object without a place is there too


def test_flatgeobuf_and_geoparquet_say_what_their_columns_hold():
    layer = layers_of(crs="EPSG:4490")["micro_grids"]
    schema = pq.read_schema(io.BytesIO(WRITERS["parquet"](layer)))
    about = schema.field("load_h").metadata
    assert about[b"title"].decode() == "周工作量（小时）"
    assert about[b"description"] == b"Officer-hours a week that the ground requires"
    assert str(schema.field("valid_from").type) == "date32[day]"
    assert [str(schema.field(name).type) for name in ("grid_code", "level", "spatial")] == [
        "string", "int64", "bool",
    ]  # fmt: skip
    data = WRITERS["fgb"](layer)
    assert "周工作量（小时）".encode() in data
    told = pyogrio.read_info(io.BytesIO(data))["layer_metadata"]
    assert told["TITLE"] == "微网格"
    assert told["DESCRIPTION"].splitlines() == [
        "Micro-grids", "town: 小镇 041", "licence: ODbL-1.0", "credit: <b>Drawn",
    ]  # fmt: skip
    assert json.loads(schema.metadata[b"gridmap"]) == ABOUT


def test_geoparquet_is_of_version_1_1_with_a_box_a_row_and_its_crs():
    layer = layers_of(crs="EPSG:4490")["micro_grids"]
    data = WRITERS["parquet"](layer)
    geo = json.loads(pq.read_schema(io.BytesIO(data)).metadata[b"geo"])
    column = geo["columns"][geo["primary_column"]]
    assert geo["version"] == "1.1.0"
    assert column["geometry_types"] == ["MultiPolygon"]
    assert column["crs"]["id"] == {"authority": "EPSG", "code": 4490}
    assert (column["encoding"], column["orientation"]) == ("WKB", "counterclockwise")
    assert column["covering"]["bbox"]["xmin"] == ["bbox", "xmin"]
    assert column["bbox"] == list(layer.frame.total_bounds)
    box = shapely.Point(max(shapely.get_coordinates(layer.frame.geometry.iloc[0]).tolist()))
    box = box.buffer(1e-5).bounds  # around the easternmost corner
    assert gpd.read_parquet(io.BytesIO(data), bbox=box)["grid_code"].tolist() == ["E01"]
    bare = replace(layer, frame=layer.frame.set_crs(None, allow_override=True))
    unknown = json.loads(pq.read_schema(io.BytesIO(WRITERS["parquet"](bare))).metadata[b"geo"])
    assert unknown["columns"]["geometry"]["crs"] is None


def test_tiles_hold_every_layer_from_the_zoom_where_it_is_seen(tmp_path):
    path = tmp_path / "a.pmtiles"
    layers = layers_of(crs="EPSG:4326", with_patches=True)
    path.write_bytes(tiles_bytes(list(layers.values()), title="小镇", about=ABOUT))
    reader = Reader(MemorySource(path.read_bytes()))
    told = reader.metadata()
    assert (told["name"], told["attribution"]) == ("小镇", "&lt;b&gt;Drawn, ODbL-1.0")
    seen = {one["id"]: (one["minzoom"], one["maxzoom"]) for one in told["vector_layers"]}
    assert seen == {
        "grids_1": (6, NEAREST), "grids_2": (8, NEAREST), "micro_grids": (12, NEAREST),
        "patches": (12, NEAREST), "objects": (12, NEAREST),
    }  # fmt: skip
    header = reader.header()
    west, _, _, north = layers["grids_1"].frame.total_bounds
    assert abs(header["min_lon_e7"] / 1e7 - west) < 1e-3
    assert abs(header["max_lat_e7"] / 1e7 - north) < 1e-3
    for name in seen:
        back = pyogrio.read_dataframe(path, layer=name)
        key = layers[name].key
        placed = layers[name].frame[layers[name].frame.geometry.notna()]
        assert set(back[key]) == set(placed[key])
    whole = pyogrio.read_dataframe(path, layer="micro_grids").dissolve("grid_code").to_crs(4326)
    truth = layers["micro_grids"].frame.set_index("grid_code").geometry
    away = shapely.hausdorff_distance(whole.geometry.loc[truth.index].to_numpy(), truth.to_numpy())
    assert away.max() < 4e-6  # a unit of a tile of the nearest zoom is 2.7e-6 degrees


@pytest.mark.parametrize("ending", list(WRITERS))
def test_the_same_layer_gives_the_same_bytes(ending):
    one, other = (
        WRITERS[ending](layers_of(crs="EPSG:4490", with_patches=True)["patches"]) for _ in range(2)
    )
    assert one == other


def test_the_same_layers_give_the_same_tiles():
    layers = list(layers_of(crs="EPSG:4326").values())
    assert tiles_bytes(layers, title="小镇", about=ABOUT) == tiles_bytes(
        layers, title="小镇", about=ABOUT
    )


def test_a_chain_of_patches_read_from_parquet_is_the_grid():
    layers = layers_of(crs="EPSG:4490", with_patches=True)
    patches, grids = (
        gpd.read_parquet(io.BytesIO(WRITERS["parquet"](layers[name])))
        for name in ("patches", "grids_1")
    )
    assert as_chain(patches.geometry) == as_chain(grids.geometry)
