"""Maps of a plan: as a folium map, or as one HTML file that opens without a network.

`views` and `legend` hold the views and their looks, `payload`, `rows` and `packing` what the page
knows, `assets/` the page itself. `pdf/` prints a plan on paper.

Its modules:

    colours   contrast and difference of colours, the dark theme, eyes that lack a kind of cone
    context   roads, water and buildings of a plan, made ready to draw
    coverage  the coverage map as a folium map whose page needs nothing from outside
    geometry  geometry of a few grids as a page takes it: WGS84, 7 decimals, each vertex as a step
    leaflet   Leaflet as text to put into a page: nothing of it is asked from outside
    legend    what the coverage map can be coloured by, and the colours and hatches of every class
    objects   objects of the registers as points with the sign of their class
    packing   shapes of a whole town as one run of bytes
    page      the parts every page of a map is put together from
    payload   what the page of the coverage map knows of a plan
    rows      what a map knows of every grid, as columns: one list a column, one place a grid
    service_layers  outlines of circles and business areas, and the view of case counts
    signs     how borders of all levels and the context are drawn: the table of symbols
    work_frame  the work CRS around a town as polynomials, for a page to measure in its metres
    views     what the micro-grids are coloured by, and what that adds to their cards
"""

from gridmap.maps.coverage import coverage_map, map_html

__all__ = ["coverage_map", "map_html"]
