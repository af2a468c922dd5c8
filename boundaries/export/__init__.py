"""Boundaries handed to others: exact on the numbers that are written.

Its modules:

    csv_table  tables as CSV that a spreadsheet program opens, without formulas
    areas     areas that are no tiling, such as service circles, as GeoJSON
    geojson   RFC 7946 GeoJSON of the grids, and of the patches when asked
    objects   objects of the registers as GeoJSON or CSV
    rounding  a tiling rounded to the decimals of a file and still a tiling
    report    the report of a plan as a workbook
    workbook  tables as an XLSX workbook: filters, paper, no formula from a name
"""
