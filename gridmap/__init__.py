"""The plan: rules, load, partition, assignment, coverage, maps, store, workflow, command line.

`import gridmap` offers the functions of `__all__`; each room is loaded when one of its functions
is first asked for, so that a command that needs little starts at once. A room with one function of
its own name keeps it: `from gridmap.partition import partition`, likewise coverage and locate.
"""

from typing import TYPE_CHECKING

from layers.door import open_door

if TYPE_CHECKING:
    from gridmap.assign import assign_cadres
    from gridmap.coverage import town_figures
    from gridmap.maps import map_html
    from gridmap.plan import Plan
    from gridmap.rules import Rules, load_rules
    from gridmap.store import load_plan, save_plan
    from gridmap.town import load_town
    from gridmap.workflow import make_plan, reassign, recheck
    from layers.errors import GridmapError

__all__ = [
    "GridmapError",
    "Plan",
    "Rules",
    "assign_cadres",
    "load_plan",
    "load_rules",
    "load_town",
    "make_plan",
    "map_html",
    "reassign",
    "recheck",
    "save_plan",
    "town_figures",
]

_HOMES = {
    "GridmapError": "layers.errors",
    "Plan": "gridmap.plan",
    "Rules": "gridmap.rules",
    "assign_cadres": "gridmap.assign",
    "load_plan": "gridmap.store",
    "load_rules": "gridmap.rules",
    "load_town": "gridmap.town",
    "make_plan": "gridmap.workflow",
    "map_html": "gridmap.maps",
    "reassign": "gridmap.workflow",
    "recheck": "gridmap.workflow",
    "save_plan": "gridmap.store",
    "town_figures": "gridmap.coverage",
}

__getattr__, __dir__ = open_door(__name__, _HOMES)
