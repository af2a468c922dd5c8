"""The page 覆盖: figures of a plan, its map, tables and charts, and a second plan beside it.

Its modules:

    boards_tab     boards: which hang, which are outdated and why, what to replace
    chart_specs    charts of load as Vega-Lite specifications
    charts         the charts drawn on the page
    comments       comments at grids: read, answered, closed by planners
    compare        the open plan and another: tables and two maps
    coverage_page  the page itself
    lookup         who is in charge of a firm, a grid, a person, a place, or of two that meet
    map_talk       comments on the map, and what it asks: a comment, why a border lies there
    rates          the three 100 %, each with what misses
    service_tab    reach of stations, case counts and business areas
"""
