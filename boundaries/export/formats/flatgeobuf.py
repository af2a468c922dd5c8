"""A layer as FlatGeobuf, for web maps and GIS: one file with an index, read piece by piece.

The index puts rows into an order of its own, by where they lie: the key tells them, not the place
in the file.
"""

import io
import warnings
from collections.abc import Mapping
from typing import Any

import pyogrio
from pyproj import CRS

from boundaries.export.formats.arrow import GEOMETRY, arrow_table, shape_type
from boundaries.export.formats.fields import Field
from boundaries.export.formats.layers import Layer
from boundaries.export.formats.records import sayings_of

__all__ = ["flatgeobuf_bytes"]


def flatgeobuf_bytes(layer: Layer, *, about: Mapping[str, Any]) -> bytes:
    """Write a layer; its columns have title and description.

    Parameters
    ----------
    layer
        The format has no index for rows without ground: a layer that has some gets none.
    about
        What is said of the plan, for the description of the layer.

    Returns
    -------
    The file. The same layer gives the same bytes.
    """
    out = io.BytesIO()
    crs = layer.frame.crs
    is_whole = bool(layer.frame.geometry.notna().all())
    with warnings.catch_warnings():
        # A layer that names no CRS, as that of a copy for GCJ-02 maps, means it.
        warnings.filterwarnings("ignore", "'crs' was not provided")
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
                "DESCRIPTION": _description(layer, about),
                "SPATIAL_INDEX": "YES" if is_whole else "NO",
            },
        )
    return out.getvalue()


def _description(layer: Layer, about: Mapping[str, Any]) -> str:
    told = (f"{name}: {value}" for name, value in sayings_of(about))
    return "\n".join([layer.title_en, *told])


def _about(field: Field) -> dict[str, str]:
    # As GDAL takes them from Arrow; it writes them as title and description of the column.
    return {"GDAL:OGR:alternative_name": field.title, "GDAL:OGR:comment": field.note}
