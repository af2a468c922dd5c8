"""Base maps from the disk: every kind of file gives the tile of a place, or says why not."""

from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import numpy as np
import pytest
import rasterio
import rasterio.shutil
import rasterio.vrt
from basemaps import (
    BLUE,
    RED,
    ZOOM,
    colour_in,
    picture,
    tile_at,
    write_geotiff,
    write_mbtiles,
    write_pmtiles,
)
from pmtiles.tile import TileType

from layers.basemap import open_basemap
from layers.basemap.remote import Remote
from layers.contract.errors import LayerFileError
from layers.location.datum import wgs_to_gcj

LON, LAT = 113.93, 34.68
COLUMN, ROW = tile_at(LON, LAT)
GZIP = b"\x1f\x8b\x08\0\0\0\0\0"


@pytest.mark.parametrize(
    ("write", "name"), [(write_mbtiles, "t.mbtiles"), (write_pmtiles, "t.pmtiles")]
)
def test_a_file_of_tiles_gives_the_tile_of_a_place(tmp_path, write, name):
    tiles = {(ZOOM, COLUMN, ROW): picture(RED), (ZOOM, COLUMN, ROW + 1): picture(BLUE, "JPEG")}
    basemap = open_basemap(write(tmp_path / name, tiles))
    here, south = basemap.tile(ZOOM, COLUMN, ROW), basemap.tile(ZOOM, COLUMN, ROW + 1)
    assert (here.media_type, colour_in(here.data)) == ("image/png", (*RED, 255))
    assert south.media_type == "image/jpeg"
    assert basemap.tile(ZOOM, COLUMN + 5, ROW) is None
    assert (basemap.facts.least_zoom, basemap.facts.most_zoom) == (ZOOM, ZOOM)
    west, south_end, east, north = basemap.facts.bounds
    assert west <= LON <= east
    assert south_end <= LAT <= north


def test_vector_tiles_are_refused_by_name(tmp_path):
    tiles = {(ZOOM, COLUMN, ROW): GZIP}
    for path in (
        write_mbtiles(tmp_path / "v.mbtiles", tiles),
        write_pmtiles(tmp_path / "v.pmtiles", tiles, TileType.MVT),
    ):
        with pytest.raises(LayerFileError, match="vector tiles") as error:
            open_basemap(path)
        assert "矢量瓦片" in error.value.zh


@pytest.mark.parametrize("name", ["x.mbtiles", "x.pmtiles", "x.tif"])
def test_a_file_that_is_none_is_refused(tmp_path, name):
    (tmp_path / name).write_bytes(b"nothing of the kind" * 20)
    with pytest.raises(LayerFileError, match="cannot be read"):
        open_basemap(tmp_path / name)


def test_what_is_not_there_or_of_no_known_kind_is_refused(tmp_path):
    with pytest.raises(LayerFileError, match="does not exist"):
        open_basemap(tmp_path / "gone.mbtiles")
    (tmp_path / "town.kmz").write_bytes(b"PK")
    with pytest.raises(LayerFileError, match="no known kind"):
        open_basemap(tmp_path / "town.kmz")


def test_an_mbtiles_file_without_tiles_is_refused(tmp_path):
    with pytest.raises(LayerFileError, match="没有瓦片"):
        open_basemap(write_mbtiles(tmp_path / "empty.mbtiles", {}))


def place_in(zoom, lon, lat):
    """Tile of a place, and the pixel in it."""
    north = np.arcsinh(np.tan(np.radians(lat))) / np.pi
    x, y = (lon + 180) / 360 * 2**zoom * 256, (1 - north) / 2 * 2**zoom * 256
    return (int(x // 256), int(y // 256)), (int(x % 256), int(y % 256))


def seen(basemap, zoom, lon, lat):
    (column, row), (x, y) = place_in(zoom, lon, lat)
    tile = basemap.tile(zoom, column, row)
    return (0, 0, 0, 0) if tile is None else colour_in(tile.data, x, y)


def test_an_image_is_drawn_where_it_lies_and_clear_beside(tmp_path):
    bounds = (LON - 0.01, LAT - 0.01, LON + 0.01, LAT + 0.01)
    basemap = open_basemap(write_geotiff(tmp_path / "t.tif", bounds, "EPSG:4326"))
    assert seen(basemap, 16, LON - 0.005, LAT) == (*RED, 255)
    assert seen(basemap, 16, LON + 0.005, LAT) == (*BLUE, 255)
    # In a tile that the image covers in part, what lies beside it is clear.
    assert seen(basemap, 11, LON + 0.005, LAT)[3] == 255
    assert seen(basemap, 11, LON + 0.013, LAT)[3] == 0
    assert basemap.facts.bounds == pytest.approx(bounds)


def test_an_image_in_the_grid_of_the_town_takes_the_crs_that_is_declared(tmp_path):
    path = write_geotiff(tmp_path / "t.tif", (491_000, 3_837_000, 495_000, 3_841_000), None)
    with pytest.raises(LayerFileError, match="where it lies"):
        open_basemap(path)
    basemap = open_basemap(path, crs="EPSG:4547")
    west, _, east, _ = basemap.facts.bounds
    assert seen(basemap, 15, west + (east - west) / 4, 34.67) == (*RED, 255)
    assert seen(basemap, 15, east - (east - west) / 4, 34.67) == (*BLUE, 255)


def test_a_text_that_points_at_other_files_is_no_image(tmp_path):
    bounds = (LON - 0.01, LAT - 0.01, LON + 0.01, LAT + 0.01)
    write_geotiff(tmp_path / "secret.tif", bounds, "EPSG:4326")
    with rasterio.open(tmp_path / "secret.tif") as image:
        vrt = rasterio.vrt.WarpedVRT(image, crs="EPSG:3857")
        rasterio.shutil.copy(vrt, tmp_path / "town.vrt", driver="VRT")
        vrt.close()
    (tmp_path / "town.vrt").rename(tmp_path / "town.tif")
    with pytest.raises(LayerFileError, match="cannot be read"):
        open_basemap(tmp_path / "town.tif")


def test_an_image_of_heights_is_no_base_map(tmp_path):
    path = tmp_path / "dem.tif"
    with rasterio.open(
        path, "w", driver="GTiff", width=4, height=4, count=1, dtype="float32", crs="EPSG:4326",
        transform=rasterio.transform.from_bounds(113, 34, 114, 35, 4, 4),
    ) as image:  # fmt: skip
        image.write(np.ones((1, 4, 4), dtype="float32"))
    with pytest.raises(LayerFileError, match="float32"):
        open_basemap(path)


def test_a_shifted_map_is_moved_back_only_when_declared(tmp_path):
    # A web map in GCJ-02 draws the border of red and blue some 600 m away from where it is.
    moved = wgs_to_gcj(np.array([LON]), np.array([LAT]))
    drawn_lon, drawn_lat = float(moved[0][0]), float(moved[1][0])
    bounds = (drawn_lon - 0.01, drawn_lat - 0.01, drawn_lon + 0.01, drawn_lat + 0.01)
    path = write_geotiff(tmp_path / "g.tif", bounds, "EPSG:4326")
    back = open_basemap(path, datum="gcj02")
    step = 0.0008  # 73 m, some pixels of the image; the shift is eight times as large
    assert seen(back, 15, LON - step, LAT) == (*RED, 255)
    assert seen(back, 15, LON + step, LAT) == (*BLUE, 255)
    as_drawn = open_basemap(path)
    assert seen(as_drawn, 15, LON + step, LAT) == (*RED, 255)
    assert back.facts.bounds == pytest.approx(
        (LON - 0.01, LAT - 0.01, LON + 0.01, LAT + 0.01), abs=1e-3
    )


@pytest.fixture
def host():
    """A host on this machine that has a picture at one address and a page at all others."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self):
            right = self.path == f"/{ZOOM}/{ROW}/{COLUMN}?tk=SECRET"
            self.send_response(200)
            self.end_headers()
            self.wfile.write(picture(RED) if right else b"<html>no</html>")

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Answers)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_an_address_is_asked_for_a_tile_and_only_pictures_are_passed_on(host):
    basemap = Remote(host + "/{z}/{y}/{x}?tk=SECRET")
    assert colour_in(basemap.tile(ZOOM, COLUMN, ROW).data) == (*RED, 255)
    assert basemap.tile(ZOOM, COLUMN + 1, ROW) is None


def test_a_host_that_does_not_answer_leaves_the_map_without_a_tile():
    assert Remote("http://127.0.0.1:1/{z}/{y}/{x}").tile(ZOOM, COLUMN, ROW) is None
