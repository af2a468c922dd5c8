"""Load: what the ground asks of officers, in officer-hours a week.

Households counted on a grid are shared out over its housing by area, unless they are counted by
building; objects of the registers are
placed on patches; the rules' weights turn measures into hours.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.hierarchy.ancestors import ancestors
from boundaries.tiling.build import kind_of
from gridmap.rules import Rules
from gridmap.town.dwellings import households_of_units
from layers.registers.joining import largest_overlap

__all__ = [
    "cases_in",
    "measure_load",
    "place_objects",
    "share_cases",
    "share_households",
    "weigh",
    "weights_by_row",
]


def measure_load(
    patches: gpd.GeoDataFrame,
    *,
    rules: Rules,
    hierarchy: gpd.GeoDataFrame,
    objects: gpd.GeoDataFrame,
    dwellings: gpd.GeoDataFrame | None = None,
    cases: pd.Series | None = None,
) -> gpd.GeoDataFrame:
    """Add the measures of each patch and its load.

    Parameters
    ----------
    patches
        Patches with parent_code, category, subclass, layer and record, in a metric CRS.
    rules
        Weights by category or sub-class.
    hierarchy
        The given grids with `households`.
    objects
        Objects of the registers, with a point or polygon, or with the record they belong to.
    dwellings
        Households counted by building (`gridmap.town.dwellings.dwellings_of`). In a given grid with
        some of them they count, in all others the grid's own number is shared out by area.

    cases
        Cases a week of each patch, as `share_cases` gives them; none where None.

    Returns
    -------
    The patches with area_m2, households, objects (counts), cases (a week) and load_h
    (officer-hours a week).
    """
    result = patches.copy()
    result["area_m2"] = patches.area
    result["households"] = share_households(
        result, hierarchy["households"], live_on=rules.households.live_on
    )
    if dwellings is not None and len(dwellings):
        counted = households_of_units(result, dwellings, live_on=rules.households.live_on)
        known = result["parent_code"].isin(result["parent_code"][counted > 0])
        result["households"] = result["households"].where(~known, counted)
    # Objects of no category of ground (institutions, stations) ask for no visits of their own.
    placed = place_objects(patches, objects[objects["category"] != ""])
    result["objects"] = np.bincount(placed[placed >= 0], minlength=len(patches))
    result["cases"] = 0.0 if cases is None else cases
    result["load_h"] = weigh(result, rules=rules)
    return result


def cases_in(patches: pd.DataFrame) -> pd.Series:
    """Give the cases a week of each patch; none in patches of an earlier version."""
    return patches["cases"] if "cases" in patches else pd.Series(0.0, index=patches.index)


def share_cases(
    patches: gpd.GeoDataFrame, hierarchy: pd.DataFrame, cases: gpd.GeoDataFrame
) -> pd.Series:
    """Give the cases a week of each patch: those at a point to its patch, others by area.

    Parameters
    ----------
    patches
        Patches with `parent_code`.
    hierarchy
        All given grids.
    cases
        `gridmap.town.departments.weekly_cases` in the CRS of the patches.

    Counts of a micro-grid of an earlier plan go to the given grid whose code they begin with.
    """
    total = np.zeros(len(patches))
    points = cases.geometry.to_numpy()
    at_point = ~shapely.is_missing(points)
    found, row = shapely.STRtree(patches.geometry.to_numpy()).query(
        points[at_point], predicate="intersects"
    )
    first = np.unique(found, return_index=True)[1]  # on a border: one of both
    np.add.at(total, row[first], cases["a_week"].to_numpy()[at_point][found[first]])
    lines = ancestors(hierarchy).reindex(patches["parent_code"])
    area = patches.area.to_numpy()
    by_grid = cases["a_week"][~at_point].groupby(cases["grid_code"][~at_point]).sum()
    for code, count in by_grid.items():
        known = str(code)
        while known and known not in hierarchy.index:
            known = known[:-1]
        inside = (lines == known).any(axis=1).to_numpy() if known else np.zeros(len(patches), bool)
        if inside.any():
            total[inside] += count * area[inside] / area[inside].sum()
    return pd.Series(total, index=patches.index)


def weigh(patches: pd.DataFrame, *, rules: Rules) -> pd.Series:
    """Weigh the measures of each patch: its load in officer-hours a week."""
    kind = kind_of(patches)
    weights = weights_by_row(kind, rules)
    return (
        weights["hectare"] * patches["area_m2"] / 10_000
        + weights["patch"]
        + weights["household"] * patches["households"]
        + weights["object"] * patches["objects"]
        + weights["case"] * cases_in(patches)
    ).astype(float)


def weights_by_row(kind: pd.Series, rules: Rules) -> pd.DataFrame:
    """Look up the weights of each row's kind: columns hectare, patch, household, object, case."""
    row, kinds = pd.factorize(kind)
    known = [rules.weights(str(key)) for key in kinds]
    names = ("hectare", "patch", "household", "object", "case")
    of_kind = {name: np.array([getattr(one, name) for one in known], float) for name in names}
    return pd.DataFrame({name: values[row] for name, values in of_kind.items()}, index=kind.index)


def share_households(
    patches: pd.DataFrame, households: pd.Series, *, live_on: tuple[str, ...]
) -> pd.Series:
    """Share the households of each grid over its patches, by area of housing.

    A grid without housing shares them over all its ground, so that no household is lost.
    """
    parent = patches["parent_code"]
    home = patches["area_m2"].where(kind_of(patches).isin(live_on), 0.0)
    housing = home.groupby(parent).transform("sum")
    ground = patches["area_m2"].groupby(parent).transform("sum")
    share = (home / housing).where(housing > 0, patches["area_m2"] / ground)
    return share * parent.map(households).astype(float)


def place_objects(patches: gpd.GeoDataFrame, objects: gpd.GeoDataFrame) -> np.ndarray:
    """Find the patch of each object: by place, else the largest patch of its record.

    A point lies in a patch, a polygon on the patch that holds most of it. Of patches that fit
    alike, as at a point on a border, the first from the west is taken, in whatever order they come.

    Records of two layers may be numbered alike, so a patch of the object's own category is taken
    before another one with the same record.

    Returns
    -------
    (m,) position in `patches`, -1 for an object that lies nowhere.
    """
    placed = np.full(len(objects), -1)
    if len(objects) == 0:
        return placed
    order = _from_the_west(patches.geometry.to_numpy())
    patches = patches.iloc[order]
    shapes, grounds = objects.geometry.to_numpy(), patches.geometry.to_numpy()
    areas = np.isin(shapely.get_type_id(shapes), (3, 6))
    placed[areas] = largest_overlap(shapes[areas], grounds)
    points = np.flatnonzero(~areas)
    tree = shapely.STRtree(grounds)
    found, patch = tree.query(shapely.point_on_surface(shapes[points]), predicate="intersects")
    first = np.lexsort((patch, found))[::-1]
    placed[points[found[first]]] = patch[first]
    known = pd.DataFrame(
        {
            "kind": kind_of(patches).to_numpy(),
            "record": patches["record"].to_numpy(),
            "row": np.arange(len(patches)),
            "size": patches.area.to_numpy(),
        }
    )
    known = known[known["record"] != ""].sort_values("size", kind="stable")
    own = known.groupby(["kind", "record"])["row"].last()
    any_kind = known.groupby("record")["row"].last()
    wanted = pd.MultiIndex.from_arrays([objects["category"], objects["record"]])
    by_record = pd.Series(own.reindex(wanted).to_numpy()).fillna(
        pd.Series(objects["record"].map(any_kind).to_numpy())
    )
    lost = placed < 0
    placed[lost] = by_record.fillna(-1).to_numpy().astype(np.int64)[lost]
    return np.where(placed < 0, -1, order[placed])


def _from_the_west(shapes: np.ndarray) -> np.ndarray:
    """Give an order of pieces of ground that depends on where they lie alone."""
    middles = shapely.centroid(shapes)
    places = [*shapely.bounds(shapes).T, shapely.get_x(middles), shapely.get_y(middles)]
    return np.lexsort(places[::-1])
