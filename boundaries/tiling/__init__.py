"""From overlapping layers to patches: one tiling in which every square metre lies once.

Its modules:

    build      the tiling of all given grids, with the ledger of its ground
    carving    sites of units carved out of the given grids
    cells      ground shared out among buildings, none of which is cut; slices of a building
    cutting    a patch cut into workable pieces; which ones: gridmap/town/patches.py
    keep_whole  buildings that a cut would go through, whole on one piece
    slivers    ground too thin to be a patch joins the ground beside it
    streets    street ground joins the land beside it, up to the centre line
    strips     long strips cut across where their neighbours change
"""
