"""The certificate of a division: what holds, and how far it is from the fewest possible.

It is recounted from patches, rules and codes alone, without trust in whatever made the division.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from boundaries.hierarchy.patch_places import place_of_patch
from gridmap.partition import certify
from gridmap.partition.explain.certificate import Limit
from gridmap.rules import Rules
from gridmap.split.blocks import form_blocks
from gridmap.split.split import graph_of
from layers.contract.errors import Named

__all__ = ["Proof", "prove"]


@dataclass(frozen=True)
class Proof:
    """What is certain about a division.

    Parameters
    ----------
    micro_grids, lower_bound
        How many there are, and the fewest any division of these patches could have.
    gap
        ``micro_grids / lower_bound - 1``; 0 is proven the fewest.
    broken
        Codes of micro-grids that are in parts, or that mix what must stay apart.
    over_capacity, tight
        Codes of micro-grids above capacity, and of those within 1 % of it.
    heavy
        Places of patches that alone exceed capacity: no division can help them.
    use
        Share of the capacity of all micro-grids that is used.
    limits
        What keeps the number up, the greatest first, with the micro-grids it costs.
    """

    micro_grids: int
    lower_bound: int
    gap: float
    broken: tuple[str, ...] = ()
    over_capacity: tuple[str, ...] = ()
    tight: tuple[str, ...] = ()
    heavy: tuple[Named, ...] = ()
    use: float = 0.0
    limits: tuple[tuple[Limit, int], ...] = ()


def prove(
    patches: gpd.GeoDataFrame,
    *,
    rules: Rules,
    grids: gpd.GeoDataFrame,
    barriers: gpd.GeoSeries | None = None,
) -> Proof:
    """Recount a division.

    Parameters
    ----------
    patches
        With `grid_code`, "" for ground left with its parent.
    rules
        Capacity, contiguity and what may be mixed.
    grids
        The given grids, by which places are named.
    barriers
        Lines that no micro-grid may cross.
    """
    graph = graph_of(patches, rules=rules, barriers=barriers)
    block = form_blocks(patches, graph, rules=rules)["block"].to_numpy()
    code = patches["grid_code"].to_numpy()
    kept = np.flatnonzero((block >= 0) & (code != ""))
    place = np.full(len(patches), -1)
    place[kept] = np.arange(len(kept))
    usable = (place[graph.edges] >= 0).all(axis=1)
    label, names = pd.factorize(code[kept], sort=True)
    found = certify(
        patches["load_h"].to_numpy()[kept],
        place[graph.edges[usable]],
        graph.border_m[usable],
        label,
        capacity=rules.capacity.officer_hours * rules.capacity.officers_max,
        categories=block[kept],
    )

    def codes(zones: tuple[int, ...]) -> tuple[str, ...]:
        return tuple(str(names[zone]) for zone in zones)

    return Proof(
        micro_grids=found.zones,
        lower_bound=found.lower_bound,
        gap=found.gap,
        broken=codes(found.broken),
        over_capacity=codes(found.over_capacity),
        tight=codes(found.tight),
        heavy=tuple(
            place_of_patch(patches, str(patches.index[kept[patch]]), grids)
            for patch in found.heavy_patches
        ),
        use=found.use,
        limits=found.limits,
    )
