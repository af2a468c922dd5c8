"""Household grids outside their band, each with its reason; households that two sources count.

A reason is found in the plan as it is, so it stays true after edits: a building, stairwell or
compound that is larger than the most by itself; homes that nothing of their kind is beside; a sum
that no number of grids can share; officers who could not carry more; or neighbours that are full,
where no exchange of whole buildings helps (tried, exactly, for the grids around).
"""

from collections.abc import Collection, Iterator
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.validate.tables import counted
from gridmap.plan.plan import Plan
from gridmap.rules import Rules
from gridmap.split.blocks import form_blocks
from gridmap.split.gluing import contracted
from gridmap.split.holding import held_homes
from gridmap.split.homes import HOUSEHOLD
from gridmap.split.household_zones import mended
from gridmap.split.split import graph_of
from gridmap.split.units import members_of
from gridmap.town.dwellings import divided_buildings, dwellings_of, households_of_units
from gridmap.town.town import Town
from layers.contract.errors import Named
from layers.contract.issues import Issue, make_issues
from layers.contract.phrases import few
from layers.registers.joining import largest_overlap

__all__ = ["band_reasons", "count_issues"]

_NOISE = 0.5  # households; less is a share of one
_DIFFERENT = 0.05  # of the grid's own number: more is worth a look
_BUILDING = Named("building", "楼栋")
_WORDS = {
    "compound": Named("compound", "院落"),
    "building": _BUILDING,
    "village_group": Named("village group", "村民小组"),
}


def band_reasons(plan: Plan, codes: Collection[str] | None = None) -> dict[str, Named]:
    """Find out why household grids of a plan have to be outside their band.

    Parameters
    ----------
    plan
        The plan as it is, with its units.
    codes
        The grids that are looked at; without them all.

    Returns
    -------
    By code, for those that have to; one that exchanging buildings would help is not among them.
    """
    grids = plan.grids if codes is None else plan.grids[plan.grids.index.isin(list(codes))]
    least, most = plan.rules.household_grids.households
    homes = grids[(grids["kind"] == "micro") & (grids["family"] == HOUSEHOLD)]
    count = homes["households"]
    outside = homes[(count < least - _NOISE) | (count > most + _NOISE)]
    if outside.empty:
        return {}
    near = plan.patches[plan.patches["parent_code"].isin(outside["parent_code"])]
    blocks = _Blocks(plan, gpd.GeoDataFrame(near))
    found = {}
    for code, households in outside["households"].items():
        reason = (
            blocks.too_large(str(code))
            if households > most
            else blocks.too_small(str(code), float(households))
        )
        if reason is not None:
            found[str(code)] = reason
    return found


class _Blocks:
    """Home ground of some given grids in pieces that are never cut."""

    def __init__(self, plan: Plan, patches: gpd.GeoDataFrame) -> None:
        self.plan, self.rules, self.patches = plan, plan.rules, patches
        self.least, self.most = map(float, plan.rules.household_grids.households)
        graph = graph_of(patches, rules=plan.rules, barriers=plan.barriers.geometry)
        formed = form_blocks(patches, graph, rules=plan.rules)
        self.block = np.where(formed["is_home"], formed["block"], -1)
        self.code = patches["grid_code"].to_numpy()
        self.households = patches["households"].to_numpy(dtype=float)
        one, other = graph.edges.T
        inside = (self.block[one] >= 0) & (self.block[one] == self.block[other])
        self.edges, self.border_m = graph.edges[inside], graph.border_m[inside]
        self.piece = self._pieces()

    def _pieces(self) -> np.ndarray:
        """First patch of those that each patch is held together with."""
        units, alone = self.plan.units, np.arange(len(self.patches))
        if units.empty:
            return alone
        members = members_of(self.patches, units)
        divided = divided_buildings(units, self.rules).to_numpy()[members["unit"]]
        members = members[~divided & (self.block[members["patch"]] >= 0)]
        return held_homes(alone, members, self.edges, households=self.households)

    def too_large(self, code: str) -> Named | None:
        """Say that one building, stairwell or compound has more than the most by itself."""
        rows = np.flatnonzero((self.code == code) & (self.households > 0))
        if len(set(self.piece[rows].tolist())) > 1 or not rows.size:
            return None
        return self._unit_on(rows)

    @cached_property
    def _dwellings(self) -> tuple[np.ndarray, gpd.GeoDataFrame]:
        """The patch of these that each place where households are counted is on; -1 for another."""
        homes, every = dwellings_of(self.plan.units, self.rules), self.plan.patches
        tree = shapely.STRtree(homes.geometry.to_numpy())
        here = self.patches.geometry.to_numpy()
        homes = homes.iloc[np.unique(tree.query(here, predicate="intersects")[1])]
        # A building across the border of two given grids counts where most of it stands.
        at = largest_overlap(homes.geometry.to_numpy(), every.geometry.to_numpy())
        return self.patches.index.get_indexer(every.index)[at], homes

    def _unit_on(self, rows: np.ndarray) -> Named:
        """Name what cannot be cut on some patches."""
        units, rules = self.plan.units, self.rules
        at, homes = self._dwellings
        near = homes[np.isin(at, rows)]
        compounds = units[units["kind"] == "compound"]
        inside = largest_overlap(near.geometry.to_numpy(), compounds.geometry.to_numpy())
        if (inside >= 0).any():
            key = str(compounds.index[int(np.bincount(inside[inside >= 0]).argmax())])
            return _alone(_named(compounds.loc[key], key, "compound"))
        if near.empty:
            return Named(
                "It is one piece of ground without buildings that are counted: cut it in 调整网格 "
                "(redraw).",
                "该网格只有一块没有楼栋户数的土地：请在“调整网格”中切分。",
            )
        key = near["unit"].iloc[int(near["households"].to_numpy().argmax())]
        unit = units.loc[key]
        what = _named(unit, key, str(unit["kind"]))
        if unit["kind"] != "building" or bool(divided_buildings(units, rules)[key]):
            word = "stairwell of " if unit["kind"] == "building" else ""
            word_zh = "的一个单元" if unit["kind"] == "building" else ""
            return _alone(Named(f"a {word}{what.en}", f"{what.zh}{word_zh}"))
        if int(unit["stairwells"]) == 0:
            return Named(
                f"It is {what.en}, of which no number of stairwells is known, and a building is "
                "only divided by its stairwells.",
                f"该网格为{what.zh}，其单元数未知；楼栋只按单元划分。",
            )
        return _alone(Named(f"{what.en} with its one stairwell", f"{what.zh}（只有一个单元）"))

    def too_small(self, code: str, households: float) -> Named | None:
        """Say why a grid has fewer households than the least."""
        blocks = np.unique(self.block[(self.code == code) & (self.households > 0)])
        here = np.isin(self.block, blocks[blocks >= 0])
        piece = np.bincount(self.piece, weights=self.households, minlength=len(self.piece))
        total = float(piece[here].sum())
        if total < self.least - _NOISE:
            return Named(
                f"The homes that hang together there have {total:,.0f} households in all; around "
                "them is other ground or the border of the grid.",
                f"相连的住宅共 {total:,.0f} 户，四周为其他用地或上级网格边界。",
            )
        return self._no_sum(piece[here]) or self._full(code, households, here)

    def _no_sum(self, piece: np.ndarray) -> Named | None:
        """Say that the households of a block cannot be shared out within the band at all."""
        rest = float(piece[piece <= self.most].sum())
        fewest, largest = int(np.ceil(rest / self.most - 1e-9)), int(rest / self.least + 1e-9)
        if fewest <= largest:
            return None
        apart, apart_zh = "", ""
        if (piece > self.most).any():
            apart = ", without buildings that are larger by themselves,"
            apart_zh = "（不含本身超过上限的楼栋）"
        alone = f"{fewest} grids would have fewer than {self.least:g} each on average"
        alone_zh = f"分成 {fewest} 个平均不足 {self.least:g} 户"
        if fewest == 1:
            alone, alone_zh = f"that is fewer than {self.least:g}", f"不足 {self.least:g} 户"
        else:
            alone += f", {fewest - 1} more than {self.most:g}"
            alone_zh += f"，分成 {fewest - 1} 个平均超过 {self.most:g} 户"
        return Named(
            f"The homes that hang together there{apart} have {rest:,.0f} households: {alone}.",
            f"相连的住宅{apart_zh}共 {rest:,.0f} 户：{alone_zh}。",
        )

    def _full(self, code: str, households: float, here: np.ndarray) -> Named | None:
        """Say that no grid beside has room, and that exchanging buildings does not help."""
        one, other = self.code[self.edges].T
        beside = np.concatenate([other[one == code], one[other == code]])
        beside = np.unique(beside[(beside != code) & (beside != "")])
        grids = self.plan.micro_grids
        sums = (
            grids.loc[beside, ["households", "load_h"]] + grids.loc[code, ["households", "load_h"]]
        )
        capacity = self.rules.capacity
        hours = capacity.officer_hours * capacity.officers_max
        fits = sums["households"] <= self.most + _NOISE
        if fits.any():
            if (sums["load_h"][fits] <= hours).any():
                return None
            return Named(
                f"With a grid beside it, it would ask for {sums['load_h'][fits].min():,.1f} "
                f"officer-hours a week, and its officers give {hours:g}.",
                f"与相邻网格合并后每周工作量为 {sums['load_h'][fits].min():,.1f} 小时，"
                f"超过承载力 {hours:g} 小时。",
            )
        if self._helps(here):
            return None
        least = f"{sums['households'].min():,.0f}" if len(sums) else ""
        merged = f"With any grid beside it there would be {least} or more; no" if least else "No"
        merged_zh = f"与任一相邻网格合并都达到 {least} 户以上；" if least else ""
        return Named(
            f"{merged} exchange of whole buildings or stairwells with the grids around "
            "helps (tried).",
            f"{merged_zh}经试算，与周围网格调换整栋楼或单元也不能满足。",
        )

    def _helps(self, here: np.ndarray) -> bool:
        """Tell whether exchanging pieces would bring more grids of a block into the band."""
        rows = np.flatnonzero(here)
        place = np.full(len(here), -1)
        place[rows] = np.arange(rows.size)
        inside = (place[self.edges] >= 0).all(axis=1)
        own = np.unique(self.piece[rows], return_inverse=True)[1]
        # A piece that an edit has parted is taken as it lies.
        split = pd.Series(self.code[rows]).groupby(own).transform("nunique").to_numpy() > 1
        own = np.where(split, rows.size + np.arange(rows.size), own)
        own = np.unique(own, return_inverse=True)[1]
        number, edges, cost_m = contracted(own, place[self.edges[inside]], self.border_m[inside])
        load = np.bincount(number, weights=self.households[rows])
        label = np.zeros(len(load), dtype=np.int64)
        label[number] = pd.factorize(self.code[rows])[0]
        band = (self.least, self.most)
        tried = mended(np.minimum(load, self.most), edges, cost_m, label, band)
        return tried is not label


def _named(unit: pd.Series, key: str, kind: str) -> Named:
    name = str(unit["name"] or key)
    return Named(f"{_WORDS[kind].en} {name}", f"{_WORDS[kind].zh}“{name}”")


def _alone(what: Named) -> Named:
    return Named(
        f"It is {what.en}, which is never cut.",
        f"该网格即{what.zh}，不再拆分。",
    )


def count_issues(town: Town, patches: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """List where households counted by building differ from those of the given grids (DATA-4).

    Parameters
    ----------
    town
        The town with its units.
    patches
        Its patches with their households.
    """
    homes = dwellings_of(town.units, town.rules)
    if homes.empty:
        return make_issues([], patches.crs)
    rows = [*_different(town, patches, homes, town.rules), *_outside(homes, patches)]
    return make_issues(rows, patches.crs)


def _different(
    town: Town, patches: gpd.GeoDataFrame, homes: gpd.GeoDataFrame, rules: Rules
) -> Iterator[Issue]:
    """Compare the number of each given grid with the sum of its buildings, where these count."""
    given = town.hierarchy["households"]
    by_area = measured_by_area(patches, homes, rules)
    found = patches["households"].groupby(patches["parent_code"]).sum()
    for code, count in found[~found.index.isin(by_area)].items():
        known = float(given.get(code, 0))
        if not known or abs(count - known) <= _NOISE:
            continue
        name = str(town.hierarchy.at[code, "name"] or code)
        more = abs(count - known)
        yield Issue(
            rule="DATA-4",
            severity="warning" if more > _DIFFERENT * known else "info",
            level=int(town.hierarchy.at[code, "level"]),
            code=str(code),
            size=more,
            unit="households",
            message=f"{name}: the given grids say {known:,.0f} households, its buildings have "
            f"{count:,.0f} in all. The buildings count; correct the layer that is behind.",
            message_zh=f"{name}：网格体系记 {known:,.0f} 户，楼栋合计 {count:,.0f} 户，"
            "以楼栋为准。请核实并更正有误的图层。",
            geometry=town.hierarchy.geometry[code].representative_point(),
        )


def measured_by_area(
    patches: gpd.GeoDataFrame, homes: gpd.GeoDataFrame, rules: Rules
) -> frozenset[str]:
    """Name the deepest given grids without households by building: these are shared by area."""
    counted_there = households_of_units(patches, homes, live_on=rules.households.live_on) > 0
    return frozenset(patches["parent_code"]) - frozenset(patches["parent_code"][counted_there])


def _outside(homes: gpd.GeoDataFrame, patches: gpd.GeoDataFrame) -> Iterator[Issue]:
    """Say that some buildings with households lie on no ground of the town."""
    lost = homes[largest_overlap(homes.geometry.to_numpy(), patches.geometry.to_numpy()) < 0]
    if lost.empty:
        return
    count = float(lost["households"].sum())
    names = lost["unit"].drop_duplicates().astype(str).tolist()
    yield Issue(
        rule="DATA-4",
        severity="warning",
        code=names[0] if len(names) == 1 else "",
        size=count,
        unit="households",
        message=f"{counted(len(names), 'building', 'buildings')} with {count:,.0f} households lie "
        f"outside the town and count nowhere: {few(names).en}.",
        message_zh=f"{len(names)} 栋楼（共 {count:,.0f} 户）位于镇界之外，未计入："
        f"{few(names).zh}。",
        geometry=lost.geometry.iloc[0].representative_point(),
    )
