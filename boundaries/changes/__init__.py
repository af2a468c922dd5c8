"""What became of the boundaries between two states, told on the numbers that were written.

Its modules:

    features   the features of a written file, in its order, and a digest of them
    reasons    why a grid differs: ground, people, attributes, the number of the version, rounding
    delta      inserted, updated and deleted grids of two states; applied, they give the new state
    writing    a delta as GeoJSON and as CSV, and read back
"""
