"""Figures of the whole split: what officials look at when they compare two divisions.

How much of the border that we have drawn runs along lines that people see, and how many buildings,
compounds and village groups are cut. Drawn is border between micro-grids of one block; where kinds
of ground or given grids meet, the layers draw it. All is computed from the plan alone, so that a
new division, an edited one and the plan in force are measured alike.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
import pandas as pd

from boundaries.topology.border_lines import border_pieces
from gridmap.plan.kinds import in_band, kind_table, large_share, sizes_met
from gridmap.plan.plan import Plan
from gridmap.split.blocks import form_blocks
from gridmap.split.border_prices import (
    BORDER_KINDS,
    kinds_of_pieces,
    priced_borders,
)
from gridmap.split.holding import meetings
from gridmap.split.split import graph_of
from gridmap.split.units import ground_of_units
from gridmap.town.dwellings import divided_buildings
from gridmap.town.visible_lines import VISIBLE, Lines, visible_lines
from layers.landuse.lines import empty_lines

__all__ = ["SPLIT_FIGURES", "Drawn", "SplitFigure", "split_figures", "told_figure"]

_STEP_M = 20.0


class Drawn:
    """The border that a plan has drawn through blocks, and the units around it."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.patches = plan, plan.patches

    @cached_property
    def kinds(self) -> pd.DataFrame:
        """What `gridmap.plan.kinds.kind_table` gives."""
        return kind_table(self.plan)

    @cached_property
    def _edges(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Pairs of neighbours inside blocks, their border in m, and whether it was drawn."""
        plan = self.plan
        graph = graph_of(self.patches, rules=plan.rules, barriers=plan.barriers.geometry)
        block = form_blocks(self.patches, graph, rules=plan.rules)["block"].to_numpy()
        one, other = graph.edges.T
        inside = (block[one] >= 0) & (block[one] == block[other])
        code = self.patches["grid_code"].to_numpy()
        edges = graph.edges[inside]
        return edges, graph.border_m[inside], code[edges[:, 0]] != code[edges[:, 1]]

    @cached_property
    def along_banned(self) -> np.ndarray:
        """Pairs of patches, by position, that are parted along a road the rules ban (k, 2)."""
        rules = self.plan.rules
        if not rules.borders.banned:
            return np.empty((0, 2), dtype=np.int64)
        edges, border_m, parted = self._edges
        banned = visible_lines(
            empty_lines(self.plan.crs), self.plan.context, banned=rules.borders.banned
        )
        pairs, border_m = edges[parted], border_m[parted]
        return pairs[priced_borders(self.patches, pairs, border_m, rules=rules, lines=banned)[1]]

    @cached_property
    def lines(self) -> Lines:
        """The lines that people see, as far as the plan knows them."""
        return visible_lines(empty_lines(self.plan.crs), self.plan.context)

    @cached_property
    def metres(self) -> dict[str, float]:
        """Metres of drawn border by what they run along, a kind of `BORDER_KINDS` each."""
        edges, _, parted = self._edges
        near = self.plan.rules.borders.near_m
        pairs = edges[parted]
        pieces = border_pieces(self.patches.geometry, pairs, step_m=max(min(near, _STEP_M), 1.0))
        kind = kinds_of_pieces(pieces, self.patches, pairs, self.lines, near)
        found = np.bincount(kind, weights=pieces.length_m, minlength=len(BORDER_KINDS))
        return dict(zip(BORDER_KINDS, found.tolist(), strict=True))

    @cached_property
    def ground(self) -> pd.DataFrame:
        """Where the units lie that are on several patches, with `kind`, `code` and `parent`."""
        units = self.plan.units
        found = ground_of_units(self.patches, units)
        patch = found["patch"].to_numpy()
        return found.assign(
            kind=units["kind"].to_numpy()[found["unit"]],
            code=self.patches["grid_code"].to_numpy()[patch],
            parent=self.patches["parent_code"].to_numpy()[patch],
        )

    @cached_property
    def cut(self) -> np.ndarray:
        """Positions of the units that a drawn border cuts; by stairwells it is no cut."""
        edges, _, parted = self._edges
        divided = divided_buildings(self.plan.units, self.plan.rules).to_numpy()
        members = self.ground[self.ground["is_member"]]
        members = members[~divided[members["unit"]]]
        return np.unique(meetings(members, edges[parted])["unit"].to_numpy(dtype=np.int64))

    def _in_several(self, column: str) -> np.ndarray:
        counts = self.ground.groupby("unit")[column].nunique()
        return counts.index[counts > 1].to_numpy(dtype=np.int64)

    @cached_property
    def crossed(self) -> np.ndarray:
        """Positions of the units that a border of the given grids crosses."""
        return self._in_several("parent")

    @cached_property
    def parted(self) -> np.ndarray:
        """Positions of the units that only lines of the layers part: ground of two kinds."""
        several = self._in_several("code")
        divided = np.flatnonzero(divided_buildings(self.plan.units, self.plan.rules))
        return np.setdiff1d(several, np.concatenate([self.cut, self.crossed, divided]))

    def count(self, which: str, kind: str) -> float:
        """Count units of a kind that are `cut`, `crossed` or `parted`; nan where there are none."""
        kinds = self.plan.units["kind"].to_numpy()
        if not (kinds == kind).any():
            return math.nan
        return float((kinds[getattr(self, which)] == kind).sum())


@dataclass(frozen=True)
class SplitFigure:
    """One figure: its key in tables and JSON, unit, names on screens, and how to compute it.

    `better` says which end is: -1 the least, 1 the most, 0 neither.
    """

    key: str
    unit: str
    label_zh: str
    label_en: str
    compute: Callable[[Drawn], float]
    better: int = 0


def _drawn_km(drawn: Drawn) -> float:
    return sum(drawn.metres.values()) / 1_000


def _share(drawn: Drawn, kinds: tuple[str, ...]) -> float:
    """Share of the drawn border along some kinds of line; nan where the plan knows no line."""
    if not any(len(lines) for lines in drawn.lines.visible):
        return math.nan
    total = sum(drawn.metres.values())
    return sum(drawn.metres[kind] for kind in kinds) / total if total else math.nan


def _purity(drawn: Drawn) -> float:
    """Share of the ground of all micro-grids that is of the category of its micro-grid."""
    micro = drawn.plan.micro_grids
    area = float(micro["area_m2"].sum())
    return float((micro["purity"] * micro["area_m2"]).sum()) / area if area else math.nan


def _own_share(drawn: Drawn) -> float:
    """Share of the ground of kinds with micro-grids of their own that lies in them."""
    total = float(drawn.kinds["ground_m2"].sum())
    return float(drawn.kinds["own_m2"].sum()) / total if total else math.nan


_ALONG = {
    "road": ("其中沿道路、铁路", "of it along roads and rail"),
    "river": ("其中沿河渠、水岸", "of it along rivers and shores"),
    "track": ("其中沿田间道、小路", "of it along tracks and paths"),
}
_UNITS = {
    "building": ("建筑", "Buildings"),
    "compound": ("院落", "Compounds"),
    "village_group": ("村民小组", "Village groups"),
}
_WAYS = {
    "cut": ("被本次界线切开的{zh}", "{en} cut by drawn borders", -1),
    "crossed": ("跨给定网格界线的{zh}", "{en} crossed by borders of given grids", 0),
    "parted": ("跨不同地类的{zh}", "{en} on ground of several kinds", 0),
}

SPLIT_FIGURES: tuple[SplitFigure, ...] = (
    SplitFigure("drawn_km", "km", "划分新增界线（公里）", "Drawn borders (km)", _drawn_km),
    SplitFigure(
        "visible_share", "share", "新增界线沿可见地物",
        "Drawn borders along visible lines", partial(_share, kinds=VISIBLE), 1,
    ),
    *(
        SplitFigure(f"{kind}_share", "share", zh, en, partial(_share, kinds=(kind,)))
        for kind, (zh, en) in _ALONG.items()
    ),
    *(
        SplitFigure(
            f"{kind}_{way}", "units", zh.format(zh=name_zh), en.format(en=name),
            partial(Drawn.count, which=way, kind=kind), better,
        )
        for way, (zh, en, better) in _WAYS.items()
        for kind, (name_zh, name) in _UNITS.items()
    ),
    SplitFigure(
        "purity", "share", "土地与所在微网格同类", "Ground of the category of its micro-grid",
        _purity, 1,
    ),
    SplitFigure(
        "own_share", "share", "各类土地在本类微网格",
        "Ground of each kind in micro-grids of its kind", _own_share, 1,
    ),
    SplitFigure(
        "large_own_share", "share", "成片土地在本类微网格",
        "Large ground in micro-grids of its kind", lambda drawn: large_share(drawn.kinds), 1,
    ),
    SplitFigure(
        "sizes_met_share", "share", "大小形状符合的微网格",
        "Micro-grids of usual size and shape", lambda drawn: sizes_met(drawn.plan), 1,
    ),
    SplitFigure(
        "household_band_share", "share", "户数在范围内的住户类微网格",
        "Household grids within their band", lambda drawn: in_band(drawn.plan), 1,
    ),
)  # fmt: skip
"""All figures, in the order in which they are shown. A new one is a function and a line here."""


def split_figures(plan: Plan) -> dict[str, float]:
    """Compute the figures of the whole split.

    Parameters
    ----------
    plan
        The plan, with its context and units.

    Returns
    -------
    By key of `SPLIT_FIGURES`: km, shares from 0 to 1, numbers of units. What a plan cannot have,
    such as cut buildings in a town without a layer of buildings, is left out.
    """
    drawn = Drawn(plan)
    found = {one.key: one.compute(drawn) for one in SPLIT_FIGURES}
    return {key: value for key, value in found.items() if not math.isnan(value)}


def told_figure(figure: SplitFigure, value: float) -> str:
    """Write a value as it is shown: shares in percent, lengths with two decimals."""
    if figure.unit == "share":
        return f"{100 * value:.1f} %"
    return f"{value:,.2f}" if figure.unit == "km" else f"{value:,.0f}"
