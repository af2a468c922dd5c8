"""What each kind of edit asks for, as moves of patches: split, divide, merge, cut, move."""

from collections.abc import Iterable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry import LineString

from boundaries.hierarchy.codes import reading_order
from boundaries.hierarchy.patch_places import place_of_patch
from boundaries.overlay.drawn_lines import far_line, far_side, side_of
from gridmap.edits.moves.cuts import Cuts, cut_ground, with_cuts
from gridmap.edits.moves.edit import Edit
from gridmap.edits.moves.ground import barriers_near
from gridmap.edits.moves.log import issued_patches
from gridmap.partition import partition
from gridmap.plan.plan import Plan
from gridmap.split.split import graph_of
from layers.contract.errors import Named, PlanError, quoted

__all__ = ["MoveRequest", "left_with_parent", "read_request"]


@dataclass(frozen=True)
class MoveRequest:
    """Moves by patch id, to a code or a token such as "+1", on the ground after the cuts."""

    moves: dict[str, str]
    cuts: Cuts | None = None
    patches: gpd.GeoDataFrame | None = None  # of the whole plan after the cuts, if there are any
    gone: tuple[str, ...] = ()  # exclusive grids that are closed, those without ground among them


def read_request(plan: Plan, edit: Edit) -> MoveRequest:
    """Work out which patches an edit asks to move where."""
    match edit.kind:
        case "move":
            return MoveRequest(dict(zip(edit.patches, edit.targets, strict=True)))
        case "merge":
            return _merge(plan, edit)
        case "divide":
            return _divide(plan, edit)
        case "split":
            return _split(plan, edit)
        case "cut":
            return _cut(plan, edit)
        case other:
            raise ValueError(f"an edit of kind {other!r} moves no ground")


def _ground_of(plan: Plan, code: str) -> gpd.GeoDataFrame:
    ground = plan.patches[plan.patches["grid_code"] == code]
    if not code or ground.empty:
        raise PlanError(
            f"There is no micro-grid {code!r} in this plan. It was merged or split since, or was "
            "never there: choose one of the list.",
            f"本方案中没有微网格{quoted(code)}：可能已合并或拆分。请从列表中选择。",
        )
    return ground


def _merge(plan: Plan, edit: Edit) -> MoveRequest:
    if len(edit.grids) < 2:
        raise PlanError(
            f"A merge needs at least two micro-grids, found {len(edit.grids)}. Select another.",
            f"合并至少需要两个微网格，目前选择了 {len(edit.grids)} 个。请再选择。",
        )
    ground = {code: _ground_of(plan, code) for code in edit.grids}
    load = {code: float(part["load_h"].sum()) for code, part in ground.items()}
    into = edit.into or min(edit.grids, key=lambda code: (-round(load[code], 6), code))
    if into not in ground:
        raise PlanError(
            f"Micro-grid {into!r}, which should keep its code, is not among those to be merged. "
            "Choose one of them.",
            f"保留编码的微网格{quoted(into)}不在合并范围内。请从中选择一个。",
        )
    return MoveRequest({str(patch): into for code in edit.grids for patch in ground[code].index})


def _divide(plan: Plan, edit: Edit) -> MoveRequest:
    """Cut by the partition engine; the zone with most load keeps the code."""
    ground = _ground_of(plan, edit.grids[0])
    if not 2 <= edit.parts <= len(ground):
        raise PlanError(
            f"Micro-grid {edit.grids[0]!r} has {len(ground)} patches and cannot be split into "
            f"{edit.parts} parts. Ask for 2 to {len(ground)}, or cut its patches first.",
            f"微网格 {edit.grids[0]} 有 {len(ground)} 个图斑，不能拆分为 {edit.parts} 块。"
            f"请输入 2 至 {len(ground)}，或先切分图斑。",
        )
    near = barriers_near(plan.barriers, ground)
    graph = graph_of(ground, rules=plan.rules, barriers=near)
    load = ground["load_h"].to_numpy()
    most = plan.rules.capacity.officer_hours * plan.rules.capacity.officers_max
    found = partition(
        load,
        graph.edges,
        graph.border_m,
        capacity=max(most, float(load.sum())),
        zones=edit.parts,
        seed=edit.seed,
    )
    if found.zones != edit.parts:
        raise PlanError(
            f"Micro-grid {edit.grids[0]!r} cannot be split into {edit.parts} connected parts; "
            f"{found.zones} are possible as its ground hangs together now. Ask for that many.",
            f"微网格 {edit.grids[0]} 无法拆分为 {edit.parts} 个连片部分，按现有连片情况可为 "
            f"{found.zones} 个。请改为该数目。",
        )
    zone = pd.factorize(found.labels)[0]
    keeps = int(np.bincount(zone, weights=load).argmax())
    return MoveRequest(_by_side(ground, zone, keeps))


def _by_side(ground: gpd.GeoDataFrame, zone: np.ndarray, keeps: int) -> dict[str, str]:
    """Moves of all zones but one to new micro-grids, numbered in reading order."""
    points = shapely.point_on_surface(ground.geometry.to_numpy())
    x, y = shapely.get_x(points), shapely.get_y(points)
    others = [number for number in np.unique(zone).tolist() if number != keeps]
    middle = np.array([(x[zone == number].mean(), y[zone == number].mean()) for number in others])
    token = {
        others[row]: f"+{place}"
        for place, row in enumerate(reading_order(middle[:, 0], middle[:, 1]).tolist(), start=1)
    }
    return {
        str(patch): token[number]
        for patch, number in zip(ground.index, zone.tolist(), strict=True)
        if number != keeps
    }


def _split(plan: Plan, edit: Edit) -> MoveRequest:
    """Split along a line: patches go where most of them lies, or are cut."""
    code = edit.grids[0]
    ground = _ground_of(plan, code)
    assert edit.line is not None
    _require_line(edit)
    frame = tuple(ground.total_bounds)
    line = far_line(edit.line, frame)
    area = far_side(line, frame)
    cuts, patches = None, None
    if edit.cut:
        share = side_of(ground.geometry.to_numpy(), area)
        crossed = ground.index[(share > 0) & (share < 1)]
        cuts = _cuts(plan, crossed, line)
        patches = with_cuts(plan.patches, cuts)
        ground = patches[patches["grid_code"] == code]
    side = (side_of(ground.geometry.to_numpy(), area) > 0.5).astype(int)
    if side.min() == side.max():
        raise PlanError(
            f"The line leaves all patches of micro-grid {code!r} on one side. Draw it through the "
            "middle, or let it cut the patches.",
            f"画线未将微网格 {code} 的图斑分到两侧。请从中间穿过，或选择切分图斑。",
        )
    weight = np.bincount(side, weights=ground["load_h"], minlength=2).round(6)
    return MoveRequest(_by_side(ground, side, int(weight.argmax())), cuts, patches)


def _cut(plan: Plan, edit: Edit) -> MoveRequest:
    patch = edit.patches[0]
    assert edit.line is not None
    _require_line(edit)
    if patch not in plan.patches.index:
        raise PlanError(
            f"Ground of the edit is not in this plan ({patch}). It was cut, or the plan is "
            "another one: select the ground anew.",
            f"本方案中没有所选图斑（{patch}）：可能已被切分，或方案已更换。请重新选择。",
        )
    place = place_of_patch(plan.patches, patch, plan.grids)
    if plan.patches.at[patch, "grid_code"] == "":
        raise left_with_parent(place)
    line = far_line(edit.line, plan.patches.geometry[patch].bounds)
    cuts = _cuts(plan, [patch], line)
    if not cuts:
        least = plan.rules.tiling
        raise PlanError(
            f"The line does not cut the patch in {place.en} into two: it passes beside it, or "
            f"one piece would be a sliver (under {least.sliver_area_m2:g} m2 or "
            f"{least.sliver_width_m:g} m wide). Draw it through the middle.",
            f"画线未能将{place.zh}切为两块：线未穿过图斑，或其中一块过小（不足 "
            f"{least.sliver_area_m2:g} 平方米或宽不足 {least.sliver_width_m:g} 米）。"
            "请从中间穿过。",
        )
    return MoveRequest({}, cuts, with_cuts(plan.patches, cuts))


def _cuts(plan: Plan, patches: Iterable[str], line: LineString) -> Cuts:
    return cut_ground(
        plan.patches,
        patches,
        line,
        rules=plan.rules,
        issued=issued_patches(plan),
        grids=plan.grids,
        objects=plan.objects,
    )


def left_with_parent(places: Named) -> PlanError:
    """Say that ground is in no micro-grid by the rules, and cannot be put into one."""
    return PlanError(
        f"Ground that stays with its given grid by the rules on residual ground is in no "
        f"micro-grid: {places.en}. Change [residual] in the rules to use it.",
        f"{places.zh}按其他用地规则留归上级网格，不属于任何微网格。"
        "如需划入，请修改规则 [residual]。",
    )


def _require_line(edit: Edit) -> None:
    line = edit.line
    if line is None or line.is_empty or line.length <= 0 or not shapely.is_valid(line):
        raise PlanError(
            "A line needs two different points at least. Draw it anew.",
            "画线至少需要两个不同的点。请重画。",
        )
