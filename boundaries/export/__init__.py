"""Boundaries handed to others, exact on the numbers that are written; files of offices.

Its modules:

    csv_table     tables as CSV that a spreadsheet program opens, without formulas
    areas         areas that are no tiling, such as service circles, as GeoJSON
    docx_filling  a Word document made of a template, whose placeholders run nothing
    docx_layout   a Word document laid out as offices in China write
    docx_template  a Word template from whomever, opened with suspicion
    objects       objects of the registers as GeoJSON or CSV
    packages      files of offices without a clock: the same content, the same bytes
    placeholders  what a template may ask for: fields, loops and conditions
    rounding      a tiling rounded to the decimals of a file and still a tiling
    report        the report of a plan as a workbook
    workbook      tables as an XLSX workbook: filters, paper, no formula from a name

and its folders:

    formats/     a plan as layers for other systems, whatever file they are written into
    geopackage/  those layers as a GeoPackage 1.3
    geojson/     RFC 7946 GeoJSON of the grids, and of the patches in a file of theirs
    postgis/     those layers in the tables of a PostGIS
    manifest/    what was handed over, and the proof on the written numbers that grids tile
"""
