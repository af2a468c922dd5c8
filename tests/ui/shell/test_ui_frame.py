"""The frame around the pages: who gets which, leaving, and a fault of the program."""

import gc
import sys

import drawn_plan
import pytest
from app_pages import app_page, turn_to
from saved_plans import put_plan

from gridmap import ui
from gridmap.access.accounts import add_account
from gridmap.plan_store import FilePlans
from gridmap.ui import home_page
from gridmap.ui.shell import header
from gridmap.ui.shell.context import PageContext
from gridmap.ui.shell.header import BY_BUTTON
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.start import REGISTRY

PASSWORD = "correct horse"


@pytest.fixture
def folder(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    put_plan(drawn_plan.draw_plan, out / "test.gridmap.gpkg")
    return out


def logged_in(folder, page, role):
    add_account(folder, "li", PASSWORD, role=role)
    app = app_page(folder, page).run()
    app.text_input[0].set_value("li")
    app.text_input[1].set_value(PASSWORD)
    app.button[0].click().run()
    assert not app.exception
    return app


def links(app):
    return [link.proto.page for link in app.get("page_link")]


def test_a_planner_gets_all_pages_and_a_viewer_four(folder):
    keys = [one.key for one in REGISTRY if one.key not in BY_BUTTON and one.where != "city"]
    assert links(logged_in(folder, "home", "planner"))[1:] == keys[1:]
    assert links(logged_in(folder, "home", "viewer"))[1:] == ["coverage", "handover", "plans"]


@pytest.mark.parametrize("page", ["data", "rules", "split", "redraw", "people"])
def test_a_viewer_reaches_no_page_that_changes_anything_and_is_led_home(folder, page):
    app = logged_in(folder, page, "viewer")
    turn_to(app, page)
    app.run()
    shown = [element.proto.body for element in app.get("html")]
    assert any("此页不对您的账号开放" in text for text in shown)
    assert {button.key for button in app.button} == {"log-out", "lost-go"}
    app.button(key="lost-go").click().run()
    assert app.title[0].value == "测试镇"


def test_the_address_of_the_home_page_opens_it(folder):
    app = logged_in(folder, "home", "planner")
    assert app.title[0].value == "测试镇"
    assert links(app)[0] == ""  # it is not there twice


def test_a_viewer_sees_where_the_town_stands_and_has_no_button_to_go_on(folder):
    app = logged_in(folder, "home", "viewer")
    keys = {button.key for button in app.button}
    assert keys == {"open-coverage", "open-handover", "plan-card-go-home", "log-out"}


def test_who_has_logged_in_can_leave(folder):
    app = logged_in(folder, "home", "planner")
    assert app.button(key="log-out").label == "li：退出"
    app.button(key="log-out").click().run()
    assert not app.title
    assert app.subheader[0].value == "登录"


def test_a_fault_of_the_program_is_told_in_words_and_still_raised(folder, monkeypatch):
    def broken(context):
        raise RuntimeError("a bug")

    monkeypatch.setattr(home_page, "show", broken)
    app = app_page(folder, "home").run()
    assert "程序出了问题" in app.error[0].value
    assert len(app.exception) == 1
    assert "a bug" not in app.exception[0].message  # that is for the log


def test_a_viewer_cannot_open_a_path_of_the_machine(folder, tmp_path):
    put_plan(drawn_plan.draw_plan, tmp_path / "away.gridmap.gpkg")
    app = logged_in(folder, "home", "viewer")
    app.session_state["path-typed"] = str(tmp_path / "away.gridmap.gpkg")
    app.query_params["plan"] = "../away.gridmap.gpkg"
    app.run()
    (entry,) = FilePlans(folder).list()
    assert app.query_params["plan"] in (entry.id, [entry.id])


def test_what_a_page_has_loaded_is_not_looked_through_for_garbage_at_each_click(
    folder, monkeypatch
):
    app_page(folder, "home").run()
    once = gc.get_freeze_count()
    app_page(folder, "home").run()
    assert gc.get_freeze_count() <= once
    monkeypatch.setattr(ui, "home_page", home_page)  # put back as it was, after what comes now
    monkeypatch.delitem(sys.modules, "gridmap.ui.home_page")  # as it is before the first visit
    app_page(folder, "home").run()
    assert gc.get_freeze_count() > once


def test_in_a_city_the_plans_of_the_open_town_are_offered_with_copies_of_copies(tmp_path):
    plans = tmp_path / "plans"
    for town in ("east", "east-2", "west"):
        (tmp_path / "towns" / town).mkdir(parents=True)
    (tmp_path / "city.toml").write_text('[city]\ncode = "1"\nname = "市"\n', encoding="utf-8")
    plans.mkdir()
    places = {
        name: plans / f"{name}.gridmap.gpkg"
        for name in ("east", "east-3", "east-3-2", "east-2", "east-2-2", "west-2")
    }
    for place in places.values():
        place.touch()

    def offered(name):
        context = PageContext(
            plans, tmp_path / "towns", None, places[name], True, "", Translator("zh"),
            city=tmp_path,
        )  # fmt: skip
        return sorted(place.name.partition(".")[0] for place in header._choices(context))

    assert offered("east-3") == ["east", "east-3", "east-3-2"]
    assert offered("east-2-2") == ["east-2", "east-2-2"]
