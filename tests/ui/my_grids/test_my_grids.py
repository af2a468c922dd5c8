"""The cadre's page without a browser: who is let in, in which words, and what is drawn."""

import re
import shutil
from datetime import timedelta

import drawn_plan
import pytest
from cadre_page import (
    CODE,
    EN,
    HOSTILE,
    PASSWORD,
    PERSON,
    TODAY,
    ZH,
    page,
    said,
    token_for,
)
from project import ROOT
from saved_plans import put_plan

from gridmap.access.accounts import add_account, remove_account
from gridmap.access.links import revoke
from gridmap.access.sidecar import beside
from gridmap.access.view import cadre_view
from gridmap.phone.own_map import map_data
from gridmap.ui.my_grids.grid_sheet import grid_sheet, office_contact
from gridmap.ui.theme.no_page import closed_page

CHINESE = re.compile("[\u4e00-\u9fff]")
DATA_IN_CHINESE = re.compile(r"干部\d+|镇机关|安全生产排查|人居环境|微网格\d+|中文")


def test_a_link_opens_the_own_grid_and_nothing_else(path):
    app = page(path.parent, token_for(path))
    assert not app.exception
    assert app.title[0].value == "我的网格"
    text = said(app)
    assert CODE in text
    assert "干部009" in text
    assert not app.metric
    assert not app.tabs
    for foreign in ("干部015", drawn_plan.PHONE, f"{drawn_plan.EAST_1}02", "P009"):
        assert foreign not in text


def test_the_page_in_english_has_no_chinese_word_of_ours(path):
    app = page(path.parent, token_for(path), lang="en")
    assert app.title[0].value == "My grid"
    assert not CHINESE.search(DATA_IN_CHINESE.sub("", said(app)))


def test_an_expired_revoked_or_foreign_link_shows_its_state_and_nothing_else(path):
    long_ago = TODAY - timedelta(days=90)
    revoked = token_for(path)
    revoke(path, person_id=PERSON, today=TODAY)
    cases = {
        token_for(path, made=long_ago, days=10): "链接已过期",
        revoked: "链接已停用",
        "nonsense": "链接无效",
        "": "链接无效",
    }
    for token, words in cases.items():
        app = page(path.parent, token)
        text = said(app)
        assert not app.exception
        assert words in text
        assert CODE not in text
        assert "干部" not in text
        assert not app.metric
        assert not app.button


def test_a_person_who_left_the_roster_sees_an_empty_page_with_words(path):
    text = said(page(path.parent, token_for(path, person="P999")))
    assert "您目前没有网格" in text


def test_without_a_link_the_planner_at_this_machine_sees_the_coverage(path):
    assert page(path.parent).title[0].value == "覆盖"


def test_with_accounts_one_must_log_in_and_a_viewer_gets_no_links(path):
    add_account(path.parent, "li", PASSWORD, role="viewer")
    app = page(path.parent)
    assert not app.metric
    assert not app.title
    app.text_input[0].set_value("li")
    app.text_input[1].set_value("wrong")
    app.button[0].click().run()
    assert "账号或密码不对" in app.error[0].value
    assert not app.metric
    app.text_input[0].set_value("li")
    app.text_input[1].set_value(PASSWORD)
    app.button[0].click().run()
    assert app.title[0].value == "覆盖"  # the page that was asked for
    assert "links" not in [button.key for button in app.button]
    assert "path" not in [field.key for field in app.text_input]
    remove_account(path.parent, "li")
    add_account(path.parent, "wang", PASSWORD, role="planner")
    assert not app.run().metric  # out at once


def test_a_link_still_opens_its_page_alone_when_there_are_accounts(path):
    add_account(path.parent, "li", PASSWORD, role="planner")
    app = page(path.parent, token_for(path))
    assert app.title[0].value == "我的网格"


def test_an_address_that_others_reach_shows_the_refusal_and_nothing_else(path, monkeypatch):
    monkeypatch.setattr("gridmap.ui.shell.auth._may_run", lambda accounts: False)
    for token in (None, token_for(path)):
        app = page(path.parent, token)
        assert "python -m gridmap user add" in said(app)
        assert not app.metric
        assert CODE not in said(app)


def test_damaged_accounts_close_the_app_but_no_link_and_show_no_path(path):
    (path.parent / "accounts.gridmap.json").write_text("{")
    (path.parent / "accounts.gridmap.json").chmod(0o600)
    app = page(path.parent)
    assert not app.exception
    assert "账号设置有误" in said(app)
    assert str(path.parent) not in said(app)
    assert not app.metric
    assert page(path.parent, token_for(path)).title[0].value == "我的网格"


@pytest.mark.parametrize("damage", ["secret", "links", "plan"])
def test_what_is_damaged_beside_one_plan_closes_no_link_of_another(path, damage):
    other = path.with_name("other.gridmap.gpkg")
    put_plan(drawn_plan.draw_plan, other)
    tokens = [token_for(other), token_for(path)]
    if damage == "secret":
        beside(other, "secret").write_text("[" * 50_000)
    elif damage == "links":
        beside(other, "links").unlink()
        beside(other, "links").mkdir()
    else:
        other.write_bytes(b"no plan")
    shown = [page(path.parent, token) for token in tokens]
    assert shown[1].title[0].value == "我的网格"
    for app in shown:
        assert not app.exception
        assert str(path.parent) not in said(app)
    assert CODE not in said(shown[0])


def test_a_link_revoked_in_one_copy_opens_no_other_copy_in_the_folder(path):
    token = token_for(path)
    copy = path.with_name("copy.gridmap.gpkg")
    shutil.copy2(path, copy)
    for kind in ("secret", "links"):
        shutil.copy2(beside(path, kind), beside(copy, kind))
    assert page(path.parent, token).title[0].value == "我的网格"
    revoke(path, person_id=PERSON, today=TODAY)
    assert "链接已停用" in said(page(path.parent, token))


def hostile_view():
    plan = drawn_plan.draw_plan()
    people = plan.people.assign(name=HOSTILE, office=HOSTILE)
    posts = plan.posts.assign(duties=HOSTILE)
    grids = plan.grids.assign(name=HOSTILE, name_en=HOSTILE)
    patches = plan.patches.assign(name=HOSTILE)
    return cadre_view(
        plan.with_tables(people=people, posts=posts, grids=grids, patches=patches), PERSON
    )


@pytest.mark.parametrize("say", [ZH, EN])
def test_texts_of_data_are_escaped_in_the_sheet(say):
    sheet = grid_sheet(hostile_view().grids[0], say)
    assert "<img" not in sheet
    assert sheet.count("&lt;img") >= 10
    assert "<script" not in closed_page("<script>", "<script>")


def test_the_map_gets_names_and_outlines_of_neighbours_and_no_more():
    view = cadre_view(drawn_plan.draw_plan(), PERSON)
    data = map_data(view, view.grids[0], None, "zh")
    assert [one["name"] for one in data["own"]] == ["微网格0101"]
    assert {one["name"] for one in data["neighbours"]} == {"微网格0102", "微网格0201"}
    assert {key for one in data["neighbours"] for key in one} == {"name", "rings", "label"}
    assert "干部" not in str(data)


def test_the_scripts_of_the_map_put_texts_in_as_texts_and_send_nothing():
    mine, maps = ROOT / "gridmap" / "phone" / "assets", ROOT / "gridmap" / "maps" / "assets"
    scripts = [mine / "own_map.js", mine / "my_position.js", maps / "way.js"]
    for script in (path.read_text("utf-8") for path in scripts):
        for sign in ("innerHTML", "fetch(", "http", "sendBeacon", "localStorage"):
            assert sign not in script
    assert "textContent = text" in scripts[0].read_text("utf-8")
    # They know nothing of the page's server.
    assert "setTriggerValue" not in "".join(one.read_text("utf-8") for one in scripts)


@pytest.mark.parametrize("say", [ZH, EN])
def test_the_office_is_called_from_the_sheet_and_nobody_else(say):
    grid = cadre_view(drawn_plan.draw_plan(), PERSON).grids[0]
    sheet = grid_sheet(grid, say, office_phone="+86 (371) 6212-0000")
    assert sheet.count("<a ") == 1
    assert 'href="tel:+8637162120000">+86 (371) 6212-0000</a>' in sheet
    assert "tel:" not in grid_sheet(grid, say)
    assert "tel:110" in office_contact("110", say)
