"""The page of the wall screen without a browser: who gets which scenes, and what stays away."""

import json
from dataclasses import replace
from datetime import date

import drawn_plan
import pytest
from app_pages import app_page, turn_to
from saved_plans import put_plan

from gridmap.access.links import make_view_link
from gridmap.rules import parse_rules
from gridmap.store import save_plan
from gridmap.ui.wall import wall_page


@pytest.fixture
def folder(tmp_path):
    put_plan(drawn_plan.draw_plan, tmp_path / "test.gridmap.gpkg")
    return tmp_path


@pytest.fixture
def shown(monkeypatch):
    """What the page sends to the browser: the last settings and scenes."""
    sent = {}

    def published(data, *_):
        sent["scenes"] = json.loads(data)
        return "/media/wall.json"

    monkeypatch.setattr(wall_page, "publish", published)
    monkeypatch.setattr(wall_page, "_SCREEN", lambda **more: sent.update(more["data"]))
    return sent


def test_what_is_chosen_on_the_coverage_page_is_what_the_screen_shows(folder, shown):
    app = app_page(folder).run()
    app.segmented_control(key="wall-audience").set_value("public").run()
    app.toggle(key="wall-light").set_value(True).run()
    app.segmented_control(key="wall-seconds").set_value(30).run()
    app.button(key="wall-open").click().run()
    assert not app.exception
    assert shown["settings"] == {"public": True, "names": True, "light": True, "pace_s": 30}
    assert "vacant" not in {one["kind"] for one in shown["scenes"]["scenes"]}
    assert (list(app.title), list(app.get("page_link"))) == ([], [])  # nothing above the screen


def test_a_screen_opened_with_a_link_names_nobody_unless_asked_to(folder, shown):
    today = date.today()
    _, token = make_view_link(folder / "test.gridmap.gpkg", "大厅", expires=today, today=today)
    app = app_page(folder, "wall")
    app.query_params["t"] = token
    assert not app.run().exception
    assert not shown["settings"]["names"]
    assert "干部0" not in json.dumps(shown["scenes"], ensure_ascii=False)
    app.query_params["wall-names"] = "1"
    turn_to(app, "wall")
    app.run()
    assert "干部0" in json.dumps(shown["scenes"], ensure_ascii=False)


def test_without_a_plan_the_way_to_one_is_shown_in_the_frame_of_the_app(tmp_path, shown):
    app = app_page(tmp_path, "wall").run()
    assert app.title[0].value == "大屏"
    assert shown == {}


def test_a_plan_of_secret_layers_is_on_no_screen(tmp_path, shown):
    plan = drawn_plan.draw_plan()
    text = plan.rules_text + '\n[publish]\nsource_classification = "secret"\n'
    save_plan(replace(plan, rules=parse_rules(text), rules_text=text), tmp_path / "s.gridmap.gpkg")
    app = app_page(tmp_path, "wall").run()
    assert "涉密" in app.error[0].value
    assert shown == {}
