"""Makers of what systems get that hold earlier boundaries: what became of them, how they relate.

Earlier is the plan that the order names, else the last published version that is not this state.
"""

from collections.abc import Iterator

from boundaries.changes.writing import delta_csv, delta_geojson
from boundaries.relations.writing import relationship_csv
from gridmap.edits.moves.log import state_id
from gridmap.handover.kinds import File, Job, Kind, said
from gridmap.plan.plan import Plan
from gridmap.publications import plan_of, versions_of
from gridmap.publish import release
from gridmap.store import load_plan
from gridmap.versions.delta import delta_of
from gridmap.versions.relations import relationship_of
from layers.contract.errors import Named, UsageError

__all__ = ["KINDS"]


def _delta(job: Job) -> Iterator[File]:
    earlier, remark = _earlier(job)
    since = job.order.since
    before = job.source.parent / since if since else job.source
    made = delta_of(earlier, job.plan, beside=(before, job.source), licence=job.order.licence)
    counted = said("handover.delta", count=len(made.changes))
    yield File("-delta.geojson", delta_geojson(made), remarks=(remark, counted))
    yield File("-delta.csv", delta_csv(made))


def _crosswalk(job: Job) -> Iterator[File]:
    earlier, remark = _earlier(job)
    order = job.order
    made = relationship_of(earlier, job.plan, licence=order.licence, public=order.is_public)
    yield File("-crosswalk.csv", relationship_csv(made.table), remarks=(remark,))


def _earlier(job: Job) -> tuple[Plan, Named]:
    """Give the earlier plan as it may go out to the same audience, and say which it is."""
    if job.order.since:
        plan, number = load_plan(job.source.parent / job.order.since), ""
    else:
        number = _number(job)
        plan = plan_of(job.source, number)
    given = release(plan, public=job.order.is_public, day=job.printed.isoformat())
    since = number or job.order.since
    return given, said("handover.since_version" if number else "handover.since_plan", since=since)


def _number(job: Job) -> str:
    """Find the last published version that is not the state of the plan itself."""
    now = state_id(job.given)
    earlier = [one.number for one in versions_of(job.source) if one.state != now]
    if not earlier:
        title, title_zh = job.kind.title("en"), job.kind.title("zh")
        raise UsageError(
            f"{title}: no earlier version of this plan is published. Publish one first, or name an "
            "earlier plan: on the page under 'since', with the command by --since.",
            f"{title_zh}：该方案没有已发布的更早版本。请先发布，或指定一个更早的方案"
            "（页面上选“与哪个方案比较”，命令用 --since）。",
        )
    return earlier[-1]


KINDS = (
    Kind(
        "delta", "systems", "-delta.geojson", _delta,
        for_viewer=True, options=("since", "licence"), cost=4.0,
    ),
    Kind(
        "crosswalk", "systems", "-crosswalk.csv", _crosswalk,
        for_viewer=True, options=("since", "licence"), cost=3.0,
    ),
)  # fmt: skip
