"""Lists of what an officer visits by name, and of the people who can be put on posts.

Its modules:

    grid_names      home villages and present grids of a roster, written by name
    joining         how objects of the registers meet the ground
    register        lists of objects, joined to ground by record or point
    roster          the people who can be put on posts
    roster_columns  which column of a roster is which
"""
