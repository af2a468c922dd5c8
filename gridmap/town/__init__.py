"""A town as read from its folder, and its ground as patches with their load.

Its modules:

    agreed_borders  ground that a town and its neighbours have agreed to give and take
    columns        the columns, tables and people that the rules of a town name
    departments    case counts and divisions of other systems and departments
    dwellings      where households live as buildings, stairwells and compounds count them
    exclusive      exclusive grids: sites carved out of the given grids, as rows of the hierarchy
    groups         the groups that the rules name, and their members
    limits         the limits of the validation rules, as the rules file sets them
    load           what the ground asks of officers, in officer-hours a week
    patches        from layers to patches: tiling, slivers, streets, load, oversize patches
    registered     sites, objects, groups, boards, cases: read, or empty
    site_checks    which sites can be carved, and with what ground
    site_rows      what carving sites has done to the given grids, in rows
    surroundings   context that is drawn, units that no border cuts
    town           rules, ground, grids, roads, registers and people in one CRS
    unit_sites     the sites that the rules name, with their ground
    visible_lines  roads, rivers and tracks that borders may follow
"""

from typing import TYPE_CHECKING

from layers.contract.door import open_door

if TYPE_CHECKING:
    from gridmap.town.town import Town, hash_inputs, load_town

__all__ = ["Town", "hash_inputs", "load_town"]

__getattr__, __dir__ = open_door(__name__, dict.fromkeys(__all__, "gridmap.town.town"))
