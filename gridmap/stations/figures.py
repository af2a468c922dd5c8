"""People and ground in and out of reach of a station: by mode of travel, by station and by grid.

Every figure is a sum over the places of `gridmap.stations.demand`, so that what is in reach and
what is out of it always make the whole town.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from scipy.sparse import csr_array, vstack

from gridmap.coverage.service import Service
from gridmap.plan.plan import Plan
from gridmap.stations.demand import demand_places
from gridmap.stations.roads import road_network, walkable_roads
from gridmap.stations.siting import candidate_sites, greedy_cover
from gridmap.stations.travel import Travel

__all__ = ["MEASURES", "MODES", "ON_STREET", "StationService", "station_service", "stations_of"]

Array = np.ndarray[Any, Any]
MODES = ("walk", "bicycle")
MEASURES = ("people", "households", "area_m2")
ON_STREET = ("临街", "street")  # flags of an object's size
M_A_KM, MINUTES_AN_HOUR = 1000.0, 60.0


@dataclass(frozen=True)
class StationService:
    """What the stations of a plan reach.

    Attributes
    ----------
    stations
        Stations with a place, by object id: `name`, `grid_code`, `on_street`, `x`, `y`, and for
        each mode what it reaches, such as `walk_people`; people within reach of two stations are
        counted for both.
    unplaced
        Ids of stations without a place.
    places
        `gridmap.stations.demand.demand_places` with `grid_code`, and the way to the nearest
        station by mode, such as `walk_m`; infinite beyond reach.
    cell_m
        Distance between places, in metres.
    road_km
        Length of the roads that ways follow; 0: the straight line times the detour factor.
    reach_m
        Metres that each mode makes in the minutes of the rules.
    minutes
        Those minutes.
    totals
        By mode: each measure in reach (`people_in`), out of it (`people_out`), and in all
        (`people`). People are nan where the town gives no population.
    grids
        By grid of all levels: each measure in all and out of reach, such as `walk_people_out`.
    proposals
        One row a proposed station: `mode`, `x`, `y`, `grid_code`, and `gain`, what it adds to
        what is in reach; the first proposal of a mode first.
    reached
        By mode, which places (columns) each station (rows) reaches.
    measure
        What gaps and proposals are counted in: people, else households, else ground.
    """

    stations: pd.DataFrame
    unplaced: tuple[str, ...]
    places: pd.DataFrame
    cell_m: float
    road_km: float
    reach_m: dict[str, float]
    minutes: float
    totals: pd.DataFrame
    grids: pd.DataFrame
    proposals: pd.DataFrame
    reached: dict[str, csr_array]
    measure: str

    def gaps(self, mode: str, grids: pd.DataFrame) -> pd.DataFrame:
        """List the lowest grids with somebody out of reach, most first."""
        lowest = ~self.grids.index.isin(grids["parent_code"])
        column = f"{mode}_{self.measure}_out"
        rows = self.grids[lowest & (self.grids[column] >= 0.5)]
        return rows.sort_values(column, ascending=False, kind="stable")


def stations_of(plan: Plan) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Find the stations among the objects of a plan, and the ids of those without a place."""
    objects = plan.objects
    objects = objects[objects["class"] == "station"].sort_index()
    shapes = objects.geometry.to_numpy()
    nowhere = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    placed = objects[~nowhere]
    xy = shapely.get_coordinates(shapely.point_on_surface(shapes[~nowhere]))
    flags = placed["size"].str.split("[;；、,，]", regex=True)
    frame = pd.DataFrame(
        {
            "name": placed["name"].astype("str"),
            "grid_code": placed["grid_code"].astype("str"),
            "on_street": [any(one.strip() in ON_STREET for one in each) for each in flags],
            "x": xy[:, 0],
            "y": xy[:, 1],
        },
        index=placed.index,
    )
    return frame, tuple(str(one) for one in objects.index[nowhere])


def station_service(
    plan: Plan, *, minutes: float | None = None, proposals: int | None = None
) -> StationService:
    """Measure what the stations of a plan reach on foot and by bicycle.

    Parameters
    ----------
    plan
        The plan; its stations are the objects of class station, its roads the roads of its
        context.
    minutes
        Minutes on the way; those of the rules where None.
    proposals
        How many further stations are proposed for each mode; as the rules say where None.

    Returns
    -------
    The figures. A plan without stations has all its people and ground out of reach.
    """
    rules = plan.rules.service
    minutes = rules.minutes if minutes is None else minutes
    count = rules.proposals if proposals is None else proposals
    reach_m = {
        mode: kmh * M_A_KM / MINUTES_AN_HOUR * minutes
        for mode, kmh in zip(MODES, (rules.walk_kmh, rules.bicycle_kmh), strict=True)
    }
    stations, unplaced = stations_of(plan)
    places, cell_m = demand_places(plan)
    network = road_network(walkable_roads(plan.context))
    travel = Travel(network, places[["x", "y"]].to_numpy(), rules.detour)
    sites = stations[["x", "y"]].to_numpy(dtype=float)
    nearest, reached = _reached(travel, sites, reach_m)
    codes = plan.patches["grid_code"].where(
        plan.patches["grid_code"] != "", plan.patches["parent_code"]
    )
    places = places.assign(
        grid_code=codes.to_numpy()[places["patch"]],
        **{f"{mode}_m": np.where(nearest <= reach_m[mode], nearest, np.inf) for mode in MODES},
    )
    for mode in MODES:
        for key in MEASURES:
            stations[f"{mode}_{key}"] = reached[mode] @ places[key].to_numpy()
    return StationService(
        stations=stations,
        unplaced=unplaced,
        places=places,
        cell_m=cell_m,
        road_km=float(network.lengths.sum()) / 2 / M_A_KM,
        reach_m=reach_m,
        minutes=minutes,
        totals=_totals(places),
        grids=_of_grids(plan, places),
        proposals=_proposals(travel, places, reach_m, count),
        reached=reached,
        measure=_measure(places),
    )


def _reached(
    travel: Travel, sites: Array, reach_m: dict[str, float]
) -> tuple[Array, dict[str, csr_array]]:
    """Find the way to the nearest site of every place, and which site reaches which places."""
    nearest = np.full(len(travel.places), np.inf)
    rows: dict[str, list[csr_array]] = {mode: [] for mode in reach_m}
    for _, ways in travel.distances(sites, limit_m=max(reach_m.values())):
        nearest = np.minimum(nearest, ways.min(axis=0))
        for mode, limit in reach_m.items():
            rows[mode].append(csr_array((ways <= limit).astype(float)))
    none = csr_array((0, len(travel.places)))
    return nearest, {
        mode: csr_array(vstack(found, format="csr")) if found else none
        for mode, found in rows.items()
    }


def _totals(places: pd.DataFrame) -> pd.DataFrame:
    rows = {}
    for mode in MODES:
        out = np.isinf(places[f"{mode}_m"])
        rows[mode] = {
            f"{key}{tail}": float(part.sum(skipna=False))
            for key in MEASURES
            for tail, part in (
                ("_in", places[key].where(~out, 0.0)),
                ("_out", places[key].where(out, 0.0)),
                ("", places[key]),
            )
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def _of_grids(plan: Plan, places: pd.DataFrame) -> pd.DataFrame:
    """Carry what is out of reach up to every grid."""
    carried = Service(plan)
    columns = {}
    for key in MEASURES:
        columns[key] = carried.total(places["grid_code"], places[key])
        for mode in MODES:
            out = places[key].where(np.isinf(places[f"{mode}_m"]), 0.0)
            columns[f"{mode}_{key}_out"] = carried.total(places["grid_code"], out)
    return pd.DataFrame(columns, index=plan.grids.index)


def _measure(places: pd.DataFrame) -> str:
    counted = (key for key in MEASURES if float(np.nan_to_num(places[key]).sum()) > 0)
    return next(counted, MEASURES[-1])


def _proposals(
    travel: Travel, places: pd.DataFrame, reach_m: dict[str, float], count: int
) -> pd.DataFrame:
    """Propose stations at road-side places, for each mode the one that reaches most first."""
    if not count:
        return pd.DataFrame([], columns=["mode", "x", "y", "grid_code", "gain"])
    sites, at = candidate_sites(travel)
    _, covers = _reached(travel, sites, reach_m)
    each = np.nan_to_num(places[_measure(places)].to_numpy())
    rows = []
    for mode in MODES:
        weight = np.where(np.isinf(places[f"{mode}_m"]), each, 0.0)
        for site, gain in greedy_cover(covers[mode], weight, count):
            rows.append((mode, *sites[site], places["grid_code"].iloc[at[site]], gain))
    return pd.DataFrame(rows, columns=["mode", "x", "y", "grid_code", "gain"])
