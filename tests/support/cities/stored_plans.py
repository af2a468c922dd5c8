"""Plans of their own ids as files, for tests of the store of plans."""

from dataclasses import replace
from functools import cache

from saved_plans import put_plan
from small_plan import small_plan

from gridmap.plan.identity import identity_of, with_identity

__all__ = ["SUFFIX", "only_id", "put", "titled"]

SUFFIX = ".gridmap.gpkg"


@cache
def drawn(name):
    """Give a function that draws a plan of its own id; saved once for all."""

    def draw():
        plan = small_plan()
        return with_identity(plan, replace(identity_of(plan), plan_id=f"P{name}"))

    return draw


def put(place, name="one"):
    place.parent.mkdir(parents=True, exist_ok=True)
    put_plan(drawn(name), place)
    return place


def titled(title):
    return lambda plan: with_identity(plan, replace(identity_of(plan), title=title))


def only_id(store):
    (entry,) = store.list()
    return entry.id
