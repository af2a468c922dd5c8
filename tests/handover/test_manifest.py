"""What was handed over: the manifest beside it, and what a check against it finds."""

import hashlib
import io
import json
import re
import shutil
import sqlite3
import zipfile
from contextlib import closing
from datetime import date

import geopandas as gpd
import pytest
import shapely
from small_plan import small_plan

from boundaries.export.manifest import MANIFEST, certify, check_manifest, hand
from boundaries.export.manifest.building import certificate_of
from gridmap.handover import Order, carry_out
from gridmap.handover.delivery import into_folder, into_zip
from gridmap.store import SUFFIX, save_plan
from layers.contract.errors import LayerFileError, UsageError

DAY = date(2026, 3, 1)
LAYERS = Order(("geopackage", "boundaries"), patches=True, crs="EPSG:4490")


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    path = tmp_path_factory.mktemp("plan") / f"town{SUFFIX}"
    save_plan(small_plan(), path)
    return path


def hand_over(source, place, order=LAYERS, put=into_folder, **options):
    files = carry_out(order, small_plan(), source=source, printed=DAY, manifest=place)
    return put(files, place, **options)


@pytest.fixture(scope="module")
def made(source, tmp_path_factory):
    folder = tmp_path_factory.mktemp("handed") / "out"
    hand_over(source, folder)
    return folder


@pytest.fixture
def folder(made, tmp_path):
    return shutil.copytree(made, tmp_path / "out")


def content_of(folder):
    return json.loads((folder / MANIFEST).read_text(encoding="utf-8"))


def said(place):
    return [fault.en for fault in check_manifest(place).faults]


def test_it_lists_files_with_digests_counts_and_the_proof_that_grids_tile(folder):
    content = content_of(folder)
    rows = {row["name"]: row for row in content["files"]}
    assert list(rows) == ["town-layers.gpkg", "town-patches.geojson", "town.geojson"]
    assert rows["town-layers.gpkg"]["layers"] == [
        {"name": "grids_1", "features": 1, "crs": "EPSG:4490"},
        {"name": "grids_2", "features": 2, "crs": "EPSG:4490"},
        {"name": "micro_grids", "features": 3, "crs": "EPSG:4490"},
        {"name": "patches", "features": 8, "crs": "EPSG:4490"},
    ]
    assert (content["version"], content["audience"], content["receipt"]["rules"]) == (
        "2026-1", "internal", "ab12",
    )  # fmt: skip
    assert len(content["certificates"]) == 2  # of the GeoPackage, and of both GeoJSON together
    for one in content["certificates"].values():
        assert (one["holds"], one["gaps"], one["overlaps"]) == (True, 0, 0)
        assert one["patches"] == {"count": 8, "once": 8, "again": []}
    assert said(folder) == []


def test_every_format_that_can_be_read_is_certified_by_itself(source, tmp_path):
    formats = ("shp", "fgb", "parquet", "kml", "topojson", "pmtiles")
    order = Order(("formats",), formats=formats, patches=True, crs="4490")
    hand_over(source, tmp_path / "out", order)
    content = content_of(tmp_path / "out")
    certificates = content["certificates"]
    assert list(certificates) == [
        "town-grids_1.fgb", "town-grids_1.parquet", "town-shapefile.zip", "town.kml",
        "town.topojson",
    ]  # fmt: skip
    assert {(one["holds"], one["patches"]["once"]) for one in certificates.values()} == {(True, 8)}
    assert said(tmp_path / "out") == []
    # Tiles round by their unit at zoom 15: 40,075,016.7 m · cos 34.68° / 2**15 / 4096.
    rounded = {row["name"]: row["rounded_m"] for row in content["files"] if "rounded_m" in row}
    assert rounded == {"town.pmtiles": pytest.approx(0.2455, abs=6e-4)}


def test_files_of_a_layer_each_are_certified_in_a_zip_file_and_what_does_not_tile_is_found(
    source, tmp_path
):
    order = Order(("formats",), formats=("fgb", "kml", "topojson"))
    hand_over(source, tmp_path / "out", order)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as book:
        for file in sorted((tmp_path / "out").glob("*.fgb")):
            book.write(file, file.name)
    handed = hand("fgb.zip", "formats", packed.getvalue())
    assert [layer["name"] for layer in handed.layers] == [
        "town-grids_1", "town-grids_2", "town-micro_grids",
    ]  # fmt: skip
    assert certificate_of([handed]).holds
    for name in ("town.kml", "town.topojson"):
        data = (tmp_path / "out" / name).read_bytes()
        assert certificate_of([hand(name, "formats", data)]).holds
    data = (tmp_path / "out" / "town.kml").read_bytes()
    places = re.findall(rb"113\.\d{7},34\.\d{7}", data)
    moved = [one[:-1] + (b"1" if one[-1:] != b"1" else b"2") for one in places]
    off = data.replace(places[1], moved[1], 1)  # a corner of the town, and not of its parts
    assert not certificate_of([hand("town.kml", "formats", off)]).holds
    with pytest.raises(LayerFileError, match="damaged"):  # where a ring begins: it is open then
        hand("town.kml", "formats", data.replace(places[0], moved[0], 1))


def test_a_fault_in_a_copy_that_names_no_system_is_measured_as_degrees():
    left = shapely.box(113.9, 34.6, 113.91, 34.61)
    right = shapely.box(113.91, 34.6, 113.92, 34.61)
    grids = gpd.GeoDataFrame(
        {"grid_code": ["T", "A", "B"], "parent_code": [None, "T", "T"]},
        geometry=[shapely.union_all([left, right]), left, left],
    )  # fmt: skip
    gap = [one for one in certify(grids).faults if one["kind"] == "gap"]
    assert [one["area_m2"] for one in gap] == [pytest.approx(1_017_000, rel=0.01)]


def test_a_delta_is_no_tiling_and_needs_no_certificate():
    properties = {"grid_code": "W01", "parent_code": "W", "level": 3, "delta_change": "update"}
    feature = {"type": "Feature", "properties": properties, "geometry": None}
    data = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    assert hand("town-delta.geojson", "delta", data).frames == ()
    del properties["delta_change"]
    data = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    assert len(hand("town.geojson", "boundaries", data).frames) == 1


def test_the_same_order_gives_the_same_manifest_and_a_zip_file_has_it_too(source, made, tmp_path):
    hand_over(source, tmp_path / "out.zip", put=into_zip)
    with zipfile.ZipFile(tmp_path / "out.zip") as book:
        assert book.read(MANIFEST) == (made / MANIFEST).read_bytes()
    assert said(tmp_path / "out.zip") == []


def test_what_is_missing_changed_or_strange_is_told(folder):
    (folder / "town.geojson").unlink()
    (folder / "added.txt").write_text("?")
    patches = folder / "town-patches.geojson"
    patches.write_bytes(patches.read_bytes().replace(b"water", b"waste"))
    found = check_manifest(folder)
    texts = [fault.en for fault in found.faults]
    assert any(text.startswith("town.geojson is missing") for text in texts)
    assert any("town-patches.geojson is not the file" in text for text in texts)
    assert [remark.en for remark in found.remarks] == [
        "added.txt is not in the manifest: nothing is known of it."
    ]
    assert all(one.zh for one in (*found.faults, *found.remarks))


def test_a_fault_put_into_a_written_file_is_found_and_named(folder):
    with closing(sqlite3.connect(folder / "town-layers.gpkg")) as base:
        base.execute("DROP TRIGGER rtree_micro_grids_geom_delete")
        base.execute("DELETE FROM micro_grids WHERE grid_code = 'W02'")
        base.commit()
    texts = said(folder)
    (gap,) = [text for text in texts if "in none of its parts" in text]
    assert gap.startswith("town-layers.gpkg: ground of a parent in none of its parts (1): W, 19,99")
    assert any("patches in no grid (2): p2, p3" in text for text in texts)


def test_a_manifest_that_says_the_fault_is_no_fault_does_not_hide_it(folder):
    path = folder / "town.geojson"
    data = path.read_bytes()
    lines = [line for line in data.splitlines(keepends=True) if b'"grid.W01"' not in line]
    path.write_bytes(b"".join(lines))
    content = content_of(folder)
    for row in content["files"]:
        if row["name"] == path.name:
            row["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
            row["bytes"] = path.stat().st_size
    (folder / MANIFEST).write_text(json.dumps(content))
    texts = said(folder)
    assert not [text for text in texts if "is not the file" in text]
    assert [text for text in texts if "in none of its parts" in text]


def test_more_files_of_the_same_state_join_the_manifest_and_others_begin_a_new_one(
    source, folder
):  # fmt: skip
    hand_over(source, folder, Order(("map",)))
    names = {row["name"] for row in content_of(folder)["files"]}
    assert names == {"town-layers.gpkg", "town-patches.geojson", "town.geojson", "town.html"}
    assert said(folder) == []
    hand_over(source, folder, Order(("map",), audience="public"))
    content = content_of(folder)
    assert content["audience"] == "public"
    assert [row["name"] for row in content["files"]] == ["town-public.html"]
    assert "rules" not in content["receipt"]
    with pytest.raises(UsageError):  # other files are not written over
        hand_over(source, folder, Order(("map",)))


@pytest.mark.parametrize(
    "text",
    [
        "{", "[]", "{}", '{"format": 2}', '{"format": 1, "files": [{}], "certificates": {}}',
        '{"format": 1, "files": [{"name": "a", "kind": "b", "bytes": 1, "sha256": "c",'
        ' "certificate": "d"}], "certificates": {}}',
        '{"format": 1, "files": [], "certificates": {"a": {"leftovers": [{"grid_code": 1}]}}}',
    ],
)  # fmt: skip
def test_a_damaged_manifest_is_an_error_of_ours(folder, text):
    (folder / MANIFEST).write_text(text)
    with pytest.raises(LayerFileError, match="damaged"):
        check_manifest(folder)


def test_a_name_that_leads_out_of_the_folder_is_not_followed(folder):
    content = content_of(folder)
    (folder.parent / "secret.txt").write_text("secret")
    content["files"][0]["name"] = "../secret.txt"
    (folder / MANIFEST).write_text(json.dumps(content))
    assert any(text.startswith("../secret.txt is missing") for text in said(folder))


def test_without_a_manifest_it_says_where_one_comes_from(tmp_path):
    with pytest.raises(UsageError, match="ask the sender"):
        check_manifest(tmp_path)
    with pytest.raises(LayerFileError, match="Cannot read"):
        check_manifest(tmp_path / "nowhere")
    (tmp_path / "half.zip").write_bytes(b"PK\x03\x04")
    with pytest.raises(LayerFileError, match="no whole zip"):
        check_manifest(tmp_path / "half.zip")


def test_a_file_that_cannot_be_read_any_more_is_a_fault(folder):
    (folder / "town-layers.gpkg").write_bytes(b"SQLite format 3\x00")
    assert any("cannot be read" in text for text in said(folder))
