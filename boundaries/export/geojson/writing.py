"""The files: whose boundaries they are, how they are written, and what their head says."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.export.geojson.ground import Ground, rounded_ground
from boundaries.export.geojson.properties import (
    add_contacts,
    grid_properties,
    mark_gcj02,
    patch_properties,
    public_part,
)
from boundaries.export.geojson.text import NO_DIGEST, Layout, digested, lines_of
from boundaries.export.rounding import DECIMALS

__all__ = [
    "DISCLAIMER",
    "FORMAT",
    "Form",
    "Source",
    "Written",
    "geojson_bytes",
    "geojson_files",
    "head_of",
    "said_of",
]

FORMAT = 2
_DATUMS = {False: "WGS84", True: "GCJ-02 (shifted some 500 m, not WGS84)"}
DISCLAIMER = "Management lines, not legal borders. 管理界线，非法定界线。"


@dataclass(frozen=True)
class Source:
    """Whose boundaries they are and who must be named.

    Attributes
    ----------
    code, name, name_en
        The town.
    version, state
        Of the plan; the state is another after every edit.
    credit, licence
        Who must be named, and what readers may do; "" for not said.
    notice
        That the file is for internal use, or the number under which it was reviewed.
    public
        For the public: only what `PUBLIC_PROPERTIES` names is written.
    retired
        Codes that are no longer: `grid_code`, `retired_on`, `reason`, `successors`; None where
        that is not told.
    """

    code: str
    name: str
    name_en: str = ""
    version: str = ""
    state: str = ""
    credit: str = ""
    licence: str = ""
    notice: str = ""
    public: bool = False
    retired: Sequence[Mapping[str, Any]] | None = ()


@dataclass(frozen=True)
class Form:
    """How a reader wants the files.

    Attributes
    ----------
    decimals
        Of a degree, 7 or 6.
    multi
        Every polygon as a multipolygon, as columns of databases want it.
    layout
        One collection, a feature a line, or a sequence of texts.
    gcj02
        Longitudes and latitudes of GCJ-02 maps, and `coord_type` says so: for a reader who lays
        them on such a map and asked for it. Nobody takes them for true places.
    """

    decimals: int = DECIMALS
    multi: bool = False
    layout: Layout = "collection"
    gcj02: bool = False


@dataclass(frozen=True)
class Written:
    """The files, and the head of the one with the grids."""

    grids: bytes = field(repr=False)
    patches: bytes | None = field(repr=False)
    head: dict[str, Any]


def geojson_bytes(
    grids: gpd.GeoDataFrame,
    patches: gpd.GeoDataFrame,
    assignments: pd.DataFrame,
    people: pd.DataFrame,
    *,
    source: Source,
    form: Form = Form(),
    with_contacts: bool = False,
) -> bytes:
    """Write the grids of a plan as GeoJSON; as `geojson_files`, without patches.

    Parameters
    ----------
    grids, patches, assignments, people, source, form, with_contacts
        As `geojson_files` has them.

    Returns
    -------
    The file of the grids.
    """
    return geojson_files(
        grids, patches, assignments, people, source=source, form=form, with_contacts=with_contacts
    ).grids


def geojson_files(
    grids: gpd.GeoDataFrame,
    patches: gpd.GeoDataFrame,
    assignments: pd.DataFrame,
    people: pd.DataFrame,
    *,
    source: Source,
    form: Form = Form(),
    with_patches: bool = False,
    with_contacts: bool = False,
) -> Written:
    """Write the grids of a plan as GeoJSON, and its patches in a file of theirs.

    Parameters
    ----------
    grids, patches, assignments, people
        Tables of a plan (`layers.contract.columns`), polygons in one work CRS.
    source
        Town, credit and licence for the head of the file.
    form
        Decimals, kind of geometry and layout.
    with_patches
        Write the patches too, on the same vertices as the grids.
    with_contacts
        Write names of the people on each grid. Phones are never written.

    Returns
    -------
    UTF-8 text with one feature a line; the same plan gives the same bytes. The head is member
    `gridmap` of the collection: `source`, the disclaimer and `topology`, what the check of the
    rounded tiling found.

    Raises
    ------
    BoundaryError
        If the grids are so far from a tiling that rounding cannot give one, or the decimals asked
        for are too few.

    References
    ----------
    RFC 7946, The GeoJSON Format, 2016. RFC 8142, GeoJSON Text Sequences, 2017.
    """
    grids, patches = grids.sort_index(), patches.sort_index()
    ground = rounded_ground(
        grids, patches, by_patch=with_patches, decimals=form.decimals, gcj02=form.gcj02
    )
    rows = grid_properties(grids, patches, assignments)
    if with_contacts:
        add_contacts(rows, assignments, people)
    of_patches = patch_properties(patches) if with_patches else {}
    if source.public:
        rows, of_patches = public_part(rows), public_part(of_patches)
        # Where new borders were mended, ground may have been hidden.
        ground.topology["mended"] = []
        ground.topology.pop("neighbours", None)
    if form.gcj02:
        mark_gcj02(rows)
        mark_gcj02(of_patches)
    if with_patches:
        ground.topology["patches"] = len(patches)
    bounds = _bounds(ground.shapes)
    written, head = _file(rows, ground.shapes, bounds, "grid", ground, source, form)
    if not with_patches:
        return Written(written, None, head)
    beside, _ = _file(of_patches, ground.pieces, bounds, "patch", ground, source, form)
    return Written(written, beside, head)


def head_of(written: bytes) -> dict[str, Any]:
    """Read the head out of a file in any layout, as its readers will; no feature is read."""
    line = written.lstrip(b"\x1e").split(b"\n", 1)[0]
    head: dict[str, Any] = json.loads(line if line.endswith(b"}") else line + b"]}")["gridmap"]
    return head


def said_of(source: Source) -> dict[str, Any]:
    """Give what every file says of the plan it was made of; None where nothing is said."""
    return {
        "town": {"code": source.code, "name": source.name, "name_en": source.name_en or None},
        "version": source.version or None,
        "state": source.state or None,
        "credit": source.credit or None,
        "licence": source.licence or None,
        "disclaimer": DISCLAIMER,
        "notice": source.notice or None,
        "audience": "public" if source.public else "internal",
        "retired": None if source.retired is None else [dict(one) for one in source.retired],
    }


def _file(
    rows: Mapping[str, dict[str, Any]],
    shapes: gpd.GeoSeries,
    bounds: list[int],
    layer: str,
    ground: Ground,
    source: Source,
    form: Form,
) -> tuple[bytes, dict[str, Any]]:
    lines = lines_of(rows, shapes, prefix=layer, decimals=form.decimals, multi=form.multi)
    said = said_of(source)
    head = {
        "format": FORMAT,
        "layer": f"{layer}s" if layer == "grid" else f"{layer}es",
        **{key: said[key] for key in ("town", "version", "state")},
        "content_sha256": NO_DIGEST,
        **{key: said[key] for key in ("credit", "licence", "disclaimer", "notice", "audience")},
        "coordinates": f"{_DATUMS[form.gcj02]} longitude and latitude, {form.decimals} decimals",
        "decimals": form.decimals,
        "retired": said["retired"],
        "topology": ground.topology,
    }
    return digested(head, bounds, lines, layout=form.layout)


def _bounds(shapes: gpd.GeoSeries) -> list[int]:
    solid = shapes.dropna().to_numpy()
    if not len(solid):
        return []
    return [int(unit) for unit in np.rint(np.asarray(shapely.total_bounds(solid)))]
