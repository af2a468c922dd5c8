"""The store: a plan in one GeoPackage, `<town>.gridmap.gpkg`, which any GIS opens.

A plan is written whole or not at all, and comes back as it was written or not at all: `writing`
and `reading` keep both promises, `digest` proves the content, `contract` says what its tables must
be, `recovery` tells what is wrong with a file and saves what can be read of it.
"""

from gridmap.store.faults import PlanChangedError
from gridmap.store.form import FORMAT, SUFFIX
from gridmap.store.reading import load_plan
from gridmap.store.writing import check_place, save_plan

__all__ = ["FORMAT", "SUFFIX", "PlanChangedError", "check_place", "load_plan", "save_plan"]
