"""Which ground no file for the public may show: by its code, its layer, or its record."""

from collections.abc import Iterable

import pandas as pd

from boundaries.validate.rules_publishing import is_listed
from gridmap.plan.plan import Plan
from gridmap.rules import parse_rules
from gridmap.rules.text import set_value

__all__ = ["ESTATE", "hiding_too", "is_estate", "is_sensitive"]

ESTATE = "problem_estate"


def is_sensitive(plan: Plan) -> pd.Series:
    """Say which patches are sensitive.

    Those are patches whose code or layer says so (`layers.landuse.sensitive`), and those whose
    record stands in `publish.sensitive_records` of the rules, alone or as `file:record`.
    """
    marked = plan.patches["sensitive_by"] != ""
    return marked | is_listed(plan.patches, plan.rules.publish.sensitive_records)


def is_estate(plan: Plan) -> pd.Series:
    """Say which patches are problem estates: no list for the public names them."""
    return plan.patches["category"] == ESTATE


def hiding_too(plan: Plan, records: Iterable[str]) -> Plan:
    """Name further records as sensitive in the rules of a plan.

    Parameters
    ----------
    plan
        An earlier version.
    records
        Those that the last version names: what was found out later is hidden in what was before.
    """
    known = plan.rules.publish.sensitive_records
    if not set(records) - set(known):
        return plan
    named = sorted({*known, *records})
    text = set_value(plan.rules_text, ("publish", "sensitive_records"), named)
    return plan.with_tables(rules_text=text, rules=parse_rules(text))
