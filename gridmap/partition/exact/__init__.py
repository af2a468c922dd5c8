"""Exact methods: the best plan of a small or tight instance, and the proof that it is one.

Its modules:

    enumeration  every plan of a small component, cut off where it cannot be better
    columns      column generation: few patches within tight limits
    pricing      every zone that costs little enough to be worth a column
    listing      such zones listed, by branch and bound or by growth
    growing      listing by growth, zones as bits of words
    roots        the first branch of a patch, and the bound on its zones
    bits         sets of patches as bits of 64-bit words
    mincut       the bound of `pricing`, a minimum cut
    pool         connected zones that a search has passed
    cover        disjoint zones put together to the plan of least cost
    rest         what one zone leaves, and whether the others can be cut from it
"""
