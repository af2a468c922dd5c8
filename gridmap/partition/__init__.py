"""The partition engine: cuts a graph of patches into connected zones under capacity.

It knows no geometry and no files, only arrays.
"""

from gridmap.partition.engine import partition
from gridmap.partition.reasons import Reason
from gridmap.partition.result import Partition

__all__ = ["Partition", "Reason", "partition"]
