"""A plan: one whole division of a town with its grids, people, rules and provenance.

Its modules:

    context  the part of a town's context that a plan keeps
    grids    the table of grids: every figure and polygon derived from patches
    groups   members of groups that are written by name
    identity  who a plan is: its id and its parent's, its title, whether it is frozen
    kinds    the kinds of ground in a plan: micro-grids of each, and its own ground in them
    names    what grids, groups and objects are called on screens
    notice   the line on everything that leaves the house: internal, or the audit number
    objects  the objects of the registers: the patch and the grid that each lies in
    plan     the plan itself: its tables and what it was made from
    tables   the tables that not every plan has, empty
"""
