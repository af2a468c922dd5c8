"""A drawn town with two published versions, and questions to `/ogc` about it without a server."""

import json
import tempfile
from datetime import date
from functools import cache
from pathlib import Path

from redraw_plan import BY, W1, draw
from saved_plans import put_plan

from gridmap import edits
from gridmap.access.attempts import Attempts
from gridmap.ogc import Request, Service, Settings, answer
from gridmap.ogc.feature_file import features_file, refresh
from gridmap.plan_store import FilePlans
from gridmap.publications import publish_plan
from gridmap.publications.record import record_of
from gridmap.store.plan_lock import change_plan

__all__ = ["BASE", "FIRST", "KEY", "SECOND", "THIRD", "TODAY", "Asking", "put_served_town",
           "put_town"]  # fmt: skip

FIRST, SECOND, THIRD = "2026-01-01", "2026-07-01", "2026-11-01"
TODAY = date(2026, 11, 30)
BASE, KEY = "http://127.0.0.1:8501/ogc", "the-start-key"
LICENCE = '[publish]\nlicence = "CC-BY-4.0"\n'


def licensed():
    return draw(LICENCE)


def split(plan):
    """Give P00 and P01 of TVW01 to a new micro-grid TVW03, and people to it."""
    apart = edits.apply(plan, edits.move_patches(plan, ["P00", "P01"], edits.NEW), **BY)
    return edits.assign_again(apart, **BY)


def merge(plan):
    return edits.apply(plan, edits.merge_grids(plan, ["TVW03", W1], into=W1), **BY)


def put_town(path, until=SECOND):
    """Put the plan and its record at a place, as they were after a version was published."""
    plan, record = _states()[until]
    path.write_bytes(plan)
    record_of(path).write_bytes(record)


def put_served_town(path):
    """Put the plan with two versions at a place, and the features that were made of them."""
    path.parent.mkdir(exist_ok=True)
    put_town(path)
    features_file(path).write_bytes(_features())


@cache
def _features():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.gridmap.gpkg"
        put_town(path)
        return refresh(path).read_bytes()


@cache
def _states():
    """Publish once: TVW01 is split in the second version, and put together again in the third."""
    states = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.gridmap.gpkg"
        put_plan(licensed, path)
        for day, number, change in ((FIRST, "1", None), (SECOND, "2", split), (THIRD, "3", merge)):
            if change is not None:
                change_plan(path, change)
            publish_plan(path, why="党委会通过", first_day=day, number=number, who="王五",
                         when="2026-11-20T10:00:00")  # fmt: skip
            states[day] = (path.read_bytes(), record_of(path).read_bytes())
    return states


TRIES = 5


class Asking:
    """Somebody at this machine who asks; answers come as they would be sent."""

    def __init__(self, folder, **chosen):
        self.service = Service(
            folder,
            lambda folder: FilePlans(folder).paths(),
            Settings(**chosen),
            Attempts(),
            KEY.__eq__,
            "start",
        )

    def __call__(self, where, query="", *, method="GET", key=True, address="127.0.0.1", **headers):
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        if key:
            told["cookie"] = f"start={KEY}"
        parts = tuple(part for part in where.split("/") if part)
        request = Request(method, parts, query, told, address, BASE, TODAY)
        # On a busy machine features take longer than an answer waits: clients come again.
        for _ in range(TRIES):
            self.last = answer(self.service, request)
            if self.last.status != 503 or "retry-after" not in self.last.headers:
                break
        return self.last

    def json(self, where, query="", **more):
        found = self(where, query, **more)
        assert found.status == 200, found.body
        return json.loads(found.body)

    def refused(self, where, query="", **more):
        """Give status and sentence of what is refused."""
        found = self(where, query, **more)
        return found.status, json.loads(found.body)["description"]

    def codes(self, where, query="", **more):
        """Give the codes of the features of an answer."""
        told = self.json(where, query, **more)
        return [one["id"].partition(".")[2] for one in told["features"]]
