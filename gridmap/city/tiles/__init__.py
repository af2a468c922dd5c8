"""Vector tiles of all towns of a city, for a map that shows hundreds of thousands of micro-grids.

catalogue/tiles/towns/NAME.pmtiles   a town: itself, its lowest given grids, its micro-grids
catalogue/tiles/overview.pmtiles     all towns together, in the zooms in which one tile has many
catalogue/tiles/index.json           where each town lies; written last

A town's file is made anew when its plan is another one, and the overview of the files. In a tile
the layers of a town bear its name, `grids/NAME`, so that a tile for who may see some of the towns
is a choice of its layers.

Its modules:

    features  what tiles tell of a town, of its grids and its micro-grids
    making    the files made, where they are not right
    serving   a tile of all the towns that somebody may see
"""

from gridmap.city.tiles.making import make_city_tiles, renew_city_tiles
from gridmap.city.tiles.serving import CityTiles, has_tiles

__all__ = ["CityTiles", "has_tiles", "make_city_tiles", "renew_city_tiles"]
