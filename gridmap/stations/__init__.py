"""Service stations: who reaches one in ten minutes on foot or by bicycle, and where gaps are.

Travel follows the roads that a plan keeps as context; where it keeps none, the straight line times
the detour factor of the rules. Nothing here changes a plan.

Its modules:

    circles   the ground that each station serves, as polygons for maps and other systems
    demand    where people and ground are: places in patches, with their share of both
    figures   people and ground in and out of reach, by mode, station and grid
    roads     the roads of a town as a network of nodes and lengths
    siting    where the next station helps most, found greedily
    tables    the figures in words, for the page and the command line
    travel    how far every place is from every station
"""
