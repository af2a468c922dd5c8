"""The hand-over page without a browser: what it says before, and what it gives to whom."""

import time

import pytest
from app_pages import app_page
from redraw_plan import draw
from saved_plans import put_plan

from gridmap.access.accounts import accounts_in, add_account
from gridmap.access.behalf import Behalf
from gridmap.store import load_plan
from gridmap.ui.shell.auth import SESSION, LoginSession

NAME = "town.gridmap.gpkg"


@pytest.fixture
def folder(tmp_path):
    put_plan(draw, tmp_path / NAME)
    return tmp_path


def hand_over(folder):
    app = app_page(folder, "handover").run()
    assert not app.exception
    return app


def downloads(app):
    return {one.proto.id.rsplit("-", 1)[-1]: one for one in app.get("download_button")}


def test_boundaries_are_made_checked_and_offered(folder):
    app = hand_over(folder)
    app.text_input(key="handover-licence").input("仅供测试").run()
    app.button(key="handover-make").click().run()
    assert any("7 个网格舍入到 7 位小数后仍然完整覆盖" in one.value for one in app.success)
    assert "geojson" in downloads(app)


def test_other_options_ask_for_making_anew(folder):
    app = hand_over(folder)
    app.button(key="handover-make").click().run()
    assert "geojson" in downloads(app)
    app.toggle(key="handover-patches").set_value(True).run()
    assert "geojson" not in downloads(app)
    app.toggle(key="handover-contacts").set_value(True).run()
    app.button(key="handover-make").click().run()
    assert "geojson" in downloads(app)


def test_what_is_vacant_and_wrong_is_said_before(folder):
    app = hand_over(folder)
    errors = int((load_plan(folder / NAME).issues["severity"] == "error").sum())
    assert [str(errors) in one.value for one in app.warning] == [True] * (errors > 0)
    assert any("1 个岗位空缺" in one.value for one in app.info)


def test_the_four_files_are_offered_to_a_planner(folder):
    assert set(downloads(hand_over(folder))) == {"map", "report", "plan"}


def test_files_for_the_public_are_chosen_and_the_open_question_is_answered(folder):
    app = hand_over(folder)
    assert any("公开、内部还是涉密" in one.value for one in app.info)
    app.segmented_control(key="handover-audience").set_value("public").run()
    assert not app.exception
    assert set(downloads(app)) == {"map", "copy"}
    assert "handover-contacts" not in [one.key for one in app.toggle]
    app.button(key="handover-make").click().run()
    assert "geojson" in downloads(app)

    app.selectbox(key="handover-source").set_value("secret").run()
    app.button(key="handover-source-save").click().run()

    assert load_plan(folder / NAME).rules.publish.source_classification == "secret"
    assert any("保密技术处理" in one.value for one in app.error)
    assert downloads(app) == {}


def test_a_viewer_gets_nothing_that_holds_people(folder):
    add_account(folder, "chief", "long enough pass", role="planner")
    add_account(folder, "guest", "long enough pass", role="viewer")
    app = app_page(folder, "handover")
    (guest,) = (one for one in accounts_in(folder) if one.name == "guest")
    behalf = Behalf(folder, "viewer", "guest", guest.mark)
    app.session_state[SESSION] = LoginSession(behalf, time.time(), time.time())
    app.run()
    assert not app.exception
    assert set(downloads(app)) == {"map"}
    assert [one.key for one in app.toggle] == ["handover-patches", "handover-grey"]


def test_the_map_is_printed_for_the_paper_and_scale_that_were_chosen(folder):
    app = hand_over(folder)
    app.selectbox(key="handover-paper").set_value("A4").run()
    app.selectbox(key="handover-scale").set_value(25_000).run()
    app.button(key="handover-print-make").click().run()
    assert any("A4 纸，比例尺 1:25000，共 1 幅" in one.value for one in app.caption)
    assert "print" in downloads(app)
    app.toggle(key="handover-grey").set_value(True).run()
    assert "print" not in downloads(app)
    choices = app.selectbox(key="handover-grid").options
    assert choices[0] == "全镇"
    assert len(choices) == 1 + int((load_plan(folder / NAME).grids["kind"] != "micro").sum()) - 1
