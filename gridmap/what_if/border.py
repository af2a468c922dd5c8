"""One border of a plan: where two grids meet, found by their codes or by a place on the map."""

from dataclasses import dataclass

import numpy as np
import shapely

from boundaries.topology.border_lines import border_pieces
from boundaries.topology.neighbours import neighbours
from gridmap.lookup.coordinates import Coordinates, to_work
from gridmap.split.border_prices import BORDER_KINDS, border_metres
from gridmap.what_if.ground import PlanGround
from layers.contract.errors import PlanError, quoted

__all__ = ["REACH_M", "Border", "border_at", "border_between"]

REACH_M = 60.0
"""A place on a map means a border within so many metres."""

_STEP_M = 1e6  # whole sides


@dataclass(frozen=True)
class Border:
    """Where two grids without grids below them meet.

    `pairs` are patches by position, (k, 2), the first of `codes[0]`; `metres` (k, 5) says what
    each pair's border runs along, by `BORDER_KINDS`; `line` is all of it in the work CRS.
    """

    codes: tuple[str, str]
    pairs: np.ndarray
    metres: np.ndarray
    line: shapely.Geometry

    @property
    def length_m(self) -> float:
        """Length of the border in m."""
        return float(self.metres.sum())

    @property
    def by_kind(self) -> dict[str, float]:
        """Metres by what the border runs along."""
        return dict(zip(BORDER_KINDS, self.metres.sum(axis=0).tolist(), strict=True))


def border_between(ground: PlanGround, one: str, other: str) -> Border:
    """Find the border between two grids, by code.

    Raises
    ------
    PlanError
        If a code has no ground of its own, or the two do not touch.
    """
    codes = ground.patches["grid_code"].to_numpy()
    for code in (one, other):
        if code == "" or not (codes == code).any():
            raise PlanError(
                f"No micro-grid has the code {code!r}. Give the codes of two that touch.",
                f"没有编码为{quoted(code)}的微网格。请给出两个相邻微网格的编码。",
            )
    rows = np.flatnonzero((codes == one) | (codes == other))
    near = neighbours(ground.patches.geometry.iloc[rows])
    pairs = rows[near[["left", "right"]].to_numpy(dtype=np.int64)]
    pairs = pairs[codes[pairs[:, 0]] != codes[pairs[:, 1]]]
    if not len(pairs):
        raise PlanError(
            f"{one!r} and {other!r} have no border in common. Give two that touch.",
            f"{quoted(one)}与{quoted(other)}没有共同的界线。请给出两个相邻的微网格。",
        )
    turned = codes[pairs[:, 0]] != one
    pairs[turned] = pairs[turned][:, ::-1]
    near_m = ground.plan.rules.borders.near_m
    metres = border_metres(ground.patches, pairs, near_m=near_m, lines=ground.lines)
    pieces = border_pieces(ground.patches.geometry, pairs, step_m=_STEP_M)
    line = shapely.line_merge(shapely.multilinestrings([pieces.lines]))[0]
    return Border((one, other), pairs, metres, line)


def border_at(
    ground: PlanGround,
    lon: float,
    lat: float,
    *,
    coordinates: Coordinates = "wgs84",
    reach_m: float = REACH_M,
) -> Border:
    """Find the border nearest to a place.

    Parameters
    ----------
    ground
        Of the plan.
    lon, lat
        Degrees, or metres of the work CRS where `coordinates` says so.
    coordinates
        What they are.
    reach_m
        How far the border may be, in m.

    Raises
    ------
    PlanError
        If no border between two grids is so near.
    """
    plan = ground.plan
    east, north = to_work(np.array([lon]), np.array([lat]), crs=plan.crs, coordinates=coordinates)
    found: list[tuple[float, str]] = []
    if np.isfinite([east[0], north[0]]).all():
        place = shapely.Point(east[0], north[0])
        leaves = plan.grids[plan.grids.index.isin(set(plan.patches["grid_code"]) - {""})]
        shapes = leaves.geometry.to_numpy()
        near = shapely.STRtree(shapes).query(place, predicate="dwithin", distance=reach_m)
        far = shapely.distance(shapes[near], place)
        order = np.lexsort((near, far))
        found = [(float(far[row]), str(leaves.index[near[row]])) for row in order]
    for _, other in found[1:]:
        try:
            return border_between(ground, found[0][1], other)
        except PlanError:
            continue  # they are near each other and do not touch
    raise PlanError(
        f"No border between two micro-grids lies within {reach_m:g} m of this place; the outline "
        "of the town is as given. Choose a place on a border.",
        f"此处 {reach_m:g} 米内没有两个微网格之间的界线（镇界按原样保留）。请在界线上选一点。",
    )
