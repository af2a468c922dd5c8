"""The rule values that a planner tries, and what they change in a rules file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from gridmap.rules import Rules
from gridmap.split.border_prices import BORDER_KINDS

__all__ = ["MEASURES", "Values", "changes_between", "values_of"]

MEASURES = ("hectare", "patch", "household", "object", "case")
"""What a weight counts, as keys of `[load.*]`."""


@dataclass(frozen=True)
class Values:
    """The values that can be tried.

    `prices` are by kind of line, `weights` by kind of ground and measure, in officer-hours a week.
    """

    officer_hours: float
    officers_min: int
    officers_max: int
    target: int | None
    prices: Mapping[str, float]
    weights: Mapping[str, Mapping[str, float]]


def values_of(rules: Rules, kinds: Sequence[str]) -> Values:
    """Give the values of some rules; weights for these kinds of ground."""
    capacity = rules.capacity
    return Values(
        float(capacity.officer_hours),
        capacity.officers_min,
        capacity.officers_max,
        rules.split.target,
        {kind: float(getattr(rules.borders, kind)) for kind in BORDER_KINDS},
        {
            kind: {name: float(getattr(rules.weights(kind), name)) for name in MEASURES}
            for kind in kinds
        },
    )


def changes_between(old: Values, new: Values) -> dict[str, Any]:
    """Write what differs as changes of a rules file, by dotted key.

    A kind of ground with another weight gets all of its weights: its own table in the file takes
    the place of the default one.
    """
    changes: dict[str, Any] = {}
    for field in fields(Values)[:4]:
        if getattr(old, field.name) != getattr(new, field.name):
            section = "split" if field.name == "target" else "capacity"
            changes[f"{section}.{field.name}"] = getattr(new, field.name)
    for kind, price in new.prices.items():
        if price != old.prices[kind]:
            changes[f"borders.{kind}"] = price
    for kind, weights in new.weights.items():
        if weights != old.weights.get(kind):
            changes |= {f"load.{kind}.{name}": weight for name, weight in weights.items()}
    return changes
