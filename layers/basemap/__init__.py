"""Base maps from the office's own disk: tiles of 256 px in web Mercator, whatever the file holds.

Its modules:

    image    a georeferenced image, cut into tiles when they are asked for
    mbtiles  MBTiles: tiles in an SQLite file
    opening  which reader a file takes
    pmtiles  PMTiles: tiles in one file with a directory, pictures or vector tiles
    remote   tiles from an address of the network, when a town has switched one on
    shifted  tiles of a GCJ-02 web map, moved back to where the ground is
    tiles    a tile: its place, its type, and what a base map is
    vector   the layers of a vector tile
"""

from layers.basemap.opening import open_basemap
from layers.basemap.tiles import Basemap, Tile

__all__ = ["Basemap", "Tile", "open_basemap"]
