"""The sample Zhongyuan: the figures of the report, from one command on."""

import pandas as pd
import pytest
from project import ROOT

from gridmap.coverage.business import staff_of_grids
from gridmap.coverage.cases import case_table
from gridmap.stations.figures import station_service
from gridmap.workflow.workflow import make_plan


@pytest.fixture(scope="module")
def plan():
    return make_plan(ROOT / "data" / "zhongyuan")


def test_the_plan_has_no_errors_and_no_warning_of_its_data(plan) -> None:
    severe = plan.issues[plan.issues["severity"] != "info"]

    # Patrol areas that reach over the border; the source is published, so nobody asks about 25 km².
    assert set(severe["rule"]) == {"BIZ-1"}
    assert plan.grids["level"].value_counts().to_dict()[1] == 1
    assert (plan.grids["level"] == 2).sum() == 9


def test_181_stations_of_which_107_at_streets_serve_most_by_bicycle_and_not_all(plan) -> None:
    service = station_service(plan)

    assert len(service.stations) == 181
    assert service.stations["on_street"].sum() == 107
    assert service.unplaced == ()
    assert service.road_km > 100
    by_bicycle = service.totals.loc["bicycle"]
    assert by_bicycle["people"] == pytest.approx(320_000)
    assert 0.9 < by_bicycle["people_in"] / by_bicycle["people"] < 1
    assert service.totals.at["walk", "people_in"] < by_bicycle["people_in"]
    gaps = service.gaps("bicycle", plan.grids)
    assert gaps["bicycle_people_out"].sum() == pytest.approx(by_bicycle["people_out"], rel=0.01)
    first = service.proposals[service.proposals["mode"] == "bicycle"].iloc[0]
    assert first["gain"] > 0.5 * by_bicycle["people_out"]  # the gap is one corner of the district


def test_562_staff_stay_562_on_levels_1_and_2(plan) -> None:
    assert plan.business["staff"].sum() == 562

    staff = staff_of_grids(plan.business, plan.crosswalk)

    assert staff.groupby("level")["staff"].sum().to_dict() == {1: 562, 2: 562}
    assert len(staff[staff["level"] == 2]) == 9
    sums = plan.crosswalk.groupby(["area_id", "level"])["share_of_area"].sum()
    assert sums.to_numpy() == pytest.approx(1, abs=1e-9)


def test_the_three_counts_are_stored_as_they_are_and_make_no_rate(plan) -> None:
    town = case_table(plan.cases, plan.grids, level=1).set_index("base")

    assert town.at["上报事件", "found"] == 3522
    assert town.at["三级网格受理", "filed"] == 1312
    assert town.at["随手记", "other"] == 11580
    assert town[["filed_rate", "closed_rate"]].isna().all(axis=None)
    assert (plan.cases["flag"] == "").all()


def test_every_station_lies_in_a_grid_and_bears_its_flag(plan) -> None:
    stations = plan.objects[plan.objects["class"] == "station"]

    assert (stations["grid_code"] != "").all()
    assert pd.Series(stations["size"]).value_counts().to_dict() == {"临街": 107, "院内": 74}
