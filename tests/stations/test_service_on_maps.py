"""What stations, case counts and business areas add to the HTML map, and to the page 覆盖."""

import pytest
from app_pages import app_page, captions
from service_plan import service_plan
from small_plan import small_plan

from gridmap.maps.payload import payload
from gridmap.maps.service_layers import cases_view, with_outlines
from gridmap.store import save_plan


def test_a_plan_without_any_has_the_map_that_it_had() -> None:
    plan = small_plan()

    assert with_outlines(plan) is plan.context
    assert cases_view(plan, plan.micro_grids) is None
    assert [view["key"] for view in payload(plan).values["views"]][-1] != "cases"


def test_the_map_draws_reach_and_business_areas_as_lines() -> None:
    plan = service_plan()

    context = with_outlines(plan)

    kinds = context["kind"].tolist()
    assert kinds[:2] == ["road", "road"]  # what the plan has comes first
    assert kinds[2:] == ["service.walk", "service.bicycle", "business", "business"]
    assert context["name"].tolist()[-2:] == ["东片", "西片"]
    signs = [sign["key"] for sign in payload(plan).values["signs"]["context"]]
    drawn = {signs[group["sign"]] for group in payload(plan).values["context"]["groups"]}
    assert {"business", "service.walk", "road.street"} <= drawn


def test_micro_grids_take_the_colour_of_the_lowest_grid_with_counts_of_one_kind() -> None:
    plan = service_plan()

    view = cases_view(plan, plan.micro_grids)

    names = {look.key: look.en for look in view.looks}
    of = view.of_grid.map(names)
    assert of.to_dict() == {"E01": "≤ 3", "W01": "> 7 – 40", "W02": "> 3 – 7"}
    # 500 filed are of another base: they are never added to what was found.
    assert view.notes["W01"] == (("40 件（发现 · 平台；网格W）", "40 (Found · 平台; Grid W)"),)


def test_grids_without_counts_are_shown_as_such() -> None:
    plan = service_plan()
    west = plan.cases[plan.cases["grid_code"].str.startswith("W")]

    view = cases_view(plan.with_tables(cases=west), plan.micro_grids)

    assert view.of_grid["E01"] == "no_cases"


@pytest.fixture
def page(tmp_path):
    def made(plan):
        save_plan(plan, tmp_path / "small.gridmap.gpkg")
        return app_page(tmp_path)

    return made


def test_the_page_shows_stations_cases_and_business_areas_of_a_plan(page) -> None:
    app = page(service_plan()).run()
    app.session_state["coverage-tab"] = "服务与案件"
    app.run()

    assert not app.exception
    said = " ".join(captions(app))
    assert "服务站 2 个，其中临街 1 个" in said
    assert "业务网格 2 个，专业人员 562 人" in said
    tables = [table.value for table in app.dataframe]
    cases = next(table for table in tables if "口径" in table)
    assert cases[cases["口径"] == "平台"]["发现"].tolist() == ["3", "47"]
    staff = next(table for table in tables if list(table.columns)[-1] == "专业人员")
    assert staff.groupby("级别")["专业人员"].sum().tolist() == [562, 562]
    assert "有 1 行案件数未归入网格" in " ".join(one.value for one in app.warning)


def test_the_page_of_a_plan_without_any_has_no_such_tab(page) -> None:
    app = page(small_plan()).run()

    assert "服务与案件" not in [tab.label for tab in app.tabs]
