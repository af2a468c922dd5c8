"""Maps of a plan: as a folium map, or as one HTML file that opens without a network.

`views` and `legend` hold the views and their looks, `payload`, `rows` and `packing` what the page
knows, `assets/` the page itself.
"""

from gridmap.maps.coverage import coverage_map, map_html

__all__ = ["coverage_map", "map_html"]
