"""Splitting: which micro-grid every patch belongs to.

Blocks of one category inside one grid go through the partition engine in one call; its zones become
micro-grids with codes. Only labels change here, never geometry.
"""

from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd

from boundaries.hierarchy.codes import child_codes
from boundaries.tiling.build import kind_of
from boundaries.topology.absorb import outvoted
from boundaries.topology.dissolve import dissolve
from gridmap.partition import Partition
from gridmap.rules import Rules
from gridmap.split.block_links import block_links
from gridmap.split.blocks import RESIDUAL_CAMPS, Graph, form_blocks, patch_graph, undivided
from gridmap.split.border_prices import priced_borders
from gridmap.split.gluing import contracted, glued
from gridmap.split.holding import held, held_homes, touching, within
from gridmap.split.homes import Pieces, divide_both
from gridmap.split.micro_category import category_of
from gridmap.split.units import WHOLE_KINDS, members_of
from gridmap.town.dwellings import divided_buildings
from gridmap.town.visible_lines import Lines
from layers.contract.categories import RESIDUAL_KEYS

__all__ = ["Split", "graph_of", "split_patches"]

_GLUINGS = 6
_UNWANTED = 20.0  # what a metre along a banned line costs where load forbids to avoid it


@dataclass(frozen=True)
class Split:
    """Answer of `split_patches`.

    `grid_code` and `category` are given by patch (category of its micro-grid; "" for ground left
    with its parent, or of an exclusive grid, which is its own label), and `block`, the connected
    ground that it was cut from (-1 for left and exclusive ground).
    `partition` holds the engine's own answer with bound, status and reasons.
    `blocks` has one row a piece of connected ground that was shared out: `kind` with most of its
    ground, and `area_m2`. `links` are the pairs of patches, by position among those shared out,
    that could join two blocks (see `block_links`); empty when the request is met. The engine's
    numbers are those of units, patches that stay together: `unit` gives that of each patch shared
    out. `alone` lists micro-grids below their least area: `code`, `kind`, `area_m2`, and `why` (see
    `gridmap.split.joining.why_alone`; "full": no capacity left beside). `border_m` is the length of
    border that was drawn inside blocks, in m, whatever its price. `is_home` marks the patches in
    blocks of home ground (`gridmap.split.homes`).
    """

    grid_code: pd.Series
    category: pd.Series
    block: pd.Series
    partition: Partition
    blocks: pd.DataFrame
    links: pd.DataFrame = field(default_factory=pd.DataFrame)
    unit: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    alone: pd.DataFrame = field(default_factory=pd.DataFrame)
    border_m: float = 0.0
    is_home: pd.Series = field(default_factory=lambda: pd.Series(dtype=bool))

    @property
    def first_of_unit(self) -> np.ndarray:
        """Position of the first patch of each unit, among the patches shared out."""
        return np.unique(self.unit, return_index=True)[1]


def split_patches(
    patches: gpd.GeoDataFrame,
    *,
    rules: Rules,
    barriers: gpd.GeoSeries | None = None,
    lines: Lines | None = None,
    units: gpd.GeoDataFrame | None = None,
) -> Split:
    """Cut the patches of a town into micro-grids under the rules.

    Parameters
    ----------
    patches
        The tiling with parent_code, category, subclass, area_m2 and load_h, by patch id; also
        layer and record where the rules have prices for borders.
    rules
        Capacity, target number, least areas, contiguity, treatment of residual ground, prices.
    barriers
        Lines that no micro-grid may cross.
    lines
        Visible lines, by which borders are priced.
    units
        UNITS that stay whole where load allows.
    """
    graph = graph_of(patches, rules=rules, barriers=barriers)
    wishes = _wishes(patches, graph, rules, lines, units)
    apart = np.zeros(len(patches), dtype=bool)
    while True:
        blocks = form_blocks(patches, graph, rules=rules, apart=apart)
        cut = _Cut(patches, graph, blocks, rules, wishes)
        cut.run()
        loose = cut.loose()
        if not (loose & ~apart).any():
            break
        # What found no room inside its block is a block of its own, and says so.
        apart |= loose
    answer, links = cut.answer, pd.DataFrame()
    if answer.reasons:
        # Only now is it worth looking where a link would help.
        links = cut.links(barriers)
        answer = cut.engine(links) if len(links) else answer
    zone = np.full(len(patches), -1)
    zone[cut.kept] = label = answer.labels[cut.number]
    parted = label[cut.edges[:, 0]] != label[cut.edges[:, 1]]
    codes = _zone_codes(patches, zone, digits=rules.numbering.micro_digits)
    block = cut.blocks["block"]
    return Split(
        codes.mask(undivided(patches), patches["parent_code"]),
        category_of(patches, codes, rules=rules),
        block,
        answer,
        _block_table(patches[block >= 0], block[block >= 0].to_numpy()),
        links,
        unit=cut.number,
        alone=_small_grids(patches, codes, cut.why_alone(apart)),
        border_m=float(cut.border_m[parted].sum()),
        is_home=cut.blocks["is_home"],
    )


@dataclass(frozen=True)
class _Wishes:
    """Where borders should be: priced metres and a ban for each edge, and patches of units."""

    cost_m: np.ndarray
    is_banned: np.ndarray
    members: pd.DataFrame | None


def _wishes(
    patches: gpd.GeoDataFrame,
    graph: Graph,
    rules: Rules,
    lines: Lines | None,
    units: gpd.GeoDataFrame | None,
) -> _Wishes:
    cost, banned = priced_borders(patches, graph.edges, graph.border_m, rules=rules, lines=lines)
    cost = np.where(banned, _UNWANTED * cost, cost)
    if units is None or units.empty:
        return _Wishes(cost, banned, None)
    members = members_of(patches, units)
    divided = divided_buildings(units, rules).to_numpy()[members["unit"]]
    return _Wishes(cost, banned, members.assign(divided=divided))


class _Cut:
    """One cut of blocks by the engine, with small ground kept beside what it joined."""

    def __init__(
        self,
        patches: gpd.GeoDataFrame,
        graph: Graph,
        blocks: pd.DataFrame,
        rules: Rules,
        wishes: _Wishes,
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
        self.cost_m = np.where(through, _UNWANTED * self.cost_m, self.cost_m)

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


def _small_grids(patches: pd.DataFrame, codes: pd.Series, why: pd.Series) -> pd.DataFrame:
    """List the micro-grids that are too small, by the reason that a patch of theirs gives."""
    kind = kind_of(patches)
    ground = patches["area_m2"].groupby([codes, kind]).sum().unstack(fill_value=0.0)
    table = pd.DataFrame({"kind": ground.idxmax(axis=1), "area_m2": ground.sum(axis=1)})
    table["why"] = why.groupby(codes).max()
    table = table[table["why"] != ""].drop(index="", errors="ignore")
    return table.rename_axis("code").reset_index()


def _families(patches: pd.DataFrame, blocks: pd.DataFrame) -> np.ndarray:
    """Number the grids and kinds of blocks: a link may join blocks of one family."""
    area = patches["area_m2"].groupby([blocks["block"], kind_of(patches)]).sum().unstack()
    kind = blocks["block"].map(area.idxmax(axis=1)).astype(str)
    key = patches["parent_code"].astype(str) + "/" + blocks["block_category"] + "/" + kind
    return pd.factorize(key)[0]


def _block_table(patches: pd.DataFrame, block: np.ndarray) -> pd.DataFrame:
    """Kind and area of every block, in order of number."""
    area = patches["area_m2"].groupby([block, kind_of(patches).to_numpy()]).sum().unstack()
    return pd.DataFrame({"kind": area.idxmax(axis=1), "area_m2": area.sum(axis=1)})


def graph_of(
    patches: gpd.GeoDataFrame, *, rules: Rules, barriers: gpd.GeoSeries | None = None
) -> Graph:
    """Neighbours under the rules' own definition of contiguity."""
    leaves = [key for key in RESIDUAL_KEYS if rules.treatment(key) == "leave"]
    left = (patches["category"] == "residual") & patches["subclass"].isin(leaves)
    left = left | undivided(patches)  # ground of an exclusive grid joins nothing
    return patch_graph(
        patches,
        min_border_m=rules.contiguity.min_border_m,
        max_gap_m=rules.contiguity.max_gap_m,
        barriers=barriers,
        left=left.to_numpy(dtype=bool),
    )


def _zone_codes(patches: gpd.GeoDataFrame, zone: np.ndarray, *, digits: int) -> pd.Series:
    """Turn zone numbers into codes under each parent, in reading order; "" for left ground."""
    names = pd.Series([f"{number:08d}" if number >= 0 else "" for number in zone])
    shapes = dissolve(patches.geometry.reset_index(drop=True), names)
    parent = patches["parent_code"].reset_index(drop=True).groupby(names).first()
    codes = child_codes(shapes, parent.loc[shapes.index], digits=digits)
    coded = names.map(codes).fillna("").astype("str")
    return pd.Series(coded.to_numpy(), index=patches.index, dtype="str", name="grid_code")
