"""Borders between the towns of a city: checked, and changed in all plans or in none.

Its modules:

    agreeing  one border for two towns: which ground becomes whose
    checking  ground that two towns claim, ground in none, lines drawn twice
    drafts    plans made with a new border, and laid beside each other before they count
    journal   plans and agreed borders put in their places together, or not at all
    kept      answers that cost seconds, kept with what they are made of
    preview   both drawings of a border, and which ground would become whose
    record    which agreed ground counts for which town
    running   a border tried or settled in a process of its own
    settling  a border settled from end to end: what is refused, agreed on, made and put in place
"""

from typing import TYPE_CHECKING

from layers.contract.door import open_door

if TYPE_CHECKING:
    from gridmap.city.borders.checking import check_borders, facing_grids
    from gridmap.city.borders.settling import settle_border

__all__ = ["check_borders", "facing_grids", "settle_border"]

__getattr__, __dir__ = open_door(
    __name__,
    {
        "check_borders": "gridmap.city.borders.checking",
        "facing_grids": "gridmap.city.borders.checking",
        "settle_border": "gridmap.city.borders.settling",
    },
)
