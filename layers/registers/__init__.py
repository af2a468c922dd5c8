"""Lists of what an officer visits by name, and of the people who can be put on posts.

Its modules:

    boards            lists of public boards: for which grid or object, where, since when
    classes           classes of objects: firms, estates, institutions …, and which are never public
    credit_codes      credit codes of firms and institutions, with their check sign
    groups            alliances, big grids and teams with their members
    grid_names        home villages and present grids of a roster, written by name
    joining           how objects of the registers meet the ground
    object_facts      what a register tells of its objects: code, staff, size, whether complete
    object_ids        which object a table means: by id, credit code or name
    register          lists of objects, joined to ground by record or point
    register_columns  which column of a register or a list of boards is which
    roster            the people who can be put on posts
    roster_columns    which column of a roster is which
    roster_faults     what is wrong in the rows of a roster
    roster_words      the words of a roster: roles, employment, skills
    site_ground       the ground of sites that name parcels, buildings or objects
    sites             sites of units that have grids of their own
"""
