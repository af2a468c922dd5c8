"""An opened plan holds the memory of its tables, and none of what has read them."""

import drawn_plan
import psutil
from saved_plans import put_plan

from gridmap.store import load_plan

MB = 2**20


def test_plans_that_are_open_take_the_memory_of_their_tables_alone(tmp_path):
    path = tmp_path / "t.gridmap.gpkg"
    put_plan(drawn_plan.draw_plan, path)
    load_plan(path)  # libraries take theirs once
    before = psutil.Process().memory_info().rss
    plans = [load_plan(path) for _ in range(4)]
    added = (psutil.Process().memory_info().rss - before) / MB
    assert path.stat().st_size < 2 * MB
    # Each of some 20 tables held 5 MB of GDAL's for as long as the plan was open: 400 MB.
    assert added < 100
    assert len(plans) == 4
