"""The plans of a folder as a tree: which was made from which, and where each stands.

A plan is found by its id, whatever its file is called now. A parent that is nowhere is shown as
missing, with the name that it had.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

from gridmap.access.behalf import seen_of
from gridmap.plan.identity import Identity
from gridmap.plan_store import find_plans
from gridmap.store.glance import Glance, glance
from gridmap.versions.wastebasket import Deleted, deleted_plans

__all__ = ["Node", "State", "forest", "place_below", "plan_tree"]

State = Literal["draft", "frozen", "in_force", "deleted", "missing", "public", "unreadable"]


@dataclass(frozen=True)
class Node:
    """One plan in the tree.

    Attributes
    ----------
    glance
        What its file says; of a missing parent its id and name alone.
    state
        "draft" for a plan that may be changed, "in_force" for the frozen one of its town whose days
        are now and that was frozen last, "frozen" for the others that are; "deleted" for one in the
        wastebasket, "missing" for a parent that is nowhere, "public" for a copy for the public.
    depth
        0 for a plan without a parent.
    twins
        Other files with the same id: a file manager has copied them.
    deleted
        The record of a deleted plan.
    """

    glance: Glance
    state: State
    depth: int = 0
    twins: int = 0
    deleted: Deleted | None = None

    @property
    def path(self) -> Path:
        """The file."""
        return self.glance.path

    @property
    def identity(self) -> Identity:
        """Who the plan is."""
        return self.glance.identity

    @property
    def changed_at(self) -> str:
        """ISO time of the last that was done with the plan; "" when nothing was."""
        own = self.identity
        last = max(self.glance.changed_at, own.made_at, own.frozen_at)
        return self.deleted.when if self.deleted else last

    @property
    def changed_by(self) -> str:
        """Who did it."""
        own, at = self.identity, self.changed_at
        if self.deleted:
            return self.deleted.who
        if at and at == own.frozen_at:
            return own.frozen_by
        return self.glance.changed_by if at == self.glance.changed_at else own.made_by


def plan_tree(folder: Path, *, today: date, with_deleted: bool = True) -> list[Node]:
    """List the plans of a folder, each followed by those that were made from it.

    Parameters
    ----------
    folder
        The folder of plans, looked through at any depth, and its wastebasket. Plans of towns that
        who this is done for may not see are left out.
    today
        The day by which a version is in force.
    with_deleted
        Whether to list the wastebasket too. Without it nothing is made good there either, as for
        those who may only look.

    Raises
    ------
    LayerFileError
        If the wastebasket cannot be read.
    """
    there = [glance(path) for path in seen_of(sorted(find_plans(folder)))]
    return forest(there, deleted_plans(folder) if with_deleted else (), today=today)


def place_below(node: Node, folder: Path) -> str:
    """Say where a plan lies, or lay before it was deleted, below the folder of plans."""
    if node.deleted is not None:
        return node.deleted.place
    if node.state == "missing":
        return ""
    with suppress(ValueError):
        return node.path.resolve().relative_to(folder.resolve()).as_posix()
    return node.path.name


def forest(
    there: Sequence[Glance], deleted: Iterable[tuple[Deleted, Glance]], *, today: date
) -> list[Node]:
    """Put plans in the order of a tree.

    Parameters
    ----------
    there
        The plans that lie in the folder.
    deleted
        Those in the wastebasket, each with its record.
    today
        As in `plan_tree`.
    """
    in_force = _in_force(there, today)
    nodes = [Node(one, _state(one, in_force)) for one in there]
    nodes += [Node(one, "deleted", deleted=entry) for entry, one in deleted]
    nodes += _missing(nodes)
    count: dict[str, int] = defaultdict(int)
    for node in nodes:
        if node.state not in ("public", "unreadable"):
            count[node.identity.plan_id] += 1
    nodes = [replace(node, twins=max(count[node.identity.plan_id] - 1, 0)) for node in nodes]
    return _ordered(nodes)


def _ordered(nodes: Sequence[Node]) -> list[Node]:
    """Put each plan behind its parent; plans that name each other as parents end up at the top."""
    first: dict[str, int] = {}
    for place, node in enumerate(nodes):
        if node.state not in ("public", "unreadable"):
            first.setdefault(node.identity.plan_id, place)
    below: Mapping[int, list[int]] = defaultdict(list)
    roots = []
    for place, node in enumerate(nodes):
        parent = first.get(node.identity.parent_id) if node.identity.parent_id else None
        if parent is None or parent == place:
            roots.append(place)
        else:
            below[parent].append(place)
    result: list[Node] = []
    seen: set[int] = set()
    # What hangs on no root hangs on itself, by ids that somebody has edited.
    for root in (*sorted(roots, key=lambda at: _key(nodes[at])), *range(len(nodes))):
        open_ones = [(root, 0)]
        while open_ones:
            place, depth = open_ones.pop()
            if place in seen:
                continue
            seen.add(place)
            result.append(replace(nodes[place], depth=depth))
            children = sorted(below[place], key=lambda at: _key(nodes[at]), reverse=True)
            open_ones += [(child, depth + 1) for child in children]
    return result


def _key(node: Node) -> tuple[str, str, str]:
    return node.glance.town, node.identity.made_at, str(node.path)


def _missing(nodes: Sequence[Node]) -> list[Node]:
    """Make a node for each parent that is nowhere."""
    known = {node.identity.plan_id for node in nodes if node.state != "unreadable"}
    gone: dict[str, Node] = {}
    for node in nodes:
        child = node.identity
        if child.parent_id and child.parent_id not in known and child.parent_id not in gone:
            identity = Identity(plan_id=child.parent_id, title=child.parent_name)
            town, town_en = node.glance.town, node.glance.town_en
            at = Path(child.parent_name or child.parent_id)
            gone[child.parent_id] = Node(
                Glance(at, identity=identity, town=town, town_en=town_en), "missing"
            )
    return list(gone.values())


def _state(one: Glance, in_force: frozenset[Path]) -> State:
    if one.fault is not None:
        return "unreadable"
    if one.is_public:
        return "public"
    if one.path in in_force:
        return "in_force"
    return "frozen" if one.identity.is_frozen else "draft"


def _in_force(there: Iterable[Glance], today: date) -> frozenset[Path]:
    """Find the version of each town that is in force: frozen, its days are now, frozen last."""
    latest: dict[str, Glance] = {}
    for one in there:
        if one.identity.is_frozen and not one.is_public and _covers(one, today):
            other = latest.get(one.town)
            if other is None or _since(other) < _since(one):
                latest[one.town] = one
    return frozenset(one.path for one in latest.values())


def _since(one: Glance) -> tuple[str, str, str]:
    return one.valid_from, one.identity.frozen_at, str(one.path)


def _covers(one: Glance, today: date) -> bool:
    with suppress(ValueError):
        first = date.fromisoformat(one.valid_from)
        last = date.fromisoformat(one.valid_to) if one.valid_to else date.max
        return first <= today <= last
    return False
