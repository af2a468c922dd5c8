"""Splitting: which micro-grid every patch belongs to.

Blocks of one category inside one grid go through the partition engine in one call; its zones become
micro-grids with codes. Only labels change here, never geometry.
"""

from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd

from boundaries.hierarchy.codes import Issued, child_codes
from boundaries.tiling.build import kind_of
from boundaries.topology.dissolve import dissolve
from gridmap.partition import Partition
from gridmap.rules import Rules
from gridmap.split.blocks import Graph, patch_graph, undivided
from gridmap.split.border_prices import priced_borders
from gridmap.split.cut import UNWANTED, Wishes, settled_cut
from gridmap.split.micro_category import category_of
from gridmap.split.units import members_of
from gridmap.town.dwellings import divided_buildings
from gridmap.town.visible_lines import Lines
from layers.contract.categories import RESIDUAL_KEYS
from layers.contract.unchanged import while_unchanged

__all__ = ["Split", "graph_of", "split_patches"]


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
    blocks of home ground (`gridmap.split.homes`). `outlines` are the polygons of the micro-grids by
    code.
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
    outlines: gpd.GeoSeries | None = None

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
    issued: Issued | None = None,
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
    issued
        Codes that were published before.
    """
    graph = graph_of(patches, rules=rules, barriers=barriers)
    cut, apart = settled_cut(patches, graph, rules, _wishes(patches, graph, rules, lines, units))
    answer, links = cut.answer, pd.DataFrame()
    if answer.reasons:
        # Only now is it worth looking where a link would help.
        links = cut.links(barriers)
        answer = cut.engine(links) if len(links) else answer
    zone = np.full(len(patches), -1)
    zone[cut.kept] = label = answer.labels[cut.number]
    parted = label[cut.edges[:, 0]] != label[cut.edges[:, 1]]
    codes, outlines = _zone_codes(patches, zone, digits=rules.numbering.micro_digits, issued=issued)
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
        outlines=outlines,
    )


def _small_grids(patches: pd.DataFrame, codes: pd.Series, why: pd.Series) -> pd.DataFrame:
    """List the micro-grids that are too small, by the reason that a patch of theirs gives."""
    kind = kind_of(patches)
    ground = patches["area_m2"].groupby([codes, kind]).sum().unstack(fill_value=0.0)
    table = pd.DataFrame({"kind": ground.idxmax(axis=1), "area_m2": ground.sum(axis=1)})
    table["why"] = why.groupby(codes).max()
    table = table[table["why"] != ""].drop(index="", errors="ignore")
    return table.rename_axis("code").reset_index()


def _block_table(patches: pd.DataFrame, block: np.ndarray) -> pd.DataFrame:
    """Kind and area of every block, in order of number."""
    area = patches["area_m2"].groupby([block, kind_of(patches).to_numpy()]).sum().unstack()
    return pd.DataFrame({"kind": area.idxmax(axis=1), "area_m2": area.sum(axis=1)})


@while_unchanged
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


def _wishes(
    patches: gpd.GeoDataFrame,
    graph: Graph,
    rules: Rules,
    lines: Lines | None,
    units: gpd.GeoDataFrame | None,
) -> Wishes:
    cost, banned = priced_borders(patches, graph.edges, graph.border_m, rules=rules, lines=lines)
    cost = np.where(banned, UNWANTED * cost, cost)
    if units is None or units.empty:
        return Wishes(cost, banned, None)
    members = members_of(patches, units)
    divided = divided_buildings(units, rules).to_numpy()[members["unit"]]
    return Wishes(cost, banned, members.assign(divided=divided))


def _zone_codes(
    patches: gpd.GeoDataFrame, zone: np.ndarray, *, digits: int, issued: Issued | None
) -> tuple[pd.Series, gpd.GeoSeries]:
    """Turn zone numbers into codes under each parent, in reading order; "" for left ground.

    The polygons of the zones come along, by code.
    """
    names = pd.Series([f"{number:08d}" if number >= 0 else "" for number in zone])
    shapes = dissolve(patches.geometry.reset_index(drop=True), names)
    parent = patches["parent_code"].reset_index(drop=True).groupby(names).first()
    codes = child_codes(shapes, parent.loc[shapes.index], digits=digits, issued=issued)
    coded = names.map(codes).fillna("").astype("str")
    outlines = shapes.set_axis(pd.Index(codes[shapes.index], dtype="str", name="grid_code"))
    given = pd.Series(coded.to_numpy(), index=patches.index, dtype="str", name="grid_code")
    return given, gpd.GeoSeries(outlines.sort_index())
