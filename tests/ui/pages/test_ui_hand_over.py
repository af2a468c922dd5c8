"""The hand-over page without a browser: what it says before, and what it gives to whom."""

import base64
import shutil
import time
from dataclasses import replace

import pytest
import streamlit as st
from app_pages import app_page
from phone_answers import jpeg
from redraw_plan import draw
from saved_plans import put_plan

from gridmap.access.accounts import accounts_in, add_account
from gridmap.access.behalf import Behalf
from gridmap.handover import Order
from gridmap.handover.templates import own_logo, own_template
from gridmap.handover.work import read_result, start_order
from gridmap.paper import read_template
from gridmap.publish.contacts import contacts_of
from gridmap.store import load_plan
from gridmap.trials.background import end_work, look_at_work
from gridmap.ui.handover import making, preview_card
from gridmap.ui.shell import jobs
from gridmap.ui.shell.auth import SESSION, LoginSession

NAME = "town.gridmap.gpkg"


@pytest.fixture
def folder(tmp_path):
    put_plan(draw, tmp_path / NAME)
    return tmp_path


@pytest.fixture
def drawn():
    """Where the preview is what is tested; elsewhere it is not drawn."""


@pytest.fixture(autouse=True)
def no_pictures(request, monkeypatch):
    if "drawn" not in request.fixturenames:
        monkeypatch.setattr(preview_card, "_drawn", lambda *asked: b"")


@pytest.fixture
def started(monkeypatch):
    """What the page orders; nothing of it is made."""
    orders = []
    monkeypatch.setattr(making, "start_order", lambda _, order, *a, **more: orders.append(order))
    return orders


@pytest.fixture
def downloads(monkeypatch):
    """What each download gives when it is pressed, by the key of its button."""
    files, button = {}, st.download_button

    def noted(label, data, **more):
        files[more["key"]] = data
        return button(label, data, **more)

    monkeypatch.setattr(st, "download_button", noted)
    return files


def hand_over(folder):
    app = app_page(folder, "handover").run()
    assert not app.exception
    return app


def offered(app):
    return {
        one.key.removeprefix("handover-what-")
        for one in app.checkbox
        if one.key.startswith("handover-what-")
    }


def choose(app, *kinds):
    for key in offered(app):
        app.checkbox(key=f"handover-what-{key}").set_value(key in kinds)
    return app.run()


def press(app):
    app.button(key="handover-make").click().run()
    assert not app.exception
    return app


def first_pages(app):
    return [one.proto.body for one in app.get("html") if '"handover-page"' in one.proto.body]


def test_what_is_vacant_and_wrong_is_said_before(folder):
    app = hand_over(folder)
    assert any("方案没有错误。 1 个岗位空缺。" in one.value for one in app.info)


def test_a_planner_is_offered_everything_of_the_house(folder):
    assert offered(hand_over(folder)) >= {"print", "map", "report", "plan", "boundaries"}


def test_what_is_chosen_is_ordered_with_its_options(folder, started):
    app = choose(hand_over(folder), "print", "boundaries", "phones")
    app.selectbox(key="handover-paper").set_value("A4")
    app.selectbox(key="handover-scale").set_value(25_000)
    app.toggle(key="handover-grey").set_value(True)
    app.toggle(key="handover-answers").set_value(True)
    app.toggle(key="handover-patches").set_value(True)
    app.toggle(key="handover-contacts").set_value(True)
    app.text_input(key="handover-licence").input(" 仅供测试 ")
    app.run().text_input(key="handover-address").input(" http://10.1.2.3:8501 ")
    press(app)
    assert started == [
        Order(("print", "phones", "boundaries"), paper="A4", scale=25_000, grey=True, patches=True,
              names=True, licence="仅供测试", answers=True, address="http://10.1.2.3:8501")
    ]  # fmt: skip


def test_other_systems_say_in_which_format_and_coordinates_they_want_the_boundaries(
    folder, started
):
    app = choose(hand_over(folder), "formats", "boundaries")
    systems = app.selectbox(key="handover-crs")
    assert [one.rpartition("（")[2] for one in systems.options] == [
        "EPSG:4547）", "EPSG:4326）", "EPSG:4490）", "EPSG:4526）",
    ]  # fmt: skip
    systems.set_value("EPSG:4526")
    app.multiselect(key="handover-formats").set_value(["shp", "kml"])
    app.segmented_control(key="handover-encoding").set_value("gbk")
    app.segmented_control(key="handover-layout").set_value("lines")
    app.segmented_control(key="handover-decimals").set_value(6)
    app.toggle(key="handover-multi").set_value(True)
    app.run()
    assert any("只用 WGS84" in one.value for one in app.caption)
    press(app)
    wanted = Order(("boundaries", "formats"), formats=("shp", "kml"), crs="EPSG:4526",
                   encoding="gbk", layout="lines", decimals=6, multi=True)  # fmt: skip
    assert started == [wanted]
    app.toggle(key="handover-gcj02").set_value(True).run()
    assert any("不是真实位置" in one.value for one in app.warning)
    press(app)
    assert any("不能做 GCJ-02 副本" in one.value for one in app.error)
    app.multiselect(key="handover-formats").set_value(["fgb"]).run()
    press(app)
    assert (started[1].gcj02, started[1].formats, started[1].crs) == (True, ("fgb",), "")


def test_nothing_is_asked_that_no_chosen_file_heeds(folder, started):
    app = choose(hand_over(folder), "map")
    assert [one.key for one in app.selectbox if one.key.startswith("handover-p")] == []
    assert app.toggle.len == 0
    press(app)
    assert started == [Order(("map",))]


def test_some_grids_are_searched_by_name_and_code(folder, started):
    app = choose(hand_over(folder), "print")
    app.segmented_control(key="handover-which").set_value("parents").run()
    press(app)
    assert started == []
    assert any("没有选择网格" in one.value for one in app.error)
    choice = app.multiselect(key="handover-codes-parents")
    given = load_plan(folder / NAME).grids.query("kind != 'micro' and level > 1")
    assert sorted(one.split()[-1] for one in choice.options) == sorted(given.index)
    choice.set_value([given.index[0]]).run()
    press(app)
    assert (started[0].targets, started[0].codes) == ("parents", (given.index[0],))


def field(app, name):
    return next(one for one in app.text_input if one.key.startswith(f"handover-template-{name}-"))


def test_the_look_of_boards_is_changed_seen_and_kept_as_the_towns_own(
    folder, started, drawn, downloads
):
    app = choose(hand_over(folder), "boards")
    before = first_pages(app)
    field(app, "title").input("【网格名】的牌子").run()
    after = first_pages(app)
    assert len(before) == len(after) == 1
    assert before != after
    app.segmented_control(key="handover-template-size-0").set_value("A4").run()
    press(app)
    assert 'title = "{name}的牌子"' in started[0].template
    assert 'size = "A4"' in started[0].template
    assert downloads["handover-template-copy"]().decode() == started[0].template
    own = own_template(load_plan(folder / NAME), folder / NAME)
    app.button(key="handover-template-again").click().run()
    assert field(app, "title").value == "【网格名】公示牌"
    field(app, "title").input("【网格名】的牌子").run()
    app.button(key="handover-template-save").click().run()
    assert any(own.name in one.value.replace("\\", "") for one in app.success)
    assert read_template(own).title == "{name}的牌子"
    assert field(choose(hand_over(folder), "boards"), "title").value == "【网格名】的牌子"


def test_a_logo_is_taken_and_left_out_again(folder, started):
    plan, path = load_plan(folder / NAME), folder / NAME
    app = choose(hand_over(folder), "boards")
    assert not any("no-logo" in one.key for one in app.toggle)
    picture = base64.b64decode(jpeg())
    app.file_uploader(key="handover-template-logo-0").upload("徽标.jpg", picture).run()
    app.button(key="handover-template-save").click().run()
    press(app)
    assert own_logo(plan, path) == base64.b64decode(started[0].logo) != b""
    app.toggle(key="handover-template-no-logo-1").set_value(True)
    press(app)
    assert started[1] == replace(started[0], logo="")
    app.button(key="handover-template-save").click().run()
    assert own_logo(plan, path) == b""


def test_a_template_with_a_fault_is_told_and_not_used(folder, started):
    app = choose(hand_over(folder), "boards")
    field(app, "hotline").input("13812345678").run()
    assert any("手机号属个人信息" in one.value for one in app.error)
    press(app)
    assert started[0].template == ""
    own_template(load_plan(folder / NAME), folder / NAME).write_text("title = ", encoding="utf-8")
    assert any("不是有效" in one.value for one in choose(hand_over(folder), "boards").error)


def test_phones_are_chosen_and_it_is_said_how_many_will_stand_there(folder, started):
    app = choose(hand_over(folder), "cards")
    assert any("没有任何电话" in one.value for one in app.caption)
    app.segmented_control(key="handover-phones").set_value("office").run()
    assert any("没有填写单位电话" in one.value for one in app.info)
    app.segmented_control(key="handover-phones").set_value("posts").run()
    count = len(contacts_of(load_plan(folder / NAME), "posts"))
    assert any(f"{count} 名在岗人员" in one.value for one in app.warning)
    app.number_input(key="handover-copies").set_value(5).run()
    press(app)
    assert (started[0].contacts, started[0].copies) == ("posts", 5)


def test_with_nothing_chosen_nothing_can_be_made(folder):
    app = choose(hand_over(folder))
    assert app.button(key="handover-make").disabled
    assert any("请在左侧选择" in one.value for one in app.caption)


def test_files_for_the_public_are_chosen_and_the_open_question_is_answered(folder, started):
    app = hand_over(folder)
    assert any("公开、内部还是涉密" in one.value for one in app.info)
    app.segmented_control(key="handover-audience").set_value("public").run()
    assert not app.exception
    assert {"map", "copy", "boundaries"} <= offered(app)
    assert offered(app).isdisjoint({"plan", "report"})
    choose(app, "boundaries")
    assert "handover-contacts" not in [one.key for one in app.toggle]
    press(app)
    assert started == []
    assert any("没有数据许可" in one.value for one in app.error)
    app.text_input(key="handover-licence").input("CC-BY-4.0").run()
    press(app)
    assert started == [Order(("boundaries",), audience="public", licence="CC-BY-4.0")]

    app.selectbox(key="handover-source").set_value("secret").run()
    app.button(key="handover-source-save").click().run()

    assert load_plan(folder / NAME).rules.publish.source_classification == "secret"
    assert any("保密技术处理" in one.value for one in app.error)
    assert offered(app) == set()


def test_a_viewer_gets_nothing_that_holds_people(folder):
    add_account(folder, "chief", "long enough pass", role="planner")
    add_account(folder, "guest", "long enough pass", role="viewer")
    app = app_page(folder, "handover")
    (guest,) = (one for one in accounts_in(folder) if one.name == "guest")
    behalf = Behalf(folder, "viewer", "guest", guest.mark)
    app.session_state[SESSION] = LoginSession(behalf, time.time(), time.time())
    app.run()
    assert not app.exception
    assert {"map", "print", "boundaries"} <= offered(app)
    assert offered(app).isdisjoint({"plan", "report", "objects", "copy", "formats"})
    choose(app, "boundaries")
    assert [one.key for one in app.toggle] == [
        "handover-patches", "handover-gcj02", "handover-multi",
    ]  # fmt: skip


def test_the_first_page_is_seen_before_anything_is_made(folder, drawn):
    app = hand_over(folder)
    (boards,) = first_pages(app)
    assert "data:image/png;base64," in boards
    assert first_pages(choose(app, "boards", "cards")) == [boards]
    app.segmented_control(key="handover-shown-boards-cards").set_value("cards").run()
    (cards,) = first_pages(app)
    assert 'alt="连心卡的第一页"' in cards
    assert cards.partition("src=")[2] != boards.partition("src=")[2]


def test_what_was_made_is_offered_with_its_size_until_something_else_is(folder, monkeypatch):
    place = folder / "made"
    monkeypatch.setattr(making, "_folder", lambda path: place)
    start_order(place, Order(("map", "boundaries")), folder / NAME, printed=making.date.today())
    while look_at_work(place).is_running:
        time.sleep(0.05)
    app = choose(hand_over(folder), "map")
    assert any("已生成 2 个文件" in one.value for one in app.success)
    labels = [one.proto.label for one in app.get("download_button")]
    assert [one.split("（")[0] for one in labels] == [
        "下载 town.zip", "下载 town.html", "下载 town.geojson",
    ]  # fmt: skip
    result = read_result(place)
    *sizes, manifest = [(name, len(data)) for name, data in result.each()]
    assert sizes == [(file.name, file.size) for file in result.files]
    assert manifest[0] == "manifest.json"  # in the zip file alone
    assert not any("有改动" in one.value for one in app.warning)
    (folder / NAME).touch()
    assert any("方案在生成之后有改动" in one.value for one in app.run().warning)
    start_order(place, Order(("report",)), folder / NAME, printed=making.date.today())
    end_work(place)
    assert not any("已生成" in one.value for one in app.run().success)


def test_what_a_killed_server_left_is_swept_away_by_the_next(tmp_path, monkeypatch):
    monkeypatch.setattr(jobs.tempfile, "gettempdir", lambda: str(tmp_path))
    left, others = tmp_path / "gridmap-abcdefgh", tmp_path / "gridmap-of-somebody"
    for one in (left, others):
        one.mkdir()
        (one / "roster.csv").write_text("secret")
    (left / ".server").touch()
    jobs._sweep(tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == [others.name]
    shutil.rmtree(others)
