"""People across the towns of a city: who is on two rosters, and which town could lend to which."""

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.sparse import coo_array

from gridmap.access.scope import copied_from
from gridmap.city.catalogue import grids_of, read_catalogue
from gridmap.city.folder import City
from gridmap.staffing.shared_people import find_shared_people
from gridmap.store.glance import people_in

__all__ = ["LOANS", "propose_loans", "shared_people"]

LOANS = ("town", "other", "people", "km")


def shared_people(city: City) -> pd.DataFrame:
    """List the people who are on the rosters of more than one town.

    Parameters
    ----------
    city
        A city; towns without a plan are passed over.

    Returns
    -------
    As `gridmap.staffing.shared_people.find_shared_people`, with the names of folders for rosters.
    The phones that people are known by are read for this, and are not in it.

    Raises
    ------
    PlanError
        If a plan cannot be read.
    """
    places = ((town, city.plan_of(town.name)) for town in city.towns)
    # A copy of another's plan has the people of that town.
    paths = {town.name: path for town, path in places if not (town.fault and copied_from(path))}
    rosters = {name: people_in(path) for name, path in paths.items() if path.exists()}
    if not rosters:
        return pd.DataFrame(columns=["name", "known_by", "rosters", "ids"])
    return find_shared_people(rosters)


def propose_loans(city: City) -> pd.DataFrame:
    """Propose which town lends how many people to which, with the least way.

    As many vacant posts as can be are filled by people who have none in their own town; of all ways
    to do that the one with the least kilometres between the middles of the towns.

    Returns
    -------
    `town` (lends), `other` (gets), `people`, `km`, by town. Who goes is for the towns to say.
    """
    rows = read_catalogue(city).set_index("town")
    if not rows[["people_left_over", "posts_vacant"]].fillna(0.0).any().all():
        return pd.DataFrame(columns=list(LOANS))
    middles = _middles(city)
    # Amid a run the catalogue may still have a town whose grids are gone.
    rows = rows[rows.index.isin(middles.index)]
    spare = rows["people_left_over"].fillna(0.0)
    lacking = rows["posts_vacant"].fillna(0.0)
    spare, lacking = spare[spare > 0], lacking[lacking > 0]
    if spare.empty or lacking.empty:
        return pd.DataFrame(columns=list(LOANS))
    km = _distances(middles, list(spare.index), list(lacking.index))
    flow = _transport(spare.to_numpy(), lacking.to_numpy(), km)
    giver, taker = np.nonzero(flow)
    found = pd.DataFrame(
        {
            "town": spare.index.to_numpy()[giver],
            "other": lacking.index.to_numpy()[taker],
            "people": flow[giver, taker],
            "km": np.round(km[giver, taker], 1),
        }
    )
    # A town that lends to itself fills its own vacancies: its own plan says why it has not.
    found = found[found["town"] != found["other"]]
    return found.sort_values(["town", "km", "other"], ignore_index=True)


def _middles(city: City) -> pd.DataFrame:
    """Give the middle of each town that has ground, in km east and north."""
    grids = grids_of(city, columns=("town",), filters=[("level", "==", 1)]).set_index("town")
    middle = grids.geometry.representative_point()
    lon, lat = np.radians(middle.x), np.radians(middle.y)
    x, y = lon * np.cos(lat.mean()), lat
    return pd.DataFrame({"x": x, "y": y}) * 6_371.0


def _distances(middles: pd.DataFrame, some: list[str], others: list[str]) -> np.ndarray:
    one, two = middles.loc[some].to_numpy(), middles.loc[others].to_numpy()
    return np.hypot(*(one[:, None, :] - two[None, :, :]).transpose(2, 0, 1))


def _transport(spare: np.ndarray, lacking: np.ndarray, km: np.ndarray) -> np.ndarray:
    """Solve the transport problem: most people first, then least way. Its corners are whole."""
    givers, takers = km.shape
    each = givers * takers
    rows = np.concatenate(
        [np.repeat(np.arange(givers), takers), givers + np.tile(np.arange(takers), givers)]
    )
    sums = coo_array((np.ones(2 * each), (rows, np.tile(np.arange(each), 2))))
    bonus = 2 * float(km.max(initial=0.0)) + 1.0  # worth more than any way
    answer = linprog(
        (km - bonus).ravel(), A_ub=sums.tocsr(), b_ub=np.concatenate([spare, lacking]),
        method="highs-ds",
    )  # fmt: skip
    return np.rint(answer.x).astype(np.int64).reshape(km.shape)
