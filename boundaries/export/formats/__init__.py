"""A plan as layers for other systems, whatever file they are written into.

docs/receivers.md lists the files. The modules:

    arrow         a layer as an Arrow table, from which GDAL and Parquet write
    coordinates   the coordinate systems that receivers ask for, and the ground in them
    dbf_table     the table of a Shapefile: widths in bytes, alphabets, and what is lost in them
    fields        the columns of the layers: type, short name, aliases, description
    flatgeobuf    a layer as FlatGeobuf
    kml           layers as KML for phones
    layers        a plan as layers: a level each, patches, objects
    parquet       a layer as GeoParquet
    records       rows of a layer as plain values
    row_groups    row groups of Parquet files put into another file as they lie
    shapefile     layers as Shapefiles in a zip file, with the tables that travel along
    shp_geometry  the geometry of a Shapefile
    tile_book     tiles cut by GDAL, put into one PMTiles file
    tiles         layers as vector tiles in a PMTiles file
    topojson      layers as TopoJSON
"""

from boundaries.export.formats.coordinates import receiver_crs, require_reach
from boundaries.export.formats.fields import Field, Kind
from boundaries.export.formats.layers import Layer, receiver_layers

__all__ = ["Field", "Kind", "Layer", "receiver_crs", "receiver_layers", "require_reach"]
