"""Why a border of a plan lies where it does, and what moving it costs.

What put a border there is found in the plan as it is, in this order: the given grids, an exclusive
grid, kinds of ground that no micro-grid mixes, a barrier; through ground of one kind what forbids
one micro-grid there (capacity, households, the number asked for), an edit by hand, the line on the
ground that it follows; else only the search for a short border, which is said too.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from boundaries.hierarchy.ancestors import ancestors
from boundaries.tiling.build import kind_of
from gridmap.split.border_prices import BORDER_KINDS
from gridmap.split.homes import HOUSEHOLD
from gridmap.staffing.posts import HOURS_TOLERANCE
from gridmap.town.visible_lines import VISIBLE
from gridmap.what_if.border import Border, border_at, border_between
from gridmap.what_if.ground import PlanGround
from gridmap.what_if.moving import Move, moves_of
from layers.contract.categories import KINDS
from layers.contract.errors import Named, quoted

__all__ = ["ALONG", "Explained", "Reason", "explain_border"]

ALONG = {
    "road": Named("roads and rail", "道路、铁路"),
    "river": Named("rivers and shores", "河渠、水岸"),
    "track": Named("tracks and paths", "田间道、小路"),
    "parcel": Named("lines of the layers", "图斑边线"),
    "nothing": Named("a cut of ours, nothing on the ground", "划分时切开处（地面无标志）"),
}
"""Names of what a border runs along."""

_FOLLOWS = 0.5  # share of a border along visible lines from which the line put it there


@dataclass(frozen=True)
class Reason:
    """One thing that put a border there.

    `key` is hierarchy, exclusive, kind, barrier, capacity, households, target, hand, line or
    search; `metres` of the border are due to it.
    """

    key: str
    text: Named
    metres: float


@dataclass(frozen=True)
class Explained:
    """A border explained.

    `codes` and `names` are those of both sides, `loads_h` their loads in officer-hours a week.
    `may_merge` says that nothing forbids one micro-grid in the place of both. `moves` are all
    patches beside the border that may lie on either side; none where the layers or the given
    grids draw it.
    """

    border: Border
    names: tuple[Named, Named]
    loads_h: tuple[float, float]
    reasons: tuple[Reason, ...]
    may_merge: bool
    moves: tuple[Move, ...]
    prices: dict[str, float]

    @property
    def price(self) -> float:
        """Metres of the border, each times the price of what it runs along."""
        return float(sum(self.prices.values()))


def explain_border(
    ground: PlanGround, where: Border | tuple[str, str] | tuple[float, float]
) -> Explained:
    """Say what put a border there, and what moving it costs.

    Parameters
    ----------
    ground
        Of the plan (`gridmap.what_if.ground.prepare`).
    where
        The border, the codes of both grids, or longitude and latitude (WGS84) of a place on it.

    Raises
    ------
    PlanError
        If there is no border.
    """
    border = _border(ground, where)
    plan, rules = ground.plan, ground.plan.rules
    sides = plan.grids.loc[list(border.codes)]
    drawn = _drawn(ground, border)
    reasons = list(_given(ground, border, sides, drawn))
    limits: list[Reason] = []
    if drawn.any():
        metres = float(border.metres[drawn].sum())
        limits = list(_limits(ground, border, sides, metres))
        reasons += [*limits, *_placed(ground, border, drawn, metres)]
    price = {kind: float(getattr(rules.borders, kind)) for kind in BORDER_KINDS}
    return Explained(
        border,
        (_name(sides, 0), _name(sides, 1)),
        (float(sides["load_h"].iloc[0]), float(sides["load_h"].iloc[1])),
        tuple(reasons),
        bool(drawn.any()) and not limits,
        moves_of(ground, border, drawn),
        prices={kind: metres * price[kind] for kind, metres in border.by_kind.items()},
    )


def _border(ground: PlanGround, where: Border | tuple[str, str] | tuple[float, float]) -> Border:
    if isinstance(where, Border):
        return where
    one, other = where
    if isinstance(one, str) and isinstance(other, str):
        return border_between(ground, one, other)
    return border_at(ground, float(one), float(other))


def _drawn(ground: PlanGround, border: Border) -> np.ndarray:
    """(k,) pairs in one connected ground of one kind: there the border was drawn by us."""
    one, other = ground.block[border.pairs].T
    return _linked(ground, border) & (one >= 0) & (one == other)


def _linked(ground: PlanGround, border: Border) -> np.ndarray:
    """(k,) pairs that may be in one micro-grid: no given border or barrier between them."""
    size = len(ground.patches)
    known = np.sort(ground.graph.edges, axis=1) @ np.array([size, 1])
    return np.isin(np.sort(border.pairs, axis=1) @ np.array([size, 1]), known)


def _given(
    ground: PlanGround, border: Border, sides: pd.DataFrame, drawn: np.ndarray
) -> Iterator[Reason]:
    """What no division may change: given grids, exclusive grids, kinds of ground, barriers."""
    if (sides["kind"] == "exclusive").any():
        unit = _name(sides, int((sides["kind"] == "exclusive").to_numpy().argmax()))
        yield Reason(
            "exclusive",
            Named(
                f"Outline of the exclusive grid of a unit: {unit.en}.",
                f"专属网格的界线：{unit.zh}。",
            ),
            border.length_m,
        )
        return
    parents = sides["parent_code"].tolist()
    if parents[0] != parents[1]:
        yield _of_hierarchy(ground, parents, border.length_m)
        return
    linked = _linked(ground, border)
    other_kind = linked & ~drawn
    if other_kind.any():
        one, two = (KINDS[key] for key in kind_of(sides))
        same = one == two
        yield Reason(
            "kind",
            Named(
                "Two separate grounds of one kind meet here."
                if same
                else f"Here ground of two kinds meets: {one.en} and {two.en}.",
                "此处两侧是各自成片的土地，未并为一片。"
                if same
                else f"此处两类土地相接：{one.zh}与{two.zh}，微网格不混类。",
            ),
            float(border.metres[other_kind].sum()),
        )
    if (~linked).any() and not drawn.any() and not other_kind.any():
        yield Reason(
            "barrier",
            Named(
                "A barrier runs here, or the ground on both sides touches too little to be one.",
                "此处有障碍线，或两侧相接太短，不能同属一个微网格。",
            ),
            float(border.metres[~linked].sum()),
        )


def _of_hierarchy(ground: PlanGround, parents: list[str], metres: float) -> Reason:
    grids = ground.plan.grids
    line = ancestors(grids).loc[parents]
    level = next(level for level in line.columns if line[level].iloc[0] != line[level].iloc[1])
    both = grids.loc[line[level].tolist()]
    one, two = _name(both, 0), _name(both, 1)
    return Reason(
        "hierarchy",
        Named(
            f"Given border of level {level}, between {one.en} and {two.en}: it stays as given.",
            f"给定的 {level} 级网格界线：{one.zh}与{two.zh}之间，不能移动。",
        ),
        metres,
    )


def _limits(
    ground: PlanGround, border: Border, sides: pd.DataFrame, metres: float
) -> Iterator[Reason]:
    """Why both sides cannot be one micro-grid."""
    rules = ground.plan.rules
    capacity = rules.capacity
    most = capacity.officer_hours * capacity.officers_max
    together = float(sides["load_h"].sum())
    if together > most + HOURS_TOLERANCE:
        yield Reason(
            "capacity",
            Named(
                f"Both sides together ask for {together:.1f} h a week; one micro-grid carries "
                f"{most:g} h ({capacity.officers_max} × {capacity.officer_hours:g} h).",
                f"两侧合计每周 {together:.1f} 小时，超过一个微网格的承载力 {most:g} 小时"
                f"（{capacity.officers_max} 人 × {capacity.officer_hours:g} 小时）。",
            ),
            metres,
        )
    band = rules.household_grids.households[1]
    households = float(sides["households"].sum())
    if (sides["family"] == HOUSEHOLD).all() and households > band:
        yield Reason(
            "households",
            Named(
                f"Both sides together have {households:.0f} households, more than {band}.",
                f"两侧合计 {households:.0f} 户，超过一个住户类微网格的 {band} 户。",
            ),
            metres,
        )
    target = rules.split.target
    if target is not None and len(ground.codes) <= target:
        yield Reason(
            "target",
            Named(
                f"The rules ask for {target} micro-grids; one fewer would miss that.",
                f"规则要求 {target} 个微网格，两格合并就会少于目标。",
            ),
            metres,
        )


def _placed(
    ground: PlanGround, border: Border, drawn: np.ndarray, metres: float
) -> Iterator[Reason]:
    """Why the border lies just here: a hand, a line on the ground, or only the search."""
    hand = _by_hand(ground, border.pairs[drawn])
    if hand is not None:
        yield Reason("hand", hand, metres)
    along = border.metres[drawn].sum(axis=0)
    visible = float(along[: len(VISIBLE)].sum())
    if metres and visible >= _FOLLOWS * metres:
        kind = BORDER_KINDS[int(along[: len(VISIBLE)].argmax())]
        price = getattr(ground.plan.rules.borders, kind)
        yield Reason(
            "line",
            Named(
                f"{visible:.0f} of {metres:.0f} m follow lines that people see, mostly "
                f"{ALONG[kind].en} (price {price:g}).",
                f"{metres:.0f} 米中有 {visible:.0f} 米沿可见地物，"
                f"主要是{ALONG[kind].zh}（价 {price:g}）。",
            ),
            visible,
        )
    elif hand is None:
        yield Reason(
            "search",
            Named(
                "No line on the ground and no edit put it just here: the search found this the "
                "shortest border within the limits. It may be moved as far as they allow.",
                "没有地物、也没有人工调整决定它必须在这里：这是程序在规则之内找到的较短界线，"
                "可在规则允许的范围内移动。",
            ),
            metres - visible,
        )


def _by_hand(ground: PlanGround, pairs: np.ndarray) -> Named | None:
    """Find the last edit that gave a patch beside the border the micro-grid that it has now."""
    log = ground.plan.edits
    if not len(log) or "patches" not in log:
        return None
    beside = set(ground.patches.index[np.unique(pairs)])
    now = ground.patches["grid_code"]
    settled: set[str] = set()
    for _, row in log.iloc[::-1].iterrows():
        ids, codes = (str(row[name]).split(";") for name in ("patches", "to_codes"))
        for patch, code in zip(ids, codes, strict=False):
            if patch not in beside or patch in settled:
                continue
            settled.add(patch)
            if row["kind"] != "undo" and code == now.get(patch):
                why = f" {quoted(row['why'])}" if row["why"] else ""
                return Named(
                    f"An edit of {row['time'][:10]} by {row['who']} put it here.{why}",
                    f"人工调整：{row['who']} 于 {row['time'][:10]} 调整到这里。{why.strip()}",
                )
    return None


def _name(sides: pd.DataFrame, row: int) -> Named:
    """Name a grid in both languages; by its code where it has no name."""
    code, one = str(sides.index[row]), sides.iloc[row]
    zh = str(one["name"]) or code
    return Named(str(one["name_en"]) or zh, zh)
