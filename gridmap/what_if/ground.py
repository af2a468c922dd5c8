"""What stays the same while rules are tried on an open plan, computed once.

Who borders whom, what each border runs along, which patches form a building or a compound, which
sites touch: all of it needs geometry and takes most of the time of a division. None of it depends
on hours, weights, target or prices, so that trying those needs arrays only.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from boundaries.topology.neighbours import neighbours
from gridmap.plan.plan import Plan
from gridmap.rules import Rules
from gridmap.split.blocks import Graph, form_blocks, undivided
from gridmap.split.border_prices import BORDER_KINDS, border_metres, priced_borders
from gridmap.split.cut import UNWANTED, Wishes
from gridmap.split.homes import home_ground
from gridmap.split.micro_category import SITES, kind_number
from gridmap.split.split import graph_of
from gridmap.split.units import members_of
from gridmap.staffing.posts import count_cadres
from gridmap.town.dwellings import divided_buildings
from gridmap.town.visible_lines import Lines, visible_lines
from layers.contract.errors import PlanError
from layers.landuse.lines import empty_lines

__all__ = ["PlanGround", "prepare"]


@dataclass(frozen=True)
class PlanGround:
    """An open plan, and what of its ground no rule that can be tried would change.

    Attributes
    ----------
    plan
        The plan; it is never changed.
    graph
        Patches that may be in one micro-grid, by position, and their border in m.
    lines
        Lines that people see, as far as the plan knows them.
    metres
        (m, 5) metres of border of each pair by `gridmap.split.border_prices.BORDER_KINDS`.
    follows
        (m,) whether a border follows a road that the rules ban.
    members
        Patches of buildings, compounds and village groups; None where the plan has none.
    codes, zone
        The micro-grids of the plan, and the position in `codes` of each patch's, -1 for none.
    block
        (n,) connected ground of one kind that each patch was cut from, -1 for none.
    touches
        (k, 2) patches of sites that share a border, by position.
    kind, home
        (n,) kind of each patch as a number, and the mask of home ground.
    cadres
        People of the roster who can be posted on micro-grids; None without a roster.
    """

    plan: Plan
    graph: Graph
    lines: Lines
    metres: np.ndarray
    follows: np.ndarray
    members: pd.DataFrame | None
    codes: tuple[str, ...]
    zone: np.ndarray
    block: np.ndarray
    touches: np.ndarray
    kind: np.ndarray
    home: np.ndarray
    cadres: int | None

    @property
    def patches(self) -> gpd.GeoDataFrame:
        """The patches of the plan."""
        return self.plan.patches

    def drawn(self, zone: np.ndarray, block: np.ndarray) -> np.ndarray:
        """(m,) whether the border of each pair was drawn by us: through ground of one block."""
        (first, second), (one, other) = zone[self.graph.edges].T, block[self.graph.edges].T
        return (first >= 0) & (second >= 0) & (first != second) & (one == other)

    def cost_m(self, rules: Rules) -> np.ndarray:
        """(m,) the border of each pair in m times the price of what it runs along."""
        price = np.array([getattr(rules.borders, kind) for kind in BORDER_KINDS])
        return self.graph.border_m if (price == 1.0).all() else self.metres @ price

    def wishes(self, rules: Rules) -> Wishes:
        """Say where borders should be under some prices, as a full division is told."""
        cost = self.cost_m(rules)
        return Wishes(np.where(self.follows, UNWANTED * cost, cost), self.follows, self.members)


def prepare(plan: Plan) -> PlanGround:
    """Measure what all trials of rules on a plan have in common.

    Parameters
    ----------
    plan
        A plan with its loads; it stays as it is.

    Raises
    ------
    PlanError
        If it is a copy for the public, which has no loads.
    """
    if plan.is_redacted:
        raise PlanError(
            "This copy for the public has no loads, so that no rules can be tried on it. Open the "
            "plan that it was made of.",
            "这是供公开的副本，不含工作量，无法试算。请打开原方案。",
        )
    rules, patches = plan.rules, plan.patches
    graph = graph_of(patches, rules=rules, barriers=plan.barriers.geometry)
    lines = visible_lines(empty_lines(plan.crs), plan.context, banned=rules.borders.banned)
    near_m = rules.borders.near_m
    follows = np.zeros(len(graph.edges), dtype=bool)
    if rules.borders.banned:
        follows = priced_borders(patches, graph.edges, graph.border_m, rules=rules, lines=lines)[1]
    micro = plan.micro_grids.index
    site = np.flatnonzero(patches["category"].isin(SITES))
    pairs = neighbours(patches.geometry.iloc[site])[["left", "right"]].to_numpy(dtype=np.int64)
    zone = micro.get_indexer(patches["grid_code"])
    return PlanGround(
        plan,
        graph,
        lines,
        border_metres(patches, graph.edges, near_m=near_m, lines=lines),
        follows,
        _members(plan),
        tuple(micro),
        np.where(undivided(patches), -1, zone).astype(np.int64),
        form_blocks(patches, graph, rules=rules)["block"].to_numpy(),
        site[pairs],
        kind_number(patches),
        home_ground(patches, rules),
        count_cadres(plan.people) if len(plan.people) else None,
    )


def _members(plan: Plan) -> pd.DataFrame | None:
    if plan.units.empty:
        return None
    members = members_of(plan.patches, plan.units)
    divided = divided_buildings(plan.units, plan.rules).to_numpy()
    return members.assign(divided=divided[members["unit"]])
