"""One layer of any known format, as features with what is known about them and what was lost.

Its modules:

    archive_layers   which files of an unpacked archive are layers
    as_written       layers of a file that was handed over, exactly as they are written
    binary_drawings  binary DXF, written as the text that all readers take
    drawings         drawings (DXF): closed lines are areas, texts in them are labels
    features         the reading itself, whatever the format
    hidden_objects   objects of a drawing that are frozen, off or never plotted
    kml              what a KML says beside its features: links, pictures, hidden features
    layer            layers and tables at a path: what the other rooms call
    named_columns    whether the columns that a town names are there
    normalized_copy  a copy of a file with what its reader would refuse put right
    odd_places       shapes with a corner at 0, 0, and degrees among metres
    ogr              bulk reading through pyogrio, and listing of layers
    osm              OpenStreetMap files and their exports
    pages            layers that a server gave in pages of a thousand features
    parquet          GeoParquet, and tables with plain positions
    shapefiles       shapefiles that a reader would fail on, put right on a copy
"""

from typing import TYPE_CHECKING

from layers.contract.door import open_door

if TYPE_CHECKING:
    from layers.reading.features import Declared, Reading, layer_names, read_features

__all__ = ["Declared", "Reading", "layer_names", "read_features"]

__getattr__, __dir__ = open_door(__name__, dict.fromkeys(__all__, "layers.reading.features"))
