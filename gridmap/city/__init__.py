"""Many towns under one catalogue: a county, a city, a province.

Towns depend on nothing in each other, so a city is a folder of towns, each with a plan of its own;
what is asked of all of them is answered by tables derived of the plans. `shared/` holds what towns
have in common, `borders/` what lies between them, `one_town/` one of them as it is worked on,
`tiles/` the vector tiles of the map of all, `search/` what is found by name or code, `overview/`
what the page of a city in the app asks.

Its modules:

    catalogue    a row a town with its state and figures, and what adds them up
    compare      towns beside each other by figure, and those that lie far from the others
    derived      tables derived of the plan of one town
    figures      figures of towns, and how they add up
    fingerprint  what the plan of a town depends on, as one digest
    folder       the folder of a city: settings, towns, and where things lie
    joined       the tables of all towns, of which only what has changed is encoded anew
    needs        what has to be done for each town
    outcomes     what became of a town the last time it was planned
    people       who is on two rosters, and which town could lend to which
    running      all towns planned, in as many processes as there are
    sending      a town planned on another machine, sent and brought back as bytes
    settings     `city.toml`, read strictly
    slots        processes that each plan one town at a time
    status       how each town stands now
    worker       one town planned, saved and derived of
"""

from typing import TYPE_CHECKING

from layers.contract.door import open_door

if TYPE_CHECKING:
    from gridmap.city.catalogue import areas_of, read_catalogue
    from gridmap.city.folder import City, open_city
    from gridmap.city.running import plan_city

__all__ = ["City", "areas_of", "open_city", "plan_city", "read_catalogue"]

__getattr__, __dir__ = open_door(
    __name__,
    {
        "City": "gridmap.city.folder",
        "open_city": "gridmap.city.folder",
        "plan_city": "gridmap.city.running",
        "read_catalogue": "gridmap.city.catalogue",
        "areas_of": "gridmap.city.catalogue",
    },
)
