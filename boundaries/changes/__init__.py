"""What became of the boundaries between two states, told on the numbers that were written.

Its modules:

    features        the features of a written file, in its order, and a digest of them
    reasons         why a grid differs: ground, people, attributes, number of the version, rounding
    delta           inserted, updated and deleted grids of two states; applied: the new state
    state_division  a written file as a division, to be related to another
    applying        a delta applied to a file gives the new file, byte for byte
    writing         a delta as GeoJSON and as CSV, and read back
"""
