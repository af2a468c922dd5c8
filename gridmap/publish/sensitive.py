"""Which ground no file for the public may show: by its code, its layer, or its record."""

import pandas as pd

from boundaries.validate.rules_publishing import is_listed
from gridmap.plan.plan import Plan

__all__ = ["ESTATE", "is_estate", "is_sensitive"]

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
