"""A plan as layers for other systems: a level of grids each, patches, objects.

Rows are those of the GeoJSON (`boundaries.export.geojson`), with real types: days, whole numbers,
null where nothing is known. Grids are joined of the very pieces that are written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from boundaries.export.formats.coordinates import (
    fitted,
    points_in,
    require_degrees,
    require_reach,
)
from boundaries.export.formats.fields import (
    COORD_TYPE,
    GRID_FIELDS,
    OBJECT_FIELDS,
    PATCH_FIELDS,
    PUBLIC_OF_OBJECTS,
    Field,
)
from boundaries.export.geojson.ground import joined_ground
from boundaries.export.geojson.properties import (
    PUBLIC_PROPERTIES,
    add_contacts,
    grid_properties,
    patch_properties,
    public_part,
)

__all__ = ["CONTACTS", "Layer", "receiver_layers"]

CONTACTS = frozenset({"leader", "members", "others", "charge_person", "charge_office"})
_DTYPES = {
    "text": "string", "whole": "Int64", "number": "Float64", "day": "datetime64[s]",
    "flag": "boolean",
}  # fmt: skip
_NUMERALS = "零一二三四五六七八九"


@dataclass(frozen=True)
class Layer:
    """A layer as receivers want it.

    Attributes
    ----------
    name
        `grids_1`, `grids_2` … by level, exclusive grids among them; `micro_grids`; `patches`;
        `objects`.
    title, title_en
        What it is.
    fields
        Its columns in their order.
    frame
        A row a feature in order of the key, columns as `fields`, nullable dtypes (string, Int64,
        Float64, datetime64, boolean). Multipolygons, exterior rings counter-clockwise, or points
        of objects; None for what has no ground. x is east or longitude, in the CRS asked for.
    key
        The field that tells rows apart.
    """

    name: str
    title: str
    title_en: str
    fields: tuple[Field, ...]
    frame: gpd.GeoDataFrame = field(repr=False)
    key: str


def receiver_layers(
    grids: gpd.GeoDataFrame,
    patches: gpd.GeoDataFrame,
    assignments: pd.DataFrame,
    people: pd.DataFrame,
    objects: gpd.GeoDataFrame | None = None,
    *,
    crs: CRS,
    decimals: int | None = None,
    with_patches: bool = False,
    with_contacts: bool = False,
    public: bool = False,
    gcj02: bool = False,
) -> tuple[Layer, ...]:
    """Give a plan as layers for other systems.

    Parameters
    ----------
    grids, patches, assignments, people
        Tables of a plan (`layers.contract.columns`), polygons in one work CRS.
    objects
        Objects by id, as lists for others have them; of their columns those of `OBJECT_FIELDS` are
        written. None for no such layer.
    crs
        As `boundaries.export.formats.receiver_crs` gives it.
    decimals
        Of the unit of the CRS; None for a micrometre, and in the plan's own CRS for its own
        numbers. With 7 in WGS84 the numbers are those of the GeoJSON.
    with_patches
        Give the patches too, on the same vertices as the grids.
    with_contacts
        Name the people on each grid and in charge of each object. Phones are in no layer.
    public
        Only what the public may have, as in the GeoJSON.
    gcj02
        A copy for GCJ-02 maps: longitudes and latitudes are shifted to where these draw them, the
        column `coord_type` says so, and no CRS is named, as none has these numbers.

    Returns
    -------
    Layers that have rows: grids from the top, micro-grids, patches, objects.

    Raises
    ------
    BoundaryError
        If the grids are so far from a tiling that none comes out.
    LayerCRSError
        If the CRS does not reach the town, belongs to another part of the world, or is in metres
        and GCJ-02 is wanted.
    """
    require_reach(grids, crs)
    if gcj02:
        require_degrees(crs)
    grids, patches = grids.sort_index(), patches.sort_index()
    ground = joined_ground(
        grids, patches, by_patch=with_patches, fit=fitted(crs, decimals=decimals, gcj02=gcj02)
    )
    rows = grid_properties(grids, patches, assignments)
    if with_contacts:
        add_contacts(rows, assignments, people)
    of_patches = patch_properties(patches) if with_patches else {}
    if public:
        rows, of_patches = public_part(rows), public_part(of_patches)
    wanted = [
        one
        for one in GRID_FIELDS.values()
        if (with_contacts or one.name not in CONTACTS)
        and (not public or one.name in PUBLIC_PROPERTIES)
    ]
    made = [
        _layer(name, titles, wanted, {code: rows[code] for code in codes}, ground.shapes, crs)
        for name, titles, codes in _levels(grids)
    ]
    if of_patches:
        fields = [
            one for one in PATCH_FIELDS.values() if not public or one.name in PUBLIC_PROPERTIES
        ]
        titles = ("图斑", "Patches")
        made.append(_layer("patches", titles, fields, of_patches, ground.pieces, crs))
    if objects is not None and len(objects):
        fields = [
            one
            for one in OBJECT_FIELDS.values()
            if (with_contacts or one.name not in CONTACTS)
            and (not public or one.name in PUBLIC_OF_OBJECTS)
        ]
        points = points_in(objects.sort_index().geometry, crs, decimals=decimals, gcj02=gcj02)
        made.append(_objects(objects.sort_index(), fields, points, crs))
    return tuple(map(_of_gcj02, made) if gcj02 else made)


def _of_gcj02(layer: Layer) -> Layer:
    """Say in a layer that its numbers are those of GCJ-02 maps."""
    marked = layer.frame.set_crs(None, allow_override=True)
    mark = pd.Series("gcj02", index=marked.index, dtype=_DTYPES[COORD_TYPE.kind])
    marked.insert(len(layer.fields), COORD_TYPE.name, mark)
    return replace(layer, fields=(*layer.fields, COORD_TYPE), frame=marked)


def _levels(grids: pd.DataFrame) -> list[tuple[str, tuple[str, str], list[str]]]:
    """Name the layers of grids: those given by level, exclusive ones among them, then the micro."""
    micro = grids["kind"] == "micro"
    found = [
        (f"grids_{level}", (f"{_numeral(int(level))}级网格", f"Grids of level {level}"),
         [str(code) for code in codes])
        for level, codes in grids[~micro].groupby("level").groups.items()
    ]  # fmt: skip
    if micro.any():
        codes = [str(code) for code in grids.index[micro]]
        found.append(("micro_grids", ("微网格", "Micro-grids"), codes))
    return found


def _numeral(level: int) -> str:
    return _NUMERALS[level] if 0 <= level < len(_NUMERALS) else str(level)


def _layer(
    name: str,
    titles: tuple[str, str],
    fields: Sequence[Field],
    rows: Mapping[str, dict[str, Any]],
    shapes: gpd.GeoSeries,
    crs: CRS,
) -> Layer:
    table = {one.name: _typed([row[one.name] for row in rows.values()], one) for one in fields}
    ground = _multi(shapes.reindex(list(rows)).to_numpy())
    frame = gpd.GeoDataFrame(table, geometry=ground, crs=crs)
    return Layer(name, *titles, tuple(fields), frame, key=fields[0].name)


def _objects(
    objects: gpd.GeoDataFrame, fields: Sequence[Field], points: NDArray[np.object_], crs: CRS
) -> Layer:
    plain = pd.DataFrame(objects.drop(columns=objects.geometry.name))
    plain["object_id"] = objects.index.astype(str)
    # A register holds 0 and "" for what it does not say.
    table = {one.name: _typed([value or None for value in plain[one.name]], one) for one in fields}
    for name in ("charge_level",):  # there 0 says something: a post on the object itself
        if name in table:
            told = plain["charge_role"].to_numpy() != ""
            table[name] = _typed(np.where(told, plain[name], None), OBJECT_FIELDS[name])
    frame = gpd.GeoDataFrame(table, geometry=points, crs=crs)
    return Layer("objects", "对象", "Objects", tuple(fields), frame, key="object_id")


def _typed(values: Any, one: Field) -> pd.Series:
    """Give a column its type; None, and what is no number, becomes null."""
    if one.kind == "day":
        return pd.Series(pd.to_datetime(pd.Series(values, dtype="object"), format="%Y-%m-%d"),
                         dtype=_DTYPES["day"])  # fmt: skip
    column = pd.Series(values, dtype="object")
    return column.where(column.notna(), None).astype(_DTYPES[one.kind])


def _multi(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Give multipolygons with rings by the right-hand rule, each beginning at the same corner."""
    turned = shapely.orient_polygons(shapely.normalize(shapes))
    made = np.full(len(turned), None, dtype=object)
    for place, shape in enumerate(turned):
        if shape is None or shape.is_empty:
            continue
        made[place] = shapely.MultiPolygon([shape]) if shape.geom_type == "Polygon" else shape
    return made
