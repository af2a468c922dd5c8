"""How two divisions of a town relate: plans, versions, written files, divisions of others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
from pyproj import CRS

from boundaries.changes.features import State, frame_of, is_state, read_state
from boundaries.changes.state_division import state_division
from boundaries.export.geojson import DISCLAIMER
from boundaries.relations.divisions import Division, Overlap, areas_division, plan_division
from boundaries.relations.relationship import relate
from boundaries.relations.writing import public_columns
from gridmap.coverage.compare import require_one_town
from gridmap.edits.moves.log import state_id
from gridmap.plan.notice import notice_line
from gridmap.plan.plan import Plan
from gridmap.publish.licence import licence_of
from layers.contract.errors import BoundaryError
from layers.departments.divisions import read_division
from layers.location.crs import WORK_CRS, parse_work_crs

__all__ = ["Other", "Related", "Side", "crs_of_sides", "read_other", "relationship_of"]


@dataclass(frozen=True)
class Other:
    """A division with codes of its own: polygons by code with `name`, in metres; what was read."""

    name: str
    areas: gpd.GeoDataFrame
    issues: gpd.GeoDataFrame


Side = Plan | State | Other


@dataclass(frozen=True)
class Related:
    """A table of two divisions, and what is to be said of it.

    Attributes
    ----------
    table
        As `boundaries.relations.relationship.relate` gives it; for the public without households
        and load.
    head
        Whose divisions they are, credit, licence and audience: for the head of a file.
    overlaps
        Ground that two units of the other division both have; it is counted for the first.
    """

    table: gpd.GeoDataFrame
    head: Mapping[str, Any]
    overlaps: list[Overlap]


def crs_of_sides(*sides: Side) -> CRS:
    """Give the plane coordinate system in metres in which ground is measured.

    That of the first plan, else the UTM zone of a written file.
    """
    for side in sides:
        if isinstance(side, Plan):
            return parse_work_crs(side.crs, WORK_CRS)
    for side in sides:
        if isinstance(side, State):
            return CRS(frame_of(side.features, CRS("EPSG:4978")).estimate_utm_crs())
    raise ValueError("neither a plan nor a file of boundaries")


def read_other(
    path: Path, first: Side, *, layer: str | None = None, code: str = "", name: str = ""
) -> Side:
    """Read the other side: a file of boundaries of ours, or any division with codes of its own.

    Parameters
    ----------
    path, layer
        The file.
    first
        The side that it is held against, for its coordinate system.
    code, name
        Columns, as `layers.departments.divisions.read_division` has them.

    Raises
    ------
    GridmapError
        If it cannot be read.
    """
    if path.suffix.lower() in (".geojson", ".json", ".geojsonl", ".geojsons") and not code:
        written = path.read_bytes()
        if is_state(written):
            return read_state(written)
    crs = crs_of_sides(first)
    areas, issues = read_division(path, crs=crs, layer=layer, code=code, name=name)
    return Other(path.name, areas, issues)


def relationship_of(
    first: Plan | State,
    second: Side,
    *,
    levels: Sequence[int] | None = None,
    licence: str = "",
    public: bool = False,
    with_ground: bool = False,
) -> Related:
    """Make the table of two divisions of a town.

    Parameters
    ----------
    first, second
        The sides; plans as they may go out (`gridmap.publish.release`).
    levels
        Levels of grids; all where left out.
    licence
        For the file; "" for that of the rules.
    public
        Whether it is for the public.
    with_ground
        Give the ground of each row.

    Raises
    ------
    PlanError
        If they are plans of different towns.
    BoundaryError
        If they share no ground.
    UsageError
        If a file for the public has no licence.
    """
    if isinstance(first, Plan) and isinstance(second, Plan):
        require_one_town(first, second)
    crs = crs_of_sides(first, second)
    overlaps: list[Overlap] = []
    divisions = []
    for side in (first, second):
        division, found = _division(side, crs)
        divisions.append(division)
        overlaps += found
    table = relate(
        *divisions, levels=None if levels is None else list(levels), with_ground=with_ground
    )
    if not ((table["from_code"] != "") & (table["to_code"] != "")).any():
        raise BoundaryError(
            "The two divisions share no ground on the levels asked for. Check that both are of one "
            "town, the coordinate system of the file, and --level.",
            "两个区划在所选级别上没有共有的土地。请核对两者是否为同一个镇、文件的坐标系，"
            "以及 --level。",
        )
    plans = [side for side in (first, second) if isinstance(side, Plan)]
    public = public or any(plan.is_redacted for plan in plans)
    head = {
        "from": _told(first),
        "to": _told(second),
        "credit": plans[0].rules.town.credit or None if plans else None,
        "licence": (licence_of(plans[0], wanted=licence, public=public) if plans else licence)
        or None,
        "disclaimer": DISCLAIMER,
        "notice": notice_line(plans[0]) if plans else None,
        "audience": "public" if public else "internal",
    }
    return Related(public_columns(table) if public else table, head, overlaps)


def _division(side: Side, crs: CRS) -> tuple[Division, list[Overlap]]:
    if isinstance(side, Other):
        return areas_division(gpd.GeoDataFrame(side.areas.to_crs(crs)))
    if isinstance(side, State):
        return state_division(side, crs), []
    return plan_division(side.grids.to_crs(crs), side.patches.to_crs(crs)), []


def _told(side: Side) -> dict[str, Any]:
    """Say whose division it is."""
    if isinstance(side, Other):
        return {"file": side.name, "units": len(side.areas)}
    if isinstance(side, State):
        head = side.head
        return {key: head.get(key) for key in ("town", "version", "state", "content_sha256")}
    town = side.rules.town
    return {
        "town": {"code": town.code, "name": town.name, "name_en": town.name_en or None},
        "version": town.version or None,
        "state": state_id(side),
    }
