"""Plans with exactly one fault each, made from the small sound plan, one for every rule."""

from functools import cache

from content_faults import CONTENT_FAULTS
from faulty_tables import check
from ground_faults import GROUND_FAULTS
from people_faults import PEOPLE_FAULTS

FAULTS = GROUND_FAULTS | CONTENT_FAULTS | PEOPLE_FAULTS
# Faults that cannot come alone: who breaks one breaks the other too.
COMPANIONS = {"TREE-2": {"TREE-1", "COV-1"}, "ASSIGN-5": {"ASSIGN-1", "ASSIGN-2"}}


@cache
def found_by(key):
    make_tables, limits, *_ = FAULTS[key]
    return check(limits, **make_tables())
