"""What became of every grid between two states: inserted, updated or deleted by code, and why.

A delta is made of the features as they were written, so that applied to the old file it gives the
features of the new one exactly.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from boundaries.changes.features import Feature, State, code_of, digest_of, frame_of, in_order
from boundaries.changes.reasons import other_fields, reasons_of
from boundaries.relations.departments import OUTSIDE, make_crosswalk
from boundaries.relations.overlay import is_more_than_rounding
from layers.contract.errors import BoundaryError

__all__ = ["KINDS", "Change", "Delta", "apply_delta", "make_delta"]

Kind = Literal["insert", "update", "delete"]
KINDS: tuple[Kind, ...] = ("insert", "update", "delete")
_LEAST_M2 = 1.0  # less ground than this is not told as that of another grid


@dataclass(frozen=True)
class Change:
    """What became of one grid."""

    kind: Kind
    feature: Feature  # as it is in the new state; of a deleted grid, as it was
    reasons: tuple[str, ...]  # some of `boundaries.changes.reasons.REASONS`
    attributes: tuple[str, ...] = ()  # of an updated grid: properties that differ
    gained_m2: float = 0.0
    lost_m2: float = 0.0
    gained_from: tuple[str, ...] = ()  # old grids of its level that its new ground was of
    lost_to: tuple[str, ...] = ()  # new grids of its level that its old ground is of now

    @property
    def code(self) -> str:
        """Code of the grid."""
        return code_of(self.feature)


@dataclass(frozen=True)
class Delta:
    """All that differs between two states, by level and code."""

    old_head: Mapping[str, Any]
    new_head: Mapping[str, Any]
    old_sha256: str  # of the features that it is to be applied to
    new_sha256: str  # of those that come out
    changes: tuple[Change, ...]

    def count(self, kind: Kind) -> int:
        """Count the grids of a kind of change."""
        return sum(one.kind == kind for one in self.changes)


def make_delta(old: State, new: State, *, crs: CRS, people: Collection[str] = ()) -> Delta:
    """Tell what became of every grid.

    Parameters
    ----------
    old, new
        Two states of one town, as they were written.
    crs
        Plane coordinate system in metres in which ground is measured.
    people
        Codes of grids that have other people on their posts, where the files do not name them.
    """
    before = {code_of(one): one for one in old.features}
    after = {code_of(one): one for one in new.features}
    redrawn = [
        code
        for code in before.keys() | after.keys()
        if before.get(code, {}).get("geometry") != after.get(code, {}).get("geometry")
    ]
    moved = _moved(sorted(redrawn), before, after, crs)
    changes = []
    for feature in in_order({**before, **after}.values()):
        one = _change(feature, before, after, moved, people)
        if one is not None:
            changes.append(one)
    digests = digest_of(old.features), digest_of(new.features)
    return Delta(old.head, new.head, *digests, tuple(changes))


def apply_delta(old: Iterable[Feature], delta: Delta) -> tuple[Feature, ...]:
    """Give the features of the new state.

    Parameters
    ----------
    old
        The features of the old state.
    delta
        What became of them.

    Raises
    ------
    BoundaryError
        If the delta was made for another state, or what comes out is not what it was made of.
    """
    features = {code_of(one): one for one in old}
    if digest_of(features.values()) != delta.old_sha256:
        raise BoundaryError(
            "This delta was made for another state of the boundaries. Take the file that it names "
            "under 'from'.",
            "这份变更是针对另一份边界文件的，请使用其中 from 所指的那一份。",
        )
    for one in delta.changes:
        if one.kind == "delete":
            del features[one.code]
        else:
            features[one.code] = one.feature
    found = in_order(features.values())
    if digest_of(found) != delta.new_sha256:
        raise BoundaryError(
            "The delta is damaged: the boundaries that come out are not those it was made of. "
            "Fetch it anew.",
            "变更文件已损坏：套用后与原定的新边界不一致，请重新获取。",
        )
    return found


@dataclass(frozen=True)
class _Moved:
    """Ground that a grid gained and lost, and whose it was and is."""

    gained_m2: float
    lost_m2: float
    gained_from: tuple[str, ...]
    lost_to: tuple[str, ...]
    is_ground: bool  # more than rounding


def _moved(
    codes: list[str], before: Mapping[str, Feature], after: Mapping[str, Feature], crs: CRS
) -> dict[str, _Moved]:
    """Measure the ground of grids whose written outlines differ."""
    if not codes:
        return {}
    was, now = frame_of(before.values(), crs), frame_of(after.values(), crs)
    one, other = _shapes(was, codes), _shapes(now, codes)
    gained, lost = shapely.difference(other, one), shapely.difference(one, other)
    ground = is_more_than_rounding(gained) | is_more_than_rounding(lost)
    levels = [(after.get(code) or before[code])["properties"]["level"] for code in codes]
    sources, targets = (
        _whose(gpd.GeoDataFrame({"level": levels}, index=codes, geometry=piece, crs=crs), grids)
        for piece, grids in ((gained, was), (lost, now))
    )
    areas = zip(shapely.area(gained).tolist(), shapely.area(lost).tolist(), strict=True)
    return {
        code: _Moved(*area, sources.get(code, ()), targets.get(code, ()), bool(solid))
        for code, area, solid in zip(codes, areas, ground, strict=True)
    }


def _shapes(grids: gpd.GeoDataFrame, codes: list[str]) -> NDArray[np.object_]:
    found = np.array(grids.geometry.reindex(codes), dtype=object)
    found[shapely.is_missing(found)] = shapely.Polygon()
    return found


def _whose(pieces: gpd.GeoDataFrame, grids: gpd.GeoDataFrame) -> dict[str, tuple[str, ...]]:
    """Name the grids of the same level that pieces lie in, the largest part first."""
    pieces = pieces[pieces.area >= _LEAST_M2]
    found: dict[str, list[str]] = {}
    for level, own in pieces.groupby("level"):
        parts = make_crosswalk(own, grids, levels=[int(level)])
        parts = parts[(parts["grid_code"] != OUTSIDE) & (parts["area_m2"] >= _LEAST_M2)]
        parts = parts.sort_values(["area_m2", "grid_code"], ascending=[False, True])
        for code, other in zip(parts["area_id"], parts["grid_code"], strict=True):
            if code != other:
                found.setdefault(code, []).append(other)
    return {code: tuple(others) for code, others in found.items()}


def _change(
    feature: Feature,
    before: Mapping[str, Feature],
    after: Mapping[str, Feature],
    moved: Mapping[str, _Moved],
    people: Collection[str],
) -> Change | None:
    """Tell what became of one grid; None if nothing did."""
    code = code_of(feature)
    ground = moved.get(code)
    areas = () if ground is None else (
        ground.gained_m2, ground.lost_m2, ground.gained_from, ground.lost_to
    )  # fmt: skip
    if code not in before or code not in after:
        kind: Kind = "insert" if code in after else "delete"
        return Change(kind, feature, ("ground" if feature["geometry"] else "attributes",),
                      (), *areas)  # fmt: skip
    fields = other_fields(before[code]["properties"], after[code]["properties"])
    reasons = reasons_of(
        fields,
        ground=ground is not None and ground.is_ground,
        outline=ground is not None,
        people=code in people,
    )
    return Change("update", after[code], reasons, fields, *areas) if reasons else None
