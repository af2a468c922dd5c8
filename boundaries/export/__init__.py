"""Boundaries handed to others: exact on the numbers that are written.

Its modules:

    geojson   RFC 7946 GeoJSON of the grids, and of the patches when asked
    rounding  a tiling rounded to the decimals of a file and still a tiling
    report    the report of a plan as a workbook
"""
