"""The certificate of a division: what holds, and how far it is from the fewest possible.

It is recounted from patches, rules and codes alone, without trust in whatever made the division.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from boundaries.hierarchy.patch_places import place_of_patch
from gridmap.partition import certify
from gridmap.partition.explain.certificate import TIGHT, Limit
from gridmap.rules import Rules
from gridmap.split.blocks import Graph, form_blocks
from gridmap.split.split import graph_of
from layers.contract.errors import Named

__all__ = ["Proof", "prove"]

HOURS_NOISE = 1e-6  # officer-hours a week


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
    formed = form_blocks(patches, graph, rules=rules)
    block, code = formed["block"].to_numpy(), patches["grid_code"].to_numpy()
    is_home = formed["is_home"].to_numpy()
    shown = (block >= 0) & (code != "")
    land = _Part(patches, graph, block, np.flatnonzero(shown & ~is_home), rules)
    homes = _Part(patches, graph, block, np.flatnonzero(shown & is_home), rules, home=True)
    parts = [part for part in (land, homes) if part.rows.size]
    made = sum(part.found.zones for part in parts)
    fewest = sum(part.found.lower_bound for part in parts)
    limits: dict[Limit, int] = {}
    for key, count in (one for part in parts for one in part.found.limits):
        limits[key] = limits.get(key, 0) + count
    return Proof(
        micro_grids=made,
        lower_bound=fewest,
        gap=made / fewest - 1.0 if fewest else 0.0,
        broken=_joined(part.codes(part.found.broken) for part in parts),
        over_capacity=_joined((land.codes(land.found.over_capacity), homes.over_capacity)),
        tight=_joined((land.codes(land.found.tight), homes.tight)),
        # A building with more households than one grid may have is no matter of load: CAP-3.
        heavy=tuple(
            place_of_patch(patches, str(patches.index[land.rows[patch]]), grids)
            for patch in land.found.heavy_patches
        ),
        use=sum(part.use * part.found.zones for part in parts) / made if made else 0.0,
        limits=tuple(sorted(limits.items(), key=lambda one: -one[1])),
    )


class _Part:
    """The micro-grids of one family, recounted: by load, or home ground by households."""

    def __init__(
        self,
        patches: gpd.GeoDataFrame,
        graph: Graph,
        block: np.ndarray,
        rows: np.ndarray,
        rules: Rules,
        *,
        home: bool = False,
    ) -> None:
        self.rows = rows
        place = np.full(len(patches), -1)
        place[rows] = np.arange(len(rows))
        usable = (place[graph.edges] >= 0).all(axis=1)
        label, self.names = pd.factorize(patches["grid_code"].to_numpy()[rows], sort=True)
        self.most = rules.capacity.officer_hours * rules.capacity.officers_max
        load = patches["load_h"].to_numpy()[rows]
        self.load = np.bincount(label, weights=load, minlength=len(self.names))
        measure = patches["households"].to_numpy(dtype=float)[rows] if home else load
        self.found = certify(
            measure,
            place[graph.edges[usable]],
            graph.border_m[usable],
            label,
            capacity=float(rules.household_grids.households[1]) if home else self.most,
            categories=block[rows],
        )
        self.use = (
            float(self.load.sum()) / (self.most * max(1, len(self.names)))
            if home
            else self.found.use
        )

    def codes(self, zones: tuple[int, ...]) -> tuple[str, ...]:
        """Codes of micro-grids by number."""
        return tuple(str(self.names[zone]) for zone in zones)

    @property
    def over_capacity(self) -> tuple[str, ...]:
        """Those with more load than officers can carry."""
        return tuple(str(code) for code in self.names[self.load > self.most + HOURS_NOISE])

    @property
    def tight(self) -> tuple[str, ...]:
        """Those that officers can just carry."""
        full = (self.load >= TIGHT * self.most) & (self.load <= self.most + HOURS_NOISE)
        return tuple(str(code) for code in self.names[full])


def _joined(codes: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(sorted(code for some in codes for code in some))
