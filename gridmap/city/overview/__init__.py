"""A city as its page in the app asks for it: seen as a whole, and planned while nobody looks.

Its modules:

    background  a run in a process of its own: started, looked at, cancelled
    outlines    outlines of towns and areas, thinned for a map of the whole city
"""
