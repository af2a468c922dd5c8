"""Who may take which post: by role, and by what the rules pin or ban."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from gridmap.rules import Rules
from gridmap.rules.governance import Pin
from gridmap.rules.roles import CADRE, OFFICERS, roles_of, takes
from gridmap.staffing.posts import places_of
from gridmap.staffing.solver.costs import FORBIDDEN, Costs
from layers.contract.errors import Named, quoted

__all__ = [
    "Eligible",
    "PinFault",
    "asked_roles",
    "match_roles",
    "pairs_of_pins",
    "standing_posts",
    "taken_roles",
]


@dataclass(frozen=True)
class Eligible:
    """Costs with those pairs forbidden whose role does not fit; asked as the costs are."""

    costs: Costs
    fits: np.ndarray  # whether a set of roles may take a post that asks for a role, (sets, roles)
    set_of_person: np.ndarray
    role_of_post: np.ndarray

    @property
    def shape(self) -> tuple[int, int]:
        """People, posts."""
        return self.costs.shape

    @cached_property
    def kind(self) -> np.ndarray:
        """People of one kind of cost and one set of roles are of one kind."""
        table = np.column_stack([self.costs.kind, self.set_of_person])
        return np.unique(table, axis=0, return_inverse=True)[1].reshape(-1)

    def block(self, people: np.ndarray, posts: np.ndarray) -> np.ndarray:
        """Costs of some people on some posts."""
        may = self.fits[self.set_of_person[people][:, None], self.role_of_post[posts][None, :]]
        return np.where(may, self.costs.block(people, posts), FORBIDDEN)


@dataclass(frozen=True)
class PinFault:
    """A pin or ban that names somebody or something that is not there."""

    text: Named
    person: str


def asked_roles(posts: pd.DataFrame, kinds: pd.Series) -> np.ndarray:
    """Give the role that each post asks for: officers of micro-grids are cadres.

    Parameters
    ----------
    posts
        POSTS.
    kinds
        Kind of each grid, by code.
    """
    on_micro = (posts["grid_code"].map(kinds) == "micro").to_numpy()
    own = posts["role"].to_numpy(dtype=object)
    return np.where(on_micro & np.isin(own, OFFICERS), CADRE, own)


def standing_posts(posts: pd.DataFrame, kinds: pd.Series, *, rules: Rules) -> np.ndarray:
    """Tell the posts that only whoever holds them in the roster takes, such as given leaders."""
    roles = roles_of(rules)
    standing = frozenset(key for key, role in roles.items() if role.standing)
    return np.isin(asked_roles(posts, kinds).astype(str), sorted(standing))


def taken_roles(people: pd.DataFrame, *, rules: Rules) -> list[frozenset[str]]:
    """Give the roles that each person can take."""
    roles = roles_of(rules)
    more = people["roles"] if "roles" in people else [""] * len(people)
    given = list(zip(people["role"], more, strict=True))
    known = {pair: takes(roles, *pair) for pair in set(given)}  # many people, few kinds of them
    return [known[pair] for pair in given]


def match_roles(costs: Costs, taken: Sequence[frozenset[str]], asked: np.ndarray) -> Costs:
    """Forbid the pairs whose role does not fit; the costs themselves where all do."""
    names, role_of_post = np.unique(asked.astype(str), return_inverse=True)
    sets = sorted(set(taken), key=sorted)
    number = {one: at for at, one in enumerate(sets)}
    fits = np.array([[name in one for name in names] for one in sets], dtype=bool)
    fits = fits.reshape(len(sets), len(names))
    if fits.all():
        return costs
    set_of_person = np.array([number[one] for one in taken], dtype=np.int64)
    return Eligible(costs, fits, set_of_person, role_of_post.reshape(-1))


def pairs_of_pins(
    pins: Sequence[Pin], people: pd.DataFrame, posts: pd.DataFrame
) -> tuple[list[tuple[str, str]], list[tuple[str, str]], list[PinFault]]:
    """Find the pairs of person and post that the rules pin or ban.

    Parameters
    ----------
    pins
        `[[pins]]` of the rules.
    people, posts
        PEOPLE and POSTS of the plan.

    Returns
    -------
    Pinned pairs, banned pairs, and the entries that fit nothing. A pin to a place takes the first
    post there of its role that nobody is pinned to; a ban is for all of them.
    """
    places = places_of(posts)
    pinned: list[tuple[str, str]] = []
    banned: list[tuple[str, str]] = []
    faults: list[PinFault] = []
    for pin in pins:
        place = pin.grid or pin.group or pin.object or ""
        there = posts[posts.index == pin.post] if pin.post else posts[places == place]
        if pin.role:
            there = there[there["role"] == pin.role]
        if pin.person not in people.index:
            faults.append(_fault(pin, "is not on the roster", "不在花名册中"))
        elif there.empty:
            faults.append(_fault(pin, "has no such post there", "在该处没有这样的岗位"))
        elif pin.ban:
            banned += [(pin.person, str(post)) for post in there.index]
        else:
            taken = {post for _, post in pinned}
            free = [str(post) for post in there.index if post not in taken]
            if free:
                pinned.append((pin.person, free[0]))
            else:
                faults.append(_fault(pin, "comes after others on that post", "所指岗位已指定他人"))
    barred = set(banned)
    for pair in [one for one in pinned if one in barred]:
        pinned.remove(pair)
        text = Named(
            f"{pair[0]!r} is both pinned to and banned from post {pair[1]!r}; the ban counts. Take "
            "one of the entries under [[pins]] out.",
            f"[[pins]] 对 {pair[0]} 与岗位 {pair[1]} 既固定又回避，按回避处理。请删去其一。",
        )
        faults.append(PinFault(text, pair[0]))
    return pinned, banned, faults


def _fault(pin: Pin, why: str, why_zh: str) -> PinFault:
    place = pin.post or pin.grid or pin.group or pin.object or ""
    role = f", role {pin.role!r}" if pin.role else ""
    word, word_zh = ("ban", "回避") if pin.ban else ("pin", "固定")
    return PinFault(
        Named(
            f"The {word} of {pin.person!r} to {place!r}{role}: the person {why}. It is not "
            "followed; correct the entry under [[pins]].",
            f"[[pins]] 中 {pin.person} 对{quoted(place)}的{word_zh}：该人{why_zh}，未执行。"
            "请更正该条目。",
        ),
        pin.person,
    )
