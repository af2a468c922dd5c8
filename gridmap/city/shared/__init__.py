"""What the towns of a city share: rules, a land-use file, a roster.

Its modules:

    cutting     the shared land use of a city cut for its towns
    given       what the towns were given of them
    merging     rules that towns share, with what a town says otherwise
    roster      the shared roster of a city cut for its towns
    sorting     a land-use file of all towns, sorted along a Hilbert curve
    town_rules  a town before it is planned: common rules merged with its own
"""
