"""Borders between the towns of a city.

Its modules:

    checking  ground that two towns claim, ground in none, lines drawn twice
"""

from gridmap.city.borders.checking import check_borders, facing_grids

__all__ = ["check_borders", "facing_grids"]
