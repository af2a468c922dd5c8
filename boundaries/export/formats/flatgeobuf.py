"""A layer as FlatGeobuf, for web maps and GIS: one file with an index, read piece by piece.

The index puts rows into an order of its own, by where they lie: the key tells them, not the place
in the file.
"""

import io

import pyogrio
from pyproj import CRS

from boundaries.export.formats.arrow import GEOMETRY, arrow_table, shape_type
from boundaries.export.formats.fields import Field
from boundaries.export.formats.layers import Layer

__all__ = ["flatgeobuf_bytes"]


def flatgeobuf_bytes(layer: Layer) -> bytes:
    """Write a layer; its columns have title and description.

    Parameters
    ----------
    layer
        The format has no index for rows without ground: a layer that has some gets none.

    Returns
    -------
    The file. The same layer gives the same bytes.
    """
    out = io.BytesIO()
    crs = layer.frame.crs
    is_whole = bool(layer.frame.geometry.notna().all())
    pyogrio.write_arrow(
        arrow_table(layer, _about),
        out,
        layer=layer.name,
        driver="FlatGeobuf",
        geometry_name=GEOMETRY,
        geometry_type=shape_type(layer),
        crs=None if crs is None else CRS(crs).to_wkt(),
        layer_options={
            "TITLE": layer.title,
            "DESCRIPTION": layer.title_en,
            "SPATIAL_INDEX": "YES" if is_whole else "NO",
        },
    )
    return out.getvalue()


def _about(field: Field) -> dict[str, str]:
    # As GDAL takes them from Arrow; it writes them as title and description of the column.
    return {"GDAL:OGR:alternative_name": field.title, "GDAL:OGR:comment": field.note}
