"""Checks after an edit: only what it touched is looked at, the rest is taken over as it was found.

Its modules:

    scope        what the faults of a rule depend on; every rule of the catalogue says it
    differences  in what two states of a plan differ: grids, patches, posts and who is on them
    fit          whether grids that fitted together without a fault still do
    renewing     the issues of a plan from those of the state before it
"""
