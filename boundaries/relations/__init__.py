"""How two divisions of the same ground relate: who holds which part of whom, measured in one place.

Its modules:

    overlay       the measure: what polygons of two divisions have in common; slivers of rounding
    shares        numbers shared out so that they add up exactly
    divisions     a division: pieces of ground with what lies on them, and the unit of each
    relationship  the table of two divisions: areas, households, load, shares, whole or part
    departments   a department's own areas in the grids, by area alone
    writing       a relationship as CSV, and its parts as GeoJSON
"""
