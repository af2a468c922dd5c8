"""What a plan bears of the version that it is published as: number, first day, codes given up."""

import hashlib
from collections.abc import Mapping
from datetime import date

import pandas as pd

from gridmap.plan.identity import identity_of, with_identity
from gridmap.plan.plan import Plan
from gridmap.publications.adding import Before
from gridmap.publications.lineage import same_ground
from gridmap.publish.release import release
from gridmap.rules import parse_rules
from gridmap.rules.text import drop_value, set_value

__all__ = ["kept_of", "stamped", "with_retired"]


def stamped(plan: Plan, before: Before, number: str, day: date, why: str) -> Plan:
    """Write number and first day into a plan; grids on the same ground keep theirs."""
    text = set_value(plan.rules_text, ("town", "version"), number)
    text = set_value(text, ("town", "valid_from"), day)
    grids = plan.grids.assign(version=number, valid_from=day.isoformat(), valid_to="")
    if before.grids is not None:
        # Asked again about the last version, its grids are as they were stamped then.
        kept = same_ground(before.grids, plan.grids)
        old = before.grids.loc[sorted(kept), ["version", "valid_from"]]
        grids.loc[old.index, ["version", "valid_from"]] = old
    receipt = dict(plan.receipt)
    if "rules" in receipt:
        receipt["rules"] = hashlib.sha256(text.encode()).hexdigest()
    # It stays the plan that it was: ids that nobody gave follow from version and rules.
    now = with_identity(plan, identity_of(plan))
    told = {"version": number, "valid_from": day.isoformat(), "valid_to": "", "reason": why}
    return now.with_tables(
        rules=parse_rules(text), rules_text=text, grids=grids, receipt=receipt,
        versions=_with_first(now.versions, told),
    )  # fmt: skip


def with_retired(plan: Plan, retired: Mapping[str, str]) -> Plan:
    """Tell the plan which codes were given up, so that no edit of it gives them again."""
    told = {"supersedes": ";".join(sorted(retired))}
    return plan.with_tables(versions=_with_first(plan.versions, told))


def _with_first(versions: pd.DataFrame, told: Mapping[str, str]) -> pd.DataFrame:
    """Write into the first row of the table of versions; there is no other."""
    row = versions.iloc[:1]
    return row.assign(
        **{name: pd.Series([text], index=row.index, dtype="str") for name, text in told.items()}
    )


def kept_of(plan: Plan) -> Plan:
    """Give what the record keeps of a plan: all but phones, that of the office too.

    Raises
    ------
    PlanError
        If the layers are state secrets.
    """
    kept = release(plan)
    return kept.with_tables(rules_text=drop_value(kept.rules_text, ("town", "office_phone")))
