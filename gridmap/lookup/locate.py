"""Where a point lies and who answers for it: the grid of each level, its people, the next in line.

A point close to a border names every candidate and the rule that chose between them; one outside
every grid goes to the nearest within 200 m (DISP-1). Coordinates of Gaode, Tencent or Baidu maps
are shifted, so that their kind has to be told.
"""

import math
from typing import TypedDict

import numpy as np
import shapely

from gridmap.coverage.duty import GridDuty
from gridmap.lookup.charge import Charges, InCharge
from gridmap.lookup.coordinates import Coordinates, to_work
from gridmap.lookup.ground import NEAR_M, ON_LINE_M, ChosenBy, Ground
from gridmap.plan.plan import Plan
from layers.contract.errors import PlanError, UsageError

__all__ = ["BORDER_M", "RULE_TEXTS", "Located", "locate", "located"]

BORDER_M = 5.0  # closer to a border than a phone's position is sure: both sides are named
_SHIFT_M = 1500.0  # GCJ-02 and BD-09 move points by 0.5 to 1.3 km

# Why a grid was chosen, English and Chinese.
RULE_TEXTS = {
    "only": ("No other grid is near.", "附近没有其他网格。"),
    "inside": ("The point lies in this grid.", "该点位于本网格内。"),
    "nearest": (
        "The point lies in no grid; this one is nearest.",
        "该点不在任何网格内，本网格最近。",
    ),
    "order": (
        "The point is on the border; exclusive grids come before micro-grids, and those before "
        "the grids above them.",
        "该点在边界上；专属网格先于微网格，微网格先于上级网格。",
    ),
    "staffed": (
        "The point is on the border; this grid has somebody on post.",
        "该点在边界上，本网格有人在岗。",
    ),
    "load": (
        "The point is on the border; the people of this grid have less load each.",
        "该点在边界上，本网格人均工作量较小。",
    ),
    "code": (
        "The point is on the border and load is equal; the lower code decides.",
        "该点在边界上且工作量相同，取编码较小者。",
    ),
    "": ("Another grid was chosen.", "已选定其他网格。"),
}


class Located(TypedDict):
    """One candidate: its grids from the deepest up, and how far the point is from its border."""

    chosen: bool
    chosen_by: ChosenBy
    rule: str
    rule_zh: str
    inside: bool
    border_m: float
    in_charge: InCharge | None
    line: list[InCharge]  # who is in charge, and who is next
    grids: list[GridDuty]


def locate(
    plan: Plan,
    lon: float,
    lat: float,
    *,
    border_m: float = BORDER_M,
    coordinates: Coordinates = "wgs84",
) -> list[Located]:
    """Find the grids of a point and who answers for it.

    Parameters
    ----------
    plan
        A plan with its assignment.
    lon, lat
        Degrees, or metres (easting, northing) in the work CRS of the plan.
    border_m
        A grid whose border is closer than this is a candidate too.
    coordinates
        "wgs84" as a phone gives them, "gcj02" (Gaode, Tencent), "bd09" (Baidu), or "work".

    Returns
    -------
    One answer a candidate, the chosen one first, the others by distance and code. Plain values,
    ready for JSON. The grids of an answer run from the micro-grid (or, on ground left with its
    parent, the given grid) to the town.

    Raises
    ------
    UsageError
        If lon and lat are not degrees.
    PlanError
        If the point lies more than 200 m outside the town; with the distance.
    """
    return located(Charges(plan), lon, lat, border_m=border_m, coordinates=coordinates)


def located(
    charges: Charges,
    lon: float,
    lat: float,
    *,
    border_m: float = BORDER_M,
    coordinates: Coordinates = "wgs84",
) -> list[Located]:
    """Do as `locate`, on lines that were gathered before."""
    if coordinates != "work" and not (abs(lon) <= 180 and abs(lat) <= 90):
        raise UsageError(
            f"{lon!r}, {lat!r} are not degrees of longitude and latitude. Give longitude from "
            "-180 to 180 first, then latitude from -90 to 90.",
            f"{lon!r}、{lat!r} 不是经纬度。请先写经度（-180 至 180），再写纬度（-90 至 90）。",
        )
    plan, ground = charges.plan, charges.ground
    point = _project(plan, lon, lat, coordinates)
    distance = shapely.distance(ground.shapes, point)
    if len(distance) == 0 or not distance.min() <= NEAR_M:
        raise _outside(plan, lon, lat, distance, coordinates)
    edge = shapely.distance(shapely.boundary(ground.shapes), point)
    within = border_m if distance.min() <= border_m else distance.min() + border_m
    near = np.flatnonzero(distance <= within)
    # The same parent may hold several left patches: the nearest stands for all of them.
    near = near[np.lexsort((edge[near], distance[near], ground.owner[near]))]
    _, first = np.unique(ground.owner[near], return_index=True)
    order, chosen_by = _choose(ground, distance, edge, near[first])
    return [
        _answer(
            charges,
            ground.codes[ground.owner[row]],
            point,
            chosen_by=chosen_by if place == 0 else "",
            inside=bool(distance[row] == 0),
            edge_m=float(edge[row]),
        )
        for place, row in enumerate(order)
    ]


def _project(plan: Plan, x: float, y: float, coordinates: Coordinates) -> shapely.Point:
    east, north = to_work(np.array([x]), np.array([y]), crs=plan.crs, coordinates=coordinates)
    fit = math.isfinite(east[0]) and math.isfinite(north[0])
    return shapely.Point(east[0], north[0]) if fit else shapely.Point()


def _choose(
    ground: Ground, distance: np.ndarray, edge: np.ndarray, near: np.ndarray
) -> tuple[list[int], ChosenBy]:
    """Order the candidates, best first, and name the rule that put the first one there."""

    def key(row: int) -> tuple[bool, float, int, bool, float, int]:
        # Within the width of the line all are equally in and equally near.
        well_inside = distance[row] == 0 and edge[row] > ON_LINE_M
        how_far = float(distance[row]) if distance[row] > ON_LINE_M else 0.0
        owner = ground.owner[row]
        load = ground.load_each[owner]
        return not well_inside, how_far, ground.order[owner], math.isinf(load), load, owner

    order = sorted((int(row) for row in near), key=key)
    if len(order) == 1:
        return order, "only" if distance[order[0]] <= ON_LINE_M else "nearest"
    best, second = key(order[0]), key(order[1])
    differs = next(place for place in range(len(best)) if best[place] != second[place])
    rules: tuple[ChosenBy, ...] = ("inside", "nearest", "order", "staffed", "load", "code")
    return order, rules[differs]


def _answer(
    charges: Charges,
    code: str,
    point: shapely.Point,
    *,
    chosen_by: ChosenBy,
    inside: bool,
    edge_m: float,
) -> Located:
    duties = charges.duties
    line = charges.of_grid(code, at=point)
    rule, rule_zh = RULE_TEXTS[chosen_by]
    return Located(
        chosen=chosen_by != "",
        chosen_by=chosen_by,
        rule=rule,
        rule_zh=rule_zh,
        inside=inside,
        border_m=round(edge_m, 2),
        in_charge=line[0] if line else None,
        line=line,
        grids=[duties.of_grid(up) for up in duties.upwards(code)],
    )


def _outside(
    plan: Plan, lon: float, lat: float, distance: np.ndarray, coordinates: Coordinates
) -> PlanError:
    """Say how far out a point is, and what it may be instead."""
    town = plan.rules.town
    name = town.name_in("en")
    if coordinates == "work":
        axes, axes_zh, digits = "easting, northing in metres", "东、北坐标，米", 1
    else:
        axes, axes_zh, digits = "longitude, latitude", "经度、纬度", 6
    where = f"Point {lon:.{digits}f}, {lat:.{digits}f} ({axes}) lies outside {name}"
    where_zh = f"点 {lon:.{digits}f}, {lat:.{digits}f}（{axes_zh}）不在{town.name}范围内"
    if len(distance) == 0:
        return PlanError(
            f"{where}: the plan has no grids. Make the plan first.",
            f"{where_zh}：方案中没有网格。请先生成方案。",
        )
    if not math.isfinite(distance.min()):
        return PlanError(
            f"{where}, beyond the reach of {plan.crs}. Check the coordinates.",
            f"{where_zh}，超出 {plan.crs} 的适用范围。请核对坐标。",
        )
    metres = float(distance.min())
    far, far_zh = f"{metres:,.0f} m", f"{metres:,.0f} 米"
    if metres >= 10_000:
        far, far_zh = f"{metres / 1000:,.0f} km", f"{metres / 1000:,.0f} 公里"
    hint, hint_zh = "Check the coordinates.", "请核对坐标。"
    if coordinates == "wgs84" and metres <= _SHIFT_M and _in_china(lon, lat):
        hint = (
            "If it was read from a Gaode, Tencent or Baidu map, say so (gcj02 or bd09): those are "
            "shifted by 0.5 to 1.3 km here."
        )
        hint_zh = (
            "如坐标取自高德、腾讯或百度地图，请注明（gcj02 或 bd09）："
            "这些地图在当地偏移 0.5 至 1.3 公里。"
        )
    elif abs(lon) <= 90 and _inside(plan, lat, lon, coordinates):
        hint = f"Swapped it lies inside: give {lat:.6f} {lon:.6f}."
        hint_zh = f"经纬度对调后在范围内：请写 {lat:.6f} {lon:.6f}。"
    return PlanError(
        f"{where}, {far} from its border. {hint}", f"{where_zh}，距边界 {far_zh}。{hint_zh}"
    )


def _in_china(lon: float, lat: float) -> bool:
    """Roughly where maps are drawn in GCJ-02."""
    return 72 < lon < 138 and 0.8 < lat < 56


def _inside(plan: Plan, lon: float, lat: float, coordinates: Coordinates) -> bool:
    point = _project(plan, lon, lat, coordinates)
    return bool(shapely.intersects(plan.patches.geometry.to_numpy(), point).any())
