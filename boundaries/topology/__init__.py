"""Who touches whom: tilings as rings, shared edges, groups and the polygons that labels make.

The bottom of this room: nothing here reads a layer or knows a hierarchy.

    same_shapes   which shapes of two states of a layer are the same
    places        points that are equal to the last bit are one
    rings         polygons as rings of places, and back
    neighbours    who borders whom, by hashing the edges they share exactly
    common_area   how much ground pairs of polygons share, without drawing it
    distances     how far many places are from many polygons
    border_lines  what shared borders run along: roads, rivers, tracks
    grid_index    edges by box: which are near a place, which can meet at all
    connected     connected parts of what is joined in pairs
    grouping      rows sorted by the number of their group
    absorb        which group takes which, on a graph of shared borders
    hidden_part   a piece of hidden ground divided among the polygons that it borders
    hiding        ground taken out of a tiling so that its outline is gone
    joining       outlines of groups of pieces, along the edges that no two share
    dissolve      from labels on patches to the polygons of grids
"""
