"""The one thing to do next: the first step that is not done, with a way to it."""

from datetime import date

import drawn_plan
from app_pages import app_page

from gridmap.access.accounts import add_account
from gridmap.store import save_plan
from gridmap.ui.steps import Step, next_step
from gridmap.ui.towns import make_town


def steps(**states):
    return [Step(page, state, ()) for page, state in states.items()]


def test_what_has_to_be_looked_at_comes_before_what_follows_it():
    found = steps(data="done", rules="look", split="todo", handover="todo")
    assert next_step(found).page == "rules"
    found = steps(split="done", people="look", coverage="done", handover="todo")
    assert next_step(found).page == "people"
    assert next_step(steps(data="done", handover="todo")).page == "handover"
    assert next_step(steps(data="done", handover="done")).page == "handover"


def test_the_page_of_data_leads_to_rules_that_are_no_toml(tmp_path):
    town = make_town(tmp_path / "towns", "测试镇", "410122106000", today=date(2026, 1, 1))
    (town / "rules.toml").write_text("[[[[", encoding="utf-8")
    app = app_page(tmp_path / "out", "data", tmp_path / "towns").run()
    assert "TOML" in app.error[0].value
    app.button(key="data-to-rules").click().run()
    assert not app.exception


def test_a_viewer_is_not_told_about_data_and_rules(tmp_path):
    save_plan(drawn_plan.draw_plan(), tmp_path / "test.gridmap.gpkg")
    add_account(tmp_path, "li", "correct horse", role="viewer")
    app = app_page(tmp_path, "home").run()
    app.text_input[0].set_value("li")
    app.text_input[1].set_value("correct horse")
    app.button[0].click().run()
    told = "\n".join(element.proto.body for element in app.get("html"))
    assert "核对规则" not in told
    assert "划分微网格" in told
