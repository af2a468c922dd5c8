"""What stations, departments and case counts add to a map: outlines over the ground, and a view.

A plan without any of them has the map that it always had.
"""

from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.coverage.cases import count_of_grid
from gridmap.maps.legend import CASE_FILLS, Look
from gridmap.maps.views import Note, View
from gridmap.plan.plan import Plan
from gridmap.stations.circles import reached_ground, town_outline
from gridmap.stations.figures import MODES, station_service
from gridmap.words import LANGUAGES, say
from layers.contract.columns import CONTEXT, with_dtypes
from layers.departments.cases import count_shown

__all__ = ["cases_view", "with_outlines"]

Array = np.ndarray[Any, Any]
NO_CASES = "no_cases"


def with_outlines(plan: Plan) -> gpd.GeoDataFrame:
    """Add to the context of a plan what its stations reach and where business areas lie.

    Returns
    -------
    CONTEXT with lines of kind `service.walk`, `service.bicycle` and `business` behind the rows of
    the plan.
    """
    rows = [*_reached(plan), *_business(plan)]
    if not rows:
        return plan.context
    kinds, names, shapes = zip(*rows, strict=True)
    more = gpd.GeoDataFrame(
        {"kind": kinds, "class": "", "name": names, "layer": ""},
        geometry=list(shapes),
        crs=plan.crs,
    )
    whole = pd.concat([plan.context, with_dtypes(more, CONTEXT)], ignore_index=True)
    return gpd.GeoDataFrame(whole, geometry="geometry", crs=plan.crs)


def _reached(plan: Plan) -> Iterator[tuple[str, str, shapely.Geometry]]:
    if not (plan.objects["class"] == "station").any():
        return
    service = station_service(plan, proposals=0)
    for mode in MODES:
        ground = reached_ground(service, mode, town_outline(plan))
        if not ground.is_empty:
            yield f"service.{mode}", "", ground.boundary


def _business(plan: Plan) -> Iterator[tuple[str, str, shapely.Geometry]]:
    for area, row in plan.business.iterrows():
        yield "business", str(row["name"]) or str(area), row.geometry.boundary


def cases_view(plan: Plan, micro: pd.DataFrame) -> View | None:
    """Give the view of case counts: a micro-grid has the colour of the lowest grid with counts.

    Parameters
    ----------
    plan
        The plan.
    micro
        Its micro-grids, and exclusive grids with ground of their own.

    Returns
    -------
    The view, with a sentence a card that says how many cases are of which grid; None for a plan in
    whose grids no case is counted.
    """
    if not len(plan.cases):
        return None
    counted = count_of_grid(plan.cases, plan.grids).reindex(micro.index)
    known = counted["cases"].dropna()
    if known.empty:
        return None
    ends = _ends(known.to_numpy())
    place = np.searchsorted(ends, counted["cases"].fillna(-1).to_numpy())
    keys = np.where(counted["cases"].isna(), NO_CASES, [f"cases{one}" for one in place])
    of_grid = pd.Series(keys, index=micro.index, dtype="str")
    return View("cases", _looks(ends), of_grid, _notes(plan, counted))


def _ends(counts: Array) -> Array:
    """Choose the upper ends of up to five classes that hold about as many different counts each."""
    values = np.unique(counts)
    classes = min(len(CASE_FILLS), len(values))
    return np.array([part[-1] for part in np.array_split(values, classes)])


def _looks(ends: Array) -> tuple[Look, ...]:
    low = [0.0, *ends[:-1]]
    looks = []
    for number, (first, last) in enumerate(zip(low, ends, strict=True)):
        name = f"≤ {last:,.6g}" if number == 0 else f"> {first:,.6g} – {last:,.6g}"
        # The darkest for the most, however few classes there are.
        fill = CASE_FILLS[len(CASE_FILLS) - len(ends) + number]
        looks.append(Look(f"cases{number}", name, name, *fill))
    zh, en = (say("class.no_cases", language) for language in LANGUAGES)
    return (*looks, Look(NO_CASES, zh, en, "#ffffff", "sparse", "#8a8a8a"))


def _notes(plan: Plan, counted: pd.DataFrame) -> dict[str, tuple[Note, ...]]:
    """Say how many cases there are, of which kind and base, and of which grid."""
    names = {"zh": plan.grids["name"], "en": plan.grids["name_en"]}
    key, base = count_shown(plan.cases[plan.cases["grid_code"] != ""])
    notes: dict[str, tuple[Note, ...]] = {}
    for code, row in counted.dropna().iterrows():
        of = str(row["of"])
        zh, en = (
            say(
                "note.cases_of",
                one,
                count=f"{row['cases']:,.6g}",
                what=say(f"cases.head.{key}", one) + (f" · {base}" if base else ""),
                name=names[one][of] or names["zh"][of],
            )
            for one in LANGUAGES
        )
        notes[str(code)] = ((zh, en),)
    return notes
