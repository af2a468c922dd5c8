"""The plans that there are, behind one interface: listed, opened, changed and watched by ids.

Pages and `/ogc` know a plan by an id that says nothing of where it lies and stays the same when its
file is saved, renamed or moved in the folder. Files are what stands behind it.

Its modules:

    files      plans that are files of a folder, or of a city
    finding    which plan files there are in a folder
    heads      what a plan file says of itself without being opened: who it is, its revision
    interface  what a store of plans can do, whatever stands behind it, and what it refuses
    plan_ids   ids of plans, kept in the folder while files are renamed, copied and replaced
"""

from gridmap.plan_store.files import (
    FilePlans,
    PlansBeside,
    change_file,
    require_as_seen,
    store_with,
)
from gridmap.plan_store.finding import find_plans
from gridmap.plan_store.interface import (
    Changes,
    Entry,
    PlanConflictError,
    PlanStore,
    UnknownPlanError,
)

__all__ = [
    "Changes",
    "Entry",
    "FilePlans",
    "PlanConflictError",
    "PlanStore",
    "PlansBeside",
    "UnknownPlanError",
    "change_file",
    "find_plans",
    "require_as_seen",
    "store_with",
]
