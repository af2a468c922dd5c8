"""What follows from an edit for the rest of the plan: grids, posts, people and log entries.

Its modules:

    derive     rows of grids that follow from patches
    new_kinds  micro-grids that an edit gives another category and name
    remarks    what reading told of a roster goes and comes back with it
    rows       rows that an edit replaces, as text in the log, exact to the last bit
    staffing   posts and people after an edit, changed as little as can be
"""
