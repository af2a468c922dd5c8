"""Where a point lies and who answers for it: the grid of each level, its people, the next one up.

A point close to a border names every candidate and the rule that chose between them. Coordinates
are WGS84 as a phone gives them; maps of Gaode, Tencent or Baidu are shifted and must be converted
first (`layers.location.datum`).
"""

import math
from typing import Literal, TypedDict

import numpy as np
import shapely
from pyproj import Transformer

from gridmap.coverage.duty import Duties, GridDuty, NextUp, PersonOnPost
from gridmap.plan.plan import Plan
from layers.contract.errors import PlanError, UsageError

__all__ = ["BORDER_M", "InCharge", "Located", "locate"]

BORDER_M = 5.0  # closer to a border than a phone's position is sure: both sides are named
_ON_LINE_M = 0.02  # 7 decimals of a degree are about 1 cm
_SHIFT_M = 1500.0  # GCJ-02 and BD-09 move points by 0.5 to 1.3 km
ChosenBy = Literal["only", "inside", "nearest", "staffed", "load", "code", ""]

_RULES = {
    "only": ("No other grid is near.", "附近没有其他网格。"),
    "inside": (
        "The point lies in this grid; the others are only near.",
        "该点位于本网格内，其他网格仅相邻。",
    ),
    "nearest": (
        "The point lies in no grid; this one is nearest.",
        "该点不在任何网格内，本网格最近。",
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


class InCharge(TypedDict):
    """Whom to call first."""

    level: int
    code: str
    person: PersonOnPost
    text: str
    text_zh: str


class Located(TypedDict):
    """One candidate: its grids from the deepest up, and how far the point is from its border."""

    chosen: bool
    chosen_by: ChosenBy
    rule: str
    rule_zh: str
    inside: bool
    border_m: float
    in_charge: InCharge | None
    grids: list[GridDuty]


def locate(plan: Plan, lon: float, lat: float, *, border_m: float = BORDER_M) -> list[Located]:
    """Find the grids of a point and who answers for it.

    Parameters
    ----------
    plan
        A plan with its assignment.
    lon, lat
        WGS84 degrees.
    border_m
        A grid whose border is closer than this is a candidate too.

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
        If the point lies further outside the town than `border_m`; with the distance.
    """
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        raise UsageError(
            f"{lon!r}, {lat!r} are not degrees of longitude and latitude. Give longitude from "
            "-180 to 180 first, then latitude from -90 to 90.",
            f"{lon!r}、{lat!r} 不是经纬度。请先写经度（-180 至 180），再写纬度（-90 至 90）。",
        )
    codes, shapes = _leaves(plan)
    point = _project(plan, lon, lat)
    distance = shapely.distance(shapes, point)
    if len(codes) == 0 or distance.min() > border_m:
        raise _outside(plan, lon, lat, distance)
    edge = shapely.distance(shapely.boundary(shapes), point)
    near = np.flatnonzero(distance <= border_m)
    # The same parent may hold several left patches: the nearest stands for all of them.
    near = near[np.lexsort((edge[near], distance[near], np.array(codes)[near]))]
    _, first = np.unique(np.array(codes)[near], return_index=True)
    near = near[first]
    duties = Duties(plan)
    order, chosen_by = _choose(codes, distance, edge, near, duties)
    return [
        _answer(
            codes[row],
            duties,
            chosen_by=chosen_by if place == 0 else "",
            inside=bool(distance[row] == 0),
            edge_m=float(edge[row]),
        )
        for place, row in enumerate(order)
    ]


def _leaves(plan: Plan) -> tuple[list[str], np.ndarray]:
    """Give the ground nobody divides further: micro-grids, and patches left with their parent."""
    micro = plan.micro_grids
    left = plan.patches[plan.patches["grid_code"] == ""]
    codes = [*map(str, micro.index), *map(str, left["parent_code"])]
    return codes, np.concatenate([micro.geometry.to_numpy(), left.geometry.to_numpy()])


def _project(plan: Plan, lon: float, lat: float) -> shapely.Point:
    to_work = Transformer.from_crs("EPSG:4326", plan.crs, always_xy=True)
    x, y = to_work.transform(lon, lat)
    return shapely.Point(x, y) if math.isfinite(x) and math.isfinite(y) else shapely.Point()


def _choose(
    codes: list[str], distance: np.ndarray, edge: np.ndarray, near: np.ndarray, duties: Duties
) -> tuple[list[int], ChosenBy]:
    """Order the candidates, best first, and name the rule that put the first one there."""

    def key(row: int) -> tuple[bool, float, bool, float, str]:
        # Within the width of the line all are equally in and equally near.
        well_inside = distance[row] == 0 and edge[row] > _ON_LINE_M
        how_far = float(distance[row]) if distance[row] > _ON_LINE_M else 0.0
        load = duties.load_per_officer(codes[row])
        return not well_inside, how_far, math.isinf(load), round(load, 6), codes[row]

    order = sorted((int(row) for row in near), key=key)
    if len(order) == 1:
        return order, "only"
    best, second = key(order[0]), key(order[1])
    differs = next(place for place in range(len(best)) if best[place] != second[place])
    rules: tuple[ChosenBy, ...] = ("inside", "nearest", "staffed", "load", "code")
    return order, rules[differs]


def _answer(
    code: str, duties: Duties, *, chosen_by: ChosenBy, inside: bool, edge_m: float
) -> Located:
    grids = [duties.of_grid(up) for up in duties.upwards(code)]
    rule, rule_zh = _RULES[chosen_by]
    return Located(
        chosen=chosen_by != "",
        chosen_by=chosen_by,
        rule=rule,
        rule_zh=rule_zh,
        inside=inside,
        border_m=round(edge_m, 2),
        in_charge=_in_charge(grids[0]),
        grids=grids,
    )


def _in_charge(grid: GridDuty) -> InCharge | None:
    """Somebody of the grid itself, else the next leader up; None when nobody is left."""
    next_up: NextUp | None = grid["next_up"]
    if grid["people"]:
        leads = grid["people"][0]["role"] == "leader"
        role, role_zh = ("Leader", "网格长") if leads else ("Member", "网格员")
        return InCharge(
            level=grid["level"],
            code=grid["code"],
            person=grid["people"][0],
            text=f"{role} of {grid['code']}.",
            text_zh=f"{grid['code']} 的{role_zh}。",
        )
    if next_up is None or not next_up["people"]:
        return None
    return InCharge(
        level=next_up["level"],
        code=next_up["code"],
        person=next_up["people"][0],
        text=next_up["text"],
        text_zh=next_up["text_zh"],
    )


def _outside(plan: Plan, lon: float, lat: float, distance: np.ndarray) -> PlanError:
    """Say how far out a point is, and what it may be instead."""
    town = plan.rules.town
    name = town.name_en or town.name
    where = f"Point {lon:.6f}, {lat:.6f} (longitude, latitude) lies outside {name}"
    where_zh = f"点 {lon:.6f}, {lat:.6f}（经度、纬度）不在{town.name}范围内"
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
    if metres <= _SHIFT_M and _in_china(lon, lat):
        hint = (
            "If it was read from a Gaode, Tencent or Baidu map, convert it to WGS84 first: those "
            "are shifted by 0.5 to 1.3 km here."
        )
        hint_zh = (
            "如坐标取自高德、腾讯或百度地图，请先转换为 WGS84：这些地图在当地偏移 0.5 至 1.3 公里。"
        )
    elif abs(lon) <= 90 and _inside(plan, lat, lon):
        hint = f"Swapped it lies inside: give {lat:.6f} {lon:.6f}."
        hint_zh = f"经纬度对调后在范围内：请写 {lat:.6f} {lon:.6f}。"
    return PlanError(
        f"{where}, {far} from its border. {hint}", f"{where_zh}，距边界 {far_zh}。{hint_zh}"
    )


def _in_china(lon: float, lat: float) -> bool:
    """Roughly where maps are drawn in GCJ-02."""
    return 72 < lon < 138 and 0.8 < lat < 56


def _inside(plan: Plan, lon: float, lat: float) -> bool:
    point = _project(plan, lon, lat)
    return bool(shapely.intersects(plan.micro_grids.geometry.to_numpy(), point).any())
