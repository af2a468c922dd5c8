"""Which rules the ground of a stored plan is enough for, and which need its files read anew."""

from collections.abc import Iterable

from gridmap.rules import Rules
from gridmap.rules.changes import differing
from gridmap.split.border_prices import BORDER_KINDS

__all__ = ["PRICES", "judged_rules", "needs_full_split"]

PRICES = BORDER_KINDS
"""Prices of a metre of border, as keys of `[borders]`."""

# Whole keys, or sections that end in a dot.
_JUDGED = (
    "load.",
    "capacity.",
    "split.",
    *(f"borders.{kind}" for kind in PRICES),
)
# They name, check, staff or publish what a division has made, and do not change it.
_OTHERWISE = ("town.", "numbering.", "assignment.", "duties.", "publish.", "service.")


def needs_full_split(old: Rules, new: Rules) -> tuple[str, ...]:
    """List the keys that differ and that no estimate can judge: the ground would be tiled anew.

    Such are the order of categories, what becomes of residual ground, streets and slivers,
    households by building, roads that are banned as borders, and the files themselves.

    Parameters
    ----------
    old, new
        The rules that a plan was made with, and others.
    """
    keys = (one.key for one in differing(old, new))
    return tuple(key for key in keys if not _starts(key, (*_JUDGED, *_OTHERWISE)))


def judged_rules(old: Rules, new: Rules) -> Rules:
    """Give the rules of a plan with those values of others that can be judged on its ground."""
    prices = {kind: getattr(new.borders, kind) for kind in PRICES}
    return old.model_copy(
        update={
            "load": new.load,
            "capacity": new.capacity,
            "split": new.split,
            "borders": old.borders.model_copy(update=prices),
        }
    )


def _starts(key: str, known: Iterable[str]) -> bool:
    return any(key == one or (one.endswith(".") and key.startswith(one)) for one in known)
