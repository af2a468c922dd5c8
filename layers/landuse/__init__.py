"""Land-use layers as classified ground, the given grids, and lines that no micro-grid may cross.

Its modules:

    candidates   ground that may be developable, and the evidence it takes
    code_tables  tables of land-use codes: prefixes and the category of each
    codes        land-use codes to categories: the longest prefix decides
    context      roads, water, buildings, names: drawn, never divided; units that stay whole
    duplicates   features that come twice
    grids        the grids as given: one layer with the polygons of all levels
    ground       polygons with category and record, that may overlap
    lines        roads and barriers
    polygons     clean polygons out of whatever geometry a layer has
    sensitive    codes of ground that no map for the public may show
"""
