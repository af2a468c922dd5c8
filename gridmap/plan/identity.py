"""Who a plan is: its id and its parent's, its title, and whether it is frozen.

It stands in the first row of the table `versions`, so that it goes with the file wherever that is
moved to and whatever it is called. A plan that was never given an id has one that follows from
what it was made of; nothing is written by looking.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

import pandas as pd

from gridmap.plan.plan import REDACTED, Plan
from layers.contract.errors import PlanError, UsageError, quoted

__all__ = [
    "MOST_SIGNS",
    "FrozenPlanError",
    "Identity",
    "checked_title",
    "derived_id",
    "identity_from",
    "identity_of",
    "new_id",
    "require_thawed",
    "with_identity",
]

MOST_SIGNS = 60  # of a title
_DIGITS = 12
# What stays as it is while a plan is edited: its data, its rules, the code and the seed.
_MADE_OF = ("rules", "code", "seed", REDACTED)


class FrozenPlanError(PlanError):
    """The plan is frozen: nobody changes it until somebody thaws it."""


@dataclass(frozen=True)
class Identity:
    """Who a plan is. All are texts; times are ISO, "" stands for what is not known.

    Attributes
    ----------
    plan_id
        Its own id; never that of another plan, except of a copy that a file manager made.
    parent_id, parent_state, parent_name
        The plan it was made from, the state of that (`gridmap.edits.state_id`), and what that was
        called then.
    origin
        "branch", "copy", or "" for a plan divided from data.
    title
        The name that a planner gave it; "" for none.
    made_by, made_at
        Who branched or copied it, and when.
    frozen_by, frozen_at, frozen_why
        Who froze it; "" for a plan that may be changed.
    """

    plan_id: str = ""
    parent_id: str = ""
    parent_state: str = ""
    parent_name: str = ""
    origin: str = ""
    title: str = ""
    made_by: str = ""
    made_at: str = ""
    frozen_by: str = ""
    frozen_at: str = ""
    frozen_why: str = ""

    @property
    def is_frozen(self) -> bool:
        """Whether nobody may change the plan."""
        return bool(self.frozen_at)


_NAMES = tuple(field.name for field in fields(Identity))


def identity_of(plan: Plan) -> Identity:
    """Say who a plan is; one that was never given an id has the one it derives."""
    return identity_from(plan.versions, plan.receipt)


def identity_from(versions: pd.DataFrame, receipt: Mapping[str, str]) -> Identity:
    """Say who a plan is by its table of versions and its receipt.

    Parameters
    ----------
    versions
        Its first row says it; columns that are not there are "".
    receipt
        Of the plan: the id follows from it when none was given.
    """
    row = versions.iloc[0] if len(versions) else pd.Series(dtype="str")
    told = {name: row.get(name) for name in _NAMES}
    found = Identity(**{name: "" if pd.isna(text) else str(text) for name, text in told.items()})
    return found if found.plan_id else replace(found, plan_id=derived_id(versions, receipt))


def with_identity(plan: Plan, identity: Identity) -> Plan:
    """Give a plan an identity; nothing else of it changes."""
    versions = plan.versions
    if versions.empty:
        town = plan.rules.town
        versions = pd.DataFrame(
            {"version": [town.version], "valid_from": [town.valid_from.isoformat()]}, dtype="str"
        )
    rest = [""] * (len(versions) - 1)
    told = {
        name: pd.Series([getattr(identity, name), *rest], index=versions.index, dtype="str")
        for name in _NAMES
    }
    return plan.with_tables(versions=versions.assign(**told))


def derived_id(versions: pd.DataFrame, receipt: Mapping[str, str]) -> str:
    """Give the id that follows from what a plan was made of; editing does not change it."""
    made_of = sorted(
        (key, value) for key, value in receipt.items() if key in _MADE_OF or key.startswith("data:")
    )
    version = str(versions["version"].iloc[0]) if len(versions) and "version" in versions else ""
    return _id("derived", version, *(text for pair in made_of for text in pair))


def new_id(parent: Identity, state: str, who: str, when: str, name: str) -> str:
    """Give the id of a plan made from another: the same request has the same id.

    Parameters
    ----------
    parent, state
        The plan that it is made from, and the state of it.
    who, when
        Who makes it, and the ISO time.
    name
        Of the file, which is no other plan's at that time.
    """
    return _id("made", parent.plan_id, state, who, when, name)


def checked_title(title: str) -> str:
    """Return a title without blanks around it.

    Raises
    ------
    UsageError
        If it is longer than `MOST_SIGNS`, or has a line break or another sign without a picture.
    """
    title = title.strip()
    bad = [sign for sign in title if not sign.isprintable()]
    if len(title) > MOST_SIGNS:
        raise UsageError(
            f"A name of a plan has at most {MOST_SIGNS} signs; this one has {len(title)}. Give a "
            "shorter one.",
            f"方案名称最多 {MOST_SIGNS} 个字，现为 {len(title)} 个字。请缩短。",
        )
    if bad:
        raise UsageError(
            f"The name of a plan has a sign without a picture in it (U+{ord(bad[0]):04X}). Type "
            "the name anew.",
            f"方案名称中含有不可见的字符（U+{ord(bad[0]):04X}）。请重新输入。",
        )
    return title


def require_thawed(identity: Identity, name: str) -> None:
    """Refuse to change a frozen plan.

    Parameters
    ----------
    identity
        Of the plan as it is in its file.
    name
        Of the file, for the words.

    Raises
    ------
    FrozenPlanError
        If it is frozen, saying by whom and since when.
    """
    if not identity.is_frozen:
        return
    day = identity.frozen_at[:10]
    raise FrozenPlanError(
        f"The plan {name!r} is frozen (by {identity.frozen_by!r} on {day}), so that it stays as it "
        "is. Nothing was changed. Branch a draft from it and change that, or thaw it first.",
        f"方案{quoted(name)}已冻结（{quoted(identity.frozen_by)}，{day}），内容不能修改，本次没有改动。"
        "请另建草稿后修改草稿，或先解冻。",
    )


def _id(*texts: str) -> str:
    digest = hashlib.sha256("\x1f".join(texts).encode("utf-8", "surrogatepass"))
    return f"P{digest.hexdigest()[:_DIGITS]}"
