"""People, objects, grids and towns of a whole city, by name or code.

Its modules:

    finding  what fits a text that somebody types, the best first
    names    what of a town can be found: a table derived of its plan
"""

from typing import TYPE_CHECKING

from layers.contract.door import open_door

if TYPE_CHECKING:
    from gridmap.city.search.finding import COLUMNS, search_city
    from gridmap.city.search.names import KINDS, what_name

__all__ = ["COLUMNS", "KINDS", "search_city", "what_name"]

__getattr__, __dir__ = open_door(
    __name__,
    {
        "COLUMNS": "gridmap.city.search.finding",
        "search_city": "gridmap.city.search.finding",
        "KINDS": "gridmap.city.search.names",
        "what_name": "gridmap.city.search.names",
    },
)
