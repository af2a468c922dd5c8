"""Reasons: which rule fails where and by how much, and the ways out, in one sentence each.

Texts are English, for who calls the engine; `kind` and `numbers` let others say the same in their
own words, as `gridmap.split_reasons` does in Chinese.
"""

from __future__ import annotations

from dataclasses import dataclass

from gridmap.partition.model.types import Array

__all__ = [
    "LISTED",
    "Reason",
    "WayOut",
    "heavy_patch",
    "lacking_capacity",
    "light_patch",
    "listed",
    "locked_apart",
    "locked_too_heavy",
    "no_number_fits",
    "not_within_limits",
    "plural",
    "too_few_zones",
    "too_little_load",
    "too_many_zones",
]

LISTED = 100
"""Patches a reason lists at most."""


@dataclass(frozen=True)
class WayOut:
    """One change of the request that repairs it: a plan was found with it before it is named.

    Parameters
    ----------
    kind
        ``"zones"``: `numbers` is the number to ask for, then the least load and the capacity if
        they must change too.
        ``"capacity"``, ``"min_load"``: the limit.
        ``"limits"``: both, the least first. ``"link"``: `patches` are pairs, one after another,
        each to be made neighbours. ``"cut"``: into how many parts the patch is to be cut.
        ``"free"``: `patches` are not to be fixed any more.
    numbers, patches
        What the kind needs.
    text
        The way out as a clause.
    """

    kind: str
    numbers: tuple[float, ...]
    patches: tuple[int, ...]
    text: str

    def __str__(self) -> str:
        """Give the clause."""
        return self.text


@dataclass(frozen=True)
class Reason:
    """Why a request cannot be met, or only in part.

    Parameters
    ----------
    rule
        The rule that fails: ``"zones"``, ``"capacity"``, ``"min_load"`` or ``"fixed"``.
    kind
        Which sentence it is, such as ``"too_few_zones"``.
    component
        Number of the connected component concerned, -1 for the request as a whole.
    patches
        Indices of the patches concerned, the first hundred of them.
    numbers
        The figures of the sentence by name, loads in the unit of the request.
    text
        The sentence itself, without the ways out.
    proven
        True if it is proven that no plan meets the rule; False if none was found.
    ways_out
        What would help, cheapest first. They repair the request as a whole, and so stand with the
        last of several reasons.
    """

    rule: str
    kind: str
    component: int
    patches: tuple[int, ...]
    numbers: tuple[tuple[str, float], ...]
    text: str
    proven: bool = True
    ways_out: tuple[WayOut, ...] = ()

    def __str__(self) -> str:
        """Say in one sentence what fails and what would help."""
        if not self.ways_out:
            return f"{self.text}."
        return f"{self.text}; ways out: {', or '.join(way.text for way in self.ways_out)}."


def listed(patches: Array) -> tuple[int, ...]:
    """Take the first patches of a list, as plain numbers."""
    return tuple(int(v) for v in patches[:LISTED])


def plural(count: int, word: str) -> str:
    """Write a number with its word."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def too_few_zones(zones: int, fewest: int, parts: int, enough: float) -> Reason:
    """Say that the loads, or the pieces of ground, need more zones than were asked for."""
    why = (
        f"the loads need at least {fewest} under capacity"
        if zones >= parts
        else f"the ground falls into {parts} pieces that are not connected, and needs {fewest}"
    )
    return Reason(
        "zones",
        "too_few_zones",
        -1,
        (),
        (("zones", zones), ("fewest", fewest), ("pieces", parts), ("capacity", enough)),
        f"No plan with {plural(zones, 'zone')} exists: {why}",
    )


def too_many_zones(zones: int, most: int, low: float = 0.0) -> Reason:
    """Say that there are fewer patches, or less load, than so many zones take."""
    why = (
        f"the loads allow at most {most} with {low:.6g} or more each"
        if low
        else f"there are only {most} patches that can be zones of their own"
    )
    return Reason(
        "min_load" if low else "zones",
        "too_many_zones",
        -1,
        (),
        (("zones", zones), ("most", most), ("min_load", low)),
        f"No plan with {plural(zones, 'zone')} exists: {why}",
    )


def not_within_limits(
    component: int,
    members: Array,
    zones: int,
    low: float,
    cap: float,
    fullest: float,
    lightest: float,
    proven: bool,
) -> Reason:
    """Say that a component has no plan within the limits, or that none was found."""
    limits = f"under capacity {cap:.6g}" if low == 0 else f"with loads of {low:.6g} to {cap:.6g}"
    verb = "No plan exists" if proven else "No plan was found"
    return Reason(
        "capacity" if fullest > cap else "min_load",
        "not_within_limits",
        component,
        listed(members),
        (
            *(("zones", zones), ("patches", members.size), ("min_load", low), ("capacity", cap)),
            *(("fullest", fullest), ("lightest", lightest)),
        ),
        f"{verb} for component {component} with its {members.size} patches in "
        f"{plural(zones, 'zone')} {limits}: the best has {lightest:.6g} to {fullest:.6g}",
        proven,
    )


def no_number_fits(component: int, members: Array, load: float, low: float, cap: float) -> Reason:
    """Say that a component is too heavy for some number of zones and too light for one more."""
    most = int(load / low + 1e-9)
    return Reason(
        "min_load",
        "no_number_fits",
        component,
        listed(members),
        (("load", load), ("most", most), ("min_load", low), ("capacity", cap)),
        f"Component {component} weighs {load:.6g}: too much for {plural(most, 'zone')} under "
        f"capacity {cap:.6g}, too little for {most + 1} with {low:.6g} or more each",
    )


def too_little_load(component: int, members: Array, load: float, low: float) -> Reason:
    """Say that a whole component weighs less than one zone should."""
    return Reason(
        "min_load",
        "too_little_load",
        component,
        listed(members),
        (("load", load), ("min_load", low)),
        f"Component {component} weighs {load:.6g} as a whole, less than the least load {low:.6g} "
        "of one zone",
    )


def light_patch(patch: int, load: float, low: float, cap: float) -> Reason:
    """Say that a patch fits with no neighbour, and is lighter than one zone should be."""
    return Reason(
        "min_load",
        "light_patch",
        -1,
        (patch,),
        (("load", load), ("min_load", low), ("capacity", cap)),
        f"Patch {patch} fits with no neighbour under capacity {cap:.6g}, and its load {load:.6g} "
        f"is less than the least load {low:.6g} of one zone",
    )


def lacking_capacity(
    component: int, members: Array, load: float, room: float, proven: bool
) -> Reason:
    """Say that the zones given to a component cannot carry it."""
    return Reason(
        "capacity",
        "lacking_capacity",
        component,
        listed(members),
        (("load", load), ("capacity", room)),
        f"Component {component} weighs {load:.6g}, but the zones that can be given to it carry "
        f"{room:.6g}",
        proven,
    )


def locked_too_heavy(zone: int, members: Array, load: float, cap: float, proven: bool) -> Reason:
    """Say that a zone is above capacity because patches of it are fixed."""
    return Reason(
        "fixed",
        "locked_too_heavy",
        -1,
        listed(members),
        (("zone", zone), ("load", load), ("capacity", cap)),
        f"Zone {zone} carries {load:.6g}, above capacity {cap:.6g}, and patches of it may not move",
        proven,
    )


def locked_apart(zone: int, members: Array, parts: int, proven: bool) -> Reason:
    """Say that a zone is in parts because patches of it are fixed."""
    return Reason(
        "fixed",
        "locked_apart",
        -1,
        listed(members),
        (("zone", zone), ("parts", parts)),
        f"Zone {zone} lies in {parts} parts, and patches of it may not move",
        proven,
    )


def heavy_patch(patch: int, load: float, cap: float, parts: int) -> Reason:
    """Say that a single patch exceeds capacity; cutting it helps, or more officers for it."""
    return Reason(
        "capacity",
        "heavy_patch",
        -1,
        (patch,),
        (("load", load), ("capacity", cap), ("parts", parts)),
        f"Patch {patch} alone carries {load:.6g}, above capacity {cap:.6g}, and is a zone of its "
        "own",
        True,
        (
            WayOut("cut", (parts,), (patch,), f"cutting patch {patch} into {parts}"),
            WayOut("capacity", (load,), (), f"capacity to {load:.6g}"),
        ),
    )
