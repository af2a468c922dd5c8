"""Planar overlay: polygons that overlap or nearly meet become faces that tile the ground exactly.

Its modules:

    lattice          the places that the ground of a town may lie on
    cells            working boxes, so that cost grows with the shapes
    noding           borders cut wherever they cross or touch
    tracing          faces joined by label, and their outlines walked
    faces            the ground that noded borders enclose, and what covers it
    planar_overlay   a whole town in one go, proven by a sum of areas a shape
    precedence       overlay inside one grid, the slower way that is the fallback
    match_vertices   polygons that almost meet get identical vertices
    snap_to_outline  what ends a hair beside its grid's border ends on it
    slicing          lines cut a polygon into faces
    crossing         where two lines cross, to the last digit of a double
    clipping         groups of cells joined and cut to the polygon that each lies in
    drawn_lines      what lies on which side of a line that somebody draws
    retiling         pieces that should tile the ground, made to do so
"""
