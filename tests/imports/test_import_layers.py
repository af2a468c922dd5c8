"""Layers for receivers, in the formats that they are written in, are taken in as files of ours."""

import pytest
from import_worlds import taken
from redraw_plan import BY, E1, W2, draw

from boundaries.export.formats.flatgeobuf import flatgeobuf_bytes
from boundaries.export.formats.parquet import parquet_bytes
from boundaries.export.formats.shapefile import shapefile_zip
from gridmap import edits
from gridmap.publish import release
from gridmap.versions.boundaries import boundary_files
from gridmap.versions.receivers import geopackage_of, layers_of


@pytest.fixture(scope="module")
def edited():
    plan = edits.apply(draw(), edits.move_patches(draw(), ["P00", "P10"], W2), **BY)
    label = plan.grids["label"].where(plan.grids.index != E1, "第五网格")
    return plan.with_tables(grids=plan.grids.assign(label=label))


def micro_grids(plan, crs):
    return next(one for one in layers_of(plan, crs=crs) if one.name == "micro_grids")


WRITERS = {
    "micro.fgb": lambda plan, crs: flatgeobuf_bytes(micro_grids(plan, crs), about={}),
    "micro.parquet": lambda plan, crs: parquet_bytes(micro_grids(plan, crs), about={}),
    "town.zip": lambda plan, crs: (
        shapefile_zip(layers_of(plan, crs=crs), about={}, encoding="gbk").data
    ),
    "town.gpkg": lambda plan, crs: geopackage_of(plan, crs=crs),
}


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("crs", ["wgs84", "4547"])
def test_a_layer_for_receivers_brings_ground_codes_and_names_back(name, crs, edited, tmp_path):
    path = tmp_path / name
    path.write_bytes(WRITERS[name](release(edited), crs))

    got = taken(draw(), path)

    assert got.plan.patches["grid_code"].equals(edited.patches["grid_code"])
    told = ["name", "label", "valid_from", "valid_to", "source_code"]
    assert got.plan.grids[told].equals(edited.grids[told])


def test_the_file_of_patches_brings_their_micro_grids_back_and_no_names(edited, tmp_path):
    path = tmp_path / "patches.geojson"
    path.write_bytes(boundary_files(release(edited), with_patches=True).patches)

    got = taken(draw(), path)

    assert got.plan.patches["grid_code"].equals(edited.patches["grid_code"])
    assert set(got.plan.grids["label"]) == {""}
    assert set(got.issues["rule"]) == {"IMPORT-11"}
