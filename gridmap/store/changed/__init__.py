"""Saving a changed plan: only the rows that differ from what the file holds are written.

Its modules:

    blobs      shapes as a GeoPackage keeps them, and the functions that its triggers call
    proven     the tables that are known to be the content of a plan file
    rows       in which rows two states of a table differ
    updating   those rows written into a copy of the plan file, with digests, and read back
"""
