"""What is asked of the solver for a plan: open posts, the people who may take one, and the rules.

Posts that only their holder takes (leaders of given grids, standing roles) are settled first; what
is pinned, banned or kept counts before costs do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from boundaries.hierarchy.ancestors import ancestors
from boundaries.validate.post_hours import hours_of_posts
from gridmap.plan.plan import Plan
from gridmap.rules import Rules
from gridmap.rules.roles import OFFICERS, leading_roles, roles_of
from gridmap.staffing.affinity import Affinity, make_affinity
from gridmap.staffing.eligibility import (
    asked_roles,
    match_roles,
    pairs_of_pins,
    standing_posts,
    taken_roles,
)
from gridmap.staffing.hours import hours_of_people
from gridmap.staffing.places import Surroundings
from gridmap.staffing.posts import in_post_order, places_of
from gridmap.staffing.rows import with_present_posts
from gridmap.staffing.solver.costs import FORBIDDEN
from gridmap.staffing.solver.request import Request

__all__ = ["Case", "case_of", "filling_order", "make_case"]

_LARGEST_TABLE = 16_000_000  # pairs of person and post: 128 MB
_NOTHING = Surroundings()


@dataclass(frozen=True)
class Case:
    """A staffing that is asked for.

    Attributes
    ----------
    posts
        The open posts, in order; those of the request.
    people
        Who may take one of them, in order of id; those of the request.
    asked
        Role that each open post asks for.
    affinity, request
        What pairs cost, and what the solver is asked.
    standing
        Person on each post that only its holder takes, by post id.
    given_hours
        Hours a week that each person gives; None where nobody tells any.
    """

    posts: pd.DataFrame
    people: pd.DataFrame
    asked: np.ndarray
    affinity: Affinity
    request: Request
    standing: Mapping[str, str]
    given_hours: np.ndarray | None = None

    @property
    def is_plain(self) -> bool:
        """Whether everybody has one post: nobody tells any hours."""
        return self.request.hours_of_person is None

    def hours_asked(self, post: int) -> float:
        """Hours a week that an open post asks for; 0 where nobody tells any."""
        hours = self.request.hours_of_post
        return 0.0 if hours is None else float(hours[post])

    def share(self, person: int, post: int) -> float:
        """Share of the person's hours that a post takes."""
        given, asked = self.given_hours, self.hours_asked(post)
        if given is None or given[person] <= 0:
            return 1.0
        return min(1.0, round(asked / float(given[person]), 4))

    def takes(self, person: int, post: int) -> bool:
        """Whether somebody has the role for an open post; bans do not count here."""
        return bool(
            self.request.costs.block(np.array([person]), np.array([post]))[0, 0] != FORBIDDEN
        )

    def person(self, key: str) -> int:
        """Position of a person, -1 for somebody who may take none of the posts."""
        return int(self.people.index.get_indexer([key])[0])

    def post(self, key: str) -> int:
        """Position of an open post, -1 for one that is not open."""
        return int(self.posts.index.get_indexer([key])[0])


def case_of(plan: Plan) -> Case:
    """Ask for the staffing of a plan as it stands, with its people on the posts they hold."""
    people = with_present_posts(plan.people, plan.assignments)
    beside = Surroundings(plan.groups, plan.members, plan.objects)
    return make_case(plan.posts, people, plan.grids, rules=plan.rules, beside=beside)


def make_case(
    posts: pd.DataFrame,
    people: pd.DataFrame,
    grids: pd.DataFrame,
    *,
    rules: Rules,
    beside: Surroundings = _NOTHING,
    keep: Sequence[tuple[str, str]] = (),
) -> Case:
    """Put together what the solver is asked.

    Parameters
    ----------
    posts, people, grids
        POSTS, PEOPLE and GRIDS with geometry in metres.
    rules
        Rules of the town: costs, roles, hours, pins and bans.
    beside
        Groups and objects that posts are on.
    keep
        Pairs of person and post that stay, both of which are there.
    """
    posts, people = in_post_order(posts), people.sort_index()
    kinds = grids["kind"][~grids.index.duplicated()]
    pinned, banned, _ = pairs_of_pins(rules.pins, people, posts)
    kept_posts = {post for _, post in keep}
    pinned = [*keep, *((person, post) for person, post in pinned if post not in kept_posts)]
    still = standing_posts(posts, kinds, rules=rules)
    taken = pd.Series(taken_roles(people, rules=rules), index=people.index, dtype=object)
    standing = _standing(posts[still], people, taken, pinned, banned)
    open_posts = posts[~still]
    asked = asked_roles(open_posts, kinds)
    wanted = frozenset(asked)
    on_open = [pair for pair in pinned if pair[1] in open_posts.index]
    may = taken.map(lambda own: bool(own & wanted)) | people.index.isin([one for one, _ in on_open])
    hours = _hours(open_posts, people, kinds, rules)
    kept_elsewhere = [person for person, post in keep if post not in open_posts.index]
    if hours is None:  # one post each: whoever is kept on another one has it
        may &= ~people.index.isin(kept_elsewhere)
    able = people[may.astype(bool)]
    affinity = make_affinity(able, open_posts, grids, rules=rules, beside=beside)
    request = _request(
        affinity, open_posts, able, asked, list(taken[able.index]), grids,
        rules=rules, hours=hours, standing=standing, pinned=on_open, banned=banned,
        led=_led(posts[still], standing, set(able.index), rules),
        standing_hours=_standing_hours(posts[still], standing, kinds, rules),
    )  # fmt: skip
    given = None if hours is None else hours[0].reindex(able.index).to_numpy()
    return Case(open_posts, able, asked, affinity, request, standing, given)


def filling_order(posts: pd.DataFrame, load_h: pd.Series) -> np.ndarray:
    """Order in which posts are filled while people are few: by need.

    Parameters
    ----------
    posts
        Open posts (`layers.contract.columns.POSTS`).
    load_h
        Load of each place, by code or id.

    Returns
    -------
    Positions of the posts. All leaders come first, then the posts that relieve the fullest
    officers: post k of a grid is worth the load that each of its k - 1 officers would carry
    without it; of the leaders, those of the fullest micro-grids. Ties go to the lower number, then
    the lower code. A post of another role counts as a first one.
    """
    place = places_of(posts) if "group_id" in posts else posts["grid_code"]
    others = posts["number"].to_numpy() - 1
    if "role" in posts:
        others = np.where(posts["role"].isin(OFFICERS), others, 0)
    load = load_h.reindex(place).to_numpy(dtype=float)
    relief = np.where(others > 0, np.round(load / np.maximum(others, 1), 6), np.inf)
    code = pd.factorize(place, sort=True)[0]
    fullest = np.where(others > 0, 0.0, -np.round(load, 6))
    return np.lexsort((code, fullest, others, -relief))


def _standing(
    posts: pd.DataFrame,
    people: pd.DataFrame,
    taken: pd.Series,
    pinned: Sequence[tuple[str, str]],
    banned: Sequence[tuple[str, str]],
) -> dict[str, str]:
    """Person on each post that only its holder takes; of several who claim one, the lower id."""
    by_pin = {post: person for person, post in pinned}
    barred = set(banned)
    claims: dict[tuple[str, str], list[str]] = {}
    for person, present in people["present_grid"].items():
        for place in present.split(";") if present else ():
            for role in sorted(taken[person]):
                claims.setdefault((place, role), []).append(str(person))
    found: dict[str, str] = {}
    for post, place, role in zip(posts.index, places_of(posts), posts["role"], strict=True):
        if post in by_pin:
            found[post] = by_pin[post]
            continue
        waiting = claims.get((place, role), [])
        free = [one for one in waiting if (one, post) not in barred]
        if free:
            found[post] = free[0]
            waiting.remove(free[0])
    return found


def _hours(
    posts: pd.DataFrame, people: pd.DataFrame, kinds: pd.Series, rules: Rules
) -> tuple[pd.Series, pd.Series] | None:
    """Hours of people and of posts; None where nobody tells any and everybody has one post."""
    if not (people["hours"] > 0).any() and not (posts["hours"] > 0).any():
        return None
    asked = hours_of_posts(posts, kinds, rules.capacity.officer_hours)
    return hours_of_people(people, rules=rules), asked


def _standing_hours(
    posts: pd.DataFrame, standing: Mapping[str, str], kinds: pd.Series, rules: Rules
) -> pd.Series:
    """Hours that the posts take which people hold anyway, by person."""
    asked = hours_of_posts(posts, kinds, rules.capacity.officer_hours)
    on = pd.Series(dict(standing), dtype=object)
    return asked.reindex(on.index).groupby(on.to_numpy()).sum()


def _request(
    affinity: Affinity,
    posts: pd.DataFrame,
    people: pd.DataFrame,
    asked: np.ndarray,
    taken: list[frozenset[str]],
    grids: pd.DataFrame,
    *,
    rules: Rules,
    hours: tuple[pd.Series, pd.Series] | None,
    standing: Mapping[str, str],
    led: Sequence[tuple[str, str]],
    pinned: Sequence[tuple[str, str]],
    banned: Sequence[tuple[str, str]],
    standing_hours: pd.Series,
) -> Request:
    """Lay out arrays for the solver, in the order of the posts and people given."""
    leads = posts["role"].isin(leading_roles(rules)).to_numpy()
    roles = roles_of(rules)
    optional = [role in roles and roles[role].optional for role in posts["role"]]
    costs = match_roles(affinity, taken, asked)
    count, wanted = affinity.shape
    if count * wanted <= _LARGEST_TABLE:  # a county is looked at block by block
        table = costs.block(np.arange(count), np.arange(wanted))
    leaving = affinity.leaving.copy()
    leaving[people.index.isin(set(standing.values()))] = 0
    at = {key: number for number, key in enumerate(people.index)}
    on = {key: number for number, key in enumerate(posts.index)}

    def pairs(given: Sequence[tuple[str, str]]) -> list[tuple[int, int]]:
        return [(at[one], on[two]) for one, two in given if one in at and two in on]

    bans = pairs([*banned, *_same_line(posts[leads], led, grids)])
    options: dict[str, np.ndarray] = {}
    if hours is not None:
        own = hours[0].reindex(people.index)
        own = own - standing_hours.reindex(people.index).fillna(0.0)
        options = {
            "hours_of_person": own.clip(lower=0.0).to_numpy(),
            "hours_of_post": hours[1].to_numpy(),
            "leads": leads,
            "parent": affinity.places.above,
        }
    return Request(
        cost=table if count * wanted <= _LARGEST_TABLE else costs,
        leaving=leaving,
        order=filling_order(posts, pd.Series(affinity.places.load_h, index=affinity.places.keys)),
        tier=np.where(optional, 2, np.where(leads, 0, 1)),
        target=affinity.grid_of_post,
        pins=pairs(pinned),
        bans=sorted(set(bans)),
        **options,
    )


def _led(
    posts: pd.DataFrame, standing: Mapping[str, str], people: set[str], rules: Rules
) -> list[tuple[str, str]]:
    """Pairs of a person and the grid that the person leads whatever else happens."""
    leading = posts[posts["role"].isin(leading_roles(rules)) & (posts["grid_code"] != "")]
    return sorted(
        (standing[post], code)
        for post, code in zip(leading.index, leading["grid_code"], strict=True)
        if standing.get(post) in people
    )


def _same_line(
    leading: pd.DataFrame, led: Sequence[tuple[str, str]], grids: pd.DataFrame
) -> list[tuple[str, str]]:
    """Pairs that would make somebody lead two grids of one branch."""
    on_grid = leading[leading["grid_code"] != ""]
    if not led or on_grid.empty:
        return []
    lines = ancestors(grids)
    inside = lines.loc[on_grid["grid_code"]].to_numpy(dtype=object)
    found = []
    for person, code in led:
        above = set(lines.loc[code]) - {""}
        same = (inside == code).any(axis=1) | on_grid["grid_code"].isin(above).to_numpy()
        found += [(person, str(post)) for post in on_grid.index[same]]
    return found
