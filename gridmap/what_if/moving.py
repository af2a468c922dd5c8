"""What moving a border costs: each patch beside it given to the other side, one at a time."""

from dataclasses import dataclass

import numpy as np

from boundaries.topology.connected import number_parts
from gridmap.split.border_prices import BORDER_KINDS
from gridmap.staffing.posts import HOURS_TOLERANCE, officers_allowed
from gridmap.what_if.border import Border
from gridmap.what_if.ground import PlanGround
from layers.contract.errors import Named

__all__ = ["Move", "moves_of"]


@dataclass(frozen=True)
class Move:
    """One patch given from one micro-grid to the other.

    Attributes
    ----------
    patch
        Its id.
    from_code, to_code
        The micro-grids.
    load_h, from_h, to_h
        Load of the patch, and of both micro-grids afterwards, in officer-hours a week.
    posts
        Posts more than before; below 0 fewer.
    metres
        Metres of border more than before, by what they run along.
    price
        The same, each metre times its price.
    broken
        Limits that it would break, a sentence each.
    """

    patch: str
    from_code: str
    to_code: str
    load_h: float
    from_h: float
    to_h: float
    posts: int
    metres: dict[str, float]
    price: float
    broken: tuple[Named, ...]


def moves_of(ground: PlanGround, border: Border, drawn: np.ndarray) -> tuple[Move, ...]:
    """Try every patch beside a border, where ground of one kind lies on both sides.

    Parameters
    ----------
    ground, border
        The plan and one of its borders.
    drawn
        (k,) pairs of the border that lie in one connected ground, so that either side may have it.

    Returns
    -------
    Moves that break nothing first, of these the cheapest.
    """
    pairs = border.pairs[drawn]
    found = [
        _move(ground, int(patch), border.codes[side], border.codes[1 - side])
        for side in (0, 1)
        for patch in np.unique(pairs[:, side])
    ]
    return tuple(sorted(found, key=lambda one: (len(one.broken), one.price, one.patch)))


def _move(ground: PlanGround, patch: int, from_code: str, to_code: str) -> Move:
    rules, patches = ground.plan.rules, ground.patches
    codes, load = patches["grid_code"].to_numpy(), patches["load_h"].to_numpy(dtype=float)
    before = [float(load[codes == code].sum()) for code in (from_code, to_code)]
    after = [before[0] - float(load[patch]), before[1] + float(load[patch])]
    left = codes == from_code
    left[patch] = False
    posts = sum(officers_allowed(hours, rules=rules) for hours in after[not left.any() :])
    posts -= sum(officers_allowed(hours, rules=rules) for hours in before)
    change = _border_change(ground, patch, from_code, to_code)
    price = np.array([getattr(rules.borders, kind) for kind in BORDER_KINDS])
    return Move(
        str(patches.index[patch]),
        from_code,
        to_code,
        float(load[patch]),
        after[0],
        after[1],
        posts,
        dict(zip(BORDER_KINDS, change.tolist(), strict=True)),
        float(change @ price),
        tuple(_broken(ground, patch, from_code, to_code, left, after[1])),
    )


def _border_change(ground: PlanGround, patch: int, from_code: str, to_code: str) -> np.ndarray:
    """Metres by kind that become border, less those that cease to be one."""
    codes, edges = ground.patches["grid_code"].to_numpy(), ground.graph.edges
    rows = np.flatnonzero((edges == patch).any(axis=1))
    others = np.where(edges[rows, 0] == patch, edges[rows, 1], edges[rows, 0])
    same = ground.block[others] == ground.block[patch]  # elsewhere the layers draw the border
    sign = (codes[others] == from_code).astype(int) - (codes[others] == to_code).astype(int)
    return (ground.metres[rows] * (sign * same)[:, None]).sum(axis=0)


def _broken(
    ground: PlanGround, patch: int, from_code: str, to_code: str, left: np.ndarray, to_h: float
) -> list[Named]:
    capacity = ground.plan.rules.capacity
    most = capacity.officer_hours * capacity.officers_max
    found = []
    if to_h > most + HOURS_TOLERANCE:
        found.append(
            Named(
                f"{to_code} would have {to_h:.1f} h a week, more than {most:g} h.",
                f"{to_code} 每周将达 {to_h:.1f} 小时，超过承载力 {most:g} 小时。",
            )
        )
    if not left.any():
        found.append(
            Named(
                f"{from_code} would be left without ground.",
                f"{from_code} 将没有土地，即两格合并。",
            )
        )
    elif _parts(ground, left) > _parts(ground, left | (np.arange(len(left)) == patch)):
        found.append(
            Named(f"{from_code} would fall apart.", f"{from_code} 将不再连片。"),
        )
    cut = _cut_units(ground, patch, left)
    if cut:
        units = ground.plan.units
        kinds = {str(units["kind"].iloc[unit]) for unit in cut}
        word, word_zh = _UNIT_WORDS[min(kinds, key=list(_UNIT_WORDS).index)]
        found.append(
            Named(f"The border would cut a {word}.", f"界线将切开{word_zh}。"),
        )
    return found


_UNIT_WORDS = {
    "building": ("building", "建筑"),
    "compound": ("compound", "院落"),
    "village_group": ("village group", "村民小组"),
}


def _parts(ground: PlanGround, inside: np.ndarray) -> int:
    """Count the connected parts of some patches."""
    rows = np.flatnonzero(inside)
    place = np.full(len(inside), -1)
    place[rows] = np.arange(len(rows))
    edges = ground.graph.edges
    own = place[edges[inside[edges].all(axis=1)]]
    return int(number_parts(len(rows), *own.T).max(initial=-1)) + 1


def _cut_units(ground: PlanGround, patch: int, left: np.ndarray) -> list[int]:
    """Units of the patch of which other patches would stay behind, beside it."""
    if ground.members is None:
        return []
    members = ground.members[~ground.members["divided"]]
    own = members.loc[members["patch"] == patch, "unit"]
    behind = members[members["unit"].isin(own) & left[members["patch"].to_numpy()]]
    return sorted(set(behind["unit"].tolist()))
