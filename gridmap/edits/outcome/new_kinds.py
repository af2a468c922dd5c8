"""Which micro-grids an edit makes another kind, and what they are called then, in words.

Moving a patch of another kind may turn a micro-grid into one of that kind and rename it; nobody
should find that out from the plan afterwards.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from boundaries.tiling.build import kind_of
from gridmap.edits.outcome.derive import names_after
from gridmap.plan.plan import Plan
from layers.contract.categories import KINDS
from layers.contract.errors import Named

__all__ = ["NewKind", "find_new_kinds"]


@dataclass(frozen=True)
class NewKind:
    """A micro-grid whose kind an edit changes, and with it the name.

    `before` and `after` are keys of categories, or of sub-classes of residual ground; `text` is a
    sentence that says all this.
    """

    code: str
    before: str
    after: str
    name: Named
    new_name: Named
    text: Named


def find_new_kinds(
    plan: Plan, before: pd.DataFrame, after: pd.DataFrame, parents: Mapping[str, str]
) -> tuple[NewKind, ...]:
    """Find the micro-grids that stay and change their category or sub-class.

    Parameters
    ----------
    plan
        Plan before the edit.
    before, after
        `category` and `subclass` of the touched micro-grids, by code.
    parents
        The grid above, by code, for all of `after`.
    """
    both = after.index.intersection(before.index)
    was, will = kind_of(before).loc[both], kind_of(after)
    changed = both[(was != will.loc[both]).to_numpy()]
    if changed.empty:
        return ()
    # New micro-grids are named with them, as no number is given twice.
    names = names_after(plan, parents, will.to_dict())
    return tuple(
        _new_kind(plan, code, str(was[code]), str(will[code]), names[code])
        for code in changed.tolist()
    )


def _new_kind(plan: Plan, code: str, before: str, after: str, new: Mapping[str, str]) -> NewKind:
    row = plan.grids.loc[code]
    name = Named(str(row["name_en"] or row["name"] or code), str(row["name"] or code))
    new_name = Named(new["name_en"] or new["name"] or code, new["name"] or code)
    old = KINDS.get(before)
    (was, was_zh), then = (old.en, old.zh) if old else ("none", "无"), KINDS[after]
    text = Named(
        f"Micro-grid {code} changes its category: {was} → {then.en}. "
        f"{name.en!r} will be called {new_name.en!r}.",
        f"微网格 {code} 的类别将改变：{was_zh} → {then.zh}。名称由“{name.zh}”改为“{new_name.zh}”。",
    )
    return NewKind(code, before, after, name, new_name, text)
