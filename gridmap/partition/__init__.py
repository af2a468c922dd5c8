"""The partition engine: cuts a graph of patches into connected zones under capacity.

It knows no geometry and no files, only arrays.

Its modules:

    api  the one call of the engine: `partition`

and its folders:

    model/    what is asked and answered: request, graph, components, bounds, result
    search/   plans from nothing, and the first finding that a request cannot be met
    exact/    small or tight instances: enumeration, column generation, proofs
    repair/   plans in force changed as little as possible; repairs offered for an edit
    explain/  remedies of a request that cannot be met; certificates
"""

import sys
from types import ModuleType
from typing import Any

from gridmap.partition.api import partition
from gridmap.partition.explain.certificate import Certificate, certify
from gridmap.partition.model.matching import match_labels
from gridmap.partition.model.reasons import Reason, WayOut
from gridmap.partition.model.result import Partition
from gridmap.partition.repair.offers import Offer, repair_offers

__all__ = [
    "Certificate",
    "Offer",
    "Partition",
    "Reason",
    "WayOut",
    "certify",
    "match_labels",
    "partition",
    "repair_offers",
]


class _Room(ModuleType):
    """A room that is called as its one function, so that `from gridmap import partition` serves."""

    def __call__(self, *arguments: Any, **named: Any) -> Partition:
        return partition(*arguments, **named)


sys.modules[__name__].__class__ = _Room
