"""The hierarchy of grids put together: levels, parents and codes derived, gaps closed.

Its modules:

    changes  one thing that was derived or repaired
    codes    codes kept where they are good, made where they are missing
    fit      grids that do not fit together made a tiling
    make     the whole hierarchy from the rows of files
"""
