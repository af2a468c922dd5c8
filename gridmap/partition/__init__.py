"""The partition engine: cuts a graph of patches into connected zones under capacity.

It knows no geometry and no files, only arrays.
"""

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
