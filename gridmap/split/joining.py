"""Ground too small for a micro-grid joins its neighbour, and never outweighs what it joins.

Works on groups: connected ground of one kind. Knows no geometry.
"""

from typing import Any

import numpy as np

from boundaries.topology.absorb import absorb, outvoted

__all__ = ["join_small", "why_alone"]


def join_small(
    area: np.ndarray,
    held: np.ndarray,
    camp: np.ndarray,
    need: np.ndarray,
    least: np.ndarray,
    is_site: np.ndarray,
    pairs: np.ndarray,
    border_m: np.ndarray,
    *,
    kind: np.ndarray,
    affinity: np.ndarray,
    family_from: int | None = None,
) -> np.ndarray:
    """Let every group that may not stand alone join a neighbour.

    1. Smallest first each joins the neighbour it goes to most gladly, whatever that has taken.
    2. Where a block is outvoted by what it took (`boundaries.topology.absorb.outvoted`), it gives
       up as little as makes it not so; what was given up goes to neighbours that have room. Large
       ground stands for itself where nobody has. Blocks of which no part reaches its least area are
       left as they are: no ground there has a claim to its own kind, unless the block is a site's.
    3. Small ground that found no room joins other small ground.

    Parameters
    ----------
    area
        (n,) area of each group in m².
    held
        (n, c) what each camp (category) weighs in each group: its area, or a little less.
    camp
        (n,) the camp each group is of.
    need
        (n,) area a group needs in order to stand; inf: it never stands while it can join.
    least
        (n,) least area of its kind, also of what never stands.
    is_site
        (n,) whether it is a site of the town.
    pairs, border_m
        (m, 2) neighbouring groups and (m,) their border.
    kind, affinity, family_from
        As in `boundaries.topology.absorb.absorb`.

    Returns
    -------
    (n,) the group that each one ends in.
    """
    glad: dict[str, Any] = {"kind": kind, "affinity": affinity}
    into = absorb(area, need, pairs, border_m, **glad)
    given = _given_up(into, area, held, camp, least, is_site, pairs, family_from)
    if not given.any():
        return into
    # Blocks stand; what they gave up looks for room.
    node = np.where(given, np.arange(len(into)), into)
    at_node = np.zeros_like(held)
    np.add.at(at_node, node, held)
    ends = node[pairs]
    apart = ends[:, 0] != ends[:, 1]
    total = _sums(node, area)
    found = absorb(
        total, np.where(given, need, 0.0), ends[apart], border_m[apart],
        held=at_node, camp=camp, family_from=family_from, **glad,
    )  # fmt: skip
    small = given & (found == np.arange(len(found))) & (_sums(found, total) < least)
    both = small[found[ends]].all(axis=1) & (found[ends[:, 0]] != found[ends[:, 1]])
    last = absorb(
        _sums(found, total), np.where(small, least, 0.0), found[ends][both], border_m[both], **glad
    )
    return last[found[node]]


def why_alone(
    into: np.ndarray, area: np.ndarray, least: np.ndarray, pairs: np.ndarray
) -> np.ndarray:
    """Say of every block below its least area why it is: "nothing" beside it, or no "room" there.

    Returns
    -------
    (n,) by the group that a block is called by; "" where a block is large enough.
    """
    total = _sums(into, area)
    ends = into[pairs]
    beside = np.zeros(len(into), dtype=bool)
    beside[ends[ends[:, 0] != ends[:, 1]].ravel()] = True
    return np.where(total < least, np.where(beside, "room", "nothing"), "").astype(object)


def _sums(into: np.ndarray, area: np.ndarray) -> np.ndarray:
    return np.bincount(into, weights=area, minlength=len(into))


def _given_up(
    into: np.ndarray,
    area: np.ndarray,
    held: np.ndarray,
    camp: np.ndarray,
    least: np.ndarray,
    is_site: np.ndarray,
    pairs: np.ndarray,
    family_from: int | None,
) -> np.ndarray:
    """Mark the groups that blocks give up, so that what they keep does not outweigh their own."""
    whole = np.zeros_like(held)
    np.add.at(whole, into, held)
    lost = outvoted(whole, camp, family_from)
    claims = is_site | (_sums(into, (area >= least).astype(float)) > 0)
    given = np.zeros(len(into), dtype=bool)
    for root in np.flatnonzero(lost & claims & (into == np.arange(len(into)))).tolist():
        members = np.flatnonzero(into == root)
        _give_up(given, root, members, _votes(held, int(camp[root]), family_from), pairs)
    return given


def _votes(held: np.ndarray, camp: int, family_from: int | None) -> list[np.ndarray]:
    """By group what it adds to the side against a block: one row for each vote of `outvoted`."""
    total = held.sum(axis=1)
    if family_from is None or camp < family_from:
        return [total - 2 * held[:, camp]]
    family = held[:, family_from:].sum(axis=1)
    against = [total - 2 * family]
    return [*against, family - 2 * held[:, camp]] if camp > family_from else against


def _give_up(
    given: np.ndarray,
    root: int,
    members: np.ndarray,
    votes: list[np.ndarray],
    pairs: np.ndarray,
) -> None:
    """Mark the least that one block must give up: one group that is enough, or the largest first.

    What hung together with the block only through such a group is given up with it.
    """
    inside = np.isin(pairs, members).all(axis=1)
    beside: dict[int, set[int]] = {int(member): set() for member in members}
    for one, other in pairs[inside].tolist():
        beside[one].add(other)
        beside[other].add(one)
    kept = set(beside)
    while kept != {root}:
        lost = [against for against in votes if sum(against[list(kept)]) >= 0]
        if not lost:
            break
        against = lost[0].tolist()
        excess = sum(against[one] for one in kept)
        others = [one for _, one in sorted((against[one], one) for one in kept - {root})]
        enough = [one for one in others if against[one] > excess]
        kept.discard(enough[0] if enough else others[-1])
        kept = _reached(root, kept, beside)
    given[list(set(beside) - kept)] = True


def _reached(root: int, kept: set[int], beside: dict[int, set[int]]) -> set[int]:
    """Groups that hang together with the root through groups that are kept."""
    found, waiting = {root}, [root]
    while waiting:
        for other in sorted(beside[waiting.pop()] & kept - found):
            found.add(other)
            waiting.append(other)
    return found
