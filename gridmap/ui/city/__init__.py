"""The page 城市: a city's towns on a map and in tables, and the way into each of them.

Its modules:

    border_map   how two towns draw their border, and which ground would become whose
    between_tab  borders between towns, people on several rosters, loans
    choice       what is looked into: an area, a town
    city_data    what the catalogue tells of a city, kept until a file of it changes
    city_page    the page: what is chosen, and its tabs
    city_tables  towns and areas as tables
    map_classes  the classes of a figure, with colours
    place_card   the figures of a town, a county or the city, and the way into a town
    run_tab      the state of all towns, and the run that plans them
    search_box   people, firms, grids and towns found by name or code
    seen_part    the part of a city that an account is for
    settle_part  a border between two towns settled: seen, tried, confirmed, told
    tile_map     the map of all micro-grids, drawn from vector tiles
    town_map     the map by town
    town_note    where data and rules of a town lie, and which value counts
"""
