"""Tiles of a city: who sees which towns in them, what they tell, and what is made anew."""

import gzip
from dataclasses import replace

import pyogrio
import pytest
from cli_runs import answer, run
from drawn_city import write_city
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer
from tiled_city import SIDE, SOUTH, TOWNS, WEST, catalogued_city, put_town, town_table

from gridmap.city.catalogue import write_catalogue
from gridmap.city.folder import open_city
from gridmap.city.running import CityBusyError, alone_in
from gridmap.city.tiles import CityTiles, has_tiles, make_city_tiles, renew_city_tiles
from gridmap.city.tiles import making as made_by
from gridmap.city.tiles.making import place_of
from layers.basemap.pmtiles import VectorTiles
from layers.basemap.vector import tile_layers
from layers.contract.errors import LayerFileError, PlanError

BETWEEN = (12, 3341, 1631)  # a tile that both towns reach into
AFAR = (8, 208, 101)


@pytest.fixture
def city(tmp_path):
    return catalogued_city(tmp_path)


def layers_in(tile):
    return {name for name, _ in tile_layers(gzip.decompress(tile.data))}


def rows_of(path, layer):
    rows = pyogrio.read_dataframe(path, layer=layer)
    return rows.drop_duplicates("code").set_index("code").drop(columns=["mvt_id", "geometry"],
                                                               errors="ignore")  # fmt: skip


def test_a_tile_has_only_towns_that_may_be_seen_and_a_right_ends_at_once(city):
    make_city_tiles(city)
    may_see = {"甲镇", "b"}
    tiles = CityTiles(city.catalogue, lambda towns: [one for one in towns if one in may_see])
    assert layers_in(tiles.tile(*BETWEEN)) == {
        f"{layer}/{town}" for layer in ("towns", "parents", "grids") for town in ("甲镇", "b")
    }
    assert layers_in(tiles.tile(*AFAR)) == {"towns/甲镇", "towns/b"}
    assert layers_in(CityTiles(city.catalogue).tile(*AFAR)) == {"towns/甲镇", "towns/b"}
    east, mark = tiles.facts.bounds[2], tiles.mark
    assert mark == CityTiles(city.catalogue).mark
    may_see.remove("b")
    assert tiles.mark != mark
    assert layers_in(tiles.tile(*BETWEEN)) == {"towns/甲镇", "parents/甲镇", "grids/甲镇"}
    assert layers_in(tiles.tile(*AFAR)) == {"towns/甲镇"}
    assert tiles.facts.bounds[2] == pytest.approx(east - 2 * SIDE, abs=1e-6)
    may_see.clear()
    assert tiles.tile(*BETWEEN) is tiles.tile(*AFAR) is None


def test_tiles_that_are_newer_than_what_is_known_of_them_show_no_town_more(city):
    make_city_tiles(city)
    one = replace(city, towns=tuple(town for town in city.towns if town.name == "b"))
    write_catalogue(one)
    make_city_tiles(one)
    tiles = CityTiles(city.catalogue, lambda towns: [town for town in towns if town == "b"])
    write_catalogue(city)
    make_city_tiles(city)
    assert layers_in(tiles.tile(*AFAR)) == {"towns/b"}


def test_tiles_tell_sums_of_larger_grids_and_no_names_of_people(city):
    folder = make_city_tiles(city)
    path = place_of(folder, "甲镇")
    grids = rows_of(path, "grids/甲镇")
    assert grids.to_dict("index") == {
        "4101001a": {"name": "甲", "kind": "village_res", "load": 3.0, "capacity": 8.0,
                     "officers": 1},
        "4101001b": {"name": "乙", "kind": "exclusive", "load": 1.0, "capacity": 0.0,
                     "officers": 0},
    }  # fmt: skip
    assert CityTiles(city.catalogue).kinds == {"village_res", "exclusive"}
    sums = {"kind": "village_res", "load": 4.0, "capacity": 8.0, "officers": 1, "over": 1,
            "grids": 2, "lon": WEST + SIDE, "lat": SOUTH + SIDE / 2}  # fmt: skip
    assert rows_of(path, "parents/甲镇").to_dict("index")["4101001"] == pytest.approx(
        {"name": "村", **sums}
    )
    assert rows_of(path, "towns/甲镇").to_dict("index")["410100"] == pytest.approx(
        {"name": "镇0", **sums}
    )
    for file in folder.rglob("*.pmtiles"):
        for _, packed in VectorTiles(file).tiles(20):
            assert "张三丰".encode() not in gzip.decompress(packed)


def test_only_what_changed_is_made_anew_and_the_bytes_are_the_same(city, monkeypatch):
    folder = make_city_tiles(city)
    before = {path.name: path.read_bytes() for path in folder.rglob("*.*")}
    given = []
    cut = made_by.cut_towns
    monkeypatch.setattr(made_by, "cut_towns", lambda task: (given.append(task.towns), cut(task)))
    make_city_tiles(city)
    assert given == []
    put_town(city, "b", town_table(1, load=9.0), "another plan")
    write_catalogue(city)
    told = []
    make_city_tiles(city, tell=lambda done, of: told.append((done, of)))
    assert [[name for name, _ in towns] for towns in given] == [["b"]]
    assert told == [(1, 1)]
    assert place_of(folder, "甲镇").read_bytes() == before["甲镇.pmtiles"]
    assert rows_of(place_of(folder, "b"), "towns/b")["over"].tolist() == [2]
    put_town(city, "b", town_table(1), "plan of b")
    write_catalogue(city)
    make_city_tiles(city)
    assert {path.name: path.read_bytes() for path in folder.rglob("*.*")} == before
    place_of(folder, "甲镇").write_bytes(b"PMTiles, but no more than that")
    make_city_tiles(city)
    assert {path.name: path.read_bytes() for path in folder.rglob("*.*")} == before


def test_tiles_are_not_cut_while_a_run_replaces_the_tables_and_made_where_plans_are(city):
    with alone_in(city):
        with pytest.raises(CityBusyError):
            make_city_tiles(city)
        renew_city_tiles(city)
        assert not has_tiles(city.catalogue)
    renew_city_tiles(city)
    assert has_tiles(city.catalogue)
    for town in TOWNS:
        (city.derived_of(town) / "outcome.json").unlink()
    write_catalogue(city)
    renew_city_tiles(city)  # nothing is planned, and nothing is to be said


def test_a_town_that_is_gone_is_in_no_tile(city):
    folder = make_city_tiles(city)
    (city.derived_of("b") / "outcome.json").unlink()
    write_catalogue(city)
    make_city_tiles(city)
    assert not place_of(folder, "b").exists()
    assert layers_in(CityTiles(city.catalogue).tile(*AFAR)) == {"towns/甲镇"}


def test_without_plans_or_tiles_it_is_said_what_to_do(city):
    with pytest.raises(LayerFileError, match="city tiles"):
        CityTiles(city.catalogue)
    for town in TOWNS:
        (city.derived_of(town) / "outcome.json").unlink()
    write_catalogue(city)
    with pytest.raises(PlanError, match="city plan"):
        make_city_tiles(city)


def test_directories_below_the_first_one_are_read(tmp_path):
    path = tmp_path / "many.pmtiles"
    with path.open("wb") as file:
        writer = Writer(file)
        # So many that their list does not fit into the first part of the file.
        for column in range(0, 40_000, 2):
            writer.write_tile(zxy_to_tileid(16, 0, 0) + column, gzip.compress(f"{column}".encode()))
        writer.finalize({"tile_type": TileType.MVT, "tile_compression": Compression.GZIP}, {})
    found = dict(VectorTiles(path).tiles(16))
    assert len(found) == 20_000
    assert gzip.decompress(found[16, 0, 0]) == b"0"
    place = max(found)
    assert VectorTiles(path).tile(*place) == found[place]


@pytest.mark.parametrize("data", [b"\x1a\x05\x0a", b"\x1a", b"\x0f\x01", b"\xff" * 12])
def test_what_is_no_vector_tile_is_refused(data):
    with pytest.raises(ValueError, match="vector tile"):
        list(tile_layers(data))


def test_the_command_tells_how_many_towns_it_made(tmp_path):
    write_city(tmp_path, {"a": "410121001000"})
    made = open_city(tmp_path)
    put_town(made, "a", town_table(0), "a plan")
    write_catalogue(made)
    told = answer("city", "tiles", tmp_path)
    size = sum(path.stat().st_size for path in (tmp_path / "catalogue" / "tiles").rglob("*.*"))
    assert (told["towns"], told["bytes"]) == (1, size)
    assert answer("city", "tiles", tmp_path)["towns"] == 0
    assert run("city", "tiles", tmp_path / "none").exit_code == 1


def test_what_is_replaced_while_it_is_shown_is_read_anew_and_damage_is_said(city):
    folder = make_city_tiles(city)
    tiles = CityTiles(city.catalogue)
    before = tiles.tile(*AFAR)
    put_town(city, "b", town_table(1, load=9.0), "another plan")
    write_catalogue(city)
    kept = VectorTiles(folder / "overview.pmtiles")
    assert kept.tile(*AFAR) == before.data
    make_city_tiles(city)
    assert tiles.tile(*AFAR).data != before.data
    assert layers_in(tiles.tile(*AFAR)) == {"towns/甲镇", "towns/b"}
    with pytest.raises(LayerFileError, match="being replaced"):
        kept.tile(*AFAR)
    path = place_of(folder, "b")
    data = bytearray(path.read_bytes())
    half = len(data) // 2  # the tiles stand behind what is told of them
    data[half:] = b"x" * (len(data) - half)
    path.write_bytes(data)
    with pytest.raises(LayerFileError, match="cannot be read"):
        tiles.tile(*BETWEEN)
