"""An edit: what somebody wants changed, as a small value. Nothing is checked or changed here.

Ground is moved, never vertices: an edit gives patches to micro-grids. Make one with the functions
below on the plan that is on the screen; the edit remembers the state it was meant for.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from shapely.geometry import LineString

from gridmap.edits.moves.log import state_id
from gridmap.plan.plan import Plan

__all__ = [
    "NEW",
    "Edit",
    "close_grid",
    "cut_patch",
    "divide_grid",
    "lock_grids",
    "merge_grids",
    "move_patches",
    "split_grid",
    "unlock_grids",
    "with_moves",
]

NEW = "+1"  # target of a move: a micro-grid to be made. "+2" is a second one, and so on.

Kind = Literal["move", "split", "divide", "merge", "cut", "close", "import", "lock", "unlock"]


@dataclass(frozen=True)
class Edit:
    """One request. `state` names the state of the plan it was meant for; see the functions."""

    kind: Kind
    state: str
    patches: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()  # one a patch: a code, or NEW
    grids: tuple[str, ...] = ()
    into: str = ""
    line: LineString | None = None  # in the work CRS
    parts: int = 0
    cut: bool = False
    seed: int = 0
    within: str = ""  # given grid outside of which nothing may change; "" for none
    also: tuple[tuple[str, str], ...] = ()  # moves on top, such as those that repair a break
    about: str = ""  # the comment or dispute that asked for it, by its id
    why: str = ""  # a reason of its own, which goes before the one given on accepting


def move_patches(
    plan: Plan, patches: Iterable[str], to: str | Mapping[str, str], *, within: str = ""
) -> Edit:
    """Give patches to a micro-grid, or each to its own.

    Parameters
    ----------
    plan
        Plan on the screen.
    patches
        Ids of patches.
    to
        Code of a micro-grid, `NEW` for one to be made, or a code for each patch: what is gathered
        as pending changes is one edit.
    within
        Code of a given grid: patches outside of it are refused.
    """
    ids = tuple(dict.fromkeys(patches))
    targets = tuple(to if isinstance(to, str) else to[patch] for patch in ids)
    return Edit("move", state_id(plan), patches=ids, targets=targets, within=within)


def split_grid(
    plan: Plan, grid: str, line: LineString, *, cut: bool = False, within: str = ""
) -> Edit:
    """Split a micro-grid along a drawn line, which is made longer at both ends.

    Patches go to the side where most of them lies; with `cut`, those that the line crosses are cut.
    The side with more load keeps the code. A closed line takes out what lies inside.
    """
    return Edit("split", state_id(plan), grids=(grid,), line=line, cut=cut, within=within)


def divide_grid(plan: Plan, grid: str, parts: int, *, seed: int = 0, within: str = "") -> Edit:
    """Split a micro-grid into connected parts of about equal load; the heaviest keeps the code."""
    return Edit("divide", state_id(plan), grids=(grid,), parts=parts, seed=seed, within=within)


def merge_grids(plan: Plan, grids: Iterable[str], *, into: str = "", within: str = "") -> Edit:
    """Join micro-grids; `into` keeps its code, or the one with most load when it is not said."""
    codes = tuple(dict.fromkeys(grids))
    return Edit("merge", state_id(plan), grids=codes, into=into, within=within)


def cut_patch(plan: Plan, patch: str, line: LineString, *, within: str = "") -> Edit:
    """Cut one patch along a drawn line; the pieces stay in its micro-grid."""
    return Edit("cut", state_id(plan), patches=(patch,), line=line, cut=True, within=within)


def close_grid(plan: Plan, grid: str) -> Edit:
    """Close an exclusive grid whose unit has left.

    Its ground goes back to the given grids around it, as micro-grids of theirs; its code and those
    of its sub-grids are never used again. The ground of a sub-grid goes back to its unit.
    """
    return Edit("close", state_id(plan), grids=(grid,))


def lock_grids(plan: Plan, grids: Iterable[str]) -> Edit:
    """Lock micro-grids: no edit changes them until they are unlocked."""
    return Edit("lock", state_id(plan), grids=tuple(dict.fromkeys(grids)))


def unlock_grids(plan: Plan, grids: Iterable[str]) -> Edit:
    """Unlock micro-grids."""
    return Edit("unlock", state_id(plan), grids=tuple(dict.fromkeys(grids)))


def with_moves(edit: Edit, moves: Mapping[str, str]) -> Edit:
    """Add moves to an edit; a patch named twice goes where it was sent last."""
    return replace(edit, also=tuple((dict(edit.also) | dict(moves)).items()))
