"""The partition engine: cuts a graph of patches into connected zones under capacity.

It knows no geometry and no files, only arrays.
"""

from gridmap.partition.certificate import Certificate, certify
from gridmap.partition.engine import partition
from gridmap.partition.matching import match_labels
from gridmap.partition.reasons import Reason, WayOut
from gridmap.partition.repair import Offer, repair_offers
from gridmap.partition.result import Partition

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
