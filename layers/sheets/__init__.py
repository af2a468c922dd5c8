"""Tables of text files and workbooks, as a spreadsheet program shows them; every cell is text.

Its modules:

    books           the sheets of a workbook that make one table
    coordinates     positions in columns: degrees, plane coordinates, pairs, WKT
    delimited       rows of a text table: its separator, and quotes that are never closed
    headers         the header of a table: below a title, of two rows, under names of groups
    known_columns   which column of a table or layer is which: as the town says, or by its header
    likely_columns  which columns of a table may be which
    number_formats  numbers as the format of their cell shows them
    reading         tables from spreadsheets and text files
    streamed        a text table read piece by piece, every damaged row told
    table           a table made of cells, without what is no entry
    table_rows      rows that are no entries: totals, notes, the header once more
    workbooks       cells of an .xlsx as a spreadsheet program shows them
"""
