"""The page 共享 without a browser: accounts, the office network, links and their counts."""

from datetime import date, timedelta

import drawn_plan
import pytest
from app_pages import app_page
from saved_plans import put_plan

from gridmap.access import accounts as room
from gridmap.access.accounts import accounts_in, add_account, is_last_planner
from gridmap.access.audit import audit_events
from gridmap.access.links import check_token, links_of, make_link, make_view_link, revoke
from gridmap.access.network import chosen_address
from gridmap.store import save_plan
from gridmap.ui.share import links_step, network_step
from gridmap.ui.share.links_step import link_counts
from gridmap.ui.shell import auth, server

PASSWORD = "tea lamp river nine"
TODAY = date(2026, 11, 30)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("GRIDMAP_STATE", str(tmp_path / "state"))
    monkeypatch.setattr(room, "_HASHER", room.PasswordHasher(time_cost=1, memory_cost=64))
    auth.attempts.clear()
    put_plan(drawn_plan.draw_plan, tmp_path / "test.gridmap.gpkg")
    return tmp_path


def shared(folder, name=""):
    app = app_page(folder, "share").run()
    if name:
        app.text_input[0].set_value(name)
        app.text_input[1].set_value(PASSWORD)
        app.button[0].click().run()
    assert not app.exception
    return app


def said(app):
    every = (*app.caption, *app.info, *app.success, *app.error, *app.warning, *app.markdown)
    return "\n".join(str(one.value) for one in every)


def typed(app, name, password, again, role=None):
    app.text_input(key="share-name").set_value(name)
    app.text_input(key="share-password").set_value(password)
    app.text_input(key="share-again").set_value(again)
    if role:
        app.radio(key="share-role").set_value(role)
    app.button(key="share-add-go").click().run()
    assert not app.exception
    return app


def test_the_first_account_is_a_planner_and_then_this_machine_logs_in_too(folder):
    app = shared(folder)
    assert app.radio(key="share-role").options == ["规划员：全部页面，可以修改"]
    assert "开放前须先有规划员账号" in said(app)
    assert "传输未加密" in said(app)  # what opening means is read before there is an account
    app = typed(app, "li", PASSWORD, PASSWORD)
    assert [(one.name, one.role) for one in accounts_in(folder)] == [("li", "planner")]
    assert app.text_input[0].label == "账号"  # the log-in
    assert audit_events(folder)[0]["event"] == "account-added"
    assert "li" in str(shared(folder, "li").dataframe[0].value)


def test_a_bad_password_or_two_that_differ_add_nothing_and_say_why(folder):
    app = typed(shared(folder), "li", "1234567890", "1234567890")
    assert "密码" in app.error[0].value
    app = typed(app, "li", PASSWORD, PASSWORD + "x")
    assert "不一致" in app.error[0].value
    assert accounts_in(folder) == []


def test_a_viewer_is_added_made_a_planner_and_removed(folder):
    add_account(folder, "li", PASSWORD, role="planner")
    app = typed(shared(folder, "li"), "wu", PASSWORD, PASSWORD, "viewer")
    assert {one.name: one.role for one in accounts_in(folder)} == {"li": "planner", "wu": "viewer"}
    app.selectbox(key="share-which").set_value("wu").run()
    app.button(key="share-to-role").click().run()
    assert {one.name: one.role for one in accounts_in(folder)}["wu"] == "planner"
    app.selectbox(key="share-which").set_value("wu").run()
    app.button(key="share-remove").click().run()
    assert [one.name for one in accounts_in(folder)] == ["li"]
    assert "已停用“wu”" in said(app)


def test_an_account_is_given_towns_and_the_last_planner_of_all_keeps_everything(folder):
    out = folder / "out"
    for name, code in (("east", "410110101"), ("west", "410112101")):
        place = folder / "towns" / name
        place.mkdir(parents=True)
        text = f'[town]\nname = "{name}镇"\ncode = "{code}"\n'
        (place / "rules.toml").write_text(text, encoding="utf-8")
    out.mkdir()
    add_account(out, "li", PASSWORD, role="planner")
    app = shared(out, "li")
    app.multiselect(key="share-add-towns").set_value(["410110101"])
    typed(app, "wu", PASSWORD, PASSWORD, "planner")
    scopes = {one.name: one.scope.written() for one in accounts_in(out)}
    assert scopes == {"li": {}, "wu": {"areas": [], "towns": ["410110101"]}}
    assert list(app.dataframe[0].value["负责范围"]) == ["全部", "east镇"]
    assert is_last_planner(accounts_in(out), "li")  # wu is for one town
    mark = next(one.mark for one in accounts_in(out) if one.name == "wu")
    app.selectbox(key="share-which").set_value("wu").run()
    chosen = app.multiselect(key=f"share-change-{mark}-towns")
    assert chosen.value == ["410110101"]
    chosen.set_value(["410110101", "410112101"]).run()
    app.button(key="share-to-scope").click().run()
    assert not app.exception
    assert "“wu”的负责范围已更改" in said(app)
    assert audit_events(out)[0]["scope"] == "410110101 410112101"
    assert list(app.dataframe[0].value["负责范围"]) == ["全部", "east镇、west镇"]
    mark = next(one.mark for one in accounts_in(out) if one.name == "wu")
    app.selectbox(key="share-which").set_value("wu").run()
    app.multiselect(key=f"share-change-{mark}-towns").set_value([]).run()
    # Taking the last town off does not make anybody a planner of everything: that is ticked.
    assert app.button(key="share-to-scope").disabled
    app.checkbox(key=f"share-change-{mark}-all").check().run()
    app.button(key="share-to-scope").click().run()
    assert list(app.dataframe[0].value["负责范围"]) == ["全部", "全部"]


def test_the_last_planner_stays_one(folder):
    add_account(folder, "li", PASSWORD, role="planner")
    add_account(folder, "wu", PASSWORD, role="viewer")
    assert is_last_planner(accounts_in(folder), "li")
    assert not is_last_planner(accounts_in(folder), "wu")
    app = shared(folder, "li")
    app.selectbox(key="share-which").set_value("li").run()
    assert "这是唯一的规划员" in said(app)
    assert [one.key for one in app.button if one.key == "share-remove"] == []
    app = typed(app, "li", PASSWORD, PASSWORD, "viewer")
    assert "这是唯一的规划员" in app.error[0].value
    assert {one.name: one.role for one in accounts_in(folder)}["li"] == "planner"


def test_the_network_is_opened_by_a_button_and_the_app_starts_anew(folder, monkeypatch):
    add_account(folder, "li", PASSWORD, role="planner")
    restarts = []
    monkeypatch.setattr(server, "can_restart", lambda: True)
    monkeypatch.setattr(server, "restart_soon", lambda: restarts.append(chosen_address()))
    app = shared(folder, "li")
    assert "传输未加密" in said(app)
    app.button(key="share-open").click().run()
    assert restarts == ["0.0.0.0"]
    assert "正在重新启动" in said(app)
    app.run()
    assert restarts == ["0.0.0.0"]  # once


def test_an_open_network_shows_addresses_tries_them_and_is_closed(folder, monkeypatch):
    add_account(folder, "li", PASSWORD, role="planner")
    restarts = []
    monkeypatch.setattr(server, "can_restart", lambda: True)
    monkeypatch.setattr(server, "restart_soon", lambda: restarts.append(chosen_address()))
    monkeypatch.setattr(network_step, "is_open", lambda: True)
    monkeypatch.setattr(network_step, "office_addresses", lambda: ["192.168.1.20", "10.1.2.3"])
    monkeypatch.setattr(network_step, "answers_at", lambda address, port: address < "15")
    app = shared(folder, "li")
    assert app.code[0].value.startswith("http://192.168.1.20:")
    assert "http://10.1.2.3:" in said(app)
    assert "防火墙" in said(app)
    app.button(key="share-try").click().run()
    assert "有网址在本机没有应答" in said(app)
    monkeypatch.setattr(network_step, "answers_at", lambda address, port: True)
    app.button(key="share-try").click().run()
    assert "都有应答" in said(app)
    app.button(key="share-close").click().run()
    assert restarts == ["127.0.0.1"]


def test_an_app_that_cannot_start_anew_says_how_to(folder, monkeypatch):
    add_account(folder, "li", PASSWORD, role="planner")
    monkeypatch.setattr(server, "can_restart", lambda: False)
    app = shared(folder, "li")
    assert app.code[0].value == network_step.COMMAND
    assert [one.key for one in app.button if one.key == "share-open"] == []


def test_a_link_to_look_at_is_made_listed_and_revoked(folder):
    path = folder / "test.gridmap.gpkg"
    app = shared(folder)
    app.text_input(key="share-label").set_value("张书记")
    app.number_input(key="share-days").set_value(7)
    app.text_input(key="share-address").set_value("http://192.168.1.20:8501")
    app.button(key="share-look-go").click().run()
    (link,) = links_of(path)
    assert link.label == "张书记"
    assert link.expires - date.today() in (timedelta(days=6), timedelta(days=7))  # midnight
    address = app.code[-1].value
    assert address.startswith("http://192.168.1.20:8501/?t=")
    token = address.split("=", 1)[1]
    assert check_token(path, token, today=date.today()).is_view
    app.button(key=f"share-revoke-{link.serial}").click().run()
    assert check_token(path, token, today=date.today()).state == "revoked"


def test_a_link_without_a_name_or_an_address_is_not_made(folder):
    app = shared(folder)
    app.text_input(key="share-address").set_value("127.0.0.1")
    app.text_input(key="share-label").set_value("张书记")
    app.button(key="share-look-go").click().run()
    assert "网址不完整" in app.error[0].value
    app.text_input(key="share-address").set_value("http://127.0.0.1:8501")
    app.text_input(key="share-label").set_value(" ")
    app.button(key="share-look-go").click().run()
    assert "请写 1 到 60 个字" in app.error[0].value
    assert "只有这台电脑能打开" in said(app)
    assert links_of(folder / "test.gridmap.gpkg") == []


def test_counts_are_of_people_on_posts_and_links_in_force(tmp_path):
    plan = drawn_plan.draw_plan()
    path = tmp_path / "test.gridmap.gpkg"
    save_plan(plan, path)
    posts = plan.assignments
    people = sorted(set(posts.loc[posts["status"] == "filled", "person_id"]))
    late, past = TODAY + timedelta(days=9), TODAY
    for person in (people[0], people[0], people[1]):
        make_link(path, person, expires=late, today=TODAY)
    ended, _ = make_link(path, people[2], expires=late, today=TODAY)
    revoke(path, serial=ended.serial, today=TODAY)
    make_link(path, people[3], expires=past, today=TODAY)
    make_link(path, "nobody-on-a-post", expires=late, today=TODAY)
    make_view_link(path, "张书记", expires=late, today=TODAY)
    found = link_counts(plan, links_of(path), today=TODAY + timedelta(days=1))
    assert found == {"people": len(people), "held": 2, "without": len(people) - 2, "view": 1}


def test_the_dialog_of_personal_links_opens_from_here(folder, monkeypatch):
    opened = []
    monkeypatch.setattr(links_step.links, "open_dialog", lambda *a, **k: opened.append(k))
    shared(folder).button(key="share-personal").click().run()
    assert opened == [{"in_folder": True}]
