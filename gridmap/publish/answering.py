"""Answers to what is asked before publishing, kept in the rules of a plan."""

import hashlib

from gridmap.plan.plan import Plan
from gridmap.rules import parse_rules
from gridmap.rules.text import drop_value, set_value

__all__ = ["answered"]


def answered(
    plan: Plan,
    *,
    source: str | None = None,
    audit_number: str | None = None,
    licence: str | None = None,
) -> Plan:
    """Write answers into the rules of a plan; comments and all else in them stay.

    Parameters
    ----------
    plan
        The plan; it stays as it is.
    source
        `public`, `internal` or `secret`; None leaves the answer as it is.
    audit_number
        Number of the review of the map, "" to take it out; None leaves it as it is.
    licence
        Licence of the boundaries, in the same way.

    Returns
    -------
    The plan with these rules, and their hash in the receipt. The same plan when nothing is new.

    Raises
    ------
    LayerSchemaError
        If a value is not allowed.
    """
    text = plan.rules_text
    if source is not None:
        text = set_value(text, ("publish", "source_classification"), source)
    for key, answer in (("audit_number", audit_number), ("licence", licence)):
        if answer:
            text = set_value(text, ("publish", key), answer)
        elif answer is not None:
            text = drop_value(text, ("publish", key))
    if text == plan.rules_text:
        return plan
    receipt = {**plan.receipt}
    if "rules" in receipt:
        receipt["rules"] = hashlib.sha256(text.encode()).hexdigest()
    return plan.with_tables(rules=parse_rules(text), rules_text=text, receipt=receipt)
