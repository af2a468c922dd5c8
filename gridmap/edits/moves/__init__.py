"""What an edit asks for, as moves of patches, which rules forbid it, and what would repair it.

Its modules:

    change         from a request to the exact change, and every rule that forbids it
    closing        an exclusive grid whose unit has left: its ground goes back
    conflicts      an edit meant for another state of the plan is refused
    cuts           patches cut along a drawn line
    edit           an edit as a small value
    edit_text      an edit as plain values for a file, and back
    ground         the ground as arrays, and figures of micro-grids as sums over it
    log            the log of edits: what is undone, what is locked, which codes are used
    offers         the few smallest sets of further moves that repair a break
    repairs        ways that may repair a break, as labels
    retired        codes that are no longer: until when, why, and who has their ground
    resolve_moves  split, divide, merge, cut, move: each as moves of patches
    select         patches in a box or lasso, by what they are, of a grid
    cut_units      buildings and compounds that an edit would put into two micro-grids
    violations     what an edit would break: contiguity, capacity, the band of households
"""
