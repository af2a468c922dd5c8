"""Which towns an account is for: all of them, or those of counties and towns that it names.

Its modules:

    copies   whether a plan is a copy of that of another town, where its name does not say it
    places   which town a file belongs to, by where it lies, and the areas above it
    scopes   towns and areas that an account is for, and whether one is among them
"""

from gridmap.access.scope.places import (
    TownAt,
    areas_known,
    city_with,
    copied_from,
    data_at,
    data_named,
    files_of_city,
    in_scope,
    is_named_after_a_town,
    town_at,
    towns_known,
    towns_of_city,
)
from gridmap.access.scope.scopes import EVERYTHING, NOTHING, Scope, scope_of

__all__ = ["EVERYTHING", "NOTHING", "Scope", "TownAt", "areas_known", "city_with",
           "copied_from", "data_at", "data_named", "files_of_city", "in_scope",
           "is_named_after_a_town", "scope_of", "town_at", "towns_known",
           "towns_of_city"]  # fmt: skip
