"""Layers for other systems as a GeoPackage 1.3, as any GIS of an office opens it.

docs/receivers.md lists what is in it. Its modules:

    styles   how layers look when a GIS opens them: QML and SLD
    tables   the tables that the standard asks for, as SQL
    writing  the file: layers with types and aliases, metadata, styles, spatial index
"""

from boundaries.export.geopackage.styles import Border, Fill, Style, filled, outlined
from boundaries.export.geopackage.writing import geopackage_bytes

__all__ = ["Border", "Fill", "Style", "filled", "geopackage_bytes", "outlined"]
