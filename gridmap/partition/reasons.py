"""Reasons: which rule fails where, by how much, and the cheapest ways out, in one sentence each."""

from __future__ import annotations

from dataclasses import dataclass

from gridmap.partition.types import Array

__all__ = [
    "LISTED",
    "Reason",
    "lacking_capacity",
    "listed",
    "locked_too_heavy",
    "not_within_limits",
    "plural",
    "too_few_zones",
    "too_little_load",
    "too_many_zones",
]

LISTED = 100
"""Patches a reason lists at most."""


@dataclass(frozen=True)
class Reason:
    """Why a request cannot be met, or only in part.

    Parameters
    ----------
    rule
        The rule that fails: ``"zones"``, ``"capacity"``, ``"min_load"`` or ``"fixed"``.
    component
        Number of the connected component concerned, -1 for the request as a whole.
    patches
        Indices of the patches concerned, the first hundred of them.
    numbers
        The figures of the sentence by name, loads in the unit of the request.
    ways_out
        What would help, cheapest first, one clause each.
    text
        The sentence itself, without the ways out.
    proven
        True if it is proven that no plan meets the rule; False if none was found.
    """

    rule: str
    component: int
    patches: tuple[int, ...]
    numbers: tuple[tuple[str, float], ...]
    ways_out: tuple[str, ...]
    text: str
    proven: bool = True

    def __str__(self) -> str:
        """Say in one sentence what fails and what would help."""
        if not self.ways_out:
            return f"{self.text}."
        return f"{self.text}; ways out: {', or '.join(self.ways_out)}."


def listed(patches: Array) -> tuple[int, ...]:
    """Take the first patches of a list, as plain numbers."""
    return tuple(int(v) for v in patches[:LISTED])


def plural(count: int, word: str) -> str:
    """Write a number with its word."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def too_few_zones(zones: int, fewest: int, parts: int, enough: float) -> Reason:
    """Say that the loads, or the pieces of ground, need more zones than were asked for."""
    missing = plural(fewest - zones, "more officer")
    ways = [f"{missing} ({fewest} zones)"]
    if zones >= parts and enough > 0:
        ways.append(f"capacity to {enough:.6g}")
    elif zones < parts:
        ways.append(f"links that join {parts} pieces of ground into {max(zones, 1)}")
    why = (
        f"the loads need at least {fewest} under capacity"
        if zones >= parts
        else f"the ground falls into {parts} pieces that are not connected, and needs {fewest}"
    )
    return Reason(
        "zones",
        -1,
        (),
        (("zones", zones), ("fewest", fewest), ("pieces", parts), ("capacity", enough)),
        tuple(ways),
        f"No plan with {plural(zones, 'zone')} exists: {why}",
    )


def too_many_zones(zones: int, most: int) -> Reason:
    """Say that there are not as many patches as zones were asked for."""
    return Reason(
        "zones",
        -1,
        (),
        (("zones", zones), ("most", most)),
        (f"{plural(zones - most, 'zone')} fewer", "cutting patches"),
        f"No plan with {plural(zones, 'zone')} exists: there are only {most} patches that can be "
        "zones of their own",
    )


def not_within_limits(
    component: int,
    members: Array,
    zones: int,
    low: float,
    cap: float,
    fullest: float,
    lightest: float,
    heaviest: int,
    proven: bool,
) -> Reason:
    """Say that a component has no plan within the limits, or that none was found."""
    limits = f"under capacity {cap:.6g}" if low == 0 else f"with loads of {low:.6g} to {cap:.6g}"
    verb = "No plan exists" if proven else "No plan was found"
    ways = [f"capacity to {fullest:.6g}"] if fullest > cap else []
    ways.append("1 more officer here" if fullest > cap else "1 zone fewer here")
    if lightest < low:
        ways.append(f"min_load to {lightest:.6g}")
    ways.append(f"cutting patch {heaviest}, the heaviest in the fullest zone")
    return Reason(
        "capacity" if fullest > cap else "min_load",
        component,
        listed(members),
        (("zones", zones), ("low", low), ("capacity", cap), ("fullest", fullest)),
        tuple(ways),
        f"{verb} for component {component} with its {members.size} patches in "
        f"{plural(zones, 'zone')} {limits}: the best has {lightest:.6g} to {fullest:.6g}",
        proven,
    )


def too_little_load(component: int, members: Array, load: float, low: float) -> Reason:
    """Say that a whole component weighs less than one zone should."""
    return Reason(
        "min_load",
        component,
        listed(members),
        (("load", load), ("min_load", low)),
        (f"min_load to {load:.6g}", "a link to the ground beside it"),
        f"Component {component} weighs {load:.6g} as a whole, less than the least load {low:.6g} "
        "of one zone",
    )


def lacking_capacity(component: int, members: Array, load: float, room: float) -> Reason:
    """Say that the zones given to a component cannot carry it."""
    return Reason(
        "capacity",
        component,
        listed(members),
        (("load", load), ("capacity", room)),
        (f"{load - room:.6g} more capacity there",),
        f"Component {component} weighs {load:.6g}, but the zones that can be given to it carry "
        f"{room:.6g}",
        False,
    )


def locked_too_heavy(zone: int, members: Array, load: float, cap: float, proven: bool) -> Reason:
    """Say that a zone is above capacity because patches of it are fixed."""
    return Reason(
        "fixed",
        -1,
        listed(members),
        (("zone", zone), ("load", load), ("capacity", cap)),
        (f"capacity of zone {zone} to {load:.6g}", "freeing some of its patches"),
        f"Zone {zone} carries {load:.6g}, above capacity {cap:.6g}, and patches of it may not move",
        proven,
    )
