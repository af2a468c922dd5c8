"""The micro-grids of a plan in every format, and which programs of other makers read each."""

from pathlib import Path

from boundaries.export.formats import Layer, receiver_crs, receiver_layers
from boundaries.export.formats.flatgeobuf import flatgeobuf_bytes
from boundaries.export.formats.kml import kml_bytes
from boundaries.export.formats.parquet import parquet_bytes
from boundaries.export.formats.shapefile import shapefile_zip
from boundaries.export.formats.topojson import topojson_bytes
from gridmap.plan.plan import Plan
from tests.support.clients.reading import Source

__all__ = ["MAP_READERS", "READERS", "SYSTEMS", "layer_source", "map_source", "write_layers",
           "write_maps"]  # fmt: skip

SYSTEMS = (4326, 4490, 4547, 4526)  # the last has the number of its zone before the easting
LAYER = "micro_grids"
ABOUT = {"town": {"code": "410122106", "name": "郑庵镇"}, "licence": "ODbL-1.0"}
# GDAL 3.6 knows no Parquet, nor does it bring one into PostGIS.
READERS = {
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


def layers_of(plan: Plan, epsg: int, *, decimals: int | None = None) -> tuple[Layer, ...]:
    """Give a plan as layers for other systems, without patches, people and objects."""
    tables = (plan.grids, plan.patches, plan.assignments, plan.people)
    return receiver_layers(*tables, crs=receiver_crs(epsg, own=plan.crs), decimals=decimals)


def write_layers(plan: Plan, folder: Path, epsg: int) -> None:
    """Write the formats that lie in any coordinate system into a folder of that system."""
    made = layers_of(plan, epsg)
    (lowest,) = (layer for layer in made if layer.name == LAYER)
    place = folder / str(epsg)
    place.mkdir()
    (place / f"{LAYER}.zip").write_bytes(shapefile_zip(made, about=ABOUT).data)
    (place / f"{LAYER}.fgb").write_bytes(flatgeobuf_bytes(lowest, about=ABOUT))
    (place / f"{LAYER}.parquet").write_bytes(parquet_bytes(lowest, about=ABOUT))


def write_maps(plan: Plan, folder: Path) -> None:
    """Write the formats for maps."""
    made = layers_of(plan, 4326, decimals=7)
    (folder / "all.topojson").write_bytes(topojson_bytes(made))
    (folder / "all.kml").write_bytes(kml_bytes(made, title="网格", about=ABOUT, colours={}))


def layer_source(folder: Path, suffix: str, epsg: int) -> Source:
    """Say how a client finds what `write_layers` has written."""
    shape = "geom" if suffix == "gpkg" else "geometry"
    return Source(folder / str(epsg) / f"{LAYER}.{suffix}", LAYER, shape=shape)


def map_source(folder: Path, suffix: str) -> Source:
    """Say how a client finds what `write_maps` has written."""
    layer = "微网格" if suffix == "kml" else LAYER
    return Source(folder / f"all.{suffix}", layer, step=1e-7)
