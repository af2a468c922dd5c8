"""A plan as layers for other systems, whatever file they are written into.

docs/receivers.md lists the files. The modules:

    coordinates  the coordinate systems that receivers ask for, and the ground in them
    fields       the columns of the layers: type, short name, aliases, description
    layers       a plan as layers: a level each, patches, objects
"""

from boundaries.export.formats.coordinates import receiver_crs
from boundaries.export.formats.fields import Field, Kind
from boundaries.export.formats.layers import Layer, receiver_layers

__all__ = ["Field", "Kind", "Layer", "receiver_crs", "receiver_layers"]
