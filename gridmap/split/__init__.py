"""Dividing the patches of a town into micro-grids, and what is proven about a division.

Its modules:

    block_links     where a link that is not allowed yet would help, as a remedy
    blocks          neighbours, links across roads too; connected ground of one category
    border_prices   what borders run along, and what the engine pays for a metre of each
    certificate     what holds for a division, and how far it is from the fewest possible
    cut             blocks of ground through the engine, small ground kept beside what it joined
    dividing        a town's ground cut into patches, and patches into micro-grids
    gluing          patches that stay together in the split
    holding         patches of a unit, and pairs that no border parts, held together
    homes           the two families of micro-grids, and home ground beside all other
    household_zones  zones of so many households, exactly where few pieces are left
    infeasibility   why a request cannot be met, and the rule values that would help
    joining         ground too small for a micro-grid joins its neighbour
    micro_category  the category of a micro-grid: one rule everywhere
    own_ground      how much ground of each kind lies in micro-grids of its kind
    split           which micro-grid every patch belongs to
    units           buildings, compounds and village groups, and the patches of each
"""
