"""Plans as things: named, duplicated, branched, frozen, deleted and brought back, and their tree.

Who a plan is stands in its file (`gridmap.plan.identity`); a frozen plan is refused where plans are
written (`gridmap.store.plan_lock`, `gridmap.store.writing`).

Its modules:

    boundaries   the boundaries of a plan as files, with its state in their head
    actions      what a planner does with whole plans, each noted in the audit
    by_id        the same by ids, for pages, who know no paths
    delta        what became of the boundaries between two plans, for other systems
    places       places of plan files: the next free one, what lies beside a plan
    relations    how two divisions of a town relate: plans, versions, files, those of others
    formats      a plan as files of the formats that other systems read
    receivers    a plan as layers and files for other systems
    scenes       the history of a plan: after every edit the map, the loads and the figures
    tree         the plans of a folder as a tree: which was made from which, where each stands
    wastebasket  deleted plans: moved to a hidden folder with all that lies beside them, and back
"""

from gridmap.versions.actions import (
    branch_plan,
    delete_plan,
    duplicate_plan,
    empty_wastebasket,
    freeze_plan,
    name_plan,
    restore_plan,
    thaw_plan,
)
from gridmap.versions.tree import Node, plan_tree

__all__ = [
    "Node",
    "branch_plan",
    "delete_plan",
    "duplicate_plan",
    "empty_wastebasket",
    "freeze_plan",
    "name_plan",
    "plan_tree",
    "restore_plan",
    "thaw_plan",
]
