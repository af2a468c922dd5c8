"""The manifest of files that were handed over: digests, features of each layer, certificates."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

import geopandas as gpd
import pandas as pd

from boundaries.export.formats.fields import GRID_FIELDS, PATCH_FIELDS
from boundaries.export.formats.tiles import tile_unit_m
from boundaries.export.manifest.certificate import Certificate, certify
from layers.reading.as_written import AS_WRITTEN, layers_as_written

__all__ = ["FORMAT", "MANIFEST", "PLAN_FILE", "Handed", "certificate_of", "hand", "manifest_bytes"]

MANIFEST = "manifest.json"
FORMAT = 1
KML, PMTILES = ".kml", ".pmtiles"
PLAN_FILE = ".gridmap.gpkg"  # a plan is no layer for other systems; its own digests are in it
_OF_GRIDS = frozenset({"grid_code", "parent_code", "level"})
_KEYS = ("grid_code", "parent_code", "patch_id")  # all that the certificate asks for
_OF_DELTAS = "delta_change"
# Names of columns in Shapefiles, which know no longer ones.
_LONG = {one.short: one.name for one in (*GRID_FIELDS.values(), *PATCH_FIELDS.values())}
_OF_PATCHES = frozenset({"patch_id", "grid_code", "parent_code"})


@dataclass(frozen=True)
class Handed:
    """A file that was handed over.

    Attributes
    ----------
    name, kind
        Its name, and what kind of file it is; files of one kind belong together.
    size, sha256
        Of its bytes.
    layers
        Name, number of features and CRS of each layer, where it has any that can be read.
    frames
        The layers as they are written, for the certificate.
    rounded_m
        Of tiles, which are for drawing and cannot be certified: the unit of their coordinates on
        the ground.
    """

    name: str
    kind: str
    size: int
    sha256: str
    layers: tuple[Mapping[str, Any], ...] = ()
    frames: tuple[gpd.GeoDataFrame, ...] = field(default=(), repr=False, compare=False)
    rounded_m: float | None = None

    def row(self) -> dict[str, Any]:
        """Give it as a row of the manifest."""
        return {
            "name": self.name,
            "kind": self.kind,
            "bytes": self.size,
            "sha256": self.sha256,
            "layers": [dict(layer) for layer in self.layers],
            **({} if self.rounded_m is None else {"rounded_m": self.rounded_m}),
        }


def hand(name: str, kind: str, data: bytes) -> Handed:
    """Read what a manifest says of a file.

    Raises
    ------
    LayerFileError
        If its layers cannot be read.
    """
    digest = hashlib.sha256(data).hexdigest()
    if name.endswith(PMTILES):
        return Handed(name, kind, len(data), digest, rounded_m=tile_unit_m(data))
    if name.endswith(PLAN_FILE) or PurePath(name).suffix.lower() not in AS_WRITTEN:
        return Handed(name, kind, len(data), digest)
    frames = {
        layer: frame
        for layer, frame in layers_as_written(data, name).items()
        if not name.endswith(KML) or {*_KEYS, "object_id"} & set(frame)  # the rest are names
    }
    layers = tuple(
        {"name": layer, "features": len(frame), "crs": _crs(frame)}
        for layer, frame in frames.items()
    )
    told = [frame.rename(columns=_LONG) for frame in frames.values()]
    if name.endswith(KML):  # which has no word for null: the town is in no grid
        told = [
            frame.assign(parent_code=None) if "level" in frame and "parent_code" not in frame
            else frame
            for frame in told
        ]  # fmt: skip
    ground = tuple(
        frame[[name for name in _KEYS if name in frame] + [frame.geometry.name]]
        for frame in told
        # The grids of a delta are those that changed, and tile nothing.
        if (set(frame) >= _OF_GRIDS or set(frame) >= _OF_PATCHES) and _OF_DELTAS not in frame
    )
    return Handed(name, kind, len(data), digest, layers, ground)


def certificate_of(
    files: Iterable[Handed], *, left: Mapping[str, float] | None = None
) -> Certificate | None:
    """Certify the grids in files of one kind, with their patches; None where there are none.

    Parameters
    ----------
    files
        Of one kind.
    left
        As `boundaries.export.manifest.certify` has it.
    """
    frames = [frame for file in files for frame in file.frames]
    patches = [frame for frame in frames if "patch_id" in frame]
    grids = [frame for frame in frames if "patch_id" not in frame]
    if not grids:
        return None
    return certify(_joined(grids), _joined(patches) if patches else None, left=left)


def manifest_bytes(
    files: Iterable[Handed],
    *,
    about: Mapping[str, Any],
    receipt: Mapping[str, str],
    left: Mapping[str, float] | None = None,
    earlier: Mapping[str, Any] | None = None,
) -> bytes:
    """Write the manifest of files.

    Parameters
    ----------
    files
        As `hand` gives them.
    about
        Town, version, state, credit, licence, disclaimer, notice, audience.
    receipt
        Of the plan: hashes of data, rules and code.
    left
        As `boundaries.export.manifest.certify` has it.
    earlier
        Manifest of files that stay beside them: what it says of others than these is kept, if it
        says the same of the plan.

    Returns
    -------
    JSON; the same files give the same bytes.
    """
    listed = sorted(files, key=lambda one: one.name)
    kept = earlier if earlier and _same(earlier, about) else {"files": [], "certificates": {}}
    rows = {row["name"]: row for row in kept["files"]}
    keys = {row["certificate"] for row in rows.values()} - {one.name for one in listed}
    certificates = {key: one for key, one in kept["certificates"].items() if key in keys}
    for group in _groups(listed):
        found = certificate_of(group, left=left)
        key = next((one.name for one in group if one.frames), None) if found else None
        rows |= {one.name: {**one.row(), "certificate": key if one.frames else None}
                 for one in group}  # fmt: skip
        if found is not None and key is not None:
            certificates[key] = found.plain()
    content = {
        "format": FORMAT,
        **about,
        "receipt": dict(receipt),
        "files": [rows[name] for name in sorted(rows)],
        "certificates": {key: certificates[key] for key in sorted(certificates)},
    }
    return (json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _groups(files: Iterable[Handed]) -> list[list[Handed]]:
    """Put together what holds the layers of one hand-over: files of a kind with the same ending.

    A zip file holds all of them itself, in whatever format.
    """
    groups: dict[tuple[str, str, str], list[Handed]] = defaultdict(list)
    for one in files:
        suffix = PurePath(one.name).suffix
        groups[one.kind, suffix, one.name if suffix == ".zip" else ""].append(one)
    return [groups[key] for key in sorted(groups)]


def _same(earlier: Mapping[str, Any], about: Mapping[str, Any]) -> bool:
    """Whether an earlier manifest is of the same state of the same plan, for the same audience."""
    return all(earlier.get(key) == value for key, value in about.items())


def _joined(frames: list[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    columns = ["grid_code", "parent_code", *(["patch_id"] if "patch_id" in frames[0] else [])]
    tables = [
        gpd.GeoDataFrame(frame[columns], geometry=frame.geometry.to_numpy(), crs=frame.crs)
        for frame in frames
    ]
    return gpd.GeoDataFrame(pd.concat(tables, ignore_index=True), crs=frames[0].crs)


def _crs(frame: gpd.GeoDataFrame) -> str | None:
    if frame.crs is None:
        return None
    authority = frame.crs.to_authority()
    return ":".join(authority) if authority else str(frame.crs.name)
