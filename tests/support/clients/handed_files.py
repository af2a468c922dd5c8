"""The micro-grids of a plan in every format, and which programs of other makers read each."""

from pathlib import Path

from boundaries.export.formats.flatgeobuf import flatgeobuf_bytes
from boundaries.export.formats.kml import kml_bytes
from boundaries.export.formats.parquet import parquet_bytes
from boundaries.export.formats.shapefile import shapefile_zip
from boundaries.export.formats.topojson import topojson_bytes
from gridmap.plan.plan import Plan
from gridmap.versions.receivers import about_plan, geopackage_of, layers_of
from tests.support.clients.reading import Source

__all__ = ["MAP_READERS", "READERS", "SYSTEMS", "layer_source", "map_source", "write_layers",
           "write_maps"]  # fmt: skip

SYSTEMS = (4326, 4490, 4547, 4526)  # the last has the number of its zone before the easting
LAYER = "micro_grids"
# mapshaper reads a GeoPackage by a library that would have to be compiled; GDAL 3.6 knows no
# Parquet, nor does it bring one into PostGIS.
READERS = {
    "gpkg": ("geos", "gdal", "duckdb", "postgis"),
    "zip": ("geos", "gdal", "duckdb", "postgis", "mapshaper"),
    "fgb": ("geos", "gdal", "duckdb", "postgis", "mapshaper"),
    "parquet": ("geos", "duckdb", "mapshaper"),
}
# Formats for maps, in longitude and latitude with seven decimals. DuckDB takes a KML for another
# driver, which knows names alone, and mapshaper reads all layers of it as one.
MAP_READERS = {
    "topojson": ("geos", "gdal", "duckdb", "postgis", "mapshaper"),
    "kml": ("geos", "gdal", "postgis"),
}


def write_layers(plan: Plan, folder: Path, epsg: int) -> None:
    """Write the formats that lie in any coordinate system into a folder of that system."""
    made, about = layers_of(plan, crs=epsg), about_plan(plan, crs=epsg)
    (lowest,) = (layer for layer in made if layer.name == LAYER)
    place = folder / str(epsg)
    place.mkdir()
    (place / f"{LAYER}.gpkg").write_bytes(geopackage_of(plan, crs=epsg))
    (place / f"{LAYER}.zip").write_bytes(shapefile_zip(made, about=about).data)
    (place / f"{LAYER}.fgb").write_bytes(flatgeobuf_bytes(lowest, about=about))
    (place / f"{LAYER}.parquet").write_bytes(parquet_bytes(lowest, about=about))


def write_maps(plan: Plan, folder: Path) -> None:
    """Write the formats for maps."""
    made, about = layers_of(plan, crs=4326, decimals=7), about_plan(plan, crs=4326)
    (folder / "all.topojson").write_bytes(topojson_bytes(made))
    (folder / "all.kml").write_bytes(kml_bytes(made, title="网格", about=about, colours={}))


def layer_source(folder: Path, suffix: str, epsg: int) -> Source:
    """Say how a client finds what `write_layers` has written."""
    shape = "geom" if suffix == "gpkg" else "geometry"
    return Source(folder / str(epsg) / f"{LAYER}.{suffix}", LAYER, shape=shape)


def map_source(folder: Path, suffix: str) -> Source:
    """Say how a client finds what `write_maps` has written."""
    layer = "微网格" if suffix == "kml" else LAYER
    return Source(folder / f"all.{suffix}", layer, step=1e-7)
