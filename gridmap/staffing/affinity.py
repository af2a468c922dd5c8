"""What it costs to put a person on a post: skill, way from the home village, leaving today's post.

Costs are points of the rules file (`[assignment]`), counted in whole thousandths so that sums are
exact. The solver is in `gridmap.staffing.assign`.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.hierarchy.ancestors import ancestors
from gridmap.rules import Rules
from layers.contract.errors import PlanError

__all__ = ["THOUSANDTHS", "Affinity", "Pair", "make_affinity"]

THOUSANDTHS = 1000  # costs are whole thousandths of a point, so that sums are exact
_LARGEST_COST = 1e6  # points; beyond it sums of thousandths would no longer be exact


@dataclass(frozen=True)
class Pair:
    """Why a person costs what on a post: what the sentence of an assignment is made of."""

    cost: float  # points
    skill: str  # category the post asks for, "" for any
    skill_missing: bool
    keeps: bool  # is posted there today
    leaves: str  # grid left for it, "" for none
    present_unknown: str  # today's grid that this plan does not have, "" for none
    home: tuple[str, str]  # name of the home village, English and Chinese; "" where unknown
    at_home: bool
    distance_km: float  # from the home village; 0 at home, nan where home is unknown


@dataclass(frozen=True)
class Affinity:
    """Costs of every person on every post, with the facts behind them."""

    cost: np.ndarray  # thousandths, (people, posts)
    leaving: np.ndarray  # thousandths a person pays who is left without a post
    grid_of_post: np.ndarray  # position of the post's grid among the micro-grids
    skills: tuple[str, ...]  # of each post
    skill_missing: np.ndarray  # (people, posts)
    keeps: np.ndarray  # (people, grids)
    leaves: np.ndarray  # (people, grids)
    at_home: np.ndarray  # (people, grids)
    distance_km: np.ndarray  # (people, grids)
    present: tuple[str, ...]  # of each person
    present_known: np.ndarray
    home: tuple[tuple[str, str], ...]  # name of each person's home village

    @property
    def leaving_paid(self) -> np.ndarray:
        """What each person would pay for having no post, in points."""
        return self.leaving / THOUSANDTHS

    def pair(self, person: int, post: int) -> Pair:
        """Say what stands behind one cost."""
        grid = self.grid_of_post[post]
        present = self.present[person]
        return Pair(
            cost=float(self.cost[person, post]) / THOUSANDTHS,
            skill=self.skills[post],
            skill_missing=bool(self.skill_missing[person, post]),
            keeps=bool(self.keeps[person, grid]),
            leaves=present if self.leaves[person, grid] else "",
            present_unknown="" if self.present_known[person] else present,
            home=self.home[person],
            at_home=bool(self.at_home[person, grid]),
            distance_km=float(self.distance_km[person, grid]),
        )


def make_affinity(
    cadres: pd.DataFrame, posts: pd.DataFrame, grids: gpd.GeoDataFrame, *, rules: Rules
) -> Affinity:
    """Count the cost of every cadre on every post of the micro-grids.

    A cadre who is posted on the micro-grid today costs nothing there. Otherwise: `skill` when the
    skill of the post is missing; nothing at home in the village, else `home` and `distance_km` a
    kilometre from the middle of the home village to the micro-grid; `change` for leaving the
    micro-grid, or the given grid around it, held today. An unknown home counts as far as the
    farthest village, so that it is never an advantage. A grid held today that this plan does not
    have costs nothing to leave.

    Parameters
    ----------
    cadres, posts
        People (`PEOPLE`) and posts of micro-grids (`POSTS`), each in the order of the result.
    grids
        Grids of all levels with geometry in metres.
    rules
        Rules of the town; `rules.assignment` holds the points.

    Raises
    ------
    PlanError
        If the points are so large that sums of them would not be exact.
    """
    points = rules.assignment
    if max(points.skill, points.home, points.distance_km, points.change) > _LARGEST_COST:
        raise PlanError(
            f"The costs under [assignment] must not be above {_LARGEST_COST:.0f} points. Found: "
            f"skill {points.skill:g}, home {points.home:g}, distance_km {points.distance_km:g}, "
            f"change {points.change:g}. Divide all of them by the same number.",
            f"[assignment] 下的各项不得超过 {_LARGEST_COST:.0f} 分。现为：skill {points.skill:g}，"
            f"home {points.home:g}，distance_km {points.distance_km:g}，change {points.change:g}。"
            "请全部除以同一个数。",
        )
    lines = ancestors(grids)
    micro = pd.Index(posts["grid_code"].unique())
    grid_of_post = micro.get_indexer(posts["grid_code"])

    at_home, distance_km, home = _ways_home(cadres["home_code"], grids, lines, micro)
    present = cadres["present_grid"].to_numpy(dtype=object)
    keeps = present[:, None] == micro.to_numpy(dtype=object)[None, :]
    within = _within(present, lines.loc[micro])
    known = np.isin(present.astype(str), grids.index.to_numpy(dtype=str)) | (present == "")
    holds_post = known & (present != "")
    leaves = holds_post[:, None] & ~within

    skill_missing = _skill_missing(cadres["skills"], posts["skill"])
    way = np.where(at_home, 0.0, points.home + points.distance_km * _or_farthest(distance_km))
    by_grid = way + points.change * leaves
    cost = by_grid[:, grid_of_post] + points.skill * skill_missing
    cost[keeps[:, grid_of_post]] = 0.0
    return Affinity(
        cost=np.rint(cost * THOUSANDTHS).astype(np.int64),
        leaving=np.rint(points.change * holds_post * THOUSANDTHS).astype(np.int64),
        grid_of_post=grid_of_post,
        skills=tuple(posts["skill"]),
        skill_missing=skill_missing,
        keeps=keeps,
        leaves=leaves,
        at_home=at_home,
        distance_km=distance_km,
        present=tuple(present),
        present_known=known,
        home=home,
    )


def _skill_missing(skills: pd.Series, wanted: pd.Series) -> np.ndarray:
    """Whether a person lacks the skill of a post, (people, posts)."""
    kinds = pd.Index(wanted.unique())
    missing = np.array(
        [
            [
                bool(kind) and kind not in {part.strip() for part in text.split(";")}
                for kind in kinds
            ]
            for text in skills
        ],
        dtype=bool,
    ).reshape(len(skills), len(kinds))
    return missing[:, kinds.get_indexer(wanted)]


def _ways_home(
    home_code: pd.Series, grids: gpd.GeoDataFrame, lines: pd.DataFrame, micro: pd.Index
) -> tuple[np.ndarray, np.ndarray, tuple[tuple[str, str], ...]]:
    """At home or how far from it, (people, grids), and the names of the home villages."""
    given_levels = grids.loc[grids["kind"] != "micro", "level"]
    # The village is level 2; a town without villages has one home for all, the town itself.
    village_level = min(2, int(given_levels.max())) if len(given_levels) else 1
    village = home_code.map(lines[village_level]).fillna("") if len(lines) else home_code
    village_of_grid = lines.loc[micro, village_level].to_numpy(dtype=object)
    homes = village.to_numpy(dtype=object)
    at_home = (homes[:, None] == village_of_grid[None, :]) & (homes != "")[:, None]

    villages = pd.Index(sorted(set(homes) - {""}))
    middles = shapely.centroid(grids.geometry.loc[villages].to_numpy())
    ground = grids.geometry.loc[micro].to_numpy()
    # One row more of nan: position -1, an unknown home, picks it.
    table = np.full((len(villages) + 1, len(micro)), np.nan)
    table[:-1] = shapely.distance(middles[:, None], ground[None, :]) / 1000
    distance_km = table[villages.get_indexer(village)]
    distance_km[at_home] = 0.0
    name_of = {code: _names(grids, code) for code in villages} | {"": ("", "")}
    return at_home, distance_km, tuple(name_of[code] for code in homes)


def _names(grids: pd.DataFrame, code: str) -> tuple[str, str]:
    """Call a village in English and Chinese, by its code where it has no name."""
    chinese = str(grids.at[code, "name"]) or code
    return str(grids.at[code, "name_en"]) or chinese, chinese


def _or_farthest(distance_km: np.ndarray) -> np.ndarray:
    """Put the farthest known way where the home is unknown."""
    unknown = np.isnan(distance_km)
    if unknown.all():
        return np.zeros_like(distance_km)
    return np.where(unknown, np.nanmax(distance_km), distance_km)


def _within(present: np.ndarray, lines: pd.DataFrame) -> np.ndarray:
    """Whether a grid lies in the grid that a person holds today, (people, grids)."""
    within = np.zeros((len(present), len(lines)), dtype=bool)
    for level in lines.columns:
        within |= present[:, None] == lines[level].to_numpy(dtype=object)[None, :]
    return within & (present != "")[:, None]
