"""Whole numbers that add up over every parent: the method of largest remainders, from the top down.

Households of a micro-grid may be a fraction, because an estate is divided by area. A reader wants
whole ones whose sum over a village is what the village says. The top is rounded; below it every
grid first gets the whole part of its share, and what is left goes to the largest remainders, by
code where they are alike. Nobody is off by a whole unit or more.
"""

from collections import defaultdict
from collections.abc import Mapping

__all__ = ["FINE", "apportion", "from_the_top", "sums_of"]

FINE = 1_000_000  # figures are counted in millionths, so that sums are exact in any order
_LEFT = "\uffff"  # after all codes: ground that is in no grid below


def from_the_top(parents: Mapping[str, str]) -> list[str]:
    """Order grids so that each comes after the one above it; those in a circle are left out."""
    below = _children(parents)
    order = [code for code in sorted(parents) if parents[code] not in parents]
    for code in order:  # grows on the way
        order.extend(below[code])
    return order


def sums_of(parents: Mapping[str, str], own: Mapping[str, int]) -> dict[str, int]:
    """Sum what is each grid's own, and that of all below it."""
    total = {code: own.get(code, 0) for code in parents}
    for code in reversed(from_the_top(parents)):
        if parents[code] in total:
            total[parents[code]] += total[code]
    return total


def apportion(
    parents: Mapping[str, str], own: Mapping[str, int], *, unit: int
) -> tuple[dict[str, int], dict[str, int]]:
    """Give every grid a whole number of units.

    Parameters
    ----------
    parents
        The grid above each grid; any other text for the top.
    own
        What lies in a grid and in no grid below it, in millionths (`FINE`).
    unit
        How many millionths a unit has.

    Returns
    -------
    The number of each grid; and of each that has grids below, what of it is in none of them: with
    theirs it is exactly the first number.
    """
    total, below = sums_of(parents, own), _children(parents)
    whole: dict[str, int] = {}
    left: dict[str, int] = {}
    for code in from_the_top(parents):
        if parents[code] not in parents:
            whole[code] = (2 * total[code] + unit) // (2 * unit)
        if not below[code]:
            continue
        shares = {child: total[child] for child in below[code]} | {_LEFT: own.get(code, 0)}
        parts = {child: share // unit for child, share in shares.items()}
        missing = whole[code] - sum(parts.values())
        order = sorted(shares, key=lambda child: (-(shares[child] % unit), child))
        for child in order[:missing]:
            parts[child] += 1
        left[code] = parts.pop(_LEFT)
        whole |= parts
    return whole, left


def _children(parents: Mapping[str, str]) -> dict[str, list[str]]:
    below: dict[str, list[str]] = defaultdict(list)
    for code in sorted(parents):
        below[parents[code]].append(code)
    return below
