"""The one thing to do next: the first step that is not done, with a way to it."""

import json
import time
from dataclasses import replace
from datetime import date

import drawn_plan
import drawn_town
import pytest
from app_pages import app_page
from saved_plans import put_plan

from gridmap.access.accounts import add_account
from gridmap.trials.background import Work
from gridmap.ui.shell.steps import Step, next_step, steps_of
from gridmap.ui.shell.towns import make_town, trial_store
from layers.contract.errors import Named


def steps(**states):
    return [Step(page, state, ()) for page, state in states.items()]


def test_what_has_to_be_looked_at_comes_before_what_follows_it():
    found = steps(data="done", rules="look", split="todo", handover="todo")
    assert next_step(found).page == "rules"
    found = steps(split="done", people="look", coverage="done", handover="todo")
    assert next_step(found).page == "people"
    assert next_step(steps(data="done", handover="todo")).page == "handover"
    assert next_step(steps(data="done", handover="done")).page == "handover"
    assert next_step(steps(rules="ready", split="todo", handover="ready")).page == "split"


@pytest.mark.parametrize(
    ("rule", "page"),
    [
        ("READ-3", "data"), ("DATA-2", "data"), ("TREE-1", "data"), ("SPLIT-1", "split"),
        ("SPLIT-2", "split"), ("COV-1", "split"), ("CAP-9", "redraw"), ("CAT-1", "redraw"),
        ("ASSIGN-2", "people"), ("PEOPLE-1", "people"),
    ],
)  # fmt: skip
def test_an_error_of_the_plan_leads_to_the_page_where_it_is_mended(tmp_path, rule, page):
    plan = drawn_plan.draw_plan()
    micro = plan.grids["kind"] == "micro"
    grids = plan.grids.assign(load_h=plan.grids["load_h"].where(~micro, 1.0))
    issues = plan.issues[plan.issues["severity"] == "error"].head(1).assign(rule=rule)
    assert len(issues) == 1
    filled = plan.assignments[plan.assignments["status"] == "filled"]
    path = tmp_path / "x.gridmap.gpkg"
    path.touch()
    found = steps_of(None, plan.with_tables(grids=grids, issues=issues, assignments=filled), path)
    assert [step.page for step in found if step.state == "look"] == [page, "handover"]
    assert next_step(found).leads_to == page


@pytest.mark.parametrize(
    ("error", "page"),
    [
        ("LayerFileError", "data"), ("LayerSchemaError", "data"), ("BoundaryError", "data"),
        ("PlanError", "rules"), ("", "split"),
    ],
)  # fmt: skip
def test_dividing_that_failed_leads_to_the_page_where_the_fault_is_mended(tmp_path, error, page):
    town = drawn_town.write_town(tmp_path / "towns" / "test")
    later = time.time() + 60
    work = Work("failed", {}, "", 0.5, 0.0, later, Named("x", "某处有误"), "", error)
    step = next_step(steps_of(town, None, None, work=work))
    assert (step.page, step.leads_to, step.state) == ("split", page, "look")
    # Once something was changed the next thing is to divide again.
    step = next_step(steps_of(town, None, None, work=replace(work, ended=1.0)))
    assert (step.leads_to, step.state) == ("split", "todo")
    assert next_step(steps_of(town, None, None, work=replace(work, state="done"))).state == "todo"


def test_the_split_page_and_home_lead_from_a_failed_dividing_to_its_page(tmp_path):
    town = drawn_town.write_town(tmp_path / "towns" / "test")
    store = trial_store(tmp_path / "out", town)
    store.mkdir(parents=True)
    fault = ["In 'roster.xlsx' …", "“roster.xlsx”中编号重复。", "LayerSchemaError"]
    told = {"name": "1", "state": "failed", "ended": time.time() + 60, "fault": fault}
    (store / "task.json").write_text(json.dumps({"name": "1", "pid": 0, "started": 1, "task": {}}))
    (store / "progress.json").write_text(json.dumps(told))
    app = app_page(tmp_path / "out", "home", tmp_path / "towns").run()
    assert app.button(key="next-go").label == "前往“数据”"
    app = app_page(tmp_path / "out", "split", tmp_path / "towns").run()
    assert "编号重复" in app.error[0].value
    assert app.button(key="split-go-fault").label == "前往“数据”"


def test_rules_that_are_broken_lead_to_the_rules(tmp_path):
    town = make_town(tmp_path / "towns", "测试镇", "410122106000", today=date(2026, 1, 1))
    (town / "rules.toml").write_text("[[[[", encoding="utf-8")
    assert next_step(steps_of(town, None, None)).leads_to == "rules"


def test_beside_a_plan_from_elsewhere_one_can_begin_with_a_town_of_ones_own(tmp_path):
    put_plan(drawn_plan.draw_plan, tmp_path / "test.gridmap.gpkg")
    app = app_page(tmp_path, "home").run()
    keys = {button.key for button in app.button}
    assert {"sample-zhengan", "sample-cambridge", "own"} <= keys
    app.button(key="own").click().run()
    assert not app.exception


def test_the_page_of_data_leads_to_rules_that_are_no_toml(tmp_path):
    town = make_town(tmp_path / "towns", "测试镇", "410122106000", today=date(2026, 1, 1))
    (town / "rules.toml").write_text("[[[[", encoding="utf-8")
    app = app_page(tmp_path / "out", "data", tmp_path / "towns").run()
    assert "TOML" in app.error[0].value
    app.button(key="data-to-rules").click().run()
    assert not app.exception


def test_a_viewer_is_not_told_about_data_and_rules(tmp_path):
    put_plan(drawn_plan.draw_plan, tmp_path / "test.gridmap.gpkg")
    add_account(tmp_path, "li", "correct horse", role="viewer")
    app = app_page(tmp_path, "home").run()
    app.text_input[0].set_value("li")
    app.text_input[1].set_value("correct horse")
    app.button[0].click().run()
    told = "\n".join(element.proto.body for element in app.get("html"))
    assert "核对规则" not in told
    assert "划分微网格" in told
