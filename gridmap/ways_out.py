"""Why a wish for micro-grids cannot be met, and the rule values that would help, each in words.

The engine speaks of zones and components; here they become grids, kinds of ground and keys of the
rules file, so that a way out can be taken with one click.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd

from boundaries.tiling import kind_of
from gridmap.partition.reasons import Reason
from gridmap.rules import Rules
from gridmap.split import Split
from layers.categories import KINDS
from layers.errors import Named

__all__ = ["WayOut", "larger_least_areas", "reasons_of", "room_for_cadres", "ways_out_of"]

MOST_OFFICERS = 50  # the rules allow no more on one micro-grid
Value = float | int | None


@dataclass(frozen=True)
class WayOut:
    """What would help: a sentence, and the rule values that do it, by key; None takes a key out."""

    text: Named
    changes: Mapping[str, Value] = field(default_factory=dict)


def reasons_of(answer: Split, patches: gpd.GeoDataFrame, *, names: pd.Series) -> tuple[Named, ...]:
    """Say why the division is not the one that was asked for; nothing when it is.

    Parameters
    ----------
    answer
        What `split_patches` gave for the patches.
    patches
        The patches.
    names
        Names of the given grids by code.
    """
    kept = patches[(answer.grid_code != "").to_numpy()]
    return tuple(_reason(one, kept, names) for one in answer.partition.reasons)


def ways_out_of(answer: Split, patches: gpd.GeoDataFrame, *, rules: Rules) -> tuple[WayOut, ...]:
    """Give the rule values that would let the wish be met, the smallest change first."""
    ways: list[WayOut] = []
    kept = patches[(answer.grid_code != "").to_numpy()]
    for way in answer.partition.ways_out:
        # The engine has tried each of them.
        if way.kind == "zones":
            ways += [_target(int(way.numbers[0])), _no_target()]
        elif way.kind == "capacity":
            ways += _for_capacity(way.numbers[0], rules)
        elif way.kind == "link":
            ways += _links(way.patches, answer.links, kept, rules)
        elif way.kind == "cut":
            ways.append(_cut(str(kept.index[way.patches[0]]), int(way.numbers[0])))
    for reason in answer.partition.reasons:
        numbers = dict(reason.numbers)
        if reason.kind == "too_few_zones" and numbers["zones"] < numbers["pieces"]:
            count = len(answer.blocks) - int(numbers["zones"])
            ways += _larger_areas(answer.blocks, count)
    heaviest = float(patches["load_h"].max()) if len(patches) else 0.0
    if heaviest > _capacity(rules):
        ways += _for_capacity(heaviest, rules)
    return tuple({way.text: way for way in ways}.values())


def room_for_cadres(answer: Split, cadres: int) -> tuple[WayOut, ...]:
    """Give the rule values that would leave no micro-grid without one of so many cadres."""
    fewest = answer.partition.lower_bound
    if cadres >= fewest:
        return (_target(cadres),)
    return _larger_areas(answer.blocks, len(answer.blocks) - cadres)


def larger_least_areas(blocks: pd.DataFrame, count: int) -> pd.DataFrame:
    """Find the least areas that would let the smallest blocks join their neighbours.

    Returns
    -------
    By kind of ground: `hectares`, the least area, and `blocks`, how many would join.
    """
    small = blocks.sort_values("area_m2", kind="stable").head(count)
    by_kind = small.groupby("kind", sort=True)["area_m2"]
    hectares = np.ceil(by_kind.max() / 1_000 + 1e-9) / 10
    return pd.DataFrame({"hectares": hectares, "blocks": by_kind.size()})


def _reason(reason: Reason, patches: gpd.GeoDataFrame, names: pd.Series) -> Named:
    numbers = dict(reason.numbers)
    zones = int(numbers.get("zones", 0))
    if "most" in numbers:
        most = int(numbers["most"])
        return Named(
            f"{zones} micro-grids cannot be made: only {most} patches can stand alone.",
            f"无法划分 {zones} 个微网格：可以单独成格的图斑只有 {most} 块。",
        )
    if "fewest" in numbers:
        fewest, pieces = int(numbers["fewest"]), int(numbers["pieces"])
        if zones < pieces:
            return Named(
                f"{zones} micro-grids are too few: connected ground of one kind inside one grid "
                f"comes in {pieces} pieces, and each needs one at least. The fewest is {fewest}.",
                f"{zones} 个微网格不够：同一网格内连片的同类土地共 {pieces} 块，"
                f"每块至少要有一个。最少为 {fewest} 个。",
            )
        return Named(
            f"{zones} micro-grids are too few: the load needs {fewest} under capacity.",
            f"{zones} 个微网格不够：按现有承载力，工作量至少需要 {fewest} 个。",
        )
    return _no_room(reason, numbers, patches, names)


def _no_room(
    reason: Reason, numbers: Mapping[str, float], patches: gpd.GeoDataFrame, names: pd.Series
) -> Named:
    """Say that a piece of ground has no division within the limits, naming it."""
    here = patches.iloc[[place for place in reason.patches if place < len(patches)]]
    where, where_zh = "the town", "全镇"
    if len(here):
        code = str(here["parent_code"].iloc[0])
        kind = KINDS[str(kind_of(here).mode().iloc[0])]
        name = str(names.get(code, code))
        where, where_zh = f"{name} ({kind.en.lower()})", f"{name}（{kind.zh}）"
    fullest, capacity = numbers.get("fullest", math.nan), numbers.get("capacity", math.nan)
    return Named(
        f"In {where} no division within the limits {'exists' if reason.proven else 'was found'}: "
        f"the fullest micro-grid has {fullest:.1f} h a week, capacity is {capacity:.1f}.",
        f"{where_zh}{'不存在' if reason.proven else '未找到'}满足限值的划分："
        f"工作量最大的微网格为每周 {fullest:.1f} 小时，承载力为 {capacity:.1f} 小时。",
    )


def _links(
    pairs: tuple[int, ...], links: pd.DataFrame, patches: gpd.GeoDataFrame, rules: Rules
) -> list[WayOut]:
    """Name the patches that a link would join; without a barrier between, a larger gap does it."""
    joined = pd.DataFrame(np.reshape(pairs, (-1, 2)), columns=["one", "other"])
    found = joined.merge(links, on=["one", "other"], how="left")
    english, chinese = [], []
    for one, other, gap, barrier in found.itertuples(index=False):
        a, b = patches.index[one], patches.index[other]
        english.append(f"{a} and {b} ({gap:.1f} m{', across a barrier' if barrier else ''})")
        chinese.append(f"{a} 与 {b}（相距 {gap:.1f} 米{'，隔着分界线' if barrier else ''}）")
    gap = math.ceil(10 * float(found["gap_m"].max()) - 1e-6) / 10
    helps = not found["barrier"].any() and gap > rules.contiguity.max_gap_m
    return [
        WayOut(
            Named(
                f"Let patches count as neighbours: {', '.join(english)}.",
                f"将以下图斑视为相邻：{'、'.join(chinese)}。",
            ),
            {"contiguity.max_gap_m": gap} if helps else {},
        )
    ]


def _cut(patch: str, parts: int) -> WayOut:
    return WayOut(Named(f"Cut patch {patch} into {parts}.", f"将图斑 {patch} 切分为 {parts} 块。"))


def _target(count: int) -> WayOut:
    return WayOut(
        Named(f"Ask for {count} micro-grids.", f"把目标个数改为 {count} 个。"),
        {"split.target": count},
    )


def _no_target() -> WayOut:
    return WayOut(
        Named("Ask for as few as capacity allows.", "不设目标个数，按承载力尽量少划。"),
        {"split.target": None},
    )


def _for_capacity(hours: float, rules: Rules) -> list[WayOut]:
    """Raise what one micro-grid can carry to so many hours: by more officers, or by more hours."""
    capacity = rules.capacity
    ways = []
    officers = math.ceil(hours / capacity.officer_hours - 1e-9)
    if capacity.officers_max < officers <= MOST_OFFICERS:
        ways.append(
            WayOut(
                Named(
                    f"Allow up to {officers} officers on a micro-grid.",
                    f"把每个微网格的人数上限提高到 {officers} 人。",
                ),
                {"capacity.officers_max": officers},
            )
        )
    each = math.ceil(10 * hours / capacity.officers_max - 1e-6) / 10
    if each > capacity.officer_hours:
        ways.append(
            WayOut(
                Named(
                    f"Let each officer give {each:g} hours a week.",
                    f"把每人每周工时提高到 {each:g} 小时。",
                ),
                {"capacity.officer_hours": each},
            )
        )
    return ways


def _larger_areas(blocks: pd.DataFrame, count: int) -> tuple[WayOut, ...]:
    """Let the smallest blocks join their neighbours, by larger least areas of their kinds."""
    if not 0 < count < len(blocks):
        return ()
    areas = larger_least_areas(blocks, count)["hectares"]
    changes: dict[str, Value] = {}
    english, chinese = [], []
    for kind, hectares in areas.items():
        changes[f"split.min_area_ha.{kind}"] = float(hectares)
        english.append(f"{KINDS[str(kind)].en.lower()} {hectares:g} ha")
        chinese.append(f"{KINDS[str(kind)].zh} {hectares:g} 公顷")
    return (
        WayOut(
            Named(
                f"Let the {count} smallest pieces join their neighbours, by larger least areas: "
                f"{', '.join(english)}.",
                f"提高最小面积，让最小的 {count} 块并入相邻地块：{'、'.join(chinese)}。",
            ),
            changes,
        ),
    )


def _capacity(rules: Rules) -> float:
    return rules.capacity.officer_hours * rules.capacity.officers_max
