"""The given grids: their codes, their tree, and whether each level tiles the one above.

Its modules:

    codes          codes as text, numbered in reading order
    ancestors      the line upwards from parent codes
    tree           every grid on its level, under one parent
    outlines       valid polygons of given grids, and how to name them
    border_repair  hairline mismatches between levels removed
    nesting        gaps, overlaps and ground outside the parent
    patch_places   a patch told as a place: village, kind, area
    consistency    the whole check of a hierarchy as it was given
"""
