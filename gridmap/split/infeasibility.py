"""Why a request for micro-grids cannot be met, and the rule values that would help, each in words.

The engine speaks of zones and components; here they become grids, kinds of ground and keys of the
rules file, so that a way out can be taken with one click.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd

from boundaries.hierarchy.patch_places import place_of_patch
from boundaries.tiling.build import kind_of
from gridmap.partition.model.reasons import Reason
from gridmap.rules import Rules
from gridmap.split.micro_category import SITES
from gridmap.split.split import Split
from layers.contract.categories import KINDS
from layers.contract.errors import Named
from layers.contract.phrases import apart, few_texts

__all__ = [
    "Remedy",
    "Value",
    "fewer_pieces",
    "for_capacity",
    "joined",
    "larger_areas",
    "larger_least_areas",
    "more_hours",
    "more_officers",
    "no_target",
    "reasons_of",
    "target_of",
    "ways_of_engine",
]

MOST_OFFICERS = 50  # the rules allow no more on one micro-grid
_TOLD = 5  # reasons; the others are counted
Value = float | int | None


@dataclass(frozen=True)
class Remedy:
    """What would help: a sentence, and the rule values that do it, by key; None takes a key out.

    `cost` says what else changes, known since the way was tried (`gridmap.workflow.remedies`).
    """

    text: Named
    changes: Mapping[str, Value] = field(default_factory=dict)
    cost: Named | None = None

    @property
    def whole(self) -> Named:
        """The sentence with what it costs."""
        if self.cost is None:
            return self.text
        return Named(f"{self.text.en} {self.cost.en}", f"{self.text.zh}{self.cost.zh}")


def reasons_of(
    answer: Split, patches: gpd.GeoDataFrame, *, names: pd.Series, rules: Rules
) -> tuple[Named, ...]:
    """Say why the division is not the one that was asked for; nothing when it is.

    Parameters
    ----------
    answer
        What `split_patches` gave for the patches.
    patches
        The patches.
    names
        Names of the given grids by code.
    rules
        The rules it was made under.
    """
    kept = patches[(answer.block >= 0).to_numpy()]
    first = answer.first_of_unit
    most = rules.capacity.officer_hours * rules.capacity.officers_max
    by_load = math.ceil(float(kept["load_h"].sum()) / most - 1e-9)
    found = [_reason(one, kept, first, names, by_load) for one in answer.partition.reasons]
    found = list(dict.fromkeys(found))
    left = len(found) - _TOLD
    if left > 1:
        more = Named(f"{left:,} more reasons like these.", f"另有 {left:,} 条同类原因。")
        found = [*found[:_TOLD], more]
    return tuple(found)


def ways_of_engine(
    answer: Split, patches: gpd.GeoDataFrame, *, rules: Rules, grids: pd.DataFrame
) -> tuple[tuple[Remedy, ...], ...]:
    """Turn what the engine found out about a request into rule values.

    The engine has tried each on the patches as they are. Rule values say a little more or less than
    it (a link becomes a gap that holds everywhere), so they are tried again: each way comes with
    stronger ones behind it, to be taken when it is not enough. The given `grids` name places.
    """
    ways: list[tuple[Remedy, ...]] = []
    kept = patches[(answer.block >= 0).to_numpy()]
    first = answer.first_of_unit
    for way in answer.partition.ways_out:
        if way.kind == "zones":
            ways += [(target_of(int(way.numbers[0])),), (no_target(),)]
        elif way.kind == "capacity":
            ways += for_capacity(way.numbers[0], rules)
        elif way.kind == "link":
            ways.append((_links(way.patches, answer, kept, rules, grids),))
        elif way.kind == "cut":
            place = place_of_patch(kept, str(kept.index[first[way.patches[0]]]), grids)
            ways.append((_cut(place, int(way.numbers[0])),))
    for reason in answer.partition.reasons:
        numbers = dict(reason.numbers)
        if reason.kind == "too_few_zones":
            ways.append(tuple(fewer_pieces(answer, int(numbers["zones"]), rules=rules)))
    return tuple(ways)


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


def _reason(
    reason: Reason, patches: gpd.GeoDataFrame, first: np.ndarray, names: pd.Series, by_load: int
) -> Named:
    """Say one reason; `by_load` is what all load together would need, whatever its ground."""
    numbers = dict(reason.numbers)
    zones = int(numbers.get("zones", 0))
    if "most" in numbers:
        most = int(numbers["most"])
        return Named(
            f"{zones} micro-grids cannot be made: only {most} patches can stand alone.",
            f"无法划分 {zones} 个微网格：可以单独成格的图斑只有 {most} 块。",
        )
    if "fewest" in numbers:
        return _too_few(zones, int(numbers["fewest"]), int(numbers["pieces"]), by_load)
    here = patches.iloc[first[[unit for unit in reason.patches if unit < len(first)]]]
    return _no_room(reason, numbers, here, names)


def _too_few(zones: int, fewest: int, pieces: int, by_load: int) -> Named:
    """Say whether it is the load, or ground that must stay apart, that so few cannot hold."""
    if zones < by_load:
        apart, apart_zh = "", ""
        if fewest > by_load:
            apart = f", and {fewest} as ground of different kinds and grids stays apart"
            apart_zh = f"；不同类别、不同网格的土地不能合并，共需 {fewest} 个"
        return Named(
            f"{zones} micro-grids are too few: the load needs {by_load} or more under "
            f"capacity{apart}.",
            f"{zones} 个微网格不够：按现有承载力，工作量至少需要 {by_load} 个{apart_zh}。",
        )
    if zones < pieces:
        return Named(
            f"{zones} micro-grids are too few: connected ground of one kind inside one grid "
            f"comes in {pieces} pieces, and each needs one at least. No division has fewer "
            f"than {fewest}.",
            f"{zones} 个微网格不够：同一网格内连片的同类土地共 {pieces} 块，"
            f"每块至少要有一个。任何划分都不会少于 {fewest} 个。",
        )
    return Named(
        f"{zones} micro-grids are too few: the load alone would fit into {by_load}, but connected "
        f"ground of one kind inside one grid comes in {pieces} pieces that stay apart, and piece "
        f"by piece that takes {fewest} or more.",
        f"{zones} 个微网格不够：只看工作量 {by_load} 个即可，但同一网格内连片的同类土地共 "
        f"{pieces} 块，互不合并，逐块计算至少需要 {fewest} 个。",
    )


def _no_room(
    reason: Reason, numbers: Mapping[str, float], here: gpd.GeoDataFrame, names: pd.Series
) -> Named:
    """Say that a piece of ground has no division within the limits, naming it."""
    where, where_zh = "the town", "全镇"
    if len(here):
        code = str(here["parent_code"].iloc[0])
        kind = KINDS[str(kind_of(here).mode().iloc[0])]
        name = str(names.get(code, code))
        where, where_zh = f"{name} ({kind.en.lower()})", f"{name}（{kind.zh}）"
    fullest, capacity = apart(numbers.get("fullest", math.nan), numbers.get("capacity", math.nan))
    return Named(
        f"In {where} no division within the limits {'exists' if reason.proven else 'was found'}: "
        f"the fullest micro-grid has {fullest} h a week, capacity is {capacity}.",
        f"{where_zh}{'不存在' if reason.proven else '未找到'}满足限值的划分："
        f"工作量最大的微网格为每周 {fullest} 小时，承载力为 {capacity} 小时。",
    )


def _links(
    pairs: tuple[int, ...],
    answer: Split,
    patches: gpd.GeoDataFrame,
    rules: Rules,
    grids: pd.DataFrame,
) -> Remedy:
    """Name the patches that a link would join; without a barrier between, a larger gap does it."""
    units = np.sort(np.reshape(pairs, (-1, 2)), axis=1)
    wanted = set(map(tuple, units.tolist()))
    links = answer.links
    known = np.sort(answer.unit[links[["one", "other"]].to_numpy()], axis=1)
    is_wanted = [pair in wanted for pair in map(tuple, known.tolist())]
    # The nearest come first: one for each pair of units.
    found = links[is_wanted]
    found = found[~pd.DataFrame(known[is_wanted]).duplicated().to_numpy()]
    named = []
    for one, other, gap, barrier in found.itertuples(index=False, name=None):
        a, b = (place_of_patch(patches, str(patches.index[at]), grids) for at in (one, other))
        named.append(
            Named(
                f"{a.en} and {b.en}, {gap:.1f} m apart{', across a barrier' if barrier else ''}",
                f"{a.zh}与{b.zh}，相距 {gap:.1f} 米{'，隔着分界线' if barrier else ''}",
            )
        )
    listed = few_texts(named)
    gap = math.ceil(10 * float(found["gap_m"].max()) - 1e-6) / 10
    helps = not found["barrier"].any() and gap > rules.contiguity.max_gap_m
    return Remedy(
        Named(
            f"Let the patches in these places count as neighbours: {listed.en}.",
            f"将以下图斑视为相邻：{listed.zh}。",
        ),
        {"contiguity.max_gap_m": gap} if helps else {},
    )


def _cut(place: Named, parts: int) -> Remedy:
    return Remedy(
        Named(f"Cut the patch in {place.en} into {parts}.", f"将{place.zh}切分为 {parts} 块。")
    )


def fewer_pieces(answer: Split, count: int, *, rules: Rules) -> list[Remedy]:
    """Let small pieces of ground join, until about so many are left; sites of the town come last.

    Returns
    -------
    The least first: what joins also needs a neighbour with room, so more may have to be asked for.
    """
    ways: list[Remedy] = []
    blocks = answer.blocks
    for some in (blocks[~blocks["kind"].isin(SITES)], blocks):
        least = max(len(blocks), answer.partition.zones) - count
        most = len(some) - (len(some) == len(blocks))
        shares = sorted({min(math.ceil(least * more), most) for more in (1.0, 1.15, 1.3, 1.6)})
        ways += [way for one in shares for way in larger_areas(some, one, rules=rules)]
    return ways


def target_of(count: int) -> Remedy:
    """Ask for a number of micro-grids."""
    return Remedy(
        Named(f"Ask for {count} micro-grids.", f"把目标个数改为 {count} 个。"),
        {"split.target": count},
    )


def no_target() -> Remedy:
    """Ask for no number."""
    return Remedy(
        Named("Ask for as few as capacity allows.", "不设目标个数，按承载力尽量少划。"),
        {"split.target": None},
    )


def for_capacity(hours: float, rules: Rules) -> list[tuple[Remedy, ...]]:
    """Raise what one micro-grid can carry to so many hours, or a little more.

    Returns
    -------
    By more officers, and by more hours of each: the least first.
    """
    capacity = rules.capacity
    officers = math.ceil(hours / capacity.officer_hours - 1e-9)
    each = hours / capacity.officers_max
    return [
        tuple(way for more in range(3) for way in _officers(officers + more, rules)),
        tuple(way for more in (1.0, 1.05, 1.1, 1.25) for way in more_hours(each * more, rules)),
    ]


def more_officers(rules: Rules) -> list[Remedy]:
    """Let micro-grids have more officers, so that there are fewer of them."""
    most = rules.capacity.officers_max
    counts = sorted({most + 1, most + 2, math.ceil(1.5 * most), 2 * most, 3 * most})
    return [way for count in counts for way in _officers(count, rules)]


def _officers(count: int, rules: Rules) -> list[Remedy]:
    if not rules.capacity.officers_max < count <= MOST_OFFICERS:
        return []
    return [
        Remedy(
            Named(
                f"Allow up to {count} officers on a micro-grid.",
                f"把每个微网格的人数上限提高到 {count} 人。",
            ),
            {"capacity.officers_max": count},
        )
    ]


def more_hours(hours: float, rules: Rules) -> list[Remedy]:
    """Let each officer give so many hours a week, rounded up to a tenth."""
    each = math.ceil(10 * hours - 1e-6) / 10
    if each <= rules.capacity.officer_hours:
        return []
    return [
        Remedy(
            Named(
                f"Let each officer give {each:g} hours a week.",
                f"把每人每周工时提高到 {each:g} 小时。",
            ),
            {"capacity.officer_hours": each},
        )
    ]


def joined(one: Remedy, other: Remedy) -> Remedy:
    """Do two things at once."""
    text = Named(f"{one.text.en} {other.text.en}", f"{one.text.zh}{other.text.zh}")
    return Remedy(text, {**one.changes, **other.changes})


def larger_areas(blocks: pd.DataFrame, count: int, *, rules: Rules) -> tuple[Remedy, ...]:
    """Let the smallest blocks join their neighbours, by larger least areas of their kinds."""
    if not 0 < count <= len(blocks):
        return ()
    areas = larger_least_areas(blocks, count)["hectares"]
    changes: dict[str, Value] = {}
    english, chinese = [], []
    for kind, hectares in areas.items():
        if 10_000 * hectares <= rules.min_area_m2(str(kind)):
            continue  # it would have joined a neighbour already, if it could
        changes[f"split.min_area_ha.{kind}"] = float(hectares)
        english.append(f"{KINDS[str(kind)].en.lower()} {hectares:g} ha")
        chinese.append(f"{KINDS[str(kind)].zh} {hectares:g} 公顷")
    pieces = "smallest piece" if count == 1 else f"{count} smallest pieces"
    if not changes:
        return ()
    return (
        Remedy(
            Named(
                f"Let the {pieces} join what is beside, by larger least areas: "
                f"{', '.join(english)}.",
                f"提高最小面积，让最小的 {count} 块并入相邻地块：{'、'.join(chinese)}。",
            ),
            changes,
        ),
    )
