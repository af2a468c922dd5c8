"""The plan: town, split, partition, staffing, coverage, store, edits, maps, pages, commands.

The map of its folders: docs/architecture.md, "The rooms".

`import gridmap` offers the functions of `__all__`; each room is loaded when one of its functions
is first asked for, so that a command that needs little starts at once. `partition` is a room and
its one function: the room can be called.
"""

from typing import TYPE_CHECKING

from layers.contract.door import open_door

if TYPE_CHECKING:
    from gridmap.coverage.metrics import town_figures
    from gridmap.coverage.three_rates import three_rates
    from gridmap.lookup.locate import locate
    from gridmap.lookup.names import find_names
    from gridmap.lookup.object_list import object_list
    from gridmap.lookup.points import locate_points
    from gridmap.lookup.who import meet, who
    from gridmap.maps import map_html
    from gridmap.partition.api import partition
    from gridmap.plan.plan import Plan
    from gridmap.rules import Rules, load_rules
    from gridmap.staffing.assign import assign_cadres
    from gridmap.staffing.solver.alternatives import with_pin
    from gridmap.staffing.solver.solve import solve_staffing
    from gridmap.staffing.solver.vacancies import explain_vacancies
    from gridmap.store import load_plan, save_plan
    from gridmap.town.town import load_town
    from gridmap.workflow.workflow import make_plan, reassign, recheck
    from layers.contract.errors import GridmapError

__all__ = [
    "GridmapError",
    "Plan",
    "Rules",
    "assign_cadres",
    "explain_vacancies",
    "find_names",
    "load_plan",
    "load_rules",
    "load_town",
    "locate",
    "locate_points",
    "make_plan",
    "map_html",
    "meet",
    "object_list",
    "partition",
    "reassign",
    "recheck",
    "save_plan",
    "solve_staffing",
    "three_rates",
    "town_figures",
    "who",
    "with_pin",
]

_HOMES = {
    "GridmapError": "layers.contract.errors",
    "Plan": "gridmap.plan.plan",
    "Rules": "gridmap.rules",
    "assign_cadres": "gridmap.staffing.assign",
    "explain_vacancies": "gridmap.staffing.solver.vacancies",
    "find_names": "gridmap.lookup.names",
    "load_plan": "gridmap.store",
    "load_rules": "gridmap.rules",
    "load_town": "gridmap.town.town",
    "locate": "gridmap.lookup.locate",
    "locate_points": "gridmap.lookup.points",
    "make_plan": "gridmap.workflow.workflow",
    "map_html": "gridmap.maps",
    "meet": "gridmap.lookup.who",
    "object_list": "gridmap.lookup.object_list",
    "partition": "gridmap.partition.api",
    "reassign": "gridmap.workflow.workflow",
    "recheck": "gridmap.workflow.workflow",
    "save_plan": "gridmap.store",
    "solve_staffing": "gridmap.staffing.solver.solve",
    "three_rates": "gridmap.coverage.three_rates",
    "town_figures": "gridmap.coverage.metrics",
    "who": "gridmap.lookup.who",
    "with_pin": "gridmap.staffing.solver.alternatives",
}

__getattr__, __dir__ = open_door(__name__, _HOMES)
