"""The features of a written file: read back as any reader does, in their order, and a digest."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from pyproj import CRS

from layers.contract.errors import BoundaryError

__all__ = [
    "Feature",
    "State",
    "code_of",
    "compact",
    "digest_of",
    "frame_of",
    "in_order",
    "is_state",
    "read_state",
]

Feature = Mapping[str, Any]
WGS84 = "OGC:CRS84"
HEAD_BYTES = 4_000_000  # a head lists retired codes, so it may be long
# A side that is straight in the file bends by centimetres a kilometre when it is projected; cut so
# short (50 m), it lies where it lay, also in a state that has a corner more on it.
_SHORT = 0.0005


@dataclass(frozen=True)
class State:
    """The grids of one state of a plan, as their file holds them."""

    head: Mapping[str, Any]  # member `gridmap` of the file
    features: tuple[Feature, ...]


def read_state(written: bytes) -> State:
    """Read the grids of a boundary file, in any of its layouts.

    Raises
    ------
    BoundaryError
        If it is no boundary file of ours.
    """
    try:
        head, features = _head_and_features(written)
        return State(head, tuple(one for one in features if "level" in one["properties"]))
    except (ValueError, KeyError, TypeError, IndexError):
        raise BoundaryError(
            "This is no file of boundaries that 'python -m gridmap export' wrote. Write it anew.",
            "这不是 python -m gridmap export 写出的边界文件，请重新导出。",
        ) from None


def is_state(written: bytes) -> bool:
    """Whether a file begins as one of boundaries with grids that we wrote."""
    start = written[:HEAD_BYTES].lstrip(b"\x1e")
    return b'"gridmap":{' in start.split(b"\n")[0] and b'"layer":"grids"' in start.split(b"\n")[0]


def _head_and_features(written: bytes) -> tuple[Mapping[str, Any], list[Feature]]:
    lines = written.split(b"\n")
    if lines[0].endswith(b"}") and len(lines) > 2:  # a feature a line; the head is in the first
        features = [json.loads(line.lstrip(b"\x1e")) for line in lines if line.strip()]
        return features[0].pop("gridmap"), features
    collection = json.loads(written.lstrip(b"\x1e"))
    return collection["gridmap"], collection["features"]


def code_of(feature: Feature) -> str:
    """Give the code of a grid, its key; the `id` of a feature may say more."""
    return str(feature["properties"]["grid_code"])


def in_order(features: Iterable[Feature]) -> tuple[Feature, ...]:
    """Sort features as files have them: by level, then by code."""
    return tuple(sorted(features, key=lambda one: (one["properties"]["level"], code_of(one))))


def digest_of(features: Iterable[Feature]) -> str:
    """Give the SHA-256 of features, whatever their order and spacing in a file."""
    text = "\n".join(compact(one, keys=True) for one in in_order(features))
    return hashlib.sha256(text.encode()).hexdigest()


def compact(value: Any, *, keys: bool = False) -> str:
    """Write JSON in one line; with `keys`, members sorted by name."""
    return json.dumps(
        value, ensure_ascii=False, separators=(",", ":"), allow_nan=False, sort_keys=keys
    )


def frame_of(features: Iterable[Feature], crs: CRS) -> gpd.GeoDataFrame:
    """Lay features out as a frame in metres: `level` and the polygon, by code.

    Parameters
    ----------
    features
        Grids; one without ground gets an empty polygon.
    crs
        A plane coordinate system in metres.
    """
    rows = list(features)
    shapes = [
        shapely.geometry.shape(one["geometry"]) if one["geometry"] else shapely.Polygon()
        for one in rows
    ]
    index = pd.Index([code_of(one) for one in rows], dtype="str", name="grid_code")
    ground = gpd.GeoSeries(shapes, index, crs=WGS84).segmentize(_SHORT).to_crs(crs)
    levels = pd.Series([one["properties"]["level"] for one in rows], index=index, dtype="int64")
    return gpd.GeoDataFrame({"level": levels}, geometry=ground)
