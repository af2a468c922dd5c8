"""The cut itself: blocks of ground go through the engine, small ground beside what it joined.

Works on patches by number, their measures and their neighbours; knows no geometry but to name where
a link would help. `gridmap.split.split` prepares what it needs from the ground of a town,
`gridmap.what_if` from that of a plan.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from boundaries.tiling.build import kind_of
from boundaries.topology.absorb import outvoted
from gridmap.partition import Partition
from gridmap.rules import Rules
from gridmap.split.block_links import block_links
from gridmap.split.blocks import RESIDUAL_CAMPS, Graph, form_blocks
from gridmap.split.gluing import contracted, glued
from gridmap.split.holding import held, held_homes, touching, within
from gridmap.split.homes import Pieces, divide_both
from gridmap.split.units import WHOLE_KINDS

__all__ = ["UNWANTED", "Cut", "Wishes", "settled_cut"]

UNWANTED = 20.0
"""What a metre along a banned line costs where load forbids to avoid it."""

_GLUINGS = 6


@dataclass(frozen=True)
class Wishes:
    """Where borders should be: priced metres and a ban for each edge, and patches of units."""

    cost_m: np.ndarray
    is_banned: np.ndarray
    members: pd.DataFrame | None


def settled_cut(
    patches: gpd.GeoDataFrame, graph: Graph, rules: Rules, wishes: "Wishes"
) -> tuple["Cut", np.ndarray]:
    """Form blocks and cut them, until nothing is left that found no room inside its block.

    Parameters
    ----------
    patches
        As for `gridmap.split.split.split_patches`.
    graph
        Which patches may be in one micro-grid.
    rules
        The rules of the town.
    wishes
        Where borders should be.

    Returns
    -------
    The last cut, and the mask of patches that became blocks of their own on the way.
    """
    apart = np.zeros(len(patches), dtype=bool)
    while True:
        blocks = form_blocks(patches, graph, rules=rules, apart=apart)
        cut = Cut(patches, graph, blocks, rules, wishes)
        cut.run()
        loose = cut.loose()
        if not (loose & ~apart).any():
            return cut, apart
        # What found no room inside its block is a block of its own, and says so.
        apart |= loose


class Cut:
    """One cut of blocks by the engine, with small ground kept beside what it joined."""

    def __init__(
        self,
        patches: gpd.GeoDataFrame,
        graph: Graph,
        blocks: pd.DataFrame,
        rules: Rules,
        wishes: Wishes,
    ) -> None:
        self.patches, self.blocks, self.rules = patches, blocks, rules
        block = blocks["block"].to_numpy()
        self.kept = np.flatnonzero(block >= 0)
        self.block = block[self.kept]
        place = np.full(len(patches), -1)
        place[self.kept] = np.arange(len(self.kept))
        one, other = block[graph.edges].T
        usable = (one >= 0) & (one == other)
        self.edges, self.border_m = place[graph.edges[usable]], graph.border_m[usable]
        self.cost_m = wishes.cost_m[usable]
        self.family = _families(patches, blocks)[self.kept]
        self.load = patches["load_h"].to_numpy()[self.kept]
        self.households = patches["households"].to_numpy(dtype=float)[self.kept]
        self.home = blocks["is_home"].to_numpy()[self.kept]
        self.area = patches["area_m2"].to_numpy()[self.kept]
        self.camp, self.block_camp = blocks[["camp", "block_camp"]].to_numpy()[self.kept].T
        # Sub-classes of residual ground are one where it is a category that counts.
        self.is_own = np.minimum(self.camp, RESIDUAL_CAMPS) == np.minimum(
            self.block_camp, RESIDUAL_CAMPS
        )
        self.held = np.zeros((len(self.kept), int(blocks["camp"].max()) + 1 if len(blocks) else 1))
        self.held[np.arange(len(self.kept)), self.camp] = self.area
        self.least = self._least()
        self.most = rules.capacity.officer_hours * rules.capacity.officers_max
        self.unit = np.arange(len(self.kept))
        self._hold(wishes.members, place)
        # Home ground has its number of households first; a border along a lane costs much there.
        banned = np.flatnonzero(wishes.is_banned[usable] & ~self.home[self.edges[:, 0]])
        longest_first = np.argsort(-self.border_m[banned], kind="stable")
        self._together(self.edges[banned[longest_first]].tolist())
        self.number = self.unit

    def _hold(self, members: pd.DataFrame | None, place: np.ndarray) -> None:
        """Hold together what lies in one unit, then what else has a considerable part of one."""
        if members is None:
            return
        inside = members.assign(patch=place[members["patch"]])
        inside = inside[inside["patch"] >= 0]
        home = self.home[inside["patch"]]
        for _, some in inside[~home].groupby("rank", sort=True):
            self._together(touching(some[some["own"]], self.edges))
            self._together(touching(some, self.edges))
        # A building with more households than one grid may have is parted by its stairwells.
        self.unit = held_homes(
            self.unit,
            inside[home & ~inside["divided"]],
            self.edges,
            households=self.households,
        )
        # The number of households comes before whole village groups: a border through one costs.
        through = within(inside[home & (inside["rank"] >= len(WHOLE_KINDS))], self.edges)
        self.cost_m = np.where(through, UNWANTED * self.cost_m, self.cost_m)

    def _together(self, groups: list[list[int]]) -> None:
        """Join pieces that one micro-grid can carry."""
        if groups:
            self.unit = held(self.unit, groups, load=self.load, most=self.most)

    def _least(self) -> np.ndarray:
        """Least area of a micro-grid from the block of each patch; 0 where the block is less."""
        count = int(self.block.max(initial=-1)) + 1
        kind = self.patches.iloc[self.kept].assign(kind=kind_of(self.patches))["kind"]
        main = self.is_own
        table = pd.DataFrame({"block": self.block[main], "kind": kind[main].to_numpy()})
        need = table["kind"].map({key: self.rules.min_area_m2(key) for key in kind.unique()})
        least = np.zeros(count)
        np.maximum.at(least, table["block"].to_numpy(), need.to_numpy(dtype=float))
        size = np.bincount(self.block, weights=self.area, minlength=count)
        # Home ground is measured in households, whatever its area and what came along.
        self.is_mixed = self.outvoted(self.block)[self.block] | self.home
        return np.where((size < least)[self.block] | self.home, 0.0, least[self.block])

    def run(self) -> None:
        """Cut, and glue together what must not be parted, until nothing is wrong or helps."""
        for turn in range(_GLUINGS):
            self.answer = self.engine()
            wrong = self.wrong()
            if not wrong.any():
                return
            # At last all of the block, as new zones may part what was together.
            todo = wrong if turn < _GLUINGS // 2 else np.isin(self.block, self.block[wrong])
            unit = glued(
                self.unit,
                todo & ~self.is_mixed,
                held=self.held,
                camp=self.block_camp,
                load=self.load,
                least=np.where(wrong, self.least, 0.0),
                most=self.most,
                edges=self.edges,
                border_m=self.border_m,
            )
            if (unit == self.unit).all():
                return
            self.unit = unit

    def engine(self, links: pd.DataFrame | None = None) -> Partition:
        """Cut the blocks into zones."""
        number, edges, cost_m = contracted(self.unit, self.edges, self.cost_m)
        self.number = number
        count = int(number.max(initial=-1)) + 1
        family = np.zeros(count, dtype=self.family.dtype)
        family[number] = self.family
        pairs = None if links is None else number[links[["one", "other"]].to_numpy()]
        pieces = Pieces(
            np.bincount(number, weights=self.load, minlength=count), family, edges, cost_m, pairs
        )
        home = np.zeros(count, dtype=bool)
        home[number] = self.home
        if not home.any():
            return pieces.divided(self.rules, self.most, self.rules.split.target)
        households = np.bincount(number, weights=self.households, minlength=count)
        return divide_both(pieces, home, households, rules=self.rules, most=self.most)

    def wrong(self) -> np.ndarray:
        """Mark the patches of zones that are too small, or where absorbed ground outweighs."""
        zone = self.answer.labels[self.number]
        count = int(zone.max(initial=-1)) + 1
        size = np.bincount(zone, weights=self.area, minlength=count)
        least = np.zeros(count)
        np.maximum.at(least, zone, self.least)
        return (self.outvoted(zone) | (size < least))[zone] & ~self.is_mixed

    def loose(self) -> np.ndarray:
        """Mark the absorbed patches that are outside what absorbed them all the same."""
        zone = self.answer.labels[self.number]
        by_others = self.outvoted(zone, whole=True)[zone] & ~self.is_own
        by_kin = self.outvoted(zone)[zone] & self.is_own & (self.camp != self.block_camp)
        mask = np.zeros(len(self.patches), dtype=bool)
        mask[self.kept[(by_others | by_kin) & ~self.is_mixed]] = True
        return mask

    def outvoted(self, group: np.ndarray, *, whole: bool = False) -> np.ndarray:
        """Say which groups of patches hold more of other ground than of their block's own kind.

        With `whole` all residual ground is one kind.
        """
        count = int(group.max(initial=-1)) + 1
        ground = np.zeros((count, self.held.shape[1]))
        np.add.at(ground, (group, self.camp), self.area)
        camp = np.zeros(count, dtype=np.int64)
        camp[group] = np.minimum(self.block_camp, RESIDUAL_CAMPS) if whole else self.block_camp
        return outvoted(ground, camp, RESIDUAL_CAMPS)

    def why_alone(self, apart: np.ndarray) -> pd.Series:
        """Say of each patch why its micro-grid is below its least area; "" where it is not."""
        why = self.blocks["alone"].where(~apart | (self.blocks["alone"] == ""), "full")
        full = np.zeros(len(self.patches), dtype=bool)
        full[self.kept[self.wrong()]] = True
        return why.mask(full, "full")

    def links(self, barriers: gpd.GeoSeries | None) -> pd.DataFrame:
        """Find where blocks of one kind lie close to each other."""
        near = self.patches.iloc[self.kept]
        return block_links(near, self.block, self.family, barriers=barriers)


def _families(patches: pd.DataFrame, blocks: pd.DataFrame) -> np.ndarray:
    """Number the grids and kinds of blocks: a link may join blocks of one family."""
    area = patches["area_m2"].groupby([blocks["block"], kind_of(patches)]).sum().unstack()
    kind = blocks["block"].map(area.idxmax(axis=1)).astype(str)
    key = patches["parent_code"].astype(str) + "/" + blocks["block_category"] + "/" + kind
    return pd.factorize(key)[0]
