"""Patches that lie in several grids of a source, cut along the borders that the source draws.

What is a sliver by the rules is not cut off, and where a cut would come so close to a corner that
borders no longer match, the patch stays whole and goes by majority.
"""

from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from gridmap.edits.moves.cuts import Cuts, cut_ground
from gridmap.edits.moves.log import issued_patches
from gridmap.imports.matching import NOWHERE
from gridmap.plan.plan import Plan
from layers.contract.errors import PlanError

__all__ = ["cut_along_source", "inner_borders"]

_ALONG_M = 0.05  # a border this close to the outline of a patch runs along it
_BEYOND_M = 1.0  # ends of a border that meets the outline are drawn on, so that they cross it


def inner_borders(patch: BaseGeometry, parts: Sequence[int], shapes: np.ndarray) -> BaseGeometry:
    """Give the borders of some grids that run through a patch.

    Parameters
    ----------
    patch
        Polygon of the patch.
    parts
        Positions of the grids that hold a part of it; `NOWHERE` is passed over.
    shapes
        All grids.

    Returns
    -------
    Lines from outline to outline, or rings inside; empty where borders only run along it.
    """
    own = shapes[[one for one in parts if one != NOWHERE]]
    within = shapely.boundary(shapely.intersection(own, patch))
    outline = shapely.boundary(patch)
    lines = shapely.difference(shapely.union_all(within), shapely.buffer(outline, _ALONG_M))
    merged = shapely.get_parts(shapely.line_merge(lines))
    merged = merged[shapely.length(merged) > 2 * _ALONG_M]
    return shapely.multilinestrings([_drawn_on(line, outline) for line in merged])


def _drawn_on(line: shapely.LineString, outline: BaseGeometry) -> shapely.LineString:
    """Draw the ends of a line on that were cut off beside the outline."""
    points = shapely.get_coordinates(line)
    if line.is_closed:
        return line
    ends = shapely.distance(shapely.points(points[[0, -1]]), outline) < 2 * _ALONG_M
    if ends[0]:
        points = np.vstack([_beyond(points[0], points[1]), points])
    if ends[1]:
        points = np.vstack([points, _beyond(points[-1], points[-2])])
    drawn: shapely.LineString = shapely.linestrings(points)
    return drawn


def _beyond(end: np.ndarray, before: np.ndarray) -> np.ndarray:
    along = end - before
    beyond: np.ndarray = end + along / np.hypot(*along) * _BEYOND_M
    return beyond


def cut_along_source(
    plan: Plan, ground: gpd.GeoDataFrame, straddling: np.ndarray, parts: pd.DataFrame,
    shapes: np.ndarray,
) -> tuple[Cuts | None, list[str]]:  # fmt: skip
    """Cut the patches that lie in several grids.

    Parameters
    ----------
    plan
        The plan with its patches.
    ground
        Its patches that may be in a micro-grid.
    straddling
        Positions in `ground` of the patches to cut.
    parts
        Parts of the patches (`gridmap.imports.matching.Match`).
    shapes
        Grids of the source.

    Returns
    -------
    The cuts, None for none; and the patches that could not be cut.
    """
    of_patch = parts.groupby("patch")["grid"].agg(list)
    lines = {
        str(ground.index[row]): inner_borders(ground.geometry.iloc[row], of_patch[row], shapes)
        for row in straddling.tolist()
    }
    lines = {patch: line for patch, line in lines.items() if not line.is_empty}
    if not lines:
        return None, []
    issued = issued_patches(plan)
    whole = _uncuttable(plan, lines, issued)
    cuts = _cut(plan, {one: line for one, line in lines.items() if one not in whole}, issued)
    return (cuts if len(cuts) else None), whole


def _cut(plan: Plan, lines: Mapping[str, BaseGeometry], issued: set[str]) -> Cuts:
    return cut_ground(
        plan.patches,
        list(lines),
        lines,
        rules=plan.rules,
        issued=issued,
        grids=plan.grids,
        objects=plan.objects,
    )


def _uncuttable(plan: Plan, lines: Mapping[str, BaseGeometry], issued: set[str]) -> list[str]:
    """Find the patches whose cut leaves no tiling, by halves."""
    if not lines:
        return []
    try:
        _cut(plan, lines, issued)
    except PlanError:
        names = list(lines)
        if len(names) == 1:
            return names
        middle = len(names) // 2
        halves = names[:middle], names[middle:]
        found = [
            one for half in halves for one in _uncuttable(plan, {n: lines[n] for n in half}, issued)
        ]
        # Cuts that only fail together, such as at one corner, are left out together.
        return found or names
    return []
