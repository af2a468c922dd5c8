"""What it costs to put a person on a post: skill, way from the home village, leaving today's post.

Costs are points of the rules file (`[assignment]`), counted in whole thousandths so that sums are
exact. The solver is in `gridmap.staffing.assign`.
"""

from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.hierarchy.ancestors import ancestors
from boundaries.topology.distances import distances
from gridmap.rules import Rules
from gridmap.rules.schema import Assignment
from gridmap.staffing.places import Places, Surroundings, make_places
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
    """What every person costs on every post, worked out block by block, with the facts.

    Nothing here is as large as people times posts: a person is a home, a set of skills and a
    present place or several; a post is a place and a skill. It is asked as
    `gridmap.staffing.solver.costs.Costs`.
    """

    points: Assignment
    places: Places
    leaving: np.ndarray  # thousandths a person pays who is left without a post
    grid_of_post: np.ndarray  # position of the post's place among those of the posts
    skills: tuple[str, ...]  # of each post
    skill_of_post: np.ndarray  # column of `lacking`
    skills_of_person: np.ndarray  # row of `lacking`
    lacking: np.ndarray  # whether a set of skills lacks a skill
    home_of_person: np.ndarray  # row of the two tables below, the last for an unknown home
    at_home: np.ndarray  # (homes, places)
    distance_km: np.ndarray  # (homes, places)
    way: np.ndarray  # points, (homes, places)
    present_of_person: np.ndarray  # numbers of the present places, -1 for none, (people, most)
    line_of_grid: np.ndarray  # numbers of the place and the grids around it, (places, levels)
    own_number: np.ndarray  # number of the place itself, -1 where nobody holds it today
    holds_post: np.ndarray  # whether a person holds a place that this plan has
    present: tuple[str, ...]  # of each person
    present_known: np.ndarray
    home: tuple[tuple[str, str], ...]  # name of each person's home village

    @property
    def shape(self) -> tuple[int, int]:
        """People, posts."""
        return len(self.leaving), len(self.grid_of_post)

    @cached_property
    def kind(self) -> np.ndarray:
        """Number of each person's kind: same home, same skills, same grid held today."""
        held = np.where(self.holds_post[:, None], self.present_of_person, -1)
        table = np.column_stack([self.home_of_person, self.skills_of_person, held])
        return np.unique(table, axis=0, return_inverse=True)[1].reshape(-1)

    @property
    def leaving_paid(self) -> np.ndarray:
        """What each person would pay for having no post, in points."""
        return self.leaving / THOUSANDTHS

    def block(self, people: np.ndarray, posts: np.ndarray) -> np.ndarray:
        """Costs of some people on some posts, in thousandths."""
        grids, skills = self.grid_of_post[posts], self.skill_of_post[posts]
        home = self.home_of_person[people]
        cost = self.way[home[:, None], grids[None, :]]
        held = np.flatnonzero((self.present_of_person[people] >= 0).any(axis=1))
        if len(held):
            cost[held] += self.points.change * self._leaves(people[held, None], grids[None, :])
        lacks = self.lacking[self.skills_of_person[people][:, None], skills[None, :]]
        cost += self.points.skill * lacks
        if len(held):
            kept = self._keeps(people[held, None], grids[None, :])
            cost[held] = np.where(kept, 0.0, cost[held])
        cost *= THOUSANDTHS
        return np.rint(cost, out=cost).astype(np.int64)

    def _keeps(self, people: np.ndarray, grids: np.ndarray) -> np.ndarray:
        """Whether people hold a place today; each with each, as the two arrays fit together."""
        kept = np.zeros(np.broadcast_shapes(people.shape, grids.shape), dtype=bool)
        for own in np.moveaxis(self.present_of_person[people], -1, 0):
            kept |= (own == self.own_number[grids]) & (own >= 0)
        return kept

    def _leaves(self, people: np.ndarray, grids: np.ndarray) -> np.ndarray:
        """Whether people leave what they hold today for a place; as `_keeps`."""
        within = np.zeros(np.broadcast_shapes(people.shape, grids.shape), dtype=bool)
        for own in np.moveaxis(self.present_of_person[people], -1, 0):
            for level in range(self.line_of_grid.shape[1]):
                within |= (own == self.line_of_grid[grids, level]) & (own >= 0)
        return self.holds_post[people] & ~within

    def by_reason(self, person: int, post: int) -> dict[str, float]:
        """Split the points of a pair: `skill`, `home`, `distance` and `change`."""
        pair, points = self.pair(person, post), self.points
        if pair.keeps:
            return dict.fromkeys(("skill", "home", "distance", "change"), 0.0)
        skill = points.skill if pair.skill_missing else 0.0
        home = 0.0 if pair.at_home else points.home
        change = points.change if pair.leaves else 0.0
        distance = round(pair.cost - skill - home - change, 3)
        return {"skill": skill, "home": home, "distance": distance, "change": change}

    def pair(self, person: int, post: int) -> Pair:
        """Say what stands behind one cost."""
        return self.pairs(np.array([person]), np.array([post]))[0]

    def pairs(self, people: np.ndarray, posts: np.ndarray) -> list[Pair]:
        """Say what stands behind the cost of each of some people on the post beside them."""
        grids, homes = self.grid_of_post[posts], self.home_of_person[people]
        lacks = self.lacking[self.skills_of_person[people], self.skill_of_post[posts]]
        keeps, leaves = self._keeps(people, grids), self._leaves(people, grids)
        # In the order of `block`: sums of fractions depend on it.
        points = self.way[homes, grids] + self.points.change * leaves + self.points.skill * lacks
        cost = np.rint(np.where(keeps, 0.0, points) * THOUSANDTHS) / THOUSANDTHS
        facts = (cost, lacks, keeps, leaves, self.at_home[homes, grids])
        told = zip(people.tolist(), posts.tolist(), *(fact.tolist() for fact in facts),
                   self.distance_km[homes, grids].tolist(), strict=True)  # fmt: skip
        return [
            Pair(
                cost=points,
                skill=self.skills[post],
                skill_missing=lacking,
                keeps=kept,
                leaves=self.present[person] if left else "",
                present_unknown="" if self.present_known[person] else self.present[person],
                home=self.home[person],
                at_home=near,
                distance_km=way,
            )
            for person, post, points, lacking, kept, left, near, way in told
        ]


def make_affinity(
    people: pd.DataFrame,
    posts: pd.DataFrame,
    grids: gpd.GeoDataFrame,
    *,
    rules: Rules,
    beside: Surroundings | None = None,
) -> Affinity:
    """Count the cost of every person on every post of grids, groups and objects.

    Somebody who is posted on the place today costs nothing there. Otherwise: `skill` when the
    skill of the post is missing; nothing at home in the village, else `home` and `distance_km` a
    kilometre from the middle of the home village to the place; `change` for leaving the place, or
    the given grid around it, held today. An unknown home counts as far as the farthest village, so
    that it is never an advantage. A place held today that this plan does not have costs nothing to
    leave.

    Parameters
    ----------
    people, posts
        People (`PEOPLE`) and posts (`POSTS`), each in the order of the result.
    grids
        Grids of all levels with geometry in metres.
    rules
        Rules of the town; `rules.assignment` holds the points.
    beside
        Groups and objects that posts are on; None for none.

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
    places = make_places(posts, grids, beside or Surroundings())
    home_of_person, at_home, distance_km, home = _ways_home(people["home_code"], grids, places)
    present = people["present_grid"].to_numpy(dtype=object)
    held = [[one for one in text.split(";") if one] for text in present]
    codes = pd.Index(sorted({one for own in held for one in own}), dtype=object)
    there = set(grids.index) | set(places.keys)
    known = np.array([all(one in there for one in own) for own in held], dtype=bool)
    holds_post = np.array([any(one in there for one in own) for own in held], dtype=bool)
    number = {code: at for at, code in enumerate(codes)}
    numbers = np.full((len(held), max(map(len, held), default=1) or 1), -1)
    for person, own in enumerate(held):
        numbers[person, : len(own)] = [number[code] for code in own]
    sets, lacking, skill_of_post = _lacking(people["skills"], posts["skill"])
    return Affinity(
        points=points,
        places=places,
        leaving=np.rint(points.change * holds_post * THOUSANDTHS).astype(np.int64),
        grid_of_post=places.of_post,
        skills=tuple(posts["skill"]),
        skill_of_post=skill_of_post,
        skills_of_person=sets,
        lacking=lacking,
        home_of_person=home_of_person,
        at_home=at_home,
        distance_km=distance_km,
        way=np.where(at_home, 0.0, points.home + points.distance_km * _or_farthest(distance_km)),
        present_of_person=numbers,
        line_of_grid=codes.get_indexer(pd.Index(places.around.reshape(-1))).reshape(
            places.around.shape
        ),
        own_number=codes.get_indexer(places.keys),
        holds_post=holds_post,
        present=tuple(present),
        present_known=known,
        home=home,
    )


def _lacking(skills: pd.Series, wanted: pd.Series) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Set of skills of each person, which sets lack which skill, and the skill of each post."""
    sets, texts = pd.factorize(skills)
    kinds = pd.Index(wanted.unique())
    had = [{part.strip() for part in text.split(";")} for text in texts]
    lacking = np.array(
        [[bool(kind) and kind not in own for kind in kinds] for own in had], dtype=bool
    ).reshape(len(texts), len(kinds))
    return sets, lacking, kinds.get_indexer(pd.Index(wanted))


def _ways_home(
    home_code: pd.Series, grids: gpd.GeoDataFrame, places: Places
) -> tuple[np.ndarray, np.ndarray, np.ndarray, tuple[tuple[str, str], ...]]:
    """Home of each person; at home or how far, (homes, places); and names of the home villages.

    The last row of the tables is an unknown home.
    """
    lines = ancestors(grids)
    given_levels = grids.loc[grids["kind"] != "micro", "level"]
    # The village is level 2; a town without villages has one home for all, the town itself.
    village_level = min(2, int(given_levels.max())) if len(given_levels) else 1
    village = home_code.map(lines[village_level]).fillna("") if len(lines) else home_code
    column = list(lines.columns).index(village_level) if len(lines) else 0
    village_of_place = places.around[:, column]
    homes = village.to_numpy(dtype=object)

    villages = pd.Index(sorted(set(homes) - {""}))
    at_home = np.zeros((len(villages) + 1, len(places.keys)), dtype=bool)
    at_home[:-1] = villages.to_numpy(dtype=object)[:, None] == village_of_place[None, :]
    middles = shapely.centroid(grids.geometry.loc[villages].to_numpy())
    distance_km = np.full((len(villages) + 1, len(places.keys)), np.nan)
    distance_km[:-1] = distances(middles, places.shapes) / 1000
    distance_km[at_home] = 0.0
    name_of = {code: _names(grids, code) for code in villages} | {"": ("", "")}
    # Position -1, an unknown home, picks the last row.
    home_of_person = villages.get_indexer(pd.Index(village)) % (len(villages) + 1)
    return home_of_person, at_home, distance_km, tuple(name_of[code] for code in homes)


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
