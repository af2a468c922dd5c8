"""All kinds of files that can be ordered, in the order in which page and command show them."""

from gridmap.handover import cadres, changes, maps, residents, tables
from gridmap.handover.kinds import Kind
from layers.contract.errors import UsageError, quoted

__all__ = ["KINDS", "SHELVES", "kind_of", "kinds_for"]

SHELVES = ("hang", "give", "keep", "systems")

KINDS: tuple[Kind, ...] = (
    *residents.KINDS,
    *cadres.KINDS,
    *tables.KINDS,
    *maps.KINDS,
    *changes.KINDS,
)


def kind_of(key: str) -> Kind:
    """Give a kind by its key.

    Raises
    ------
    UsageError
        If there is none.
    """
    for kind in KINDS:
        if kind.key == key:
            return kind
    keys = [kind.key for kind in KINDS]
    raise UsageError(
        f"There are no files of the kind {key!r}. Choose of: {', '.join(keys)}.",
        f"没有{quoted(key)}这种文件，请从这些中选：{'、'.join(keys)}。",
    )


def kinds_for(audience: str, *, may_change: bool) -> list[Kind]:
    """Give the kinds that may be made for an audience by a planner, or by who may only look."""
    return [
        kind for kind in KINDS if audience in kind.audiences and (may_change or kind.for_viewer)
    ]
