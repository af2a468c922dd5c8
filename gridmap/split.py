"""Splitting: which micro-grid every patch belongs to.

Blocks of one category inside one grid go through the partition engine in one call; its zones become
micro-grids with codes. Only labels change here, never geometry.
"""

from dataclasses import dataclass, field
from functools import partial

import geopandas as gpd
import numpy as np
import pandas as pd

from boundaries.codes import child_codes
from boundaries.dissolve import dissolve
from boundaries.tiling import kind_of
from gridmap.blocks import Graph, form_blocks, patch_graph
from gridmap.micro_category import category_of
from gridmap.near_blocks import near_blocks
from gridmap.partition import Partition, partition
from gridmap.rules import Rules
from layers.categories import RESIDUAL_KEYS

__all__ = ["Split", "graph_of", "split_patches"]


@dataclass(frozen=True)
class Split:
    """Answer of `split_patches`.

    `grid_code` and `category` are given by patch (category of its micro-grid; "" for ground left
    with its parent), and `block`, the connected ground that it was cut from (-1 for left ground).
    `partition` holds the engine's own answer with bound, status and reasons.
    `blocks` has one row a piece of connected ground that was shared out: `kind` with most of its
    ground, and `area_m2`. `links` are the pairs of patches, by position among those shared out,
    that could join two blocks (see `near_blocks`); empty when the wish is met.
    """

    grid_code: pd.Series
    category: pd.Series
    block: pd.Series
    partition: Partition
    blocks: pd.DataFrame
    links: pd.DataFrame = field(default_factory=pd.DataFrame)


def split_patches(
    patches: gpd.GeoDataFrame, *, rules: Rules, barriers: gpd.GeoSeries | None = None
) -> Split:
    """Cut the patches of a town into micro-grids under the rules.

    Parameters
    ----------
    patches
        The tiling with parent_code, category, subclass, area_m2 and load_h, by patch id.
    rules
        Capacity, target number, least areas, contiguity, treatment of residual ground.
    barriers
        Lines that no micro-grid may cross.
    """
    graph = graph_of(patches, rules=rules, barriers=barriers)
    blocks = form_blocks(patches, graph, rules=rules)
    block = blocks["block"].to_numpy()
    kept = np.flatnonzero(block >= 0)
    place = np.full(len(patches), -1)
    place[kept] = np.arange(len(kept))
    one, other = block[graph.edges].T
    usable = (one >= 0) & (one == other)
    family = _families(patches, blocks)[kept]
    make = partial(
        partition,
        patches["load_h"].to_numpy()[kept],
        place[graph.edges[usable]],
        graph.border_m[usable],
        capacity=rules.capacity.officer_hours * rules.capacity.officers_max,
        zones=rules.split.target,
        categories=family,
        seed=rules.split.seed,
        effort=rules.split.effort,
    )
    answer, links = make(), pd.DataFrame()
    if answer.reasons:
        # Only now is it worth looking where a link would help.
        links = near_blocks(patches.iloc[kept], block[kept], family, barriers=barriers)
        answer = make(links=links[["one", "other"]].to_numpy()) if len(links) else answer
    zone = np.full(len(patches), -1)
    zone[kept] = answer.labels
    codes = _zone_codes(patches, zone, digits=rules.numbering.micro_digits)
    return Split(
        codes,
        category_of(patches, codes, rules=rules),
        blocks["block"],
        answer,
        _block_table(patches[block >= 0], block[block >= 0]),
        links,
    )


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
