"""Who is in charge of what: a point, a million points, a firm, a person's posts, two who meet.

Its modules:

    charge    who answers for a grid or an object, and who is next, each with the reason
    coordinates  what phones, web maps and surveys give, brought to the work CRS
    ground    the ground that nobody divides further, asked by point on arrays
    locate    where a point lies and who answers for it
    names     grids, objects, people, groups and boards by code, name, part or pinyin
    object_list  the objects of a plan with their grid and who is in charge, as a file
    point_files  a file of points in, the same file with answers out, streamed
    points    a million points at once, on arrays
    readings  how Chinese characters are read, for names typed in Latin letters
    who       who is in charge of what a text names, and of two that want to meet
"""
