"""Boundaries for other systems: RFC 7946 GeoJSON of the grids, and of patches in their own file.

docs/geojson.md lists what is written. Its modules:

    apportion   whole numbers that add up over every parent
    figures     what is known of each grid, summed over those below it
    ground      the smallest ground, rounded, and every grid as the union of it; the check
    properties  what a feature says of its grid or patch, in the house and for the public
    text        features as text: one collection, a feature a line, or a sequence of texts
    writing     the files: head, features, and the choices that a reader has
"""

from boundaries.export.geojson.properties import MU_M2, PUBLIC_PROPERTIES
from boundaries.export.geojson.text import LAYOUTS, Layout
from boundaries.export.geojson.writing import (
    DISCLAIMER,
    Form,
    Source,
    Written,
    geojson_bytes,
    geojson_files,
    head_of,
    said_of,
)

__all__ = [
    "DISCLAIMER",
    "LAYOUTS",
    "MU_M2",
    "PUBLIC_PROPERTIES",
    "Form",
    "Layout",
    "Source",
    "Written",
    "geojson_bytes",
    "geojson_files",
    "head_of",
    "said_of",
]
