"""The part of a city that an account is for: its towns, their areas, and no sums of other towns."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from gridmap.access.behalf import acting_for, scope_now
from gridmap.access.scope import Scope, in_scope
from gridmap.ui.city.city_data import CityData, as_today

__all__ = ["NAMED", "seen_now", "seen_part"]

NAMED = ("name", "name_en", "level", "parent", "towns", "planned")  # the rest are figures


def seen_part(data: CityData, scope: Scope) -> CityData:
    """Give what an account may see of a city.

    Areas that it sees some towns of count these alone and have no figures: those are of all towns.

    Parameters
    ----------
    data
        The whole city, as `city_data` gives it.
    scope
        The towns that the account is for.
    """
    if scope.everything:
        return data
    data = as_today(data)
    above = data.city.settings.areas_above
    rows = zip(data.towns.index, data.towns["code"], data.towns["area"], strict=True)
    seen = [scope.allows((str(name), str(code)), above(str(area))) for name, code, area in rows]
    towns = data.towns.loc[np.array(seen, dtype=bool)]
    every, counts = _by_area(data, data.towns), _by_area(data, towns)
    planned = _by_area(data, towns[towns["state"] == "done"])
    areas = data.areas[[code == data.top or code in counts for code in data.areas.index]].copy()
    part = [code for code in areas.index if counts.get(code, 0) < every.get(code, 0)]
    areas.loc[part, "towns"] = [counts.get(code, 0) for code in part]
    areas.loc[part, "planned"] = [planned.get(code, 0) for code in part]
    areas.loc[part, [one for one in areas.columns if one not in NAMED]] = float("nan")
    return replace(
        data,
        towns=towns,
        areas=areas,
        outlines=data.outlines[data.outlines.index.isin(towns.index)],
        borders=data.borders[data.borders.index.isin(areas.index.difference(part))],
        above={code: over for code, over in data.above.items() if code in areas.index},
    )


def seen_now(data: CityData, scope: Scope) -> Callable[[Sequence[str]], Sequence[str]]:
    """Give what leaves of towns, whenever it is asked, those that whoever looks now may still see.

    As their account, the settings of the city and the rules of the towns are at that moment. Who is
    for more towns by then sees them when the page is drawn again.

    Parameters
    ----------
    data
        The part that they see as the page is drawn.
    scope
        The towns that their account is for then.
    """
    behalf, drawn = acting_for(), frozenset(data.towns.index)
    plan_of, plans = data.city.plan_of, data.city.plans

    def seen(towns: Sequence[str]) -> Sequence[str]:
        now = scope_now(behalf)
        if scope.everything and now.everything:
            return towns
        return [one for one in towns if one in drawn and in_scope(now, plan_of(one), plans)]

    return seen


def _by_area(data: CityData, towns: pd.DataFrame) -> dict[str, int]:
    """Count towns in each area, at any depth."""
    counts: dict[str, int] = {}
    for area in towns["area"]:
        for code in data.city.settings.areas_above(str(area)):
            counts[code] = counts.get(code, 0) + 1
    return counts
