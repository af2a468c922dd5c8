"""The town whose boundaries all clients read: ragged, with a hole and a team without ground."""

from functools import cache

from random_town import random_town

from gridmap.plan.plan import Plan
from gridmap.workflow.workflow import plan_town

__all__ = ["LEVEL", "handed_town"]

LEVEL = 4  # the lowest: micro-grids and exclusive grids side by side


@cache
def handed_town() -> Plan:
    """Plan the town; it is the same in every run, and only looked at."""
    return plan_town(random_town(5, sites=4))
